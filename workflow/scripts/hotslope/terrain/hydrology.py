"""Contributing area and the indices of stream power and wetness."""

import numpy as np

from hotslope.terrain.engine import loaded

#: Freeman's (1991) exponent of the slope by which flow is shared out.
FD8_EXPONENT = 1.1
#: By how much filled ground rises from cell to cell away from its outlet, metres. A power of two,
#: so that thousands of steps add up without rounding to elevations of whole metres or float32.
FLAT_RISE_M = 2.0**-30


def specific_contributing_area(elevation_m: np.ndarray, cell_size_m: float) -> np.ndarray:
    """Upslope area per metre of contour, by FD8 on the filled surface.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevation on square cells; NaN for no data.
    cell_size_m : float
        Edge of a cell in metres.

    Returns
    -------
    ndarray, float64, shape (rows, columns)
        Specific contributing area in m²/m: catchment area, the cell itself included, over the
        cell's edge; NaN where the DEM has no data.

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
    Wang, L. & Liu, H. (2006). An efficient method for identifying and filling surface depressions
    in digital elevation models. Int. J. Geographical Information Science 20, 193–213.
    """
    with loaded(elevation_m, cell_size_m) as surface:
        # The engine's plain fill_depressions takes no edge cell for an outlet: it fills hollows
        # that spill over the edge up to the next pass inside.
        filled = surface.hydrology(
            "fill_depressions_wang_and_liu", fix_flats=True, flat_increment=FLAT_RISE_M
        )
        flow = filled.hydrology("fd8_flow_accum", out_type="sca", exponent=FD8_EXPONENT)
        area_m = flow.values()
    return np.where(np.isfinite(elevation_m), area_m, np.nan)


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
