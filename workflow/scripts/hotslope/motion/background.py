"""Long-wave background of line-of-sight velocity: motion shared by a whole region."""

from itertools import pairwise

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from hotslope.grid import Grid
from hotslope.motion.bands import strip_edges

#: Cells in which velocities are averaged before smoothing, m.
CELL_SIZE_M = 250.0
#: Standard deviation of the smoothing, m.
SMOOTHING_M = 1500.0
#: The same in rough atmosphere, m.
FINE_SMOOTHING_M = 500.0
#: Points this near the current background count as quiet, mm/yr.
WINDOW_MM_YR = 8.0
#: The same in rough atmosphere, mm/yr.
FINE_WINDOW_MM_YR = 12.0
#: Rounds of choosing quiet points and smoothing them.
ROUNDS = 4
#: Beyond this share of moving ground no background can be estimated.
MOST_SHARE = 1 / 3
#: Width of the bins in which the most frequent velocity is looked for, mm/yr.
_BIN_MM_YR = 0.5
#: Points that are looked at a time where each is for itself.
_AT_A_TIME = 65_536
#: Points that are ranked within their cells at a time.
_RANKED_AT_A_TIME = 1_000_000


def long_wave_background(
    x: np.ndarray,
    y: np.ndarray,
    velocity_mm_yr: np.ndarray,
    grid: Grid,
    *,
    smoothing_m: float = SMOOTHING_M,
    window_mm_yr: float = WINDOW_MM_YR,
    rounds: int = ROUNDS,
) -> np.ndarray:
    """Smooth background velocity, from points that move like most points around them.

    Parameters
    ----------
    x, y : array_like, shape (points,)
        Projected coordinates, m; points outside the grid are left out.
    velocity_mm_yr : array_like, shape (points,)
        Line-of-sight velocity, mm/yr.
    grid : Grid
        Coarse grid of the background, cells of `CELL_SIZE_M`.
    smoothing_m : float
        Standard deviation of the Gaussian, m.
    window_mm_yr : float
        Points within this distance of the current background are averaged, mm/yr.
    rounds : int
        Number of times that points are chosen and smoothed.

    Returns
    -------
    ndarray, float64, shape ``grid.shape``
        Background velocity, mm/yr. The clipped modal rate where no quiet point lies within
        four smoothing lengths; NaN everywhere if there are no points.

    Notes
    -----
    Starts from the clipped modal rate of the track, not from its mean: a mean would follow the
    slides. Counts and sums are smoothed apart and divided, so that gaps between points carry
    no weight.

    A body wider than the smoothing is partly taken for background, so candidates on a strong
    background are marked where they are outlined.
    """
    x, y, velocity = (np.asarray(n, dtype=np.float64) for n in (x, y, velocity_mm_yr))
    if x.size == 0:
        return np.full(grid.shape, np.nan)
    start = clipped_mode(velocity, window_mm_yr)
    background = np.full(grid.shape, start)
    cells = grid.cell_numbers(x, y)
    for _ in range(rounds):
        departure = velocity - sample_background(grid, background, x, y)
        quiet = (cells >= 0) & (np.abs(departure) <= window_mm_yr)
        background = smoothed_mean(cells[quiet], velocity[quiet], grid, smoothing_m, start)
    return background


def smoothed_mean(
    cells: np.ndarray, value: np.ndarray, grid: Grid, smoothing_m: float, fill: float
) -> np.ndarray:
    """Gaussian-weighted mean of values of points around each cell.

    Parameters
    ----------
    cells : ndarray, int64, shape (points,)
        Cell numbers of the points, none below 0.
    value : ndarray, float64, shape (points,)
        Their values.
    grid : Grid
    smoothing_m : float
        Standard deviation of the Gaussian, m.
    fill : float
        Beyond four of these from every point.

    Returns
    -------
    ndarray, float64, shape ``grid.shape``
    """
    size = grid.shape[0] * grid.shape[1]
    counts = np.bincount(cells, minlength=size).astype(np.float64).reshape(grid.shape)
    sums = np.bincount(cells, weights=value, minlength=size).reshape(grid.shape)
    sigma = smoothing_m / grid.cell_size_m
    counts = gaussian_filter(counts, sigma, mode="constant")
    sums = gaussian_filter(sums, sigma, mode="constant")
    return np.divide(sums, counts, out=np.full(grid.shape, fill), where=counts > 0)


def clipped_mode(velocity_mm_yr: np.ndarray, window_mm_yr: float = WINDOW_MM_YR) -> float:
    """Mean velocity of the points around the most frequent one.

    Parameters
    ----------
    velocity_mm_yr : ndarray, shape (points,), at least one
        Velocities, mm/yr.
    window_mm_yr : float
        Points within this distance of the most frequent velocity are averaged, mm/yr.

    Returns
    -------
    float
        The clipped modal rate, mm/yr.
    """
    # Beyond these quantiles the mode is not; without them one wild value makes endless bins.
    low, high = np.quantile(velocity_mm_yr, [0.01, 0.99], method="nearest")
    counts = np.zeros(int(np.floor((high - low) / _BIN_MM_YR)) + 1)
    for begin in range(0, velocity_mm_yr.size, _AT_A_TIME):
        part = velocity_mm_yr[begin : begin + _AT_A_TIME]
        common = part[(part >= low) & (part <= high)]
        bins = np.floor((common - low) / _BIN_MM_YR).astype(np.int64)
        counts += np.bincount(bins, minlength=counts.size)
    frequency = gaussian_filter(counts, 2.0, mode="constant")
    mode = low + (float(np.argmax(frequency)) + 0.5) * _BIN_MM_YR
    distance = velocity_mm_yr - mode
    near = np.abs(distance, out=distance) <= window_mm_yr
    return float(velocity_mm_yr[near].mean())


def most_moves(x: np.ndarray, y: np.ndarray, rate_mm_yr: np.ndarray) -> bool:
    """Whether so much of the ground moves that stable ground cannot be recognised by its rate.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    rate_mm_yr : ndarray, float64, shape (points,)
        Velocity, less the background where one is removed, mm/yr.

    Returns
    -------
    bool
        Whether more than `MOST_SHARE` of the points lie in cells of `CELL_SIZE_M` whose median
        rate is more than `WINDOW_MM_YR` off the clipped modal rate.

    Notes
    -----
    Medians of cells, so that a track is not taken for a moving one because its single rates are
    inexact. Where most of the ground moves *alike*, the mode is its own rate, and nothing in the
    rates of a track says so.
    """
    if not rate_mm_yr.size:
        return False
    departure = rate_mm_yr - clipped_mode(rate_mm_yr)
    if np.mean(np.abs(departure) > WINDOW_MM_YR) <= MOST_SHARE / 2:
        return False  # half of the points of a cell depart where its median does
    row = y / CELL_SIZE_M
    np.floor(row, out=row)
    moving = 0
    for first, past in pairwise(strip_edges(row, _RANKED_AT_A_TIME)):
        part = np.flatnonzero((row >= first) & (row < past))
        moving += _in_moving_cells(x[part], row[part], departure[part])
    return bool(moving > MOST_SHARE * departure.size)


def _in_moving_cells(x: np.ndarray, row: np.ndarray, departure: np.ndarray) -> int:
    """Count the points of cells whose median departs; whole rows of cells."""
    if not row.size:
        return 0
    column = np.floor(x / CELL_SIZE_M)
    order = np.lexsort((departure, column, row))
    starts = np.flatnonzero(np.r_[True, (np.diff(column[order]) != 0) | (np.diff(row[order]) != 0)])
    count = np.diff(np.r_[starts, order.size])
    ranked = departure[order]
    median = 0.5 * (ranked[starts + (count - 1) // 2] + ranked[starts + count // 2])
    return int(count[np.abs(median) > WINDOW_MM_YR].sum())


def stable_rate(x: np.ndarray, y: np.ndarray, rate_mm_yr: np.ndarray) -> float:
    """Rate of stable ground: the clipped modal rate, and 0 where most of the ground moves.

    The parameters are those of `most_moves`. 0 is the reference of the processing.
    """
    if not rate_mm_yr.size or most_moves(x, y, rate_mm_yr):
        return 0.0
    return clipped_mode(rate_mm_yr)


def sample_background(
    grid: Grid, background: np.ndarray, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Interpolate a background to points, bilinearly between cell centres.

    Parameters
    ----------
    grid : Grid
        Grid of the background.
    background : ndarray, shape ``grid.shape``
        Background velocity, mm/yr.
    x, y : array_like, shape (points,)
        Coordinates, m; beyond the outer cell centres the nearest value holds.

    Returns
    -------
    ndarray, float64, shape (points,)
        Background velocity at the points, mm/yr.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    found = np.empty(x.shape)
    for begin in range(0, x.size, _AT_A_TIME):
        part = slice(begin, begin + _AT_A_TIME)
        columns = (x[part] - grid.transform.c) / grid.cell_size_m - 0.5
        rows = (grid.transform.f - y[part]) / grid.cell_size_m - 0.5
        map_coordinates(background, [rows, columns], found[part], order=1, mode="nearest")
    return found
