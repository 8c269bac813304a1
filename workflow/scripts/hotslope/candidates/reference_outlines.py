"""Reference outlines that candidates are measured against."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from hotslope.crs import projected_crs
from hotslope.errors import InputError
from hotslope.points.boundaries import boundary_file, read_boundary
from hotslope.points.damage import whole
from hotslope.points.vectors import layer_names, vector_info


def read_reference(path: str, crs: str, layer: str | None = None) -> gpd.GeoSeries:
    """Read reference polygons in the project CRS.

    Parameters
    ----------
    path : str
        Vector file.
    crs : str
        Project CRS.
    layer : str, optional
        Read where the file has several; else its only one is.

    Raises
    ------
    InputError
        Several layers and none named, no CRS, or something else than polygons.
    """
    info = vector_info(path, layer_to_read(path, layer), "candidates.reference")
    with whole("candidates.reference", path):
        frame = gpd.read_file(path, layer=info["layer_name"])
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(path, "holds no geometry", "Give outlines as polygons")
    kinds = set(frame.geom_type.dropna()) - {"Polygon", "MultiPolygon"}
    if kinds:
        raise InputError(path, f"holds {sorted(kinds)}", "Give outlines as polygons")
    return frame.geometry.to_crs(projected_crs(crs)).make_valid()


def layer_to_read(path: str, layer: str | None) -> str | None:
    """Return the layer to read of a reference file: the one named, unless it has only one."""
    return layer if len(layer_names(path, "candidates.reference")) > 1 else None


def study_ground(
    bounds_m: list[float], boundary: str | dict[str, Any] | None, crs: str
) -> shapely.Geometry:
    """Return the study area: bounds, within the boundary where there is one."""
    area = shapely.box(*bounds_m)
    path, buffer_m = boundary_file(boundary)
    if path is None:
        return area
    return area.intersection(read_boundary(path, buffer_m, projected_crs(crs)))


def covered_share(objects: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Share of each object that the others cover together.

    Parameters
    ----------
    objects, others : ndarray of shapely polygons
        Valid, with an area.

    Returns
    -------
    ndarray, float64, shape (objects,)
        0 to 1.
    """
    cover = shapely.disjoint_subset_union_all(others)
    return shapely.area(shapely.intersection(objects, cover)) / shapely.area(objects)
