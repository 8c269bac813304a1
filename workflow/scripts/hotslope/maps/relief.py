"""Shaded relief: the grey ground of every map."""

import numpy as np
from matplotlib.colors import LightSource

#: Where the light comes from, clockwise from north and above the horizon.
LIGHT_AZIMUTH_DEG = 315.0
LIGHT_HEIGHT_DEG = 45.0
#: Greys of the darkest and the lightest slope: pale, so that colours on top keep their hue.
DARKEST, LIGHTEST = 0.55, 1.0
#: Slope (root mean square, as tangent) that the exaggeration aims at.
_TARGET_SLOPE = 0.45


def hillshade(elevation_m: np.ndarray, cell_size_m: float) -> np.ndarray:
    """Shaded relief from the north-west.

    Parameters
    ----------
    elevation_m : ndarray, float64, shape (rows, columns)
        Elevation, north up; NaN where unknown.
    cell_size_m : float
        Edge of a cell.

    Returns
    -------
    ndarray, float64, shape (rows, columns)
        Grey from 0.55 to 1; NaN where a neighbour's elevation is unknown.

    Notes
    -----
    Coarse cells flatten slopes, so the vertical scale is exaggerated (never reduced, at most
    eight times) until the root mean square slope is 0.45: maps of 10 km and of 100 km then
    look alike.
    """
    grey = np.full(elevation_m.shape, np.nan)
    if min(elevation_m.shape) < 2:
        return grey
    north, east = np.gradient(elevation_m, cell_size_m)
    squares = north**2 + east**2
    known = np.isfinite(squares)
    if not known.any():
        return grey
    slope = float(np.sqrt(squares[known].mean()))
    exaggeration = min(max(_TARGET_SLOPE / slope, 1.0), 8.0) if slope > 0 else 1.0
    light = LightSource(LIGHT_AZIMUTH_DEG, LIGHT_HEIGHT_DEG)
    # Like images, LightSource takes row 0 for the northernmost.
    shade = light.hillshade(
        np.where(np.isfinite(elevation_m), elevation_m, np.nanmean(elevation_m)),
        vert_exag=exaggeration,
        dx=cell_size_m,
        dy=cell_size_m,
    )
    grey[known] = DARKEST + (LIGHTEST - DARKEST) * shade[known]
    return grey
