"""Autocorrelation of the noise of a track, told apart from the motion of its points.

Noise is AR(1) over the actual time gaps. A track may hold several kinds of noise, and some of
its series step or bend, which looks like autocorrelation where only a line is fitted. Therefore
the distribution of the autocorrelation over the track is estimated together with the shares of
lines, parabolas and broken lines (empirical Bayes), and then cut into as few noise classes as
describe it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hotslope.motion.designs import Design, build_design
from hotslope.motion.epochs import EpochGroup
from hotslope.motion.trend_models import COLUMNS, fit_group, weigh_group

#: Autocorrelations at which the likelihood is evaluated.
GRID = np.linspace(0.0, 0.95, 20)
#: The autocorrelation within a noise class spreads no more than this (root mean square): an
#: error of 0.1 raises the share of false non-linear series from 2 % to about 4 %.
CLASS_SPREAD = 0.1
#: Noise classes at most, and the least share of the series that makes one.
MAX_CLASSES = 4
MIN_CLASS_SHARE = 0.01
#: Lines are taken for likelier: a prior worth this share of the sample.
LINE_PRIOR = 0.5
#: A series belongs to a more correlated class unless that is less probable than this.
DOUBT = 0.25
#: Series from which the noise of a track is estimated.
NOISE_SAMPLE = 4_000
_ITERATIONS = 300


@dataclass(frozen=True)
class Noise:
    """Noise of a track.

    Attributes
    ----------
    rho : tuple of float
        Autocorrelation of each noise class over `step_days`, increasing.
    share : tuple of float
        Share of the series in each class.
    model_share : tuple of float
        Shares of lines, parabolas and broken lines behind the noise.
    step_days : float
        The time lag that the autocorrelation belongs to: the track's median gap, days.
    """

    rho: tuple[float, ...]
    share: tuple[float, ...]
    model_share: tuple[float, ...]
    step_days: float

    @classmethod
    def single(cls, rho: float, step_days: float) -> "Noise":
        """Return noise of one class with a known autocorrelation."""
        return cls((float(rho),), (1.0,), (1.0, 0.0, 0.0), step_days)


def estimate_noise(
    displacement_mm: NDArray[np.floating],
    groups: list[EpochGroup],
    step_days: float,
    min_segment_epochs: int,
) -> Noise:
    """Estimate the noise classes of a track from a sample of its series.

    Parameters
    ----------
    displacement_mm : ndarray, shape (series, epochs)
        A sample of series, mm.
    groups : list of EpochGroup
        Rows by their observed epochs; rows in no group are not used.
    step_days : float
        The lag that the autocorrelation refers to, days.
    min_segment_epochs : int
        Epochs at least on each side of a break.

    Returns
    -------
    Noise
        White noise where there is no series to learn from.
    """
    if not groups:
        return Noise.single(0.0, step_days)
    rows = np.concatenate([group.rows for group in groups])
    sample = displacement_mm[rows]
    rows = rows[np.nanmax(sample, axis=1) > np.nanmin(sample, axis=1)]  # constants tell nothing
    if rows.size == 0:
        return Noise.single(0.0, step_days)
    evidence = weigh(displacement_mm, groups, GRID, step_days, min_segment_epochs)[np.sort(rows)]
    grid_share, model_share = _mixture(evidence)
    rho, share = _noise_classes(grid_share)
    return Noise(tuple(rho), tuple(share), tuple(float(s) for s in model_share), step_days)


def weigh(
    displacement_mm: NDArray[np.floating],
    groups: list[EpochGroup],
    rhos: NDArray[np.float64],
    step_days: float,
    min_segment_epochs: int,
) -> NDArray[np.float64]:
    """Log evidence per series, model and autocorrelation, shape (series, 3, rhos)."""
    count = len(displacement_mm)
    evidence = np.zeros((count, 3, len(rhos)))
    reference = np.empty((count, COLUMNS))
    out = np.empty((count, 3))
    for group in groups:
        white = _design(group, 0.0, step_days, min_segment_epochs)
        fit_group(displacement_mm, group.rows, group.epochs, white, reference)
        for k, rho in enumerate(rhos):
            design = _design(group, float(rho), step_days, min_segment_epochs)
            weigh_group(displacement_mm, group.rows, group.epochs, design, white, reference, out)
            evidence[group.rows, :, k] = out[group.rows]
    return evidence


def assign(evidence: NDArray[np.float64], noise: Noise) -> NDArray[np.int64]:
    """Return the noise class of each series, shape (series,).

    Parameters
    ----------
    evidence : ndarray, shape (series, 3, classes)
        What `weigh` gives at the autocorrelations of the classes.
    noise : Noise
        Shares of classes and models.

    Notes
    -----
    The most correlated class that is not unlikely: a class too low makes motion out of noise,
    one too high only loses weak motion.
    """
    prior = np.outer(noise.model_share, noise.share)
    likelihood = np.exp(evidence - evidence.max(axis=(1, 2), keepdims=True))
    share = (likelihood * prior).sum(axis=1)
    at_least = np.cumsum(share[:, ::-1], axis=1)[:, ::-1]
    likely = at_least > DOUBT * at_least[:, :1]
    return likely.shape[1] - 1 - np.argmax(likely[:, ::-1], axis=1)


def sample_rows(count: int) -> NDArray[np.int64]:
    """Return the rows, evenly taken from `count`, that stand for a track."""
    return np.unique(np.linspace(0, count - 1, min(count, NOISE_SAMPLE)).astype(np.int64))


def _design(group: EpochGroup, rho: float, step_days: float, min_segment_epochs: int) -> Design:
    return build_design(group.days, step_days, rho, group.annual, min_segment_epochs)


def _mixture(
    evidence: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of the autocorrelations and of the models that make the evidence likeliest (EM)."""
    likelihood = np.exp(evidence - evidence.max(axis=(1, 2), keepdims=True))
    count = len(evidence)
    models = np.full(evidence.shape[1], 1.0 / evidence.shape[1])
    grid = np.full(evidence.shape[2], 1.0 / evidence.shape[2])
    for _ in range(_ITERATIONS):
        prior = np.outer(models, grid)
        total = np.einsum("smg,mg->s", likelihood, prior)
        joint = prior * np.einsum("smg,s->mg", likelihood, 1.0 / total)
        grid = joint.sum(axis=0) / count
        models = joint.sum(axis=1) / count
        models[0] += LINE_PRIOR
        models /= 1.0 + LINE_PRIOR
    return grid, models


def _noise_classes(share: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    """Cut the distribution of the autocorrelation into as few classes as keep it narrow."""
    cuts = [0, len(GRID)]
    while len(cuts) - 1 < MAX_CLASSES:
        spreads = [_spread(share, low, high) for low, high in pairwise(cuts)]
        worst = int(np.argmax(spreads))
        low, high = cuts[worst], cuts[worst + 1]
        if spreads[worst] <= CLASS_SPREAD:
            break
        split = min(
            range(low + 1, high),
            key=lambda at: _scatter(share, low, at) + _scatter(share, at, high),
        )
        cuts.insert(worst + 1, split)
    mass = np.array([share[a:b].sum() for a, b in pairwise(cuts)])
    centre = [float(np.average(GRID[a:b], weights=share[a:b])) for a, b in pairwise(cuts)]
    kept = np.flatnonzero(mass >= MIN_CLASS_SHARE)
    return [centre[k] for k in kept], [float(mass[k] / mass[kept].sum()) for k in kept]


def _scatter(share: NDArray[np.float64], low: int, high: int) -> float:
    """Sum of squared deviations from the mean, weighted, of one stretch of the grid."""
    weight, value = share[low:high], GRID[low:high]
    if weight.sum() <= 0.0:
        return 0.0
    return float(weight @ (value - np.average(value, weights=weight)) ** 2)


def _spread(share: NDArray[np.float64], low: int, high: int) -> float:
    mass = share[low:high].sum()
    return np.sqrt(_scatter(share, low, high) / mass) if mass >= MIN_CLASS_SHARE else 0.0
