"""Acquisition dates of displacements: found in column names, checked for order and repetition."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from hotslope.errors import InputError
from hotslope.points.layouts import listed

#: Shorter series carry no trend model: of such points only the velocity is used.
MIN_EPOCHS = 8
#: What may precede the date of a displacement column where columns are named by dates alone.
_PLAIN = frozenset({"", "d", "d_"})
#: Words before the date of columns that do not hold displacement.
_OTHER = re.compile(r"std|sigma|err|coh|amp|gamma|corr|weight|flag|qual|vel|rate", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TIME = r"(?:[T _]\d{2}:?\d{2}(?::?\d{2}(?:\.\d+)?)?Z?)?"
_UNIT = r"(?:\s*[\[(](?:mm|m)[\])])?"
_PREFIX = r"(?P<prefix>|[A-Za-z](?:[\w .-]*[^\W\d]|[\w .-]*[_ .-])?)"
_DATED = re.compile(
    rf"^{_PREFIX}(?:"
    r"(?P<year>\d{4})(?P<mark>[-_/. ]?)(?P<month>\d{2})(?P=mark)(?P<day>\d{2})|"
    r"(?P<day2>\d{1,2})[-_/. ]?(?P<name>[A-Za-z]{3,9})[-_/. ]?(?P<year2>\d{4})"
    rf"){_TIME}(?:\.0)?{_UNIT}$"
)
#: Dates that begin with the day or the month.
_TURNED = re.compile(r"^[A-Za-z_]*\d{1,2}([-/.])\d{1,2}\1\d{4}$")


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


def find_epochs(names: Sequence[str], place: str, prefix: str | None = None) -> dict[str, dt.date]:
    """Return displacement column → date of the columns that are named by a date.

    Parameters
    ----------
    names : sequence of str
        Columns of the file.
    place : str
        The file, as messages name it.
    prefix : str, optional
        What precedes the date in the names of displacement columns. Default: nothing, ``D`` or
        ``d_``; else whatever precedes all dates alike.

    Returns
    -------
    dict of str to datetime.date
        Empty where no column is named by a date.

    Raises
    ------
    InputError
        Dates that begin with the day, no real date, twice the same, out of order, or columns of
        several prefixes or of another quantity.

    Notes
    -----
    Read are ``20200104``, ``2020-01-04`` (or with ``_``, ``/``, ``.``), ``04-JAN-2020``, each also
    with a time of day, ``.0`` or a unit of length in brackets behind it.
    """
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for name in names:
        match = _DATED.match(name.strip())
        if match is None:
            _refuse_turned(name, place)
            continue
        date = _digits(match)
        # Two dates in a name are those of a pair of images.
        if date is not None and not re.search(r"\d{6}", match["prefix"]):
            before = match["prefix"].lower()
            groups["" if before in _PLAIN and prefix is None else before][name] = date
    chosen = _choose(groups, place, prefix)
    epochs = {
        name: parse_epoch(date, f"{place}, column {name}")
        for name, date in groups.get(chosen, {}).items()
    }
    check_epochs(epochs, place)
    return epochs


def _digits(match: re.Match[str]) -> str | None:
    """Return the date of a matched name as YYYYMMDD; None where its letters name no month."""
    if match["year"] is not None:
        return f"{match['year']}{match['month']}{match['day']}"
    month = match["name"][:3].lower()
    if month not in _MONTHS:
        return None
    return f"{match['year2']}{_MONTHS.index(month) + 1:02d}{int(match['day2']):02d}"


def _refuse_turned(name: str, place: str) -> None:
    if _TURNED.match(name.strip()):
        raise InputError(
            f"{place}, column {name}",
            "the date begins with the day or the month, which cannot be told apart",
            "Name displacement columns by YYYYMMDD",
        )


def _choose(groups: Mapping[str, Mapping[str, str]], place: str, prefix: str | None) -> str:
    """Return the prefix of the displacement columns."""
    if prefix is not None:
        if prefix.lower() not in groups:
            raise InputError(
                "displacement_prefix",
                f"no column of {place} is {prefix!r} and a date",
                f"Use one of {listed([repr(each) for each in groups] or ['none'])}",
            )
        return prefix.lower()
    if "" in groups or not groups:
        return ""
    shown = [f"{next(iter(group))} … ({len(group)})" for group in groups.values()]
    if len(groups) > 1 or _OTHER.search(next(iter(groups))):
        raise InputError(
            place,
            f"any of the columns named by dates could be the displacements: {', '.join(shown)}",
            "Set displacement_prefix (format table) to what precedes their dates",
        )
    return next(iter(groups))


def check_epochs(epochs: Mapping[str, dt.date], place: str) -> None:
    """Raise an InputError unless the epochs are distinct and in order of time."""
    seen: list[dt.date] = []
    for name, date in epochs.items():
        if seen and date <= seen[-1]:
            if date in seen:
                problem, remedy = f"the epoch {date} occurs twice", "Drop one of them"
            else:
                problem = f"the epoch {date} comes after {seen[-1]}: out of order"
                remedy = "Sort the displacement columns by date"
            raise InputError(f"{place}, column {name}", problem, remedy)
        seen.append(date)
