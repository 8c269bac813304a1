"""Map layers, checked before any work; messages name the config key."""

import logging
from typing import Any

import numpy as np
import rasterio
import shapely
from pyproj import CRS
from rasterio.errors import RasterioIOError

from hotslope.errors import InputError
from hotslope.factors.layers import check_codes, read_lines, read_units
from hotslope.grid import Bounds
from hotslope.points.damage import whole
from hotslope.points.inputs import (
    FAR_M,
    LINES,
    POLYGONS,
    check_raster,
    check_vector,
    raster_classes,
    unmapped,
)

logger = logging.getLogger("hotslope")

#: Options of a map layer: path, layer, column, encoding, classes.
Options = dict[str, Any]


def check_layers(
    layers: dict[str, Options | None], study: Bounds, crs: CRS
) -> tuple[dict[str, Any], list[str]]:
    """Read the configured map layers as the factors do; list classes without a group.

    Parameters
    ----------
    layers : dict of str to dict or None
        Section ``layers`` of the config.
    study : tuple of float
        Bounds of the study area, metres.
    crs : pyproj.CRS
        Project CRS.

    Returns
    -------
    found : dict
        What each layer is, for ``inputs.json``.
    warnings : list of str
        What is worth a second look.

    Raises
    ------
    InputError
        Whatever `extract_factors` would refuse of a file.
    """
    found: dict[str, Any] = {}
    warnings: list[str] = []
    for name, layer in layers.items():
        if layer is None or layer.get("path") is None:
            continue
        key = f"layers.{name}"
        with whole(key, layer["path"], RasterioIOError):
            if name == "land_use":
                found[name] = _land_use(layer["path"], key, study, crs)
            elif name == "lithology":
                found[name] = _units(layer, key, study, crs)
            else:
                found[name] = lines_of_layer(name, layer, key, study, crs)
        if "classes" in found[name]:
            warnings += unmapped(found[name]["classes"], layer.get("classes"), key)
        warnings += [f"{key}.column: {sentence}" for sentence in found[name].get("merged", [])]
        if found[name].get("without_geometry"):
            warnings.append(
                f"{key}: {found[name]['without_geometry']} of {found[name]['features']} features "
                "have no geometry and are left out"
            )
        if not CRS.from_user_input(found[name]["crs"]).equals(crs, ignore_axis_order=True):
            logger.info("%s: in %s, taken to %s", key, found[name]["crs"], crs.to_string())
    return found, warnings


def _land_use(path: str, key: str, study: Bounds, crs: CRS) -> dict[str, Any]:
    found = check_raster(path, key, study, crs)
    with rasterio.open(path) as source:
        check_codes(source, f"{key}: {path}")
    return found | {"classes": raster_classes(path, study, crs)}


def _units(layer: Options, key: str, study: Bounds, crs: CRS) -> dict[str, Any]:
    path, column = layer["path"], layer.get("column")
    if column is None:
        raise InputError(
            f"{key}.column",
            f"missing, though there is {path}",
            "Name the column that holds the unit",
        )
    found = check_vector(path, layer.get("layer"), key, study, crs, POLYGONS, {"column": column})
    units = read_units(
        path, layer.get("layer"), column, crs.to_string(), key, layer.get("encoding")
    )
    near = units["unit"][units.intersects(shapely.box(*study)).to_numpy()]
    return found | {
        "classes": sorted({str(value) for value in near.dropna()}),
        "without_geometry": found["features"] - len(units),
        "merged": units.attrs["merged"],
    }


def lines_of_layer(name: str, layer: Options, key: str, study: Bounds, crs: CRS) -> dict[str, Any]:
    """Read a layer of lines as it is read later; of these only rivers may be polygons."""
    path = layer["path"]
    kinds = (*LINES, *POLYGONS) if name == "rivers" else LINES
    found = check_vector(path, layer.get("layer"), key, study, crs, kinds, reach_m=FAR_M)
    shapes = read_lines(path, layer.get("layer"), crs.to_string(), key)
    if kinds == LINES and np.any(shapely.get_dimensions(shapely.get_parts(shapes)) == 2):
        raise InputError(f"{key}: {path}", "holds polygons among its lines", "Give lines alone")
    return found | {"without_geometry": found["features"] - len(shapes)}
