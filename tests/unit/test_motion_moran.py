import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotslope.motion.distance_band import DISTANCES_M, FALLBACK_M, choose_band, prominent_peaks
from hotslope.motion.moran import MoranCurve, moran_curve
from hotslope.motion.radius import resolved_radius_m


def scattered(number=500, seed=4, size_m=2000.0):
    """Points of uneven density, some of them twice, values alike within a few hundred metres."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, size_m, (2, number))
    x[:30], y[:30] = x[30:60], y[30:60]
    y[60:100] = np.round(y[60:100] / 50) * 50
    return x + 700_000, y + 4_000_000, rng.normal(3, 1, number) + 2 * np.sin(x / 150)


def brute_force(x, y, value, distance_m):
    """Moran's I, and its variance over all weights as the book writes it."""
    near = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2 <= distance_m**2
    w = (near & ~np.eye(x.size, dtype=bool)).astype(float)
    error, n = value - value.mean(), x.size
    moran_i = n / w.sum() * (error @ w @ error) / (error @ error)
    s0, s1 = w.sum(), ((w + w.T) ** 2).sum() / 2
    s2 = ((w.sum(axis=0) + w.sum(axis=1)) ** 2).sum()
    b2 = n * (error**4).sum() / (error @ error) ** 2
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    second = b2 * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    variance = (first - second) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - 1 / (n - 1) ** 2
    return moran_i, (moran_i + 1 / (n - 1)) / np.sqrt(variance), w.sum() / n


def test_is_the_sum_over_every_pair():
    x, y, value = scattered()
    distances = [5.0, 50.0, 130.0, 500.0, 1999.0]
    curve = moran_curve(x, y, value, distances)
    expected = np.array([brute_force(x, y, value, distance) for distance in distances]).T
    np.testing.assert_allclose(curve.moran_i, expected[0], rtol=1e-10)
    np.testing.assert_allclose(curve.z, expected[1], rtol=1e-9)
    np.testing.assert_allclose(curve.neighbours, expected[2], rtol=0)


def test_permutations_have_the_mean_and_spread_promised():
    x, y, value = scattered(200)
    rng = np.random.default_rng(0)
    drawn = [moran_curve(x, y, rng.permutation(value), [150.0, 400.0]).z for _ in range(2000)]
    # Standard error of a mean of 2000 scores 0.022, of their standard deviation 0.016.
    np.testing.assert_allclose(np.mean(drawn, axis=0), 0, atol=0.09)
    np.testing.assert_allclose(np.std(drawn, axis=0), 1, atol=0.07)


def test_neighbour_at_exactly_the_distance_counts():
    x = np.array([0.0, 100.0, 0.0, 1e4, 2e4]) + 700_000
    y = np.array([0.0, 0.0, 125.0, 0.0, 0.0]) + 4_000_000
    curve = moran_curve(x, y, np.arange(5.0), [99.999, 100.0, 124.999, 125.0])
    np.testing.assert_array_equal(curve.neighbours * 5, [0, 2, 2, 4])
    assert np.isnan(curve.moran_i[0])
    assert np.isnan(curve.z[0])


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 60),
    st.floats(-1e4, 1e4),
    st.sampled_from([-1.0, 1.0]),
)
def test_order_shift_and_sign_do_not_matter(seed, number, shift, sign):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 40, (2, number)) * 12.5
    value = rng.normal(0, 5, number)
    distances = [12.5, 50.0, 333.3]
    order = rng.permutation(number)
    straight = moran_curve(x, y, value, distances)
    mixed = moran_curve(x[order], y[order], value[order], distances, threads=2)
    moved = moran_curve(x, y, sign * value + shift, distances)
    for a, b, c in zip(straight, mixed, moved, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_allclose(a, c, rtol=1e-6, atol=1e-6)


def test_threads_give_the_same_bits():
    x, y, value = scattered()
    once = moran_curve(x, y, value, DISTANCES_M)
    for threads in (2, 5):
        for a, b in zip(once, moran_curve(x, y, value, DISTANCES_M, threads=threads), strict=True):
            np.testing.assert_array_equal(a, b)


def test_what_has_no_answer_is_nan(caplog):
    assert np.isnan(moran_curve([], [], [], [100.0, 200.0]).z).all()
    assert np.isnan(moran_curve([0.0, 50.0, 0.0], np.zeros(3), [1.0, 2.0, 4.0], [60.0]).z).all()
    x, y, _ = scattered(100)
    for number in (100, 1):
        with caplog.at_level(logging.WARNING):
            equal = moran_curve(x[:number], y[:number], np.full(number, 0.1), [100.0])
        assert np.isnan(equal.moran_i).all()
        assert (equal.z == 0).all()
        assert "spread" in caplog.text
        caplog.clear()
    # Every point neighbours every other: I is -1 / (n - 1), whatever the values.
    all_near = moran_curve(x, y, np.arange(100.0), [1e5])
    assert all_near.moran_i[0] == pytest.approx(-1 / 99)
    assert np.isnan(all_near.z).all()


@pytest.mark.parametrize("distances", [[], [0.0, 100.0], [100.0, 100.0], [200.0, 100.0]])
def test_refuses_distances_that_do_not_ascend(distances):
    with pytest.raises(ValueError, match="ascend"):
        moran_curve([0.0], [0.0], [1.0], distances)


# --- the choice ------------------------------------------------------------------------------


def curve_of(z):
    z = np.asarray(z, dtype=np.float64)
    return MoranCurve(100.0 + 50.0 * np.arange(z.size), z / 100, z, z, z)


@pytest.mark.parametrize(
    ("z", "radius_m", "is_peak", "words"),
    [
        ([10, 20, 30, 20, 10], 200, True, "peaks at 200 m"),
        ([10, 20, 15, 40, 10], 250, True, "most prominent of 2"),
        ([10, 30, 15, 30, 10], 150, True, "most prominent of 2"),  # alike: the nearer one
        ([10, 20, 30, 40, 50], 200, False, "still rises at 300 m"),
        ([50, 40, 30, 20, 10], 200, False, "falls from 100 m on"),
        ([100, 101.5, 100.2, 110, 120], 200, False, "still rises"),  # 1.3 of 101 is no peak
        ([0.1, 2, 2.5, 1, 0.2], 200, False, "no spatial autocorrelation"),
        ([3.0, 3.5, 3.2, 3.4, 3.1], 200, False, "flat"),
        ([np.nan, 5, 9, 5, 1], 200, False, "too few"),
    ],
)
def test_choice(z, radius_m, is_peak, words):
    choice = choose_band(curve_of(z))
    assert choice.radius_m == radius_m
    assert choice.is_peak == is_peak
    assert words in choice.reason
    assert ("no peak" in choice.reason) != is_peak


def test_prominence_is_the_fall_on_the_higher_side():
    peaks, prominence = prominent_peaks(np.array([10.0, 20, 15, 40, 12]))
    np.testing.assert_array_equal(peaks, [1, 3])
    np.testing.assert_array_equal(prominence, [5, 28])


@pytest.mark.parametrize("body_m", [120.0, 250.0])
def test_band_grows_with_the_bodies(body_m):
    rng = np.random.default_rng(6)
    x, y = rng.uniform(0, 8000, (2, 16_000))
    moving = np.hypot((x % 2000) - 1000, (y % 2000) - 1000) < body_m
    value = rng.normal(0, 2, x.size) - 30 * moving
    choice = choose_band(moran_curve(x, y, value, DISTANCES_M))
    # For discs of radius r the sum of w e e / sqrt(sum of w) is largest near 1.3 r.
    assert choice.is_peak
    assert 1.0 * body_m <= choice.radius_m <= 1.6 * body_m


def test_noise_has_no_peak():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 5000, (2, 5000))
    choice = choose_band(moran_curve(x, y, rng.normal(0, 3, 5000), DISTANCES_M))
    assert not choice.is_peak
    assert choice.radius_m == FALLBACK_M


def test_radius_is_a_number_or_read(tmp_path):
    assert resolved_radius_m(150, None) == 150.0
    (tmp_path / "radius.json").write_text('{"radius_m": 275.0}', encoding="utf-8")
    assert resolved_radius_m("auto", str(tmp_path / "radius.json")) == 275.0
    with pytest.raises(ValueError, match="auto"):
        resolved_radius_m("auto", None)
