"""`skops.io` without all of scikit-learn.

To know which types it may load unasked, skops imports every estimator that scikit-learn has,
and with them pytest and torch: a second, without torch, in every job that writes a model. While
skops is loaded here there are none to find; `hotslope.learning.persistence` names those it needs.
"""

from unittest.mock import patch

with patch("sklearn.utils.all_estimators", list):
    import skops.io as skops_io

__all__ = ["skops_io"]
