"""Layers of what may be exposed, read and checked; messages name the config key."""

from typing import Any

import numpy as np
from pyproj import CRS

from hotslope.exposure.tables import BUILDINGS, OBJECTS
from hotslope.factors.layer_files import lines_of_layer
from hotslope.factors.layers import read_lines, read_objects
from hotslope.grid import Bounds
from hotslope.points.damage import whole
from hotslope.points.inputs import FAR_M, POINTS, POLYGONS, check_vector


def given_objects(exposure: dict[str, Any]) -> list[str]:
    """Return the kinds of objects whose layer section ``exposure`` of the config names."""
    return [name for name in OBJECTS if (exposure.get(name) or {}).get("path") is not None]


def read_layer_of(name: str, options: dict[str, Any], crs: str) -> np.ndarray:
    """Read buildings as single points or polygons, roads and rivers as lines or polygons.

    Parameters
    ----------
    name : str
        One of `OBJECTS`.
    options : dict
        Its path and layer.
    crs : str
        Project CRS, to which the geometry is transformed.
    """
    read = read_objects if name == BUILDINGS else read_lines
    return read(options["path"], options.get("layer"), crs, f"exposure.{name}")


def check_exposure(
    exposure: dict[str, Any], study: Bounds, crs: CRS, *, has_dem: bool
) -> tuple[dict[str, Any], list[str]]:
    """Read the layers of what may be exposed as they are read later.

    Parameters
    ----------
    exposure : dict
        Section ``exposure`` of the config.
    study : tuple of float
        Bounds of the study area, metres.
    crs : pyproj.CRS
        Project CRS.
    has_dem : bool
        Whether there is a DEM, without which nothing has a reach.

    Returns
    -------
    found : dict
        What each layer is, for ``inputs.json``.
    warnings : list of str

    Raises
    ------
    InputError
        Whatever `measure_exposure` would refuse of a file.
    """
    found: dict[str, Any] = {}
    warnings: list[str] = []
    for name in given_objects(exposure):
        key, options = f"exposure.{name}", exposure[name]
        with whole(key, options["path"]):
            if name == BUILDINGS:
                found[name] = _objects(options, key, study, crs)
            else:
                found[name] = lines_of_layer(name, options, key, study, crs)
        if found[name].get("without_geometry"):
            warnings.append(
                f"{key}: {found[name]['without_geometry']} of {found[name]['features']} features "
                "have no geometry and are left out"
            )
    if found and not has_dem:
        warnings.append(
            "exposure: without terrain.dem candidates have no reach: only what lies on them and "
            "the nearest are measured"
        )
    return found, warnings


def _objects(options: dict[str, Any], key: str, study: Bounds, crs: CRS) -> dict[str, Any]:
    kinds = (*POINTS, *POLYGONS)
    path, layer = options["path"], options.get("layer")
    found = check_vector(path, layer, key, study, crs, kinds, reach_m=FAR_M)
    objects = read_objects(path, layer, crs.to_string(), key)
    return found | {"objects": len(objects)}
