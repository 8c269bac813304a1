"""StaMPS: csv exports of ps_plot, and the mat files it writes."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy

from hotslope.errors import InputError
from hotslope.points.acquisitions import check_epochs, dated_epochs, find_epochs
from hotslope.points.archives import TextSource, require_file, text_source
from hotslope.points.arrays import collect_arrays
from hotslope.points.collection import Collection, column_types
from hotslope.points.coordinates import Window
from hotslope.points.delimited import decode_line, read_batches, split_line
from hotslope.points.hdf5 import open_hdf5
from hotslope.points.layouts import (
    LONLAT,
    Layout,
    find_columns,
    refuse_duplicates,
    require_columns,
)
from hotslope.points.numbering import collect_with_ids
from hotslope.points.roles import plain_files

ALIASES: dict[str, tuple[str, ...]] = {
    "point_id": ("point_id", "id", "ps"),
    "lon": ("longitude", "lon", "x"),
    "lat": ("latitude", "lat", "y"),
    "velocity_mm_yr": ("velocity", "vel", "v", "disp", "mean_velocity"),
    "coherence": ("coherence", "coh", "coh_ps"),
    "height_m": ("height", "hgt"),
}
#: Header that MATLAB's writetable makes of the export script of StaMPS-Visualizer.
_EXPORT = re.compile(r"^export_res_?\d*$", re.IGNORECASE)
#: MATLAB counts days from the year 0, Python from the year 1.
_MATLAB_DAYS = 366
#: Date numbers of the years 1990 to 2100.
_DAY_RANGE = (726834, 767376)
_COLUMNS = {"ph_disp": "velocity_mm_yr", "coh_ps": "coherence", "hgt": "height_m"}
_VARIABLES = ("ph_mm", "lonlat", "day", "unwrap_ifg_index", *_COLUMNS)


def read(
    path: Any, window: Window, most: int | None = None, *, date_shift_days: int | None = None
) -> list[Collection]:
    """Read the points of a csv export of StaMPS, or of its mat files.

    Parameters
    ----------
    path : str or list of str
        A csv whose header names ``longitude``, ``latitude``, ``velocity`` and dates, or whose
        first row holds the reference and MATLAB date numbers; several are joined. Or mat
        files that together hold ``ph_mm``, ``lonlat`` and ``day`` (of ``ps_plot(…, 'ts')``),
        and optionally ``ph_disp`` (velocity), ``coh_ps`` and ``hgt``.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points.
    date_shift_days : int, optional
        Added to date numbers. Default: 1 where the header is that of the export script of
        StaMPS-Visualizer, which takes one day off; else 0.

    Returns
    -------
    list of Collection
        mm and mm/yr with the sign of the file, which differs between versions of StaMPS and is
        set by ``los_sign``.
    """
    files = plain_files(path, "stamps")
    mats = [name for name in files if Path(name).suffix.lower() == ".mat"]
    if mats and len(mats) != len(files):
        raise InputError("tracks.<track>.points", "mixes mat and csv", "Give one or the other")
    if mats:
        return [_read_mats(mats, window, date_shift_days or 0)]
    return [_read_csv(text_source(name), window, most, date_shift_days) for name in files]


def _read_csv(
    source: TextSource, window: Window, most: int | None, shift: int | None
) -> Collection:
    with source.open() as stream:
        texts = [decode_line(stream.readline(), source.place, n) for n in (1, 2)]
    lines = [split_line(text, ",", source.place) for text in texts]
    first = [value.strip() for value in lines[0]]
    if not any(first):
        raise InputError(source.place, "the first line is empty", "Export it again")
    exported = all(_EXPORT.match(name) for name in first)
    if exported or _is_number(first[0]):
        days, taken_off = (lines[1], 1) if exported else (lines[0], 0)
        names, epochs = _numbered(days, source.place, taken_off if shift is None else shift)
        columns = {"lon": names[0], "lat": names[1], "velocity_mm_yr": names[2]}
        header_lines = 2 if exported else 1
    else:
        names = first
        refuse_duplicates(names, source.place)
        columns = find_columns({name.lower(): name for name in names}, ALIASES)
        epochs = find_epochs(names, source.place)
        header_lines = 1
    remedy = "Name the columns longitude, latitude, velocity and YYYYMMDD, or use format table"
    require_columns(columns, ("lon", "lat"), names, source.place, remedy)
    layout = Layout(source.place, columns, epochs, {}, LONLAT, "the order of the first two columns")
    batches = read_batches(source, names, column_types(layout), ",", header_lines)
    return collect_with_ids(batches, layout, window, header_lines + 1, most)


def _numbered(row: list[str], place: str, shift: int) -> tuple[list[str], dict[str, dt.date]]:
    """Return column names and epochs of the row of reference position and date numbers."""
    if len(row) < 4:
        raise InputError(
            place,
            f"{len(row)} columns where longitude, latitude, velocity and dates are expected",
            "Export with a first row of the reference and the date numbers",
        )
    dates = [_matlab_date(text, place, shift) for text in row[3:]]
    epochs = dated_epochs(dates, place)
    check_epochs(epochs, place)
    return ["longitude", "latitude", "velocity", *epochs], epochs


def _matlab_date(value: str | float, place: str, shift: int) -> dt.date:
    try:
        day = float(value)
    except ValueError:
        day = np.nan
    if not _DAY_RANGE[0] <= day <= _DAY_RANGE[1]:
        raise InputError(
            place,
            f"{str(value)[:40]!r} is no MATLAB date number of 1990 to 2100",
            "The first row must hold longitude and latitude of the reference, NaN, and one date "
            "number per epoch",
        )
    return dt.date.fromordinal(int(day) + shift - _MATLAB_DAYS)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _read_mats(files: list[str], window: Window, shift: int) -> Collection:
    place = " + ".join(files)
    found: dict[str, np.ndarray] = {}
    for name in files:
        for variable, values in load_variables(name).items():
            found.setdefault(variable, values)
    missing = [name for name in ("ph_mm", "lonlat", "day") if name not in found]
    if missing:
        raise InputError(
            place,
            f"no variable {missing[0]}; there are {', '.join(found) or 'none'}",
            "Save the series with ps_plot(…, 'ts'), and add ps2.mat where lonlat or day is missing",
        )
    series, lonlat, days = found["ph_mm"], found["lonlat"], np.ravel(found["day"])
    if series.ndim != 2 or lonlat.shape != (len(series), 2):
        raise InputError(
            place,
            f"ph_mm has the shape {series.shape}, lonlat {lonlat.shape}",
            "Give mat files of one run, with the points of all",
        )
    if days.size != series.shape[1] and "unwrap_ifg_index" in found:
        used = np.ravel(found["unwrap_ifg_index"]).astype(np.int64) - 1
        if used.size == series.shape[1] and used.min() >= 0 and used.max() < days.size:
            days = days[used]
    if days.size != series.shape[1]:
        raise InputError(
            place, f"{days.size} dates for {series.shape[1]} columns of ph_mm", "Save them again"
        )
    columns = {"lon": lonlat[:, 0], "lat": lonlat[:, 1]}
    for variable, column in _COLUMNS.items():
        if variable not in found:
            continue
        values = np.ravel(found[variable])
        if values.size != len(series):
            raise InputError(
                place,
                f"{variable} has {values.size} values for {len(series)} points",
                "Save them again",
            )
        columns[column] = values
    dates = [_matlab_date(day, place, shift) for day in days.tolist()]
    frame = pd.DataFrame({"point_id": [f"{n}" for n in range(1, len(series) + 1)], **columns})
    return collect_arrays(place, frame, series, dates, LONLAT, window)


def load_variables(path: str) -> dict[str, np.ndarray]:
    """Return the numeric variables of a mat file that are of use, up to version 7.3."""
    with open(require_file(path), "rb") as stream:
        start = stream.read(128)
    if b"MATLAB 7.3" in start or start.startswith(b"\x89HDF"):
        with open_hdf5(path) as file:
            # MATLAB stores arrays in column-major order.
            return {name: file.numbers(name).T for name in _VARIABLES if name in file}
    try:
        found = scipy.io.loadmat(path, variable_names=list(_VARIABLES))
        return {
            name: np.asarray(values, dtype=np.float64)
            for name, values in found.items()
            if name in _VARIABLES
        }
    except Exception as error:  # whatever loadmat meets in damaged bytes
        raise InputError(
            path, f"is no readable mat file ({str(error)[:120]})", "Save it again"
        ) from None
