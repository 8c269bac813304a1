"""Who trains and who tests: fixed roles, stratified folds, spatial folds."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold


@dataclass(frozen=True)
class Fold:
    """One division into training and test rows (positions)."""

    strategy: str
    repeat: int
    fold: int
    train: np.ndarray
    test: np.ndarray


def draw_groups(
    label: np.ndarray, group: np.ndarray, fraction: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw whole groups until they hold a fraction of each class.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
        Classes; a group counts for the class of its first row.
    group : ndarray, shape (n_rows,)
        Rows of one group stay together.
    fraction : float
        Share of rows to draw, 0 to 1.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of bool, shape (n_rows,)
        True where drawn; from every class with at least two groups, at least one group is
        drawn and one is left.
    """
    codes, _ = pd.factorize(group, sort=True)
    sizes = np.bincount(codes)
    class_of_group = np.empty(sizes.size, dtype=label.dtype)
    class_of_group[codes[::-1]] = label[::-1]
    drawn = np.zeros(sizes.size, dtype=bool)
    for value in np.unique(class_of_group):
        members = rng.permutation(np.flatnonzero(class_of_group == value))
        wanted = fraction * sizes[members].sum()
        middle = np.cumsum(sizes[members]) - sizes[members] / 2
        take = middle < wanted
        if members.size > 1:
            take[0] = True
            take[-1] = False
        drawn[members[take]] = True
    return drawn[codes]


def assign_roles(
    label: np.ndarray,
    group: np.ndarray,
    *,
    test_fraction: float,
    validation_fraction: float,
    seed: int,
    given: np.ndarray | None = None,
) -> np.ndarray:
    """Assign each labelled row to training, inner validation or test.

    Parameters
    ----------
    label, group : ndarray, shape (n_rows,)
        See `draw_groups`.
    test_fraction : float
        Share of all rows for the test.
    validation_fraction : float
        Share of the remaining rows for inner validation.
    seed : int
    given : ndarray of str or None, shape (n_rows,)
        Prescribed roles, all of them; where they name no validation rows, those are drawn
        from the training rows.

    Returns
    -------
    ndarray of str, shape (n_rows,)
        ``train``, ``validation`` or ``test``.
    """
    rng = np.random.default_rng(seed)
    if given is None:
        test = draw_groups(label, group, test_fraction, rng)
        role = np.where(test, "test", "train").astype(object)
    else:
        role = given.astype(object)
    rest = np.flatnonzero(role == "train")
    if not (role == "validation").any() and rest.size:
        validation = draw_groups(label[rest], group[rest], validation_fraction, rng)
        role[rest[validation]] = "validation"
    return role


def grouped_folds(
    label: np.ndarray, group: np.ndarray, n_folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield training and test positions of stratified folds that keep groups whole."""
    splitter = StratifiedGroupKFold(n_splits=n_folds, shuffle=True, random_state=seed)
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
