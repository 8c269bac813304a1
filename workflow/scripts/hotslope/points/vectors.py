"""Contents of vector files, checked by config key. Needs GDAL (pyogrio)."""

from typing import Any

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from hotslope.errors import InputError
from hotslope.points.archives import ZIPPED, is_geodatabase, require_file
from hotslope.points.damage import whole
from hotslope.points.geometries import GeometryColumn

#: Key that names the layer, where it is not ``layer`` beside the file; None: there is none.
_LAYER_KEYS = {
    "candidates.reference": "candidates.reference_layer",
    "study_area.boundary": None,
}


def layer_names(path: str, key: str) -> list[str]:
    """Return the layers of a vector file, in its order.

    Tables without geometry, such as QGIS's ``layer_styles``, count only where all are such.
    """
    return _spatial(_tables(path, key))


def _spatial(tables: dict[str, str | None]) -> list[str]:
    return [name for name, kind in tables.items() if kind is not None] or list(tables)


def _tables(path: str, key: str) -> dict[str, str | None]:
    """Return the tables of a vector file and their kinds of geometry, None for those without."""
    if not is_geodatabase(path) and not path.startswith(ZIPPED):
        require_file(path, key)
    try:
        return {str(name): kind for name, kind in pyogrio.list_layers(path)}
    except (DataSourceError, DataLayerError) as error:
        raise InputError(
            f"{key}: {path}", f"no readable vector file ({error})", "Give a GeoPackage or Shapefile"
        ) from None


def vector_info(path: str, layer: str | None, key: str, crs: str | None = None) -> dict[str, Any]:
    """Return pyogrio's information about one layer.

    Parameters
    ----------
    path : str
        Vector file.
    layer : str or None
        None: the only layer of the file.
    key : str
        Config key named in messages.
    crs : str, optional
        Used where the layer has no CRS.

    Raises
    ------
    InputError
        No such file or layer, several layers and none named, or no CRS.
    """
    tables = _tables(path, key)
    names = _spatial(tables)
    layer_key = _LAYER_KEYS.get(key, f"{key}.layer")
    if layer is None and len(names) != 1:
        problem = f"has the layers {', '.join(names)}"
        if layer_key is None:
            raise InputError(f"{key}: {path}", problem, "Give a file of one layer")
        raise InputError(layer_key, f"{path} {problem}", "Name one")
    if layer is not None and layer not in tables:
        raise InputError(
            layer_key or key,
            f"{layer!r} not in {path}; layers are {', '.join(names)}",
            "Correct it",
        )
    with whole(key, path):
        info = pyogrio.read_info(path, layer=layer or names[0], force_total_bounds=True)
    if info["geometry_type"] is not None and info["crs"] is None and crs is None:
        raise InputError(f"{key}: {path}", "the layer has no CRS", "Assign it, for example in QGIS")
    return info


def vector_geometry(meta: dict[str, Any]) -> GeometryColumn:
    """Return the geometry column of the batches that pyogrio reads, from its description."""
    return GeometryColumn(meta["geometry_name"] or "wkb_geometry", "wkb", meta["crs"])
