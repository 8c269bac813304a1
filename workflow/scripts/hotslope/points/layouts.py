"""Layouts: which column of a file holds what, in which unit and CRS."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotslope.errors import InputError

#: Fewer acquisitions cannot carry the trend models that follow.
MIN_EPOCHS = 8
#: Millimetres per unit.
MILLIMETRES = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
#: CRS of columns called lon and lat.
LONLAT = "EPSG:4326"
#: Columns of the unit vector from the ground to the sensor.
LINE_OF_SIGHT = ("los_east", "los_north", "los_up")
#: No incidence angle of a side-looking radar in degrees is this small; all in radians are.
MAX_RADIANS = 1.6

_EPOCH = re.compile(r"^d?_?(\d{8})$", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """Where a file keeps the columns of the points table.

    Parameters
    ----------
    place : str
        The file, as messages name it.
    columns : mapping of str to str
        Schema column → column of the file. Coordinates are under ``lon`` and ``lat``, or
        ``x_m`` and ``y_m``.
    epochs : mapping of str to datetime.date
        Displacement column of the file → acquisition date, in order of time.
    factors : mapping of str to float
        Schema column, or ``displacement`` → factor to the schema's unit; 1 where absent.
    crs : str or None
        CRS of the coordinates; None: that of the study area.
    key : str
        Config key a user corrects columns by.
    missing : tuple of float
        Numbers of the file that mark missing values, in its units.
    """

    place: str
    columns: Mapping[str, str]
    epochs: Mapping[str, dt.date]
    factors: Mapping[str, float]
    crs: str | None
    key: str
    missing: tuple[float, ...] = ()

    @property
    def coordinates(self) -> tuple[str, str]:
        """Schema names of the two coordinates, eastward first."""
        return ("lon", "lat") if "lon" in self.columns else ("x_m", "y_m")


def factors_to_mm(velocity_unit: str, displacement_unit: str) -> dict[str, float]:
    """Return the `factors` of a layout: schema column, or ``displacement`` → factor to mm."""
    return {
        "velocity_mm_yr": MILLIMETRES[velocity_unit],
        "velocity_std_mm_yr": MILLIMETRES[velocity_unit],
        "displacement": MILLIMETRES[displacement_unit],
    }


def refuse_duplicates(names: Sequence[str], place: str) -> None:
    """Raise an InputError where two columns share a name."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(
            place, f"the column {twice[0]!r} occurs more than once", "Rename or drop one of them"
        )


def find_columns(names: Mapping[str, str], aliases: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return schema column → file column, by the first alias found of each.

    Parameters
    ----------
    names : mapping of str to str
        Normalised name → name in the file.
    aliases : mapping of str to sequence of str
        Schema column → normalised names, the preferred first.
    """
    found = {}
    for column, candidates in aliases.items():
        for alias in candidates:
            if alias in names:
                found[column] = names[alias]
                break
    return found


def require_columns(
    found: Mapping[str, str], needed: Sequence[str], names: Sequence[str], place: str, remedy: str
) -> None:
    """Raise an InputError that names the first schema column missing in `found`."""
    for column in needed:
        if column not in found:
            raise InputError(
                place, f"no column for {column}; the columns are {listed(names)}", remedy
            )


def listed(names: Sequence[str], most: int = 30) -> str:
    """Join names for a message, cut after `most`."""
    text = ", ".join(str(name) for name in names[:most])
    return f"{text}, … ({len(names)} in all)" if len(names) > most else text


def parse_epoch(text: str, place: str) -> dt.date:
    """Return the date of eight digits YYYYMMDD; refuse other orders with their reason."""
    try:
        return dt.datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        pass
    try:
        dt.datetime.strptime(text, "%d%m%Y")
        problem = f"the epoch {text!r} reads as day, month, year"
    except ValueError:
        problem = f"the epoch {text!r} is no date"
    raise InputError(place, problem, "Name displacement columns by YYYYMMDD")


def dated_epochs(dates: Sequence[dt.date], place: str) -> dict[str, dt.date]:
    """Return YYYYMMDD → date of acquisitions that no column names; refuse a date given twice."""
    epochs = {f"{date:%Y%m%d}": date for date in dates}
    if len(epochs) < len(dates):
        (twice, _), *_ = Counter(dates).most_common(1)
        raise InputError(place, f"the epoch {twice:%Y%m%d} occurs twice", "Export it again")
    return epochs


def find_epochs(names: Sequence[str], place: str) -> dict[str, dt.date]:
    """Return displacement column → date for columns named ``YYYYMMDD``, ``DYYYYMMDD``, ``d_…``.

    Raises
    ------
    InputError
        No epoch, fewer than `MIN_EPOCHS`, no real date, twice the same, or out of order.
    """
    epochs = {
        name: parse_epoch(match[1], f"{place}, column {name}")
        for name in names
        if (match := _EPOCH.match(name.strip()))
    }
    check_epochs(epochs, names, place)
    return epochs


def check_epochs(epochs: Mapping[str, dt.date], names: Sequence[str], place: str) -> None:
    """Raise an InputError unless the epochs are enough, distinct and in order of time."""
    if not epochs:
        raise InputError(
            place,
            f"no epoch: no column is named by a date; the columns are {listed(names)}",
            "Name the displacement columns YYYYMMDD, DYYYYMMDD or d_YYYYMMDD",
        )
    seen: list[dt.date] = []
    for name, date in epochs.items():
        if date in seen:
            raise InputError(
                f"{place}, column {name}", f"the epoch {date} occurs twice", "Drop one of them"
            )
        if seen and date < seen[-1]:
            raise InputError(
                f"{place}, column {name}",
                f"the epoch {date} comes after {seen[-1]}: out of order",
                "Sort the displacement columns by date",
            )
        seen.append(date)
    if len(epochs) < MIN_EPOCHS:
        raise InputError(
            place,
            f"{len(epochs)} epochs; trends need at least {MIN_EPOCHS}",
            "Export a longer series",
        )
