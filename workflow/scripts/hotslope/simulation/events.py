"""Events in the motion of bodies: how displacement and rate go on before and after them.

Rates are in units of a body's own rate and displacements in years of it, so that one history holds
at every point of a body and in every track.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hotslope.simulation.bodies import Body
from hotslope.simulation.randomness import Purpose, generator

#: Kinds of events, and what a body without one does.
ONSET, FAILURE, DECELERATION = "onset", "failure", "deceleration"
SEASONAL, LOST, STEADY = "seasonal", "lost coherence", "steady"
EVENT_KINDS = (ONSET, FAILURE, DECELERATION, SEASONAL, LOST)
#: A step of a whole track, which belongs to no body.
REFERENCE_STEP = "reference step"
#: Between these shares of the whole time events begin, so that there are series on either side.
EARLIEST, LATEST = 0.35, 0.92


@dataclass(frozen=True)
class EventSettings:
    """How often bodies have events, of which kinds, and steps of the reference of tracks, mm.

    As `simulation.events` of the config has them.
    """

    share: float
    kinds: Sequence[str]
    reference_step_mm: Mapping[str, float]


@dataclass(frozen=True)
class Event:
    """What happens to a body; NaN where a kind has no such number.

    Attributes
    ----------
    kind : str
        One of `EVENT_KINDS`, or `STEADY`.
    at_years : float
        When it begins, years since the first acquisition. Seasons have a phase instead: when the
        annual part crosses zero upward.
    before, after : float
        Rates before and after; of a failure `after` is NaN, for its rate grows without bound.
    time_years : float
        From the beginning to failure; of a deceleration the time in which the excess of the rate
        falls to 1/e.
    amplitude_years : float
        Amplitude of a season.
    """

    kind: str
    at_years: float = np.nan
    before: float = 1.0
    after: float = 1.0
    time_years: float = np.nan
    amplitude_years: float = np.nan


def displacement(event: Event, years: np.ndarray) -> np.ndarray:
    """Displacement over time, 0 at time 0.

    Parameters
    ----------
    event : Event
        What happens.
    years : ndarray, float64, shape (epochs,)
        Times, years; those of a failure before it.

    Returns
    -------
    ndarray, float64, shape (epochs,)
        Years of the body's rate.

    Raises
    ------
    ValueError
        A time at or after failure.

    References
    ----------
    .. [1] Fukuzono, T. (1985). A new method for predicting the failure time of a slope. Proceedings
       of the 4th International Conference and Field Workshop on Landslides, Tokyo, 145–150.
    """
    late = np.maximum(years - event.at_years, 0.0)
    if event.kind == ONSET:
        return event.before * years + (event.after - event.before) * late
    if event.kind == FAILURE:
        if np.any(late >= event.time_years):
            raise ValueError("times after failure")
        # 1/v falls linearly to 0: v = before T / (T − t), whose integral is a logarithm.
        grown = -event.time_years * np.log1p(-late / event.time_years)
        return event.before * (np.minimum(years, event.at_years) + grown)
    if event.kind == DECELERATION:
        spent = event.time_years * -np.expm1(-late / event.time_years)
        excess = np.minimum(years, event.at_years) + spent
        return event.after * years + (event.before - event.after) * excess
    if event.kind == SEASONAL:
        turns = 2 * np.pi * (years - event.at_years)
        start = np.sin(-2 * np.pi * event.at_years)
        return event.before * years + event.amplitude_years * (np.sin(turns) - start)
    return event.before * years


def rate(event: Event, years: np.ndarray) -> np.ndarray:
    """Rate over time, the derivative of `displacement`, in units of the body's rate.

    The season is left out of it: its mean over a year is 0. At an onset it is the rate before.
    """
    late = np.maximum(years - event.at_years, 0.0)
    if event.kind == ONSET:
        return np.where(late > 0, event.after, event.before)
    if event.kind == FAILURE:
        return event.before * event.time_years / (event.time_years - late)
    if event.kind == DECELERATION:
        falling = np.exp(-late / event.time_years)
        return event.after + (event.before - event.after) * falling
    return np.full(years.shape, event.before)


def draw_event(body: Body, settings: EventSettings, span_years: float, seed: int) -> Event:
    """Draw what happens to a body.

    Parameters
    ----------
    body : Body
        Which.
    settings : EventSettings
        How probable events are; kinds are equally frequent.
    span_years : float
        First to last acquisition of all releases, years.
    seed : int
        Seed of the study area.

    Notes
    -----
    As many numbers are drawn for every body, so that its event does not depend on what others do.
    """
    random = generator(seed, Purpose.EVENTS, body.number)
    happens, which, when, first, second, time = random.uniform(size=6)
    if not settings.kinds or happens >= settings.share:
        return Event(STEADY)
    kind = settings.kinds[int(which * len(settings.kinds))]
    at_years = span_years * (EARLIEST + (LATEST - EARLIEST) * when)
    if kind == ONSET:
        before = 0.6 * first
        return Event(kind, at_years, before, before + 0.4 + 1.1 * second)
    if kind == FAILURE:
        left = span_years - at_years + 0.15 + 0.6 * time
        return Event(kind, at_years, 0.3 + 0.4 * first, np.nan, left)
    if kind == DECELERATION:
        return Event(kind, at_years, 1.0 + 0.5 * first, 0.1 + 0.3 * second, 0.05 + 0.2 * time)
    if kind == SEASONAL:
        return Event(kind, when, 0.5 + 0.5 * first, amplitude_years=0.1 + 0.2 * second)
    return Event(kind, at_years)


def draw_step(track: int, step_mm: float, years: np.ndarray, seed: int) -> np.ndarray:
    """Draw when the reference of a track steps; its displacement, mm, shape (epochs,).

    Parameters
    ----------
    track : int
        Number of the track.
    step_mm : float
        Height of the step.
    years : ndarray, float64, shape (epochs,)
        Acquisitions, years.
    seed : int
        Seed of the study area.
    """
    share = generator(seed, Purpose.EVENTS, track, 1).uniform(EARLIEST, LATEST)
    return np.where(years > share * years[-1], step_mm, 0.0)
