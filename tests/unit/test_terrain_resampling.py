import numpy as np
import pytest

from hotslope.grid import Grid
from hotslope.terrain.resampling import azimuth_on_grid, on_grid

CRS = "EPSG:32647"


def grid(xmin: float, ymin: float, xmax: float, ymax: float, cell_size_m: float) -> Grid:
    return Grid.from_bounds([xmin, ymin, xmax, ymax], cell_size_m, CRS)


def test_shared_cells_are_copied_and_the_rest_is_no_data() -> None:
    source, target = grid(0, 0, 40, 30, 10), grid(20, 10, 60, 50, 10)
    values = np.arange(12.0).reshape(3, 4)
    expected = np.full((4, 4), np.nan)
    expected[2:, :2] = values[:2, 2:]
    np.testing.assert_array_equal(on_grid(values, source, target), expected)
    assert np.isnan(on_grid(values, source, grid(500, 0, 520, 20, 10))).all()


@pytest.mark.parametrize("cell_size_m", [7.0, 12.5, 40.0])
def test_a_plane_stays_a_plane(cell_size_m: float) -> None:
    source, target = grid(0, 0, 1000, 1000, 10), grid(203, 203, 803, 803, cell_size_m)
    plane = source.x_centres_m() + 2.0 * source.y_centres_m()[:, None]
    expected = target.x_centres_m() + 2.0 * target.y_centres_m()[:, None]
    # Coarsening takes whole cells that may lie a little to one side: half a source cell at most.
    tolerance = 15.0 if cell_size_m > 10 else 1e-6
    np.testing.assert_allclose(on_grid(plane, source, target), expected, atol=tolerance)


def test_a_gap_stays_a_gap() -> None:
    source, target = grid(0, 0, 200, 200, 10), grid(0, 0, 200, 200, 5)
    values = np.ones((20, 20))
    values[8:12, 8:12] = np.nan
    result = on_grid(values, source, target)
    assert np.isnan(result[17:23, 17:23]).all()
    assert set(result[~np.isnan(result)]) == {1.0}


def test_mean_of_directions_beside_north_is_north() -> None:
    source, target = grid(0, 0, 40, 20, 10), grid(0, 0, 40, 20, 20)
    azimuth_deg = np.array([[350.0, 10.0, 80.0, 100.0], [350.0, 10.0, 80.0, 100.0]])
    result = azimuth_on_grid(azimuth_deg, np.ones((2, 4)), source, target)
    assert np.all((result >= 0) & (result < 360))
    away_from_north = (result[0, 0] + 180.0) % 360.0 - 180.0
    assert abs(away_from_north) < 45.0
    assert 60.0 < result[0, 1] < 120.0
