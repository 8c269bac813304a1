"""Noise classes of a track: its distribution of noise models, cut into few narrow parts."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: The autocorrelation within a noise class spreads no more than this (root mean square): an
#: error of 0.1 raises the share of false non-linear series from 2 % to about 4 %.
CLASS_SPREAD = 0.1
#: Noise classes at most, and the least share of the series that makes one.
MAX_CLASSES = 4
MIN_CLASS_SHARE = 0.01
#: The width of a filter is the largest that this share of a class has at least: too
#: small a width turns noise into motion.
WIDER = 0.1
#: A series belongs to a more correlated class unless that is less probable than this.
DOUBT = 0.25


def noise_classes(
    share: NDArray[np.float64], values: NDArray[np.float64], cautious: bool
) -> list[tuple[float, float]]:
    """Cut the distribution of the noise into as few classes as keep it narrow.

    Parameters
    ----------
    share, values : ndarray, shape (noise models,)
        Shares of the models of a family, and the numbers in which they differ.
    cautious : bool
        Whether the value of a class is the largest that enough of it has at least, not the mean.

    Returns
    -------
    list of (float, float)
        Value and share of each class, in the order of the values.
    """
    cuts = [0, len(values)]
    while len(cuts) - 1 < MAX_CLASSES:
        spreads = [_spread(share, values, low, high) for low, high in pairwise(cuts)]
        worst = int(np.argmax(spreads))
        low, high = cuts[worst], cuts[worst + 1]
        if spreads[worst] <= CLASS_SPREAD:
            break
        split = min(
            range(low + 1, high),
            key=lambda at: _scatter(share, values, low, at) + _scatter(share, values, at, high),
        )
        cuts.insert(worst + 1, split)
    mass = np.array([share[a:b].sum() for a, b in pairwise(cuts)])
    centre = [_centre(share[a:b], values[a:b], cautious) for a, b in pairwise(cuts)]
    kept = np.flatnonzero(mass >= MIN_CLASS_SHARE)
    return [(centre[k], float(mass[k] / mass[kept].sum())) for k in kept]


def _centre(share: NDArray[np.float64], values: NDArray[np.float64], cautious: bool) -> float:
    """Return the mean of a class, or the largest value that enough of it has at least."""
    mass = share.sum()
    if mass <= 0.0:
        return float(values[0])
    if not cautious:
        return float(np.average(values, weights=share))
    at_least = np.cumsum(share[::-1])[::-1]
    return float(values[np.flatnonzero(at_least >= WIDER * mass)[-1]])


def _scatter(share: NDArray[np.float64], values: NDArray[np.float64], low: int, high: int) -> float:
    """Sum of squared deviations from the mean, weighted, of one stretch of the values."""
    weight, value = share[low:high], values[low:high]
    if weight.sum() <= 0.0:
        return 0.0
    return float(weight @ (value - np.average(value, weights=weight)) ** 2)


def _spread(share: NDArray[np.float64], values: NDArray[np.float64], low: int, high: int) -> float:
    mass = share[low:high].sum()
    return np.sqrt(_scatter(share, values, low, high) / mass) if mass >= MIN_CLASS_SHARE else 0.0


def assign(
    evidence: NDArray[np.float64], trend_share: Sequence[float], class_share: Sequence[float]
) -> NDArray[np.int64]:
    """Return the noise class of each series, shape (series,).

    Parameters
    ----------
    evidence : ndarray, shape (series, 3, classes)
        Of trend models under the noise of each class.
    trend_share, class_share : sequence of float, shapes (3,) and (classes,)
        Shares of trend models and of noise classes in the track.

    Notes
    -----
    The most correlated class that is not unlikely: a class too low makes motion out of noise,
    one too high only loses weak motion.
    """
    prior = np.outer(trend_share, class_share)
    likelihood = np.exp(evidence - evidence.max(axis=(1, 2), keepdims=True))
    share = (likelihood * prior).sum(axis=1)
    at_least = np.cumsum(share[:, ::-1], axis=1)[:, ::-1]
    likely = at_least > DOUBT * at_least[:, :1]
    return likely.shape[1] - 1 - np.argmax(likely[:, ::-1], axis=1)
