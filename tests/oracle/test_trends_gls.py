"""Fits under every kind of noise against dense generalised least squares of statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import multivariate_normal

from hotslope.motion.designs import noise_design
from hotslope.motion.noise_models import AR1, FILTER, POWER_LAW, NoiseModel, rate_error
from hotslope.motion.trend_evidence import weigh_series
from hotslope.motion.trend_models import (
    BROKEN,
    COLUMNS,
    DIMENSIONS,
    LINE,
    MEAN,
    QUADRATIC,
    fit_series,
)

DAYS = np.delete(12.0 * np.arange(34), [4, 11, 12, 27])
MODELS = [
    NoiseModel(AR1, 0.6, 0.0, 12.0),
    NoiseModel(AR1, 0.8, 0.4, 12.0),
    NoiseModel(FILTER, 1.5, 0.1, 12.0),
    NoiseModel(POWER_LAW, 1.0, 0.3, 12.0),
    NoiseModel(POWER_LAW, 2.0, 0.3, 12.0),
]


def series_with_gaps(count=12):
    rng = np.random.default_rng(1)
    series = rng.normal(0, 3, (count, len(DAYS))) + 0.02 * DAYS
    series[::2, 15:] += 12.0
    series[rng.random(series.shape) < 0.15] = np.nan
    series[0] = rng.normal(0, 3, len(DAYS))
    return series


def residual(y, design, covariance):
    fit = sm.GLS(y, design, sigma=covariance).fit()
    return np.sum(fit.wresid**2)


@pytest.mark.parametrize("annual", [False, True])
@pytest.mark.parametrize("model", MODELS, ids=lambda m: f"{m.kind}-{m.parameter:g}")
def test_residual_sums_equal_generalised_least_squares(model, annual):
    series = series_with_gaps()
    found = np.empty((len(series), COLUMNS))
    design = noise_design(model, DAYS, annual, 5)
    fit_series(series, np.arange(len(series)), design, found)
    covariance = model.correlation(DAYS)
    for y, row in zip(series, found, strict=True):
        seen = np.isfinite(y)
        t = DAYS[seen] / 365.25
        sigma, y = covariance[np.ix_(seen, seen)], y[seen]
        base = np.ones((len(t), 1))
        if annual:
            phase = 2 * np.pi * (t - DAYS[0] / 365.25)
            base = np.column_stack([base, np.sin(phase), np.cos(phase)])
        line = np.column_stack([base, t])
        late = [(np.arange(len(t)) >= k)[:, None] for k in range(5, len(t) - 4)]
        broken = min(residual(y, np.hstack([line, k, k * t[:, None]]), sigma) for k in late)
        expected = {
            MEAN: residual(y, base, sigma),
            LINE: residual(y, line, sigma),
            QUADRATIC: residual(y, np.column_stack([line, t**2]), sigma),
            BROKEN: broken,
            DIMENSIONS: seen.sum(),
        }
        for column, value in expected.items():
            np.testing.assert_allclose(row[column], value, rtol=1e-7)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: f"{m.kind}-{m.parameter:g}")
def test_evidence_for_a_line_is_the_restricted_likelihood(model):
    """Differences between noise models, against scipy's normal density of contrasts."""
    series = series_with_gaps()[1:2]
    seen = np.isfinite(series[0])
    count, y = seen.sum(), series[0][seen]
    line = np.column_stack([np.ones(count), DAYS[seen]])
    contrasts = np.linalg.svd(line, full_matrices=True)[0][:, 2:]

    def profile(noise):
        """Log likelihood of contrasts at the likeliest scale."""
        sigma = contrasts.T @ noise.correlation(DAYS)[np.ix_(seen, seen)] @ contrasts
        rest = contrasts.T @ y
        scale = rest @ np.linalg.solve(sigma, rest) / len(rest)
        return multivariate_normal(np.zeros(len(rest)), scale * sigma).logpdf(rest)

    def weigh(noise):
        flat = noise_design(white, DAYS, False, 5, 0.0)
        reference, out = np.empty((1, COLUMNS)), np.empty((1, 3))
        fit_series(series, np.zeros(1, np.int64), flat, reference)
        design = noise_design(noise, DAYS, False, 5, 0.0)
        rows = np.zeros(1, np.int64)
        weigh_series(series, rows, design, flat.log_information, reference, out)
        return out[0, 0]

    white = NoiseModel(AR1, 0.0, 0.0, 12.0)
    assert weigh(model) - weigh(white) == pytest.approx(profile(model) - profile(white), abs=1e-6)


def test_rate_error_is_that_of_simulated_rates():
    model = NoiseModel(AR1, 0.8, 0.4, 12.0)
    rng = np.random.default_rng(3)
    noise = rng.multivariate_normal(np.zeros(len(DAYS)), model.correlation(DAYS), 40_000)
    rates = np.polynomial.polynomial.polyfit(DAYS / 365.25, noise.T, 1)[1]
    # the standard deviation of 40,000 rates is known to 0.35 %
    assert rate_error(model.correlation(DAYS), DAYS) == pytest.approx(rates.std(), rel=0.015)
