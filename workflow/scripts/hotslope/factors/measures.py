"""One factor of every candidate, with side columns on its reliability."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hotslope.factors.aspects import (
    aspect_classes,
    downslope_east,
    downslope_north,
    resultant_length,
    steepness_of,
)
from hotslope.factors.classes import majority_classes, to_classes, unit_areas
from hotslope.factors.trend_shares import GROUPS, trend_shares
from hotslope.factors.zonal import class_areas, zonal_statistic, zonal_statistics
from hotslope.grid import Bounds
from hotslope.rasters import Cells, Computed


@dataclass(frozen=True)
class Measured:
    """Columns of the factor table that belong together.

    Parameters
    ----------
    columns : dict of str to ndarray, shape (n,)
        One value per candidate.
    coverage : dict of str to ndarray, float64, shape (n,)
        For factors measured on areas: share of each candidate that the dataset covers.
    """

    columns: dict[str, np.ndarray]
    coverage: dict[str, np.ndarray] = field(default_factory=dict)


def terrain_number(
    name: str,
    polygons: np.ndarray,
    values: Cells,
    bounds: Bounds,
    statistic: str,
) -> Measured:
    """Measure a factor that is one statistic of one raster; see `zonal_statistic`."""
    measured, cells = zonal_statistics(polygons, values, bounds, [statistic, "count"])
    return Measured({name: measured}, {name: _covered(cells, polygons, values.shape, bounds)})


def aspect(
    polygons: np.ndarray,
    slope_deg: Cells,
    aspect_deg: Cells,
    bounds: Bounds,
    flat_slope_deg: float,
) -> Measured:
    """Measure the class of the mean downslope vector and the resultant length (0 to 1)."""
    east, north = (
        zonal_statistic(polygons, Computed(part, slope_deg, aspect_deg), bounds, "mean")
        for part in (downslope_east, downslope_north)
    )
    steepness, cells = zonal_statistics(
        polygons, Computed(steepness_of, slope_deg), bounds, ["mean", "count"]
    )
    columns = {
        "aspect": aspect_classes(east, north, steepness, flat_slope_deg),
        "aspect_resultant": resultant_length(east, north, steepness),
    }
    return Measured(columns, {"aspect": _covered(cells, polygons, slope_deg.shape, bounds)})


def _covered(
    cells: np.ndarray, polygons: np.ndarray, shape: tuple[int, ...], bounds: Bounds
) -> np.ndarray:
    """Return the share of each polygon's area, shape (n,), that its cells with values make."""
    rows, columns = shape
    cell_area = (bounds[2] - bounds[0]) / columns * (bounds[3] - bounds[1]) / rows
    return _shares(cells * cell_area, shapely.area(polygons))


def lithology(
    polygons: np.ndarray,
    shapes: np.ndarray,
    units: np.ndarray,
    classes: dict[Any, str | None] | None,
) -> Measured:
    """Measure the class of the largest area on a map of polygons.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Candidates.
    shapes, units : ndarray, shape (m,)
        Polygons of the map and the unit of each.
    classes : dict or None
        Unit to class; see `to_classes`.
    """
    areas = unit_areas(polygons, shapes)
    met = pd.Series(units[areas["unit"]], dtype=object)
    areas["class"] = to_classes(met, classes, "layers.lithology.classes")
    return _majority("lithology", areas, shapely.area(polygons))


def land_use(
    polygons: np.ndarray,
    codes: Cells,
    bounds: Bounds,
    classes: dict[Any, str | None] | None,
) -> Measured:
    """Measure the class of the largest area on a raster of codes.

    Parameters
    ----------
    polygons : ndarray, shape (n,)
        Candidates in the CRS of the raster, which may be geographic.
    codes : ndarray or RasterBand, float64, shape (rows, columns)
        Land-cover codes; NaN for no data.
    bounds : tuple of float
        xmin, ymin, xmax, ymax of the raster.
    classes : dict or None
        Code to class; see `to_classes`.
    """
    areas = class_areas(polygons, codes, bounds)
    areas["class"] = to_classes(areas["value"], classes, "layers.land_use.classes")
    rows, columns = codes.shape
    areas["area"] *= (bounds[2] - bounds[0]) / columns * (bounds[3] - bounds[1]) / rows
    return _majority("land_use", areas, shapely.area(polygons))


def trends(counts: np.ndarray) -> Measured:
    """Return the shares of the three trend groups and the number of points they are based on.

    Parameters
    ----------
    counts : ndarray of int64, shape (n, 3)
        Points of each group in each candidate, all tracks together.
    """
    shares = dict(zip(GROUPS, trend_shares(counts).T, strict=True))
    return Measured({**shares, "n_trend_points": counts.sum(axis=1)})


def _majority(name: str, areas: pd.DataFrame, whole: np.ndarray) -> Measured:
    majority = majority_classes(areas, len(whole))
    columns = {
        name: majority["class"].to_numpy(dtype=object),
        f"{name}_share": majority["share"].to_numpy(dtype=np.float64),
    }
    return Measured(columns, {name: _shares(majority["mapped"].to_numpy(), whole)})


def _shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide areas; rounding and overlapping map units cannot make more than 1 of it."""
    return np.minimum(np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0.0), 1.0)
