"""Trend classes hold their sizes under noise that processors leave: filtered, wandering, gappy."""

import datetime as dt
import time

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from hotslope.motion.epochs import days_since_first
from hotslope.motion.noise_mixture import LINE_PRIOR, mixture
from hotslope.motion.noise_models import (
    AR1,
    FILTER,
    POWER_LAW,
    NoiseModel,
    effective_epochs,
)
from hotslope.motion.trends import classify_trends, resolve_noise
from hotslope.motion.whitening import whitening

DATES = [dt.date(2021, 1, 10) + dt.timedelta(days=12 * k) for k in range(71)]
DAYS = days_since_first(DATES)
LINE_MM = 20.0 * DAYS / 365.25


def smoothed(width, count=3000, seed=1):
    noise = np.random.default_rng(seed).standard_normal((count, 71))
    noise = gaussian_filter1d(noise, width, axis=1, mode="reflect")
    return 3.0 * noise / noise.std()


def sizes(noise):
    """Shares called a trend, or non-linear, wrongly; and the share without a class."""
    flat, line = classify_trends(noise, DATES), classify_trends(noise + LINE_MM, DATES)
    return np.mean(flat > 0), np.mean(line > 1), np.mean(line == -1)


@pytest.mark.parametrize("width", [1.0, 2.0, 3.0, 5.0])
def test_filtered_series_keep_their_class_or_have_none(width):
    trend, nonlinear, none = sizes(smoothed(width))
    assert trend <= 0.02
    assert nonlinear <= 0.05
    assert none == (0.0 if width <= 2.0 else 1.0)


@pytest.mark.parametrize("step_mm", [0.2, 0.5, 2.0])
def test_random_walks_have_no_class_in_short_series(step_mm):
    rng = np.random.default_rng(2)
    steps = step_mm * rng.standard_normal((2000, 71)).cumsum(axis=1)
    trend, nonlinear, _ = sizes(steps + 2.0 * rng.standard_normal((2000, 71)))
    assert trend <= 0.02
    assert nonlinear <= 0.05


def test_random_walks_are_recognised_in_long_series():
    rng = np.random.default_rng(3)
    dates = [dt.date(2019, 1, 4) + dt.timedelta(days=12 * k) for k in range(120)]
    noise = 0.2 * rng.standard_normal((1500, 120)).cumsum(axis=1)
    noise += 2.0 * rng.standard_normal((1500, 120))
    (model,) = resolve_noise("pooled", noise, dates).models
    assert (model.kind, model.parameter) == (POWER_LAW, 2.0)
    assert np.mean(classify_trends(noise, dates) != 0) <= 0.02


@pytest.mark.parametrize("shape", ["bend", "step"])
def test_a_change_of_five_standard_deviations_is_found_in_filtered_series(shape):
    late = np.maximum(DAYS - DAYS[35], 0.0) / (DAYS[-1] - DAYS[35])
    change = 30.0 * late if shape == "bend" else 15.0 * (late > 0.0)
    series = smoothed(2.0)
    series[::4] += change
    assert np.mean(classify_trends(series, DATES)[::4] > 1) >= 0.6


def test_width_of_the_filter_is_found():
    (model,) = resolve_noise("pooled", smoothed(1.5), DATES).models
    assert model.kind == FILTER
    assert model.parameter == pytest.approx(1.5, abs=0.1)


def test_effective_epochs():
    assert effective_epochs(np.eye(71)) == pytest.approx(71.0)
    # Σ ρ² over all lags is s √(2π) epochs for noise smoothed by a Gaussian of s epochs
    for width, expected in ((2.0, 14), (3.0, 10), (5.0, 6)):
        found = effective_epochs(NoiseModel(FILTER, width, 0.0, 12.0).correlation(DAYS))
        assert found == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize(
    ("kind", "parameter", "white"), [(AR1, 0.5, 0.0), (AR1, 0.9, 0.3), (POWER_LAW, 1.0, 0.2)]
)
@pytest.mark.parametrize("tolerance", [0.0, 0.01])
def test_whitening_makes_white(kind, parameter, white, tolerance):
    model = NoiseModel(kind, parameter, white, 12.0)
    factor, log_determinant = whitening(model, DAYS, tolerance)
    matrix = model.correlation(DAYS)
    np.testing.assert_allclose(factor @ matrix @ factor.T, np.eye(71), atol=1e-9)
    assert log_determinant == pytest.approx(np.linalg.slogdet(matrix)[1])


def test_what_a_filter_removed_is_left_out():
    factor, _ = whitening(NoiseModel(FILTER, 3.0, 1e-4, 12.0), DAYS, 0.01)
    assert factor.shape[0] < 30


def test_time_does_not_grow_with_patterns_of_gaps():
    rng = np.random.default_rng(4)
    full = rng.normal(0, 3, (4000, 71))
    holed = np.where(rng.random(full.shape) < 0.1, np.nan, full)

    def seconds(series):
        start = time.process_time()
        classify_trends(series, DATES, autocorrelation=0.3)
        return time.process_time() - start

    for series in (full, holed):
        seconds(series[:100])
    # 10 % missing may cost three times as much; a design for each pattern cost 77 times
    assert min(seconds(holed) for _ in range(3)) <= 6.0 * min(seconds(full) for _ in range(3))


def test_shares_of_models_make_the_evidence_likeliest() -> None:
    """No other shares of trends and noises reach a higher likelihood, with the prior for lines."""
    random = np.random.default_rng(6)
    evidence = random.normal(-40.0, 3.0, (30, 3, 4))
    found = mixture(evidence)
    assert found.noise_share.sum() == pytest.approx(1)
    assert found.trend_share.sum() == pytest.approx(1)

    def log_likelihood(trends: np.ndarray, noises: np.ndarray) -> np.ndarray:
        return np.log(np.einsum("smg,m,g->s", np.exp(evidence), trends, noises))

    def aim(trends: np.ndarray, noises: np.ndarray) -> float:
        return float(log_likelihood(trends, noises).mean() + LINE_PRIOR * np.log(trends[0]))

    expected = log_likelihood(found.trend_share, found.noise_share)
    np.testing.assert_allclose(found.log_likelihood, expected)
    best = aim(found.trend_share, found.noise_share)
    for step in (0.01, 1.0):
        for _ in range(100):
            trends = (1 - step) * found.trend_share + step * random.dirichlet(np.ones(3))
            noises = (1 - step) * found.noise_share + step * random.dirichlet(np.ones(4))
            assert aim(trends, noises) < best + 1e-6
