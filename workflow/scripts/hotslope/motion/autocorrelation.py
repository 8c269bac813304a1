"""Noise of a track, told apart from the motion of its points.

A track may hold several kinds of noise, and some of its series step or bend, which looks like
correlated noise where only a line is fitted. Therefore the distribution of the noise over the
track is estimated together with the shares of lines, parabolas and broken lines (empirical
Bayes), for each family of models in `hotslope.motion.noise_models`; the likeliest family is cut
into as few noise classes as describe it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import trim_mean

from hotslope.motion.designs import Design, build_design
from hotslope.motion.epochs import Observed
from hotslope.motion.noise_models import (
    AR1,
    FILTER,
    POWER_LAW,
    RANK_TOLERANCE,
    NoiseModel,
    rate_error,
    whitening,
)
from hotslope.motion.trend_models import COLUMNS, fit_series, weigh_series

#: Autocorrelations at which the likelihood is evaluated.
GRID = np.linspace(0.0, 0.95, 20)
#: The same beside white noise, which hides a low autocorrelation, and shares of that noise.
SLOW_GRID = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
WHITE_SHARES = (0.3, 0.5, 0.7, 0.85)
#: Widths of filters in median time gaps, and shares of white noise added after the filter.
WIDTHS = np.arange(0.5, 6.01, 0.25)
FILTER_WHITE_SHARES = (1e-4, 1e-3, 1e-2, 0.1)
#: Power laws, which shorter series do not tell from motion; shares of white noise beside them.
POWERS = (1.0, 2.0)
MIN_POWER_LAW_EPOCHS = 100
POWER_WHITE_SHARES = (0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.98)
#: White noise added to the sample, as a share of the residual standard deviation: what a
#: filter has left at high frequencies depends on its details, and must not decide.
DITHER = 0.01
#: Share of the series left out at each end where families are compared: what moves is not noise.
TRIMMED = 0.3
#: Median of the square of a standard normal number.
MEDIAN_SQUARE = 0.4549
#: Families whose log-likelihoods differ by less are not told apart.
RIVAL = 2.0
#: The autocorrelation within a noise class spreads no more than this (root mean square): an
#: error of 0.1 raises the share of false non-linear series from 2 % to about 4 %.
CLASS_SPREAD = 0.1
#: Noise classes at most, and the least share of the series that makes one.
MAX_CLASSES = 4
MIN_CLASS_SHARE = 0.01
#: Lines are taken for likelier: a prior worth this share of the sample.
LINE_PRIOR = 0.5
#: The width of a filter is the largest that this share of a class has at least: one too small
#: makes motion out of noise.
WIDER = 0.1
#: A series belongs to a more correlated class unless that is less probable than this.
DOUBT = 0.25
#: Series from which the noise of a track is estimated.
NOISE_SAMPLE = 500
_ITERATIONS = 300
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
        Whether the parameter of a class lies at the end of what is looked through: such noise
        is not told from motion.
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


@dataclass(frozen=True)
class Family:
    """Noise models that differ in one number.

    Attributes
    ----------
    name : str
        What to call it.
    models : tuple of NoiseModel
        Increasingly correlated.
    values : ndarray, shape (models,)
        The number, in units in which neighbouring models are about alike everywhere.
    bounded : bool
        Whether the last model is only where the search ends.
    """

    name: str
    models: tuple[NoiseModel, ...]
    values: NDArray[np.float64]
    bounded: bool


def noise_families(epochs: int, step_days: float) -> list[Family]:
    """Return the families of models to choose from, simplest first."""
    families = [
        Family("ar1", tuple(NoiseModel(AR1, float(r), 0.0, step_days) for r in GRID), GRID, True)
    ]
    for white in WHITE_SHARES:
        slow = tuple(NoiseModel(AR1, rho, white, step_days) for rho in SLOW_GRID)
        # the more white noise, the less an autocorrelation matters
        values = (1.0 - white) * np.array(SLOW_GRID)
        families.append(Family(f"ar1 + {white:.0%} white", slow, values, True))
    for white in FILTER_WHITE_SHARES:
        wide = tuple(NoiseModel(FILTER, float(w), white, step_days) for w in WIDTHS)
        # the correlation of neighbours grows with the logarithm of the width
        values = 0.5 * np.log(WIDTHS)
        families.append(Family(f"filter + {white:g} white", wide, values, True))
    shares = np.array(POWER_WHITE_SHARES[::-1])
    for power in POWERS if epochs >= MIN_POWER_LAW_EPOCHS else POWERS[1:]:
        laws = tuple(NoiseModel(POWER_LAW, power, float(w), step_days) for w in shares)
        families.append(Family(f"power law {power:g} + white", laws, 1.0 - shares, False))
    return families


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
    moving = np.nanmax(np.where(observed.long[:, None], displacement_mm, 0.0), axis=1) > (
        np.nanmin(np.where(observed.long[:, None], displacement_mm, 0.0), axis=1)
    )
    rows = np.flatnonzero(observed.long & moving)  # constants hold no noise
    if rows.size == 0:
        return Noise.single(0.0, step_days)
    displacement_mm = _dithered(displacement_mm, days)
    best, evidence, rivals = _choose_family(
        displacement_mm, rows, observed, days, step_days, min_segment_epochs
    )
    grid_share, model_share, _ = _mixture(evidence)
    cautious = best.models[0].kind == FILTER
    classes = _noise_classes(grid_share, best.values, cautious)
    models = tuple(_between(best, centre) for centre, _ in classes)
    short = models[0].kind == POWER_LAW and len(days) < MIN_POWER_LAW_EPOCHS
    last = 0.5 * (best.values[-1] + best.values[-2])
    return Noise(
        models,
        tuple(share for _, share in classes),
        tuple(float(s) for s in model_share),
        step_days,
        tuple(short or bool(best.bounded and centre >= last) for centre, _ in classes),
        rivals,
    )


def _choose_family(
    displacement_mm: NDArray[np.floating],
    rows: NDArray[np.int64],
    observed: Observed,
    days: NDArray[np.float64],
    step_days: float,
    min_segment_epochs: int,
) -> tuple[Family, NDArray[np.float64], tuple[str, ...]]:
    """Return the likeliest family, or of its rivals the one with the largest error of a rate.

    And the log evidence of its models, and the names of the other rivals.
    """
    families = noise_families(len(days), step_days)
    found = []
    for family in families:
        evidence = weigh(displacement_mm, rows, observed, family.models, days, min_segment_epochs)
        grid_share, _, likelihood = _mixture(evidence)
        centre = float(grid_share @ family.values)
        found.append((likelihood, _between(family, centre), evidence))
    each = np.array([likelihood for likelihood, *_ in found])
    likelihoods = len(rows) * trim_mean(each - each[0], TRIMMED, axis=1)
    most = int(np.argmax(likelihoods))
    scale = independent_share(displacement_mm[rows], found[most][1].correlation(days))
    rivals = np.flatnonzero(scale * (likelihoods[most] - likelihoods) < RIVAL)
    if len(days) < MIN_POWER_LAW_EPOCHS:  # only where nothing else fits as well
        laws = np.array([family.models[0].kind == POWER_LAW for family in families])
        rivals = np.array([most]) if laws[most] else rivals[~laws[rivals]]
    errors = [_relative_rate_error(found[k][1], days) for k in rivals]
    chosen = int(rivals[int(np.argmax(errors))])
    names = tuple(families[k].name for k in rivals if k != chosen)
    return families[chosen], found[chosen][2], names


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


def independent_share(
    displacement_mm: NDArray[np.floating], correlation: NDArray[np.float64]
) -> float:
    """Return the effective number of independent series as a share of all.

    Parameters
    ----------
    displacement_mm : ndarray, shape (series, epochs)
        Series, mm.
    correlation : ndarray, shape (epochs, epochs)
        Of the noise.

    Notes
    -----
    1 / (1 + (N − 1) r²), with r² the median squared correlation of the differences of
    neighbouring epochs in pairs of series, over that of normal numbers, less the reciprocal of
    their effective number, which independent series have. Differences hold little motion; what
    they share at an epoch (their median) is taken off; and a median over pairs, because few
    series that move alike say nothing about the noise of the others.
    """
    steps = np.diff(np.where(np.isfinite(displacement_mm), displacement_mm, np.nan), axis=1)
    seen = np.isfinite(steps)
    common = np.zeros(steps.shape[1])
    common[seen.any(axis=0)] = np.nanmedian(steps[:, seen.any(axis=0)], axis=0)
    steps = np.where(seen, steps - common, 0.0)
    power = np.sqrt(np.sum(steps**2, axis=1))
    steps = steps[power > 0.0] / power[power > 0.0, None]
    count = len(steps)
    if count < 2:
        return 1.0
    stepwise = np.diff(np.diff(correlation, axis=0), axis=1)
    effective = np.trace(stepwise) ** 2 / np.sum(stepwise**2)
    alike = np.einsum("se,te->st", steps, steps)[np.triu_indices(count, 1)] ** 2
    excess = max(float(np.median(alike)) / MEDIAN_SQUARE - 1.0 / effective, 0.0)
    return float(1.0 / (1.0 + (count - 1) * excess))


def _relative_rate_error(model: NoiseModel, days: NDArray[np.float64]) -> float:
    """Error of a rate for residuals about the line of a given size."""
    correlation = model.correlation(days)
    basis, _ = np.linalg.qr(np.column_stack([np.ones(len(days)), days - days.mean()]))
    left = np.trace(correlation) - np.einsum("ik,ij,jk->", basis, correlation, basis)
    return rate_error(correlation, days) / float(np.sqrt(max(left, 1e-12) / len(days)))


def _between(family: Family, value: float) -> NoiseModel:
    """Return the model of a family at a value, between those that were tried."""
    models = family.models
    kind, step_days = models[0].kind, models[0].step_days
    parameter = np.interp(value, family.values, [model.parameter for model in models])
    white = np.interp(value, family.values, [model.white for model in models])
    return NoiseModel(kind, float(parameter), float(white), step_days)


def weigh(
    displacement_mm: NDArray[np.floating],
    rows: NDArray[np.int64],
    observed: Observed,
    models: tuple[NoiseModel, ...],
    days: NDArray[np.float64],
    min_segment_epochs: int,
) -> NDArray[np.float64]:
    """Log evidence per row, trend model and noise model, shape (rows, 3, noise models)."""
    reference = np.empty((len(displacement_mm), COLUMNS))
    out = np.empty((len(displacement_mm), 3))
    evidence = np.zeros((len(rows), 3, len(models)))
    flat = NoiseModel(AR1, 0.0, 0.0, models[0].step_days)
    for annual in (False, True):
        part = np.flatnonzero(observed.annual[rows] == annual)
        if part.size == 0:
            continue
        white = full_design(flat, days, annual, min_segment_epochs, 0.0)
        fit_series(displacement_mm, rows[part], white, reference)
        for k, model in enumerate(models):
            design = full_design(model, days, annual, min_segment_epochs, 0.0)
            information = white.log_information
            weigh_series(displacement_mm, rows[part], design, information, reference, out)
            evidence[part, :, k] = out[rows[part]]
    return evidence


def full_design(
    model: NoiseModel,
    days: NDArray[np.float64],
    annual: bool,
    min_segment_epochs: int,
    tolerance: float = RANK_TOLERANCE,
) -> Design:
    """Return the design of all epochs of a track under a model of its noise."""
    white, log_determinant = whitening(model, days, tolerance)
    return build_design(days, white, log_determinant, annual, min_segment_epochs)


def assign(evidence: NDArray[np.float64], noise: Noise) -> NDArray[np.int64]:
    """Return the noise class of each series, shape (series,).

    Parameters
    ----------
    evidence : ndarray, shape (series, 3, classes)
        What `weigh` gives for the models of the classes.
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


def _mixture(
    evidence: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Shares of noise and trend models that make the evidence likeliest (EM), and its logs."""
    most = evidence.max(axis=(1, 2), keepdims=True)
    likelihood = np.exp(evidence - most)
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
    total = np.einsum("smg,mg->s", likelihood, np.outer(models, grid))
    return grid, models, np.log(total) + most.ravel()


def _noise_classes(
    share: NDArray[np.float64], values: NDArray[np.float64], cautious: bool
) -> list[tuple[float, float]]:
    """Cut the distribution of the noise into as few classes as keep it narrow: value, share."""
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
