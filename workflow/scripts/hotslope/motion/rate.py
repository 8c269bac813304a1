"""Local rate of motion around moving points, from kernel-weighted points."""

import math
from functools import partial

import numpy as np

from hotslope.compiled import compiled
from hotslope.grid import Grid
from hotslope.motion.bands import BANDS_PER_RADIUS, BandedPoints, band_points, in_blocks
from hotslope.motion.density import quartic_sum
from hotslope.motion.kriging import REACH_RANGES, kriged_rates
from hotslope.points.track_statistics import SPARSE_DENSITY_PER_KM2

STATISTICS = ("median", "mean", "clipped_mean", "kriging")
#: What `local_rate` returns, as bands of a raster.
RATE_BANDS = ("rate_mm_yr", "support")
RATE_UNITS = ("mm/yr", "")
#: Below this sum of (1 − u²)² a cell has too few points around it to be evaluated.
MIN_SUPPORT = 1.0
#: Nearer to half of the weight than this share of it, sums cannot decide which half weighs more:
#: rounding could.
DOUBT = 1e-9
#: Points that a circle of the automatic bandwidth holds on average.
POINTS_PER_BANDWIDTH = 16
#: Smallest and largest automatic bandwidth, m.
BANDWIDTH_RANGE_M = (100.0, 300.0)
#: Every so many columns, points that no later cell of a row reaches are dropped.
COLUMNS_KEPT = 4
#: Points around a cell: x, rate, what is left of 1 after the square of their distance in y over
#: the bandwidth, and number.
Near = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def automatic_bandwidth_m(density_per_m2: float) -> float:
    """Bandwidth that holds 16 points on average: h = √(16/(π λ)), within 100–300 m."""
    low, high = BANDWIDTH_RANGE_M
    if density_per_m2 <= 0:
        return high
    return min(max(math.sqrt(POINTS_PER_BANDWIDTH / (math.pi * density_per_m2)), low), high)


def resolved_bandwidth_m(bandwidth_m: float | str, density_per_m2: float) -> float:
    """Return a bandwidth as a number, m; ``auto`` takes it from the density of the points."""
    return automatic_bandwidth_m(density_per_m2) if bandwidth_m == "auto" else float(bandwidth_m)


def resolved_statistic(statistic: str, density_per_m2: float) -> str:
    """Return the statistic by its name; ``auto`` is kriging for sparse points, else the median."""
    if statistic != "auto":
        return statistic
    return "kriging" if 1e6 * density_per_m2 < SPARSE_DENSITY_PER_KM2 else "median"


def reach_m(statistic: str, bandwidth_m: float) -> float:
    """Return how far from a cell the points lie that its rate depends on, m."""
    return REACH_RANGES * bandwidth_m if statistic == "kriging" else bandwidth_m


def rate_tags(statistic: str, bandwidth_m: float, density_per_m2: float) -> dict[str, str]:
    """Return the metadata of a raster of `local_rate`."""
    return {
        "support": "effective number of points",
        "sign": "positive: toward the sensor",
        "statistic": statistic,
        "bandwidth_m": f"{bandwidth_m:.6f}",
        "points_per_km2": f"{density_per_m2 * 1e6:.6f}",
    }


def local_rate(
    x: np.ndarray,
    y: np.ndarray,
    rate_mm_yr: np.ndarray,
    bandwidth_m: float,
    grid: Grid,
    *,
    threshold_mm_yr: float,
    statistic: str = "median",
    threads: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Kernel-weighted rate in the cells near a moving point.

    Parameters
    ----------
    x, y : array_like, shape (points,)
        Projected coordinates, m.
    rate_mm_yr : array_like, shape (points,)
        Velocity less background, mm/yr.
    bandwidth_m : float
        Radius h of the quartic kernel, weights (1 − (r/h)²)², m.
    grid : Grid
        Where the rate is wanted.
    threshold_mm_yr : float
        A point moves if its rate is at least this, of either sign, mm/yr.
    statistic : {"median", "mean", "clipped_mean", "kriging"}
        Weighted median; weighted mean; weighted mean of rates clipped to ± twice the threshold; or
        simple kriging of these, with the bandwidth as range.
    threads : int
        Number of threads; the result has the same bits for any.

    Returns
    -------
    rate : ndarray, float64, shape ``grid.shape``
        Rate, mm/yr; NaN where no moving point lies within the bandwidth and, but for kriging,
        where the support is below `MIN_SUPPORT` ("not evaluated").
    support : ndarray, float64, shape ``grid.shape``
        Σ (1 − (r/h)²)², the effective number of points, everywhere.

    Raises
    ------
    ValueError
        Unknown statistic, or what `band_points` refuses.

    Notes
    -----
    The median has no halo: a fast body shifts the mean of its quiet surroundings over the
    threshold, but not their median. Clipping at twice the threshold does nearly the same: the
    mean passes the threshold where half of the weight moves fast. Kriging is for sparse points,
    of which a kernel holds too few: it interpolates between those around a cell.
    """
    if statistic not in STATISTICS:
        raise ValueError(f"statistic is {statistic!r}: give one of {', '.join(STATISTICS)}")
    x, y, rate = (np.asarray(n, dtype=np.float64) for n in (x, y, rate_mm_yr))
    support = quartic_sum(x, y, np.ones(x.shape), bandwidth_m, grid, threads=threads)
    moving = np.abs(rate) >= threshold_mm_yr
    wanted = _near(x[moving], y[moving], bandwidth_m, grid, threads)
    if statistic == "kriging":
        clipped = np.clip(rate, -2 * threshold_mm_yr, 2 * threshold_mm_yr)
        return kriged_rates(x, y, clipped, bandwidth_m, grid, wanted), support
    wanted &= support >= MIN_SUPPORT
    if statistic == "median":
        return _weighted_medians(x, y, rate, bandwidth_m, grid, wanted, threads), support
    if statistic == "clipped_mean":
        rate = np.clip(rate, -2 * threshold_mm_yr, 2 * threshold_mm_yr)
    sums = quartic_sum(x, y, rate, bandwidth_m, grid, threads=threads)
    return np.divide(sums, support, out=np.full(grid.shape, np.nan), where=wanted), support


def rate_beyond(
    x: np.ndarray,
    y: np.ndarray,
    rate_mm_yr: np.ndarray,
    bandwidth_m: float,
    grid: Grid,
    *,
    threshold_mm_yr: float,
    statistic: str = "median",
) -> np.ndarray:
    """Rate of `local_rate` in the cells where it may pass the threshold, for callers of no others.

    Parameters
    ----------
    x, y, rate_mm_yr, bandwidth_m, grid, threshold_mm_yr, statistic
        As in `local_rate`.

    Returns
    -------
    ndarray, float64, shape ``grid.shape``
        Rate, mm/yr; NaN where it is not evaluated, and in cells, not necessarily all, where it is
        nearer to 0 than the threshold.

    Notes
    -----
    A median passes the threshold only where points that do hold half of the weight: two sums over
    few points, where a median is a sort.
    """
    if statistic != "median":
        return local_rate(
            x, y, rate_mm_yr, bandwidth_m, grid,
            threshold_mm_yr=threshold_mm_yr, statistic=statistic,
        )[0]  # fmt: skip
    support = quartic_sum(x, y, np.ones(x.shape), bandwidth_m, grid)
    heaviest = np.zeros(grid.shape)
    for moving in (rate_mm_yr >= threshold_mm_yr, rate_mm_yr <= -threshold_mm_yr):
        alike = quartic_sum(x[moving], y[moving], np.ones(moving.sum()), bandwidth_m, grid)
        np.maximum(heaviest, alike, out=heaviest)
    wanted = (support >= MIN_SUPPORT) & (heaviest >= 0.5 * (1.0 - DOUBT) * support)
    return _weighted_medians(x, y, rate_mm_yr, bandwidth_m, grid, wanted, threads=1)


def _near(x: np.ndarray, y: np.ndarray, radius_m: float, grid: Grid, threads: int) -> np.ndarray:
    """Cells whose centre lies nearer than the radius to a point."""
    return quartic_sum(x, y, np.ones(x.shape), radius_m, grid, threads=threads) > 0


def _weighted_medians(
    x: np.ndarray,
    y: np.ndarray,
    rate: np.ndarray,
    bandwidth_m: float,
    grid: Grid,
    wanted: np.ndarray,
    threads: int,
) -> np.ndarray:
    """Weighted medians in the wanted cells, NaN elsewhere."""
    points = band_points(x, y, rate, bandwidth_m)
    medians = np.full(grid.shape, np.nan)
    task = partial(_median_block, points, float(bandwidth_m), grid, wanted, medians)
    in_blocks(task, grid.shape[0], threads)
    return medians


def _median_block(
    points: BandedPoints,
    bandwidth_m: float,
    grid: Grid,
    wanted: np.ndarray,
    medians: np.ndarray,
    begin: int,
    end: int,
) -> None:
    """Fill rows begin…end − 1."""
    centres_x, centres_y = grid.x_centres_m(), grid.y_centres_m()
    bands = np.floor(centres_y / points.height_m).astype(np.int64) - points.first_band
    _fill_medians(
        points.x, points.y, points.value, points.starts, bandwidth_m, centres_x, centres_y,
        bands, BANDS_PER_RADIUS, wanted, begin, end, medians,
    )  # fmt: skip


@compiled
def _fill_medians(
    x: np.ndarray,
    y: np.ndarray,
    rate: np.ndarray,
    starts: np.ndarray,
    bandwidth_m: float,
    centres_x: np.ndarray,
    centres_y: np.ndarray,
    bands: np.ndarray,
    span: int,
    wanted: np.ndarray,
    begin: int,
    end: int,
    medians: np.ndarray,
) -> None:
    """Sweep each row from west to east; the points that a cell may reach stay sorted by rate.

    Neighbouring cells share nearly all of them, so that few are inserted per cell.
    """
    near = (np.empty(64), np.empty(64), np.empty(64), np.empty(64, dtype=np.int64))
    weights = np.empty(64)
    nexts = np.empty(2 * span + 1, dtype=np.int64)
    for row in range(begin, end):
        first = max(bands[row] - span, 0)
        past = min(bands[row] + span + 1, starts.size - 1)
        for band in range(first, past):
            nexts[band - first] = starts[band]
        count = 0
        for column in range(centres_x.size):
            if not wanted[row, column]:
                continue
            centre = centres_x[column]
            for band in range(first, past):
                j = nexts[band - first]
                while j < starts[band + 1] and x[j] < centre + bandwidth_m:
                    v = (centres_y[row] - y[j]) / bandwidth_m
                    rest = 1.0 - v * v
                    if x[j] > centre - bandwidth_m and rest > 0:
                        if count == weights.size:
                            near, weights = _doubled(near), np.empty(2 * count)
                        _insert(near, count, x[j], rate[j], rest, j)
                        count += 1
                    j += 1
                nexts[band - first] = j
            if column % COLUMNS_KEPT == 0:
                count = _without_passed(near, count, centre - bandwidth_m)
            medians[row, column] = _weighted_median(near, count, centre, bandwidth_m, weights)


@compiled
def _doubled(near: Near) -> Near:
    """Make room for twice as many points."""
    x, rate, rest, number = near
    return (
        np.append(x, np.empty_like(x)),
        np.append(rate, np.empty_like(rate)),
        np.append(rest, np.empty_like(rest)),
        np.append(number, np.empty_like(number)),
    )


@compiled
def _insert(near: Near, count: int, x: float, rate: float, rest: float, number: int) -> None:
    """Insert a point into the first `count` ones, which ascend by rate, then by their number."""
    xs, rates, rests, numbers = near
    k = count - 1
    while k >= 0 and (rates[k] > rate or (rates[k] == rate and numbers[k] > number)):
        xs[k + 1], rates[k + 1], rests[k + 1], numbers[k + 1] = (
            xs[k],
            rates[k],
            rests[k],
            numbers[k],
        )
        k -= 1
    xs[k + 1], rates[k + 1], rests[k + 1], numbers[k + 1] = x, rate, rest, number


@compiled
def _without_passed(near: Near, count: int, west: float) -> int:
    """Drop the points that lie no further east than this; return how many are left."""
    xs, rates, rests, numbers = near
    left = 0
    for k in range(count):
        if xs[k] > west:
            xs[left], rates[left], rests[left], numbers[left] = (
                xs[k],
                rates[k],
                rests[k],
                numbers[k],
            )
            left += 1
    return left


@compiled
def _weighted_median(
    near: Near, count: int, centre: float, bandwidth_m: float, weights: np.ndarray
) -> float:
    """Median of ascending rates; the mean of the two middle ones where the halves weigh alike.

    Points out of reach weigh 0, which leaves no trace in the sums.
    """
    xs, rates, rests, _ = near
    for k in range(count):
        u = (centre - xs[k]) / bandwidth_m
        kernel = max(rests[k] - u * u, 0.0)
        weights[k] = kernel * kernel
    half = 0.0
    for k in range(count):
        half += 0.5 * weights[k]
    below, at_half = 0.0, -1
    for k in range(count):
        if weights[k] > 0 and at_half >= 0:
            return 0.5 * (rates[at_half] + rates[k])
        below += weights[k]
        if below > half:
            return rates[k]
        if below == half and at_half < 0:
            at_half = k
    return rates[at_half]
