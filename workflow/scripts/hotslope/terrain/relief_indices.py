"""Relief within a moving window: topographic position and ruggedness."""

from collections.abc import Callable

import numpy as np
from scipy import ndimage

from hotslope.terrain.moving_windows import masked_to, whole_windows, window_cells


def topographic_position(
    elevation_m: np.ndarray, cell_size_m: float, window_m: float
) -> np.ndarray:
    """Elevation above the mean of a square window (TPI), in metres.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevation on square cells; NaN for no data.
    cell_size_m, window_m : float
        Edge of a cell and of the window, metres; the window is rounded to an odd number of
        cells, at least 3, and holds the cell itself.

    Returns
    -------
    ndarray, float64, shape (rows, columns)
        Positive on ridges, negative in valleys; NaN where the window is not whole.

    References
    ----------
    Weiss, A. (2001). Topographic position and landforms analysis. ESRI User Conference.
    """
    cells = window_cells(window_m, cell_size_m)
    whole = whole_windows(elevation_m, cells)
    # NaN would spread along the running sums; where it is replaced, `whole` is False.
    known = np.where(np.isfinite(elevation_m), elevation_m, 0.0)
    mean = ndimage.uniform_filter(known, size=cells, mode="nearest")
    return masked_to(known - mean, whole)


def ruggedness_wilson(elevation_m: np.ndarray) -> np.ndarray:
    """Mean absolute difference to the eight neighbours, metres (Wilson et al. 2007)."""
    return _over_neighbours(elevation_m, np.abs) / 8.0


def ruggedness_riley(elevation_m: np.ndarray) -> np.ndarray:
    """Root of the summed squared differences to the eight neighbours, metres (Riley 1999)."""
    return np.sqrt(_over_neighbours(elevation_m, np.square))


def ruggedness_paper(elevation_m: np.ndarray) -> np.ndarray:
    """√(|x| (max² − min²)) of 3 × 3 cells, as Zhang et al. (2023) print it.

    Notes
    -----
    Kept for comparison: it depends on the absolute height, so the same hill is more rugged at
    3000 m than at sea level, and its values cannot fall into the paper's own classes.
    """
    known = np.where(np.isfinite(elevation_m), elevation_m, 0.0)
    highest = ndimage.maximum_filter(known, size=3)
    lowest = ndimage.minimum_filter(known, size=3)
    rugged = np.sqrt(np.abs(known) * np.abs(highest**2 - lowest**2))
    return masked_to(rugged, whole_windows(elevation_m, 3))


#: Ruggedness by the name that the configuration gives it.
RUGGEDNESS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "wilson": ruggedness_wilson,
    "riley": ruggedness_riley,
    "paper": ruggedness_paper,
}


def _over_neighbours(
    elevation_m: np.ndarray, weigh: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Sum `weigh`(neighbour − centre) over the eight neighbours; NaN at edges and gaps."""
    rows, columns = elevation_m.shape
    total = np.full((rows, columns), np.nan)
    if min(rows, columns) < 3:
        return total
    centre = elevation_m[1:-1, 1:-1]
    inside = np.zeros_like(centre, dtype=np.float64)
    for row, column in np.ndindex(3, 3):
        inside += weigh(elevation_m[row : row + rows - 2, column : column + columns - 2] - centre)
    total[1:-1, 1:-1] = inside
    return total
