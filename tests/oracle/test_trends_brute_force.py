"""Trend codes against independent fits of every model, one series and one break at a time."""

import datetime as dt

import numpy as np
import pytest
import scipy.stats as st
import statsmodels.api as sm

from hotslope.motion.trends import classify_trends

DATES = [dt.date(2020, 1, 5) + dt.timedelta(days=12 * k) for k in range(39)]
UNEVEN = [d for k, d in enumerate(DATES) if k not in (4, 11, 12, 30)]
LONG = [dt.date(2018, 1, 3) + dt.timedelta(days=24 * k) for k in range(40)]


def mixed_series(dates, count, rng, rho=0.0):
    """Series of every kind with random size, break and noise."""
    t = np.array([(d - dates[0]).days for d in dates], float)
    gaps = np.abs(t[:, None] - t) / 12.0
    factor = np.linalg.cholesky(rho**gaps if rho else np.eye(len(t)))
    t = t / t[-1]
    place = rng.uniform(0.1, 0.9, count)[:, None]
    late = t > place
    shapes = np.stack([0 * late, t + 0 * late, t**2 + 0 * late, late * (t - place), late, t + late])
    kind = rng.integers(0, len(shapes), count)
    size = rng.normal(0, 20, count)[:, None]
    return shapes[kind, np.arange(count)] * size + 2.0 * rng.normal(size=(count, len(t))) @ factor.T


def reference_code(y, days, fit, *, annual=False, gate="joint", segment=5, alpha=0.01, ratio=10.0):
    """The decision tree, written from its description; `fit(y, X)` gives a residual sum."""
    n = len(y)
    t = (days - days.mean()) / np.ptp(days)
    base = [np.ones(n)]
    if annual:
        base += [np.cos(2 * np.pi * days / 365.25), np.sin(2 * np.pi * days / 365.25)]

    def rss(*more):
        return fit(y, np.column_stack([*base, *more]))

    def p_value(small, large, terms, parameters):
        freedom = n - parameters - (len(base) - 1)
        return st.f.sf((small - large) / terms / (large / freedom), terms, freedom)

    mean, line, curve = rss(), rss(t), rss(t, t**2)
    quiet = p_value(mean, line, 1, 2) > alpha / 2
    if gate == "joint":
        quiet = quiet and p_value(mean, curve, 2, 3) > alpha / 2
    if quiet:
        return 0
    rival = 2 if p_value(line, curve, 1, 3) <= alpha else 1
    options = []
    for k in range(segment, n - segment + 1):
        late = (np.arange(n) >= k).astype(float)
        options.append((rss(t, late, late * t), k, late))
    broken, k, late = min(options, key=lambda option: option[0])

    def bic(value, p):
        return n * np.log(value / n) + p * np.log(n)

    if min(bic(line, 2), bic(curve, 3)) - bic(broken, 5) <= 2 * np.log(ratio):
        return rival
    # the lines may meet at any time between the epochs beside the break
    ends = [rss(t, late * (t - t[j])) for j in (k - 1, k)]
    between = [rss(t, late * (t - at)) for at in np.linspace(t[k - 1], t[k], 200)]
    if p_value(min([*ends, *between]), broken, 1, 4) > alpha:
        return 3
    return 4 if p_value(rss(t, late), broken, 1, 4) > alpha else 5


def least_squares(y, design):
    solution = np.linalg.lstsq(design, y, rcond=None)[0]
    return np.sum((y - design @ solution) ** 2)


def generalised(days, rho):
    """Least squares with a dense AR(1) covariance."""
    factor = np.linalg.cholesky(rho ** (np.abs(days[:, None] - days) / 12.0))
    return lambda y, design: least_squares(
        np.linalg.solve(factor, y), np.linalg.solve(factor, design)
    )


@pytest.mark.parametrize("gate", ["joint", "linear"])
def test_codes_equal_least_squares(gate):
    rng = np.random.default_rng(1)
    series = mixed_series(UNEVEN, 500, rng)
    days = np.array([(d - UNEVEN[0]).days for d in UNEVEN], float)
    expected = [reference_code(y, days, least_squares, gate=gate) for y in series]
    codes = classify_trends(series, UNEVEN, autocorrelation="none", gate=gate)
    assert codes.tolist() == expected
    assert set(expected) == set(range(6))


def test_codes_equal_generalised_least_squares_with_missing_epochs():
    rng = np.random.default_rng(2)
    series = mixed_series(DATES, 200, rng, rho=0.5)
    series[::2, 17] = np.nan
    series[::5, [0, 3, 38]] = np.nan
    days = np.array([(d - DATES[0]).days for d in DATES], float)
    expected = []
    for y in series:
        seen = np.isfinite(y)
        expected.append(reference_code(y[seen], days[seen], generalised(days[seen], 0.5)))
    assert classify_trends(series, DATES, autocorrelation=0.5).tolist() == expected
    assert len(set(expected)) > 3


def test_codes_equal_least_squares_with_annual_term():
    rng = np.random.default_rng(3)
    days = np.array([(d - LONG[0]).days for d in LONG], float)
    series = mixed_series(LONG, 150, rng)
    series += 4.0 * np.sin(2 * np.pi * days / 365.25 + rng.uniform(0, 6, (150, 1)))
    expected = [reference_code(y, days, least_squares, annual=True) for y in series]
    assert classify_trends(series, LONG, autocorrelation="none").tolist() == expected


@pytest.mark.parametrize("rho", [0.0, 0.4])
def test_codes_equal_statsmodels(rho):
    rng = np.random.default_rng(4)
    series = mixed_series(DATES, 100, rng, rho)
    days = np.array([(d - DATES[0]).days for d in DATES], float)
    noise = rho ** (np.abs(days[:, None] - days) / 12.0) if rho else np.eye(len(days))
    expected = [
        reference_code(y, days, lambda y, x: sm.GLS(y, x, sigma=noise).fit().ssr) for y in series
    ]
    assert classify_trends(series, DATES, autocorrelation=rho).tolist() == expected
