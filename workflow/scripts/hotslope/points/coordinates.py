"""Coordinates of points: clipped while reading, checked for the usual mistakes, projected."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from pyproj import CRS, Transformer

from hotslope.crs import metric_crs, project_lonlat, unproject_lonlat
from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.points.layouts import LONLAT

#: Degrees beyond the area of use of a CRS where its coordinates are still usable: a frame of
#: Sentinel-1 reaches that far over the edge of a UTM zone.
AREA_OF_USE_MARGIN_DEG = 3.0


@dataclass(frozen=True)
class Window:
    """The part of the world to keep while reading.

    Parameters
    ----------
    crs : pyproj.CRS or None
        Project CRS, metres; None: coordinates stay as they are.
    bounds_m : tuple of float or None
        ``xmin, ymin, xmax, ymax`` in it; None keeps everything.
    thin : int
        Of raster products, every n-th row and column is kept.
    """

    crs: CRS | None
    bounds_m: Bounds | None
    thin: int = 1

    def box(self, source: str) -> Bounds:
        """Return a box in another CRS that holds the bounds; infinite without bounds.

        Its longitudes are those of `unrolled`: they grow eastward across 180 degrees too.
        """
        if self.bounds_m is None or self.crs is None:
            return (-np.inf, -np.inf, np.inf, np.inf)
        transformer = Transformer.from_crs(self.crs, source, always_xy=True)
        xmin, ymin, xmax, ymax = transformer.transform_bounds(*self.bounds_m, densify_pts=51)
        if xmin > xmax and in_degrees(source):
            xmin, xmax = (xmin, xmax + 360.0) if self._middle_deg > 0 else (xmin - 360.0, xmax)
        return (xmin, ymin, xmax, ymax)

    def unrolled(self, lon_deg: np.ndarray) -> np.ndarray:
        """Return longitudes of any convention as those within 180 degrees of the study area.

        What is no longitude (beyond -360 … 360) is left as it is, to be refused.
        """
        if self.crs is None or not (np.abs(lon_deg) <= 360).all():
            return lon_deg
        middle = self._middle_deg
        far = np.abs(lon_deg - middle) > 180.0
        return np.where(far, (lon_deg - middle + 180.0) % 360.0 + middle - 180.0, lon_deg)

    @cached_property
    def _middle_deg(self) -> float:
        """Longitude of the middle of the bounds, or of where the CRS is used; 0 where unknown."""
        if self.crs is None:
            return 0.0
        if self.bounds_m is None:
            area = self.crs.area_of_use
            if area is None:
                return 0.0
            return (area.west + (area.east - area.west) % 360.0 / 2 + 180.0) % 360.0 - 180.0
        xmin, ymin, xmax, ymax = self.bounds_m
        lon, _ = unproject_lonlat(
            np.array([(xmin + xmax) / 2]), np.array([(ymin + ymax) / 2]), self.crs
        )
        return float(lon[0])

    def holds(self, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
        """Return which points (project CRS) lie within the bounds, edges included.

        Without bounds: which have a place there at all; degrees of 0 and 0 have none in most.
        """
        if self.bounds_m is None:
            return np.isfinite(x_m) & np.isfinite(y_m)
        xmin, ymin, xmax, ymax = self.bounds_m
        return (x_m >= xmin) & (x_m <= xmax) & (y_m >= ymin) & (y_m <= ymax)


def in_degrees(crs: str | None) -> bool:
    """Whether coordinates in a CRS are degrees; False where it is unknown."""
    return bool(crs) and CRS.from_user_input(crs).is_geographic


def in_area_of_use(
    lon_deg: np.ndarray,
    lat_deg: np.ndarray,
    crs: CRS,
    margin_deg: float = AREA_OF_USE_MARGIN_DEG,
) -> bool:
    """Whether places (WGS 84) all lie in the area of use of a CRS or within a margin of it.

    True where that area is unknown. Longitudes are cyclic, and so is the area.
    """
    area = crs.area_of_use
    if area is None:
        return True
    if not (np.isfinite(lon_deg).all() and np.isfinite(lat_deg).all()):
        return False
    fits = (lat_deg >= area.south - margin_deg) & (lat_deg <= area.north + margin_deg)
    width_deg = (area.east - area.west) % 360.0 or 360.0
    eastward = (lon_deg - (area.west - margin_deg)) % 360.0
    return bool(np.all(fits & (eastward <= width_deg + 2.0 * margin_deg)))


def check_extent(extent: Bounds, crs: str, place: str, key: str) -> None:
    """Raise an InputError where coordinates cannot be what they are said to be.

    Parameters
    ----------
    extent : tuple of float
        ``xmin, ymin, xmax, ymax`` of all points of a file.
    crs : str
        CRS they are said to be in.
    place, key : str
        File and config key named in the message.
    """
    if in_degrees(crs):
        _check_degrees(extent, place, key)
    else:
        _check_metres(extent, crs, place, key)


def _check_degrees(extent: Bounds, place: str, key: str) -> None:
    xmin, ymin, xmax, ymax = extent
    # Longitudes about a study area near 180 degrees may be below -180: `Window.unrolled`.
    if xmin >= -360 and xmax <= 360 and ymin >= -90 and ymax <= 90:
        return
    shown = f"lon {xmin:g} … {xmax:g}, lat {ymin:g} … {ymax:g}"
    if ymin >= -180 and ymax <= 360 and xmin >= -90 and xmax <= 90:
        raise InputError(place, f"latitude and longitude are swapped ({shown})", f"Set {key}")
    raise InputError(
        place,
        f"longitude and latitude are no degrees ({shown})",
        "Give projected coordinates as x_m and y_m with their coordinates_crs",
    )


def _check_metres(extent: Bounds, crs: str, place: str, key: str) -> None:
    xmin, ymin, xmax, ymax = extent
    shown = f"x {xmin:g} … {xmax:g}, y {ymin:g} … {ymax:g}"
    if xmin >= -180 and xmax <= 360 and ymin >= -180 and ymax <= 360:
        raise InputError(
            place,
            f"coordinates look like degrees where metres are needed ({shown})",
            "Give them as lon and lat, or with the CRS of a geometry: coordinates_crs: EPSG:4326",
        )
    if not crs:
        return
    own = CRS.from_user_input(crs)
    lon, lat = unproject_lonlat(
        np.array([xmin, xmax, xmin, xmax]), np.array([ymin, ymin, ymax, ymax]), own
    )
    if not in_area_of_use(lon, lat, own):
        raise InputError(
            place,
            f"coordinates lie outside the area of use of {crs} ({shown})",
            f"Correct {key}, or the order of the two columns",
        )


def refuse_unlocated(
    x: np.ndarray, y: np.ndarray, names: tuple[str, str], place: str, first_line: int
) -> None:
    """Raise an InputError at the first coordinate that is missing or infinite."""
    for values, name in ((x, names[0]), (y, names[1])):
        bad = ~np.isfinite(values)
        if bad.any():
            row = int(np.argmax(bad))
            raise InputError(
                f"{place}, line {first_line + row}, column {name}",
                f"the coordinate is {values[row]}",
                "Drop the point from the export or give its coordinates",
            )


def locate(points: pd.DataFrame, source: str, window: Window) -> pd.DataFrame:
    """Return the points with ``x_m, y_m`` in the project CRS and ``lon, lat`` (WGS 84).

    Parameters
    ----------
    points : DataFrame
        Columns ``lon, lat`` or ``x_m, y_m``, in the CRS `source`.
    source : str
        CRS of these; empty: unknown.
    window : Window
        Holds the project CRS; without one only ``lon, lat`` are made where they can be.
    """
    located = points.copy(deep=False)
    if "lon" in points:
        lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
        if source != LONLAT:
            lon, lat = unproject_lonlat(lon, lat, CRS.from_user_input(source))
        if ((lon < -180) | (lon > 180)).any():
            lon = np.where((lon < -180) | (lon > 180), (lon + 180.0) % 360.0 - 180.0, lon)
        located["lon"], located["lat"] = lon, lat
        if window.crs is not None:
            located["x_m"], located["y_m"] = project_lonlat(lon, lat, window.crs)
        return located
    if not source:
        return located
    x_m, y_m = points["x_m"].to_numpy(), points["y_m"].to_numpy()
    own = metric_crs(source, "coordinates_crs")
    located["lon"], located["lat"] = unproject_lonlat(x_m, y_m, own)
    if window.crs is not None and own != window.crs:
        transformer = Transformer.from_crs(own, window.crs, always_xy=True)
        located["x_m"], located["y_m"] = transformer.transform(x_m, y_m)
    return located


def describe(bounds: Bounds) -> str:
    """Return bounds as a YAML list of whole metres."""
    return "[" + ", ".join(f"{value:.0f}" for value in bounds) + "]"
