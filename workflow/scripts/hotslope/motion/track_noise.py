"""Noise of a track, separated from the motion of its points.

A track may hold several kinds of noise, and some of its series step or bend, which looks like
correlated noise where only a line is fitted. Therefore the distribution of the noise over the
track is estimated together with the shares of lines, parabolas and broken lines (empirical
Bayes), for each family of models in `hotslope.motion.noise_models`; the likeliest family is cut
into as few noise classes as describe it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotslope.motion.epochs import Observed
from hotslope.motion.noise_choice import choose_family
from hotslope.motion.noise_classes import noise_classes
from hotslope.motion.noise_families import MIN_POWER_LAW_EPOCHS
from hotslope.motion.noise_models import AR1, FILTER, POWER_LAW, NoiseModel

#: White noise added to the sample, as a share of the residual standard deviation: what a
#: filter has left at high frequencies depends on its details and must not affect the estimate.
DITHER = 0.01
#: Series from which the noise of a track is estimated.
NOISE_SAMPLE = 500
_SEED = 15


@dataclass(frozen=True)
class Noise:
    """Noise of a track.

    Attributes
    ----------
    models : tuple of NoiseModel
        Noise of each class, increasingly correlated.
    share : tuple of float
        Share of the series in each class.
    model_share : tuple of float
        Shares of lines, parabolas and broken lines behind the noise.
    step_days : float
        The track's median time gap, days.
    at_bound : tuple of bool
        Whether the parameter of a class lies at the end of the range that is searched: such
        noise is not separable from motion.
    rivals : tuple of str
        Families that explain the series as well as the one chosen.
    """

    models: tuple[NoiseModel, ...]
    share: tuple[float, ...]
    model_share: tuple[float, ...]
    step_days: float
    at_bound: tuple[bool, ...]
    rivals: tuple[str, ...] = ()

    @property
    def rho(self) -> tuple[float, ...]:
        """Parameter of each class: the autocorrelation, where the noise is AR(1)."""
        return tuple(model.parameter for model in self.models)

    @classmethod
    def single(cls, rho: float, step_days: float) -> "Noise":
        """Return AR(1) noise of one class with a known autocorrelation."""
        model = NoiseModel(AR1, float(rho), 0.0, step_days)
        return cls((model,), (1.0,), (1.0, 0.0, 0.0), step_days, (False,))


def estimate_noise(
    displacement_mm: NDArray[np.floating],
    observed: Observed,
    days: NDArray[np.float64],
    step_days: float,
    min_segment_epochs: int,
) -> Noise:
    """Estimate the noise classes of a track from a sample of its series.

    Parameters
    ----------
    displacement_mm : ndarray, shape (series, epochs)
        A sample of series, mm.
    observed : Observed
        What of them was observed.
    days : ndarray, shape (epochs,)
        Acquisition times, days.
    step_days : float
        The lag that the autocorrelation refers to, days.
    min_segment_epochs : int
        Epochs at least on each side of a break.

    Returns
    -------
    Noise
        White noise where there is no series to learn from.
    """
    series = np.where(observed.long[:, None], displacement_mm, 0.0)
    varying = np.nanmax(series, axis=1) > np.nanmin(series, axis=1)
    rows = np.flatnonzero(observed.long & varying)  # constants hold no noise
    if rows.size == 0:
        return Noise.single(0.0, step_days)
    displacement_mm = _dithered(displacement_mm, days)
    (best, mixture), rivals = choose_family(
        displacement_mm, rows, observed, days, step_days, min_segment_epochs
    )
    cautious = best.models[0].kind == FILTER
    classes = noise_classes(mixture.noise_share, best.values, cautious)
    models = tuple(best.between(centre) for centre, _ in classes)
    short = models[0].kind == POWER_LAW and len(days) < MIN_POWER_LAW_EPOCHS
    last = 0.5 * (best.values[-1] + best.values[-2])
    return Noise(
        models,
        tuple(share for _, share in classes),
        tuple(float(s) for s in mixture.trend_share),
        step_days,
        tuple(short or bool(best.bounded and centre >= last) for centre, _ in classes),
        rivals,
    )


def sample_rows(count: int) -> NDArray[np.int64]:
    """Return the rows, evenly taken from `count`, that represent a track."""
    return np.unique(np.linspace(0, count - 1, min(count, NOISE_SAMPLE)).astype(np.int64))


def _dithered(
    displacement_mm: NDArray[np.floating], days: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Add a little white noise, the same for the same shape of table."""
    spread = np.sqrt(np.mean(_residuals(displacement_mm, days) ** 2, axis=1))
    noise = np.random.default_rng(_SEED).standard_normal(displacement_mm.shape)
    return displacement_mm + DITHER * spread[:, None] * noise


def _residuals(
    displacement_mm: NDArray[np.floating], days: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Residuals of series about their lines; 0 where an epoch is missing."""
    seen = np.isfinite(displacement_mm)
    count = np.maximum(seen.sum(axis=1, keepdims=True), 1)
    series = np.where(seen, displacement_mm, 0.0).astype(np.float64)
    series = np.where(seen, series - series.sum(axis=1, keepdims=True) / count, 0.0)
    time = np.where(seen, days, 0.0)
    time = np.where(seen, time - time.sum(axis=1, keepdims=True) / count, 0.0)
    square = np.maximum(np.sum(time**2, axis=1, keepdims=True), 1e-12)
    return series - time * np.sum(series * time, axis=1, keepdims=True) / square
