"""Motion straight down the slope, as a line of sight sees it."""

import numpy as np

#: Below this slope, downslope has no meaning (degrees).
MIN_SLOPE_DEG = 5.0
#: Least share of downslope motion along the line of sight at which it is resolved.
MIN_SENSITIVITY = 0.3

#: Three numbers or arrays: east, north and up of the unit vector from ground to sensor.
Sight = tuple[np.ndarray | float, np.ndarray | float, np.ndarray | float]


def sensitivity(
    slope_deg: np.ndarray | float, aspect_deg: np.ndarray | float, los: Sight
) -> np.ndarray:
    """Share of downslope motion that a line of sight sees, s·l, with its sign.

    Parameters
    ----------
    slope_deg : array_like
        Slope β, degrees.
    aspect_deg : array_like
        Downslope azimuth A, degrees clockwise from north; NaN on flat ground.
    los : tuple of array_like
        East, north and up of the unit vector ground to sensor, as `line_of_sight` gives it.

    Returns
    -------
    ndarray, float64
        s·l with s = (sin A cos β, cos A cos β, −sin β), −1 to 1: positive where downslope
        motion comes toward the sensor. All arguments are broadcast. NaN where unknown, and on
        flat ground without aspect.
    """
    slope = np.radians(np.asarray(slope_deg, dtype=np.float64))
    aspect = np.radians(np.asarray(aspect_deg, dtype=np.float64))
    east, north, up = los
    horizontal = np.sin(aspect) * east + np.cos(aspect) * north
    return np.cos(slope) * horizontal - np.sin(slope) * up


def resolves_downslope(slope_deg: np.ndarray | float, seen: np.ndarray) -> np.ndarray:
    """Whether a slope is steep enough, and enough of its motion is seen (`sensitivity`)."""
    return (np.abs(seen) >= MIN_SENSITIVITY) & (np.asarray(slope_deg) >= MIN_SLOPE_DEG)


def downslope_velocity(
    velocity: np.ndarray | float,
    slope_deg: np.ndarray | float,
    aspect_deg: np.ndarray | float,
    los: Sight,
) -> np.ndarray:
    """Velocity down the slope that explains a velocity along the line of sight.

    Parameters
    ----------
    velocity : array_like
        Line-of-sight velocity, positive toward the sensor, any unit.
    slope_deg, aspect_deg, los
        As in `sensitivity`.

    Returns
    -------
    ndarray, float64
        v / (s·l), positive downslope, in the unit of `velocity`. NaN where |s·l| is below
        `MIN_SENSITIVITY` (errors would grow more than threefold) or the slope below
        `MIN_SLOPE_DEG`: on flat ground |s·l| can be large, but nothing slides there.

    Notes
    -----
    An assumption, not a measurement: that the ground moves straight down the slope. Its
    standard deviation is that of `velocity` over |s·l|.
    """
    seen = sensitivity(slope_deg, aspect_deg, los)
    usable = resolves_downslope(slope_deg, seen)
    return np.asarray(velocity, dtype=np.float64) / np.where(usable, seen, np.nan)
