"""What the models see: bins as steps from 0 to 1, categories as a column each."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from hotslope.learning.screening import FactorScreening


class FactorEncoder(TransformerMixin, BaseEstimator):
    """Screen a table of raw factors and encode what stays as numbers between 0 and 1.

    Parameters
    ----------
    categorical : sequence of str
        Columns that hold categories.
    max_correlation : float, default 0.7
        See `hotslope.learning.screening.FactorScreening`.
    max_bins, significance, min_bin_count
        See `hotslope.learning.chimerge.ChiMerge`.

    Attributes
    ----------
    screening_ : FactorScreening
        Which factors stay, and their bins.
    fill_ : dict of str to float
        Mean step of each factor over the training rows that have it.
    missing_ : list of str
        Factors with missing values among the training rows; each has a column that says so.
    columns_ : list of str
        Names of the columns that `transform` returns.

    Notes
    -----
    A numeric factor becomes one column, bin / (bins - 1). The paper feeds its models the
    discretised factors in this way, one number each: steps keep the order of the bins,
    which dummy columns lose, and at some hundred rows cost one coefficient instead of
    seven. A missing value takes the mean step and a 1 in ``{factor}_missing``, so that a
    model can learn what missing means. Categories have no order and become dummies.
    """

    def __init__(
        self,
        categorical: Sequence[str] = (),
        *,
        max_correlation: float = 0.7,
        max_bins: int = 8,
        significance: float = 0.1,
        min_bin_count: int = 5,
    ) -> None:
        self.categorical = categorical
        self.max_correlation = max_correlation
        self.max_bins = max_bins
        self.significance = significance
        self.min_bin_count = min_bin_count

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> "FactorEncoder":  # noqa: N803
        """Learn bins, categories and screening from training rows `X` with labels `y`."""
        self._learn(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: npt.ArrayLike) -> np.ndarray:  # noqa: N803
        """Return what `fit` and then `transform` would, with the bins found once."""
        return self._encode(self._learn(X, y))

    def _learn(self, X: pd.DataFrame, y: npt.ArrayLike) -> dict[str, np.ndarray]:  # noqa: N803
        """Fit to training rows; return their bins."""
        self.screening_ = FactorScreening(
            self.categorical,
            max_correlation=self.max_correlation,
            max_bins=self.max_bins,
            significance=self.significance,
            min_bin_count=self.min_bin_count,
        )
        bins = self.screening_.fit_bins(X, y)
        self.missing_ = []
        self.fill_ = {}
        for name in self.screening_.kept_:
            missing = bins[name] == self._n_bins(name)
            if missing.any():
                self.missing_.append(name)
            steps = bins[name][~missing] / self._top(name)
            self.fill_[name] = float(steps.mean()) if steps.size else 0.0
        self.columns_ = [
            column for name in self.screening_.kept_ for column in self.columns_of(name)
        ]
        return bins

    def _n_bins(self, name: str) -> int:
        return self.screening_.binner_.n_bins(name)

    def _top(self, name: str) -> int:
        return max(self._n_bins(name) - 1, 1)

    def columns_of(self, name: str) -> list[str]:
        """Return which of `columns_` a factor has become."""
        flag = [f"{name}_missing"] if name in self.missing_ else []
        categories = self.screening_.binner_.categories_
        if name in categories:
            return [f"{name}_{category}" for category in categories[name]] + flag
        return [name, *flag]

    def transform(self, X: pd.DataFrame) -> np.ndarray:  # noqa: N803
        """Return the encoded factors, float64, shape (n_rows, len(columns_))."""
        check_is_fitted(self)
        return self._encode(self.screening_.binner_.transform(X))

    def _encode(self, bins: dict[str, np.ndarray]) -> np.ndarray:
        binner = self.screening_.binner_
        blocks = []
        for name in self.screening_.kept_:
            codes = bins[name]
            missing = codes == self._n_bins(name)
            if name in binner.categories_:
                blocks.append((codes[:, None] == np.arange(self._n_bins(name))).astype(np.float64))
            else:
                steps = np.where(missing, self.fill_[name], codes / self._top(name))
                blocks.append(steps[:, None])
            if name in self.missing_:
                blocks.append(missing[:, None].astype(np.float64))
        return np.hstack(blocks)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:  # noqa: ARG002
        """Return `columns_` as scikit-learn wants them."""
        check_is_fitted(self)
        return np.array(self.columns_, dtype=object)
