"""Grid north and true north: the turn of directions by the projection, against geodesics."""

import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Proj, Transformer

from hotslope.grid import Grid
from hotslope.map_distortion import distortion, distortion_on_grid, ground_areas_m2

PLACES = [
    ("EPSG:3035", -18.0, 65.0),
    ("EPSG:3035", -8.0, 40.0),
    ("EPSG:32647", 101.1, 36.0),
    ("EPSG:32760", 179.9, -17.0),
    ("EPSG:27700", -5.0, 57.0),
    ("EPSG:3413", 0.0, 75.0),
]


@pytest.mark.parametrize(("crs", "lon", "lat"), PLACES)
def test_descent_on_the_map_has_the_azimuth_that_geodesics_give(crs, lon, lat):
    system = CRS.from_user_input(crs)
    to_map = Transformer.from_crs(system.geodetic_crs, system, always_xy=True)
    x, y = to_map.transform(lon, lat)
    geod = Geod(ellps="WGS84") if "27700" not in crs else Geod(ellps="airy")
    # A plane that falls to 70° true: its height at places 1 m around gives the map's gradient.
    back = Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
    heights = []
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        azimuth, _, far = geod.inv(lon, lat, *back.transform(x + dx, y + dy))
        heights.append(-far * np.cos(np.radians(azimuth - 70.0)))
    descent = (heights[1] - heights[0], heights[3] - heights[2])
    on_map = np.degrees(np.arctan2(*descent))
    place = distortion(np.array([x]), np.array([y]), system)
    assert place.true_azimuth_deg(on_map) == pytest.approx(70.0, abs=1e-3)


@pytest.mark.parametrize(("crs", "lon", "lat"), PLACES)
def test_scales_and_convergence_are_those_of_proj(crs, lon, lat):
    system = CRS.from_user_input(crs)
    x, y = Transformer.from_crs(system.geodetic_crs, system, always_xy=True).transform(lon, lat)
    place = distortion(np.array([x]), np.array([y]), system)
    proj = Proj(system).get_factors(lon, lat)
    assert place.convergence_deg[0] == pytest.approx(proj.meridian_convergence, abs=1e-6)
    assert place.areal_scale[0] == pytest.approx(proj.areal_scale, abs=1e-7)
    expected = (proj.tissot_semiminor, proj.tissot_semimajor)
    assert [scale[0] for scale in place.principal_scales] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("crs", ["EPSG:32628", "EPSG:3035"])
def test_interpolated_cells_are_those_computed_one_by_one(crs):
    left, bottom = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(-18.0, 65.0)
    grid = Grid.from_bounds([left, bottom, left + 30_000, bottom + 20_000], 100.0, crs)
    found = distortion_on_grid(grid, slice(0, grid.shape[0]))
    exact = distortion(*np.meshgrid(grid.x_centres_m(), grid.y_centres_m()), CRS(crs))
    assert found.convergence_deg.shape == grid.shape
    np.testing.assert_allclose(found.convergence_deg, exact.convergence_deg, atol=1e-3)
    some = distortion_on_grid(grid, slice(37, 141))
    np.testing.assert_array_equal(some.x_east, found.x_east[37:141])


def test_single_cell_has_its_own_angle():
    grid = Grid.from_bounds([690000, 3980000, 690012, 3980012], 12.5, "EPSG:32647")
    found = distortion_on_grid(grid, slice(0, 1)).convergence_deg
    assert found == pytest.approx(np.array([[1.237]]), abs=1e-3)


def test_places_outside_a_projection_have_no_angle():
    found = distortion(np.array([1e9]), np.array([1e9]), CRS("EPSG:3035"))
    assert np.isnan(found.convergence_deg).all()


@pytest.mark.parametrize(("crs", "lon", "lat"), PLACES)
def test_areas_on_the_ground_are_those_of_geodesics(crs, lon, lat):
    system = CRS.from_user_input(crs)
    x, y = Transformer.from_crs(system.geodetic_crs, system, always_xy=True).transform(lon, lat)
    ring = shapely.Point(x, y).buffer(300.0)
    back = Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
    corners = back.transform(*ring.exterior.coords.xy)
    expected, _ = system.get_geod().polygon_area_perimeter(*corners)
    assert ground_areas_m2(np.array([ring]), system) == pytest.approx(abs(expected), rel=1e-6)
    assert ground_areas_m2(np.array([]), system).size == 0
