"""What a vector file holds, told or refused by config key. Needs GDAL (pyogrio)."""

from typing import Any

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from hotslope.errors import InputError
from hotslope.points.archives import require_file

#: Keys that name a file of one layer each: there is no key beside them to choose it by.
_ONE_LAYER = ("candidates.reference", "study_area.boundary")


def layer_names(path: str, key: str) -> list[str]:
    """Return the spatial and plain layers of a vector file, in its order."""
    require_file(path, key)
    try:
        return [str(name) for name, _ in pyogrio.list_layers(path)]
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
        What serves where the layer has no CRS.

    Raises
    ------
    InputError
        No such file or layer, several layers and none named, or no CRS.
    """
    names = layer_names(path, key)
    if layer is None and len(names) != 1:
        if key in _ONE_LAYER:
            raise InputError(
                f"{key}: {path}", f"has the layers {', '.join(names)}", "Give a file of one layer"
            )
        raise InputError(f"{key}.layer", f"{path} has the layers {', '.join(names)}", "Name one")
    if layer is not None and layer not in names:
        raise InputError(
            f"{key}.layer", f"{layer!r} not in {path}; layers are {', '.join(names)}", "Correct it"
        )
    info = pyogrio.read_info(path, layer=layer or names[0], force_total_bounds=True)
    if info["geometry_type"] is not None and info["crs"] is None and crs is None:
        raise InputError(f"{key}: {path}", "the layer has no CRS", "Assign it, for example in QGIS")
    return info
