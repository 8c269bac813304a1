"""Trend classes of displacement series."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotslope.columns import TREND_NAMES
from hotslope.errors import InputError
from hotslope.motion import trend_models as models
from hotslope.motion.decisions import (
    GATES,
    LINEAR,
    NOT_SEPARABLE,
    UNCORRELATED,
    DecisionRule,
    decide,
)
from hotslope.motion.designs import noise_design
from hotslope.motion.epochs import ANNUAL, Observed, days_since_first, observe
from hotslope.motion.evidence_bar import evidence_bar
from hotslope.motion.noise_classes import assign
from hotslope.motion.noise_mixture import log_evidence
from hotslope.motion.noise_models import MIN_EFFECTIVE_EPOCHS, effective_epochs
from hotslope.motion.track_noise import Noise, estimate_noise, sample_rows


@dataclass(frozen=True)
class Trends:
    """Trend classes and, for broken lines, the jump at the break.

    Attributes
    ----------
    codes : ndarray, shape (series,), int8
        Positions in `hotslope.columns.TREND_NAMES`; -1 where noise and motion are not separable.
    epochs : ndarray, shape (series,), int64
        Observed epochs; 0 where there were too few to fit anything.
    jump_mm, jump_std_mm : ndarray, shape (series,), float64
        Jump between the best two lines, and its standard deviation; NaN where no break fits.
    """

    codes: NDArray[np.int8]
    epochs: NDArray[np.int64]
    jump_mm: NDArray[np.float64]
    jump_std_mm: NDArray[np.float64]


def classify_trends(
    displacement_mm: NDArray[np.floating],
    dates: Sequence[dt.date] | NDArray[np.datetime64],
    *,
    significance: float = 0.01,
    evidence_ratio: float = 10.0,
    min_segment_epochs: int = 5,
    autocorrelation: float | str | Noise = "pooled",
    gate: str = "joint",
    annual: str = "auto",
) -> NDArray[np.int8]:
    """Classify displacement series by the trend that describes them best.

    Parameters
    ----------
    displacement_mm : ndarray, shape (series, epochs)
        Displacements, mm; missing values are NaN.
    dates : sequence of datetime.date or ndarray of datetime64, shape (epochs,)
        Increasing acquisition dates.
    significance : float
        Level of the F tests.
    evidence_ratio : float
        How much likelier two lines must be than a line or a parabola.
    min_segment_epochs : int
        Epochs at least on each side of a break.
    autocorrelation : float, Noise, "pooled" or "none"
        Autocorrelation of the noise over the median time gap; "pooled" estimates it from the
        series (at most 500 of them, evenly taken), "none" assumes white noise.
    gate : {"joint", "linear"}
        A series is uncorrelated if neither line nor parabola is significant, or (as in Berti's
        method) if the line is not.
    annual : {"auto", "always", "never"}
        Whether all models hold an annual term; "auto": where the series span two years.

    Returns
    -------
    ndarray, shape (series,), int8
        0 uncorrelated, 1 linear, 2 quadratic, 3 bilinear, 4 discontinuous with constant and
        5 with changed velocity; -1 where the class is not separable from noise: fewer than 12
        effective epochs, or noise that no model separates from motion.

    Raises
    ------
    InputError
        Where there are fewer than 8 dates, dates do not increase, or an option is not known.

    Notes
    -----
    Berti's classes 3 to 5 are hardly separable from each other in series of realistic length;
    rely on the three classes of `three_classes`.

    References
    ----------
    Berti, M., Corsini, A., Franceschini, S., Iannacone, J. P. (2013): Automated classification
    of Persistent Scatterers Interferometry time series. Natural Hazards and Earth System
    Sciences 13, 1945–1958.

    Examples
    --------
    >>> dates = np.datetime64("2020-01-05") + 12 * np.arange(40)
    >>> days = np.arange(40) * 12.0
    >>> noise = np.random.default_rng(0).normal(0.0, 1.0, (3, 40))
    >>> motion = np.stack([0.0 * days, -0.05 * days, 1e-4 * days**2])
    >>> classify_trends(motion + noise, dates, autocorrelation="none")
    array([0, 1, 2], dtype=int8)
    """
    noise = resolve_noise(
        autocorrelation,
        displacement_mm,
        dates,
        min_segment_epochs=min_segment_epochs,
        annual=annual,
    )
    rule = DecisionRule(significance, evidence_ratio, gate)
    return fit_trends(
        displacement_mm,
        dates,
        rule=rule,
        noise=noise,
        min_segment_epochs=min_segment_epochs,
        annual=annual,
    ).codes


def resolve_noise(
    autocorrelation: float | str | Noise,
    displacement_mm: NDArray[np.floating] | None,
    dates: Sequence[dt.date] | NDArray[np.datetime64],
    *,
    min_segment_epochs: int = 5,
    annual: str = "auto",
) -> Noise:
    """Turn the option `autocorrelation` into noise classes.

    Parameters as in `classify_trends`; the displacements matter for "pooled" alone.
    """
    days = days_since_first(dates)
    step_days = float(np.median(np.diff(days)))
    if isinstance(autocorrelation, Noise):
        return autocorrelation
    if autocorrelation == "none":
        return Noise.single(0.0, step_days)
    if autocorrelation == "pooled" and displacement_mm is not None:
        table = _table(displacement_mm, days)
        sample = table[sample_rows(len(table))]
        observed = observe(sample, days, annual)
        return estimate_noise(sample, observed, days, step_days, min_segment_epochs)
    if not isinstance(autocorrelation, str) and 0.0 <= autocorrelation < 1.0:
        return Noise.single(autocorrelation, step_days)
    raise InputError(
        "trends.autocorrelation",
        f"{autocorrelation!r} is no autocorrelation",
        'Use "pooled", "none" or a number from 0 to below 1',
    )


def fit_trends(
    displacement_mm: NDArray[np.floating],
    dates: Sequence[dt.date] | NDArray[np.datetime64],
    *,
    rule: DecisionRule,
    noise: Noise,
    min_segment_epochs: int = 5,
    annual: str = "auto",
) -> Trends:
    """Classify series whose noise is known; parameters as in `classify_trends`."""
    _check_option("trends.gate", rule.gate, GATES)
    _check_option("trends.annual", annual, ANNUAL)
    days = days_since_first(dates)
    table = _table(displacement_mm, days)
    fit = np.full((len(table), models.COLUMNS), np.nan)
    observed = observe(table, days, annual)
    member = _noise_members(table, observed, days, noise, min_segment_epochs)
    effective, bar = np.zeros(len(table)), np.zeros(len(table))
    for k, model in enumerate(noise.models):
        share = 0.0 if noise.at_bound[k] else effective_epochs(model.correlation(days)) / len(days)
        effective[member == k] = share * observed.epochs[member == k]
        for seasonal in (False, True):
            rows = np.flatnonzero((member == k) & (observed.annual == seasonal) & observed.long)
            if rows.size:
                design = noise_design(model, days, seasonal, min_segment_epochs)
                bar[rows] = evidence_bar(model, tuple(days), seasonal, min_segment_epochs)
                models.fit_series(table, rows, design, fit)

    codes = np.full(len(table), NOT_SEPARABLE, np.int8)
    judged = observed.long & (effective >= MIN_EFFECTIVE_EPOCHS)
    nuisance = np.where(observed.annual, 2, 0)
    dimensions = np.nan_to_num(fit[:, models.DIMENSIONS]).astype(np.int64)
    codes[judged] = decide(fit[judged], dimensions[judged], nuisance[judged], rule, bar[judged])
    broken = np.where(np.isfinite(fit[:, models.BROKEN]), fit[:, models.BROKEN], np.nan)
    jump = fit[:, models.JUMP] / fit[:, models.JUMP_LENGTH]
    variance = broken / np.maximum(dimensions - nuisance - 4, 1)
    return Trends(
        codes,
        np.where(observed.long, observed.epochs, 0),
        np.where(np.isnan(broken), np.nan, jump),
        np.sqrt(variance) / fit[:, models.JUMP_LENGTH],
    )


def three_classes(codes: NDArray[np.integer]) -> dict[str, float]:
    """Return the shares of uncorrelated, linear and non-linear series.

    Parameters
    ----------
    codes : ndarray, shape (series,)
        Trend codes 0 to 5; -1, not separable, is left out.

    Returns
    -------
    dict
        Keys ``uncorrelated``, ``linear``, ``nonlinear``; they sum to 1, or are NaN where there
        is no series.
    """
    counts = np.bincount(codes[codes >= 0], minlength=len(TREND_NAMES)).astype(float)
    total = counts.sum()
    if total == 0.0:
        return dict.fromkeys(("uncorrelated", "linear", "nonlinear"), float("nan"))
    return {
        "uncorrelated": counts[UNCORRELATED] / total,
        "linear": counts[LINEAR] / total,
        "nonlinear": counts[LINEAR + 1 :].sum() / total,
    }


def _noise_members(
    table: NDArray[np.floating],
    observed: Observed,
    days: NDArray[np.float64],
    noise: Noise,
    min_segment_epochs: int,
) -> NDArray[np.int64]:
    """Noise class of each series, shape (series,)."""
    member = np.zeros(len(table), np.int64)
    if len(noise.models) > 1:
        rows = np.flatnonzero(observed.long)
        evidence = log_evidence(table, rows, observed, noise.models, days, min_segment_epochs)
        member[rows] = assign(evidence, noise.model_share, noise.share)
    return member


def _table(
    displacement_mm: NDArray[np.floating], days: NDArray[np.float64]
) -> NDArray[np.floating]:
    """Return the displacements as a contiguous table of float32 or float64."""
    table = np.asarray(displacement_mm)
    if table.ndim != 2 or table.shape[1] != len(days):
        raise InputError(
            "displacement series",
            f"shape {table.shape} does not fit {len(days)} dates",
            "Supply one row per series and one column per date",
        )
    kind = np.float32 if table.dtype == np.float32 else np.float64
    return np.ascontiguousarray(table, dtype=kind)


def _check_option(place: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(place, f"{value!r} is not known", f"Use one of {', '.join(allowed)}")
