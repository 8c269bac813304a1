"""Map layers, as geometry in the project CRS."""

import geopandas as gpd
import numpy as np
import rasterio
import shapely

from hotslope.encodings import text_encoding
from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.points.damage import whole
from hotslope.points.vectors import vector_info
from hotslope.rasters import RasterBand
from hotslope.spellings import as_text, one_spelling


def read_lines(path: str, layer: str | None, crs: str, key: str) -> np.ndarray:
    """Read lines, or polygons such as wide rivers.

    Parameters
    ----------
    path : str
        Vector file.
    layer : str or None
        Its layer; None where it has one only.
    crs : str
        Project CRS, to which the geometry is transformed.
    key : str
        Config key of the layer, such as ``layers.faults``.

    Returns
    -------
    ndarray of shapely geometry
        Without missing or empty ones; from beyond the study area too, since the nearest may
        lie there.

    Raises
    ------
    InputError
        The file or layer cannot be read, or holds points.
    """
    shapes = _read_shapes(path, layer, crs, key)
    if np.any(shapely.get_dimensions(shapely.get_parts(shapes)) == 0):
        raise InputError(f"{key}: {path}", "holds points", "Give lines or polygons")
    return shapes


def read_objects(path: str, layer: str | None, crs: str, key: str) -> np.ndarray:
    """Read single objects such as buildings: points or polygons.

    Parameters
    ----------
    path, layer, crs, key
        As for `read_lines`.

    Returns
    -------
    ndarray of shapely geometry
        Points and valid polygons; each part of a feature of several parts is an object.

    Raises
    ------
    InputError
        The file or layer cannot be read, or holds lines.
    """
    objects = shapely.get_parts(_read_shapes(path, layer, crs, key))
    if np.any(shapely.get_dimensions(objects) == 1):
        raise InputError(f"{key}: {path}", "holds lines", "Give points or polygons")
    return shapely.make_valid(objects)


def read_units(
    path: str,
    layer: str | None,
    column: str | None,
    crs: str,
    key: str,
    encoding: str | None = None,
) -> gpd.GeoDataFrame:
    """Read the polygons of a map and the unit of each.

    Parameters
    ----------
    path, layer, crs, key
        As for `read_lines`.
    column : str or None
        Column that names the unit.
    encoding : str or None
        Of its text; None where the file declares it.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``unit`` (text, missing where it is blank) and ``geometry``, valid polygons;
        without missing or empty ones. ``attrs["merged"]`` names spellings taken for one unit.

    Raises
    ------
    InputError
        The file or layer cannot be read, `column` is not in it, or it holds other geometry.
    """
    info = vector_info(path, layer, key)
    columns = list(info["fields"])
    if column is None or column not in columns:
        raise InputError(
            f"{key}.column",
            f"{column!r} is no column of {path}",
            f"Give one of {', '.join(columns)}",
        )
    encoding = text_encoding(path, info["layer_name"], column, encoding, key)
    frame = _read(path, info["layer_name"], [column], encoding, key).to_crs(crs)
    frame = frame[_is_present(frame)]
    _refuse_nothing(frame.geometry.to_numpy(), key, path)
    others = sorted(set(frame.geom_type) - {"Polygon", "MultiPolygon"})
    if others:
        raise InputError(
            f"{key}: {path}",
            f"holds {' and '.join(others)} among its polygons",
            "Give polygons alone; in QGIS, 'extract by expression' with geometry_type($geometry) = "
            "'Polygon'",
        )
    unit, merged = one_spelling(as_text(frame[column]))
    units = gpd.GeoDataFrame(
        {"unit": unit.to_numpy()}, geometry=frame.geometry.make_valid().to_numpy(), crs=crs
    )
    units.attrs["merged"] = merged
    return units


def read_codes(
    path: str, candidates: gpd.GeoDataFrame, key: str
) -> tuple[np.ndarray, RasterBand, Bounds]:
    """Open a raster of codes, to be read below the candidates.

    Parameters
    ----------
    path : str
        Raster file, north up, in any CRS.
    candidates : geopandas.GeoDataFrame
        With a CRS.
    key : str
        Config key of the layer.

    Returns
    -------
    polygons : ndarray of shapely geometry
        Candidates in the CRS of the raster: codes must not be warped to theirs.
    codes : RasterBand
        NaN for no data.
    bounds : tuple of float
        xmin, ymin, xmax, ymax of the codes.

    Raises
    ------
    InputError
        See `check_codes`.
    """
    with rasterio.open(path) as source:
        check_codes(source, f"{key}: {path}")
        polygons = candidates.to_crs(source.crs.to_wkt()).geometry
        return polygons.to_numpy(), RasterBand(path), tuple(source.bounds)


def check_codes(source: rasterio.DatasetReader, place: str) -> None:
    """Refuse a raster that does not hold one code per cell.

    Parameters
    ----------
    source : rasterio.DatasetReader
        Open raster.
    place : str
        Config key and file for messages.

    Raises
    ------
    InputError
        Several bands, no whole numbers, a scale or offset, no CRS, or rows that are not from north
        to south.
    """
    if source.count != 1:
        raise InputError(
            place,
            f"has {source.count} bands, as a picture has, not one of codes",
            "Export the classes themselves, not their colours",
        )
    if not np.issubdtype(np.dtype(source.dtypes[0]), np.integer):
        raise InputError(
            place,
            f"holds {source.dtypes[0]}, not codes",
            "Give whole numbers (gdal_translate -ot Byte), with nodata among them",
        )
    if (source.scales[0], source.offsets[0]) != (1.0, 0.0):
        raise InputError(
            place, "has a scale or offset, so it holds a quantity, not codes", "Give codes"
        )
    turned = (source.transform.b, source.transform.d) != (0.0, 0.0)
    if source.crs is None or turned or source.transform.e > 0.0:
        raise InputError(place, "has no CRS or is not north up", "Warp it (gdalwarp -r near)")


def _read_shapes(path: str, layer: str | None, crs: str, key: str) -> np.ndarray:
    """Read the geometry of a layer in the CRS of the project; refuse one without any."""
    info = vector_info(path, layer, key)
    shapes = _present(_read(path, info["layer_name"], [], None, key).to_crs(crs))
    _refuse_nothing(shapes, key, path)
    return shapes


def _read(
    path: str, layer: str, columns: list[str], encoding: str | None, key: str
) -> gpd.GeoDataFrame:
    """Read a layer in two dimensions; a table without geometry is refused."""
    with whole(key, path):
        frame = gpd.read_file(path, layer=layer, columns=columns, encoding=encoding)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(f"{key}: {path}", f"layer {layer!r} has no geometry", "Name another")
    return frame.set_geometry(frame.geometry.force_2d())


def _refuse_nothing(shapes: np.ndarray, key: str, path: str) -> None:
    if len(shapes) == 0:
        raise InputError(
            f"{key}: {path}", "holds no geometry: all are missing or empty", "Give another, or null"
        )


def _present(frame: gpd.GeoDataFrame) -> np.ndarray:
    return frame.geometry.to_numpy()[_is_present(frame)]


def _is_present(frame: gpd.GeoDataFrame) -> np.ndarray:
    shapes = frame.geometry.to_numpy()
    return ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
