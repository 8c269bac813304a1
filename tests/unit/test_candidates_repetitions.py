"""Repeated outlines on one sheet: those of the rate rule from repeated points, one by one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from candidates_rates import rate_labels, same_regions
from hotslope.candidates.repetitions import RateRule, TrackPoints, repeated_regions, view_of
from hotslope.grid import Grid
from hotslope.motion.rate import STATISTICS

GRID = Grid.from_bounds([500000, 4000000, 502000, 4002000], 12.5, "EPSG:32647")
RULE = RateRule(
    bandwidth_m=120.0,
    statistic="median",
    threshold_mm_yr=10.0,
    significance=0.01,
    min_points=3,
    min_cells=30,
    opening_cells=1,
)
#: All of the bodies, parts of them, a corner of the one that moves away.
WINDOWS = {
    "all": GRID.window(slice(10, 150), slice(10, 150)),
    "half": GRID.window(slice(60, 97), slice(66, 110)),
    "corner": GRID.window(slice(52, 65), slice(50, 62)),
}


def bodies(seed=2):
    """Points that move in two bodies and in a ring around a third that moves the other way."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(500000, 502000, 1500), rng.uniform(4000000, 4002000, 1500)
    rate = rng.normal(0, 2, x.size)
    ring = np.hypot(x - 501000, y - 4000900)
    rate[ring < 300] -= 16
    rate[ring < 120] += 34
    rate[np.hypot(x - 500700, y - 4001300) < 130] -= 13
    rate[np.hypot(x - 501400, y - 4001400) < 160] += 12
    q = np.where(rng.random(x.size) < 0.2, 1e-4, 0.5)
    frame = pd.DataFrame({"x_m": x, "y_m": y, "relative_mm_yr": rate, "z": np.sign(rate), "q": q})
    return frame.sort_values("x_m", ignore_index=True)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("statistic", STATISTICS)
def test_each_repetition_is_the_rate_rule_of_its_points(statistic, name, sign):
    points, window = bodies(), WINDOWS[name]
    rule = replace(RULE, statistic=statistic)
    counts = np.random.default_rng(1).poisson(1, (6, len(points))).astype(np.uint8)
    view = view_of(TrackPoints.of_frame(points), counts, sign, rule, window)
    found = repeated_regions(view, window)
    assert found.shape == (6 + 4, *window.shape)
    drawn = [points.iloc[np.repeat(np.arange(len(points)), times)] for times in counts]
    expected = [rate_labels(sample, window, sign, rule) for sample in drawn]
    for bandwidth_m, threshold_mm_yr in [(90.0, 10.0), (150.0, 10.0), (120.0, 8.0), (120.0, 12.0)]:
        changes = {"bandwidth_m": bandwidth_m, "threshold_mm_yr": threshold_mm_yr}
        expected.append(rate_labels(points, window, sign, rule, **changes))
    assert all(map(same_regions, found, expected))
    # Numbers run over all repetitions.
    numbers = [set(np.unique(labels[labels > 0])) for labels in found]
    assert sum(map(len, numbers)) == len(set().union(*numbers)) == found.max()
    assert found.max() > 1 or (name, sign) == ("corner", 1)


def test_moving_points_beside_a_window_count_in_their_own_repetition_only():
    """A body at the lower edge of the window whose seed lies in the row below it."""
    window = GRID.window(slice(40, 60), slice(40, 60))
    x, y = (
        part.ravel()
        for part in np.meshgrid(
            np.arange(500510, 500750, 20.0), np.arange(4001256.25, 4001480, 12.5)
        )
    )
    below = (y < 4001250) | (np.arange(x.size) == 0)
    y[0] = 4001243.75
    frame = pd.DataFrame(
        {"x_m": x, "y_m": y, "relative_mm_yr": 20.0, "z": 9.0, "q": np.where(below, 0.0, 0.9)}
    ).sort_values("x_m", ignore_index=True)
    counts = np.ones((3, len(frame)), dtype=np.uint8)
    counts[0, frame["q"] == 0] = 0  # the first repetition has no seed
    view = view_of(TrackPoints.of_frame(frame), counts, 1, RULE, window)
    found = repeated_regions(view, window)[:3]
    assert (found > 0).any(axis=(1, 2)).tolist() == [False, True, True]
