"""Profile of the ground along the line of steepest descent through a candidate."""

from typing import NamedTuple

import numpy as np
import shapely
from scipy import ndimage

from hotslope.grid import Grid

#: Samples of a profile.
_SAMPLES = 200
#: Length of a profile as a share of the edge of the window.
_SHARE = 0.9


class SlopeProfile(NamedTuple):
    """Heights along a straight line down the slope.

    Parameters
    ----------
    x_m, y_m : ndarray, float64, shape (samples,)
        Places in the CRS of the grid, from the upper to the lower end.
    distance_m : ndarray, float64, shape (samples,)
        From the upper end.
    elevation_m : ndarray, float64, shape (samples,)
        NaN where not known.
    inside : ndarray of bool, shape (samples,)
        Whether the sample lies in the candidate.
    """

    x_m: np.ndarray
    y_m: np.ndarray
    distance_m: np.ndarray
    elevation_m: np.ndarray
    inside: np.ndarray


def slope_profile(
    elevation_m: np.ndarray, grid: Grid, outline: shapely.Geometry
) -> SlopeProfile | None:
    """Sample the ground through the middle of a candidate, down its mean gradient.

    Parameters
    ----------
    elevation_m : ndarray, float64, shape ``grid.shape``
        NaN where not known.
    grid : Grid
        A window around the candidate.
    outline : shapely geometry
        The candidate, in the CRS of the grid.

    Returns
    -------
    SlopeProfile or None
        None where no gradient is known, or the ground is flat.
    """
    direction = _downslope(elevation_m, grid, outline)
    if direction is None:
        return None
    centre = shapely.point_on_surface(outline)
    left, bottom, right, top = grid.bounds_m
    half_m = _SHARE / 2 * min(right - left, top - bottom)
    along_m = np.linspace(-half_m, half_m, _SAMPLES)
    x_m, y_m = centre.x + along_m * direction[0], centre.y + along_m * direction[1]
    rows = (top - y_m) / grid.cell_size_m - 0.5
    columns = (x_m - left) / grid.cell_size_m - 0.5
    heights_m = ndimage.map_coordinates(
        elevation_m, [rows, columns], order=1, mode="constant", cval=np.nan
    )
    inside = shapely.contains_xy(outline, x_m, y_m)
    return SlopeProfile(x_m, y_m, along_m + half_m, heights_m, inside)


def _downslope(elevation_m: np.ndarray, grid: Grid, outline: shapely.Geometry) -> np.ndarray | None:
    """Return the unit vector (east, north) down the mean gradient of the cells in the outline."""
    x_m, y_m = np.meshgrid(grid.x_centres_m(), grid.y_centres_m())
    south, east = np.gradient(elevation_m, grid.cell_size_m)
    chosen = shapely.contains_xy(outline, x_m, y_m) & np.isfinite(south) & np.isfinite(east)
    if not chosen.any():
        return None
    uphill = np.array([east[chosen].mean(), -south[chosen].mean()])
    steepness = float(np.hypot(*uphill))
    return -uphill / steepness if steepness > 0 else None
