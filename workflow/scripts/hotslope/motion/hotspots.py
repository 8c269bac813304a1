"""Hot and cold spots: the local statistic Gi* of Getis and Ord."""

import logging
import math
from functools import partial
from typing import NamedTuple

import numpy as np
import scipy
from scipy.special import erfc

from hotslope.compiled import compiled
from hotslope.motion.bands import BANDS_PER_RADIUS, SLACK, BandedPoints, band_points, in_blocks

logger = logging.getLogger(__name__)

#: Points summed side by side. At 16 the compiler makes vectors of the loop over them; at 8 it
#: unrolls the loop and does not (0.10 and 0.31 s for 930,193 points).
LANES = 16


class Moments(NamedTuple):
    """Number, centre and spread of all values of a track."""

    number: int
    centre: float
    spread: float


def getis_ord_star(
    x: np.ndarray,
    y: np.ndarray,
    value: np.ndarray,
    radius_m: float,
    *,
    center: str = "mean",
    moments: Moments | None = None,
    threads: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gi* of each point with binary weights within a radius, the point itself included.

    Parameters
    ----------
    x, y : array_like, shape (points,)
        Projected coordinates, m.
    value : array_like, shape (points,)
        Value at each point, such as velocity in mm/yr.
    radius_m : float
        Points at this distance or nearer are neighbours, m.
    center : {"mean", "median"}
        What local sums are compared with: mean and population standard deviation of all
        values, or their median and normalised median absolute deviation.
    moments : Moments, optional
        Of the whole track, where the points are a part of it; `center` is then ignored. The
        result is that of the whole track for points that have all their neighbours.
    threads : int
        Number of threads; the result has the same bits for any.

    Returns
    -------
    z : ndarray, float64, shape (points,)
        Standard score; NaN where every point is a neighbour, since nothing is left to compare
        with; 0 where all values are equal.
    p : ndarray, float64, shape (points,)
        Two-sided probability of `z` under the normal distribution.
    neighbours : ndarray, int32, shape (points,)
        Number of points within the radius, the point itself included.

    Raises
    ------
    ValueError
        Shapes differ, a number is not finite, the radius is not positive, or `center` is none
        of the two.

    Notes
    -----
    The centre is subtracted before summing, so that adding a constant to all values changes
    nothing but rounding; Σx − x̄W would lose digits to it.

    References
    ----------
    .. [1] Ord, J. K., Getis, A. (1995). Local spatial autocorrelation statistics.
       Geographical Analysis 27, 286–306.

    Examples
    --------
    >>> x, y = [10, 20, 40, 15, 30, 30], [10, 10, 10, 20, 20, 30]
    >>> velocity_mm_yr = [2, 3, 3.2, 5, 8, 7]
    >>> z, p, neighbours = getis_ord_star(x, y, velocity_mm_yr, radius_m=15)
    >>> z.round(3)
    array([-1.397, -0.289,  0.651, -0.289,  1.235,  2.024])
    >>> neighbours
    array([3, 4, 2, 4, 5, 2], dtype=int32)
    """
    points = band_points(x, y, value, radius_m)
    # Of the sorted values, so that the order of input cannot change the last bit.
    moments = moments or track_moments(points.value, center)
    points = points._replace(value=points.value - moments.centre)
    sums, neighbours = _banded_sums(points, float(radius_m), threads)
    z = standard_score(sums, neighbours, moments)
    return z, two_sided_p(z), neighbours


def track_moments(value: np.ndarray, center: str = "mean") -> Moments:
    """Return number, centre and spread of all values.

    Parameters
    ----------
    value : ndarray, float64, shape (points,)
        Values of the whole track; their order decides the last bit of the mean.
    center : {"mean", "median", "zero"}
        Mean and population standard deviation, or median and scaled median absolute deviation, or
        0 and this deviation.

    Returns
    -------
    Moments
        NaN without values; a spread of exactly 0 where values differ by rounding only.

    Raises
    ------
    ValueError
        `center` is none of these.
    """
    if center not in ("mean", "median", "zero"):
        raise ValueError(f"center is {center!r}: give 'mean', 'median' or 'zero'")
    if value.size == 0:
        return Moments(0, math.nan, math.nan)
    if center == "mean":
        centre = float(value.mean())
        spread = float(value.std())
    else:
        centre = float(np.median(value)) if center == "median" else 0.0
        spread = float(scipy.stats.median_abs_deviation(value, scale="normal"))
    if spread <= 4 * np.finfo(np.float64).eps * float(np.abs(value).max()):
        logger.warning("the %s spread of %d values is 0: all z are 0", center, value.size)
        spread = 0.0
    return Moments(value.size, centre, spread)


def usable_center(value: np.ndarray, center: str) -> str:
    """Return the centre to compare with: the mean where the median's deviation is 0.

    That is so where more than half of the values are equal, as in data without noise.
    """
    if center != "median" or not value.size:
        return center
    return "median" if scipy.stats.median_abs_deviation(value) > 0 else "mean"


def standard_score(sums: np.ndarray, neighbours: np.ndarray, moments: Moments) -> np.ndarray:
    """Gi* from sums of centred values over neighbours.

    Parameters
    ----------
    sums : ndarray, float64, shape (points,)
        Sum of value minus centre over each point's neighbours and itself.
    neighbours : ndarray, int, shape (points,)
        Number of points in each sum.
    moments : Moments
        Of the whole track, of which the points may be a part.

    Returns
    -------
    ndarray, float64, shape (points,)
        z = sum / (S √(W (n − W) / (n − 1))), W the number of neighbours.
    """
    return _standard_score(sums, neighbours, float(moments.number), moments.spread)


@compiled
def _standard_score(
    sums: np.ndarray, neighbours: np.ndarray, number: float, spread: float
) -> np.ndarray:
    """Scores in one pass: on millions of points, arrays for parts of the formula cost more."""
    z = np.empty_like(sums)
    for i in range(z.size):
        near = float(neighbours[i])
        if near >= number:
            z[i] = np.nan
        elif spread == 0.0:
            z[i] = 0.0
        else:
            z[i] = sums[i] / (spread * math.sqrt(near * (number - near) / (number - 1.0)))
    return z


def two_sided_p(z: np.ndarray) -> np.ndarray:
    """Return the probability of a larger |z| under the normal distribution; NaN of NaN."""
    return erfc(np.abs(z) * math.sqrt(0.5))


def _banded_sums(
    points: BandedPoints, radius_m: float, threads: int
) -> tuple[np.ndarray, np.ndarray]:
    """Sum and number of neighbours of each point, in the order of input."""
    sums = np.empty(points.x.size)
    neighbours = np.empty(points.x.size, dtype=np.int32)
    task = partial(_sum_bands, points, radius_m, sums, neighbours)
    in_blocks(task, points.starts.size - 1, threads)
    return sums, neighbours


def _sum_bands(
    points: BandedPoints,
    radius_m: float,
    sums: np.ndarray,
    neighbours: np.ndarray,
    begin: int,
    end: int,
) -> None:
    """Fill the sums of the points in bands begin…end − 1."""
    # Bands k apart are at least k − 1 heights apart, which narrows the reach in x.
    apart = np.maximum(np.abs(np.arange(-BANDS_PER_RADIUS, BANDS_PER_RADIUS + 1)) - 1, 0)
    reach_m = np.sqrt(radius_m**2 - (apart * points.height_m) ** 2) * (1 + SLACK)
    _sum_neighbours(
        points.x, points.y, points.value, points.order, points.starts,
        reach_m, radius_m**2, begin, end, sums, neighbours,
    )  # fmt: skip


@compiled
def _sum_neighbours(
    x: np.ndarray,
    y: np.ndarray,
    value: np.ndarray,
    order: np.ndarray,
    starts: np.ndarray,
    reach_m: np.ndarray,
    radius2: float,
    begin: int,
    end: int,
    sums: np.ndarray,
    neighbours: np.ndarray,
) -> None:
    """Sweep bands from west to east, `LANES` points at a time: many sums, one search.

    Each sum takes its terms one after the other in the order of the points; a point beyond the
    radius adds an exact zero. So sharing the search leaves no trace in the sums.
    """
    bands = starts.size - 1
    span = reach_m.size // 2
    wests = np.empty(reach_m.size, dtype=np.int64)
    easts = np.empty(reach_m.size, dtype=np.int64)
    lane_x, lane_y = np.empty(LANES), np.empty(LANES)
    total, near = np.empty(LANES), np.empty(LANES)
    for band in range(begin, end):
        first, past = max(band - span, 0), min(band + span + 1, bands)
        for other in range(first, past):
            wests[other - first] = easts[other - first] = starts[other]
        for a in range(starts[band], starts[band + 1], LANES):
            # Lanes past the end of a band repeat its last point.
            d = min(a + LANES, starts[band + 1]) - 1
            for lane in range(LANES):
                lane_x[lane], lane_y[lane] = x[min(a + lane, d)], y[min(a + lane, d)]
                total[lane] = near[lane] = 0.0
            for other in range(first, past):
                reach = reach_m[other - band + span]
                west, east = wests[other - first], easts[other - first]
                while west < starts[other + 1] and x[west] < x[a] - reach:
                    west += 1
                east = max(east, west)
                while east < starts[other + 1] and x[east] <= x[d] + reach:
                    east += 1
                wests[other - first], easts[other - first] = west, east
                for j in range(west, east):
                    xj, yj, vj = x[j], y[j], value[j]
                    # No branch and no call, so that this loop becomes vectors.
                    for lane in range(LANES):
                        dx, dy = lane_x[lane] - xj, lane_y[lane] - yj
                        within = dx * dx + dy * dy <= radius2
                        total[lane] += vj if within else 0.0
                        near[lane] += 1.0 if within else 0.0
            for lane in range(d + 1 - a):
                sums[order[a + lane]] = total[lane]
                neighbours[order[a + lane]] = np.int32(near[lane])
