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
    """Sweep each row from west to east, gather the points within reach of each wanted cell."""
    rates, weights = np.empty(64), np.empty(64)
    nexts = np.empty(2 * span + 1, dtype=np.int64)
    for row in range(begin, end):
        first = max(bands[row] - span, 0)
        past = min(bands[row] + span + 1, starts.size - 1)
        for band in range(first, past):
            nexts[band - first] = starts[band]
        for column in range(centres_x.size):
            if not wanted[row, column]:
                continue
            count = 0
            for band in range(first, past):
                j = nexts[band - first]
                while j < starts[band + 1] and x[j] <= centres_x[column] - bandwidth_m:
                    j += 1
                nexts[band - first] = j
                while j < starts[band + 1] and x[j] < centres_x[column] + bandwidth_m:
                    u = (centres_x[column] - x[j]) / bandwidth_m
                    v = (centres_y[row] - y[j]) / bandwidth_m
                    kernel = 1.0 - v * v - u * u
                    if kernel > 0:
                        if count == rates.size:
                            rates = np.append(rates, np.empty(count))
                            weights = np.append(weights, np.empty(count))
                        _insert(rates, weights, count, rate[j], kernel * kernel)
                        count += 1
                    j += 1
            medians[row, column] = _weighted_median(rates[:count], weights[:count])


@compiled
def _insert(rates: np.ndarray, weights: np.ndarray, count: int, rate: float, weight: float) -> None:
    """Insert a rate, with its weight, into the first `count` rates, which ascend."""
    j = count - 1
    while j >= 0 and rates[j] > rate:
        rates[j + 1], weights[j + 1] = rates[j], weights[j]
        j -= 1
    rates[j + 1], weights[j + 1] = rate, weight


@compiled
def _weighted_median(rates: np.ndarray, weights: np.ndarray) -> float:
    """Median of ascending rates; the mean of the two middle ones where the halves weigh alike."""
    half = 0.0
    for weight in weights:
        half += 0.5 * weight
    below = 0.0
    for i in range(rates.size - 1):
        below += weights[i]
        if below > half:
            return rates[i]
        if below == half:
            return 0.5 * (rates[i] + rates[i + 1])
    return rates[-1]
