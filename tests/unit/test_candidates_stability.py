"""Stability of outlines: the same points give the same outline, few points an uncertain one."""

import numpy as np
import pandas as pd
import pytest
import shapely

from candidates_rates import rate_labels
from hotslope.candidates import stability
from hotslope.candidates.outlines import region_outlines, rows_around
from hotslope.candidates.repetitions import RateRule, TrackPoints, View
from hotslope.candidates.stability import (
    candidate_cells,
    confidence,
    drawn_counts,
    matching_cells,
    measure_candidate,
    recovery,
)
from hotslope.candidates.zones import window_around
from hotslope.grid import Grid

GRID = Grid.from_bounds([500000, 4000000, 503000, 4002500], 12.5, "EPSG:32647")
RULE = RateRule(
    bandwidth_m=140.0,
    statistic="median",
    threshold_mm_yr=10.0,
    significance=0.01,
    min_points=3,
    min_cells=52,
    opening_cells=1,
)
DISC = shapely.Point(501500, 4001250).buffer(250)


def disc_points(spacing_m=50.0, rate_mm_yr=30.0, seed=1):
    """Points at random, moving in a disc, with a little noise."""
    rng = np.random.default_rng(seed)
    west, south, east, north = GRID.bounds_m
    count = int((east - west) * (north - south) / spacing_m**2)
    x, y = rng.uniform(west, east, count), rng.uniform(south, north, count)
    inside = shapely.contains_xy(DISC, x, y)
    rate = np.where(inside, rate_mm_yr, 0.0) + rng.normal(0, 1, count)
    q = np.where(inside, 1e-6, 0.9)
    frame = pd.DataFrame({"x_m": x, "y_m": y, "relative_mm_yr": rate, "z": 9.0, "q": q})
    return frame.sort_values("x_m", ignore_index=True)


def measured(points, counts, rule=RULE):
    """Outline the disc, then measure the outline against the replicas."""
    labels = rate_labels(points, GRID, 1, rule)
    polygon = region_outlines(labels, GRID.transform)[0]
    window = window_around(polygon, rule.bandwidth_m, GRID)
    candidate = candidate_cells(polygon, window)
    assert np.count_nonzero(candidate) == np.count_nonzero(labels == 1)
    return measure_candidate(
        candidate, window, [View(TrackPoints.of_frame(points), counts, 1, rule)]
    )


def test_the_same_points_give_the_same_outline():
    points = disc_points()
    every_one_once = np.ones((3, len(points)), dtype=np.uint8)
    result = measured(points, every_one_once)
    assert result["stability"] == 1.0
    assert result["stability_iou"] == 1.0
    assert 0.5 < result["stability_bandwidth"] < 1.0
    # 30 mm/yr inside, none outside: the threshold hardly matters.
    assert result["stability_threshold"] > 0.9


def test_many_points_are_stable_and_few_are_not():
    dense, sparse = disc_points(50.0), disc_points(140.0)
    results = []
    for points in (dense, sparse):
        rule = RULE if points is dense else RateRule(**{**vars(RULE), "bandwidth_m": 300.0})
        results.append(measured(points, drawn_counts(len(points), 20, 0, 0), rule))
    assert results[0]["stability"] == 1.0
    assert results[0]["stability_iou"] > results[1]["stability_iou"]


def test_a_rate_near_the_threshold_is_lost_above_it():
    points = disc_points(rate_mm_yr=11.0)
    result = measured(points, drawn_counts(len(points), 10, 0, 0))
    assert result["stability_threshold"] == 0.0
    assert confidence(pd.DataFrame([result])).tolist() == ["low"]


def test_candidate_that_no_replica_holds():
    points = disc_points()
    result = measured(points, np.zeros((2, len(points)), dtype=np.uint8))
    assert result["stability"] == 0.0
    assert result["stability_iou"] == 0.0


def test_draws_depend_on_replica_and_track_only():
    both = drawn_counts(1000, 4, seed=5, track=0)
    assert (both.sum(axis=1) == 1000).all()
    np.testing.assert_array_equal(both[:2], drawn_counts(1000, 2, seed=5, track=0))
    assert (both[0] != both[1]).any()
    assert (both != drawn_counts(1000, 4, seed=5, track=1)).any()
    assert (both != drawn_counts(1000, 4, seed=6, track=0)).any()
    assert drawn_counts(0, 4, 0, 0).shape == (4, 0)


@pytest.mark.parametrize("at_a_time", [1_001, 5_000, 500_000])
def test_draws_are_the_same_for_any_number_at_a_time(monkeypatch, at_a_time):
    monkeypatch.setattr(stability, "_DRAWS_AT_A_TIME", at_a_time)
    draws = np.random.default_rng([7, 1, 0]).integers(0, 10_007, size=10_007)
    expected = np.bincount(draws, minlength=10_007)
    np.testing.assert_array_equal(drawn_counts(10_007, 1, seed=7, track=1)[0], expected)


@pytest.mark.parametrize(
    ("regions", "found"),
    [
        ({}, 0),  # nothing there
        ({1: (5, 15, 5, 15)}, 100),  # itself
        ({1: (5, 9, 5, 15), 2: (10, 15, 5, 15)}, 90),  # fallen apart: both pieces
        ({1: (0, 20, 0, 20)}, 400),  # grown: whole
        ({1: (13, 20, 5, 15)}, 0),  # a neighbour that laps over
        ({1: (0, 3, 0, 3)}, 0),  # apart
    ],
)
def test_regions_that_are_the_candidate_again(regions, found):
    candidate = np.zeros((20, 20), dtype=bool)
    candidate[5:15, 5:15] = True
    labels = np.zeros((20, 20), dtype=np.int32)
    for number, (top, bottom, left, right) in regions.items():
        labels[top:bottom, left:right] = number
    assert np.count_nonzero(matching_cells(labels, candidate)) == found


def test_recovery():
    candidate, cells = np.zeros((2, 4), dtype=bool), np.zeros((2, 4), dtype=bool)
    assert recovery(candidate, cells) == (0.0, 0.0)
    candidate[0], cells[:, :2] = True, True
    assert recovery(candidate, cells) == (0.5, 2 / 6)
    shares, overlaps = recovery(candidate, np.stack([cells, candidate, ~candidate]))
    assert (shares.tolist(), overlaps.tolist()) == ([0.5, 1.0, 0.0], [2 / 6, 1.0, 0.0])


@pytest.mark.parametrize(
    ("stability", "overlaps", "expected"),
    [
        (1.0, (0.8, 0.8, 0.9), "high"),
        (0.9, (0.6, 0.6, 0.6), "high"),
        (0.85, (0.8, 0.8, 0.9), "medium"),
        (1.0, (0.8, 0.5, 0.9), "medium"),
        (0.5, (0.4, 0.4, 0.4), "medium"),
        (0.45, (0.8, 0.8, 0.8), "low"),
        (1.0, (0.8, 0.8, 0.0), "low"),
    ],
)
def test_confidence(stability, overlaps, expected):
    names = ["stability_iou", "stability_bandwidth", "stability_threshold"]
    table = pd.DataFrame({"stability": [stability], **dict(zip(names, overlaps, strict=True))})
    assert confidence(table).tolist() == [expected]
    assert confidence(table[:0]).tolist() == []


def test_small_thresholds_are_varied_by_half():
    assert RULE.variants().tolist() == [[105, 10], [175, 10], [140, 8], [140, 12]]
    rule = RateRule(**{**vars(RULE), "threshold_mm_yr": 1.0})
    assert rule.variants()[2:, 1].tolist() == [0.5, 1.5]


def test_windows_end_where_the_grid_ends():
    corner = window_around(shapely.box(500000, 4002400, 500100, 4002500), 140.0, GRID)
    assert corner.bounds_m == (500000.0, 4002250.0, 500250.0, 4002500.0)


def test_points_around_outlines() -> None:
    x, y = np.arange(10.0), np.array([0.0, 5] * 5)
    polygons = np.array([shapely.box(2, 0, 3, 1), shapely.box(8, 4, 8.5, 5)], dtype=object)
    np.testing.assert_array_equal(rows_around(x, y, polygons, 1.0), [2, 4, 7, 9])
    assert rows_around(x, y, polygons[:0], 1.0).size == 0


def test_counts_of_some_points_are_those_of_all() -> None:
    wanted = np.array([3, 4, 90])
    np.testing.assert_array_equal(
        drawn_counts(100, 5, 1, 2, wanted), drawn_counts(100, 5, 1, 2)[:, wanted]
    )
