"""Shares of noise and trend models in a track, from the evidence of each of its series."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hotslope.motion.designs import noise_design
from hotslope.motion.epochs import Observed
from hotslope.motion.noise_models import AR1, NoiseModel
from hotslope.motion.trend_evidence import weigh_series
from hotslope.motion.trend_models import COLUMNS, fit_series

#: Weight of the prior that series are lines, as a share of the sample.
LINE_PRIOR = 0.5
_ITERATIONS = 300


def log_evidence(
    displacement_mm: NDArray[np.floating],
    rows: NDArray[np.int64],
    observed: Observed,
    models: tuple[NoiseModel, ...],
    days: NDArray[np.float64],
    min_segment_epochs: int,
) -> NDArray[np.float64]:
    """Weigh trend models under each model of the noise.

    Parameters
    ----------
    displacement_mm : ndarray, shape (series, epochs)
        Displacements, mm.
    rows : ndarray, shape (part,), int64
        Series to weigh; each has enough epochs.
    observed : Observed
        What of the series was observed.
    models : tuple of NoiseModel
        Models of the noise.
    days : ndarray, shape (epochs,)
        Acquisition times, days.
    min_segment_epochs : int
        Epochs at least on each side of a break.

    Returns
    -------
    ndarray, shape (part, 3, noise models)
        Log evidence of lines, parabolas and broken lines.
    """
    reference = np.empty((len(displacement_mm), COLUMNS))
    out = np.empty((len(displacement_mm), 3))
    evidence = np.zeros((len(rows), 3, len(models)))
    flat = NoiseModel(AR1, 0.0, 0.0, models[0].step_days)
    for annual in (False, True):
        part = np.flatnonzero(observed.annual[rows] == annual)
        if part.size == 0:
            continue
        white = noise_design(flat, days, annual, min_segment_epochs, 0.0)
        fit_series(displacement_mm, rows[part], white, reference)
        for k, model in enumerate(models):
            design = noise_design(model, days, annual, min_segment_epochs, 0.0)
            information = white.log_information
            weigh_series(displacement_mm, rows[part], design, information, reference, out)
            evidence[part, :, k] = out[rows[part]]
    return evidence


class Mixture(NamedTuple):
    """Shares that make the evidence of all series likeliest.

    Attributes
    ----------
    noise_share : ndarray, shape (noise models,)
        Shares of the noise models.
    trend_share : ndarray, shape (3,)
        Shares of lines, parabolas and broken lines.
    log_likelihood : ndarray, shape (series,)
        Log likelihood of each series under these shares.
    """

    noise_share: NDArray[np.float64]
    trend_share: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]


def mixture(
    evidence: NDArray[np.float64],
) -> Mixture:
    """Find the shares of noise and trend models that make the evidence likeliest (EM).

    Parameters
    ----------
    evidence : ndarray, shape (series, 3, noise models)
        As `log_evidence` returns it.
    """
    most = evidence.max(axis=(1, 2), keepdims=True)
    likelihood = np.exp(evidence - most)
    count = len(evidence)
    trends = np.full(evidence.shape[1], 1.0 / evidence.shape[1])
    noises = np.full(evidence.shape[2], 1.0 / evidence.shape[2])
    for _ in range(_ITERATIONS):
        prior = np.outer(trends, noises)
        total = np.einsum("smg,mg->s", likelihood, prior)
        joint = prior * np.einsum("smg,s->mg", likelihood, 1.0 / total)
        noises = joint.sum(axis=0) / count
        trends = joint.sum(axis=1) / count
        trends[0] += LINE_PRIOR
        trends /= 1.0 + LINE_PRIOR
    total = np.einsum("smg,mg->s", likelihood, np.outer(trends, noises))
    return Mixture(noises, trends, np.log(total) + most.ravel())
