"""ChiMerge: supervised bins of a number, merged bottom-up by the χ² of neighbours."""

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from hotslope.compiled import compiled

#: Smallest expected count in the denominator of χ² (Kerber 1992).
MIN_EXPECTED = 0.5


@compiled
def chi_square(first: np.ndarray, second: np.ndarray) -> float:
    """Return χ² of two intervals' class counts, expected counts floored in the denominator.

    Parameters
    ----------
    first, second : ndarray of float64, shape (n_classes,)
        Class counts of adjacent intervals.

    Notes
    -----
    With the floor in the denominator only, two intervals of equal class shares have χ² = 0,
    so runs of one class merge before anything else and may be collapsed beforehand.
    """
    rows_first = first.sum()
    rows_second = second.sum()
    total = rows_first + rows_second
    result = 0.0
    for k in range(first.size):
        column = first[k] + second[k]
        expected = rows_first * column / total
        result += (first[k] - expected) ** 2 / max(expected, MIN_EXPECTED)
        expected = rows_second * column / total
        result += (second[k] - expected) ** 2 / max(expected, MIN_EXPECTED)
    return result


@compiled
def _collapse_pure_runs(counts: np.ndarray, starts: np.ndarray) -> int:
    """Merge, in place, neighbours that hold one and the same class; return how many remain."""
    kept = 0
    for i in range(1, counts.shape[0]):
        run = counts[kept] + counts[i]
        if np.count_nonzero(run) == 1:
            counts[kept] = run
        else:
            kept += 1
            counts[kept] = counts[i]
            starts[kept] = starts[i]
    return kept + 1


@compiled
def _merge_pair(counts: np.ndarray, starts: np.ndarray, chi: np.ndarray, n: int, left: int) -> None:
    """Merge interval `left` with the next one, in place, and renew the χ² beside it."""
    counts[left] += counts[left + 1]
    for i in range(left + 1, n - 1):
        counts[i] = counts[i + 1]
        starts[i] = starts[i + 1]
    for i in range(left, n - 2):
        chi[i] = chi[i + 1]
    if left > 0:
        chi[left - 1] = chi_square(counts[left - 1], counts[left])
    if left < n - 2:
        chi[left] = chi_square(counts[left], counts[left + 1])


@compiled
def merge_intervals(
    counts: np.ndarray, threshold: float, max_bins: int, min_bin_count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Merge adjacent intervals of least χ².

    Parameters
    ----------
    counts : ndarray of float64, shape (n_intervals, n_classes)
        Class counts of the distinct values, in ascending order of value.
    threshold : float
        Merging goes on while the least χ² is not above it ...
    max_bins : int
        ... or while more intervals than this remain.
    min_bin_count : int
        Afterwards, the smallest interval with fewer rows joins the more similar neighbour.

    Returns
    -------
    starts : ndarray of int64, shape (n_bins,)
        Index of the first distinct value of each bin.
    bin_counts : ndarray of float64, shape (n_bins, n_classes)
        Class counts of the bins.

    Notes
    -----
    Ties go to the lower values, so the result is unique.
    """
    counts = counts.copy()
    starts = np.arange(counts.shape[0])
    if counts.shape[0] == 0:
        return starts, counts
    n = _collapse_pure_runs(counts, starts)
    chi = np.empty(max(n - 1, 1))
    for i in range(n - 1):
        chi[i] = chi_square(counts[i], counts[i + 1])
    while n > 1:
        least = int(np.argmin(chi[: n - 1]))
        if chi[least] > threshold and n <= max_bins:
            break
        _merge_pair(counts, starts, chi, n, least)
        n -= 1
    while n > 1:
        sizes = counts[:n].sum(axis=1)
        small = int(np.argmin(sizes))
        if sizes[small] >= min_bin_count:
            break
        left_is_nearer = small > 0 and (small == n - 1 or chi[small - 1] <= chi[small])
        _merge_pair(counts, starts, chi, n, small - 1 if left_is_nearer else small)
        n -= 1
    return starts[:n].copy(), counts[:n].copy()


def chi_square_threshold(significance: float, n_classes: int) -> float:
    """Return the χ² that neighbours must exceed to stay apart.

    Parameters
    ----------
    significance : float
        Error probability such as 0.1. Values above 0.5 are read as Kerber writes the same
        thing, by the quantile: 0.90 is 0.1.
    n_classes : int
        Number of classes; the degrees of freedom are one less.
    """
    if not 0 < significance < 1:
        raise ValueError(f"significance must lie between 0 and 1, not {significance!r}")
    alpha = 1 - significance if significance > 0.5 else significance
    return float(chdtri(max(n_classes - 1, 1), alpha))


class ChiMerge(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Discretise numbers into bins whose class shares differ.

    Parameters
    ----------
    max_bins : int, default 8
        Most bins per column, the bin of missing values not counted.
    significance : float, default 0.1
        Error probability at which neighbouring bins count as different; 0.90, as Kerber
        writes it, means the same (see `chi_square_threshold`).
    min_bin_count : int, default 5
        Fewest rows of a bin.

    Attributes
    ----------
    edges_ : list of ndarray of float64
        Inner cut points per column, ascending: the lowest training value of every bin but
        the first. A value equal to a cut belongs to the bin above it.
    n_bins_ : ndarray of int64, shape (n_features_in_,)
        Bins per column without that of missing values.
    classes_ : ndarray
        Class labels seen in `fit`.

    Notes
    -----
    Missing values (NaN) take no part in the merging and get the bin `n_bins_[column]`,
    whether or not `fit` saw any. Bins learn from the labels: fit on training rows only.

    Examples
    --------
    >>> velocity_mm_yr = np.array([[1.0], [2.0], [3.0], [10.0], [11.0], [12.0]])
    >>> landslide = np.array([0, 0, 0, 1, 1, 1])
    >>> merged = ChiMerge(min_bin_count=1).fit(velocity_mm_yr, landslide)
    >>> merged.edges_
    [array([10.])]
    >>> merged.transform(velocity_mm_yr).ravel()
    array([0, 0, 0, 1, 1, 1])

    References
    ----------
    Kerber, R. (1992). ChiMerge: discretization of numeric attributes. AAAI-92, 123-128.
    """

    def __init__(
        self, max_bins: int = 8, significance: float = 0.1, min_bin_count: int = 5
    ) -> None:
        self.max_bins = max_bins
        self.significance = significance
        self.min_bin_count = min_bin_count

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> "ChiMerge":  # noqa: N803
        """Find the cut points of every column.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_columns)
            Numbers; NaN where missing.
        y : array-like, shape (n_rows,)
            Class labels.
        """
        if self.max_bins < 1:
            raise ValueError(f"max_bins must be at least 1, not {self.max_bins!r}")
        values, labels = validate_data(
            self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", y_numeric=False
        )
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        threshold = chi_square_threshold(self.significance, self.classes_.size)
        self.edges_ = [
            self._column_edges(values[:, j], codes, threshold) for j in range(values.shape[1])
        ]
        self.n_bins_ = np.array([edges.size + 1 for edges in self.edges_], dtype=np.int64)
        return self

    def _column_edges(self, values: np.ndarray, codes: np.ndarray, threshold: float) -> np.ndarray:
        present = ~np.isnan(values)
        distinct, ranks = np.unique(values[present], return_inverse=True)
        counts = class_counts(ranks, codes[present], distinct.size, self.classes_.size)
        starts, _ = merge_intervals(counts, threshold, self.max_bins, self.min_bin_count)
        return distinct[starts[1:]]

    def transform(self, X: npt.ArrayLike) -> np.ndarray:  # noqa: N803
        """Return the bin of every value.

        Returns
        -------
        ndarray of int64, shape (n_rows, n_columns)
            0 for the lowest values; `n_bins_[column]` for missing ones.
        """
        check_is_fitted(self)
        values = validate_data(
            self, X, reset=False, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        bins = np.empty(values.shape, dtype=np.int64)
        for j, edges in enumerate(self.edges_):
            column = np.searchsorted(edges, values[:, j], side="right")
            bins[:, j] = np.where(np.isnan(values[:, j]), self.n_bins_[j], column)
        return bins

    def __sklearn_tags__(self):  # type: ignore[no-untyped-def]
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def class_counts(ranks: np.ndarray, codes: np.ndarray, n_ranks: int, n_classes: int) -> np.ndarray:
    """Count rows by rank and class.

    Returns
    -------
    ndarray of float64, shape (n_ranks, n_classes)
    """
    cells = np.bincount(ranks * n_classes + codes, minlength=n_ranks * n_classes)
    return cells.reshape(n_ranks, n_classes).astype(np.float64)
