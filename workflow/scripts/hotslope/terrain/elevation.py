"""The grid on which terrain is computed, and the range of elevations on Earth."""

import math
from collections.abc import Iterable

import numpy as np
from affine import Affine
from pyproj import CRS

from hotslope.errors import InputError
from hotslope.grid import Bounds, Grid

#: Below the shore of the Dead Sea and above the summit of Everest, metres.
LOWEST_M, HIGHEST_M = -500.0, 9000.0


def keeps_its_grid(dem_crs: CRS, dem_transform: Affine, crs: CRS) -> bool:
    """Whether a DEM has square, north-up cells in the project CRS, so needs no warping.

    Notes
    -----
    A DEM in another projected CRS is warped too: its north is another north, and every aspect
    would be turned by the angle between them.
    """
    horizontal = dem_crs.sub_crs_list[0] if dem_crs.is_compound else dem_crs
    square = math.isclose(dem_transform.a, -dem_transform.e, rel_tol=1e-6)
    north_up = dem_transform.a > 0.0 and dem_transform.b == 0.0 and dem_transform.d == 0.0
    return square and north_up and horizontal.equals(crs, ignore_axis_order=True)


def clipped_grid(dem: Grid, bounds_m: Bounds, margin_m: float) -> Grid:
    """Cut the DEM's grid to the bounds and a margin, without leaving the DEM.

    Parameters
    ----------
    dem : Grid
        Grid of the whole DEM.
    bounds_m : tuple of float
        xmin, ymin, xmax, ymax of the study area.
    margin_m : float
        Kept on each side, rounded up to whole cells.

    Returns
    -------
    Grid
        Of the DEM's own cells; without rows or columns where the DEM lies elsewhere.
    """
    cell_m = dem.cell_size_m
    left, top = dem.transform.c, dem.transform.f
    xmin, ymin, xmax, ymax = bounds_m
    first_column = max(math.floor((xmin - margin_m - left) / cell_m), 0)
    first_row = max(math.floor((top - ymax - margin_m) / cell_m), 0)
    last_column = min(math.ceil((xmax + margin_m - left) / cell_m), dem.shape[1])
    last_row = min(math.ceil((top - ymin + margin_m) / cell_m), dem.shape[0])
    return Grid(
        dem.crs,
        dem.transform @ Affine.translation(first_column, first_row),
        (max(last_row - first_row, 0), max(last_column - first_column, 0)),
    )


def covering_grid(bounds_m: Bounds, margin_m: float, cell_size_m: float, crs: str) -> Grid:
    """Return the grid over the bounds and a margin, for a DEM that must be warped."""
    xmin, ymin, xmax, ymax = bounds_m
    grown = [xmin - margin_m, ymin - margin_m, xmax + margin_m, ymax + margin_m]
    return Grid.from_bounds(grown, cell_size_m, crs)


def check_elevation(lowest_m: float, highest_m: float, place: str) -> None:
    """Refuse impossible elevations, which are nodata that the file does not declare.

    Parameters
    ----------
    lowest_m, highest_m : float
        Extremes of the elevations; NaN where there are none.
    place : str
        File and config key for the message.

    Raises
    ------
    InputError
        No elevation at all, or one outside −500 to 9000 m.
    """
    if math.isnan(lowest_m):
        raise InputError(
            place,
            "has no elevation in the study area",
            "Give a DEM that covers study_area.bounds_m",
        )
    for extreme in (lowest_m, highest_m):
        if not LOWEST_M <= extreme <= HIGHEST_M:
            raise InputError(
                place,
                f"holds the elevation {extreme:g}, not between {LOWEST_M:g} and {HIGHEST_M:g} m",
                "If it stands for no data, declare it (gdal_edit.py -a_nodata); if the unit is not "
                "the metre, convert the DEM",
            )


def extremes(strips: Iterable[np.ndarray]) -> tuple[float, float]:
    """Return the lowest and the highest of numbers that come in parts; NaN where there are none."""
    lowest = highest = math.nan
    for strip in strips:
        # fmin and fmax pass over NaN, and do not complain where there is nothing else.
        lowest = float(np.fmin(lowest, np.fmin.reduce(strip, axis=None, initial=math.nan)))
        highest = float(np.fmax(highest, np.fmax.reduce(strip, axis=None, initial=math.nan)))
    return lowest, highest
