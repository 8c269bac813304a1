"""Map layers, as geometry in the project CRS."""

import geopandas as gpd
import numpy as np
import rasterio
import shapely

from hotslope.errors import InputError
from hotslope.factors.zonal import Bounds
from hotslope.points.vectors import vector_info
from hotslope.rasters import RasterBand


def read_lines(path: str, layer: str | None, crs: str, key: str) -> np.ndarray:
    """Read lines, or polygons such as wide rivers.

    Parameters
    ----------
    path : str
        Vector file.
    layer : str or None
        Its layer; None where it has one only.
    crs : str
        Project CRS, to which the geometry is brought.
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
    vector_info(path, layer, key)
    frame = gpd.read_file(path, layer=layer, columns=[]).to_crs(crs)
    shapes = _present(frame)
    if np.any(shapely.get_dimensions(shapely.get_parts(shapes)) == 0):
        raise InputError(f"{key}: {path}", "holds points", "Give lines or polygons")
    return shapes


def read_units(
    path: str, layer: str | None, column: str | None, crs: str, key: str
) -> gpd.GeoDataFrame:
    """Read the polygons of a map and the unit of each.

    Parameters
    ----------
    path, layer, crs, key
        As for `read_lines`.
    column : str or None
        Column that names the unit.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``unit`` and ``geometry``, valid polygons.

    Raises
    ------
    InputError
        The file or layer cannot be read, `column` is not in it, or it holds other geometry.
    """
    columns = list(vector_info(path, layer, key)["fields"])
    if column not in columns:
        raise InputError(
            f"{key}.column",
            f"{column!r} is no column of {path}",
            f"Give one of {', '.join(columns)}",
        )
    frame = gpd.read_file(path, layer=layer, columns=[column]).to_crs(crs)
    frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    if not frame.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        raise InputError(f"{key}: {path}", "holds other shapes than polygons", "Give polygons")
    return gpd.GeoDataFrame(
        {"unit": frame[column].to_numpy()},
        geometry=frame.geometry.make_valid().to_numpy(),
        crs=crs,
    )


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
        The raster is rotated, has no CRS, or does not hold whole numbers.
    """
    with rasterio.open(path) as source:
        rotated = (source.transform.b, source.transform.d) != (0.0, 0.0)
        if source.crs is None or rotated or source.transform.e > 0.0:
            raise InputError(
                f"{key}: {path}", "has no CRS or is not north up", "Warp it (gdalwarp)"
            )
        if not np.issubdtype(np.dtype(source.dtypes[0]), np.integer):
            raise InputError(
                f"{key}: {path}", f"holds {source.dtypes[0]}, not codes", "Give whole numbers"
            )
        polygons = candidates.to_crs(source.crs.to_wkt()).geometry
        return polygons.to_numpy(), RasterBand(path), tuple(source.bounds)


def _present(frame: gpd.GeoDataFrame) -> np.ndarray:
    shapes = frame.geometry.to_numpy()
    return shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
