"""Datasets of the config opened early: what is missing or wrong is named by its key."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import rasterio
from affine import Affine
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from rasterio.enums import Resampling
from rasterio.errors import RasterioIOError
from rasterio.windows import Window

from hotslope.encodings import layer_encoding
from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.points.archives import require_file
from hotslope.points.coordinates import describe
from hotslope.points.damage import whole
from hotslope.points.layouts import listed
from hotslope.points.vectors import layer_names, vector_info
from hotslope.spellings import as_text, folded, one_spelling

#: A line layer may lie outside the area, since distances reach out, but hardly this far.
FAR_M = 100_000.0
#: Cells at most read of a raster to list its classes.
_SAMPLE_CELLS = 2048
#: Columns of text that an inventory may name.
_TEXT_OPTIONS = ("class_column", "kind_column", "role_column")
POLYGONS, LINES = ("Polygon", "MultiPolygon"), ("LineString", "MultiLineString")
POINTS = ("Point", "MultiPoint")


def with_key(key: str, check: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call a check and put the config key before the place of what it refuses."""
    try:
        return check(*arguments, **options)
    except InputError as error:
        if error.place.startswith(key):
            raise
        raise InputError(f"{key}, {error.place}", error.problem, error.remedy) from None


def to_project(bounds: Sequence[float], source: str, crs: CRS) -> Bounds:
    """Return bounds in another CRS as a box in the project CRS."""
    if CRS.from_user_input(source) == crs:
        return (bounds[0], bounds[1], bounds[2], bounds[3])
    transformer = Transformer.from_crs(source, crs, always_xy=True)
    return transformer.transform_bounds(bounds[0], bounds[1], bounds[2], bounds[3], densify_pts=21)


def _in_project(bounds: Sequence[float], source: str, crs: CRS, place: str) -> Bounds:
    """Return the bounds of a file in the project CRS; refuse a CRS that leads to no other."""
    try:
        return to_project(bounds, source, crs)
    except ProjError as error:
        raise InputError(
            place,
            f"its CRS cannot be transformed to that of the study area ({error})",
            "Assign the CRS in which its coordinates are",
        ) from None


def gap_m(first: Bounds, second: Bounds) -> float:
    """Return the distance between two boxes; 0 where they touch or overlap."""
    east = max(first[0] - second[2], second[0] - first[2], 0.0)
    north = max(first[1] - second[3], second[1] - first[3], 0.0)
    return float(np.hypot(east, north))


def covered_share(inner: Bounds, outer: Bounds) -> float:
    """Return the share of the box `inner` that lies in the box `outer`."""
    width = min(inner[2], outer[2]) - max(inner[0], outer[0])
    height = min(inner[3], outer[3]) - max(inner[1], outer[1])
    area = (inner[2] - inner[0]) * (inner[3] - inner[1])
    return max(width, 0.0) * max(height, 0.0) / area


def refuse_apart(bounds: Bounds, study: Bounds, key: str, path: str, reach_m: float = 0.0) -> None:
    """Raise an InputError where a dataset lies farther than `reach_m` from the study area."""
    if not np.all(np.isfinite(bounds)) or gap_m(bounds, study) > reach_m:
        raise InputError(
            key,
            f"{path} covers {describe(bounds)}, apart from the study area {describe(study)}",
            "Correct the path, the CRS of the file, or study_area.bounds_m",
        )


def check_raster(path: str, key: str, study: Bounds, crs: CRS) -> dict[str, Any]:
    """Open a raster; refuse one without CRS or apart from the area."""
    require_file(path, key)
    try:
        with rasterio.open(path) as source:
            own, corners, cell, shape = source.crs, source.bounds, source.res, source.shape
    except RasterioIOError as error:
        raise InputError(
            f"{key}: {path}", f"no readable raster ({error})", "Give a GeoTIFF"
        ) from None
    if own is None:
        raise InputError(f"{key}: {path}", "the raster has no CRS", "Assign it with gdal_edit.py")
    # Rows may run from south to north.
    (west, east), (south, north) = sorted(corners[::2]), sorted(corners[1::2])
    bounds = _in_project((west, south, east, north), own.to_wkt(), crs, f"{key}: {path}")
    refuse_apart(bounds, study, key, path)
    return {
        "path": path,
        "crs": own.to_string(),
        "cell_size": list(cell),
        "rows_columns": list(shape),
        "covered_share": covered_share(study, bounds),
    }


def raster_classes(path: str, study: Bounds, crs: CRS) -> list[str]:
    """Return the values of a class raster within the study area, as text.

    Notes
    -----
    Large rasters are thinned to `_SAMPLE_CELLS` a side: enough to name classes early, while
    every cell counts later.
    """
    with rasterio.open(path) as source:
        box = to_project(study, crs.to_wkt(), CRS.from_wkt(source.crs.to_wkt()))
        window = _window(box, source.transform, source.shape)
        shape = (min(window.height, _SAMPLE_CELLS), min(window.width, _SAMPLE_CELLS))
        values = source.read(
            1, window=window, out_shape=shape, masked=True, resampling=Resampling.nearest
        )
    found = np.unique(values.compressed())
    return [f"{value:g}" for value in found]


def _window(box: Bounds, transform: Affine, shape: tuple[int, int]) -> Window:
    """Return the cells of a north-up raster that meet a box in its CRS."""
    # ASSUME: the raster is north-up; a turned one only lists the classes of other cells.
    columns = np.array([box[0], box[2]]) - transform.c
    rows = transform.f - np.array([box[3], box[1]])
    first_column, last_column = (columns / transform.a).clip(0, shape[1])
    first_row, last_row = (rows / -transform.e).clip(0, shape[0])
    left, top = math.floor(first_column), math.floor(first_row)
    return Window(left, top, math.ceil(last_column) - left, math.ceil(last_row) - top)


def check_vector(
    path: str,
    layer: str | None,
    key: str,
    study: Bounds,
    crs: CRS,
    kinds: Sequence[str] = (),
    columns: Mapping[str, str | None] | None = None,
    reach_m: float = 0.0,
) -> dict[str, Any]:
    """Open a vector layer; refuse the wrong geometry, missing columns and one apart.

    Parameters
    ----------
    path, layer : str
        File, and layer in it (None: the only one).
    key : str
        Config key, such as ``layers.lithology``.
    study, crs
        Study area and project CRS.
    kinds : sequence of str
        Geometry types that serve; empty: all.
    columns : mapping of str to str or None
        Config key → column that must be there; None is skipped.
    reach_m : float
        How far from the study area the layer may lie.
    """
    info = vector_info(path, layer, key)
    fields = [str(name) for name in info["fields"]]
    for name, column in (columns or {}).items():
        if column is not None and column not in fields:
            raise InputError(
                f"{key}.{name}",
                f"{column!r} not in {path}; columns are {listed(fields)}",
                "Correct the name",
            )
    if info["geometry_type"] is None:
        raise InputError(
            f"{key}: {path}", f"{info['layer_name']!r} is a table without geometry", "Name a layer"
        )
    kind = str(info["geometry_type"]).split(" ")[0]
    if kinds and kind not in (*kinds, "Unknown", "GeometryCollection"):
        raise InputError(
            f"{key}: {path}", f"holds {kind}, not {' or '.join(kinds)}", "Give the right layer"
        )
    if info["features"] == 0:
        raise InputError(f"{key}: {path}", "the layer is empty", "Give another, or null")
    extent = info["total_bounds"]
    # Shapefiles without any geometry have bounds of 0.
    if extent is None or not np.isfinite(extent).all() or not np.any(extent):
        raise InputError(
            f"{key}: {path}", "holds no geometry: all are missing or empty", "Give another, or null"
        )
    bounds = _in_project(extent, info["crs"], crs, f"{key}: {path}")
    refuse_apart(bounds, study, key, path, reach_m)
    return {
        "path": path,
        "layer": info["layer_name"],
        "crs": str(info["crs"]),
        "features": int(info["features"]),
        "columns": fields,
        "covered_share": covered_share(study, bounds),
    }


def column_values(
    path: str, layer: str | None, column: str, encoding: str | None = None
) -> pd.Series:
    """Return the values of a column as text, missing where they are blank."""
    _, _, _, fields = pyogrio.raw.read(
        path, layer=layer, columns=[column], read_geometry=False, encoding=encoding
    )
    return as_text(pd.Series(fields[0]))


def unmapped(found: Iterable[str], classes: Mapping[Any, Any] | None, key: str) -> list[str]:
    """Return a warning for values without a group, and for groups of values not found."""
    if not classes:
        return []
    values, mapped = list(found), {folded(str(value)) for value in classes}
    missing = [value for value in values if folded(value) not in mapped]
    if not missing:
        return []
    return [f"{key}.classes: no group for {listed(missing)}; found are {listed(values)}"]


def check_inventory(
    inventory: Mapping[str, Any], study: Bounds, crs: CRS
) -> tuple[dict[str, Any], list[str]]:
    """Open the inventory; refuse missing layers, columns and a positive class that is nowhere.

    Notes
    -----
    Without `class_column` the name of the layer is the class.
    """
    key, path = "inventory", inventory["path"]
    names = [inventory["layer"]] if inventory.get("layer") else layer_names(path, key)
    column = inventory.get("class_column")
    needed = {"class_column": column}
    layers: dict[str, dict[str, Any]] = {}
    encodings: dict[str, str | None] = {}
    for name in names:
        layers[name] = check_vector(path, name, key, study, crs, POLYGONS, needed, reach_m=FAR_M)
        texts = [inventory.get(option) for option in _TEXT_OPTIONS]
        encodings[name] = layer_encoding(path, name, texts, inventory.get("encoding"), key)
    # Kind and role may stand on the positive layer alone, so one layer with them is enough.
    for option in ("kind_column", "role_column"):
        wanted = inventory.get(option)
        known = sorted({field for each in layers.values() for field in each["columns"]})
        if wanted is not None and wanted not in known:
            raise InputError(
                f"{key}.{option}",
                f"{wanted!r} not in {path}; columns are {listed(known)}",
                "Correct it",
            )
    merged: list[str] = []
    classes = names
    if column is not None:
        with whole(key, path):
            texts = [column_values(path, name, column, encodings[name]) for name in names]
        spelt_classes, merged = one_spelling(pd.concat(texts, ignore_index=True))
        classes = sorted(set(spelt_classes.dropna()))
    positive = inventory.get("positive_class") or []
    # As for labels, case and surrounding blanks are ignored.
    spelt = {folded(name) for name in classes}
    for name in [positive] if isinstance(positive, str) else positive:
        if folded(name) not in spelt:
            raise InputError(
                f"{key}.positive_class",
                f"{name!r} is no class of {path}; classes are {listed(classes)}",
                "Correct it",
            )
    warnings = [f"{key}.class_column: {sentence}" for sentence in merged]
    if len(classes) < 2:
        warnings.append(
            f"{key}: {path} has the only class {listed(classes)}; nothing to tell apart"
        )
    return {"path": path, "classes": classes, "layers": layers}, warnings
