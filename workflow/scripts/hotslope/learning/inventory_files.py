"""The inventory of inspected slopes, read from its file."""

from collections.abc import Sequence

import geopandas as gpd

from hotslope.encodings import layer_encoding
from hotslope.errors import InputError
from hotslope.learning.labels import read_classes
from hotslope.points.damage import whole
from hotslope.points.vectors import layer_names


def read_inventory(
    path: str,
    crs: object,
    *,
    layer: str | None,
    class_column: str | None,
    positive_class: str | Sequence[str],
    kind_column: str | None,
    role_column: str | None,
    encoding: str | None = None,
) -> gpd.GeoDataFrame:
    """Read the polygons of an inventory and their classes.

    Parameters
    ----------
    path : str
        Vector file.
    crs : CRS
        That the polygons are taken to.
    layer : str or None
        The one layer to read; None: all.
    class_column, positive_class, kind_column, role_column
        See `read_classes`.
    encoding : str or None
        Of the text; None where the file declares it.

    Returns
    -------
    GeoDataFrame
        As `read_classes` returns it.

    Raises
    ------
    InputError
        No such layer, no CRS, or what `read_classes` refuses.
    """
    present = layer_names(path, "inventory")
    if layer is not None and layer not in present:
        raise InputError(
            "inventory.layer", f"{path} has no layer {layer!r}", f"Choose among {present}"
        )
    names = [layer] if layer is not None else present
    texts = [class_column, kind_column, role_column]
    return read_classes(
        {name: _read_layer(path, name, crs, encoding, texts) for name in names},
        class_column=class_column,
        positive_class=[positive_class] if isinstance(positive_class, str) else positive_class,
        kind_column=kind_column,
        role_column=role_column,
    )


def _read_layer(
    path: str, name: str, crs: object, encoding: str | None, texts: list[str | None]
) -> gpd.GeoDataFrame:
    encoding = layer_encoding(path, name, texts, encoding, "inventory")
    with whole("inventory", path):
        frame = gpd.read_file(path, layer=name, encoding=encoding)
    if frame.crs is None:
        raise InputError(
            "inventory.path", f"{path}, layer {name!r}, has no CRS", "Assign its CRS in a GIS"
        )
    return frame.to_crs(crs)
