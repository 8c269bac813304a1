"""Slope and aspect of ground smoothed to the size of a slide."""

import numpy as np
from scipy import ndimage

from hotslope.terrain.windows import window_cells


def smoothed_gradient(
    elevation_m: np.ndarray, cell_size_m: float, window_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Downslope gradient of a DEM averaged over a square window.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevation on square cells, north up; NaN for no data.
    cell_size_m, window_m : float
        Edge of a cell and of the window, metres; the window is rounded to an odd number of
        cells, at least 3.

    Returns
    -------
    east, north : ndarray, float64, shape (rows, columns)
        tan β sin A and tan β cos A, with slope β and downslope azimuth A; NaN beside gaps.

    Notes
    -----
    Gaps take no part in the averages. Along edges and gaps the window is cut, which tilts
    the mean plane by less than half a window's rise.
    """
    if min(elevation_m.shape) < 2:
        return np.full(elevation_m.shape, np.nan), np.full(elevation_m.shape, np.nan)
    known = np.isfinite(elevation_m)
    cells = window_cells(window_m, cell_size_m)
    sums = ndimage.uniform_filter(np.where(known, elevation_m, 0.0), cells, mode="constant")
    share = ndimage.uniform_filter(known.astype(np.float64), cells, mode="constant")
    mean = np.divide(sums, share, out=np.full(elevation_m.shape, np.nan), where=known)
    south, east = np.gradient(mean, cell_size_m)
    return -east, south


def slope_aspect(east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and downslope azimuth, degrees, of gradients; no azimuth where they are nil."""
    slope = np.degrees(np.arctan(np.hypot(east, north)))
    azimuth = np.degrees(np.arctan2(east, north)) % 360.0 % 360.0
    return slope, np.where(slope > 0, azimuth, np.nan)
