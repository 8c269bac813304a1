"""Whether a second track that sees a candidate's ground at rest contradicts its motion."""

from typing import NamedTuple

import numpy as np

from hotslope.candidates.sense import aspect_of, slope_of
from hotslope.terrain.downslope import MIN_SLOPE_DEG

#: Plausible motion: azimuths relative to the downslope direction, degrees, and dips, from level
#: to this much steeper than the slope.
AZIMUTHS_DEG = np.linspace(-30.0, 30.0, 13)
STEEPER_DEG = 20.0
_DIPS = 25
#: A second track contradicts a candidate if the likelihood ratio of motion to noise is below the
#: first number, and if it would see the motion with more standard errors than the second, but
#: shows less than these.
LEAST_RATIO = 0.1
LEAST_ERRORS = 2.5
#: A track that sees a smaller share of a direction cannot estimate the speed along it.
_LEAST_SEEN = 0.2
#: Log-likelihood ratios are cut off here, where they are beyond any doubt.
_LARGEST_GAIN = 100.0


class Comparison(NamedTuple):
    """Motion against noise in one track.

    Attributes
    ----------
    likelihood_ratio : ndarray, float64, shape (n,)
        Of motion in the direction that explains both tracks best to noise; NaN where nothing can
        be compared.
    errors_expected : ndarray, float64, shape (n,)
        The least that the second track would show of the motion in any plausible direction, in
        its standard errors; NaN where nothing can be compared.
    errors_seen : ndarray, float64, shape (n,)
        What it does show, in its standard errors, without sign.
    """

    likelihood_ratio: np.ndarray
    errors_expected: np.ndarray
    errors_seen: np.ndarray

    def contradicted(self) -> np.ndarray:
        """Whether the second track contradicts the motion; bool, shape (n,)."""
        at_rest = self.errors_seen <= LEAST_ERRORS
        expected = self.errors_expected > LEAST_ERRORS
        return (self.likelihood_ratio < LEAST_RATIO) & expected & at_rest


def compare_tracks(
    rate_mm_yr: tuple[np.ndarray, np.ndarray],
    std_mm_yr: tuple[np.ndarray, np.ndarray],
    los: tuple[np.ndarray, np.ndarray],
    gradient: np.ndarray,
) -> Comparison:
    """Compare motion that both tracks see with noise in the first track.

    Parameters
    ----------
    rate_mm_yr, std_mm_yr : pair of ndarray, float64, shape (n,)
        Mean rates of the points inside and their standard errors: of the track that outlined the
        ground, and of the other; NaN where a track has none.
    los : pair of ndarray, float64, shape (n, 3)
        Lines of sight, ground to sensor.
    gradient : ndarray, float64, shape (n, 2)
        Mean downslope gradient below; NaN without terrain.

    Returns
    -------
    Comparison

    Notes
    -----
    For a unit direction d the tracks see m (l₁·d) and m (l₂·d) of a speed m ≥ 0. The likelihood
    of the motion is that of the best m in the best direction: within 30° of the slope's azimuth
    and from level to 20° steeper than the slope, or straight down or up; on flat ground, below
    `MIN_SLOPE_DEG`, only vertical motion is plausible. Not a mean over directions: the more exact
    the rates are, the fewer directions explain them, and a track that is blind in the true one
    would contradict it. Directions of which the first track sees less than `_LEAST_SEEN`, or
    the other sense, explain nothing. Noise in one track explains the first rate wholly, and
    leaves 0 for the second.
    """
    first, second = (rate[:, None] for rate in rate_mm_yr)
    std1, std2 = (std[:, None] for std in std_mm_yr)
    directions = plausible_directions(gradient)
    seen1, seen2 = (np.einsum("nk,ndk->nd", sight, directions) for sight in los)
    fits = seen1 * np.sign(first) >= _LEAST_SEEN
    seen1 = np.where(fits, seen1, 1.0)
    information = (seen1 / std1) ** 2 + (seen2 / std2) ** 2
    along = seen1 * first / std1**2 + seen2 * second / std2**2
    speed = np.maximum(along, 0.0) / information
    misfit = ((first - speed * seen1) / std1) ** 2 + ((second - speed * seen2) / std2) ** 2
    at_rest = (second / std2) ** 2
    gain = np.minimum(0.5 * (at_rest - misfit), _LARGEST_GAIN)
    shown = np.abs(first * seen2 / seen1) / std2
    known = fits.any(axis=1) & np.isfinite(at_rest[:, 0])
    return Comparison(
        np.where(known, np.exp(np.where(fits, gain, -np.inf).max(axis=1)), np.nan),
        np.where(known, np.where(fits, shown, np.inf).min(axis=1), np.nan),
        np.sqrt(at_rest[:, 0]),
    )


def plausible_directions(gradient: np.ndarray) -> np.ndarray:
    """Directions in which ground on a slope may move.

    Parameters
    ----------
    gradient : ndarray, float64, shape (n, 2)
        Mean downslope gradient; NaN without terrain.

    Returns
    -------
    ndarray, float64, shape (n, directions, 3)
        Unit vectors east, north, up; NaN without terrain.
    """
    slope = slope_of(gradient)
    azimuth = np.radians(aspect_of(gradient)[:, None, None] + AZIMUTHS_DEG[:, None])
    dip = np.radians((slope[:, None] + STEEPER_DEG) * np.linspace(0.0, 1.0, _DIPS))[:, None, :]
    level = np.cos(dip)
    parts = [
        np.sin(azimuth) * level,
        np.cos(azimuth) * level,
        np.broadcast_to(-np.sin(dip), (len(slope), AZIMUTHS_DEG.size, _DIPS)),
    ]
    downslope = np.stack(parts, axis=-1).reshape(len(slope), AZIMUTHS_DEG.size * _DIPS, 3)
    vertical = np.zeros((len(slope), 2, 3))
    vertical[:, 0, 2], vertical[:, 1, 2] = -1.0, 1.0
    vertical[np.isnan(slope)] = np.nan
    flat = slope < MIN_SLOPE_DEG
    downslope[flat] = vertical[flat, :1]
    return np.concatenate([downslope, vertical], axis=1)
