"""When the rate of a series changed, and what kind of change it was."""

from typing import NamedTuple

import numpy as np

from hotslope.change.rate_change import ChangeDesign, kinks, rate_change
from hotslope.change.tables import ACCELERATING, DECELERATING, SEASONAL, STEADY, STEP

#: Times that are tried are so many days apart, and leave so many epochs on either side.
STEP_DAYS = 3.0
MIN_SIDE_EPOCHS = 5
#: A bend or a step must lower the BIC by so much against the plain line, and so must a season.
LEAST_GAIN = 6.0
#: Share of the posterior within the interval of the onset.
COVERAGE = 0.90


class Onset(NamedTuple):
    """When the rate changed; NaN where it did not.

    Attributes
    ----------
    motion : str
        One of `hotslope.change.tables.MOTIONS`.
    day, low_day, high_day : float
        Median and 90 % interval of the time of the bend, or the time of the step, in days.
    before_mm_yr, after_mm_yr : float
        Rates on either side.
    step_mm : float
        The step.
    """

    motion: str
    day: float = np.nan
    low_day: float = np.nan
    high_day: float = np.nan
    before_mm_yr: float = np.nan
    after_mm_yr: float = np.nan
    step_mm: float = np.nan


class Search(NamedTuple):
    """Bends and steps that are tried in series of the same epochs.

    Attributes
    ----------
    design : ChangeDesign
        Of the epochs.
    times, edges : ndarray, float64
        Times of the bends, and of the steps, days.
    bends, steps : ndarray, float64, shape (epochs, times) and (epochs, edges)
        What each adds to the terms of the design, whitened.
    """

    design: ChangeDesign
    times: np.ndarray
    bends: np.ndarray
    edges: np.ndarray
    steps: np.ndarray


def onset_search(design: ChangeDesign) -> Search:
    """Prepare what is tried, which is nothing where there are too few epochs."""
    days, count = design.days, design.days.size
    if count < 2 * MIN_SIDE_EPOCHS + design.terms:
        nothing = np.zeros((count, 0))
        return Search(design, np.zeros(0), nothing, np.zeros(0), nothing)
    first, last = days[MIN_SIDE_EPOCHS - 1], days[-MIN_SIDE_EPOCHS]
    times = np.arange(first, last + STEP_DAYS / 2, STEP_DAYS)
    edges = 0.5 * (days[1:] + days[:-1])[MIN_SIDE_EPOCHS - 1 : count - MIN_SIDE_EPOCHS]
    steps = design.beside((days[:, None] > edges).astype(np.float64))
    return Search(design, times, design.beside(kinks(days, times)), edges, steps)


def find_onset(series_mm: np.ndarray, search: Search) -> Onset:
    """Choose among a line, a line with one bend and a line with one step, with the season.

    Parameters
    ----------
    series_mm : ndarray, float64, shape (epochs,)
        A complete series, mm.
    search : Search
        Of its epochs.

    Notes
    -----
    The evidence is the BIC of the whitened series; a bend costs two parameters, its time and the
    change. The posterior of the time has a flat prior over the times tried, a flat prior of the
    change and Jeffreys' prior of the variance:
    p(τ) ∝ |k(τ)|⁻¹ RSS(τ)^(−(n−p)/2), k(τ) the bend beside the other terms.
    """
    design, times, bends, edges, steps = search
    count = design.days.size
    if not times.size:
        return Onset(STEADY)
    white = design.whitened(series_mm[:, None])[:, 0]
    rest = white - design.base @ (design.base.T @ white)
    plain = float(rest @ rest)
    bend_rest, bend_length = _left(rest, plain, bends)
    step_rest, _ = _left(rest, plain, steps)
    cost = 2.0 * np.log(count)
    line = count * np.log(plain)
    bend = count * np.log(bend_rest.min()) + cost
    step = count * np.log(step_rest.min()) + cost
    if min(bend, step) > line - LEAST_GAIN:
        return Onset(SEASONAL if _is_seasonal(white, design, plain) else STEADY)
    if step < bend:
        best = int(step_rest.argmin())
        height = float(steps[:, best] @ rest / (steps[:, best] @ steps[:, best]))
        day = float(edges[best])
        return Onset(STEP, day, day, day, step_mm=height)
    degrees = count - design.terms - 1
    log_posterior = -np.log(bend_length) - 0.5 * degrees * np.log(bend_rest / bend_rest.min())
    low, middle, high = _quantiles(times, log_posterior)
    found = rate_change(series_mm[None], design, middle)
    before = float(found.before_mm_yr[0])
    after = before + float(found.change_mm_yr[0])
    motion = ACCELERATING if abs(after) > abs(before) else DECELERATING
    return Onset(motion, middle, low, high, before, after)


def _left(rest: np.ndarray, plain: float, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Residual sum of squares beside each column, and the length of each."""
    length = np.sqrt(np.einsum("et,et->t", columns, columns))
    along = columns.T @ rest / length
    return np.maximum(plain - along**2, 1e-12 * plain), length


def _quantiles(times: np.ndarray, log_posterior: np.ndarray) -> tuple[float, float, float]:
    """Low, middle and high time of a posterior on equally spaced times."""
    with np.errstate(under="ignore"):
        weight = np.exp(log_posterior - log_posterior.max())
    share = (np.cumsum(weight) - 0.5 * weight) / weight.sum()
    levels = np.array([0.5 - COVERAGE / 2, 0.5, 0.5 + COVERAGE / 2])
    low, middle, high = np.interp(levels, share, times)
    return float(low), float(middle), float(high)


def _is_seasonal(white: np.ndarray, design: ChangeDesign, plain: float) -> bool:
    """Whether the season explains more of a series than its two parameters cost."""
    if not design.season:
        return False
    season = design.base[:, 2:].T @ white
    without = plain + float(season @ season)
    count = white.size
    return count * np.log(without / plain) > 2.0 * np.log(count) + LEAST_GAIN
