"""False discoveries among candidates, measured against outlines in noise fields."""

from collections.abc import Sequence

import numpy as np
import scipy

from hotslope.candidates.noise_outlines import NoiseOutlines


def expected_noise(noise: Sequence[NoiseOutlines], strength: np.ndarray) -> np.ndarray:
    """Mean number of noise outlines per field, over all tracks, at least as strong as each.

    Parameters
    ----------
    noise : sequence of NoiseOutlines
        One per track.
    strength : ndarray, float64, shape (n,)
        Strengths.

    Returns
    -------
    ndarray, float64, shape (n,)

    Notes
    -----
    Beyond the strongest outline that was drawn none is known, which does not mean that there are
    none: their number falls from one, there, as the density of a normal number does.
    """
    expected = np.zeros(strength.size)
    for track in noise:
        if track.exposure:
            order = np.sort(track.strength)
            above = order.size - np.searchsorted(order, strength, side="left")
            strongest = order[-1] if order.size else 0.0
            with np.errstate(under="ignore"):
                tail = np.exp(0.5 * (strongest**2 - np.maximum(strength, strongest) ** 2))
            expected += np.where(strength > strongest, tail, above) / track.exposure
    return expected


def noise_rates(
    noise: Sequence[NoiseOutlines], strength: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Share of false discoveries among candidates, up to each and at each.

    Parameters
    ----------
    noise : sequence of NoiseOutlines
        One per track.
    strength : ndarray, float64, shape (candidates,)
        Strengths of the candidates.

    Returns
    -------
    q : ndarray, float64, shape (candidates,)
        Expected number of noise outlines at least as strong over the number of candidates at
        least as strong; never larger for a stronger candidate; at most 1.
    p_noise : ndarray, float64, shape (candidates,)
        Expected share of noise among candidates of this strength (local false discovery rate):
        noise expected between one strength and the next stronger, per candidate there, made
        monotone by isotonic regression.

    References
    ----------
    .. [1] Efron, B. (2010). Large-scale inference. Cambridge University Press, chapter 5.
    .. [2] Storey, J. D., Tibshirani, R. (2003). Statistical significance for genomewide studies.
       PNAS 100, 9440–9445.
    """
    if not strength.size:
        return np.zeros(0), np.zeros(0)
    values, place, counts = np.unique(-strength, return_inverse=True, return_counts=True)
    expected = expected_noise(noise, -values)  # from the strongest to the weakest
    ratio = expected / np.cumsum(counts)
    q = np.minimum.accumulate(ratio[::-1])[::-1]
    here = np.diff(expected, prepend=0.0) / counts
    p_noise = scipy.optimize.isotonic_regression(here, weights=counts, increasing=True).x
    return np.minimum(q, 1.0)[place], np.clip(p_noise, 0.0, 1.0)[place]
