"""Kernels of the simulation: geometry by hand, truth tables, statistics."""

import datetime as dt
import itertools

import numpy as np
import pytest

from hotslope.grid import Grid
from hotslope.simulation import histories, noise
from hotslope.simulation.bodies import Body, line_of_sight_rate, motion_direction
from hotslope.simulation.drainage import (
    drained_area,
    label_catchments,
    steepest_receivers,
    trace_streams,
)
from hotslope.simulation.measurement import visibility
from hotslope.simulation.random_fields import downslope, power_law_field
from hotslope.simulation.randomness import Purpose, generator
from hotslope.terrain.geometry import line_of_sight

ASCENDING, DESCENDING = (37.0, 348.0), (39.5, 192.0)


def body(**changes) -> Body:
    settings = {
        "number": 0,
        "kind": "unstable slope",
        "x_m": 100.0,
        "y_m": 200.0,
        "area_m2": 50_000.0,
        "axis_deg": 90.0,
        "elongation": 2.0,
        "wobble": np.zeros((2, 5)),
        "profile": 4.0,
        "rate_mm_yr": 100.0,
        "slope_share": 1.0,
        "vertical_sign": -1,
        "seen_by": -1,
        "catchment": 0,
    }
    return Body(**(settings | changes))


def rate(moving: Body, geometry: tuple[float, float], azimuth_deg: float, track: int = 0) -> float:
    ground = (np.array([30.0]), np.array([azimuth_deg]))
    return float(
        line_of_sight_rate(moving, np.ones(1), *ground, line_of_sight(*geometry), track)[0]
    )


def test_slide_down_an_east_slope_by_hand():
    # Motion (cos 30, 0, -sin 30) = (0.8660, 0, -0.5), 100 mm/yr.
    # Ascending, looking east from the west: (-sin 37 cos 348, …, cos 37) = (-0.5887, …, 0.7986).
    assert rate(body(), ASCENDING, 90) == pytest.approx(
        100 * (-0.8660 * 0.5887 - 0.5 * 0.7986), abs=0.02
    )
    # Descending, from the east: (-sin 39.5 cos 192, …, cos 39.5) = (0.6222, …, 0.7716).
    assert rate(body(), DESCENDING, 90) == pytest.approx(
        100 * (0.8660 * 0.6222 - 0.5 * 0.7716), abs=0.02
    )
    # Away in one orbit, toward in the other: the signs that tell slides from sinking ground.
    assert rate(body(), ASCENDING, 90) < 0 < rate(body(), DESCENDING, 90)


def test_sinking_ground_moves_away_in_both_orbits():
    sinking = body(kind="cultivation", slope_share=0.0)
    assert rate(sinking, ASCENDING, 90) == pytest.approx(-79.86, abs=0.01)
    assert rate(sinking, DESCENDING, 90) == pytest.approx(-77.16, abs=0.01)


def test_artefact_shows_in_its_own_track_only():
    artefact = body(kind="artefact", slope_share=0.0, seen_by=1)
    assert rate(artefact, ASCENDING, 90, track=0) == 0
    assert rate(artefact, ASCENDING, 90, track=1) == -100


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_motion_direction_is_a_unit_vector_that_falls(share):
    parts = motion_direction(np.array([5.0, 40.0]), np.array([10.0, 200.0]), share, -1)
    np.testing.assert_allclose(sum(part**2 for part in parts), 1)
    assert (parts[2] < 0).all()


def test_outline_has_the_area_and_the_axis():
    moving = body()
    outline = moving.outline()
    assert outline.area == pytest.approx(50_000, rel=0.01)
    left, bottom, right, top = outline.bounds
    assert (right - left) / (top - bottom) == pytest.approx(2.0, rel=0.01)
    taper = moving.taper(
        np.array([100.0, 100.0 + 0.999 * (right - 100), right + 5]), np.full(3, 200.0)
    )
    np.testing.assert_allclose(taper, [1, 0.15, 0], atol=0.01)


def test_downslope_points_where_the_ground_falls():
    rows, columns = np.mgrid[0:9, 0:9].astype(float)
    slope, azimuth = downslope(-columns, 1.0)
    assert azimuth[4, 4] == 90  # falls to the east
    assert slope[4, 4] == pytest.approx(45)
    assert downslope(rows, 1.0)[1][4, 4] == 0  # row 0 is north: falls to the north


def test_drainage_of_a_ramp_with_a_valley():
    # Everything drains to the middle column, and along it to the last row.
    rows, columns = np.mgrid[0:6, 0:5].astype(float)
    elevation = 10 * np.abs(columns - 2) - rows
    receivers, distance = steepest_receivers(elevation, 1.0)
    assert receivers[2] == 7
    assert distance[2] == 1
    area = drained_area(np.argsort(elevation.ravel()), receivers, 1.0)
    assert area[5 * 5 + 2] == 30
    reaches = trace_streams(receivers, area, 5.0)
    assert [reach.tolist() for reach in reaches] == [[2, 7, 12, 17, 22, 27]]
    labels = label_catchments(
        np.argsort(elevation.ravel()), receivers, area, np.zeros(30, int), 5.0
    )
    assert (labels[np.array([0, 4, 2, 7])] == 1).all()


@pytest.mark.parametrize(
    ("tilt_deg", "azimuth", "visible"),
    [
        (0, "toward", 1.0),
        (45, "toward", 0.0),
        (20, "toward", np.sin(np.radians(17)) / np.sin(np.radians(37))),
        (60, "away", 0.0),
    ],
)
def test_layover_shadow_and_foreshortening(tilt_deg, azimuth, visible):
    # A plane that faces the ascending sensor in the west-south-west, or turns its back on it.
    east, north, _ = line_of_sight(*ASCENDING)
    look = np.array([east, north]) / np.hypot(east, north)
    rows, columns = np.mgrid[0:7, 0:7].astype(float)
    along = columns * look[0] - rows * look[1]
    sign = -1 if azimuth == "toward" else 1
    plane = sign * np.tan(np.radians(tilt_deg)) * along
    assert visibility(plane, 1.0, *ASCENDING)[3, 3] == pytest.approx(visible, abs=1e-4)


@pytest.mark.parametrize(("track", "images"), [(0, 39), (1, 37)])
def test_epochs(track, images):
    dates = histories.acquisition_dates(track, 1)
    assert len(dates) == images
    assert dates == sorted(set(dates))
    assert dt.date(2020, 1, 1) <= dates[0]
    assert dates[0].year == 2020
    assert dates[0].month == 1
    assert (dates[-1].year, dates[-1].month) == (2021, 4)
    gaps = {(later - earlier).days for earlier, later in itertools.pairwise(dates)}
    assert all(gap % 12 == 0 for gap in gaps)
    assert max(gaps) > 12
    assert not set(dates) & set(histories.acquisition_dates(1 - track, 1))


@pytest.mark.parametrize("name", histories.HISTORIES)
def test_histories_have_unit_slope(name):
    years = histories.years_since(histories.acquisition_dates(0, 3), dt.date(2020, 1, 1))
    for item in range(20):
        shape = histories.history(name, years, years[-1], generator(3, Purpose.HISTORIES, item))
        assert shape[0] == 0
        assert np.polyfit(years, shape, 1)[0] == pytest.approx(1)
        assert (np.diff(shape) >= -1e-12).all()


def test_noise_has_the_variance_and_memory_asked_for():
    gaps = np.ones(60)
    points = 4_000
    made = noise.coloured_noise(
        np.full(points, 2.0), np.full(points, 0.6), gaps, np.random.default_rng(1)
    )
    assert made.std() == pytest.approx(2.0, rel=0.02)
    lag = (made[:, 1:] * made[:, :-1]).mean() / made.var()
    assert lag == pytest.approx(noise.COLOURED_SHARE * 0.6, abs=0.01)


@pytest.mark.parametrize(("name", "low", "high"), [("default", 0.8, 3.0), ("rough", 2.5, 7.0)])
def test_residual_atmosphere_leaves_a_long_wave_velocity(name, low, high):
    area = Grid.from_bounds([0, 0, 30_000, 20_000], 12.5, "EPSG:32647")
    years = histories.years_since(histories.acquisition_dates(0, 1), dt.date(2020, 1, 3))
    air = noise.make_atmosphere(area, years, noise.ROUGHNESS[name], track=0, seed=1)
    x, y = (
        part.ravel() for part in np.meshgrid(np.arange(250, 30e3, 500), np.arange(250, 20e3, 500))
    )
    velocity = histories.regression_slope(air.at(x, y, np.full(x.size, 2_200.0)), years)
    assert low < velocity.std() < high
    # Long-wave: two points 500 m apart hardly differ.
    rows = velocity.reshape(40, 60)
    assert np.diff(rows, axis=1).std() < 0.45 * velocity.std()


def test_phase_noise_by_hand():
    # γ = 0.7: √(0.51 / 0.98) = 0.7214 rad; times 55.4658 mm / 4π = 4.4138 mm.
    assert noise.phase_noise_mm(np.array([0.7]), 0.0554658)[0] == pytest.approx(3.184, abs=1e-3)


def test_unwrapping_errors_are_half_a_wave_length():
    errors = noise.unwrapping_errors_mm(20_000, 39, 0.0554658, np.random.default_rng(2))
    hit = np.abs(errors[:, -1]) > 0
    np.testing.assert_allclose(np.abs(errors[hit, -1]), 27.7329)
    assert (errors[:, 0] == 0).all()
    assert hit.mean() == pytest.approx(noise.UNWRAPPING_SHARE, rel=0.4)


def test_power_law_field_has_unit_variance_and_its_slope():
    field = power_law_field((512, 512), 10.0, 3.0, 500.0, np.random.default_rng(3))
    assert field.std() == pytest.approx(1.0, rel=0.1)
    power = np.abs(np.fft.rfft2(field - field.mean())) ** 2
    k = np.hypot(np.fft.fftfreq(512, 10.0)[:, None], np.fft.rfftfreq(512, 10.0)[None, :])
    # Between the largest wavelength and the cell, in equal steps of log k.
    edges = np.geomspace(1 / 250, 1 / 40, 8)
    means = [power[(k >= low) & (k < high)].mean() for low, high in itertools.pairwise(edges)]
    slope = np.polyfit(np.log(np.sqrt(edges[1:] * edges[:-1])), np.log(means), 1)[0]
    # The window that cuts the piece out and the flat part flatten the slope a little.
    assert -3.3 < slope < -2.5


def test_items_have_their_own_random_numbers():
    first = generator(1, Purpose.NOISE, 0, 1).standard_normal(3)
    np.testing.assert_array_equal(first, generator(1, Purpose.NOISE, 0, 1).standard_normal(3))
    for other in (
        generator(2, Purpose.NOISE, 0, 1),
        generator(1, Purpose.POINTS, 0, 1),
        generator(1, Purpose.NOISE, 1, 0),
    ):
        assert not np.array_equal(first, other.standard_normal(3))
