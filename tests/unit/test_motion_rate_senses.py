"""Senses of the local rate in many draws: those of `local_rate` from repeated points."""

import numpy as np
import pytest

from hotslope.grid import Grid
from hotslope.motion.rate import STATISTICS, local_rate
from hotslope.motion.rate_senses import rate_senses

GRID = Grid.from_bounds([700_000, 4_000_000, 700_700, 4_000_500], 12.5, "EPSG:32647")
CENTRE = 700_356.25, 4_000_256.25


def scattered(rng):
    """Points at random, some at the same place, slow but for a body that moves away."""
    x, y = rng.uniform(699_800, 700_900, 350), rng.uniform(3_999_800, 4_000_700, 350)
    x[:40], y[:40] = x[40:80], y[40:80]
    moving = np.hypot(x - CENTRE[0], y - CENTRE[1]) < 160
    return x, y, rng.normal(0, 3, x.size) - np.where(moving, 14.0, 0.0)


def lattice(rng):
    """Points on the cells' own lattice with few rates: equal weights and equal rates abound."""
    x, y = np.meshgrid(np.arange(699_800, 700_900, 50.0), np.arange(3_999_800, 4_000_700, 50.0))
    x, y = x.ravel() + 6.25, y.ravel() + 6.25
    moving = np.hypot(x - CENTRE[0], y - CENTRE[1]) < 160
    return x, y, np.where(moving, 1.0, -1.0) * rng.choice([0.0, 10.0, 20.0], x.size)


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("points", [scattered, lattice])
@pytest.mark.parametrize("bandwidth_m", [60.0, 100.0, 150.0])
def test_drawn_points_are_repeated_points(points, statistic, bandwidth_m):
    rng = np.random.default_rng(3)
    x, y, rate = points(rng)
    thresholds = np.array([10.0] * 8 + [5.0, 12.0])
    counts = rng.poisson(1, (len(thresholds), x.size)).astype(np.uint8)
    counts[0] = 1
    senses = rate_senses(
        x, y, rate, counts, bandwidth_m, GRID, thresholds_mm_yr=thresholds, statistic=statistic
    )
    assert senses.dtype == np.int8
    assert (senses[:9] != 0).any(axis=(1, 2)).all()
    for sense, times, threshold in zip(senses, counts, thresholds, strict=True):
        expected, _ = local_rate(
            *(np.repeat(part, times) for part in (x, y, rate)), bandwidth_m, GRID,
            threshold_mm_yr=threshold, statistic=statistic,
        )  # fmt: skip
        toward, away = expected >= threshold, expected <= -threshold
        np.testing.assert_array_equal(sense, toward.astype(int) - away)


@pytest.mark.parametrize(
    ("times", "threshold", "sense"),
    [
        ((1, 1), 20.0, 1),  # halves weigh alike: 0.5 (10 + 30)
        ((3, 3), 20.0, 1),
        ((2, 2), 20.1, 0),
        ((7, 7), 20.1, 0),
        ((1, 2), 30.0, 1),
        ((2, 1), 10.0, 1),
        ((2, 1), 10.1, 0),
        ((1, 0), 10.0, 1),  # one point at the very cell: a support of 1
        ((0, 1), 30.1, 0),
        ((0, 0), 1.0, 0),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_median_of_two_points_at_one_cell(times, threshold, sense, sign):
    x, y = np.full(2, CENTRE[0]), np.full(2, CENTRE[1])
    senses = rate_senses(
        x, y, sign * np.array([10.0, 30.0]), [times], 100.0, GRID, thresholds_mm_yr=[threshold]
    )
    row, column = GRID.rows_columns(x[:1], y[:1])
    assert senses[0, row[0], column[0]] == sign * sense


@pytest.mark.parametrize("statistic", STATISTICS)
def test_no_points(statistic):
    none = np.zeros(0)
    senses = rate_senses(
        none, none, none, np.zeros((2, 0)), 100.0, GRID,
        thresholds_mm_yr=[10.0, 10.0], statistic=statistic,
    )  # fmt: skip
    assert senses.shape == (2, *GRID.shape)
    assert not senses.any()


def test_refuses_an_unknown_statistic():
    one = np.array([CENTRE[0]]), np.array([CENTRE[1]]), np.array([30.0])
    with pytest.raises(ValueError, match="statistic"):
        rate_senses(*one, [[1]], 100.0, GRID, thresholds_mm_yr=[10.0], statistic="mode")
