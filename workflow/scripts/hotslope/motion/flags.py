"""Flags of series whose trend class may come from an error of phase unwrapping."""

import numpy as np
from numpy.typing import NDArray

from hotslope.motion.decisions import STEP

#: Standard deviations of the jump within which it counts as a whole number of cycles.
TOLERANCE_STD = 3.0


def possible_unwrapping_errors(
    codes: NDArray[np.integer],
    jump_mm: NDArray[np.float64],
    jump_std_mm: NDArray[np.float64],
    wavelength_m: float,
) -> NDArray[np.bool_]:
    """Flag discontinuous series whose jump may be a whole number of phase cycles.

    Parameters
    ----------
    codes : ndarray, shape (series,)
        Trend codes.
    jump_mm, jump_std_mm : ndarray, shape (series,)
        Jump at the break and its standard deviation, mm.
    wavelength_m : float
        Wavelength of the radar, m; a cycle is half of it.

    Returns
    -------
    ndarray of bool, shape (series,)

    Notes
    -----
    A flag is a doubt, not a proof: where three standard deviations reach far between two
    multiples, many true steps are flagged too; `share_by_chance` estimates their share.
    """
    cycle = 500.0 * wavelength_m
    multiple = np.maximum(np.rint(np.abs(jump_mm) / cycle), 1.0)
    off = np.abs(np.abs(jump_mm) - multiple * cycle)
    return (codes >= STEP) & (off <= TOLERANCE_STD * jump_std_mm)


def share_by_chance(
    codes: NDArray[np.integer], jump_std_mm: NDArray[np.float64], wavelength_m: float
) -> NDArray[np.float64]:
    """Probability that a step of no particular size is flagged, per discontinuous series."""
    cycle = 500.0 * wavelength_m
    return np.minimum(2.0 * TOLERANCE_STD * jump_std_mm[codes >= STEP] / cycle, 1.0)
