"""Global Moran's I over a series of growing distances, in one pass over the pairs of points."""

from functools import partial
from typing import NamedTuple

import numpy as np

from hotslope.compiled import compiled
from hotslope.motion.bands import BANDS_PER_RADIUS, SLACK, BandedPoints, band_points, in_blocks
from hotslope.motion.hotspots import track_moments

#: Squared distances are looked up in so many cells to find their step.
_LOOKUP_CELLS = 4096


class MoranCurve(NamedTuple):
    """Moran's I at each distance.

    Attributes
    ----------
    distance_m : ndarray, float64, shape (distances,)
        Points at this distance or nearer are neighbours, m.
    moran_i : ndarray, float64, shape (distances,)
        Moran's I; NaN where no point has a neighbour, or where all values are equal.
    z : ndarray, float64, shape (distances,)
        Standard score of I where the values are permuted at random over the points; 0 where
        all values are equal, else NaN where I is, and for fewer than four points.
    z_normal : ndarray, float64, shape (distances,)
        Standard score of I where the values are drawn from one normal distribution.
    neighbours : ndarray, float64, shape (distances,)
        Mean number of neighbours, the point itself left out.
    """

    distance_m: np.ndarray
    moran_i: np.ndarray
    z: np.ndarray
    z_normal: np.ndarray
    neighbours: np.ndarray


def moran_curve(
    x: np.ndarray,
    y: np.ndarray,
    value: np.ndarray,
    distance_m: np.ndarray,
    *,
    threads: int = 1,
) -> MoranCurve:
    """Global Moran's I with binary weights within each of several distances.

    Parameters
    ----------
    x, y : array_like, shape (points,)
        Projected coordinates, m.
    value : array_like, shape (points,)
        Value at each point, such as velocity in mm/yr.
    distance_m : array_like, shape (distances,)
        Distances, ascending, m.
    threads : int
        Number of threads; the result has the same bits for any.

    Returns
    -------
    MoranCurve
        I = n / S0 · Σ_ij w_ij e_i e_j / Σ e_i², e = value − mean, and its standard scores.

    Raises
    ------
    ValueError
        Distances do not ascend from above 0, or what `band_points` refuses.

    Notes
    -----
    Weights are 0 or 1 and symmetric, so all that the scores need of them are numbers of
    neighbours k: S0 = Σ k, S1 = 2 S0, S2 = 4 Σ k². Each pair is visited once per end at the
    largest distance, whatever the number of distances.

    References
    ----------
    .. [1] Cliff, A. D., Ord, J. K. (1981). Spatial processes: models and applications. Pion.
    """
    distance_m = np.asarray(distance_m, dtype=np.float64)
    if distance_m.size == 0 or not (np.diff(distance_m, prepend=0.0) > 0).all():
        raise ValueError(f"distance_m is {distance_m}: distances must ascend from above 0")
    points = band_points(x, y, value, float(distance_m[-1]))
    moments = track_moments(points.value)
    error = points.value - moments.centre
    links, squares, products = _pair_sums(points._replace(value=error), distance_m, threads)
    if moments.number == 0 or moments.spread == 0.0:
        unknown = np.full(distance_m.size, np.nan)
        z = np.full(distance_m.size, 0.0 if moments.number else np.nan)
        return MoranCurve(distance_m, unknown, z, z, links / max(moments.number, 1))
    second, fourth = float((error**2).sum()), float((error**4).sum())
    index = np.full(distance_m.size, np.nan)
    linked = links > 0
    index[linked] = moments.number / links[linked] * (products[linked] / second)
    kurtosis = moments.number * fourth / second**2
    z, z_normal = _standard_scores(index, moments.number, kurtosis, links, squares)
    return MoranCurve(distance_m, index, z, z_normal, links / moments.number)


def _standard_scores(
    index: np.ndarray, number: int, kurtosis: float, links: np.ndarray, squares: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Scores of I under random permutation and under the normal distribution."""
    if number < 4:
        return np.full(index.shape, np.nan), np.full(index.shape, np.nan)
    n, s0, s1, s2 = float(number), links.astype(np.float64), 2.0 * links, 4.0 * squares
    expected = -1.0 / (n - 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        normal = (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2) - expected**2
        random = (
            n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
            - kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
        ) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2
        # Where all points neighbour each other I is a constant: what is left is rounding.
        normal = np.where(normal > 1e-12 * expected**2, normal, np.nan)
        random = np.where(random > 1e-12 * expected**2, random, np.nan)
        return (index - expected) / np.sqrt(random), (index - expected) / np.sqrt(normal)


def _pair_sums(
    points: BandedPoints, distance_m: np.ndarray, threads: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Per distance: number of neighbours, sum of its squares, sum of products of values.

    Each band has sums of its own, added up in order at the end, so threads leave no trace.
    """
    bands = points.starts.size - 1
    links = np.zeros((bands, distance_m.size), dtype=np.int64)
    squares, products = np.zeros_like(links), np.zeros(links.shape)
    limits2 = distance_m**2
    # A cell's step is that of its smallest distance; the pass looks on from there.
    cells = np.arange(_LOOKUP_CELLS + 1) * (limits2[-1] / _LOOKUP_CELLS)
    lookup = np.searchsorted(limits2, cells * (1 - SLACK))
    task = partial(_sum_bands, points, limits2, lookup, links, squares, products)
    in_blocks(task, bands, threads)
    return links.sum(axis=0), squares.sum(axis=0), products.sum(axis=0)


def _sum_bands(
    points: BandedPoints,
    limits2: np.ndarray,
    lookup: np.ndarray,
    links: np.ndarray,
    squares: np.ndarray,
    products: np.ndarray,
    begin: int,
    end: int,
) -> None:
    """Fill the sums of bands begin…end − 1."""
    _sum_products(
        points.x, points.y, points.value, points.starts, BANDS_PER_RADIUS, limits2, lookup,
        begin, end, links, squares, products,
    )  # fmt: skip


@compiled
def _sum_products(
    x: np.ndarray,
    y: np.ndarray,
    value: np.ndarray,
    starts: np.ndarray,
    span: int,
    limits2: np.ndarray,
    lookup: np.ndarray,
    begin: int,
    end: int,
    links: np.ndarray,
    squares: np.ndarray,
    products: np.ndarray,
) -> None:
    """Sort the neighbours of each point by distance, then add them up from near to far."""
    steps, farthest2 = limits2.size, limits2[-1]
    reach = np.sqrt(farthest2) * (1 + SLACK)
    cells_per_m2 = (lookup.size - 1) / farthest2
    near, total = np.empty(steps, dtype=np.int64), np.empty(steps)
    for band in range(begin, end):
        first, past = max(band - span, 0), min(band + span + 1, starts.size - 1)
        wests = starts[first:past].copy()
        for i in range(starts[band], starts[band + 1]):
            near[:], total[:] = 0, 0.0
            near[0], total[0] = -1, -value[i]  # the point itself is met below
            for other in range(first, past):
                west = wests[other - first]
                while west < starts[other + 1] and x[west] < x[i] - reach:
                    west += 1
                wests[other - first] = west
                for j in range(west, starts[other + 1]):
                    if x[j] > x[i] + reach:
                        break
                    dx, dy = x[i] - x[j], y[i] - y[j]
                    square = dx * dx + dy * dy
                    if square <= farthest2:
                        step = lookup[int(square * cells_per_m2)]
                        while square > limits2[step]:
                            step += 1
                        near[step] += 1
                        total[step] += value[j]
            count, tally = 0, 0.0
            for step in range(steps):
                count += near[step]
                tally += total[step]
                links[band, step] += count
                squares[band, step] += count * count
                products[band, step] += value[i] * tally
