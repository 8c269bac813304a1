"""Downslope velocity, east and up: cases worked out by hand, and what must not matter."""

import numpy as np
import pytest

from hotslope.errors import InputError
from hotslope.line_of_sight import track_line_of_sight
from hotslope.terrain.downslope import sensitivity
from hotslope.terrain.geometry import (
    decompose_east_up,
    downslope_velocity,
    line_of_sight,
    mean_line_of_sight,
)
from hotslope.terrain.smoothing import gradient, slope_aspect, smoothed

# A sensor exactly west of the scene, 30 degrees from the vertical.
FROM_WEST = (-0.5, 0.0, np.sqrt(0.75))
FROM_EAST = (0.5, 0.0, np.sqrt(0.75))


@pytest.mark.parametrize(
    ("slope", "aspect", "los", "seen"),
    [
        # s = (sin A cos b, cos A cos b, -sin b), multiplied out by hand.
        (30.0, 270.0, FROM_WEST, 0.5 * np.sqrt(0.75) - 0.5 * np.sqrt(0.75)),
        (30.0, 90.0, FROM_WEST, -np.sqrt(0.75)),
        (45.0, 0.0, FROM_WEST, -np.sqrt(0.5) * np.sqrt(0.75)),
        (45.0, 270.0, FROM_EAST, -np.sqrt(0.5) * 0.5 - np.sqrt(0.5) * np.sqrt(0.75)),
        (0.0, 90.0, FROM_WEST, -0.5),
        (20.0, np.nan, FROM_WEST, np.nan),
    ],
)  # fmt: skip
def test_share_of_downslope_motion_seen(slope, aspect, los, seen):
    np.testing.assert_allclose(sensitivity(slope, aspect, los), seen, atol=1e-12)


@pytest.mark.parametrize(
    ("slope", "aspect", "expected"),
    [
        (30.0, 90.0, 10.0 / np.sqrt(0.75)),
        (30.0, 270.0, np.nan),  # across the line of sight
        (4.9, 90.0, np.nan),  # flat, although |s·l| is above 0.3
        (np.nan, 90.0, np.nan),
        (20.0, 0.0, np.nan),  # |s·l| = sin 20° · 0.866 = 0.296
        (20.5, 0.0, 10.0 / (np.sin(np.radians(20.5)) * np.sqrt(0.75))),
    ],
)
def test_downslope_velocity_by_hand(slope, aspect, expected):
    found = downslope_velocity(np.array([-10.0]), slope, aspect, FROM_WEST)
    np.testing.assert_allclose(found, [expected])


def test_downslope_motion_comes_back_from_its_projection():
    slope, aspect = np.meshgrid([6.0, 15.0, 30.0, 45.0], np.arange(0.0, 360.0, 15.0))
    los = line_of_sight(39.0, 192.0)
    seen = 25.0 * sensitivity(slope, aspect, los)
    found = downslope_velocity(seen, slope, aspect, los)
    known = np.isfinite(found)
    assert 0.4 < known.mean() < 1
    np.testing.assert_allclose(found[known], 25.0)
    np.testing.assert_allclose(downslope_velocity(-seen, slope, aspect, los)[known], -25.0)


def test_east_and_up_by_hand():
    # e = 6, u = 2: -0.5 e + 0.866 u and 0.5 e + 0.866 u.
    root = np.sqrt(0.75)
    found = decompose_east_up([[-3 + 2 * root], [3 + 2 * root]], [FROM_WEST, FROM_EAST])
    np.testing.assert_allclose([found.east[0], found.up[0]], [6.0, 2.0])
    # Normal matrix diag(2 · 0.25, 2 · 0.75).
    np.testing.assert_allclose(found.covariance[0], [[2.0, 0.0], [0.0, 2.0 / 3.0]], atol=1e-12)
    np.testing.assert_allclose(found.condition_number, np.sqrt(3.0))
    assert found.tracks.tolist() == [2]


def test_standard_deviations_scale_the_covariance():
    los = [FROM_WEST, FROM_EAST]
    found = decompose_east_up([[1.0], [2.0]], los, [3.0, 3.0])
    np.testing.assert_allclose(found.covariance[0], [[18.0, 0.0], [0.0, 6.0]], atol=1e-10)
    unequal = decompose_east_up([[1.0], [2.0]], los, [[1.0], [3.0]])
    # Two equations, two unknowns: weights change errors, not values.
    np.testing.assert_allclose([unequal.east, unequal.up], [found.east, found.up])


def test_least_squares_agrees_with_numpy():
    rng = np.random.default_rng(5)
    los = [line_of_sight(*angles) for angles in ((37, 348), (44, 347), (39, 192))]
    velocity, deviation = rng.normal(size=(3, 20)), rng.uniform(0.5, 3, (3, 20))
    velocity[2, 3] = np.nan
    found = decompose_east_up(velocity, los, deviation)
    design = np.array([[float(part[0]), float(part[2])] for part in los])
    for cell in range(20):
        known = np.isfinite(velocity[:, cell])
        weighted = design[known] / deviation[known, cell, np.newaxis]
        target = velocity[known, cell] / deviation[known, cell]
        np.testing.assert_allclose(
            [found.east[cell], found.up[cell]], np.linalg.lstsq(weighted, target)[0]
        )
        np.testing.assert_allclose(found.covariance[cell], np.linalg.inv(weighted.T @ weighted))
        np.testing.assert_allclose(found.condition_number[cell], np.linalg.cond(design[known]))


def test_east_and_up_take_the_shape_of_the_velocities():
    rng = np.random.default_rng(6)
    los, velocity = [FROM_WEST, FROM_EAST], rng.normal(size=(2, 4, 4))
    found = decompose_east_up(velocity, los, [1.0, 2.0])
    flat = decompose_east_up(velocity.reshape(2, 16), los, [1.0, 2.0])
    one = decompose_east_up(velocity[:, 0, 0], los, [1.0, 2.0])
    for whole, cells, cell in zip(found, flat, one, strict=True):
        np.testing.assert_array_equal(whole.reshape(cells.shape), cells)
        np.testing.assert_array_equal(cell, cells[0])
    with pytest.raises(ValueError, match="2 lines of sight"):
        decompose_east_up(velocity[0], los)


def test_one_track_or_one_side_tells_nothing():
    one = decompose_east_up([[5.0]], [FROM_WEST])
    alike = decompose_east_up([[5.0], [6.0]], [FROM_WEST, FROM_WEST])
    gone = decompose_east_up([[5.0], [np.nan]], [FROM_WEST, FROM_EAST])
    for found in (one, alike, gone):
        assert np.isnan([found.east[0], found.up[0], found.condition_number[0]]).all()
    close = decompose_east_up([[5.0], [6.0]], [line_of_sight(34, 348), line_of_sight(44, 347)])
    assert close.condition_number[0] > 5


def test_order_and_sign_of_tracks():
    los = [line_of_sight(37, 348), line_of_sight(39, 192)]
    velocity = np.array([[4.0, -7.0], [1.0, 9.0]])
    found = decompose_east_up(velocity, los)
    swapped = decompose_east_up(velocity[::-1], los[::-1])
    negated = decompose_east_up(-velocity, los)
    np.testing.assert_allclose(swapped.east, found.east)
    np.testing.assert_allclose(negated.up, -found.up)


def test_north_motion_leaks_into_up_by_the_ratio_that_the_docs_state():
    los = [line_of_sight(37, 348), line_of_sight(39.5, 192)]
    found = decompose_east_up([[float(part[1])] for part in los], los)
    assert 0.10 < abs(found.up[0]) < 0.19
    assert abs(found.east[0]) < 0.02


def test_wrong_numbers_of_tracks_are_refused():
    with pytest.raises(ValueError, match="1 lines of sight for 2 tracks"):
        decompose_east_up([[1.0], [2.0]], [FROM_WEST])
    with pytest.raises(ValueError, match="positive"):
        decompose_east_up([[1.0], [2.0]], [FROM_WEST, FROM_EAST], [1.0, 0.0])


def test_mean_line_of_sight_is_a_unit_vector_and_leaves_gaps_out():
    los = np.array([FROM_WEST, FROM_WEST, [np.nan] * 3])
    np.testing.assert_allclose(mean_line_of_sight(los), FROM_WEST)
    with pytest.raises(InputError, match=r"tracks\.mine\.heading_deg.*incidence_deg"):
        track_line_of_sight(los[2:], "mine")


@pytest.mark.parametrize(("slope", "aspect"), [(10.0, 0.0), (25.0, 100.0), (40.0, 315.0)])
def test_smoothing_keeps_a_plane(slope, aspect):
    rows, columns = np.indices((40, 50))
    fall = np.tan(np.radians(slope))
    azimuth = np.radians(aspect)
    plane = -fall * 10.0 * (np.sin(azimuth) * columns - np.cos(azimuth) * rows)
    plane[20, 20] = np.nan
    found = slope_aspect(*gradient(smoothed(plane, 10.0, 100.0), 10.0))
    away = np.ones(plane.shape, dtype=bool)
    away[:8], away[-8:], away[:, :8], away[:, -8:] = False, False, False, False
    away[12:29, 12:29] = False
    np.testing.assert_allclose(found[0][away], slope)
    np.testing.assert_allclose(found[1][away], aspect, atol=1e-6)
    # A single gap hardly tilts the mean around it.
    near = np.isfinite(found[0]) & ~away
    near[:8], near[-8:], near[:, :8], near[:, -8:] = False, False, False, False
    assert np.abs(found[0][near] - slope).max() < 2


def test_smoothing_of_nothing():
    for shape in ((0, 0), (1, 5), (4, 4)):
        east, north = gradient(smoothed(np.full(shape, np.nan), 10.0, 100.0), 10.0)
        assert east.shape == shape
        assert np.isnan(north).all()
