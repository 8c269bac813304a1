"""Which sense of motion a slope lets each line of sight expect."""

import numpy as np

from hotslope.terrain.downslope import MIN_SLOPE_DEG, resolves_downslope, sensitivity

#: Lines of sight closer than this see the same component of motion (degrees); two passes of
#: Sentinel-1 in one direction differ by up to 15, ascending and descending by about 75.
SAME_VIEW_DEG = 30.0


def mean_gradient(
    slope_deg: np.ndarray, aspect_deg: np.ndarray, inside: np.ndarray
) -> tuple[float, float]:
    """Mean downslope gradient of some cells, as a vector.

    Parameters
    ----------
    slope_deg, aspect_deg : ndarray, float64, shape (rows, columns)
        Slope, and azimuth of the downslope direction clockwise from north; NaN where there
        is no terrain. A cell with slope but no aspect is flat.
    inside : ndarray of bool, shape (rows, columns)
        Cells to average.

    Returns
    -------
    east, north : float
        Components of the mean of tan(slope) in the downslope direction; NaN without terrain.

    Notes
    -----
    A mean of vectors, not of angles: 359° and 1° give north, and the two sides of a ridge
    give a flat.
    """
    slope, aspect = slope_deg[inside], np.radians(aspect_deg[inside])
    known = np.isfinite(slope)
    if not known.any():
        return np.nan, np.nan
    steep = np.tan(np.radians(slope[known]))
    aspect = aspect[known]
    sloping = np.isfinite(aspect) & (aspect >= 0)
    east = np.where(sloping, steep * np.sin(aspect), 0.0)
    north = np.where(sloping, steep * np.cos(aspect), 0.0)
    return float(east.mean()), float(north.mean())


def slope_of(gradient: np.ndarray) -> np.ndarray:
    """Slope in degrees of gradient vectors, shape (n, 2); NaN without terrain."""
    return np.degrees(np.arctan(np.hypot(gradient[:, 0], gradient[:, 1])))


def aspect_of(gradient: np.ndarray) -> np.ndarray:
    """Downslope azimuth in degrees, 0 to 360, of gradient vectors, shape (n, 2).

    NaN without terrain, and where the mean gradient is exactly 0.
    """
    azimuth = np.degrees(np.arctan2(gradient[:, 0], gradient[:, 1])) % 360.0 % 360.0
    return np.where(np.hypot(gradient[:, 0], gradient[:, 1]) > 0, azimuth, np.nan)


def seen_downslope(gradient: np.ndarray, los: np.ndarray) -> np.ndarray:
    """Share of motion down gradients, shape (n, 2), that lines of sight, shape (n, 3), see.

    See `hotslope.terrain.downslope.sensitivity`; NaN where there is no slope or no geometry.
    """
    return sensitivity(slope_of(gradient), aspect_of(gradient), (los[:, 0], los[:, 1], los[:, 2]))


def expected_sense(gradient: np.ndarray, los: np.ndarray) -> np.ndarray:
    """Sense in which a line of sight sees motion straight down the slope.

    Parameters
    ----------
    gradient : ndarray, float64, shape (n, 2)
        East and north of the mean gradient, from `mean_gradient`.
    los : ndarray, float64, shape (n, 3)
        Unit vectors ground to sensor: east, north, up.

    Returns
    -------
    ndarray of int8, shape (n,)
        +1 toward, -1 away, 0 where nothing can be expected: no terrain, no geometry, flat,
        or less than `hotslope.terrain.downslope.MIN_SENSITIVITY` of the motion along the
        line of sight.
    """
    seen = seen_downslope(gradient, los)
    visible = resolves_downslope(slope_of(gradient), seen)
    return np.where(visible, np.sign(np.nan_to_num(seen)), 0).astype(np.int8)


def same_view(los_a: np.ndarray, los_b: np.ndarray) -> np.ndarray:
    """Whether two lines of sight, shape (n, 3), lie within `SAME_VIEW_DEG` of each other."""
    cosine = (los_a * los_b).sum(axis=1)
    norms = np.linalg.norm(los_a, axis=1) * np.linalg.norm(los_b, axis=1)
    return cosine >= np.cos(np.radians(SAME_VIEW_DEG)) * norms


def faces_apart(gradient_a: np.ndarray, gradient_b: np.ndarray) -> np.ndarray:
    """Whether two slopes, shape (n, 2), face more than 90° away from each other."""
    steep = (slope_of(gradient_a) >= MIN_SLOPE_DEG) & (slope_of(gradient_b) >= MIN_SLOPE_DEG)
    return steep & ((gradient_a * gradient_b).sum(axis=1) < 0)
