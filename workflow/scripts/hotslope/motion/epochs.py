"""Times of the epochs, and which of them each series has."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotslope.columns import DAYS_PER_YEAR
from hotslope.errors import InputError

#: In shorter series the models cannot be distinguished.
MIN_EPOCHS = 8
#: Below this span an annual cycle and a bend look alike.
SEASON_SPAN_YEARS = 2.0
ANNUAL = ("auto", "always", "never")


@dataclass(frozen=True)
class Observed:
    """What was observed of series.

    Attributes
    ----------
    epochs : ndarray, shape (series,), int64
        Number of observed epochs.
    annual : ndarray of bool, shape (series,)
        Whether the models of a series hold an annual term.
    """

    epochs: NDArray[np.int64]
    annual: NDArray[np.bool_]

    @property
    def long(self) -> NDArray[np.bool_]:
        """Whether series have enough epochs to be fitted, shape (series,)."""
        return self.epochs >= MIN_EPOCHS


def days_since_first(
    dates: Sequence[dt.date | str] | NDArray[np.datetime64], place: str = "displacement series"
) -> NDArray[np.float64]:
    """Return the times of the dates in days since the first, shape (epochs,).

    Parameters
    ----------
    dates : sequence of datetime.date or str, or ndarray of datetime64, shape (epochs,)
        Acquisition dates; text as ``YYYY-MM-DD`` or ``YYYYMMDD``.
    place : str
        Named in error messages, for example the file.

    Raises
    ------
    InputError
        Where there are fewer than 8 dates, or they do not increase.
    TypeError
        Numbers: they may be days, seconds or the digits of dates.
    """
    days = _datetimes(dates).astype(np.int64) / 86_400.0
    if len(days) < MIN_EPOCHS:
        raise InputError(
            place,
            f"{len(days)} epochs, but trend classes need at least {MIN_EPOCHS}",
            "Supply longer series for this track",
        )
    backward = np.flatnonzero(np.diff(days) <= 0)
    if backward.size:
        raise InputError(
            place,
            f"epoch {dates[backward[0] + 1]} does not come after {dates[backward[0]]}",
            "Order the epochs by date, each once",
        )
    return days - days[0]


def _datetimes(
    dates: Sequence[dt.date | str] | NDArray[np.datetime64],
) -> NDArray[np.datetime64]:
    """Return dates as datetime64; numpy would take eight digits for a year, numbers for seconds."""
    texts = [
        f"{date[:4]}-{date[4:6]}-{date[6:]}"
        if isinstance(date, str) and re.fullmatch(r"\d{8}", date)
        else date
        for date in dates
    ]
    if any(isinstance(date, int | float | np.number) for date in texts):
        raise TypeError("dates are numbers: give datetime.date, datetime64 or YYYY-MM-DD")
    return np.asarray(texts, dtype="datetime64[s]")


def season_separable(
    span_days: float | NDArray[np.float64],
) -> bool | NDArray[np.bool_]:
    """Whether an annual cycle can be distinguished from a trend over this span."""
    return span_days >= SEASON_SPAN_YEARS * DAYS_PER_YEAR


def observe(
    displacement_mm: NDArray[np.floating], days: NDArray[np.float64], annual: str = "auto"
) -> Observed:
    """Count the epochs of series, and whether a season can be distinguished from a trend.

    Parameters
    ----------
    displacement_mm : ndarray, shape (series, epochs)
        Displacements, mm; anything not finite is missing.
    days : ndarray, shape (epochs,)
        Times, days.
    annual : {"auto", "always", "never"}
        Annual term: where the observed epochs span two years or more, always, or never.
    """
    seen = np.isfinite(displacement_mm)
    count = seen.sum(axis=1)
    if annual != "auto":
        return Observed(count, np.full(len(count), annual == "always"))
    span = days[len(days) - 1 - np.argmax(seen[:, ::-1], axis=1)] - days[np.argmax(seen, axis=1)]
    return Observed(count, np.asarray(season_separable(span)))
