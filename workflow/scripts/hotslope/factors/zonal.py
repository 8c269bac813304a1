"""Statistics of raster cells inside polygons, by the exact share of each cell covered."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pyproj import CRS

from hotslope.grid import Bounds
from hotslope.rasters import Cells

#: exactextract only compares the CRS of both sides; both are given this one.
_CRS = CRS.from_epsg(3857)


def zonal_statistics(
    polygons: np.ndarray, values: Cells, bounds: Bounds, statistics: list[str]
) -> list[np.ndarray]:
    """Return statistics of the cells under each polygon, all in one pass.

    Parameters
    ----------
    polygons : ndarray of shapely Polygon or MultiPolygon, shape (n,)
        In the CRS of the raster.
    values : ndarray or RasterBand, shape (rows, columns)
        Raster values, north up; NaN for no data. Only the window of each polygon is read.
    bounds : tuple of float
        xmin, ymin, xmax, ymax of the raster.
    statistics : list of str
        exactextract operations (``mean``, ``count``…), ``median`` and ``quantile(q=0.95)``, see
        `weighted_quantile`; cells weigh by the share of their area inside the polygon.

    Returns
    -------
    list of ndarray, float64, shape (n,)
        NaN where a polygon covers no data; for ``count`` the number of cells, 0 there.
    """
    levels = {
        number: level for number, level in enumerate(map(_level, statistics)) if level is not None
    }
    operations = [
        f"value{number}={name}" for number, name in enumerate(statistics) if number not in levels
    ]
    cells = ["cells=values", "weights=coverage"] if levels else []
    table = _extract(polygons, values, bounds, [*operations, *cells])
    return [
        _quantiles(table["cells"], table["weights"], levels[number])
        if number in levels
        else table[f"value{number}"].to_numpy(dtype=np.float64, na_value=np.nan)
        for number in range(len(statistics))
    ]


def _level(statistic: str) -> float | None:
    """Return the level of ``median`` or ``quantile(q=…)``; None of any other statistic."""
    if statistic == "median":
        return 0.5
    found = re.fullmatch(r"quantile\(q=([0-9.]+)\)", statistic)
    return float(found[1]) if found else None


def _quantiles(cells: pd.Series, weights: pd.Series, level: float) -> np.ndarray:
    return np.array(
        [
            weighted_quantile(np.asarray(values, np.float64), np.asarray(shares, np.float64), level)
            for values, shares in zip(cells, weights, strict=True)
        ],
        dtype=np.float64,
    )


def weighted_quantile(values: np.ndarray, weights: np.ndarray, level: float) -> float:
    """Return a quantile of weighted values, interpolated between neighbours in order.

    Parameters
    ----------
    values, weights : ndarray, float64, shape (n,)
        NaN is left out.
    level : float
        0 to 1.

    Returns
    -------
    float
        NaN without values.

    Notes
    -----
    The definition of exactextract: the k-th value of n in order holds the level
    ``(k w_k + (n − 1) Σ_{i<k} w_i) / ((n − 1) Σ w)``, k from 0; with equal weights numpy's default.
    exactextract 0.3 itself merges equal values first, which moves them: the median of 95 cells of 7
    and 5 of 30 becomes 18.5. Here each cell counts.
    """
    known = ~np.isnan(values)
    values, weights = values[known], weights[known]
    if len(values) == 0:
        return np.nan
    order = np.lexsort((weights, values))
    values, weights = values[order], weights[order]
    steps = len(values) - 1
    before = np.concatenate([[0.0], np.cumsum(weights)[:-1]])
    positions = np.arange(len(values)) * weights + steps * before
    return float(np.interp(level * positions[-1], positions, values))


def zonal_statistic(
    polygons: np.ndarray, values: Cells, bounds: Bounds, statistic: str
) -> np.ndarray:
    """Return one of `zonal_statistics`."""
    return zonal_statistics(polygons, values, bounds, [statistic])[0]


def class_areas(polygons: np.ndarray, codes: Cells, bounds: Bounds) -> pd.DataFrame:
    """Return the area of every code under every polygon.

    Parameters
    ----------
    polygons : ndarray of shapely Polygon or MultiPolygon, shape (n,)
        In the CRS of the raster.
    codes : ndarray or RasterBand, float64, shape (rows, columns)
        Whole numbers; NaN for no data.
    bounds : tuple of float
        xmin, ymin, xmax, ymax of the raster.

    Returns
    -------
    pandas.DataFrame
        Columns ``polygon`` (position, int64), ``value`` (int64) and ``area`` (float64, cells);
        one row per polygon and code met, in that order.
    """
    table = _extract(polygons, codes, bounds, ["value=unique", "share=frac", "cells=count"])
    lengths = [len(values) for values in table["value"]]
    position = np.repeat(np.arange(len(table)), lengths)
    value = np.concatenate([np.empty(0), *table["value"]])
    share = np.concatenate([np.empty(0), *table["share"]])
    cells = table["cells"].to_numpy(dtype=np.float64)[position]
    areas = pd.DataFrame(
        {"polygon": position, "value": value.astype(np.int64), "area": share * cells}
    )
    return areas.sort_values(["polygon", "value"], ignore_index=True)


def _extract(
    polygons: np.ndarray, values: Cells, bounds: Bounds, operations: list[str]
) -> pd.DataFrame:
    if len(polygons) == 0:
        return pd.DataFrame({operation.split("=")[0]: [] for operation in operations})
    raster = NumPyRasterSource(values, *bounds, nodata=np.nan, srs_wkt=_CRS.to_wkt())
    frame = gpd.GeoDataFrame(geometry=polygons, crs=_CRS)
    return exact_extract(raster, frame, operations, output="pandas")
