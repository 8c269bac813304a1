"""Contributing area and the indices of stream power and wetness."""

from typing import Any

import numpy as np

from hotslope.rasters import Cells
from hotslope.terrain.accumulation import accumulate_flow
from hotslope.terrain.engine import loaded
from hotslope.terrain.filling import FLAT_RISE_M, fill_depressions
from hotslope.terrain.row_windows import NewRows


def specific_contributing_area(
    elevation_m: Cells,
    cell_size_m: float,
    *,
    new_rows: NewRows = np.full,
    block_rows: int | None = None,
) -> Any:
    """Upslope area per metre of contour, by FD8 on the filled surface.

    Parameters
    ----------
    elevation_m : Cells, shape (rows, columns)
        Elevation on square cells; NaN for no data.
    cell_size_m : float
        Edge of a cell in metres.
    new_rows : callable
        Makes a raster of a shape that holds one value: an array, or a file where `elevation_m` is
        one too. Three of them are held at a time.
    block_rows : int, optional
        Height of the blocks of rows that are worked on, two at a time; all rows where not given.
        The result is the same for any.

    Returns
    -------
    Rows, float64, shape (rows, columns)
        Made by `new_rows`. Specific contributing area in m²/m: catchment area, the cell itself
        included, over the cell's edge; NaN where the DEM has no data.

    Notes
    -----
    FD8 shares the flow of a cell among all lower neighbours by slope to the power of 1.1, so
    that areas on slopes do not collapse into parallel lines. Depressions are filled first, to the
    lowest level from which water reaches an outlet, with a rise of `FLAT_RISE_M` per cell across
    filled ground and plains that only float64 can hold.

    Outlets are all cells at the edge of the raster and beside gaps that reach it. Gaps inside are
    unknown ground: no water enters or leaves them, so a valley that runs into one is filled until
    its water passes by.

    Only what flows in from inside the raster is counted: areas of cells whose catchment reaches
    beyond the DEM, the large rivers above all, are too small.

    References
    ----------
    Freeman, T. G. (1991). Calculating catchment area with divergent flow based on a regular
    grid. Computers & Geosciences 17, 413–422.
    Barnes, R., Lehman, C. & Mulla, D. (2014). Priority-flood: an optimal depression-filling and
    watershed-labeling algorithm for digital elevation models. Computers & Geosciences 62, 117–127.
    """
    rows = max(block_rows or elevation_m.shape[0], 2)
    level_m = new_rows(elevation_m.shape, np.inf)
    fill_depressions(elevation_m, level_m, rows)
    area_m, passed_on = (new_rows(elevation_m.shape, value) for value in (np.nan, 0.0))
    accumulate_flow(level_m, area_m, passed_on, cell_size_m, rows)
    return area_m


def catchments(elevation_m: np.ndarray, cell_size_m: float, size_m2: float) -> np.ndarray:
    """Divide the ground into catchments of about one size.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevation on square cells; NaN for no data.
    cell_size_m : float
        Edge of a cell in metres.
    size_m2 : float
        Ground that drains through the outlet of a catchment, less the catchments above it. Those
        that end at a confluence or at the edge of the raster are smaller.

    Returns
    -------
    ndarray of int64, shape (rows, columns)
        Numbers 1, 2, ...; 0 where the DEM has no data.
    """
    with loaded(elevation_m, cell_size_m) as surface:
        # The engine's plain fill_depressions takes no edge cell for an outlet: it fills hollows
        # that spill over the edge up to the next pass inside.
        filled = surface.hydrology(
            "fill_depressions_wang_and_liu", fix_flats=True, flat_increment=FLAT_RISE_M
        )
        divided = filled.hydrology("isobasins", target_size=size_m2 / cell_size_m**2).values()
    known = np.isfinite(elevation_m) & np.isfinite(divided)
    return np.where(known, divided, 0).astype(np.int64)


def stream_power_index(
    area_m: np.ndarray, slope_deg: np.ndarray, slope_floor_deg: float
) -> np.ndarray:
    """As · tan β, in m²/m, with β no less than the floor (Moore et al. 1991).

    Parameters
    ----------
    area_m : ndarray
        Specific contributing area As, m²/m.
    slope_deg : ndarray
        Slope β in degrees, of the same shape.
    slope_floor_deg : float
        Smallest slope used, degrees, above 0.

    Returns
    -------
    ndarray, float64
        NaN where either input is.
    """
    return area_m * _floored_tangent(slope_deg, slope_floor_deg)


def topographic_wetness_index(
    area_m: np.ndarray, slope_deg: np.ndarray, slope_floor_deg: float
) -> np.ndarray:
    """ln(As / tan β), with β no less than the floor (Beven and Kirkby 1979).

    Parameters, units and missing values as for `stream_power_index`; dimensionless but for the
    metre in As.
    """
    return np.log(area_m / _floored_tangent(slope_deg, slope_floor_deg))


def _floored_tangent(slope_deg: np.ndarray, slope_floor_deg: float) -> np.ndarray:
    return np.tan(np.radians(np.maximum(slope_deg, slope_floor_deg)))
