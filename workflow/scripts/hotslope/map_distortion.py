"""Distortion of directions and lengths by a map projection: grid north is not true north.

Lines of sight are given as east, north and up at the place, and so is aspect; gradients are taken
along the axes of a grid. In a UTM zone the two differ by up to a few degrees, in a projection for a
continent by many more.
"""

from typing import NamedTuple

import numpy as np
import shapely
from pyproj import CRS, Proj, Transformer

from hotslope.grid import Grid

#: Cells between the places where the distortion is computed; it is interpolated between them.
_LATTICE_STEP_CELLS = 64


class Distortion(NamedTuple):
    """Map projection at places: ``dx = x_east dE + x_north dN``, likewise ``dy``.

    Parameters
    ----------
    x_east, x_north, y_east, y_north : ndarray, float64
        Metres on the map per metre on the ground, eastward and northward; NaN where PROJ gives
        none.
    """

    x_east: np.ndarray
    x_north: np.ndarray
    y_east: np.ndarray
    y_north: np.ndarray

    @property
    def convergence_deg(self) -> np.ndarray:
        """Angle from true north to grid north, degrees, clockwise: true less grid azimuth."""
        return -np.degrees(np.arctan2(self.x_north, self.y_north))

    @property
    def areal_scale(self) -> np.ndarray:
        """Area on the map over area on the ground."""
        return self.x_east * self.y_north - self.x_north * self.y_east

    @property
    def principal_scales(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest length on the map over length on the ground, any direction."""
        squares = sum(part**2 for part in self)
        area = self.areal_scale
        total, gap = np.sqrt(squares + 2 * area), np.sqrt(np.maximum(squares - 2 * area, 0.0))
        return (total - gap) / 2, (total + gap) / 2

    def true_azimuth_deg(self, azimuth_deg: np.ndarray) -> np.ndarray:
        """Return the true azimuth of the steepest descent, given it on the map.

        A gradient on the map is transformed to the ground by the transposed derivatives, so this
        is exact for projections that are not conformal, too.
        """
        azimuth = np.radians(azimuth_deg)
        x, y = np.sin(azimuth), np.cos(azimuth)
        east, north = x * self.x_east + y * self.y_east, x * self.x_north + y * self.y_north
        # The remainder of a tiny negative angle rounds to 360 itself: the second takes that to 0.
        return np.degrees(np.arctan2(east, north)) % 360.0 % 360.0


def distortion(x_m: np.ndarray, y_m: np.ndarray, crs: CRS) -> Distortion:
    """Return the distortion of a projection at points.

    Parameters
    ----------
    x_m, y_m : ndarray
        Projected coordinates, metres.
    crs : pyproj.CRS
        Their CRS.

    Examples
    --------
    Two degrees east of the central meridian of a UTM zone, at 36° north:

    >>> place = distortion(np.array([680217.0]), np.array([3985813.0]), CRS("EPSG:32647"))
    >>> place.convergence_deg.round(2).tolist()
    [1.18]
    """
    x, y = np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)
    geod = crs.get_geod()
    eccentricity2 = 0.0 if geod is None else geod.es
    # The derivatives are those at longitude and latitude of the CRS's own datum.
    transformer = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    lon, lat = transformer.transform(x.ravel(), y.ravel())
    found = Proj(crs).get_factors(lon, lat, errcheck=False)
    # PROJ marks failures by infinity.
    latitude = np.radians(np.where(np.isfinite(lat), lat, np.nan))
    # Radii of curvature over the semi-major axis, as PROJ scales its derivatives.
    root = 1.0 - eccentricity2 * np.sin(latitude) ** 2
    east = np.cos(latitude) / np.sqrt(root)
    north = (1.0 - eccentricity2) / root**1.5
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = (
            found.dx_dlam / east, found.dx_dphi / north, found.dy_dlam / east,
            found.dy_dphi / north,
        )  # fmt: skip
    finite = (np.where(np.isfinite(part), part, np.nan).reshape(x.shape) for part in parts)
    return Distortion(*finite)


def ground_areas_m2(polygons: np.ndarray, crs: CRS) -> np.ndarray:
    """Return the areas of polygons on the ground, m².

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        In `crs`.
    crs : pyproj.CRS
        Projected, in metres.

    Notes
    -----
    The area on the map over the areal scale at the centroid; the map's own where PROJ gives none.
    """
    if not len(polygons):
        return np.empty(0)
    centres = shapely.centroid(polygons)
    scale = distortion(shapely.get_x(centres), shapely.get_y(centres), crs).areal_scale
    return shapely.area(polygons) / np.where(np.isfinite(scale), scale, 1.0)


def distortion_on_grid(grid: Grid, rows: slice) -> Distortion:
    """Return the distortion of the projection of a grid at the cells of some of its rows.

    Parameters
    ----------
    grid : Grid
        The whole grid: the values of a row are the same bits whichever rows it is asked with.
    rows : slice
        Rows to return, ``0 <= start < stop <= grid.shape[0]``.

    Notes
    -----
    Computed on a lattice of cells and interpolated linearly between them: over
    `_LATTICE_STEP_CELLS` cells of 100 m directions are linear to 1e-3 degrees, away from poles.
    """
    x, y = grid.x_centres_m(), grid.y_centres_m()
    columns, lines = _lattice(len(x)), _lattice(len(y))
    x_m, y_m = np.meshgrid(x[columns], y[lines])
    coarse = distortion(x_m, y_m, CRS.from_user_input(grid.crs))
    wanted = np.arange(rows.start, rows.stop)
    parts = []
    for part in coarse:
        by_rows = np.stack([np.interp(wanted, lines, column) for column in part.T], axis=1)
        parts.append(np.stack([np.interp(np.arange(len(x)), columns, row) for row in by_rows]))
    return Distortion(*parts)


def _lattice(count: int) -> np.ndarray:
    """Return indices from the first to the last of `count` cells, about evenly spaced."""
    steps = max(int(np.ceil((count - 1) / _LATTICE_STEP_CELLS)), 1)
    return np.unique(np.linspace(0, count - 1, steps + 1).round().astype(np.int64))
