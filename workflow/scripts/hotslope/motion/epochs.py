"""Series grouped by the epochs that they have."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotslope.errors import InputError
from hotslope.motion.designs import DAYS_PER_YEAR

#: Shorter series cannot tell the models apart.
MIN_EPOCHS = 8
#: Below this span an annual cycle and a bend look alike.
SEASON_SPAN_YEARS = 2.0
ANNUAL = ("auto", "always", "never")


@dataclass(frozen=True)
class EpochGroup:
    """Rows of a displacement table with the same observed epochs.

    Attributes
    ----------
    rows : ndarray, shape (rows,), int64
        Rows of the table.
    epochs : ndarray, shape (observed,), int64
        Observed columns.
    days : ndarray, shape (observed,), float64
        Their times, days since the first date of the table.
    annual : bool
        Whether the models hold an annual term.
    """

    rows: NDArray[np.int64]
    epochs: NDArray[np.int64]
    days: NDArray[np.float64]
    annual: bool


def days_since_first(
    dates: Sequence[dt.date | str] | NDArray[np.datetime64], place: str = "displacement series"
) -> NDArray[np.float64]:
    """Return the times of the dates in days since the first, shape (epochs,).

    Parameters
    ----------
    dates : sequence of datetime.date or str, or ndarray of datetime64, shape (epochs,)
        Acquisition dates; text as ``YYYY-MM-DD`` or ``YYYYMMDD``.
    place : str
        What to name in an error: the file, say.

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


def season_separable(span_days: float) -> bool:
    """Whether an annual cycle can be told from a trend over this span."""
    return span_days >= SEASON_SPAN_YEARS * DAYS_PER_YEAR


def group_by_epochs(
    displacement_mm: NDArray[np.floating], days: NDArray[np.float64], annual: str = "auto"
) -> list[EpochGroup]:
    """Group series by their missing epochs.

    Parameters
    ----------
    displacement_mm : ndarray, shape (series, epochs)
        Displacements, mm; anything not finite is missing.
    days : ndarray, shape (epochs,)
        Times, days.
    annual : {"auto", "always", "never"}
        Annual term: where the observed epochs span two years or more, always, or never.

    Returns
    -------
    list of EpochGroup
        Series with fewer than 8 observed epochs are in no group.
    """
    observed = np.isfinite(displacement_mm)
    if observed.all():
        masks = np.ones((1, len(days)), bool)
        parts = [np.arange(len(displacement_mm))]
    else:
        packed = np.packbits(observed, axis=1)
        keys = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").ravel()
        _, first, group = np.unique(keys, return_index=True, return_inverse=True)
        masks = observed[first]
        order = np.argsort(group, kind="stable")
        parts = np.split(order, np.cumsum(np.bincount(group))[:-1])
    groups = []
    for mask, rows in zip(masks, parts, strict=True):
        epochs = np.flatnonzero(mask)
        if len(epochs) < MIN_EPOCHS or rows.size == 0:
            continue
        times = days[epochs]
        separable = season_separable(times[-1] - times[0])
        groups.append(
            EpochGroup(rows, epochs, times, annual == "always" or (annual == "auto" and separable))
        )
    return groups
