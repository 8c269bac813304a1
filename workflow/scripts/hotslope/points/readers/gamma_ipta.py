"""GAMMA's IPTA: the text of ``disp_prt``, whose items.txt names the columns, or point data."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hotslope.errors import InputError
from hotslope.points.acquisitions import check_epochs, parse_epoch
from hotslope.points.archives import TextSource, text_source
from hotslope.points.collection import Collection, collect, column_types
from hotslope.points.coordinates import Window
from hotslope.points.delimited import (
    decode_line,
    find_fault,
    read_batches,
    read_lines,
    refuse_delimiter,
    split_line,
)
from hotslope.points.layouts import (
    LONLAT,
    Layout,
    factors_to_mm,
    find_columns,
    refuse_duplicates,
    require_columns,
)
from hotslope.points.readers import gamma_points
from hotslope.points.roles import file_list

#: Schema column → names seen in items files, normalised; the preferred first.
ALIASES: dict[str, tuple[str, ...]] = {
    "point_id": ("pt", "pt#", "point", "point_number", "point_id", "pt_id", "number", "no", "id"),
    "lon": ("lon", "longitude", "long", "lon_deg"),
    "lat": ("lat", "latitude", "lat_deg"),
    "x_m": ("easting", "east", "x", "map_x", "map_easting", "x_m"),
    "y_m": ("northing", "north", "y", "map_y", "map_northing", "y_m"),
    "height_m": ("height", "hgt", "phgt", "phgt_wgs84", "elevation", "dem_height", "h"),
    "velocity_mm_yr": (
        "rate", "def_rate", "deformation_rate", "displacement_rate", "linear_rate", "los_rate",
        "los_def_rate", "pdef", "def", "velocity", "vel",
    ),
    "velocity_std_mm_yr": (
        "rate_sigma", "sigma_rate", "rate_err", "rate_error", "rate_std", "def_rate_err",
        "def_rate_error", "deformation_rate_error", "pdef_err", "def_err", "velocity_std",
    ),
    "coherence": (
        "coherence", "coh", "temporal_coherence", "cc", "pcc", "pcct", "quality", "sigma",
        "psigma", "phase_std", "std",
    ),
}  # fmt: skip
_INDEX = re.compile(r"^(?:(?:col(?:umn)?|item|field)\s*)?\d{1,4}\s*[:.)=]?\s+(?=\S)", re.I)
_DATE = re.compile(
    r"^_?(?:(?:displacement|disp|def|ts|d)[ _]*)?(\d{4})[-_/ ]?(\d{2})[-_/ ]?(\d{2})(?:\.0+)?$"
)
_COMMA = ","


def read(
    path: Mapping[str, Any],
    window: Window,
    most: int | None = None,
    *,
    coordinates_crs: str | None = None,
    swap_coordinates: bool = False,
    quality: str = "coherence",
    velocity_unit: str = "m",
    displacement_unit: str = "m",
    missing_values: Sequence[float] = (),
) -> list[Collection]:
    """Read the points of GAMMA IPTA: a text export, or binary point data.

    Parameters
    ----------
    path : mapping
        ``items``: the file that names the columns; ``table``: the file with the values, or
        several with the same columns. Or the files of binary point data, see
        `gamma_points.read`.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points.
    coordinates_crs : str, optional
        CRS of easting and northing; default: the project's.
    swap_coordinates : bool
        Latitude and longitude (or northing and easting) are in each other's column, as
        they are where a file called plat_lon was printed.
    quality : {"coherence", "phase_std", "none"}
        What the quality column holds: coherence 0–1, the phase standard deviation in radians
        (made coherence by exp(−σ²/2)), or something else to be ignored.
    velocity_unit, displacement_unit : {"mm", "cm", "m"}
        Units of rate (per year) and displacement.
    missing_values : sequence of float
        Numbers that mark missing values, in the file's units.

    Returns
    -------
    list of Collection
        One per table.
    """
    factors = factors_to_mm(velocity_unit, displacement_unit)
    if isinstance(path, Mapping) and "plist" in path:
        roles = {
            role: file for role, file in path.items() if quality != "none" or role != "quality"
        }
        points = gamma_points.read(
            roles,
            window,
            factors=factors,
            swap_coordinates=swap_coordinates,
            missing=missing_values,
        )
        if quality == "phase_std":
            _to_coherence(points)
        return [points]
    items, tables = _roles(path)
    names = read_items(items)
    layout = find_layout(names, items, quality, coordinates_crs, swap_coordinates)
    collections = []
    for table in tables:
        source = text_source(table)
        own = replace(layout, place=table, factors=factors, missing=tuple(missing_values))
        types = column_types(own)
        columns = _with_trailing(source, names, types)
        batches = read_batches(source, columns, types, _COMMA, 0)
        collections.append(collect(batches, own, window, 1, most))
    if quality == "phase_std":
        for collection in collections:
            _to_coherence(collection)
    return collections


def _roles(path: Mapping[str, Any]) -> tuple[str, list[str]]:
    named = isinstance(path, Mapping) and set(path) == {"items", "table"}
    if not named or not isinstance(path["items"], str):
        raise InputError(
            "tracks.<track>.points",
            f"{path!r} does not name the two files of format gamma_ipta",
            "Write points: {items: …/items.txt, table: …/disp_tab.txt}, or name the files of "
            "binary point data: {plist: …, pdata: …, coordinates: …, dates: …}",
        )
    return path["items"], file_list(path["table"])


def read_items(path: str) -> list[str]:
    """Return the column names of an items file, normalised.

    Notes
    -----
    Accepted are one name per line, with or without a leading number, or all names on one
    line with commas. Units in brackets and case do not count.
    """
    lines = read_lines(text_source(path))
    if not lines:
        raise InputError(path, "the file names no columns", "Export it with disp_prt again")
    if len(lines) == 1 and _COMMA in lines[0]:
        lines = [name for name in lines[0].split(_COMMA) if name.strip()]
    if all(_INDEX.match(line) for line in lines):
        lines = [_INDEX.sub("", line) for line in lines]
    names = [_normalise(line) for line in lines]
    refuse_duplicates(names, path)
    return names


def _normalise(name: str) -> str:
    bare = re.sub(r"[\[(].*?[\])]", "", name).strip(" \t,;:'\"").lower()
    match = _DATE.match(bare)
    if match:
        return "".join(match.groups())
    return re.sub(r"[\s.\-]+", "_", bare)


def find_layout(
    names: list[str],
    place: str,
    quality: str = "coherence",
    coordinates_crs: str | None = None,
    swap_coordinates: bool = False,
) -> Layout:
    """Return the layout that an items file describes.

    Raises
    ------
    InputError
        Coordinates or rate missing, epochs missing, twice or out of order.
    """
    found = find_columns({name: name for name in names}, ALIASES)
    if quality == "none":
        found.pop("coherence", None)
    if "lon" in found and "lat" in found:
        first, second = "lon", "lat"
    else:
        first, second = "x_m", "y_m"
    remedy = "Name it in the items file, or use format table with a column mapping"
    require_columns(found, ["point_id", first, second, "velocity_mm_yr"], names, place, remedy)
    unused = {"lon", "lat", "x_m", "y_m"} - {first, second}
    columns = {name: column for name, column in found.items() if name not in unused}
    if swap_coordinates:
        columns[first], columns[second] = columns[second], columns[first]
    epochs: dict[str, dt.date] = {
        name: parse_epoch(name, f"{place}, item {name}") for name in names if _eight(name)
    }
    check_epochs(epochs, place)
    crs = LONLAT if first == "lon" else coordinates_crs
    key = gamma_points.swap_key(swap_coordinates) if first == "lon" else "coordinates_crs"
    return Layout(place, columns, epochs, {}, crs, key)


def _eight(name: str) -> bool:
    return len(name) == 8 and name.isdigit()


def _with_trailing(source: TextSource, names: list[str], types: dict[str, Any]) -> list[str]:
    """Return the names, one more where the lines of the table end in a comma."""
    with source.open() as stream:
        line = decode_line(stream.readline(), source.place, 1).strip()
    values = split_line(line, _COMMA, f"{source.place}, line 1") if line else []
    if len(values) == 1 < len(names):
        refuse_delimiter(source.place, line, _COMMA)
    if len(values) == len(names) + 1 and not values[-1].strip():
        return [*names, ""]
    if values and len(values) != len(names):
        raise find_fault(source, names, types, _COMMA, 0, "wrong number of columns")
    return names


def _to_coherence(collection: Collection) -> None:
    """Replace phase standard deviations, radians, by coherence."""
    if "coherence" in collection.points:
        sigma = collection.points["coherence"]
        collection.points["coherence"] = np.exp(-0.5 * sigma**2)
