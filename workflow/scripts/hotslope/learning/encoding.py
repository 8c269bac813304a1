"""What the models see: bins as steps from 0 to 1, categories as a column each."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

from hotslope.learning.sample import number_matrix
from hotslope.learning.screening import FactorScreening

#: What a number becomes.
ENCODINGS = ("steps", "numbers")


class FactorEncoder(TransformerMixin, BaseEstimator):
    """Screen a table of raw factors and encode what stays as numbers between 0 and 1.

    Parameters
    ----------
    categorical : sequence of str
        Columns that hold categories.
    encoding : str, default "steps"
        ``steps``: a number becomes bin / (bins - 1); ``numbers``: the number itself, less its mean
        over its standard deviation in the training rows.
    max_correlation, rule, permutations, seed
        See `hotslope.learning.screening.FactorScreening`.
    max_bins, significance, min_bin_count
        See `hotslope.learning.chimerge.ChiMerge`.

    Attributes
    ----------
    screening_ : FactorScreening
        Which factors stay, and their bins.
    fill_ : dict of str to float
        Mean step of each factor over the training rows that have it.
    scaler_ : StandardScaler
        Of the numbers that stay, where `encoding` is ``numbers``.
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
        encoding: str = "steps",
        max_correlation: float = 0.7,
        rule: str = "significance",
        permutations: int = 99,
        seed: int = 0,
        max_bins: int = 8,
        significance: float = 0.1,
        min_bin_count: int = 5,
    ) -> None:
        self.categorical = categorical
        self.encoding = encoding
        self.max_correlation = max_correlation
        self.rule = rule
        self.permutations = permutations
        self.seed = seed
        self.max_bins = max_bins
        self.significance = significance
        self.min_bin_count = min_bin_count

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> "FactorEncoder":  # noqa: N803
        """Learn bins, categories and screening from training rows `X` with labels `y`."""
        self._learn(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: npt.ArrayLike) -> np.ndarray:  # noqa: N803
        """Return what `fit` and then `transform` would, with the bins found once."""
        return self._encode(self._learn(X, y), X)

    def _learn(self, X: pd.DataFrame, y: npt.ArrayLike) -> dict[str, np.ndarray]:  # noqa: N803
        """Fit to training rows; return their bins."""
        if self.encoding not in ENCODINGS:
            raise ValueError(f"encoding must be one of {', '.join(ENCODINGS)}")
        self.screening_ = FactorScreening(
            self.categorical,
            max_correlation=self.max_correlation,
            rule=self.rule,
            permutations=self.permutations,
            seed=self.seed,
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
        if self.encoding == "numbers" and self._kept_numbers():
            self.scaler_ = StandardScaler().fit(number_matrix(X, self._kept_numbers()))
        self.columns_ = [
            column for name in self.screening_.kept_ for column in self.columns_of(name)
        ]
        return bins

    def _kept_numbers(self) -> list[str]:
        """Return the factors that stay and are numbers."""
        return [name for name in self.screening_.kept_ if name in self.screening_.binner_.numeric_]

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
        return self._encode(self.screening_.binner_.transform(X), X)

    def _encode(self, bins: dict[str, np.ndarray], X: pd.DataFrame) -> np.ndarray:  # noqa: N803
        binner = self.screening_.binner_
        blocks = []
        numbers = self._scaled(X) if self.encoding == "numbers" else {}
        for name in self.screening_.kept_:
            codes = bins[name]
            missing = codes == self._n_bins(name)
            if name in binner.categories_:
                blocks.append((codes[:, None] == np.arange(self._n_bins(name))).astype(np.float64))
            elif name in numbers:
                blocks.append(numbers[name][:, None])
            else:
                steps = np.where(missing, self.fill_[name], codes / self._top(name))
                blocks.append(steps[:, None])
            if name in self.missing_:
                blocks.append(missing[:, None].astype(np.float64))
        return np.hstack(blocks)

    def _scaled(self, X: pd.DataFrame) -> dict[str, np.ndarray]:  # noqa: N803
        """Return the numbers that stay, scaled; missing ones take the mean, which is 0."""
        names = self._kept_numbers()
        if not names:
            return {}
        scaled = np.nan_to_num(self.scaler_.transform(number_matrix(X, names)), nan=0.0)
        return dict(zip(names, scaled.T, strict=True))

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:  # noqa: ARG002
        """Return `columns_` as scikit-learn wants them."""
        check_is_fitted(self)
        return np.array(self.columns_, dtype=object)
