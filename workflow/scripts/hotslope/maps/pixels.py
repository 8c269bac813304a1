"""Points drawn straight onto the pixels of a figure.

A million markers as vectors take minutes and gigabytes; as sums per pixel, a second.
"""

import numpy as np
from affine import Affine
from scipy import ndimage

from hotslope.grid import Bounds, Grid

#: Dots shrink before their areas together exceed this share of the panel.
_COVER = 1.5


def figure_grid(bounds_m: Bounds, crs: str, width_px: int) -> Grid:
    """Return the grid whose cells are the pixels of a map panel `width_px` wide.

    Parameters
    ----------
    bounds_m : tuple of float
        Left, bottom, right and top of the map.
    crs : str
        Projected CRS in metres.
    width_px : int
        Width of the panel in pixels.
    """
    left, bottom, right, top = bounds_m
    cell_size_m = (right - left) / width_px
    rows = max(round((top - bottom) / cell_size_m), 1)
    transform = Affine(cell_size_m, 0.0, left, 0.0, -cell_size_m, top)
    return Grid(crs, transform, (rows, width_px))


def dot_radius_px(points: int, grid: Grid) -> int:
    """Return the radius of a dot: 2 pixels where points are few, 0 where they are many."""
    pixels = grid.shape[0] * grid.shape[1]
    for radius in (2, 1):
        if points * _dot(radius).sum() <= _COVER * pixels:
            return radius
    return 0


def mean_per_pixel(
    x_m: np.ndarray, y_m: np.ndarray, value: np.ndarray, grid: Grid, radius_px: int
) -> np.ndarray:
    """Mean value of the points in each pixel, spread to a dot.

    Parameters
    ----------
    x_m, y_m, value : ndarray, float64, shape (points,)
        Coordinates and values; points beyond the grid and NaN values are left out.
    grid : Grid
        The figure's pixels.
    radius_px : int
        Radius of a dot; 0 for the pixel alone.

    Returns
    -------
    ndarray, float64, shape ``grid.shape``
        NaN where no dot lies. A pixel that holds points of its own shows these alone;
        one that only dots of its neighbours reach shows the mean of the neighbours' points.
    """
    known = np.isfinite(value)
    cells = grid.cell_numbers(x_m[known], y_m[known])
    inside = cells >= 0
    size = grid.shape[0] * grid.shape[1]
    counts = np.bincount(cells[inside], minlength=size).reshape(grid.shape).astype(np.float64)
    sums = np.bincount(cells[inside], value[known][inside], minlength=size).reshape(grid.shape)
    near_counts, near_sums = _spread(counts, radius_px), _spread(sums, radius_px)
    own = counts > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(own, sums / counts, near_sums / near_counts)


def commonest_per_pixel(
    x_m: np.ndarray, y_m: np.ndarray, code: np.ndarray, classes: int, grid: Grid, radius_px: int
) -> np.ndarray:
    """Most frequent class of the points in each pixel, spread to a dot.

    Parameters
    ----------
    x_m, y_m : ndarray, float64, shape (points,)
        Coordinates; points beyond the grid are left out.
    code : ndarray, int, shape (points,)
        Class of each point, 0 to ``classes - 1``.
    classes : int
        Number of classes.
    grid : Grid
        The figure's pixels.
    radius_px : int
        Radius of a dot.

    Returns
    -------
    ndarray, int64, shape ``grid.shape``
        −1 where no dot lies; of equally frequent classes the higher code.
    """
    cells = grid.cell_numbers(x_m, y_m)
    size = grid.shape[0] * grid.shape[1]
    best = np.full(grid.shape, -1, dtype=np.int64)
    most_own = np.zeros(grid.shape)
    most_near = np.zeros(grid.shape)
    near = best.copy()
    for number in range(classes):
        chosen = (code == number) & (cells >= 0)
        own = np.bincount(cells[chosen], minlength=size).reshape(grid.shape).astype(np.float64)
        spread = _spread(own, radius_px)
        best[(own > 0) & (own >= most_own)] = number
        near[(spread > 0) & (spread >= most_near)] = number
        most_own, most_near = np.maximum(most_own, own), np.maximum(most_near, spread)
    return np.where(best >= 0, best, near)


def _dot(radius_px: int) -> np.ndarray:
    """Disc of ones about a centre pixel."""
    axis = np.arange(-radius_px, radius_px + 1)
    return (np.add.outer(axis**2, axis**2) <= (radius_px + 0.5) ** 2).astype(np.float64)


def _spread(image: np.ndarray, radius_px: int) -> np.ndarray:
    """Sum of the image over a dot about each pixel."""
    if radius_px == 0:
        return image
    return ndimage.convolve(image, _dot(radius_px), mode="constant")
