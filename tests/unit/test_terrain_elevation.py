import numpy as np
import pytest
from affine import Affine
from pyproj import CRS

from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.terrain.elevation import (
    check_elevation,
    clipped_grid,
    covering_grid,
    extremes,
    keeps_its_grid,
)

UTM = CRS.from_epsg(32647)
SQUARE = Affine(12.5, 0, 0, 0, -12.5, 0)


@pytest.mark.parametrize(
    ("dem_crs", "transform", "kept"),
    [
        (UTM, SQUARE, True),
        (CRS.from_user_input("EPSG:32647+5773"), SQUARE, True),
        (CRS.from_epsg(32648), SQUARE, False),
        (CRS.from_epsg(4326), Affine(3e-4, 0, 0, 0, -3e-4, 0), False),
        (UTM, Affine(12.5, 0, 0, 0, -10, 0), False),
        (UTM, Affine(12.5, 0, 0, 0, 12.5, 0), False),
        (UTM, Affine(12, 3, 0, 3, -12, 0), False),
    ],
)
def test_only_square_cells_in_the_project_crs_are_kept(
    dem_crs: CRS, transform: Affine, kept: bool
) -> None:
    assert keeps_its_grid(dem_crs, transform, UTM) == kept


def test_clip_takes_whole_cells_and_stays_inside() -> None:
    dem = Grid.from_bounds([0, 0, 1000, 500], 10, "EPSG:32647")
    assert clipped_grid(dem, (205, 200, 300, 300), 20).bounds_m == (180, 180, 320, 320)
    assert clipped_grid(dem, (0, 0, 1000, 500), 100) == dem
    assert 0 in clipped_grid(dem, (5000, 0, 6000, 500), 100).shape


def test_covering_grid_is_snapped() -> None:
    grid = covering_grid((5, 5, 95, 95), 10, 30.0, "EPSG:32647")
    assert grid.bounds_m == (-30, -30, 120, 120)


@pytest.mark.parametrize("value", [-9999.0, 32767.0, 3.4e38])
def test_undeclared_nodata_is_refused(value: float) -> None:
    with pytest.raises(InputError, match=r"dem.tif.*declare it"):
        check_elevation(*extremes([np.array([[1500.0, value, np.nan]])]), "dem.tif")


def test_no_elevation_is_refused() -> None:
    with pytest.raises(InputError, match=r"covers study_area\.bounds_m"):
        check_elevation(*extremes([np.full((2, 2), np.nan), np.empty((0, 2))]), "dem.tif")
    strips = [np.array([np.nan, -430.0]), np.array([np.nan]), np.array([8849.0, 0.0])]
    assert extremes(strips) == (-430.0, 8849.0)
    check_elevation(*extremes(strips), "dem.tif")
