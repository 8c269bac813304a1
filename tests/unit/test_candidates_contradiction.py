"""Whether a track that sees the ground at rest contradicts another one."""

import numpy as np
import pytest

from hotslope.candidates.contradiction import compare_tracks, plausible_directions
from hotslope.terrain.geometry import line_of_sight

DESCENDING = np.stack(line_of_sight(39.5, 192.0)).astype(np.float64)
ASCENDING = np.stack(line_of_sight(37.0, 348.0)).astype(np.float64)


def gradient(slope_deg, aspect_deg):
    steep, azimuth = np.tan(np.radians(slope_deg)), np.radians(aspect_deg)
    return np.array([[steep * np.sin(azimuth), steep * np.cos(azimuth)]])


def compared(rates, stds, slope_deg, aspect_deg, los=(DESCENDING, ASCENDING)):
    return compare_tracks(
        tuple(np.array([rate]) for rate in rates),
        tuple(np.array([std]) for std in stds),
        tuple(sight[None, :] for sight in los),
        gradient(slope_deg, aspect_deg),
    )


@pytest.mark.parametrize(
    ("rates", "slope_deg", "aspect_deg", "expected"),
    [
        # A slope to the east moves toward the descending sensor and away from the ascending one.
        ((12.0, 0.0), 15.0, 90.0, True),
        ((12.0, -9.0), 15.0, 90.0, False),
        # Toward the descending sensor on a slope to the north, as no motion down it would be.
        ((12.0, 0.0), 15.0, 0.0, True),
        # On flat ground only vertical motion is plausible, and both tracks see it.
        ((-12.0, 0.0), 1.0, 0.0, True),
        ((-12.0, -11.0), 1.0, 0.0, False),
    ],
)
def test_a_track_that_would_see_the_motion_contradicts_it(rates, slope_deg, aspect_deg, expected):
    found = compared(rates, (1.0, 1.0), slope_deg, aspect_deg)
    assert found.contradicted().tolist() == [expected]


@pytest.mark.parametrize("error", [0.4, 1.0, 2.5])
@pytest.mark.parametrize(
    ("slope_deg", "aspect_deg"), [(25.0, 290.0), (26.0, 304.0), (10.0, 324.0), (35.0, 270.0)]
)
def test_a_blind_track_contradicts_nothing(slope_deg, aspect_deg, error):
    """Motion to the west that dips by 23 to 36° runs across the ascending line of sight.

    However exact the rates are: then few directions explain them, but the true one does.
    """
    blind = compared((-26.0, 0.0), (error, error), slope_deg, aspect_deg)
    assert blind.likelihood_ratio[0] > 0.1
    assert not blind.contradicted().any()


def test_a_track_that_moves_contradicts_nothing():
    """Both tracks move, as motion along a gentle slope to the east would show them, or not."""
    for rates in ((31.0, -36.0), (31.0, 36.0), (12.8, -16.0)):
        for slope_deg in (1.0, 4.0, 20.0):
            found = compared(rates, (0.8, 0.9), slope_deg, 60.0)
            assert found.errors_seen[0] > 2.5
            assert not found.contradicted().any()


def test_a_track_with_large_errors_contradicts_nothing():
    assert compared((12.0, 0.0), (1.0, 1.0), 20.0, 90.0).contradicted().all()
    assert not compared((12.0, 0.0), (1.0, 8.0), 20.0, 90.0).contradicted().any()


def test_nothing_is_contradicted_without_terrain_or_points():
    assert not compared((-12.0, 0.0), (1.0, 1.0), np.nan, 270.0).contradicted().any()
    assert not compared((-12.0, np.nan), (1.0, np.nan), 20.0, 270.0).contradicted().any()


def test_the_ratio_is_that_of_a_single_direction():
    """On flat ground the motion is vertical: the ratio in closed form."""
    found = compared((-9.0, -6.0), (2.0, 3.0), 0.0, 0.0)
    seen = np.array([DESCENDING[2], ASCENDING[2]])
    rates, stds = np.array([-9.0, -6.0]), np.array([2.0, 3.0])
    speed = np.sum(seen * rates / stds**2) / np.sum((seen / stds) ** 2)
    down = np.exp(0.5 * ((6 / 3) ** 2 - np.sum(((rates - speed * seen) / stds) ** 2)))
    np.testing.assert_allclose(found.likelihood_ratio, [down])
    np.testing.assert_allclose(found.errors_expected, [9.0 * seen[1] / seen[0] / 3.0])
    np.testing.assert_allclose(found.errors_seen, [2.0])


def test_directions_are_unit_vectors_around_the_slope():
    slopes = np.concatenate([gradient(30.0, 120.0), gradient(4.0, 10.0), [[np.nan, np.nan]]])
    directions = plausible_directions(slopes)
    np.testing.assert_allclose(np.linalg.norm(directions[:2], axis=2), 1.0)
    slope = directions[0][:-2]
    azimuth = np.degrees(np.arctan2(slope[:, 0], slope[:, 1])) % 360
    assert azimuth.min() >= 90 - 1e-9
    assert azimuth.max() <= 150 + 1e-9
    np.testing.assert_allclose(np.degrees(np.arcsin(-slope[:, 2])).max(), 50.0)
    np.testing.assert_allclose(np.abs(directions[1, :, 2]), 1.0)
    assert np.isnan(directions[2]).any()
