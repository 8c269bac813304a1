"""Coordinates of the geometry column of a table: WKB, or the encodings of GeoArrow."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from hotslope.errors import InputError
from hotslope.points.layouts import LONLAT

#: Columns of the coordinates that take the place of the geometry.
GEOMETRY_X, GEOMETRY_Y = "__x", "__y"
_POINT, _MULTIPOINT = 0, 4
_READ = ("wkb", "point", "multipoint")


@dataclass(frozen=True)
class GeometryColumn:
    """A geometry column.

    Parameters
    ----------
    name : str
        Of the column.
    encoding : str
        ``wkb``, ``point`` or ``multipoint``: the latter two are those of GeoArrow.
    crs : str or None
        None: unknown.
    """

    name: str
    encoding: str
    crs: str | None


def find_geometry(schema: pa.Schema, place: str) -> GeometryColumn | None:
    """Return the geometry column of a Parquet file; None where it has none.

    Raises
    ------
    InputError
        Metadata that cannot be understood, or geometries other than points.
    """
    metadata = schema.metadata or {}
    try:
        if b"geo" in metadata:
            return _checked(_of_geoparquet(json.loads(metadata[b"geo"])), schema, place)
        for field in schema:
            extension = (field.metadata or {}).get(b"ARROW:extension:name", b"").decode()
            if extension.startswith("geoarrow."):
                own = json.loads((field.metadata or {}).get(b"ARROW:extension:metadata") or b"{}")
                encoding = extension.removeprefix("geoarrow.")
                found = GeometryColumn(field.name, encoding, _crs_text(own.get("crs")))
                return _checked(found, schema, place)
    except (ValueError, KeyError, TypeError, AttributeError, CRSError) as error:
        raise InputError(
            place, f"the description of its geometry is damaged ({error!r})", "Export it again"
        ) from None
    return None


def _of_geoparquet(geo: Mapping[str, Any]) -> GeometryColumn:
    name = geo["primary_column"]
    column = geo["columns"][name]
    encoding = column.get("encoding", "WKB").lower().removeprefix("geoarrow.")
    # The GeoParquet standard: without a crs, coordinates are lon, lat (OGC:CRS84); null is
    # unknown, and taken as of text: coordinates_crs, or study_area.crs.
    return GeometryColumn(name, encoding, _crs_text(column["crs"]) if "crs" in column else LONLAT)


def _crs_text(crs: Any) -> str | None:
    """Return a CRS as text, of PROJJSON (GeoParquet 1.0 and later) or WKT (before)."""
    if crs is None:
        return None
    own = CRS.from_json_dict(crs) if isinstance(crs, dict) else CRS.from_user_input(crs)
    return str(own.to_string())


def _checked(found: GeometryColumn, schema: pa.Schema, place: str) -> GeometryColumn:
    if found.encoding not in _READ:
        raise InputError(
            place, f"holds geometries of the encoding {found.encoding!r}", "Give a layer of points"
        )
    if found.name not in schema.names:
        raise KeyError(found.name)
    return found


def with_coordinates(
    batches: Iterator[pa.RecordBatch], geometry: GeometryColumn | None, place: str
) -> Iterator[pa.RecordBatch]:
    """Yield the batches with two columns of point coordinates beside the geometry."""
    for batch in batches:
        if geometry is None or geometry.name not in batch.schema.names:
            yield batch
            continue
        x, y = _coordinates(batch.column(geometry.name), geometry.encoding, place)
        batch = batch.append_column(GEOMETRY_X, pa.array(x))
        yield batch.append_column(GEOMETRY_Y, pa.array(y))


def _coordinates(column: pa.Array, encoding: str, place: str) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of points, float64.

    Raises
    ------
    InputError
        Geometries that are missing, empty, or no points; MultiPoints of several points.
    """
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if column.null_count:
        _refuse_empty(column.null_count, place)
    if encoding == "wkb":
        return _of_wkb(column, place)
    try:
        if encoding == "multipoint":
            counts = np.diff(column.offsets.to_numpy())
            _refuse_empty(int((counts == 0).sum()), place)
            _refuse_several(int((counts > 1).sum()), place)
            column = column.flatten()
        if pa.types.is_struct(column.type):
            x, y = (column.field(name).to_numpy(zero_copy_only=False) for name in "xy")
            return x, y
        values = column.flatten().to_numpy(zero_copy_only=False)
        values = values.reshape(len(column), column.type.list_size)
        return values[:, 0].copy(), values[:, 1].copy()
    except (AttributeError, KeyError, ValueError, pa.ArrowException) as error:
        raise InputError(
            place, f"its geometry is not of the encoding {encoding!r} ({error})", "Export it again"
        ) from None


def _of_wkb(column: pa.Array, place: str) -> tuple[np.ndarray, np.ndarray]:
    try:
        shapes = shapely.from_wkb(column.to_numpy(zero_copy_only=False))
    except (shapely.errors.ShapelyError, TypeError) as error:
        raise InputError(place, f"a geometry is damaged ({error})", "Export it again") from None
    _refuse_empty(int((shapely.is_missing(shapes) | shapely.is_empty(shapes)).sum()), place)
    kinds = shapely.get_type_id(shapes)
    if not np.isin(kinds, (_POINT, _MULTIPOINT)).all():
        raise InputError(place, "not all geometries are points", "Give a point layer")
    _refuse_several(int((shapely.get_num_geometries(shapes) > 1).sum()), place)
    shapes = np.where(kinds == _MULTIPOINT, shapely.get_geometry(shapes, 0), shapes)
    return shapely.get_x(shapes), shapely.get_y(shapes)


def _refuse_empty(count: int, place: str) -> None:
    if count:
        raise InputError(place, f"{count:,} geometries are empty", "Drop these points")


def _refuse_several(count: int, place: str) -> None:
    if count:
        raise InputError(
            place,
            f"{count:,} geometries are MultiPoints of several points",
            "Split them into single points (QGIS: Multipart to singleparts)",
        )
