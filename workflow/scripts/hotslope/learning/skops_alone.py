"""`skops.io` without torch.

skops looks through all of scikit-learn, whose adapter to torch loads torch: two seconds and
180 MB in every job that writes a model. While skops is loaded here, the adapter is an empty
module.
"""

import sys
import types

_ADAPTER = "sklearn.externals.array_api_compat.torch"
_known = sys.modules.setdefault(_ADAPTER, types.ModuleType(_ADAPTER))

import skops.io as skops_io  # noqa: E402

if not hasattr(_known, "__file__"):
    del sys.modules[_ADAPTER]

__all__ = ["skops_io"]
