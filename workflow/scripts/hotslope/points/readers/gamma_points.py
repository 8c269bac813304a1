"""Binary point data of GAMMA's IPTA: plist, pdata, pmask and itab."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hotslope.errors import InputError
from hotslope.points.acquisitions import parse_epoch
from hotslope.points.archives import require_file, text_source
from hotslope.points.arrays import collect_arrays
from hotslope.points.collection import Collection, missing_to_nan
from hotslope.points.coordinates import Window
from hotslope.points.delimited import read_lines
from hotslope.points.layouts import LONLAT
from hotslope.points.roles import file_roles

_NEEDED = ("plist", "pdata", "coordinates", "dates")
#: Role → schema column of records of one value per point.
_RECORDS = {
    "rate": "velocity_mm_yr",
    "rate_error": "velocity_std_mm_yr",
    "height": "height_m",
    "quality": "coherence",
}
ROLES = (*_NEEDED, "itab", "pmask", *_RECORDS)
_DATE = re.compile(r"(?<!\d)(\d{4})[-_ ]?(\d{2})[-_ ]?(\d{2})(?!\d)")


def read(
    path: Mapping[str, Any],
    window: Window,
    *,
    factors: Mapping[str, float],
    swap_coordinates: bool = False,
    missing: Sequence[float] = (),
) -> Collection:
    """Read binary point data as points.

    Parameters
    ----------
    path : mapping
        ``plist`` (big-endian pairs of int32: range and azimuth), ``pdata`` (big-endian float32,
        record after record: displacement of all points, one record per date), ``coordinates``
        (pairs of float32 or float64 per point, longitude first as plat_lon is written),
        ``dates`` (a text file with a date in each line, such as SLC_tab), and optionally
        ``itab`` (which line of ``dates`` each record of pdata belongs to), ``pmask`` (a byte
        per point, 0 is masked), ``rate``, ``rate_error``, ``height`` and ``quality`` (one
        record each).
    window : Window
        What to keep.
    factors : mapping of str to float
        Schema column, or ``displacement`` → factor to the schema's unit.
    swap_coordinates : bool
        Latitude comes first.
    missing : sequence of float
        Numbers that mark missing values, in the files' units.

    Returns
    -------
    Collection
        Points named by their number in plist, from 1.
    """
    files = file_roles(path, ROLES, _NEEDED, "gamma_ipta")
    count = _count(files["plist"])
    dates, records = _epochs(files, _records(files["pdata"], count))
    shown = _shown(files.get("pmask"), count)
    first, second = _pairs(files["coordinates"], count)
    lon, lat = (second, first) if swap_coordinates else (first, second)
    columns = {"point_id": np.arange(1, count + 1).astype(str), "lon": lon, "lat": lat}
    for role, column in _RECORDS.items():
        if role in files:
            values = missing_to_nan(_record(files[role], count, 0), missing)
            columns[column] = values.astype(np.float64) * factors.get(column, 1.0)
    frame = pd.DataFrame(columns)[shown].reset_index(drop=True)
    series = np.empty((int(shown.sum()), len(dates)), dtype=np.float32)
    for index, record in enumerate(records):
        values = np.zeros(count, "f4") if record is None else _record(files["pdata"], count, record)
        with np.errstate(over="ignore", invalid="ignore"):  # infinite values are refused
            values = missing_to_nan(values[shown], missing)
            series[:, index] = values * np.float32(factors.get("displacement", 1.0))
    if not len(frame):
        raise InputError(files["pmask"], "masks all points", "Give the mask of this plist")
    key = swap_key(swap_coordinates)
    collection = collect_arrays(files["pdata"], frame, series, dates, LONLAT, window, key)
    collection.left_out["masked"] = count - len(frame)
    return collection


def swap_key(swapped: bool) -> str:
    """Return the config entry that a user corrects swapped coordinates by."""
    return f"swap_coordinates: {str(not swapped).lower()}"


def _count(path: str) -> int:
    """Return the number of points of a plist: eight bytes each."""
    size = require_file(path).stat().st_size
    if size % 8:
        raise InputError(
            path, f"holds {size:,} bytes, not pairs of int32", "Give the binary plist, not its text"
        )
    return size // 8


def _records(path: str, count: int) -> int:
    size = require_file(path).stat().st_size
    if size % (4 * count):
        raise InputError(
            path,
            f"holds {size:,} bytes, no whole records of float32 for {count:,} points",
            "Give the pdata of this plist, of type FLOAT",
        )
    return size // (4 * count)


def _record(path: str, count: int, record: int) -> np.ndarray:
    """Return one record of pdata, float32 of the machine's byte order."""
    if record >= _records(path, count):
        raise InputError(
            path, f"has {_records(path, count)} records, no record {record + 1}", "Correct itab"
        )
    return np.fromfile(path, ">f4", count, offset=4 * count * record).astype(np.float32)


def _pairs(path: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    size = require_file(path).stat().st_size
    kinds = {8 * count: ">f4", 16 * count: ">f8"}
    if size not in kinds:
        raise InputError(
            path,
            f"holds {size:,} bytes, not pairs of float32 or float64 for {count:,} points",
            "Give plat_lon of this plist",
        )
    pairs = np.fromfile(path, kinds[size]).reshape(count, 2).astype(np.float64)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def _shown(path: str | None, count: int) -> np.ndarray:
    if path is None:
        return np.ones(count, dtype=bool)
    mask = np.fromfile(require_file(path), np.uint8)
    if mask.size != count:
        raise InputError(
            path, f"holds {mask.size:,} bytes for {count:,} points", "Give the mask of this plist"
        )
    return mask != 0


def _epochs(files: Mapping[str, str], records: int) -> tuple[list[dt.date], list[int | None]]:
    """Return the dates and the record of each; None for the reference of itab, which is 0."""
    dates = _dates(files["dates"])
    if "itab" not in files:
        if len(dates) != records:
            raise InputError(
                files["pdata"],
                f"has {records} records for {len(dates)} dates of {files['dates']}",
                "Add itab, or list the dates of the records",
            )
        return dates, list(range(records))
    used: dict[int, int | None] = {}
    references = set()
    for line, (reference, secondary, record, flag) in enumerate(_itab(files["itab"]), start=1):
        place = f"{files['itab']}, line {line}"
        if not flag:
            continue
        if not (1 <= reference <= len(dates) and 1 <= secondary <= len(dates)):
            raise InputError(
                place, f"names image {max(reference, secondary)} of {len(dates)}", "Correct dates"
            )
        if not 1 <= record <= records:
            raise InputError(place, f"names record {record} of {records}", "Correct pdata")
        if secondary in used:
            raise InputError(
                place,
                f"the image of {dates[secondary - 1]} occurs again: a network of pairs",
                "Give the time series with the itab of a single reference",
            )
        references.add(reference)
        used[secondary] = record - 1
    if len(references) != 1:
        raise InputError(
            files["itab"],
            f"has {len(references)} reference images",
            "Give the time series with the itab of a single reference",
        )
    used.setdefault(references.pop(), None)
    return [dates[image - 1] for image in used], list(used.values())


def _dates(path: str) -> list[dt.date]:
    found = []
    for number, line in enumerate(read_lines(text_source(path)), start=1):
        match = _DATE.search(line)
        if match is None:
            raise InputError(f"{path}, line {number}", f"{line[:60]!r} holds no date", "Add it")
        found.append(parse_epoch("".join(match.groups()), f"{path}, line {number}"))
    return found


def _itab(path: str) -> list[tuple[int, int, int, int]]:
    rows = []
    for number, line in enumerate(read_lines(text_source(path)), start=1):
        fields = line.split()
        if len(fields) != 4 or not all(re.fullmatch(r"-?\d{1,9}", field) for field in fields):
            raise InputError(
                f"{path}, line {number}",
                f"{line[:60]!r} is not four whole numbers",
                "Give the itab: reference, secondary, record, flag",
            )
        reference, secondary, record, flag = map(int, fields)
        rows.append((reference, secondary, record, flag))
    return rows
