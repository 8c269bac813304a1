"""Choice of the distance band of Gi* by incremental spatial autocorrelation."""

from typing import NamedTuple

import numpy as np
import scipy

from hotslope.motion.moran import MoranCurve

#: Distances at which Moran's I is taken, m.
DISTANCES_M = np.arange(100.0, 501.0, 25.0)
#: Distance band where the curve has no peak, m: that of Zhang et al. (2023).
FALLBACK_M = 200.0
#: Least z of a peak: p = 0.01, two-sided.
MIN_Z = 2.58
#: A peak exceeds the dips beside it by this much z, and by this share of its own z.
MIN_PROMINENCE_Z, MIN_PROMINENCE_SHARE = 1.0, 0.02


class BandChoice(NamedTuple):
    """A distance band, m; whether it is a peak of the curve; and why, in words."""

    radius_m: float
    is_peak: bool
    reason: str


def choose_band(curve: MoranCurve) -> BandChoice:
    """Take the distance at which Moran's I departs most clearly from chance.

    Parameters
    ----------
    curve : MoranCurve
        Moran's I at ascending distances.

    Returns
    -------
    BandChoice
        The most prominent peak of z, the nearest of equally prominent ones; `FALLBACK_M`
        where there is none.

    Notes
    -----
    z rises while a wider band adds pairs that move alike, and falls when it adds pairs that
    do not. The ends of the curve are no peaks: what lies beyond is not known.
    """
    distance_m, z = curve.distance_m, curve.z
    peaks, standing = prominent_peaks(z)
    if peaks.size:
        best = peaks[np.argmax(standing)]
        others = f", the most prominent of {peaks.size}" if peaks.size > 1 else ""
        reason = f"z peaks at {distance_m[best]:g} m (z = {z[best]:.1f}){others}"
        return BandChoice(float(distance_m[best]), True, reason)
    return BandChoice(FALLBACK_M, False, f"no peak: {_why_none(distance_m, z)}")


def prominent_peaks(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions and prominences of the peaks of a curve of standard scores.

    Parameters
    ----------
    z : ndarray, float64, shape (distances,)
        Standard scores; none is a peak if any is NaN.

    Returns
    -------
    peaks : ndarray of int, shape (peaks,)
        Positions, ascending.
    prominence : ndarray, float64, shape (peaks,)
        How far z falls on the higher of both sides.
    """
    if np.isnan(z).any():
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    peaks, traits = scipy.signal.find_peaks(z, height=MIN_Z, prominence=MIN_PROMINENCE_Z)
    clear = traits["prominences"] >= MIN_PROMINENCE_SHARE * z[peaks]
    return peaks[clear], traits["prominences"][clear]


def _why_none(distance_m: np.ndarray, z: np.ndarray) -> str:
    """Describe a curve without a peak."""
    if np.isnan(z).any():
        return "too few points have neighbours"
    if z.max() < MIN_Z:
        return f"z stays below {MIN_Z:g}, so the velocities show no spatial autocorrelation"
    if np.argmax(z) == z.size - 1:
        return f"z still rises at {distance_m[-1]:g} m"
    if np.argmax(z) == 0:
        return f"z falls from {distance_m[0]:g} m on"
    return "z is flat"
