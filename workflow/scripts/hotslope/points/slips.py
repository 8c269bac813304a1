"""Hints at slips in the bounds of a study area: their order, the UTM zone, the hemisphere."""

import numpy as np
from pyproj import CRS

from hotslope.crs import project_lonlat, unproject_lonlat
from hotslope.grid import Bounds
from hotslope.points.coordinates import in_area_of_use

#: Orders in which four bounds are written by mistake: positions of xmin, ymin, xmax, ymax.
_ORDERS = ((0, 2, 1, 3), (1, 0, 3, 2), (2, 0, 3, 1), (2, 3, 0, 1))
#: No study area is wider, m.
_WIDEST_M = 1_000_000.0
#: Degrees beyond the area of use of its CRS where a study area is still likely.
_MARGIN_DEG = 1.0
#: EPSG codes of WGS 84 / UTM zone 1 north and south, less one.
_UTM = {"N": 32600, "S": 32700}
_ZONES = 60


def other_order(bounds_m: Bounds, crs: CRS) -> str | None:
    """Say in which order bounds would be an area where the CRS is used; None if in none."""
    for order in _ORDERS:
        xmin, ymin, xmax, ymax = (bounds_m[position] for position in order)
        if not (xmin < xmax < xmin + _WIDEST_M and ymin < ymax < ymin + _WIDEST_M):
            continue
        lon, lat = unproject_lonlat(np.array([xmin, xmax]), np.array([ymin, ymax]), crs)
        if in_area_of_use(lon, lat, crs, _MARGIN_DEG):
            return f"[{xmin:.10g}, {ymin:.10g}, {xmax:.10g}, {ymax:.10g}] would be one"
    return None


def other_zone(bounds_m: Bounds, crs: CRS, lon_deg: np.ndarray, lat_deg: np.ndarray) -> str | None:
    """Say in which UTM zone the bounds would hold points; None if in none.

    Parameters
    ----------
    bounds_m : tuple of float
        xmin, ymin, xmax, ymax, as configured.
    crs : pyproj.CRS
        As configured.
    lon_deg, lat_deg : ndarray, shape (points,)
        Places of points, WGS 84.
    """
    xmin, ymin, xmax, ymax = bounds_m
    own = crs.to_epsg()
    for half, base in _UTM.items():
        for zone in range(1, _ZONES + 1):
            if base + zone == own:
                continue
            x, y = project_lonlat(lon_deg, lat_deg, CRS.from_epsg(base + zone))
            if ((x >= xmin) & (x <= xmax) & (y >= ymin) & (y <= ymax)).any():
                return f"in EPSG:{base + zone} (UTM zone {zone}{half}) they would"
    return None
