import numpy as np
import pandas as pd
import pytest

from estimate_background import estimate_background
from hotslope.columns import HEIGHT, VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.motion.background import long_wave_background, sample_background
from hotslope.motion.height_dependence import MIN_RELIEF_M, height_dependence
from hotslope.motion.track_files import height_columns, read_background, read_velocity
from hotslope.points.tables import POINTS

BOUNDS_M = [0, 0, 12_000, 10_000]
GRID = Grid.from_bounds(BOUNDS_M, 250.0, "EPSG:32647")


def ridges(gradient_mm_yr_m, number=20_000, relief_m=300.0):
    """Points on ridges, whose rate grows with height."""
    rng = np.random.default_rng(8)
    x, y = rng.uniform(0, 12_000, number), rng.uniform(0, 10_000, number)
    height_m = 2_000 + relief_m * np.sin(x / 300) + 0.02 * y
    return x, y, height_m, gradient_mm_yr_m * (height_m - 2_000) + rng.normal(0, 1.5, number)


def test_recovers_how_rates_grow_with_height_beside_moving_bodies():
    x, y, height_m, velocity = ridges(0.02)
    body = np.hypot(x - 4_000, y - 5_000) < 400
    found = height_dependence(x, y, height_m, velocity - 30 * body, GRID)
    np.testing.assert_allclose(found.gradient_mm_yr_m, 0.02, atol=0.0015)
    left = velocity - found.at(GRID, x, y, height_m)
    # What the mean height of a place adds is background.
    rest = left - sample_background(GRID, long_wave_background(x, y, left, GRID), x, y)
    assert velocity.std() > 4
    assert rest.std() == pytest.approx(1.5, rel=0.05)


def test_gradients_differ_from_place_to_place():
    x, y, height_m, velocity = ridges(0.0)
    velocity = velocity + np.where(x < 6_000, 0.02, -0.02) * (height_m - 2_000)
    gradient = height_dependence(x, y, height_m, velocity, GRID).gradient_mm_yr_m
    np.testing.assert_allclose(gradient[:, :6], 0.02, atol=0.002)
    np.testing.assert_allclose(gradient[:, -6:], -0.02, atol=0.002)


def test_no_dependence_without_relief_or_heights():
    x, y, height_m, velocity = ridges(0.0, relief_m=MIN_RELIEF_M)
    flat = height_dependence(x, y, height_m, velocity + 0.1 * (height_m - 2_000), GRID)
    assert (flat.gradient_mm_yr_m == 0).all()
    unknown = np.full(x.size, np.nan)
    assert (height_dependence(x, y, unknown, velocity, GRID).at(GRID, x, y, unknown) == 0).all()


def write_points(path, x, y, height_m, velocity):
    count = x.size
    frame = POINTS.empty().reindex(range(count))
    frame = frame.assign(
        point_id=[f"p{number}" for number in range(count)],
        x_m=x,
        y_m=y,
        lon=99.0,
        lat=36.0,
        height_m=height_m,
        velocity_mm_yr=velocity,
        coherence=0.9,
        incidence_deg=39.0,
        los_east=0.6,
        los_north=-0.1,
        los_up=np.sqrt(1 - 0.37),
    )
    POINTS.write(path, frame)


@pytest.mark.parametrize("with_height", [False, True])
def test_script_writes_what_readers_take_off(tmp_path, with_height):
    x, y, height_m, velocity = ridges(0.02)
    height_m[::10] = np.nan
    points, background = tmp_path / "points.parquet", tmp_path / "background.tif"
    write_points(points, x, y, height_m, velocity)
    estimate_background(
        points_path=str(points),
        background_path=str(background),
        bounds_m=BOUNDS_M,
        crs="EPSG:32647",
        with_height=with_height,
    )
    track = read_velocity(points, background)
    left = track.velocity_mm_yr - track.background_mm_yr
    known = np.isfinite(height_m)
    assert height_columns(background) == ([HEIGHT] if with_height else [])
    assert (left[known].std() < 2) == with_height
    assert left[~known].std() > 3
    frame = pd.DataFrame({X: x, Y: y, VELOCITY: velocity, HEIGHT: height_m})
    np.testing.assert_array_equal(read_background(background, frame), track.background_mm_yr)
