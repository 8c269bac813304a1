"""Displacements held epoch by epoch in memory: the same numbers, whatever is taken or joined."""

import numpy as np
import pytest

from hotslope.points.epoch_columns import empty_epochs, stack_points, take_points

SERIES = np.arange(12, dtype=np.float32).reshape(4, 3)


@pytest.mark.parametrize("memory", ["C", "F"])
@pytest.mark.parametrize(
    "points",
    [
        np.array([True, False, True, True]),
        np.zeros(4, dtype=bool),
        np.array([3, 0, 1, 0]),
        np.array([], dtype=np.intp),
    ],
    ids=["some", "none", "in another order", "no index"],
)
def test_points_are_taken_in_their_order(memory, points):
    taken = take_points(np.asarray(SERIES, order=memory), points)
    np.testing.assert_array_equal(taken, SERIES[points])
    assert taken.dtype == np.float32
    assert all(epoch.flags.c_contiguous for epoch in taken.T)


def test_all_points_are_the_array_itself():
    assert take_points(SERIES, np.ones(4, dtype=bool)) is SERIES
    assert stack_points([SERIES]) is SERIES


def test_parts_follow_one_another():
    stacked = stack_points([SERIES, empty_epochs(0, 3), np.asfortranarray(SERIES[:1])])
    np.testing.assert_array_equal(stacked, np.concatenate([SERIES, SERIES[:1]]))
    assert all(epoch.flags.c_contiguous for epoch in stacked.T)


def test_series_without_epochs():
    assert take_points(SERIES[:, :0], np.array([1, 2])).shape == (2, 0)
