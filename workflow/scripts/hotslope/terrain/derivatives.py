"""Slope, aspect and curvature of an elevation surface."""

import numpy as np

from hotslope.terrain.engine import loaded
from hotslope.terrain.moving_windows import masked_to, whole_windows

#: Cells along the edge of the window to which the engine fits its polynomial.
FIT_CELLS = 5


def fitted_slope(elevation_m: np.ndarray, cell_size_m: float) -> np.ndarray:
    """Return the ``slope`` of `surface_derivatives` alone."""
    with loaded(elevation_m, cell_size_m) as surface:
        slope_deg = surface.terrain("slope", units="degrees")
    return masked_to(slope_deg, whole_windows(elevation_m, FIT_CELLS))


def surface_derivatives(elevation_m: np.ndarray, cell_size_m: float) -> dict[str, np.ndarray]:
    """Slope, aspect, plan and profile curvature, all from one polynomial fit.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        Elevation on square cells, north up; NaN for no data.
    cell_size_m : float
        Edge of a cell in metres.

    Returns
    -------
    dict of str to ndarray, float64, shape (rows, columns)
        ``slope`` in degrees; ``aspect``, the downslope azimuth in degrees clockwise from grid
        north, NaN on exactly flat ground; ``plan_curvature`` in 1/m, positive where flow
        diverges; ``profile_curvature`` in 1/m, positive where the slope is concave. NaN where
        the fit's window of 5 × 5 cells is not wholly inside the DEM and free of gaps.

    Notes
    -----
    With p, q, r, s, t the first and second partial derivatives of elevation and g = p² + q²,
    the curvatures are those of Zevenbergen and Thorne (1987), as ArcGIS gives them but without
    its factor of 100::

        profile = (p² r + 2 p q s + q² t) / g
        plan    = −(q² r − 2 p q s + p² t) / g

    The engine gives the curvature of the flow line, ``−profile / (1 + g)^1.5``, and of the
    contour, ``plan / √g``. The latter grows without bound toward summits and flats; plan does
    not, hence the conversion.

    All four come from the third-order polynomial that Florinsky (2016) fits to 5 × 5 cells.
    Horn's 3 × 3 slope, as in GDAL and ArcGIS, is rougher on rough ground.

    References
    ----------
    Zevenbergen, L. W. & Thorne, C. R. (1987). Quantitative analysis of land surface topography.
    Earth Surface Processes and Landforms 12, 47–56.
    Florinsky, I. V. (2016). Digital Terrain Analysis in Soil Science and Geology, 2nd ed.
    """
    with loaded(elevation_m, cell_size_m) as surface:
        slope_deg = surface.terrain("slope", units="degrees")
        aspect_deg = surface.terrain("aspect")
        contour_curvature = surface.terrain("plan_curvature")
        flow_line_curvature = surface.terrain("profile_curvature")
    squared_gradient = np.radians(slope_deg)
    np.square(np.tan(squared_gradient, out=squared_gradient), out=squared_gradient)
    # In place: at the size of a study area each array is some hundred megabytes.
    contour_curvature *= np.sqrt(squared_gradient)
    squared_gradient += 1.0
    flow_line_curvature *= -(squared_gradient**1.5)
    del squared_gradient
    # The engine marks flat ground by −1.
    aspect_deg[aspect_deg < 0.0] = np.nan
    derivatives = {
        "slope": slope_deg,
        "aspect": np.remainder(aspect_deg, 360.0, out=aspect_deg),
        "plan_curvature": contour_curvature,
        "profile_curvature": flow_line_curvature,
    }
    # The engine extrapolates where a window is not whole, and is wrong there.
    whole = whole_windows(elevation_m, FIT_CELLS)
    return {name: masked_to(values, whole) for name, values in derivatives.items()}
