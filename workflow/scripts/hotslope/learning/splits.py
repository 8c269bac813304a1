"""Who trains and who tests in turn: stratified folds, spatial folds."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

from hotslope.compiled import compiled

#: Evenness of two folds that counts as equal: `numpy.isclose`, which scikit-learn asks.
RELATIVE, ABSOLUTE = 1e-5, 1e-8


@dataclass(frozen=True)
class Fold:
    """One division into training and test rows (positions)."""

    strategy: str
    repeat: int
    fold: int
    train: np.ndarray
    test: np.ndarray


@compiled
def evenest_fold(per_fold: np.ndarray, class_sizes: np.ndarray, group: np.ndarray) -> int:
    """Find the fold that a group of rows joins so that all folds stay most alike.

    Parameters
    ----------
    per_fold : ndarray of float64, shape (n_folds, n_classes)
        Rows of each class in each fold so far.
    class_sizes : ndarray of int64, shape (n_classes,)
        Rows of each class in all.
    group : ndarray of float64, shape (n_classes,)
        Rows of each class in the group.

    Returns
    -------
    int
        The fold after whose choice the standard deviation over folds of the shares of each
        class, averaged over classes, is least; of equal ones, the fold with the fewest rows.
    """
    n_folds, n_classes = per_fold.shape
    best, least, fewest = 0, np.inf, np.inf
    shares = np.empty(n_folds)
    for i in range(n_folds):
        spread = 0.0
        for k in range(n_classes):
            for j in range(n_folds):
                shares[j] = (per_fold[j, k] + (group[k] if i == j else 0.0)) / class_sizes[k]
            spread += np.sqrt(np.sum((shares - np.sum(shares) / n_folds) ** 2) / n_folds)
        spread /= n_classes
        rows = per_fold[i].sum()
        alike = abs(spread - least) <= ABSOLUTE + RELATIVE * abs(least)
        if spread < least or (alike and rows < fewest):
            best, least, fewest = i, spread, rows
    return best


class CompiledFolds(StratifiedGroupKFold):
    """scikit-learn's folds, whose inner loop takes a hundredth of the time.

    A version of scikit-learn that asks this method no more would give the same folds, slowly.
    """

    def _find_best_fold(
        self, y_counts_per_fold: np.ndarray, y_cnt: np.ndarray, group_y_counts: np.ndarray
    ) -> int:
        return evenest_fold(y_counts_per_fold, y_cnt, group_y_counts)


def grouped_folds(
    label: np.ndarray, group: np.ndarray, n_folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield training and test positions of stratified folds that keep groups whole."""
    splitter = CompiledFolds(n_splits=n_folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # Large blocks may hold all of a rare class; the folds it lacks are recorded as NaN.
        warnings.filterwarnings("ignore", message="The least populated class")
        yield from splitter.split(label, label, group)


def spatial_blocks(
    x_m: np.ndarray,
    y_m: np.ndarray,
    group: np.ndarray,
    block_size_m: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the square block that each row lies in, on a grid laid at random.

    Parameters
    ----------
    x_m, y_m : ndarray of float64, shape (n_rows,)
        Centroids.
    group : ndarray, shape (n_rows,)
        Rows of one group share the block of their mean position.
    block_size_m : float
        Side of a block.
    rng : numpy.random.Generator
        Draws the origin of the grid, so that no slope always lies at an edge.

    Returns
    -------
    ndarray of int64, shape (n_rows,)
        Codes 0, 1, ...
    """
    codes, _ = pd.factorize(group, sort=True)
    origin = rng.uniform(0, block_size_m, 2)
    cells = []
    for values, start in ((x_m, origin[0]), (y_m, origin[1])):
        centre = (np.bincount(codes, values) / np.bincount(codes))[codes]
        cells.append(np.floor((centre - start) / block_size_m).astype(np.int64))
    _, blocks = np.unique(np.column_stack(cells), axis=0, return_inverse=True)
    return blocks.ravel()


def repeated_folds(
    label: np.ndarray,
    group: np.ndarray,
    x_m: np.ndarray,
    y_m: np.ndarray,
    *,
    repeats: int,
    n_folds: int,
    block_size_m: float,
    seed: int,
) -> list[Fold]:
    """Return stratified and spatial-block folds side by side.

    Parameters
    ----------
    label, group, x_m, y_m : ndarray, shape (n_rows,)
        Classes, groups that stay whole, and centroids.
    repeats, n_folds : int
    block_size_m : float
        See `spatial_blocks`.
    seed : int

    Returns
    -------
    list of Fold
        ``stratified`` first, then ``spatial``; per strategy ordered by repeat and fold.
        A repeat whose grid has fewer blocks than folds has as many folds as blocks; with a
        single block it has none.
    """
    folds = []
    for strategy in ("stratified", "spatial"):
        for repeat in range(repeats):
            rng = np.random.default_rng([seed, repeat])
            together, count = group, n_folds
            if strategy == "spatial":
                together = spatial_blocks(x_m, y_m, group, block_size_m, rng)
                count = min(n_folds, int(together.max()) + 1)
            if count < 2:
                continue
            draw = int(rng.integers(2**31))
            splits = grouped_folds(label, together, count, draw)
            folds += [
                Fold(strategy, repeat, fold, train, test)
                for fold, (train, test) in enumerate(splits)
            ]
    return folds
