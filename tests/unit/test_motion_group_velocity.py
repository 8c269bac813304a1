"""Velocities of cells with their errors, and offsets between tracks."""

import numpy as np
import pytest

from hotslope.motion.group_velocity import group_velocity, scatter_within
from hotslope.motion.reference_offsets import MIN_STABLE_CELLS, reference_offsets


def test_median_and_its_error_by_hand():
    group = np.array([0, 0, 0, 2, 3, 3])
    velocity = np.array([1.0, 2.0, 9.0, 5.0, 4.0, 4.0])
    found = group_velocity(group, 4, velocity, min_points=2, shared_error_mm_yr=1.0)
    assert found.points.tolist() == [3, 0, 1, 2]
    np.testing.assert_array_equal(found.velocity_mm_yr, [2.0, np.nan, np.nan, 4.0])
    # s² of 1, 2, 9 is 19; no group has five points to tell the track's scatter.
    np.testing.assert_allclose(
        found.std_mm_yr, [np.sqrt(np.pi / 2 * 19 / 3 + 1), np.nan, np.nan, 1.0]
    )
    none = group_velocity(group[:0], 2, velocity[:0], min_points=1, shared_error_mm_yr=1.0)
    assert np.isnan(none.velocity_mm_yr).all()


def test_error_is_that_of_repeated_draws():
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(2000), 9)
    velocity = rng.normal(0, 3, group.size)
    assert scatter_within(group, 2000, velocity) == pytest.approx(3, rel=0.03)
    found = group_velocity(group, 2000, velocity, min_points=2, shared_error_mm_yr=0.0)
    # Stated errors are a little large on average: the larger of two scatters.
    actual = found.velocity_mm_yr.std()
    assert np.median(found.std_mm_yr) == pytest.approx(actual, rel=0.05)
    assert actual < found.std_mm_yr.mean() < 1.3 * actual


def test_wild_points_do_not_set_the_scatter():
    group = np.repeat(np.arange(200), 8)
    velocity = np.random.default_rng(4).normal(0, 2, group.size)
    velocity[::40] = 80.0
    assert scatter_within(group, 200, velocity) < 4


def two_tracks(count=400):
    rng = np.random.default_rng(8)
    velocities = rng.normal(0, 0.8, (2, count))
    velocities[:, : count // 10] += 40.0  # slides
    velocities[1, -50:] = np.nan
    return velocities


def test_offsets_are_found_beside_slides():
    velocities = two_tracks() + np.array([[2.5], [-1.0]])
    found = reference_offsets(velocities, 3.0)
    np.testing.assert_allclose(found.offset_mm_yr, [2.5, -1.0], atol=0.15)
    np.testing.assert_allclose(found.spread_mm_yr, 0.8, atol=0.12)
    assert not found.stable[:, :40].any()
    assert not found.stable[:, -50:].any()


def test_a_constant_moves_the_offset_alone():
    velocities = two_tracks()
    first = reference_offsets(velocities, 3.0)
    second = reference_offsets(velocities + np.array([[10.0], [0.0]]), 3.0)
    np.testing.assert_allclose(second.offset_mm_yr - first.offset_mm_yr, [10.0, 0.0], atol=1e-9)
    np.testing.assert_array_equal(second.stable, first.stable)


def test_too_little_stable_ground_gives_no_offset():
    few = two_tracks()[:, 40 : 40 + MIN_STABLE_CELLS - 1]
    assert np.isnan(reference_offsets(few, 50.0).offset_mm_yr).all()
    assert np.isnan(reference_offsets(np.full((2, 5), np.nan), 3.0).offset_mm_yr).all()
