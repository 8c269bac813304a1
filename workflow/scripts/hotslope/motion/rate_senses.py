"""Where the local rate passes a threshold, for many draws of the same points at once."""

import math

import numpy as np

from hotslope.compiled import compiled
from hotslope.grid import Grid
from hotslope.motion.bands import band_points
from hotslope.motion.rate import DOUBT, MIN_SUPPORT, local_rate


def rate_senses(
    x: np.ndarray,
    y: np.ndarray,
    rate_mm_yr: np.ndarray,
    counts: np.ndarray,
    bandwidth_m: float,
    grid: Grid,
    *,
    thresholds_mm_yr: np.ndarray,
    statistic: str = "median",
) -> np.ndarray:
    """Sense in which each cell moves, for each of several draws of points.

    Parameters
    ----------
    x, y, rate_mm_yr, bandwidth_m, grid, statistic
        As in `hotslope.motion.rate.local_rate`.
    counts : ndarray of uint8, shape (draws, points)
        How often each point was drawn; at least one draw.
    thresholds_mm_yr : ndarray, float64, shape (draws,)
        Least rate of a cell that moves, mm/yr.

    Returns
    -------
    ndarray of int8, shape (draws, rows, columns)
        +1 where the local rate of the points, each as often as it was drawn, is the threshold or
        more, -1 where it is minus the threshold or less, 0 elsewhere.

    Notes
    -----
    Points within reach of a cell are found and sorted by rate once, for all draws. A median passes
    a threshold where more than half of the weight does, which is summed for all draws at once.
    Where that is a tie but for rounding, the median itself is taken, weight by weight as among
    repeated points. The support here is the sum of the same weights and may differ from that of
    `local_rate` in its last bit. Whether a moving point lies within reach need not be asked:
    otherwise no rate passes the threshold.

    Means are those of `local_rate`, draw by draw: they are quickly summed.
    """
    counts, thresholds = np.asarray(counts, np.uint8), np.asarray(thresholds_mm_yr, np.float64)
    senses = np.zeros((len(thresholds), *grid.shape), dtype=np.int8)
    if statistic == "median":
        _fill_medians(x, y, rate_mm_yr, counts, float(bandwidth_m), grid, thresholds, senses)
        return senses
    for sense, times, threshold in zip(senses, counts, thresholds, strict=True):
        drawn = np.repeat(np.arange(len(x)), times)
        rate, _ = local_rate(
            x[drawn], y[drawn], rate_mm_yr[drawn], bandwidth_m, grid,
            threshold_mm_yr=threshold, statistic=statistic,
        )  # fmt: skip
        sense[rate >= threshold], sense[rate <= -threshold] = 1, -1
    return senses


def _fill_medians(
    x: np.ndarray,
    y: np.ndarray,
    rate: np.ndarray,
    counts: np.ndarray,
    bandwidth_m: float,
    grid: Grid,
    thresholds: np.ndarray,
    senses: np.ndarray,
) -> None:
    """Fill in the senses of weighted medians."""
    # By rate and, where rates are equal, in the order in which `local_rate` takes points.
    points = band_points(x, y, rate, bandwidth_m)
    order = np.argsort(points.value, kind="stable")
    drawn = counts[:, points.order[order]].T.astype(np.float64, order="C")
    _fill_senses(
        points.x[order], points.y[order], points.value[order], drawn, bandwidth_m,
        grid.x_centres_m(), grid.y_centres_m(), thresholds, senses,
    )  # fmt: skip


@compiled
def _fill_senses(
    x: np.ndarray,
    y: np.ndarray,
    rate: np.ndarray,
    drawn: np.ndarray,
    bandwidth_m: float,
    centres_x: np.ndarray,
    centres_y: np.ndarray,
    thresholds: np.ndarray,
    senses: np.ndarray,
) -> None:
    """Take the points, which ascend by rate, row by row and cell by cell; judge every draw."""
    strip, near = np.empty(x.size, dtype=np.int64), np.empty(x.size, dtype=np.int64)
    rests, weights = np.empty(x.size), np.empty(x.size)
    sums = np.empty((3, thresholds.size))
    least = thresholds.min()
    for row in range(centres_y.size):
        width, west, east = 0, np.inf, -np.inf
        for j in range(x.size):
            v = (centres_y[row] - y[j]) / bandwidth_m
            if abs(v) < 1:
                strip[width], rests[width] = j, 1.0 - v * v
                width += 1
                if abs(rate[j]) >= least:
                    west, east = min(west, x[j]), max(east, x[j])
        for column in range(centres_x.size):
            centre = centres_x[column]
            if centre <= west - bandwidth_m or centre >= east + bandwidth_m:
                continue
            count = _within_reach(x, centre, bandwidth_m, strip[:width], rests, near, weights)
            if count and max(-rate[near[0]], rate[near[count - 1]]) >= least:
                _judge(rate, drawn, near[:count], weights, thresholds, sums, senses[:, row, column])


@compiled
def _within_reach(
    x: np.ndarray,
    centre: float,
    bandwidth_m: float,
    strip: np.ndarray,
    rests: np.ndarray,
    near: np.ndarray,
    weights: np.ndarray,
) -> int:
    """Find the points of a row's strip within reach of a cell; writing all is quicker than asking.

    Their weights are those of `local_rate`, bit by bit.
    """
    close = 0
    for k in range(strip.size):
        near[close] = k
        close += abs(x[strip[k]] - centre) < bandwidth_m
    count = 0
    for i in range(close):
        k = near[i]
        u = (centre - x[strip[k]]) / bandwidth_m
        kernel = rests[k] - u * u
        near[count], weights[count] = strip[k], kernel * kernel
        count += kernel > 0
    return count


@compiled
def _judge(
    rate: np.ndarray,
    drawn: np.ndarray,
    near: np.ndarray,
    weights: np.ndarray,
    thresholds: np.ndarray,
    sums: np.ndarray,
    senses: np.ndarray,
) -> None:
    """Write the sense of a cell in every draw: that in which more than half of the weight moves."""
    sums[:] = 0.0
    total, toward, away = sums
    for k in range(near.size):
        fast, times = rate[near[k]], drawn[near[k]]
        for draw in range(thresholds.size):
            weight = weights[k] * times[draw]
            total[draw] += weight
            toward[draw] += weight if fast >= thresholds[draw] else 0.0
            away[draw] += weight if fast <= -thresholds[draw] else 0.0
    for draw in range(thresholds.size):
        if total[draw] < MIN_SUPPORT:
            continue
        half = 0.5 * total[draw]
        if min(abs(toward[draw] - half), abs(away[draw] - half)) <= DOUBT * half:
            median = _drawn_median(rate, near, weights, drawn[:, draw])
            toward[draw] = total[draw] if median >= thresholds[draw] else 0.0
            away[draw] = total[draw] if median <= -thresholds[draw] else 0.0
        senses[draw] = np.int8(toward[draw] > half) - np.int8(away[draw] > half)


@compiled
def _drawn_median(
    rate: np.ndarray, near: np.ndarray, weights: np.ndarray, drawn: np.ndarray
) -> float:
    """Weighted median of ascending rates, each as often as drawn: `local_rate`, bit by bit."""
    half = 0.0
    for k in range(near.size):
        for _ in range(int(drawn[near[k]])):
            half += 0.5 * weights[k]
    below, last = 0.0, math.nan
    for k in range(near.size):
        for _ in range(int(drawn[near[k]])):
            if below == half:
                return 0.5 * (last + rate[near[k]])
            below += weights[k]
            last = rate[near[k]]
            if below > half:
                return last
    return last
