import datetime as dt

import numpy as np
import pytest
from simulated_noise import ar1_noise

from hotslope.motion.epochs import days_since_first, observe
from hotslope.motion.lag_one import median_lag_one
from hotslope.motion.trend_power import signal
from hotslope.motion.trends import resolve_noise

DATES = [dt.date(2020, 1, 5) + dt.timedelta(days=12 * k) for k in range(39)]
DAYS = days_since_first(DATES)


def noise(count, rho, seed=1):
    return 3.0 * ar1_noise(count, DAYS, rho, 12.0, np.random.default_rng(seed))


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.5, 0.7])
@pytest.mark.parametrize("name", ["line", "step", "quadratic"])
def test_one_class_at_the_true_autocorrelation_whatever_moves(rho, name):
    estimate = resolve_noise("pooled", 20.0 * signal(name, DAYS) + noise(4000, rho), DATES)
    assert len(estimate.rho) == 1
    assert estimate.rho[0] == pytest.approx(rho, abs=0.04)


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_few_stepping_series_do_not_count_as_noise(rho):
    series = noise(4000, rho)
    series[::20] += 30.0 * signal("step", DAYS)
    estimate = resolve_noise("pooled", series, DATES)
    assert estimate.rho == pytest.approx((rho,), abs=0.03)


def test_two_kinds_of_noise_are_two_classes():
    series = np.concatenate([noise(2000, 0.0), noise(2000, 0.7, seed=2)])
    estimate = resolve_noise("pooled", series, DATES)
    assert estimate.rho == pytest.approx((0.0, 0.7), abs=0.04)
    assert estimate.share == pytest.approx((0.5, 0.5), abs=0.04)


def test_median_lag_one_is_nearly_free_of_regression_bias():
    series = noise(4000, 0.5)
    # a ratio of expectations stands for the expectation of a ratio: 0.018 too low here,
    # where the uncorrected figure is 0.42
    assert median_lag_one(series, observe(series, DAYS), DAYS) == pytest.approx(0.5, abs=0.03)
    still = np.zeros((4, 39))
    assert median_lag_one(still, observe(still, DAYS), DAYS) == 0.0
    gappy = np.where(np.eye(4, 39) == 1.0, np.nan, 0.0)
    assert median_lag_one(gappy, observe(gappy, DAYS), DAYS) is None


def test_nothing_to_learn_from_is_white():
    for series in (np.empty((0, 39)), np.full((5, 39), np.nan), np.zeros((5, 39))):
        assert resolve_noise("pooled", series, DATES).rho == (0.0,)


def test_same_noise_on_every_call():
    series = noise(500, 0.4)
    assert resolve_noise("pooled", series, DATES) == resolve_noise("pooled", series, DATES)
