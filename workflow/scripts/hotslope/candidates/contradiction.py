"""Whether a second track that sees a candidate's ground at rest contradicts its motion."""

from typing import NamedTuple

import numpy as np

from hotslope.candidates.sense import aspect_of, slope_of
from hotslope.terrain.downslope import MIN_SLOPE_DEG

#: Plausible motion: azimuths relative to the downslope direction, degrees, and dips, from level
#: to this much steeper than the slope.
AZIMUTHS_DEG = np.linspace(-30.0, 30.0, 7)
STEEPER_DEG = 20.0
_DIPS = 7
#: A second track contradicts a candidate if the likelihood ratio of motion to noise is below the
#: first number, and if it would see the motion with more standard errors than the second.
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
        Of motion to noise; NaN where nothing can be compared.
    errors_expected : ndarray, float64, shape (n,)
        What the second track would show of the motion, in its standard errors: the mean over
        plausible directions; NaN where nothing can be compared.
    """

    likelihood_ratio: np.ndarray
    errors_expected: np.ndarray

    def contradicted(self) -> np.ndarray:
        """Whether the second track contradicts the motion; bool, shape (n,)."""
        return (self.likelihood_ratio < LEAST_RATIO) & (self.errors_expected > LEAST_ERRORS)


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
    of the motion is that of the best m, averaged over the directions within 30° of the slope's
    azimuth and from level to 20° steeper than the slope, or straight down or up: each of the
    two sets has half of the weight. On flat ground, below `MIN_SLOPE_DEG`, only vertical
    motion is plausible. Noise in one track explains the first rate wholly, and leaves 0 for the
    second.
    """
    first, second = rate_mm_yr
    std1, std2 = std_mm_yr
    directions, weight = plausible_directions(gradient)
    seen1 = np.einsum("nk,ndk->nd", los[0], directions)
    seen2 = np.einsum("nk,ndk->nd", los[1], directions)
    information = (seen1 / std1[:, None]) ** 2 + (seen2 / std2[:, None]) ** 2
    along = seen1 * (first / std1**2)[:, None] + seen2 * (second / std2**2)[:, None]
    speed = np.maximum(along, 0.0) / information
    misfit = ((first[:, None] - speed * seen1) / std1[:, None]) ** 2
    misfit += ((second[:, None] - speed * seen2) / std2[:, None]) ** 2
    at_rest = (second / std2) ** 2
    gain = np.minimum(0.5 * (at_rest[:, None] - misfit), _LARGEST_GAIN)
    ratio = np.sum(weight * np.exp(gain), axis=1)
    fits = (seen1 * np.sign(first)[:, None] >= _LEAST_SEEN) * weight
    shown = np.abs(first[:, None] * seen2 / np.where(fits > 0, seen1, 1.0)) / std2[:, None]
    total = fits.sum(axis=1)
    expected = np.divide(
        np.sum(fits * shown, axis=1), total, out=np.full(total.shape, np.nan), where=total > 0
    )
    return Comparison(ratio, expected)


def plausible_directions(gradient: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Directions in which ground on a slope may move, and their weights.

    Parameters
    ----------
    gradient : ndarray, float64, shape (n, 2)
        Mean downslope gradient; NaN without terrain.

    Returns
    -------
    directions : ndarray, float64, shape (n, directions, 3)
        Unit vectors east, north, up; NaN without terrain.
    weight : ndarray, float64, shape (n, directions)
        Sums to 1 for each.
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
    flat = ~(slope >= MIN_SLOPE_DEG)
    downslope[flat & ~np.isnan(slope)] = vertical[flat & ~np.isnan(slope), :1]
    weight = np.concatenate(
        [
            np.where(flat, 0.0, 0.5)[:, None].repeat(downslope.shape[1], axis=1)
            / downslope.shape[1],
            np.where(flat, 0.5, 0.25)[:, None].repeat(2, axis=1),
        ],
        axis=1,
    )
    return np.concatenate([downslope, vertical], axis=1), weight
