"""Information gain ratio of a discretised factor, and what chance alone would give."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from hotslope.compiled import compiled
from hotslope.learning.chimerge import chi_square_threshold, class_counts, merge_intervals


@compiled
def _entropy(counts: np.ndarray) -> float:
    """Return the entropy, in bits, of shares proportional to `counts`.

    Compiled code, called once per bin and permutation, cannot call `scipy.stats.entropy`.
    """
    total = counts.sum()
    result = 0.0
    for count in counts:
        if count > 0:
            share = count / total
            result -= share * np.log2(share)
    return result


@compiled
def gain_ratio_of_counts(counts: np.ndarray) -> float:
    """Return the information gain ratio of a table of counts, bins × classes.

    Zero where the split holds no information of its own (a single bin) or nothing is counted.
    """
    sizes = counts.sum(axis=1)
    split_information = _entropy(sizes)
    if split_information <= 0:
        return 0.0
    remaining = 0.0
    for j in range(counts.shape[0]):
        remaining += sizes[j] / sizes.sum() * _entropy(counts[j])
    # Rounding may leave a gain of -1e-17 where there is none.
    return max(_entropy(counts.sum(axis=0)) - remaining, 0.0) / split_information


def information_gain_ratio(bins: npt.ArrayLike, label: npt.ArrayLike) -> float:
    """Return the information gain ratio of bins about labels.

    Parameters
    ----------
    bins : array-like, shape (n_rows,)
        Bin, or category, of each row; missing ones form a bin of their own.
    label : array-like, shape (n_rows,)
        Class of each row, none missing.

    Returns
    -------
    float
        (Info(D) - Σ |D_j|/|D| Info(D_j)) / SplitInfo; 0 where SplitInfo is 0.

    Notes
    -----
    The equation of Zhang et al. (2023) prints Info(D) inside the sum, which would make every
    gain zero; this is Quinlan's (1993).

    Examples
    --------
    >>> information_gain_ratio([0, 0, 1, 1], ["slide", "slide", "other", "other"])
    1.0
    >>> information_gain_ratio([0, 1, 0, 1], ["slide", "slide", "other", "other"])
    0.0
    """
    ranks, levels = pd.factorize(np.asarray(bins), use_na_sentinel=False)
    codes, classes = pd.factorize(np.asarray(label), use_na_sentinel=False)
    if ranks.size != codes.size:
        raise ValueError(f"{ranks.size} bins do not fit {codes.size} labels")
    return float(
        gain_ratio_of_counts(class_counts(ranks.astype(np.int64), codes, len(levels), len(classes)))
    )


@compiled
def gain_ratio_of_codes(bins: np.ndarray, codes: np.ndarray) -> float:
    """Return what `information_gain_ratio` does, of bins and classes that are 0, 1, ..."""
    counts = np.zeros((bins.max() + 1, codes.max() + 1))
    for i in range(bins.size):
        counts[bins[i], codes[i]] += 1
    return gain_ratio_of_counts(counts)


@compiled
def _null_ratios(
    ranks: np.ndarray,
    codes: np.ndarray,
    n_ranks: int,
    n_classes: int,
    merge: bool,
    threshold: float,
    max_bins: int,
    min_bin_count: int,
) -> np.ndarray:
    """Return the gain ratio for each row of permuted `codes`; rank -1 is missing."""
    ratios = np.empty(codes.shape[0])
    for b in range(codes.shape[0]):
        counts = np.zeros((n_ranks + 1, n_classes))
        for i in range(ranks.size):
            counts[ranks[i], codes[b, i]] += 1
        if merge:
            _, merged = merge_intervals(counts[:n_ranks], threshold, max_bins, min_bin_count)
            counts = np.concatenate((merged, counts[n_ranks:]))
        ratios[b] = gain_ratio_of_counts(counts)
    return ratios


@lru_cache(maxsize=4096)
def chance_gain_ratios(
    missing: int,
    ties: tuple[int, ...],
    class_sizes: tuple[int, ...],
    *,
    permutations: int,
    seed: int,
    categorical: bool,
    max_bins: int,
    significance: float,
    min_bin_count: int,
) -> np.ndarray:
    """Return the gain ratios that chance gives a factor.

    Parameters
    ----------
    missing : int
        Rows without a value.
    ties : tuple of int
        Rows that share each of its values, in ascending order of value.
    class_sizes : tuple of int
        Rows of each class.
    permutations, seed : int
        Number of permutations of the labels, and seed of their generator.
    categorical, max_bins, significance, min_bin_count
        See `null_gain_ratios`.

    Returns
    -------
    ndarray of float64, shape (permutations,)
        Not to be written to: it is kept.

    Notes
    -----
    Under permuted labels the gain ratio of a factor depends on nothing but these sizes. All factors
    without ties have the same, in all folds with as many rows of each class.
    """
    values = np.repeat(np.arange(len(ties) + 1.0), (missing, *ties))
    values[:missing] = np.nan
    ratios = null_gain_ratios(
        values,
        _permuted_classes(class_sizes, permutations, seed),
        categorical=categorical,
        max_bins=max_bins,
        significance=significance,
        min_bin_count=min_bin_count,
    )
    ratios.setflags(write=False)
    return ratios


@lru_cache(maxsize=16)
def _permuted_classes(class_sizes: tuple[int, ...], permutations: int, seed: int) -> np.ndarray:
    """Return permuted class codes, shape (permutations, n_rows), not to be written to."""
    codes = np.repeat(np.arange(len(class_sizes)), class_sizes)
    permuted = np.random.default_rng(seed).permuted(
        np.broadcast_to(codes, (permutations, codes.size)), axis=1
    )
    permuted.setflags(write=False)
    return permuted


def null_gain_ratios(
    values: npt.ArrayLike,
    permuted: np.ndarray,
    *,
    categorical: bool,
    max_bins: int,
    significance: float,
    min_bin_count: int,
) -> np.ndarray:
    """Return the gain ratios of a factor under permuted labels, binned anew for each.

    Parameters
    ----------
    values : array-like, shape (n_rows,)
        The factor, not binned; numbers, or categories where `categorical`.
    permuted : ndarray of int64, shape (n_permutations, n_rows)
        Class codes 0, 1, ..., one permutation per row.
    categorical : bool
        Categories stay as they are; numbers go through ChiMerge with the options given.

    Returns
    -------
    ndarray of float64, shape (n_permutations,)

    Notes
    -----
    Bins made on the rows they are judged by look informative by chance alone. Permuting the
    labels without binning anew would hide that: at 306 rows and 8 bins it expects 0.006
    where ChiMerge's own chance level is seven times as high.
    """
    ranks, levels = pd.factorize(np.asarray(values), sort=True, use_na_sentinel=True)
    n_classes = int(permuted.max()) + 1
    return _null_ratios(
        ranks.astype(np.int64),
        permuted,
        len(levels),
        n_classes,
        not categorical,
        chi_square_threshold(significance, n_classes),
        max_bins,
        min_bin_count,
    )
