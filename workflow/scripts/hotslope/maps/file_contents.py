"""What a file of the results holds, from its own metadata and the schemas of the tables."""

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio
import rasterio

from hotslope.candidates import tables as of_candidates
from hotslope.change import tables as of_change
from hotslope.exposure import tables as of_exposure
from hotslope.interferometry import tables as of_interferometry
from hotslope.learning import tables as of_learning
from hotslope.maps import tables as of_maps
from hotslope.maps.fields import describe_fields, unit_of
from hotslope.motion import tables as of_motion
from hotslope.points import tables as of_points
from hotslope.schemas import Table

#: Every table of a stage by its version. That of factors depends on the config, and the simulation
#: makes inputs.
TABLES = {
    table.version: table
    for stage in (
        *(of_interferometry, of_points, of_motion, of_candidates, of_change),
        *(of_exposure, of_learning, of_maps),
    )
    for table in vars(stage).values()
    if isinstance(table, Table)
}
_SCHEMA_KEY = "hotslope_schema"
_EPOCH = re.compile(r"d_\d{8}$")
#: Tags of a raster that describe no band.
_NO_DESCRIPTION = {"AREA_OR_POINT"}


@dataclass(frozen=True)
class Column:
    """A column of a table, a band of a raster or a key of a JSON file.

    Parameters
    ----------
    name, unit, description : str
        Unit and description are empty where there is none.
    """

    name: str
    unit: str = ""
    description: str = ""


@dataclass(frozen=True)
class FileContents:
    """What a file holds.

    Parameters
    ----------
    kind : str
        Its format in words.
    remarks : str
        From its own metadata.
    columns : tuple of Column
        Columns, bands or keys.
    """

    kind: str
    remarks: str = ""
    columns: tuple[Column, ...] = ()


def describe_contents(path: Path, tracks: Sequence[str], models: Sequence[str]) -> FileContents:
    """Look into a file.

    Parameters
    ----------
    path : Path
        A file or folder of the results.
    tracks, models : sequence of str
        Names that columns may end with.
    """
    if path.is_dir():
        return FileContents("folder")
    tables = {".parquet": _parquet, ".gpkg": _geopackage, ".csv": _csv}
    if path.suffix in tables:
        return tables[path.suffix](path, tracks, models)
    others = {".json": _json, ".tif": _raster}
    if path.suffix in others:
        return others[path.suffix](path)
    return FileContents(path.suffix.lstrip(".").upper())


def _parquet(path: Path, tracks: Sequence[str], models: Sequence[str]) -> FileContents:
    schema = pq.read_schema(path)
    version = (schema.metadata or {}).get(_SCHEMA_KEY.encode(), b"").decode()
    columns = _described(schema.names, version, tracks, models)
    return FileContents("Parquet table", columns=columns)


def _geopackage(path: Path, tracks: Sequence[str], models: Sequence[str]) -> FileContents:
    columns: dict[str, Column] = {}
    names = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry]
    for layer in names:
        info = pyogrio.read_info(path, layer=layer)
        version = (info["layer_metadata"] or {}).get(_SCHEMA_KEY, "")
        for column in _described([str(name) for name in info["fields"]], version, tracks, models):
            columns.setdefault(column.name, column)
    return FileContents(
        "GeoPackage", remarks=f"layers: {', '.join(names)}", columns=tuple(columns.values())
    )


def _csv(path: Path, tracks: Sequence[str], models: Sequence[str]) -> FileContents:
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file), [])
    return FileContents("CSV table", columns=_described(names, "", tracks, models))


def _json(path: Path) -> FileContents:
    content = json.loads(path.read_text(encoding="utf-8"))
    names = list(content) if isinstance(content, dict) else []
    return FileContents("JSON", columns=tuple(Column(name, unit_of(name)) for name in names))


def _raster(path: Path) -> FileContents:
    with rasterio.open(path) as source:
        tags = source.tags()
        names = [str(name) for name in source.descriptions]
        units = [str(unit or "") for unit in source.units]
        resolution_m = source.res[0]
    bands = tuple(
        Column(name, unit, tags.get(name, "")) for name, unit in zip(names, units, strict=True)
    )
    about = {name: text for name, text in tags.items() if name not in {*_NO_DESCRIPTION, *names}}
    remarks = [about.pop("description", ""), *(f"{name}: {text}" for name, text in about.items())]
    remarks.append(f"cells of {resolution_m:g} m")
    return FileContents("GeoTIFF", "; ".join(filter(None, remarks)), bands)


def _described(
    names: Sequence[str], version: str, tracks: Sequence[str], models: Sequence[str]
) -> tuple[Column, ...]:
    """Describe columns by the schema of their table, or as columns of the final layer."""
    schema = TABLES[version].schema.columns if version in TABLES else {}
    epochs = [name for name in names if _EPOCH.match(name)]
    columns = []
    for name in names:
        if name in epochs[1:] or name == "geometry":
            continue
        if name in epochs:
            about = "line-of-sight displacement per acquisition, + toward the sensor"
            columns.append(Column("d_YYYYMMDD", "mm", about))
        elif name in schema:
            columns.append(Column(name, unit_of(name), schema[name].description or ""))
        else:
            columns.append(_column_of_layer(name, tracks, models))
    return tuple(columns)


def _column_of_layer(name: str, tracks: Sequence[str], models: Sequence[str]) -> Column:
    try:
        (found,) = describe_fields([name], tracks, models).values()
    except KeyError:
        return Column(name, unit_of(name))
    return Column(name, found.unit, found.description)
