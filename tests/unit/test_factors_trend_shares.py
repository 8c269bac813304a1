import numpy as np
import shapely

from hotslope.factors.trend_shares import count_trends, trend_shares

POLYGONS = np.array(
    [shapely.box(0, 0, 10, 10), shapely.box(5, 5, 20, 20), shapely.box(90, 90, 99, 99)]
)


def test_six_codes_make_three_groups() -> None:
    x_m = np.array([1.0, 2, 3, 4, 1, 2, 50])
    counts = count_trends(POLYGONS, x_m, np.ones(7), np.array([0, 1, 2, 3, 4, 5, 1], dtype=np.int8))
    assert counts.tolist() == [[1, 1, 4], [0, 0, 0], [0, 0, 0]]


def test_points_without_a_class_are_missing_and_no_share() -> None:
    x_m = np.array([1.0, 2, 3, 12])
    counts = count_trends(POLYGONS, x_m, np.full(4, 6.0), np.array([-1, 1, -1, -1], np.int8))
    assert counts.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert np.isnan(trend_shares(counts)[1]).all()


def test_points_on_edges_and_in_overlaps_count_for_each() -> None:
    counts = count_trends(POLYGONS, np.array([6.0, 20.0]), np.array([6.0, 7.0]), np.array([1, 0]))
    assert counts.tolist() == [[0, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_shares_sum_to_one_or_are_missing() -> None:
    shares = trend_shares(np.array([[1, 1, 2], [0, 0, 0]]))
    np.testing.assert_array_equal(shares, [[0.25, 0.25, 0.5], [np.nan] * 3])


def test_no_candidates_and_no_points() -> None:
    none = np.empty(0)
    assert count_trends(POLYGONS[:0], np.ones(2), np.ones(2), np.array([0, 1])).shape == (0, 3)
    assert count_trends(POLYGONS, none, none, none.astype(np.int8)).sum() == 0
    assert trend_shares(np.empty((0, 3), dtype=np.int64)).shape == (0, 3)
