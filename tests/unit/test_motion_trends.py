import datetime as dt
import time

import numpy as np
import pytest

from hotslope.errors import InputError
from hotslope.motion.trends import classify_trends, three_classes

DATES = [dt.date(2020, 1, 5) + dt.timedelta(days=12 * k) for k in range(39)]
TIME = np.linspace(0.0, 1.0, 39)
LATE = (TIME > 0.5).astype(float)
SHAPES = {
    0: 0.0 * TIME,
    1: -20.0 * TIME,
    2: -60.0 * TIME**2,
    3: -80.0 * LATE * (TIME - 0.5),
    4: -40.0 * LATE,
    5: -40.0 * LATE - 60.0 * LATE * (TIME - 0.5),
}


@pytest.mark.parametrize("code", SHAPES)
@pytest.mark.parametrize("noise_mm", [0.0, 0.5])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_plain_shapes_get_their_code(code, noise_mm, dtype):
    noise = noise_mm * np.random.default_rng(1).standard_normal((50, 39))
    codes = classify_trends((SHAPES[code] + noise).astype(dtype), DATES, autocorrelation="none")
    assert codes.dtype == np.int8
    assert np.mean(codes == code) >= 0.9


def test_codes_do_not_depend_on_sign_offset_unit_or_layout():
    rng = np.random.default_rng(2)
    series = np.concatenate([s + rng.normal(0, 3, (50, 39)) for s in SHAPES.values()])
    codes = classify_trends(series, DATES, autocorrelation=0.2)
    for same in (-series, series + 1000.0, series * 1e-3, np.asfortranarray(series), series[:, :]):
        np.testing.assert_array_equal(classify_trends(same, DATES, autocorrelation=0.2), codes)
    days = np.array(DATES, dtype="datetime64[D]")
    np.testing.assert_array_equal(classify_trends(series, days, autocorrelation=0.2), codes)
    for form in ("%Y-%m-%d", "%Y%m%d"):
        texts = [date.strftime(form) for date in DATES]
        np.testing.assert_array_equal(classify_trends(series, texts, autocorrelation=0.2), codes)
    one_by_one = [classify_trends(s[None], DATES, autocorrelation=0.2)[0] for s in series]
    assert codes.tolist() == one_by_one


@pytest.mark.parametrize("kind", [int, float])
def test_dates_as_numbers_are_refused(kind):
    with pytest.raises(TypeError, match="YYYY-MM-DD"):
        classify_trends(np.zeros((1, 39)), [kind(date.strftime("%Y%m%d")) for date in DATES])


def test_missing_epochs_equal_absent_epochs():
    rng = np.random.default_rng(3)
    series = np.concatenate([s + rng.normal(0, 3, (30, 39)) for s in SHAPES.values()])
    gone = [0, 7, 8, 30]
    kept = np.setdiff1d(np.arange(39), gone)
    holed = series.copy()
    holed[:, gone] = np.nan
    np.testing.assert_array_equal(
        classify_trends(holed, DATES, autocorrelation=0.3),
        classify_trends(series[:, kept], [DATES[k] for k in kept], autocorrelation=0.3),
    )


def test_series_without_enough_epochs_have_no_class():
    series = np.tile(100.0 * TIME, (3, 1))
    series[0, 7:] = np.nan
    series[1] = np.nan
    assert classify_trends(series, DATES, autocorrelation="none").tolist() == [-1, -1, 1]
    assert classify_trends(series, DATES).tolist()[:2] == [-1, -1]


@pytest.mark.parametrize(("epochs", "has_class"), [(8, False), (11, False), (12, True)])
def test_a_class_needs_twelve_epochs(epochs, has_class):
    series = 100.0 * np.arange(epochs, dtype=float)[None]
    codes = classify_trends(series, DATES[:epochs], autocorrelation="none")
    assert codes.tolist() == [1 if has_class else -1]


def test_no_series():
    assert classify_trends(np.empty((0, 39)), DATES).shape == (0,)


def test_reversal_is_a_trend_except_at_berti_gate():
    noise = np.random.default_rng(4).normal(0, 3, (200, 39))
    there_and_back = 80.0 * (0.5 - np.abs(TIME - 0.5)) + noise
    assert np.mean(classify_trends(there_and_back, DATES) == 0) == 0.0
    linear_gate = classify_trends(there_and_back, DATES, autocorrelation="none", gate="linear")
    assert np.mean(linear_gate == 0) > 0.9


def test_annual_term_stops_seasons_from_looking_like_breaks():
    rng = np.random.default_rng(5)
    dates = [dt.date(2018, 1, 3) + dt.timedelta(days=12 * k) for k in range(80)]
    days = np.arange(80) * 12.0
    phase = rng.uniform(0, 2 * np.pi, (300, 1))
    series = (
        0.02 * days + 4 * np.sin(2 * np.pi * days / 365.25 + phase) + rng.normal(0, 3, (300, 80))
    )
    with_term = classify_trends(series, dates, autocorrelation="none")
    without = classify_trends(series, dates, autocorrelation="none", annual="never")
    assert np.mean(with_term > 1) <= 0.04
    assert np.mean(without > 1) > 0.3


@pytest.mark.parametrize(
    ("dates", "options", "message"),
    [
        (DATES[:7], {}, "7 epochs"),
        (DATES[:4] + DATES[3:38], {}, "does not come after"),
        (DATES, {"gate": "quadratic"}, "trends.gate"),
        (DATES, {"annual": "yes"}, "trends.annual"),
        (DATES, {"autocorrelation": 1.0}, "trends.autocorrelation"),
        (DATES, {"autocorrelation": "some"}, "trends.autocorrelation"),
        (DATES[:30], {}, r"shape \(2, 39\)"),
    ],
)
def test_what_is_refused(dates, options, message):
    series = np.zeros((2, 7 if len(dates) == 7 else 39))
    with pytest.raises(InputError, match=message):
        classify_trends(series, dates, **options)


def test_three_classes():
    shares = three_classes(np.array([0, 1, 1, 2, -1, 3, 4, 5, 5, -1], np.int8))
    assert shares == {"uncorrelated": 0.125, "linear": 0.25, "nonlinear": 0.625}
    assert all(np.isnan(v) for v in three_classes(np.empty(0, np.int8)).values())


def test_gaps_of_their_own_cost_at_most_three_times():
    rng = np.random.default_rng(1)
    dates = np.datetime64("2018-01-01") + 12 * np.arange(100)
    full = rng.normal(0.0, 3.0, (1000, 100)) + rng.normal(0.0, 3.0, (1000, 1)) * np.arange(100) / 30
    gaps = np.where(rng.random(full.shape) < 0.1, np.nan, full)
    assert len(np.unique(np.isnan(gaps), axis=0)) == len(gaps)

    def cpu_s(series):
        start = time.process_time()
        classify_trends(series, dates, autocorrelation=0.3)
        return time.process_time() - start

    for series in (full, gaps):
        cpu_s(series[:50])  # loads compiled code
    least = [min(cpu_s(series) for _ in range(5)) for series in (full, gaps)]
    assert least[1] <= 3.0 * least[0]
