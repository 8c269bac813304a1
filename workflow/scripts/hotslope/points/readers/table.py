"""Any table of points: CSV, GeoPackage, Shapefile or (Geo)Parquet with a column mapping."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from hotslope.errors import InputError
from hotslope.points.archives import require_file, text_source
from hotslope.points.collection import Collection, column_types
from hotslope.points.coordinates import Window, in_degrees
from hotslope.points.delimited import read_batches, read_header
from hotslope.points.layouts import (
    LINE_OF_SIGHT,
    LONLAT,
    Layout,
    factors_to_mm,
    find_epochs,
    listed,
    refuse_duplicates,
    require_columns,
)
from hotslope.points.numbering import collect_with_ids
from hotslope.points.parquet import BATCH_ROWS, open_parquet, undamaged
from hotslope.points.roles import plain_files

#: Columns of the points table that a mapping may name.
MAPPABLE = (
    "point_id", "lon", "lat", "x_m", "y_m", "height_m", "velocity_mm_yr", "velocity_std_mm_yr",
    "coherence", "incidence_deg", *LINE_OF_SIGHT,
)  # fmt: skip
#: Point coordinates taken from the geometry column.
_GEOMETRY_X, _GEOMETRY_Y = "__x", "__y"
_TEXT, _VECTOR, _PARQUET = (".csv", ".txt", ".tsv"), (".gpkg", ".shp"), (".parquet", ".geoparquet")


def read(
    path: Any,
    window: Window,
    most: int | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    velocity_unit: str = "mm",
    displacement_unit: str = "mm",
    coordinates_crs: str | None = None,
    delimiter: str = ",",
    layer: str | None = None,
    missing_values: Sequence[float] = (),
) -> list[Collection]:
    """Read points of any processor, told which column is which.

    Parameters
    ----------
    path : str or list of str
        Files with equal columns, joined.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points of each file.
    columns : mapping of str to str
        Column of the points table (`MAPPABLE`) → column of the file; a column of the same
        name needs no entry. Displacements are found by name (YYYYMMDD, DYYYYMMDD,
        d_YYYYMMDD).
    velocity_unit, displacement_unit : {"mm", "cm", "m"}
        Units of velocity (per year) and displacement.
    coordinates_crs : str, optional
        CRS of x_m and y_m; default: the file's own, or the project's.
    delimiter : str
        Of text files.
    layer : str, optional
        Of a GeoPackage; default: its only one.
    missing_values : sequence of float
        Numbers that mark missing values, in the file's units.

    Returns
    -------
    list of Collection
        One per file.
    """
    files = plain_files(path, "table")
    factors = factors_to_mm(velocity_unit, displacement_unit)
    options = TableOptions(dict(columns or {}), factors, coordinates_crs, tuple(missing_values))
    unknown = sorted(set(options.columns) - set(MAPPABLE))
    if unknown:
        raise InputError(
            "columns", f"{unknown[0]!r} is no column of points", f"Use {listed(MAPPABLE)}"
        )
    collections = []
    for name in files:
        suffix = require_file(name).suffix.lower()
        if suffix in _TEXT:
            collections.append(_read_text(name, options, delimiter, window, most))
        elif suffix in _VECTOR:
            collections.append(_read_vector(name, options, layer, window, most))
        elif suffix in _PARQUET:
            collections.append(_read_parquet(name, options, window, most))
        else:
            known = listed(_TEXT + _VECTOR + _PARQUET)
            raise InputError(name, f"{suffix!r} is no table hotslope reads", f"Give one of {known}")
    return collections


@dataclass(frozen=True)
class TableOptions:
    """Options of a table: columns, factors to mm, CRS of x_m and y_m, missing values."""

    columns: Mapping[str, str]
    factors: Mapping[str, float]
    coordinates_crs: str | None
    missing: tuple[float, ...] = ()


def find_layout(
    names: list[str],
    place: str,
    options: TableOptions,
    own_crs: str | None = None,
    has_geometry: bool = False,
) -> Layout:
    """Return the layout of a table: its columns, and its geometry where no others are mapped.

    Raises
    ------
    InputError
        A mapped column is missing, no coordinates or no epochs.
    """
    refuse_duplicates(names, place)
    for schema_name, name in options.columns.items():
        if name not in names:
            raise InputError(
                f"columns.{schema_name}",
                f"{name!r} is not in {place}; the columns are {listed(names)}",
                "Correct the name",
            )
    found = {name: name for name in MAPPABLE if name in names} | dict(options.columns)
    crs = options.coordinates_crs or own_crs
    pair = _coordinate_pair(found)
    if pair is None and has_geometry:
        pair = ("lon", "lat") if in_degrees(crs) else ("x_m", "y_m")
        found |= {pair[0]: _GEOMETRY_X, pair[1]: _GEOMETRY_Y}
    elif pair == ("lon", "lat"):
        crs = LONLAT
    require_columns(found, pair or ("lon", "lat"), names, place, "Map it under columns")
    unused = {"lon", "lat", "x_m", "y_m"} - set(pair or ())
    columns = {name: column for name, column in found.items() if name not in unused}
    key = "coordinates_crs"
    if crs == LONLAT:
        key = "columns.lon and columns.lat the other way round"
    return Layout(
        place, columns, find_epochs(names, place), options.factors, crs, key, options.missing
    )


def _coordinate_pair(found: Mapping[str, str]) -> tuple[str, str] | None:
    for pair in (("lon", "lat"), ("x_m", "y_m")):
        if pair[0] in found and pair[1] in found:
            return pair
    return None


def _read_text(
    path: str, options: TableOptions, delimiter: str, window: Window, most: int | None
) -> Collection:
    source = text_source(path)
    names = read_header(source, delimiter)
    # The nameless first column is the row number that pandas writes.
    names = [name or f"unnamed {index}" for index, name in enumerate(names)]
    layout = find_layout(names, path, options)
    batches = read_batches(source, names, column_types(layout), delimiter, 1)
    return collect_with_ids(batches, layout, window, 2, most)


def _read_parquet(path: str, options: TableOptions, window: Window, most: int | None) -> Collection:
    with open_parquet(path) as file:
        geometry, crs = _geoparquet(file)
        names = [name for name in file.schema_arrow.names if name != geometry]
        layout = find_layout(names, path, options, crs, has_geometry=geometry is not None)
        wanted = [name for name in _read_names(layout) if name in names]
        if _GEOMETRY_X in layout.columns.values() and geometry is not None:
            wanted.append(geometry)
        batches = undamaged(file.iter_batches(batch_size=BATCH_ROWS, columns=wanted), path)
        return collect_with_ids(_with_xy(batches, geometry, path), layout, window, 1, most)


def _geoparquet(file: pq.ParquetFile) -> tuple[str | None, str | None]:
    """Return geometry column and CRS of a GeoParquet file; None where it is plain."""
    metadata = file.schema_arrow.metadata or {}
    if b"geo" not in metadata:
        return None, None
    geo = json.loads(metadata[b"geo"])
    name = geo["primary_column"]
    column = geo["columns"][name]
    if column.get("encoding") != "WKB":
        return None, None
    # The GeoParquet standard: without a crs, coordinates are lon, lat (OGC:CRS84); null is
    # unknown, and taken as of text: coordinates_crs, or study_area.crs.
    if "crs" not in column:
        return name, LONLAT
    crs = column["crs"]
    return name, None if crs is None else CRS.from_json_dict(crs).to_string()


def _read_vector(
    path: str, options: TableOptions, layer: str | None, window: Window, most: int | None
) -> Collection:
    import pyogrio  # only where a vector file is given: it loads GDAL

    from hotslope.points.vectors import vector_info

    info = vector_info(path, layer, "tracks", options.coordinates_crs)
    names = [str(name) for name in info["fields"]]
    layout = find_layout(
        names, path, options, info["crs"], has_geometry=info["geometry_type"] is not None
    )
    wanted = [name for name in _read_names(layout) if name in names]
    with pyogrio.raw.open_arrow(
        path, layer=info["layer_name"], columns=wanted, batch_size=BATCH_ROWS, use_pyarrow=True
    ) as (meta, reader):
        geometry = meta["geometry_name"] or "wkb_geometry"
        batches = undamaged(iter(reader), path, int(info["features"]))
        batches = _with_xy(batches, geometry, path)
        return collect_with_ids(batches, layout, window, 1, most)


def _read_names(layout: Layout) -> list[str]:
    return [*dict.fromkeys([*layout.columns.values(), *layout.epochs])]


def _with_xy(
    batches: Iterator[pa.RecordBatch], geometry: str | None, place: str
) -> Iterator[pa.RecordBatch]:
    """Yield the batches with two columns of point coordinates in place of the geometry."""
    for batch in batches:
        if geometry is None or geometry not in batch.schema.names:
            yield batch
            continue
        shapes = shapely.from_wkb(batch.column(geometry).to_numpy(zero_copy_only=False))
        nowhere = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        if nowhere.any():
            raise InputError(
                place, f"{int(nowhere.sum()):,} geometries are empty", "Drop these points"
            )
        if not np.all(shapely.get_type_id(shapes) == 0):
            raise InputError(place, "not all geometries are points", "Give a point layer")
        batch = batch.append_column(_GEOMETRY_X, pa.array(shapely.get_x(shapes)))
        yield batch.append_column(_GEOMETRY_Y, pa.array(shapely.get_y(shapes)))
