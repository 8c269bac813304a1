"""The share of noise among candidates, and outlines of noise fields."""

import numpy as np
import pandas as pd
import pytest

from hotslope.candidates.false_discovery import expected_noise, noise_rates
from hotslope.candidates.noise_outlines import (
    GateSettings,
    NoiseOutlines,
    noise_outlines,
    strength_of,
)
from hotslope.candidates.rate_rule import rate_regions, region_of_points
from hotslope.candidates.repetitions import RateRule
from hotslope.grid import Grid
from hotslope.motion.noise_fields import draw_errors
from hotslope.motion.rate import local_rate
from hotslope.motion.rate_errors import mean_rate_std
from hotslope.motion.scores import corrected_scores, local_rate_scores
from hotslope.motion.variogram import Variogram

GRID = Grid.from_bounds([0, 0, 3_000, 3_000], 25.0, "EPSG:32647")
RULE = RateRule(
    bandwidth_m=150.0,
    statistic="median",
    threshold_mm_yr=10.0,
    significance=0.01,
    min_points=3,
    min_cells=13,
    opening_cells=0,
)
GATE = GateSettings(center="median", min_neighbours=3, correction="fdr")


def drawn(std, sill, fields=4, seed=(1,)):
    x, y = np.random.default_rng(1).uniform(0, 3_000, (2, 2_000))
    variogram = Variogram(std**2, sill, 300.0)
    own = np.full(2_000, std)
    return noise_outlines(x, y, own, variogram, RULE, 200.0, GATE, GRID, fields=fields, seed=seed)


def test_q_is_noise_expected_over_candidates_found():
    noise = [
        NoiseOutlines(10, 10.0, np.array([1.0, 2.0, 3.0, 6.0])),
        NoiseOutlines(4, 2.0, np.array([3.0])),
    ]
    strength = np.array([5.0, 2.5, 7.0, 2.5])
    # 5: one of track 1 in 10 fields; 2.5: two in 10 and one in 2. Beyond 6 and 3: normal tails.
    tails = np.exp([-6.5, -20.0]), np.exp(-8.0)
    expected = [tails[0] @ [0.1, 0.5], 0.1 + tails[1] / 2, 0.7, 0.7]
    np.testing.assert_allclose(expected_noise(noise, np.sort(strength)[::-1]), expected)
    q, p = noise_rates(noise, strength)
    np.testing.assert_allclose(q, [expected[1] / 2, 0.175, expected[0], 0.175])
    np.testing.assert_allclose(
        p,
        [expected[1] - expected[0], (0.7 - expected[1]) / 2, expected[0], (0.7 - expected[1]) / 2],
    )


def test_q_never_rises_with_strength():
    random = np.random.default_rng(2)
    noise = [NoiseOutlines(1, 1.0, random.exponential(2, 40))]
    strength = random.exponential(4, 60)
    q, p = noise_rates(noise, strength)
    order = np.argsort(strength)
    assert (np.diff(q[order]) <= 0).all()
    assert (np.diff(p[order]) <= 1e-12).all()
    assert q.max() <= 1
    assert p.max() <= 1


def test_without_candidates_or_noise():
    q, p = noise_rates([NoiseOutlines(5, 5.0, np.zeros(0))], np.array([4.0, np.inf]))
    np.testing.assert_allclose(q, [np.exp(-8.0) / 5 / 2, 0.0])
    np.testing.assert_allclose(p, [np.exp(-8.0) / 5, 0.0])
    assert noise_rates([], np.zeros(0))[0].size == 0


def test_strength():
    found = strength_of(np.array([-6.0, 0.0, 3.0, np.nan]), np.array([2.0, 0.0, 0.0, np.nan]))
    assert found.tolist() == [3.0, 0.0, np.inf, 0.0]


def test_small_errors_make_no_outlines():
    found = drawn(std=2.0, sill=1.0)
    assert found.fields == 4
    assert found.exposure == 4.0
    assert found.strength.size == 0


def test_large_shared_errors_make_outlines():
    found = drawn(std=3.0, sill=64.0)
    assert found.strength.size > 4
    # Each mean is beyond 10 mm/yr, or nearly, and its error is that of the field.
    assert 1.0 < np.median(found.strength) < 3.0
    again = drawn(std=3.0, sill=64.0)
    np.testing.assert_array_equal(found.strength, again.strength)
    other = drawn(std=3.0, sill=64.0, seed=(2,))
    assert not np.array_equal(found.strength, other.strength)


def test_windows_find_the_outlines_of_the_whole_grid():
    """The rule on every cell of the grid at once, in both senses, gives the same strengths."""
    x, y = np.random.default_rng(1).uniform(0, 3_000, (2, 2_000))
    variogram, own = Variogram(9.0, 64.0, 300.0), np.full(2_000, 3.0)
    errors = draw_errors(x, y, own, variogram, np.random.default_rng([1, 0]))
    found = local_rate_scores(
        x, y, errors, 200.0, center=GATE.center, min_neighbours=GATE.min_neighbours
    )
    scores = corrected_scores(*found, GATE.correction)
    rate, _ = local_rate(
        x, y, errors, RULE.bandwidth_m, GRID,
        threshold_mm_yr=RULE.threshold_mm_yr, statistic=RULE.statistic,
    )  # fmt: skip
    points = pd.DataFrame(
        {"x_m": x, "y_m": y, "relative_mm_yr": errors, "z": scores.z, "q": scores.q}
    )
    expected = []
    for sign in (1, -1):
        labels = rate_regions(
            rate, GRID, points, sign,
            threshold_mm_yr=RULE.threshold_mm_yr, significance=RULE.significance,
            min_points=RULE.min_points, min_cells=RULE.min_cells, opening_cells=0,
        )  # fmt: skip
        region = region_of_points(labels, GRID, x, y)
        for number in range(1, labels.max() + 1):
            inside = region == number
            std = mean_rate_std(x[inside], y[inside], own[inside], variogram)
            expected.append(abs(errors[inside].mean()) / std)
    assert len(expected) > 4
    found = drawn(std=3.0, sill=64.0, fields=1)
    np.testing.assert_allclose(np.sort(found.strength), np.sort(expected), rtol=1e-9)


@pytest.mark.parametrize("fields", [0, 3])
def test_no_points(fields):
    none = np.zeros(0)
    found = noise_outlines(
        none,
        none,
        none,
        Variogram(1.0, 1.0, 300.0),
        RULE,
        200.0,
        GATE,
        GRID,
        fields=fields,
        seed=(1,),
    )
    assert found.strength.size == 0
