import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, median_abs_deviation, norm

from hotslope.motion.bands import band_points
from hotslope.motion.correction import corrected_p
from hotslope.motion.hotspots import (
    getis_ord_star,
    track_moments,
)


def scattered(number=3000, seed=1, size_m=3000.0):
    """Points of uneven density, some of them twice, some on the borders of bands."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.uniform(0, size_m, number), rng.normal(size_m / 2, 80, number // 4)])
    y = np.concatenate([rng.uniform(0, size_m, number), rng.normal(size_m / 2, 80, number // 4)])
    x[:50], y[:50] = x[50:100], y[50:100]
    y[100:200] = np.round(y[100:200] / 100) * 100
    return x + 700_000, y + 4_000_000, rng.normal(1.0, 4.0, x.size)


@st.composite
def places(draw):
    """Few points on a lattice of 12.5 m: one alone, many at one place, on borders of cells."""
    number = draw(st.integers(1, 40))
    lattice = st.integers(0, draw(st.sampled_from([0, 3, 40])))
    x, y = (draw(st.lists(lattice, min_size=number, max_size=number)) for _ in range(2))
    velocity = st.integers(-300, 300)
    value = draw(st.lists(velocity, min_size=number, max_size=number))
    return np.array(x) * 12.5, np.array(y) * 12.5 - 100.0, np.array(value) / 10.0


def brute_force(x, y, value, radius_m):
    near = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2 <= radius_m**2
    w, n = near.sum(axis=1), len(x)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (near @ (value - value.mean())) / (value.std() * np.sqrt((n * w - w**2) / (n - 1)))
    return z, w


def test_sums_every_pair_within_the_radius():
    x, y, value = scattered()
    z, p, neighbours = getis_ord_star(x, y, value, 200.0)
    expected, w = brute_force(x, y, value, 200.0)
    np.testing.assert_array_equal(neighbours, w)
    np.testing.assert_allclose(z, expected, rtol=1e-9, atol=1e-12)
    assert neighbours.dtype == np.int32
    assert p[np.argmax(np.abs(z))] == p.min()


@pytest.mark.parametrize("radius_m", [0.1, 1.0, 20.0, 137.7, 2000.0])
def test_any_radius_finds_the_same_neighbours_as_every_pair(radius_m):
    x, y, value = scattered(800)
    _, _, neighbours = getis_ord_star(x, y, value, radius_m)
    np.testing.assert_array_equal(neighbours, brute_force(x, y, value, radius_m)[1])


def test_p_is_two_sided():
    z, p, neighbours = getis_ord_star(np.arange(3) * 50.0, np.zeros(3), [1.0, 2.0, 6.0], 50.0)
    # 1 + 2 against a mean of 3: sum −3; S² = 14/3; W (n − W) / (n − 1) = 1
    np.testing.assert_allclose(z[0], -3 / np.sqrt(14 / 3))
    np.testing.assert_allclose(p[0], 2 * norm.sf(np.abs(z[0])), rtol=1e-12)
    np.testing.assert_array_equal(neighbours, [2, 3, 2])
    assert np.isnan(z[1])
    assert np.isnan(p[1])


def test_no_points_and_one_point():
    z, p, neighbours = getis_ord_star([], [], [], 200.0)
    assert z.shape == p.shape == neighbours.shape == (0,)
    z, p, neighbours = getis_ord_star([5.0], [5.0], [3.0], 200.0)
    assert np.isnan(z[0])
    assert np.isnan(p[0])
    assert neighbours[0] == 1


@pytest.mark.parametrize("value", [0.0, 0.1, -1e6 / 3])
def test_equal_values_have_z_zero_and_say_so(value, caplog):
    x, y, _ = scattered(200)
    with caplog.at_level(logging.WARNING):
        z, p, _ = getis_ord_star(x, y, np.full(x.size, value), 200.0)
    assert (z == 0).all()
    assert (p == 1).all()
    assert "spread" in caplog.text


def test_neighbour_at_exactly_the_radius_counts():
    # On and just beyond a circle of 200 m, far from the origin, across band borders of 100 m.
    for shift in (0.0, 100 - 2**-13, 100.0, 4_000_000.0):
        x = np.array([0.0, 200.0, 0.0, 120.0, 0.0]) + 700_000
        y = np.array([0.0, 0.0, 200.0, 160.0, -200.0]) + shift
        _, _, neighbours = getis_ord_star(x, y, np.arange(5.0), 200.0)
        assert neighbours[0] == 5
    # 300 less this is 200 in floating point, though bands of exactly 100 m would lie three apart.
    below = np.nextafter(100.0, 0.0)
    _, _, neighbours = getis_ord_star([0.0, 0.0], [300.0, below], [1.0, 2.0], 200.0)
    assert neighbours[0] == 2
    _, _, neighbours = getis_ord_star([0.0, 200.001], [0.0, 0.0], [1.0, 2.0], 200.0)
    assert neighbours[0] == 1


def test_shift_and_negation():
    x, y, value = scattered()
    z, _, _ = getis_ord_star(x, y, value, 200.0)
    shifted, _, _ = getis_ord_star(x, y, value + 1000.0, 200.0)
    negated, _, _ = getis_ord_star(x, y, -value, 200.0)
    np.testing.assert_allclose(shifted, z, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(negated, -z, rtol=1e-12, atol=1e-13)


def test_median_centre_ignores_a_few_wild_points():
    x, y, value = scattered()
    wild = value.copy()
    wild[-3:] = 1e4
    far = np.hypot(x - x[-3:, None], y - y[-3:, None]).min(axis=0) > 400
    calm, _, _ = getis_ord_star(x, y, value, 200.0, center="median")
    stirred, _, _ = getis_ord_star(x, y, wild, 200.0, center="median")
    np.testing.assert_allclose(stirred[far], calm[far], atol=0.05)
    assert np.abs(getis_ord_star(x, y, wild, 200.0)[0][far]).max() < 0.5


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.sampled_from([7.0, 50.0, 333.3]))
def test_order_of_points_does_not_matter(seed, number, radius_m):
    rng = np.random.default_rng(seed)
    # Coarse coordinates make equal points and equal distances common.
    x, y = rng.integers(0, 40, (2, number)) * 12.5
    value = rng.normal(0, 5, number)
    order = rng.permutation(number)
    straight = getis_ord_star(x, y, value, radius_m)
    mixed = getis_ord_star(x[order], y[order], value[order], radius_m)
    for a, b in zip(straight, mixed, strict=True):
        np.testing.assert_array_equal(a[order], b)


@settings(max_examples=50, deadline=None)
@given(places(), st.floats(-1e4, 1e4), st.sampled_from([7.0, 50.0, 100.0, 333.3]))
def test_shift_keeps_and_negation_turns_any_z(track, shift, radius_m):
    x, y, value = track
    z, p, neighbours = getis_ord_star(x, y, value, radius_m)
    moved, _, same = getis_ord_star(x, y, value + shift, radius_m)
    turned, p_turned, _ = getis_ord_star(x, y, -value, radius_m)
    np.testing.assert_array_equal(same, neighbours)
    np.testing.assert_allclose(moved, z, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(turned, -z, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(p_turned, p, rtol=1e-6)


@settings(max_examples=50, deadline=None)
@given(places(), st.sampled_from([12.5, 50.0, 100.0, 333.3]))
def test_any_points_are_summed_as_every_pair(track, radius_m):
    # Cell borders and exact distances are common here: coordinates are multiples of 12.5 m.
    x, y, value = track
    z, _, neighbours = getis_ord_star(x, y, value, radius_m)
    near = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2 <= radius_m**2
    np.testing.assert_array_equal(neighbours, near.sum(axis=1))
    assert (np.isnan(z) == (neighbours == x.size)).all()
    if np.ptp(value) > 0:
        some = neighbours < x.size
        expected = brute_force(x, y, value, radius_m)[0][some]
        np.testing.assert_allclose(z[some], expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(places(), st.integers(2, 3), st.sampled_from([12.5, 100.0, 333.3]))
def test_duplicates_count_once_each(track, times, radius_m):
    x, y, value = track
    _, _, neighbours = getis_ord_star(x, y, value, radius_m)
    z, _, repeated = getis_ord_star(*(np.tile(n, times) for n in track), radius_m)
    np.testing.assert_array_equal(repeated, np.tile(neighbours * times, times))
    # A point and its copies are at one place, and so get the same answer to the last bit.
    np.testing.assert_array_equal(
        z.reshape(times, -1), np.broadcast_to(z[: x.size], (times, x.size))
    )


@settings(max_examples=25, deadline=None)
@given(places(), st.floats(-1e6, 1e6), st.sampled_from(["mean", "median"]))
def test_equal_values_have_z_zero_anywhere(track, value, center):
    x, y, _ = track
    z, p, neighbours = getis_ord_star(x, y, np.full(x.size, value), 100.0, center=center)
    some = neighbours < x.size
    assert (z[some] == 0).all()
    assert (p[some] == 1).all()
    assert np.isnan(z[~some]).all()


def test_threads_and_tiles_give_the_same_bits():
    x, y, value = scattered()
    moments = track_moments(value)
    whole = getis_ord_star(x, y, value, 200.0, moments=moments)
    for threads in (2, 5):
        again = getis_ord_star(x, y, value, 200.0, moments=moments, threads=threads)
        for part, other in zip(again, whole, strict=True):
            np.testing.assert_array_equal(part, other)
    for west, south in [(0, 0), (1234.5, 0), (0, 777.7), (1234.5, 777.7)]:
        x0, y0 = 700_000 + west, 4_000_000 + south
        core = (x >= x0) & (x < x0 + 1234.5) & (y >= y0) & (y < y0 + 777.7)
        halo = (np.abs(x - x0 - 617.25) <= 817.25) & (np.abs(y - y0 - 388.85) <= 588.85)
        tile = getis_ord_star(x[halo], y[halo], value[halo], 200.0, moments=moments)
        for part, other in zip(tile, whole, strict=True):
            np.testing.assert_array_equal(part[core[halo]], other[core])


def test_bands_hold_a_total_order():
    x, y, value = scattered(500)
    points = band_points(x, y, value, 200.0)
    band = np.floor(points.y / points.height_m)
    np.testing.assert_array_equal(
        points.order, np.lexsort((value, y, x, np.floor(y / points.height_m)))
    )
    np.testing.assert_array_equal(points.starts[1:-1], np.searchsorted(band, np.unique(band))[1:])


@pytest.mark.parametrize(
    ("x", "value", "radius_m", "center"),
    [
        ([0.0, 1.0], [1.0], 200.0, "mean"),
        ([0.0, np.nan], [1.0, 2.0], 200.0, "mean"),
        ([0.0, 1.0], [1.0, np.inf], 200.0, "median"),
        ([0.0, 1.0], [1.0, 2.0], 0.0, "mean"),
        ([0.0, 1.0], [1.0, 2.0], np.nan, "mean"),
        ([0.0, 1.0], [1.0, 2.0], 200.0, "mode"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_refuses_what_has_no_answer(x, value, radius_m, center):
    with pytest.raises(ValueError, match=r"x, y|radius_m|center"):
        getis_ord_star(x, [0.0, 1.0], value, radius_m, center=center)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_correction_has_the_bits_of_scipy(p):
    p = np.array(p)
    np.testing.assert_array_equal(corrected_p(p, "fdr"), false_discovery_control(p, method="bh"))


def test_correction_follows_benjamini_and_hochberg():
    # The step-up rule by hand: q_(i) = min over j ≥ i of p_(j) m / j, m = 4 tests.
    p = np.array([0.04, np.nan, 0.01, 0.02, 0.5])
    np.testing.assert_allclose(corrected_p(p, "fdr"), [0.16 / 3, np.nan, 0.04, 0.04, 0.5])
    np.testing.assert_array_equal(corrected_p(p, "none"), p)
    assert np.isnan(corrected_p(np.array([np.nan]), "fdr")).all()
    with pytest.raises(ValueError, match="correction"):
        corrected_p(p, "bonferroni")


def test_median_and_spread_are_the_robust_ones_of_scipy():
    value = np.random.default_rng(3).standard_t(3, 501)
    moments = track_moments(value, "median")
    assert moments.centre == np.median(value)
    assert moments.spread == pytest.approx(median_abs_deviation(value, scale="normal"))
