"""Points sorted into bands, so that neighbours are found in linear time and in a fixed order."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from hotslope.compiled import compiled
from hotslope.logs import Progress

#: Bands of half a radius: a point's own band and two on either side hold all its neighbours.
BANDS_PER_RADIUS = 2
#: Makes bands a millionth higher, so that rounding cannot push a neighbour at exactly the
#: radius into the third band.
SLACK = 1e-6
#: More bands than this mean that the coordinates are not metres within one area.
MAX_BANDS = 50_000_000


class BandedPoints(NamedTuple):
    """Points in a total order: by band of y, then x, y and value.

    Attributes
    ----------
    x, y, value : ndarray, float64, shape (points,)
        Sorted coordinates, m, and values.
    order : ndarray, int64, shape (points,)
        Position of each sorted point in the input.
    starts : ndarray, int64, shape (bands + 1,)
        Position of the first sorted point of each band; the last is the number of points.
    first_band : int
        Number of the first band, counted from y = 0.
    height_m : float
        Height of a band.
    """

    x: np.ndarray
    y: np.ndarray
    value: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    first_band: int
    height_m: float


def band_height_m(radius_m: float) -> float:
    """Return the height of a band for a search radius, m."""
    return float(radius_m) / BANDS_PER_RADIUS * (1 + SLACK)


def strip_edges(coordinate: np.ndarray, points_at_a_time: int) -> list[float]:
    """Edges, ascending and endless on both sides, of strips of about so many points each.

    Parameters
    ----------
    coordinate : ndarray, float64, shape (points,)
        Across the strips.
    points_at_a_time : int
        Points of a strip; more where coordinates are equal.

    Returns
    -------
    list of float
        A strip holds the points from its lower edge to below its upper one.
    """
    strips = max(math.ceil(coordinate.size / max(points_at_a_time, 1)), 1)
    inner = np.linspace(0, 1, strips + 1)[1:-1]
    if not (coordinate.size and inner.size):
        return [-np.inf, np.inf]
    edges = np.unique(np.quantile(coordinate, inner, method="nearest"))
    return [-np.inf, *edges.tolist(), np.inf]


def band_points(x: np.ndarray, y: np.ndarray, value: np.ndarray, radius_m: float) -> BandedPoints:
    """Sort points into bands of y, half a radius high, and by x within each band.

    Parameters
    ----------
    x, y : array_like, shape (points,)
        Coordinates, m.
    value : array_like, shape (points,)
        One number per point; the last key of the order.
    radius_m : float
        Search radius, m.

    Returns
    -------
    BandedPoints
        The sorted points.

    Raises
    ------
    ValueError
        Shapes differ, a number is not finite, or the radius is not positive.

    Notes
    -----
    Which of two points comes first depends on nothing but these two points. A sum over the
    neighbours of a place, taken in this order, therefore has the same bits whatever the order
    of input, the tiling (with a halo of one radius) or the number of threads.
    """
    x, y, value = (np.ascontiguousarray(numbers, dtype=np.float64) for numbers in (x, y, value))
    if x.ndim != 1 or not x.shape == y.shape == value.shape:
        raise ValueError(f"x, y and value have shapes {x.shape}, {y.shape} and {value.shape}")
    if not (np.isfinite(radius_m) and radius_m > 0):
        raise ValueError(f"radius_m is {radius_m}: it must be positive")
    if not all(np.isfinite(numbers).all() for numbers in (x, y, value)):
        raise ValueError("x, y and value must be finite")
    height_m = band_height_m(radius_m)
    if x.size == 0:
        none = np.zeros(0, dtype=np.int64)
        return BandedPoints(x, y, value, none, np.zeros(1, dtype=np.int64), 0, height_m)
    first_band = int(np.floor(y.min() / height_m))
    bands = int(np.floor(y.max() / height_m)) - first_band + 1
    if bands > MAX_BANDS:
        raise ValueError(f"points span {np.ptp(y):g} m, which is {bands} bands of {height_m:g} m")
    # About one point per bucket. Buckets speed up the sort without changing its result.
    buckets = max(1, x.size // bands)
    return BandedPoints(
        *_sort_points(x, y, value, height_m, first_band, bands, buckets), first_band, height_m
    )


@compiled
def _sort_points(
    x: np.ndarray,
    y: np.ndarray,
    value: np.ndarray,
    height_m: float,
    first_band: int,
    bands: int,
    buckets: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Sort by band and bucket of x by counting, then each band by insertion."""
    west = x.min()
    buckets_per_metre = buckets / max(x.max() - west, 1e-9)
    keys = np.empty(x.size, dtype=np.int64)
    places = np.zeros(bands * buckets + 1, dtype=np.int64)
    for i in range(x.size):
        band = int(np.floor(y[i] / height_m)) - first_band
        keys[i] = band * buckets + min(int((x[i] - west) * buckets_per_metre), buckets - 1)
        places[keys[i] + 1] += 1
    for key in range(bands * buckets):
        places[key + 1] += places[key]
    starts = places[::buckets].copy()
    sorted_x, sorted_y = np.empty_like(x), np.empty_like(y)
    sorted_value, order = np.empty_like(value), np.empty(x.size, dtype=np.int64)
    for i in range(x.size):
        place = places[keys[i]]
        places[keys[i]] += 1
        sorted_x[place], sorted_y[place], sorted_value[place] = x[i], y[i], value[i]
        order[place] = i
    for band in range(bands):
        _insertion_sort(sorted_x, sorted_y, sorted_value, order, starts[band], starts[band + 1])
    return sorted_x, sorted_y, sorted_value, order, starts


@compiled
def _insertion_sort(
    x: np.ndarray, y: np.ndarray, value: np.ndarray, order: np.ndarray, begin: int, end: int
) -> None:
    """Sort points begin…end − 1 in place by x, y, value; quick since they nearly are."""
    for i in range(begin + 1, end):
        xi, yi, vi, oi = x[i], y[i], value[i], order[i]
        j = i - 1
        while j >= begin and (
            x[j] > xi or (x[j] == xi and (y[j] > yi or (y[j] == yi and value[j] > vi)))
        ):
            x[j + 1], y[j + 1], value[j + 1], order[j + 1] = x[j], y[j], value[j], order[j]
            j -= 1
        x[j + 1], y[j + 1], value[j + 1], order[j + 1] = xi, yi, vi, oi


def in_blocks(task: Callable[[int, int], None], size: int, threads: int) -> None:
    """Call ``task(begin, end)`` for blocks that cover ``range(size)``, in threads.

    Parameters
    ----------
    task : callable
        Fills its own part of an output; a compiled kernel that releases the interpreter.
    size : int
        Number of bands or rows to share out.
    threads : int
        Number of threads; 1 calls the task once, here.

    Notes
    -----
    Plain threads around serial kernels, not numba's parallel loops: those take longer to load
    from the cache than the kernels take to run, and sum in an order of their own.
    """
    # Four blocks per thread even out areas of unequal density.
    edges = np.linspace(0, size, 4 * threads + 1 if threads > 1 else 2).astype(int).tolist()
    if threads == 1:
        task(0, size)
        return
    progress = Progress("blocks summed", len(edges) - 1)
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(task, edges[:-1], edges[1:]):
            progress.advance()
