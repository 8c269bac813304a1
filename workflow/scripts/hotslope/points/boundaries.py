"""The boundary of a study area: polygons, or a line with a buffer. It only masks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from hotslope.errors import InputError

_KEY = "study_area.boundary"


def boundary_file(
    boundary: str | Mapping[str, Any] | None,
) -> tuple[str | None, float | None]:
    """Return file and buffer (m) of a configured boundary; None where there is none."""
    if isinstance(boundary, Mapping):
        return boundary["line"], float(boundary["buffer_m"])
    return boundary, None


def read_boundary(path: str, buffer_m: float | None, crs: CRS) -> BaseGeometry:
    """Read a boundary as one geometry in the project CRS.

    Parameters
    ----------
    path : str
        Vector file with one layer.
    buffer_m : float or None
        None: the file holds polygons. A number: it holds lines, and the area reaches so many
        metres to both sides.
    crs : pyproj.CRS
        Project CRS.

    Raises
    ------
    InputError
        No readable file, no CRS, or geometries of the other kind.
    """
    import pyogrio  # loads GDAL, which most runs of the importer do without

    from hotslope.points.damage import whole
    from hotslope.points.vectors import vector_info

    info = vector_info(path, None, _KEY)
    with whole(_KEY, path):
        _, _, wkb, _ = pyogrio.raw.read(path, layer=info["layer_name"], columns=[])
        shapes = shapely.force_2d(shapely.from_wkb(wkb))
    source = CRS.from_user_input(info["crs"])
    if source != crs:
        transformer = Transformer.from_crs(source, crs, always_xy=True)
        shapes = shapely.transform(shapes, transformer.transform, interleaved=False)
    return make_boundary(shapes, buffer_m, path)


def make_boundary(shapes: np.ndarray, buffer_m: float | None, place: str) -> BaseGeometry:
    """Unite polygons, or buffered lines, to one area (project CRS)."""
    dimension = shapely.get_dimensions(shapes)
    needed = 2 if buffer_m is None else 1
    if len(shapes) == 0 or not np.all(dimension == needed):
        kind, other = ("polygons", "lines") if needed == 2 else ("lines", "polygons")
        remedy = (
            "Give polygons, or lines as boundary: {line: file, buffer_m: 15000}"
            if needed == 2
            else "Give the polygon file as boundary itself"
        )
        raise InputError(f"{_KEY}: {place}", f"holds no {kind} only ({other} or none)", remedy)
    if buffer_m is not None:
        shapes = shapely.buffer(shapes, buffer_m)
    return shapely.union_all(shapely.make_valid(shapes))


def within(boundary: BaseGeometry, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
    """Tell which points (project CRS) lie inside the boundary; bool, shape (points,)."""
    shapely.prepare(boundary)
    return shapely.contains_xy(boundary, x_m, y_m)
