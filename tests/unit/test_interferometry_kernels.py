"""Network, inversion, regression, atmosphere and reference, on series whose truth is known."""

import numpy as np
import pytest
from scipy.optimize import brentq

from hotslope.interferometry.atmosphere import (
    estimate_atmosphere,
    smooth_in_space,
    time_smoother,
)
from hotslope.interferometry.contradictions import agreement_with_others, conjugated
from hotslope.interferometry.geometry import height_sensitivity, slant_range_m
from hotslope.interferometry.inversion import invert_network, phase_weights, variance_factor
from hotslope.interferometry.network import (
    choose_pairs,
    date_baselines,
    network_pieces,
    pair_matrix,
)
from hotslope.interferometry.reference import (
    best_square,
    frequent_rate,
    stable_points,
    within_disc,
)
from hotslope.interferometry.regression import (
    Design,
    PairNoise,
    regress,
    residual_coherence,
)

DAYS = 12.0 * np.arange(20)
YEARS = DAYS / 365.25
PAIRS = np.array([(i, j) for i in range(20) for j in (i + 1, i + 2) if j < 20])
BASELINE_M = 60.0 * np.random.default_rng(1).standard_normal(20)
ONE_PIECE = np.zeros(20, dtype=np.int64)


def test_pairs_keep_both_limits_which_are_included() -> None:
    days, metres = np.array([0, 12, 24, 42]), np.array([0.0, 161.0, 160.0, 0.0])
    limits = {"max_perpendicular_baseline_m": 160.0, "max_temporal_baseline_days": 30.0}
    assert choose_pairs(days, metres, **limits).tolist() == [[0, 2], [1, 2], [2, 3]]
    assert choose_pairs(days[:1], metres[:1], **limits).shape == (0, 2)


def test_pieces_are_numbered_by_their_earliest_date() -> None:
    assert network_pieces(np.array([(1, 3), (2, 4)]), 6).tolist() == [0, 1, 2, 1, 2, 3]
    assert network_pieces(np.empty((0, 2), dtype=int), 2).tolist() == [0, 1]


def test_baselines_of_pairs_become_those_of_dates_and_a_wrong_sign_shows() -> None:
    given = np.diff(BASELINE_M[PAIRS])[:, 0]
    found, misfit = date_baselines(PAIRS, given, 20)
    np.testing.assert_allclose(found, BASELINE_M - BASELINE_M[0], atol=1e-9)
    np.testing.assert_allclose(misfit, 0.0, atol=1e-9)
    given[7] *= -1
    _, misfit = date_baselines(PAIRS, given, 20)
    assert np.argmax(np.abs(misfit)) == 7


def test_noiseless_network_is_inverted_exactly_also_with_gaps() -> None:
    truth = np.cumsum(np.random.default_rng(2).normal(0, 1, (5, 20)), axis=1)
    truth -= truth[:, :1]
    phase = truth @ pair_matrix(PAIRS, 20).T
    weight = np.random.default_rng(3).uniform(0.5, 5.0, phase.shape)
    phase[1, [0, 4]] = np.nan  # still joined by others
    phase[2, [0, 1]] = np.nan  # the first date is cut off
    found = invert_network(phase, weight, PAIRS, 20)
    good = [0, 1, 3, 4]
    np.testing.assert_allclose(found.phase_rad[good], truth[good], atol=1e-9)
    np.testing.assert_allclose(found.temporal_coherence[good], 1.0, atol=1e-12)
    assert np.isnan(found.phase_rad[2]).all()
    assert np.isnan(found.temporal_coherence[2])
    assert found.used.tolist() == [37, 35, 35, 37, 37]


def test_weights_follow_the_bound_and_decide_between_contradicting_interferograms() -> None:
    np.testing.assert_allclose(phase_weights(np.array([0.6])), 0.36 / 0.64)
    assert np.isfinite(phase_weights(np.array([0.0, 1.0]))).all()
    pairs = np.array([(0, 1), (1, 2), (0, 2)])
    # The loop misses 0.9; by weights 2 : 2 : 1 the shares are 1/4, 1/4 and 1/2 of it.
    found = invert_network(np.array([[1.0, 1.0, 2.9]]), np.array([[2.0, 2.0, 1.0]]), pairs, 3)
    np.testing.assert_allclose(found.phase_rad, [[0.0, 1.225, 2.45]])
    np.testing.assert_allclose(found.misclosure, [2 * 2 * 0.225**2 + 0.45**2])
    residual = np.array([-0.225, -0.225, 0.45])
    np.testing.assert_allclose(found.temporal_coherence, abs(np.exp(1j * residual).mean()))


def test_a_whole_cycle_in_one_interferogram_lowers_temporal_coherence() -> None:
    phase = np.zeros((1, len(PAIRS)))
    phase[0, 10] = 2 * np.pi
    found = invert_network(phase, np.ones_like(phase), PAIRS, 20)
    assert found.temporal_coherence[0] < 0.95


def test_pieces_are_inverted_side_by_side() -> None:
    pairs = np.array([(0, 1), (2, 3)])
    found = invert_network(np.array([[1.0, 5.0]]), np.ones((1, 2)), pairs, 4)
    np.testing.assert_allclose(found.phase_rad, [[0.0, 1.0, 0.0, 5.0]])


def test_no_points_give_empty_results() -> None:
    found = invert_network(np.empty((0, len(PAIRS))), np.empty((0, len(PAIRS))), PAIRS, 20)
    assert found.phase_rad.shape == (0, 20)


def test_regression_separates_rate_and_height_of_every_piece() -> None:
    pieces = np.repeat([0, 1], 10)
    design = Design(YEARS, BASELINE_M, pieces)
    rate, slope = np.array([-30.0, 12.0]), np.array([0.05, -0.02])
    series = rate[:, None] * YEARS + slope[:, None] * BASELINE_M + 7.0 * pieces
    found = regress(series, design)
    np.testing.assert_allclose(found.rate_mm_yr, rate)
    np.testing.assert_allclose(found.slope_mm_m, slope)
    np.testing.assert_allclose(found.residual_mm, 0.0, atol=1e-9)


def test_standard_errors_are_those_of_repeated_noise() -> None:
    random = np.random.default_rng(4)
    design = Design(YEARS, BASELINE_M, ONE_PIECE)
    matrix = pair_matrix(PAIRS, 20)
    noise = 0.5 * random.standard_normal((4000, len(PAIRS)))
    phase = 0.3 * random.standard_normal((4000, 20)) @ matrix.T + noise
    weight = np.ones_like(phase)
    inverted = invert_network(phase, weight, PAIRS, 20, design.estimator(), design.projector())
    factor = variance_factor(inverted.misclosure, inverted.used, 19)
    np.testing.assert_allclose(np.median(factor), 0.25, rtol=0.05)
    pair_noise = PairNoise(inverted.variance * factor[:, None], inverted.trace * factor)
    found = regress(inverted.phase_rad, design, pair_noise)
    for values, errors in (
        (found.rate_mm_yr, found.rate_std_mm_yr),
        (found.slope_mm_m, found.slope_std_mm_m),
    ):
        assert 0.93 < values.std() / np.sqrt(np.mean(errors**2)) < 1.07
    # Without the noise of pairs, which hides in the residuals, errors are too small.
    plain = regress(inverted.phase_rad, design)
    assert plain.rate_mm_yr.std() / np.sqrt(np.mean(plain.rate_std_mm_yr**2)) > 1.15


def test_network_without_loops_has_no_variance_factor() -> None:
    assert variance_factor(np.zeros(3), np.full(3, 19), 19).tolist() == [0.0, 0.0, 0.0]


def test_baselines_that_follow_time_are_correlated_with_it() -> None:
    assert Design(YEARS, 5.0 + 100.0 * YEARS, ONE_PIECE).correlation() == pytest.approx(1.0)
    assert Design(YEARS, np.full(20, 3.0), ONE_PIECE).correlation() == 1.0
    assert abs(Design(YEARS, BASELINE_M, ONE_PIECE).correlation()) < 0.5


def test_residual_coherence_of_quarter_waves() -> None:
    quarter_mm = 1000 * 0.0555 / 8
    residual = np.array([[0.0, 0.0], [quarter_mm, -quarter_mm], [0.0, quarter_mm]])
    found = residual_coherence(residual, 0.0555)
    np.testing.assert_allclose(found, [1.0, 0.0, np.sqrt(0.5)], atol=1e-12)


def test_atmosphere_is_smooth_in_space_and_rough_in_time() -> None:
    random = np.random.default_rng(6)
    x, y = random.uniform(0, 6000, (2, 3000))
    air = random.normal(0, 4, 20) * np.sin(x / 2500.0)[:, None]
    slow = 10.0 * np.sin(2 * np.pi * YEARS / 1.2)
    local = np.where(np.arange(3000)[:, None] == 5, slow, 0.0)
    noise = random.normal(0, 1, (3000, 20))
    found = estimate_atmosphere(air + noise + local, x, y, DAYS, space_m=300, time_days=60)
    high = air - air @ time_smoother(DAYS, 60).T
    assert np.std(found - high) < 0.3 * np.std(high)
    # Slow motion of all points together is not taken away.
    taken = estimate_atmosphere(np.tile(slow, (3000, 1)), x, y, DAYS, space_m=300, time_days=30)
    assert np.std(taken) < 0.15 * np.std(slow)


def test_smoothing_keeps_a_constant_and_ignores_gaps() -> None:
    x, y = np.array([0.0, 10.0, 9000.0]), np.array([0.0, 0.0, 40.0])
    values = np.array([[2.0], [2.0], [5.0]])
    np.testing.assert_allclose(smooth_in_space(values, x, y, 100.0), values, rtol=1e-6)
    np.testing.assert_allclose(time_smoother(DAYS, 50.0) @ (3 + 2 * DAYS), 3 + 2 * DAYS)
    # With no other date in reach, a date keeps its value.
    np.testing.assert_allclose(time_smoother(np.array([0.0, 900.0]), 10.0), np.eye(2))


def test_reference_is_ground_that_rests() -> None:
    random = np.random.default_rng(7)
    x, y = random.uniform(0, 2000, (2, 2000))
    rate = np.where((x < 1000) & (y < 1000), 15.0, 0.0) + random.normal(0, 2, 2000)
    calm = (x >= 1500) & (y >= 1500)
    rate[calm] = random.normal(0, 0.3, calm.sum())
    chosen = stable_points(x, y, rate, np.full(2000, 1.0))
    assert chosen.any()
    assert (chosen <= calm).all()
    assert frequent_rate(rate) == pytest.approx(0.0, abs=0.5)
    assert within_disc(x, y, (x[3], y[3]), 0.0).tolist().count(True) == 1


def test_no_square_with_enough_points_is_no_reference() -> None:
    x = np.arange(5.0)
    assert not best_square(x, x, np.zeros(5)).any()
    assert not best_square(x, x, np.full(5, np.nan)).any()


def test_conjugated_interferogram_contradicts_its_loops() -> None:
    random = np.random.default_rng(8)
    phase = np.cumsum(random.normal(0, 1, (200, 20)), axis=1) @ pair_matrix(PAIRS, 20).T
    assert conjugated(agreement_with_others(phase, PAIRS, 20)).size == 0
    phase[:, 17] *= -1
    assert conjugated(agreement_with_others(phase, PAIRS, 20))[0] == 17
    # Nothing can be told in a chain, nor of few points.
    chain = np.array([(i, i + 1) for i in range(19)])
    assert np.isnan(agreement_with_others(random.normal(0, 1, (99, 19)), chain, 20)).all()
    assert np.isnan(agreement_with_others(phase[:5], PAIRS, 20)).all()


def test_two_satellites_see_a_wrong_height_as_motion() -> None:
    """From ranges alone: a scatterer above the height used lies where its range is the same."""
    earth_m, orbit_m, above_m, baseline_m = 6_371_000.0, 693_000.0, 10.0, 100.0

    def at(angle: float, up_m: float) -> np.ndarray:
        return (earth_m + up_m) * np.array([np.sin(angle), np.cos(angle)])

    for incidence_deg in (25.0, 39.0, 50.0):
        look = np.arcsin(earth_m * np.sin(np.radians(incidence_deg)) / (earth_m + orbit_m))
        first = at(look - np.radians(incidence_deg), orbit_m)
        used = at(0.0, 0.0)
        east, up = (used - first) / np.linalg.norm(used - first)
        # A positive baseline leads upward and to the side that is looked at.
        later = first + baseline_m * np.array([-up, east])
        reach = np.linalg.norm(used - first)
        angle = brentq(
            lambda turn, origin=first, reach=reach: (
                np.linalg.norm(at(turn, above_m) - origin) - reach
            ),
            -1e-4, 1e-4, xtol=1e-18,
        )  # fmt: skip
        farther_m = np.linalg.norm(at(angle, above_m) - later) - np.linalg.norm(used - later)
        sensitivity = float(height_sensitivity(np.float64(incidence_deg), orbit_m))
        assert -1000 * farther_m == pytest.approx(sensitivity * baseline_m * above_m, rel=1e-3)


def test_height_sensitivity_is_that_of_the_law_of_cosines() -> None:
    reach = float(slant_range_m(np.float64(39.0), 693_000.0))
    earth, angle = 6_371_000.0, np.radians(180.0 - 39.0)
    orbit_squared = earth**2 + reach**2 - 2 * earth * reach * np.cos(angle)
    assert np.sqrt(orbit_squared) == pytest.approx(earth + 693_000.0)
    found = float(height_sensitivity(np.float64(39.0), 693_000.0))
    assert found == pytest.approx(1000 / (reach * np.sin(np.radians(39.0))))
