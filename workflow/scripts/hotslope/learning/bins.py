"""Bins of a whole factor table: numbers by ChiMerge, categories as they are."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from hotslope.learning.chimerge import ChiMerge
from hotslope.learning.sample import number_matrix

#: Code of a category that `fit` never saw.
UNSEEN = -1


class FactorBinner(TransformerMixin, BaseEstimator):
    """Turn a table of raw factors into integer bins.

    Parameters
    ----------
    categorical : sequence of str
        Columns that hold categories; all others hold numbers.
    max_bins, significance, min_bin_count
        See `hotslope.learning.chimerge.ChiMerge`.

    Attributes
    ----------
    factors_ : list of str
        Columns seen in `fit`, in their order.
    numeric_ : list of str
        Those that hold numbers.
    chimerge_ : ChiMerge
        Fitted on the columns `numeric_`.
    categories_ : dict of str to list of str
        Sorted categories per categorical factor.

    Notes
    -----
    Missing values get the bin after the last one of their factor.
    """

    def __init__(
        self,
        categorical: Sequence[str] = (),
        *,
        max_bins: int = 8,
        significance: float = 0.1,
        min_bin_count: int = 5,
    ) -> None:
        self.categorical = categorical
        self.max_bins = max_bins
        self.significance = significance
        self.min_bin_count = min_bin_count

    def fit(self, X: pd.DataFrame, y: npt.ArrayLike) -> "FactorBinner":  # noqa: N803
        """Find bins of every factor from training rows `X` with labels `y`."""
        self.fit_bins_and_numbers(X, y)
        return self

    def fit_bins_and_numbers(
        self,
        X: pd.DataFrame,  # noqa: N803
        y: npt.ArrayLike,
    ) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Fit to training rows; return their bins, and their numbers as `number_matrix` does."""
        self.factors_ = [str(name) for name in X.columns.to_list()]
        nominal = set(self.categorical)
        found = {
            name: pd.factorize(X[name].to_numpy(dtype=object))
            for name in self.factors_
            if name in nominal
        }
        self.categories_ = {
            name: sorted({str(value) for value in distinct})
            for name, (_, distinct) in found.items()
        }
        self.numeric_ = [name for name in self.factors_ if name not in self.categories_]
        self.chimerge_ = ChiMerge(self.max_bins, self.significance, self.min_bin_count)
        numbers = number_matrix(X, self.numeric_)
        if self.numeric_:
            self.chimerge_.fit(numbers, y)
        return self._bins(found, numbers), numbers

    def n_bins(self, name: str) -> int:
        """Return the number of bins of a factor, that of missing values not counted."""
        if name in self.categories_:
            return len(self.categories_[name])
        return int(self.chimerge_.n_bins_[self.numeric_.index(name)])

    def edges(self, name: str) -> np.ndarray:
        """Return the inner cut points of a numeric factor."""
        return self.chimerge_.edges_[self.numeric_.index(name)]

    def transform(self, X: pd.DataFrame) -> dict[str, np.ndarray]:  # noqa: N803
        """Return the bins of each factor, int64; `UNSEEN` for categories new since `fit`."""
        check_is_fitted(self)
        found = {name: pd.factorize(X[name].to_numpy(dtype=object)) for name in self.categories_}
        return self._bins(found, number_matrix(X, self.numeric_))

    def _bins(
        self, found: Mapping[str, tuple[np.ndarray, Iterable[object]]], numbers: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Return the bins of what `pandas.factorize` found in each category, and of numbers."""
        bins = {
            name: category_codes(*found[name], categories)
            for name, categories in self.categories_.items()
        }
        if self.numeric_:
            codes = self.chimerge_.transform(numbers)
            bins |= dict(zip(self.numeric_, codes.T, strict=True))
        return {name: bins[name] for name in self.factors_}


def category_codes(
    positions: np.ndarray, distinct: Iterable[object], categories: Sequence[str]
) -> np.ndarray:
    """Return positions in `categories` of the distinct values at each row's position.

    Missing values, at the position -1, get the number of categories; new ones get `UNSEEN`.
    """
    code_of = {category: code for code, category in enumerate(categories)}
    # The position -1 is the last one.
    codes = [*(code_of.get(str(value), UNSEEN) for value in distinct), len(categories)]
    return np.array(codes, dtype=np.int64)[positions]
