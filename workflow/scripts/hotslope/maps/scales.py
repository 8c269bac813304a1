"""Round numbers for scale bars and colour scales."""

import math

import numpy as np

#: The scale of velocities reaches this share of the points, that of densities this share of the
#: cells; the few beyond take the end colours.
VELOCITY_SHARE = 0.99
DENSITY_SHARE = 0.995


def round_below(value: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above `value`.

    Parameters
    ----------
    value : float
        Positive and finite.

    Raises
    ------
    ValueError
        `value` is not positive and finite.
    """
    if not (value > 0 and math.isfinite(value)):
        raise ValueError(f"{value} is not positive and finite")
    power = math.floor(math.log10(value))
    # A power of ten more and less: log10 of 1000 may round to either side of 3.
    steps = [
        factor * 10.0**exponent
        for exponent in (power - 1, power, power + 1)
        for factor in (1, 2, 5)
    ]
    return max(step for step in steps if step <= value * (1 + 1e-12))


def symmetric_limit(values: np.ndarray, share: float) -> float:
    """Limit of a colour scale that is symmetric about zero.

    Parameters
    ----------
    values : ndarray, float64
        Signed values of any shape; NaN is left out.
    share : float
        Share of the values that the scale must reach, 0 to 1.

    Returns
    -------
    float
        The quantile of ``abs(values)``, rounded up to two figures of a 1–2–5 step;
        1 where there is no value or all are zero.
    """
    magnitudes = np.abs(values[np.isfinite(values)])
    reach = float(np.quantile(magnitudes, share)) if magnitudes.size else 0.0
    if reach <= 0.0:
        return 1.0
    step = round_below(reach / 4)
    return math.ceil(reach / step - 1e-9) * step
