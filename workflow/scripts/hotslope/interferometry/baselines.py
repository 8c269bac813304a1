"""Perpendicular baselines of acquisitions, from tables and from parameter files of HyP3."""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hotslope.errors import InputError
from hotslope.interferometry.network import date_baselines, network_pieces
from hotslope.points.acquisitions import parse_epoch
from hotslope.points.archives import require_file
from hotslope.points.layouts import listed
from hotslope.points.pairs import pair_from_name
from hotslope.points.roles import rasters_in

#: Baselines of a loop of pairs add up to 0 within this, m.
MAX_MISFIT_M = 20.0
#: No two images of one orbit are farther apart and still interfere, m.
_LARGEST_M = 20_000.0
_DATE = re.compile(r"^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})$")
_PERPENDICULAR = re.compile(r"perp", re.IGNORECASE)
_HYP3_LINE = re.compile(r"^Baseline:\s*(\S+)", re.MULTILINE)

#: Earlier acquisition (None: that of the table), later one, metres.
Row = tuple[dt.date | None, dt.date, float]


def read_baselines(files: Sequence[str], dates: Sequence[dt.date]) -> np.ndarray:
    """Return the perpendicular baseline of each acquisition.

    Parameters
    ----------
    files : sequence of str
        One table of text, with a baseline per acquisition (date, baseline) or per pair (earlier
        date, later date, baseline); or the parameter files of HyP3's products
        (``…_INT80_….txt``), or a folder of them.
    dates : sequence of datetime.date
        Acquisitions for which baselines are needed.

    Returns
    -------
    ndarray, float64, shape (dates,)
        Metres, relative to any one acquisition.

    Raises
    ------
    InputError
        Acquisitions without baseline, pairs that do not join them, loops that do not close,
        or baselines that are all the same.
    """
    found = rasters_in(files, "**/*.txt")
    rows: list[Row] = []
    for path in found:
        rows += _read_file(path, several=len(found) > 1)
    place = files[0]
    known = sorted({date for row in rows for date in row[:2] if date is not None})
    missing = [str(date) for date in dates if date not in known]
    if missing:
        raise InputError(
            place,
            f"holds no baseline of {listed(missing, 8)}",
            "Add these dates: without baselines heights cannot be separated from rates",
        )
    baseline_m = _per_date(rows, known, dates, place)
    if np.ptp(baseline_m) < 1.0:
        raise InputError(
            place,
            "all baselines are the same to a metre",
            "Give the perpendicular baselines in metres, not zeros in their place",
        )
    return baseline_m


def _per_date(
    rows: Sequence[Row], known: Sequence[dt.date], dates: Sequence[dt.date], place: str
) -> np.ndarray:
    """Return baselines of the dates wanted, from those of dates or of pairs."""
    at = {date: index for index, date in enumerate(known)}
    wanted = [at[date] for date in dates]
    if rows[0][0] is None:
        if len(rows) != len(known):
            raise InputError(place, "names a date twice", "Give each date one baseline")
        baseline_m = np.empty(len(known))
        for _, date, metres in rows:
            baseline_m[at[date]] = metres
        return baseline_m[wanted]
    pairs = np.array([(at[first], at[later]) for first, later, _ in rows if first is not None])
    baseline_m, misfit_m = date_baselines(pairs, np.array([row[2] for row in rows]), len(known))
    worst = int(np.argmax(np.abs(misfit_m)))
    if abs(misfit_m[worst]) > MAX_MISFIT_M:
        first, later, metres = rows[worst]
        raise InputError(
            place,
            f"the baseline of {first} to {later}, {metres:g} m, does not fit those of the other "
            f"pairs, by {misfit_m[worst]:.0f} m",
            "Give signed perpendicular baselines, later less earlier acquisition",
        )
    pieces = network_pieces(pairs, len(known))[wanted]
    apart = np.flatnonzero(pieces != pieces[0])
    if apart.size:
        raise InputError(
            place,
            f"no chain of pairs joins the baseline of {dates[0]} to that of {dates[apart[0]]}",
            "Give the baselines of all acquisitions to one of them",
        )
    return baseline_m[wanted]


def _read_file(path: str, several: bool) -> list[Row]:
    """Read a table, or the one baseline of a parameter file of HyP3."""
    require_file(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(path, "is no text in UTF-8", "Give a table of text") from None
    product = _HYP3_LINE.search(text)
    if product is not None:
        pair = pair_from_name(path)
        return [(pair.reference, pair.secondary, _metres(product[1], path))]
    # A folder of products holds other texts too.
    return [] if several else _read_table(path, text)


def _read_table(path: str, text: str) -> list[Row]:
    """Read lines of one or two dates and a baseline; a first line without dates names columns."""
    rows: list[Row] = []
    column = None
    for number, line in enumerate(text.splitlines(), start=1):
        cells = [cell for cell in re.split(r"[,;\s]+", line.strip().lstrip("#").strip()) if cell]
        if not cells:
            continue
        place = f"{path}, line {number}"
        dated = [cell for cell in cells[:2] if _DATE.match(cell)]
        if not dated:
            if rows or column is not None:
                raise InputError(place, f"{line.strip()!r} begins with no date", "Write YYYYMMDD")
            column = _baseline_column(cells, place)
            continue
        at = len(dated) if column is None else column
        if at >= len(cells):
            raise InputError(place, "holds no baseline", "Add it, in metres")
        both = [parse_epoch("".join(_DATE.match(cell).groups()), place) for cell in dated]  # type: ignore[union-attr]
        metres = _metres(cells[at], place)
        if rows and (rows[0][0] is None) != (len(both) == 1):
            raise InputError(place, "mixes dates with pairs of dates", "Give one or the other")
        rows.append((both[0] if len(both) == 2 else None, both[-1], metres))
    if not rows:
        raise InputError(path, "holds no date", "Give lines of a date (YYYYMMDD) and a baseline")
    return rows


def _baseline_column(names: Sequence[str], place: str) -> int:
    """Return the position of the perpendicular baseline among the names of columns."""
    found = [index for index, name in enumerate(names) if _PERPENDICULAR.search(name)]
    if len(found) != 1:
        raise InputError(
            place,
            f"{len(found)} of the columns {listed(names)} are named as perpendicular baselines",
            "Name the column perpendicular_baseline_m",
        )
    return found[0]


def _metres(text: str, place: str) -> float:
    try:
        metres = float(text)
    except ValueError:
        raise InputError(place, f"the baseline {text!r} is no number", "Correct it") from None
    if not abs(metres) <= _LARGEST_M:
        raise InputError(place, f"the baseline is {metres:g} m", "Give metres, none missing")
    return metres
