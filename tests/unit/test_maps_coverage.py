"""What counts as measured: truth table over classes of ground, points and tracks."""

import numpy as np
import pytest
from affine import Affine

from hotslope.grid import Grid
from hotslope.maps.coverage import (
    BLIND,
    COVERAGE_NAMES,
    HIDDEN,
    LOST,
    MEASURED,
    NO_POINTS,
    TrackView,
    joint_coverage,
    track_coverage,
    within_reach,
)

GRID = Grid("EPSG:32647", Affine(10, 0, 0, 0, -10, 100), (10, 10))


@pytest.mark.parametrize(
    ("points", "dropped", "visibility", "sensitivity", "expected"),
    [
        (True, True, 0, 0.8, MEASURED),
        (True, False, 0, -0.31, MEASURED),
        (True, False, 0, np.nan, MEASURED),  # flat, or no DEM
        (True, False, np.nan, np.nan, MEASURED),
        (True, False, 0, 0.29, BLIND),
        (True, False, 1, 0.8, HIDDEN),
        (False, True, 2, 0.8, HIDDEN),
        (False, True, 0, 0.8, LOST),
        (False, False, 0, 0.8, NO_POINTS),
        (False, False, np.nan, np.nan, NO_POINTS),
    ],
)
def test_one_track(points, dropped, visibility, sensitivity, expected):
    view = TrackView(
        np.array([points]), np.array([dropped]), np.array([visibility]), np.array([sensitivity])
    )
    assert track_coverage(view).tolist() == [expected]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (MEASURED, HIDDEN, MEASURED),
        (BLIND, HIDDEN, BLIND),
        (BLIND, MEASURED, MEASURED),
        (LOST, HIDDEN, LOST),
        (NO_POINTS, HIDDEN, NO_POINTS),
        (HIDDEN, HIDDEN, HIDDEN),
        (LOST, NO_POINTS, LOST),
    ],
)
def test_two_tracks_say_what_the_better_says(first, second, expected):
    pair = [np.array([code], dtype=np.uint8) for code in (first, second)]
    assert joint_coverage(pair).tolist() == [expected]
    assert joint_coverage(pair[::-1]).tolist() == [expected]


def test_every_code_has_a_name():
    assert len(COVERAGE_NAMES) == 5


def test_reach_is_a_disc_and_crosses_the_border():
    near = within_reach(np.array([55.0, 105.0]), np.array([55.0, 5.0]), GRID, 20.0)
    rows, columns = np.nonzero(near)
    first = (rows - 4) ** 2 + (columns - 5) ** 2 <= 4
    second = (rows - 9) ** 2 + (columns - 10) ** 2 <= 4
    assert (first | second).all()
    assert near.sum() == 13 + 3
    assert not within_reach(np.array([]), np.array([]), GRID, 20.0).any()
    assert not within_reach(np.array([5000.0]), np.array([5.0]), GRID, 20.0).any()
