"""Size and power of the trend classes on the dates of the published case (39 epochs)."""

import datetime as dt

import numpy as np
import pytest
from simulated_noise import ar1_noise

from hotslope.motion.decisions import DecisionRule
from hotslope.motion.epochs import days_since_first
from hotslope.motion.track_noise import Noise
from hotslope.motion.trend_power import signal, size_and_power
from hotslope.motion.trends import classify_trends

DATES = [dt.date(2020, 1, 5) + dt.timedelta(days=12 * k) for k in range(39)]
DAYS = days_since_first(DATES)


def simulate(name, count, rho, seed):
    rng = np.random.default_rng(seed)
    return 20.0 * signal(name, DAYS) + 3.0 * ar1_noise(count, DAYS, rho, 12.0, rng)


def nonlinear(series, **options):
    return np.mean(classify_trends(series, DATES, **options) > 1)


@pytest.mark.parametrize("autocorrelation", ["none", "pooled"])
def test_white_noise(autocorrelation):
    codes = classify_trends(
        simulate("none", 60_000, 0.0, 1), DATES, autocorrelation=autocorrelation
    )
    assert np.mean(codes == 0) == pytest.approx(0.990, abs=0.003)
    assert nonlinear(simulate("line", 60_000, 0.0, 2), autocorrelation=autocorrelation) <= 0.025


@pytest.mark.parametrize("rho", [0.3, 0.5, 0.7])
def test_correlated_noise(rho):
    assert nonlinear(simulate("line", 30_000, rho, 3)) <= 0.04
    codes = classify_trends(simulate("none", 30_000, rho, 4), DATES)
    assert np.mean(codes == 0) >= 0.98


def test_power_in_white_noise():
    least = {"quadratic": 0.68, "bilinear": 0.90, "step": 0.99, "line_and_step": 0.87}
    for name, power in least.items():
        assert nonlinear(simulate(name, 20_000, 0.0, 5), autocorrelation="none") >= power


@pytest.mark.parametrize("autocorrelation", ["pooled", 0.5])
def test_power_in_correlated_noise(autocorrelation):
    # even where every series of the track moves, which is the hardest case for "pooled"
    for name, power in {"quadratic": 0.28, "bilinear": 0.80, "step": 0.95}.items():
        assert nonlinear(simulate(name, 10_000, 0.5, 6), autocorrelation=autocorrelation) >= power


def test_sizes_hold_in_a_track_that_mixes_noise_and_steps():
    white, red = simulate("line", 20_000, 0.0, 7), simulate("line", 20_000, 0.7, 8)
    series = np.concatenate([white, red])
    steps = np.zeros(len(series), bool)
    steps[::20] = True
    series[steps] += 30.0 * signal("step", DAYS)
    codes = classify_trends(series, DATES)
    in_red = np.arange(len(series)) >= len(white)
    assert np.mean(codes[~steps & ~in_red] > 1) <= 0.025
    assert np.mean(codes[~steps & in_red] > 1) <= 0.04
    assert np.mean(codes[steps] > 1) >= 0.95


def test_simulated_noise_has_the_autocorrelation_asked_for_over_uneven_gaps():
    days = np.array([0.0, 12.0, 36.0, 48.0])
    noise = ar1_noise(200_000, days, 0.6, 12.0, np.random.default_rng(9))
    expected = 0.6 ** (np.abs(days[:, None] - days) / 12.0)
    np.testing.assert_allclose(np.cov(noise.T), expected, atol=0.01)


def test_size_and_power_is_reproducible_and_ordered():
    noise = Noise.single(0.5, 12.0)
    options = {"true_noise": noise.models[0], "noise": noise, "rule": DecisionRule()}
    options["series"] = 1000
    result = size_and_power(DATES, **options)
    assert result == size_and_power(DATES, **options)
    assert result["line_nonlinear"] < result["quadratic"] < result["bilinear"] < result["step"]
