import numpy as np
import pytest

from hotslope.grid import Grid
from hotslope.motion.background import (
    CELL_SIZE_M,
    FINE_SMOOTHING_M,
    FINE_WINDOW_MM_YR,
    ROUNDS,
    SMOOTHING_M,
    WINDOW_MM_YR,
    clipped_mode,
    long_wave_background,
    most_moves,
    sample_background,
    stable_rate,
)
from hotslope.motion.background_scale import ROUGH_MM_YR, background_at_its_scale

GRID = Grid.from_bounds([0, 0, 12_000, 10_000], 250.0, "EPSG:32647")


def points(number=20_000, seed=4):
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 12_000, number), rng.uniform(0, 10_000, number), rng.normal(0, 2, number)


def test_scales_are_those_that_the_method_page_gives():
    assert (CELL_SIZE_M, SMOOTHING_M, WINDOW_MM_YR, ROUNDS) == (250.0, 1500.0, 8.0, 4)
    assert (FINE_SMOOTHING_M, FINE_WINDOW_MM_YR, ROUGH_MM_YR) == (500.0, 12.0, 3.0)


def test_mode_is_not_drawn_by_fast_points():
    rng = np.random.default_rng(0)
    velocity = np.concatenate([rng.normal(3, 2, 900), rng.normal(-80, 20, 300)])
    assert clipped_mode(velocity) == pytest.approx(3, abs=0.3)
    assert clipped_mode(np.append(velocity, [1e15, -1e15])) == pytest.approx(3, abs=0.3)
    assert clipped_mode(np.array([4.25])) == 4.25


def test_recovers_a_regional_wave_under_moving_bodies():
    x, y, noise = points()
    wave = 6 * np.sin(x / 12_000 * np.pi) * np.sin(y / 10_000 * np.pi) - 3
    body = np.hypot(x - 4000, y - 5000) < 400
    background = long_wave_background(x, y, wave + noise - 40.0 * body, GRID)
    # Smoothing flattens the wave by up to a few tenths; the body of 40 mm/yr leaves no trace.
    error = sample_background(GRID, background, x, y) - wave
    inner = (x > 2000) & (x < 10_000) & (y > 2000) & (y < 8000)
    assert np.abs(error[inner]).max() < 1.2
    assert np.abs(error[body]).max() < 1.2


def test_constant_shift_and_negation():
    x, y, noise = points(3000)
    background = long_wave_background(x, y, noise, GRID)
    np.testing.assert_allclose(
        long_wave_background(x, y, noise + 20.0, GRID), background + 20.0, atol=0.05
    )
    np.testing.assert_allclose(long_wave_background(x, y, -noise, GRID), -background, atol=0.05)


def test_far_from_quiet_points_the_mode_holds():
    x = np.array([300.0, 400.0, 500.0, 11_500.0])
    y = np.array([300.0, 400.0, 500.0, 9_500.0])
    background = long_wave_background(x, y, np.array([1.0, 1.0, 1.0, 90.0]), GRID)
    np.testing.assert_allclose(background, 1.0)


def test_no_points_give_no_data():
    background = long_wave_background(np.empty(0), np.empty(0), np.empty(0), GRID)
    assert np.isnan(background).all()
    assert sample_background(GRID, background, np.empty(0), np.empty(0)).shape == (0,)


def test_points_outside_the_grid_are_left_out():
    x, y, noise = points(2000)
    inside = long_wave_background(x, y, noise, GRID)
    with_outside = long_wave_background(
        np.append(x, [-1e5, 2e6]), np.append(y, [500.0, 500.0]), np.append(noise, [0, 0]), GRID
    )
    np.testing.assert_allclose(with_outside, inside, atol=0.02)


def test_sampling_is_bilinear_between_centres():
    grid = Grid.from_bounds([0, 0, 500, 500], 250.0, "EPSG:32647")
    values = np.array([[1.0, 3.0], [5.0, 7.0]])
    sampled = sample_background(
        grid, values, np.array([125.0, 250.0, 0.0]), np.array([375.0, 250.0, 0.0])
    )
    np.testing.assert_allclose(sampled, [1.0, 4.0, 5.0])


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, False), (0.30, False), (0.36, True), (0.55, True)]
)
def test_more_than_a_third_of_the_ground_moves(share, expected):
    """From the west on; cells of 250 m at the edge of the body count by their median."""
    x, y, noise = points()
    rate = noise + 2.0 - np.where(x < 12_000 * share, 20 + x / 1_000, 0)
    assert most_moves(x, y, rate) is expected
    assert most_moves(x - 1e6, y + 7.0, -rate) is expected
    assert stable_rate(x, y, rate) == pytest.approx(0.0 if expected else 2.0, abs=0.1)


def test_inexact_rates_are_no_motion():
    """Six in ten rates are more than 8 mm/yr off, but no median of 28 points."""
    x, y, noise = points(55_000)
    assert np.mean(np.abs(8 * noise) > 8) > 0.6
    assert not most_moves(x, y, 6 * noise)


def test_nothing_moves_without_points():
    assert not most_moves(np.empty(0), np.empty(0), np.empty(0))
    assert stable_rate(np.empty(0), np.empty(0), np.empty(0)) == 0.0
    assert most_moves(np.zeros(3), np.zeros(3), np.array([0.0, 0.1, 0.2])) is False


def test_rough_atmosphere_is_followed_by_a_finer_background():
    """Waves of 8 mm/yr and 4 km, under which a body of 250 m keeps its motion."""
    x, y, noise = points(40_000)
    drift = 8.0 * np.sin(2 * np.pi * x / 4_000)
    body = np.hypot(x - 6_000, y - 5_000) < 250
    velocity = drift + noise - 20.0 * body
    background, smoothing_m = background_at_its_scale(x, y, velocity, GRID)
    assert smoothing_m == FINE_SMOOTHING_M
    rate = velocity - sample_background(GRID, background, x, y)
    wide = sample_background(GRID, long_wave_background(x, y, velocity, GRID), x, y)
    assert np.std((rate - noise)[~body]) < 0.5 * np.std((drift - wide)[~body])
    assert np.median(rate[body]) < -15.0


def test_calm_air_and_a_number_keep_their_smoothing():
    x, y, noise = points()
    velocity = noise + 2.0 * np.sin(2 * np.pi * x / 3_000)
    background, smoothing_m = background_at_its_scale(x, y, velocity, GRID)
    assert smoothing_m == SMOOTHING_M
    np.testing.assert_array_equal(background, long_wave_background(x, y, velocity, GRID))
    drift = 8.0 * np.sin(2 * np.pi * x / 3_000)
    assert background_at_its_scale(x, y, noise + drift, GRID, 900)[1] == 900.0
