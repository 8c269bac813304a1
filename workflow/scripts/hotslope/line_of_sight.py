"""Lines of sight of side-looking radar, as unit vectors from the ground to the sensor."""

import numpy as np

from hotslope.errors import InputError


def line_of_sight(
    incidence_deg: np.ndarray | float, heading_deg: np.ndarray | float, looking: str = "right"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the unit vector from the ground to a side-looking sensor.

    Parameters
    ----------
    incidence_deg : array_like
        Angle between the vertical at the target and the line of sight, degrees.
    heading_deg : array_like
        Flight direction clockwise from north, degrees (Sentinel-1: about 348 ascending,
        192 descending).
    looking : {"right", "left"}
        Side of the flight direction.

    Returns
    -------
    east, north, up : ndarray, float64
        Components of the unit vector.

    Notes
    -----
    Agrees with the vectors that the European Ground Motion Service delivers to 5e-4.

    Examples
    --------
    >>> east, north, up = line_of_sight(incidence_deg=39.0, heading_deg=192.0)
    >>> print(f"{east:.3f} {north:.3f} {up:.3f}")
    0.616 -0.131 0.777
    """
    incidence = np.radians(np.asarray(incidence_deg, dtype=np.float64))
    heading = np.radians(np.asarray(heading_deg, dtype=np.float64))
    side = 1.0 if looking == "right" else -1.0
    east = -np.sin(incidence) * np.cos(heading)
    north = np.sin(incidence) * np.sin(heading)
    return side * east, side * north, np.cos(incidence) + 0.0 * heading


def line_of_sight_of_azimuth(
    incidence_deg: np.ndarray, azimuth_deg: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the unit vector from the ground to a sensor in a known direction.

    Parameters
    ----------
    incidence_deg : ndarray
        Angle between the vertical at the target and the line of sight, degrees.
    azimuth_deg : ndarray
        Direction of the sensor seen from the ground, anticlockwise from north, degrees: the
        azimuthAngle of MintPy.

    Returns
    -------
    east, north, up : ndarray
        Components of the unit vector.
    """
    incidence, azimuth = np.radians(incidence_deg), np.radians(azimuth_deg)
    # Infinite angles of a damaged file give NaN; they are refused with the other checks.
    with np.errstate(invalid="ignore"):
        level = np.sin(incidence)
        return -level * np.sin(azimuth), level * np.cos(azimuth), np.cos(incidence)


def turned(los: tuple[float, float, float], angle_deg: float) -> tuple[float, float, float]:
    """Return a vector (east, north, up) turned clockwise about the vertical, seen from above.

    A line of sight of true azimuth has the grid azimuth that is less by the convergence of
    meridians: turn it by the negative convergence before it crosses a grid.
    """
    east, north, up = los
    angle = np.radians(angle_deg)
    turned_east = east * np.cos(angle) + north * np.sin(angle)
    return float(turned_east), float(north * np.cos(angle) - east * np.sin(angle)), up


def mean_line_of_sight(los: np.ndarray) -> tuple[float, float, float]:
    """Return the unit vector along the mean of vectors from the ground to the sensor.

    Parameters
    ----------
    los : ndarray, float64, shape (n, 3)
        East, north and up; vectors with a NaN are left out.

    Returns
    -------
    tuple of float
        East, north and up; NaN where no vector is known.
    """
    known = los[np.isfinite(los).all(axis=1)]
    if not len(known):
        return (np.nan, np.nan, np.nan)
    mean = known.mean(axis=0)
    east, north, up = (mean / np.linalg.norm(mean)).tolist()
    return east, north, up


def track_line_of_sight(los: np.ndarray, track: str) -> tuple[float, float, float]:
    """Return `mean_line_of_sight` of a track's points, or say which key would give it.

    Raises
    ------
    InputError
        No point of the track has a line of sight.
    """
    mean = mean_line_of_sight(los)
    if np.isnan(mean[0]):
        raise InputError(
            f"tracks.{track}.heading_deg",
            "the points of the track have no line of sight",
            f"Set heading_deg and tracks.{track}.incidence_deg, or name the columns los_east, "
            "los_north and los_up of the file",
        )
    return mean
