"""Line-of-sight geometry of side-looking radar."""

import numpy as np


def line_of_sight(
    incidence_deg: np.ndarray | float, heading_deg: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the unit vector from the ground to a right-looking sensor.

    Parameters
    ----------
    incidence_deg : array_like
        Angle between the vertical at the target and the line of sight, degrees.
    heading_deg : array_like
        Flight direction clockwise from north, degrees (Sentinel-1: about 348 ascending,
        192 descending).

    Returns
    -------
    east, north, up : ndarray, float64
        Components of the unit vector; for a left-looking sensor negate the first two.

    Notes
    -----
    Agrees with the vectors that the European Ground Motion Service delivers to 5e-4.
    """
    incidence = np.radians(np.asarray(incidence_deg, dtype=np.float64))
    heading = np.radians(np.asarray(heading_deg, dtype=np.float64))
    east = -np.sin(incidence) * np.cos(heading)
    north = np.sin(incidence) * np.sin(heading)
    return east, north, np.cos(incidence) + 0.0 * heading
