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


ALL_ROWS = slice(0, GRID.shape[0])


def reached(x_m, y_m, wanted=ALL_ROWS):
    return within_reach(*GRID.rows_columns(np.array(x_m), np.array(y_m)), GRID, 20.0, wanted)


def test_reach_is_a_disc_and_crosses_the_border():
    near = reached([55.0, 105.0], [55.0, 5.0])
    rows, columns = np.nonzero(near)
    first = (rows - 4) ** 2 + (columns - 5) ** 2 <= 4
    second = (rows - 9) ** 2 + (columns - 10) ** 2 <= 4
    assert (first | second).all()
    assert near.sum() == 13 + 3
    assert not reached([], []).any()
    assert not reached([5000.0], [5.0]).any()


@pytest.mark.parametrize("height", [1, 3, 7])
def test_reach_by_rows_is_that_of_the_whole(height):
    x_m, y_m = np.random.default_rng(4).uniform(-30, 130, (2, 12))
    strips = [slice(top, min(top + height, 10)) for top in range(0, 10, height)]
    parts = [reached(x_m, y_m, strip) for strip in strips]
    whole = reached(x_m, y_m)
    assert whole.any()
    assert not whole.all()
    assert np.array_equal(np.concatenate(parts), whole)
