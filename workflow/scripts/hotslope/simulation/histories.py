"""Acquisition dates and displacement histories."""

import datetime as dt

import numpy as np

from hotslope.columns import DAYS_PER_YEAR
from hotslope.simulation.bodies import Body
from hotslope.simulation.randomness import Purpose, generator

#: Shapes of histories and how often landslides and false movers have them.
HISTORIES = ("linear", "accelerating", "bilinear", "step", "decaying")
_SHARES = {True: (0.40, 0.14, 0.22, 0.08, 0.16), False: (0.48, 0.09, 0.18, 0.07, 0.18)}
#: Effect of a catchment on the log odds of a history that is not linear.
CATCHMENT_EFFECT = 1.3
REPEAT_DAYS = 12
#: First day, slots of the 12-day grid and images acquired, per track in their order.
CALENDARS = ((dt.date(2020, 1, 3), 41, 39), (dt.date(2020, 1, 8), 40, 37))


def acquisition_dates(track: int, seed: int) -> list[dt.date]:
    """Dates of a track: a 12-day grid from January 2020 to April 2021 with gaps."""
    first, slots, images = CALENDARS[track % len(CALENDARS)]
    random = generator(seed, Purpose.EPOCHS, track)
    kept = np.sort(random.choice(np.arange(1, slots - 1), images - 2, replace=False))
    return [first + dt.timedelta(days=REPEAT_DAYS * int(slot)) for slot in (0, *kept, slots - 1)]


def years_since(dates: list[dt.date], origin: dt.date) -> np.ndarray:
    """Years (of 365.25 days) from `origin` to each date, float64."""
    return np.array([(date - origin).days for date in dates]) / DAYS_PER_YEAR


def regression_slope(series: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Least-squares slope of series, shape (…, epochs), per year."""
    centred = years - years.mean()
    return series @ (centred / (centred**2).sum())


def draw_history(body: Body, trend_effect: float, seed: int) -> str:
    """Draw the shape of a body's history; its catchment tilts the odds."""
    random = generator(seed, Purpose.HISTORIES, body.number)
    odds = np.array(_SHARES[body.is_landslide])
    odds[1:] *= np.exp(CATCHMENT_EFFECT * trend_effect)
    return HISTORIES[random.choice(len(HISTORIES), p=odds / odds.sum())]


def history(name: str, years: np.ndarray, span: float, random: np.random.Generator) -> np.ndarray:
    """Displacement per unit of rate over time.

    Parameters
    ----------
    name : str
        One of `HISTORIES`.
    years : ndarray, shape (epochs,)
        Time since the first acquisition of any track, years.
    span : float
        Length of the whole time, years.
    random : numpy.random.Generator
        Draws when things change, and how much; the same for every track of a body.

    Returns
    -------
    ndarray, shape (epochs,)
        0 at the first epoch; its regression slope is 1 per year, so that a body's rate is
        what a velocity map shows.
    """
    # Rain falls from June to September: triggers come at 0.45–0.75 of the time.
    trigger = random.uniform(0.45, 0.75) * span
    strength = random.uniform(0, 1)
    later = years > trigger
    if name == "accelerating":
        shape = years + (0.8 + 2.2 * strength) * years**2 / span
    elif name == "bilinear":
        before = 0.35 * strength
        shape = before * years + (1 - before) * np.maximum(years - trigger, 0)
    elif name == "step":
        creep = 0.2 + 0.4 * strength
        shape = creep * years + (1 - creep) * span * later
    elif name == "decaying":
        shape = 1 - np.exp(-years / ((0.15 + 0.35 * strength) * span))
    else:
        shape = years.astype(np.float64)
    shape = shape - shape[0]
    return shape / regression_slope(shape, years)
