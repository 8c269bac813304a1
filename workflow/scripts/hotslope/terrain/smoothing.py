"""Slope and aspect of ground smoothed to the size of a slide."""

import numpy as np
from scipy import ndimage

from hotslope.terrain.moving_windows import window_cells


def smoothed(elevation_m: np.ndarray, cell_size_m: float, window_m: float) -> np.ndarray:
    """Average a DEM over a square window.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevation on square cells; NaN for no data.
    cell_size_m, window_m : float
        Edge of a cell and of the window, metres; the window is rounded to an odd number of
        cells, at least 3.

    Returns
    -------
    ndarray, float64, shape (rows, columns)
        NaN in gaps, which take no part in the averages. Along edges and gaps the window is cut.
    """
    known = np.isfinite(elevation_m)
    cells = window_cells(window_m, cell_size_m)
    mean = np.where(known, elevation_m, 0.0)
    ndimage.uniform_filter(mean, cells, output=mean, mode="constant")
    share = known.astype(np.float64)
    ndimage.uniform_filter(share, cells, output=share, mode="constant")
    np.divide(mean, share, out=mean, where=known)
    mean[~known] = np.nan
    return mean


def gradient(
    elevation_m: np.ndarray, cell_size_m: float, rows: slice | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Downslope gradient of a DEM by central differences, of all its rows or of some.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevation on square cells, north up; NaN for no data.
    cell_size_m : float
        Edge of a cell, metres.
    rows : slice, optional
        Rows wanted, with both their ends.

    Returns
    -------
    east, north : ndarray, float64, shape (rows wanted, columns)
        tan β sin A and tan β cos A, with slope β and downslope azimuth A; NaN beside gaps.
    """
    first, last = (0, elevation_m.shape[0]) if rows is None else (rows.start, rows.stop)
    above, below = max(first - 1, 0), min(last + 1, elevation_m.shape[0])
    part = elevation_m[above:below]
    if min(part.shape) < 2:
        nothing = np.full((last - first, elevation_m.shape[1]), np.nan)
        return nothing, nothing.copy()
    wanted = slice(first - above, last - above)
    south, east = np.gradient(part, cell_size_m)
    return -east[wanted], south[wanted]


def slope_aspect(east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and downslope azimuth, degrees, of gradients; no azimuth where they are zero."""
    slope = np.degrees(np.arctan(np.hypot(east, north)))
    azimuth = np.degrees(np.arctan2(east, north)) % 360.0 % 360.0
    return slope, np.where(slope > 0, azimuth, np.nan)
