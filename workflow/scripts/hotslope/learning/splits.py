"""Training and test rows: stratified and spatial folds, or roles that are drawn once."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from sklearn.cluster import KMeans
from sklearn.model_selection import StratifiedGroupKFold

from hotslope.compiled import compiled
from hotslope.learning.areas import areas_of

#: Tolerance within which two folds are equally even: that of `numpy.isclose` in scikit-learn.
RELATIVE, ABSOLUTE = 1e-5, 1e-8


@dataclass(frozen=True)
class Fold:
    """One division into training and test rows (positions)."""

    strategy: str
    repeat: int
    fold: int
    train: np.ndarray
    test: np.ndarray


def find_folds(folds: Sequence[Fold], strategy: str, repeats: int | None = None) -> list[int]:
    """Return the positions of the folds of a strategy, of its first `repeats` only if given."""
    return [
        i
        for i, fold in enumerate(folds)
        if fold.strategy == strategy and (repeats is None or fold.repeat < repeats)
    ]


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

    If a version of scikit-learn no longer calls this method, the folds are the same but slow.
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
    origin = rng.uniform(0, block_size_m, 2)
    cells = np.floor((group_centres(group, x_m, y_m) - origin) / block_size_m).astype(np.int64)
    _, blocks = np.unique(cells, axis=0, return_inverse=True)
    return blocks.ravel()


def group_centres(group: np.ndarray, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
    """Return the mean position of each row's group, float64, shape (n_rows, 2)."""
    codes, _ = pd.factorize(group, sort=True)
    means = [np.bincount(codes, values) / np.bincount(codes) for values in (x_m, y_m)]
    return np.column_stack(means)[codes]


def catchment_blocks(group: np.ndarray, catchment: np.ndarray) -> np.ndarray:
    """Return the catchment of each row's group: that of its first row, int64, shape (n_rows,)."""
    _, first, codes = np.unique(group, return_index=True, return_inverse=True)
    return np.unique(catchment[first][codes], return_inverse=True)[1].ravel()


def clustered_folds(
    group: np.ndarray, x_m: np.ndarray, y_m: np.ndarray, n_folds: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield training and test positions of folds that are clusters of the places.

    Notes
    -----
    Classes are not balanced: a cluster holds what lies there.

    References
    ----------
    Brenning, A. (2012). Spatial cross-validation and bootstrap for the assessment of prediction
    rules in remote sensing: the R package sperrorest. IGARSS 2012, 5372-5375.
    """
    centres = group_centres(group, x_m, y_m)
    count = min(n_folds, len(np.unique(centres, axis=0)))
    if count < 2:
        return
    cluster = KMeans(count, n_init=1, random_state=seed).fit_predict(centres)
    for value in range(count):
        yield np.flatnonzero(cluster != value), np.flatnonzero(cluster == value)


def area_folds(x_m: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield training and test positions of folds that leave one area out, of several joined."""
    area = areas_of(x_m)
    for value in np.unique(area) if np.ptp(area) else ():
        yield np.flatnonzero(area != value), np.flatnonzero(area == value)


def spatial_folds(
    label: np.ndarray,
    group: np.ndarray,
    x_m: np.ndarray,
    y_m: np.ndarray,
    n_folds: int,
    block_size_m: float,
    blocks: str,
    catchment: np.ndarray | None,
    rng: np.random.Generator,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Return the spatial folds of one repeat, see `repeated_folds`; none of a single block."""
    if blocks == "areas":
        return area_folds(x_m)
    if blocks == "k_means":
        return clustered_folds(group, x_m, y_m, n_folds, int(rng.integers(2**31)))
    if blocks == "catchments":
        if catchment is None:
            raise ValueError("blocks of catchments need the catchment of each row")
        together = catchment_blocks(group, catchment)
    else:
        together = spatial_blocks(x_m, y_m, group, block_size_m, rng)
    count = min(n_folds, int(together.max()) + 1)
    if count < 2:
        return iter(())
    return grouped_folds(label, together, count, int(rng.integers(2**31)))


def buffered(
    splits: Iterable[tuple[np.ndarray, np.ndarray]],
    x_m: np.ndarray,
    y_m: np.ndarray,
    buffer_m: float,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Leave out the training rows that lie nearer than a distance to a test row.

    References
    ----------
    Le Rest, K. et al. (2014). Spatial leave-one-out cross-validation for variable selection in the
    presence of spatial autocorrelation. Global Ecology and Biogeography 23, 811-820.
    """
    places = np.column_stack([x_m, y_m])
    for train, test in splits:
        distance, _ = KDTree(places[test]).query(places[train])
        yield train[distance >= buffer_m], test


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
    blocks: str = "squares",
    buffer_m: float = 0.0,
    catchment: np.ndarray | None = None,
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
    blocks : str, default "squares"
        ``squares``: spatial folds gather the blocks of `spatial_blocks`; ``k_means``: they are
        those of `clustered_folds`; ``catchments``: they gather the blocks of `catchment_blocks`;
        ``areas``: those of `area_folds`, which one repeat exhausts.
    buffer_m : float, default 0
        Rows nearer than this to a test row of a spatial fold take no part in its training.
    catchment : ndarray of int64 or None, shape (n_rows,)
        Catchment of each row, for blocks of catchments.

    Returns
    -------
    list of Fold
        ``stratified`` first, then ``spatial``; per strategy ordered by repeat and fold.
        A repeat whose grid has fewer blocks than folds has as many folds as blocks; with a
        single block it has none.
    """
    folds = []
    for strategy in ("stratified", "spatial"):
        for repeat in range(1 if strategy == "spatial" and blocks == "areas" else repeats):
            rng = np.random.default_rng([seed, repeat])
            if strategy == "spatial":
                splits = spatial_folds(
                    label, group, x_m, y_m, n_folds, block_size_m, blocks, catchment, rng
                )
                if buffer_m > 0:
                    splits = buffered(splits, x_m, y_m, buffer_m)
            else:
                splits = grouped_folds(label, group, n_folds, int(rng.integers(2**31)))
            folds += [
                Fold(strategy, repeat, fold, train, test)
                for fold, (train, test) in enumerate(splits)
            ]
    return folds


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
    _, first, codes = np.unique(group, return_index=True, return_inverse=True)
    class_of_group = label[first]
    sizes = np.bincount(codes)
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
