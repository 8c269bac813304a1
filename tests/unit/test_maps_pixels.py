import numpy as np
import pytest

from hotslope.maps.pixels import commonest_per_pixel, dot_radius_px, figure_grid, mean_per_pixel

GRID = figure_grid((1000.0, 2000.0, 1010.0, 2005.0), "EPSG:32647", 10)


def test_grid_begins_at_the_bounds_with_square_pixels() -> None:
    grid = figure_grid((1000.5, 2000.0, 1300.5, 2100.0), "EPSG:32647", 90)
    assert grid.shape == (30, 90)
    assert grid.bounds_m == pytest.approx((1000.5, 2000.0, 1300.5, 2100.0))


def test_mean_of_each_pixel_alone() -> None:
    x = np.array([1000.2, 1000.8, 1009.9, 999.9, 1003.0])
    y = np.array([2004.9, 2004.1, 2000.1, 2003.0, 2002.5])
    value = np.array([1.0, 3.0, -5.0, 99.0, np.nan])
    image = mean_per_pixel(x, y, value, GRID, 0)
    expected = np.full((5, 10), np.nan)
    expected[0, 0], expected[4, 9] = 2.0, -5.0
    np.testing.assert_array_equal(image, expected)


def test_dot_spreads_but_never_covers_a_pixel_with_points_of_its_own() -> None:
    x, y = np.array([1002.5, 1003.5]), np.array([2002.5, 2002.5])
    image = mean_per_pixel(x, y, np.array([10.0, 20.0]), GRID, 1)
    assert image[2, 2] == 10.0
    assert image[2, 3] == 20.0
    assert image[1, 2] == 15.0
    assert image[1, 1] == 10.0
    assert np.isfinite(image).sum() == 12


def test_commonest_class_wins_and_ties_go_to_the_higher_code() -> None:
    x = np.array([1000.5] * 3 + [1005.5] * 2 + [2000.0])
    y = np.full(6, 2002.5)
    code = np.array([1, 1, 2, 0, 2, 1])
    image = commonest_per_pixel(x, y, code, 3, GRID, 0)
    assert image[2, 0] == 1
    assert image[2, 5] == 2
    assert (image >= 0).sum() == 2


def test_spread_classes_keep_own_pixels() -> None:
    x = np.array([1002.5, 1003.5, 1003.5])
    image = commonest_per_pixel(x, np.full(3, 2002.5), np.array([0, 1, 1]), 2, GRID, 1)
    assert image[2, 2] == 0
    assert image[2, 3] == 1
    assert image[1, 3] == 1
    assert image[1, 1] == 0


def test_no_points_give_an_empty_image() -> None:
    none = np.array([])
    assert np.isnan(mean_per_pixel(none, none, none, GRID, 1)).all()
    assert (commonest_per_pixel(none, none, none.astype(int), 2, GRID, 1) == -1).all()


def test_dots_shrink_as_points_grow() -> None:
    grid = figure_grid((0.0, 0.0, 1000.0, 1000.0), "EPSG:32647", 100)
    assert [dot_radius_px(points, grid) for points in (10, 700, 1_500, 2_000_000)] == [2, 2, 1, 0]
