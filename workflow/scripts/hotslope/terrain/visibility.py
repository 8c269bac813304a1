"""Which ground a side-looking radar sees: layover, shadow, and how finely it resolves."""

from typing import NamedTuple

import numpy as np

from hotslope.terrain.profiles import LookMargins, look_margins, rows_in_sight
from hotslope.terrain.smoothing import gradient

#: Positions in `hotslope.columns.VISIBILITY_NAMES`.
VISIBLE, LAYOVER, SHADOW = 0, 1, 2
#: Rows that are worked on at a time, where cells do not depend on far ones.
BLOCK_ROWS = 64


class Visibility(NamedTuple):
    """How a radar sees each cell of a DEM.

    Parameters
    ----------
    classes : ndarray, float64, shape (rows, columns)
        0 visible, 1 layover, 2 shadow (`hotslope.columns.VISIBILITY_NAMES`); NaN without elevation.
    layover, shadow : ndarray of bool, shape (rows, columns)
        The same as masks. A cell in shadow is not in layover: it sends nothing back.
    r_index : ndarray, float64, shape (rows, columns)
        sin(θ − α), α the slope toward the sensor within the look plane; 0 in layover and
        shadow, 1 at best; NaN without slope.
    """

    classes: np.ndarray
    layover: np.ndarray
    shadow: np.ndarray
    r_index: np.ndarray


def visibility(
    elevation_m: np.ndarray,
    cell_size_m: float,
    los: tuple[float, float, float],
    strip: tuple[int, int] | None = None,
) -> Visibility:
    """Find layover, shadow and R-index of ground seen along parallel rays.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevation on square cells, row 0 northernmost; NaN for no data, which hides nothing.
    cell_size_m : float
        Edge of a cell.
    los : tuple of float
        East, north and up of the unit vector ground to sensor; its mean over the track.
    strip : tuple of int, optional
        Where the elevations are some rows of a DEM: the first of them, and how many the DEM has.
        Rows with `sight_rows` more on either side are seen as in the whole, to the same bits.

    Returns
    -------
    Visibility

    Raises
    ------
    ValueError
        The line of sight is vertical or horizontal: no side-looking radar.

    Notes
    -----
    Along each profile away from the sensor, with ground distance t and elevation z, slant
    range is r = t sin θ − z cos θ. Ground lies in shadow where anything nearer reaches above
    its ray to the sensor, and in layover where other ground that is not in shadow has the
    same r: where r is less than any before it or more than any after it (Kropatsch and
    Strobl 1990). So a fold of the range image is layover as a whole, not only the face that
    is steeper than θ.

    References
    ----------
    Kropatsch, W. & Strobl, D. (1990). The generation of SAR layover and shadow maps from
    digital elevation models. IEEE Trans. Geosci. Remote Sens. 28, 98–107.
    Notti, D. et al. (2014). A methodology for improving landslide PSI data analysis. Int. J.
    Remote Sensing 35, 2186–2214 (R-index).
    """
    away, cotangent = _look(los)
    elevation = np.asarray(elevation_m, dtype=np.float64)
    margins: LookMargins = look_margins(elevation, cell_size_m, away, cotangent, strip)
    known = np.isfinite(margins.light)
    shadow = known & (margins.light < 0)
    layover = known & ~shadow & (margins.fold < 0)
    del margins
    classes = np.full(elevation.shape, float(VISIBLE))
    for where, code in ((layover, LAYOVER), (shadow, SHADOW), (~known, np.nan)):
        classes[where] = code
    index = _r_index(elevation, cell_size_m, away, float(np.arctan2(1.0, cotangent)))
    index[shadow | layover] = 0.0
    return Visibility(classes, layover, shadow, index)


def sight_rows(relief_m: float, cell_size_m: float, los: tuple[float, float, float]) -> int:
    """Return the number of rows within which other cells affect the visibility of a cell.

    Parameters
    ----------
    relief_m : float
        Highest less lowest elevation of the DEM.
    cell_size_m, los
        As in `visibility`, which raises the same errors.
    """
    return rows_in_sight(relief_m, cell_size_m, *_look(los))


def _look(los: tuple[float, float, float]) -> tuple[tuple[float, float], float]:
    """Return the horizontal unit vector away from the sensor, and cot θ."""
    east, north, up = (float(part) for part in los)
    across = np.hypot(east, north)
    if not (across > 0.05 and up > 0.05):
        raise ValueError(f"{los} is no line of sight of a side-looking radar")
    return (-east / across, -north / across), up / across


def _r_index(
    elevation: np.ndarray, cell_size_m: float, away: tuple[float, float], incidence: float
) -> np.ndarray:
    """sin(θ − α), never below 0; NaN beside gaps."""
    index = np.empty(elevation.shape)
    for start in range(0, elevation.shape[0], BLOCK_ROWS):
        rows = slice(start, min(start + BLOCK_ROWS, elevation.shape[0]))
        east, north = gradient(elevation, cell_size_m, rows)
        rise = -east * away[0] - north * away[1]
        index[rows] = np.maximum(np.sin(incidence - np.arctan(rise)), 0.0)
    return index
