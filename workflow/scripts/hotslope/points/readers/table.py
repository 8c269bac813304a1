"""Any table of points, with a column mapping: text, Parquet, or a layer of a vector file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotslope.errors import InputError
from hotslope.points.acquisitions import find_epochs
from hotslope.points.archives import (
    TextSource,
    is_geodatabase,
    require_file,
    text_source,
    zip_members,
    zip_names,
    zipped_path,
)
from hotslope.points.collection import Collection, column_types
from hotslope.points.coordinates import Window, in_degrees
from hotslope.points.delimited import read_batches, read_header
from hotslope.points.dialects import encoded_source, find_dialect, single_blanks
from hotslope.points.geometries import GEOMETRY_X, GEOMETRY_Y, find_geometry, with_coordinates
from hotslope.points.layouts import (
    LINE_OF_SIGHT,
    LONLAT,
    Layout,
    factors_to_mm,
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
_TEXT, _PARQUET = (".csv", ".txt", ".tsv", ".dat"), (".parquet", ".geoparquet")
_VECTOR = (".gpkg", ".shp", ".gdb", ".geojson", ".fgb")
_ZIP = ".zip"


def read(
    path: Any,
    window: Window,
    most: int | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    velocity_unit: str = "mm",
    displacement_unit: str = "mm",
    wavelength_m: float | None = None,
    displacement_prefix: str | None = None,
    coordinates_crs: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    missing_values: Sequence[float] = (),
) -> list[Collection]:
    """Read points of any processor, told which column is which.

    Parameters
    ----------
    path : str or list of str
        Files with equal columns, joined; a zip holds text, or a vector file such as a Shapefile.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points of each file.
    columns : mapping of str to str
        Column of the points table (`MAPPABLE`) → column of the file; a column of the same
        name needs no entry. Displacements are found by the dates in their names.
    velocity_unit : {"mm", "cm", "m"}
        Unit of velocity, per year.
    displacement_unit : {"mm", "cm", "m", "rad"}
        Unit of displacement; rad is phase, positive away from the sensor.
    wavelength_m : float, optional
        Of the radar; needed for phase.
    displacement_prefix : str, optional
        What precedes the date in the names of displacement columns; see `find_epochs`.
    coordinates_crs : str, optional
        CRS of x_m and y_m; default: the file's own, or the project's.
    delimiter, decimal : str, optional
        Of text files; default: found in the file, see `find_dialect`.
    encoding : str, optional
        Of text files (default UTF-8) and of a Shapefile that declares none.
    layer : str, optional
        Of a file with several layers; default: its only one.
    missing_values : sequence of float
        Numbers that mark missing values, in the file's units.

    Returns
    -------
    list of Collection
        One per file.
    """
    options = TableOptions(
        dict(columns or {}),
        factors_to_mm(velocity_unit, displacement_unit, wavelength_m),
        coordinates_crs,
        tuple(missing_values),
        displacement_prefix,
        delimiter,
        decimal,
        encoding,
        layer,
    )
    unknown = sorted(set(options.columns) - set(MAPPABLE))
    if unknown:
        raise InputError(
            "columns", f"{unknown[0]!r} is no column of points", f"Use {listed(MAPPABLE)}"
        )
    collections = []
    for name in plain_files(path, "table"):
        collections += _read_file(name, options, window, most)
    return collections


@dataclass(frozen=True)
class TableOptions:
    """Options of a table, as `read` takes them; `factors` are those to mm."""

    columns: Mapping[str, str]
    factors: Mapping[str, float]
    coordinates_crs: str | None = None
    missing: tuple[float, ...] = ()
    prefix: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    layer: str | None = None


def _read_file(
    name: str, options: TableOptions, window: Window, most: int | None
) -> list[Collection]:
    """Read one file by its suffix."""
    suffix = Path(name).suffix.lower()
    if is_geodatabase(name):
        return [_read_vector(name, options, window, most)]
    require_file(name)
    if suffix in _TEXT:
        return [_read_text(text_source(name), options, window, most)]
    if suffix in _PARQUET:
        return [_read_parquet(name, options, window, most)]
    if suffix in _VECTOR:
        return [_read_vector(name, options, window, most)]
    if suffix == _ZIP:
        return _read_zip(name, options, window, most)
    known = listed((*_TEXT, *_VECTOR, *_PARQUET, _ZIP))
    raise InputError(name, f"{suffix!r} is no table hotslope reads", f"Give one of {known}")


def _read_zip(
    name: str, options: TableOptions, window: Window, most: int | None
) -> list[Collection]:
    """Read the vector files of a zip archive, or else its text files."""
    members = sorted(zip_names(name))
    vectors = [each for each in members if Path(each).suffix.lower() in _VECTOR]
    if vectors:
        paths = [zipped_path(name, member) for member in vectors]
        return [_read_vector(path, options, window, most) for path in paths]
    for end in _TEXT:
        if any(member.lower().endswith(end) for member in members):
            sources = zip_members(name, end)
            return [_read_text(source, options, window, most) for source in sources]
    raise InputError(name, f"holds {listed(members)}", "Give a zip of text files or a Shapefile")


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
        A mapped column is missing, no coordinates, or dates that cannot be understood.
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
        found |= {pair[0]: GEOMETRY_X, pair[1]: GEOMETRY_Y}
    elif pair == ("lon", "lat"):
        crs = LONLAT
    require_columns(found, pair or ("lon", "lat"), names, place, "Map it under columns")
    unused = {"lon", "lat", "x_m", "y_m"} - set(pair or ())
    columns = {name: column for name, column in found.items() if name not in unused}
    key = "coordinates_crs"
    if crs == LONLAT:
        key = "columns.lon and columns.lat the other way round"
    epochs = find_epochs(names, place, options.prefix)
    return Layout(place, columns, epochs, options.factors, crs, key, options.missing)


def _coordinate_pair(found: Mapping[str, str]) -> tuple[str, str] | None:
    for pair in (("lon", "lat"), ("x_m", "y_m")):
        if pair[0] in found and pair[1] in found:
            return pair
    return None


def _read_text(
    source: TextSource, options: TableOptions, window: Window, most: int | None
) -> Collection:
    source = encoded_source(source, options.encoding, "encoding")
    dialect = find_dialect(source, options.delimiter, options.decimal)
    if dialect.delimiter == " ":
        source = single_blanks(source)
    names = read_header(source, dialect.delimiter)
    # The nameless first column is the row number that pandas writes.
    names = [name or f"unnamed {index}" for index, name in enumerate(names)]
    layout = find_layout(names, source.place, options)
    batches = read_batches(
        source, names, column_types(layout), dialect.delimiter, 1, dialect.decimal
    )
    return collect_with_ids(batches, layout, window, 2, most)


def _read_parquet(path: str, options: TableOptions, window: Window, most: int | None) -> Collection:
    with open_parquet(path) as file:
        geometry = find_geometry(file.schema_arrow, path)
        names = [name for name in file.schema_arrow.names if not geometry or name != geometry.name]
        crs = None if geometry is None else geometry.crs
        layout = find_layout(names, path, options, crs, has_geometry=geometry is not None)
        wanted = [name for name in _read_names(layout) if name in names]
        if GEOMETRY_X in layout.columns.values() and geometry is not None:
            wanted.append(geometry.name)
        batches = undamaged(file.iter_batches(batch_size=BATCH_ROWS, columns=wanted), path)
        return collect_with_ids(with_coordinates(batches, geometry, path), layout, window, 1, most)


def _read_vector(path: str, options: TableOptions, window: Window, most: int | None) -> Collection:
    import pyogrio  # only where a vector file is given: it loads GDAL

    from hotslope.points.vectors import vector_geometry, vector_info

    info = vector_info(path, options.layer, "tracks", options.coordinates_crs)
    names = [str(name) for name in info["fields"]]
    layout = find_layout(
        names, path, options, info["crs"], has_geometry=info["geometry_type"] is not None
    )
    wanted = [name for name in _read_names(layout) if name in names]
    with pyogrio.raw.open_arrow(
        path,
        layer=info["layer_name"],
        columns=wanted,
        batch_size=BATCH_ROWS,
        use_pyarrow=True,
        encoding=options.encoding,
    ) as (meta, reader):
        batches = undamaged(iter(reader), path, int(info["features"]))
        batches = with_coordinates(batches, vector_geometry(meta), path)
        return collect_with_ids(batches, layout, window, 1, most)


def _read_names(layout: Layout) -> list[str]:
    return [*dict.fromkeys([*layout.columns.values(), *layout.epochs])]
