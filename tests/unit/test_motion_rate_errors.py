"""Errors of rates: variogram by brute force, errors of means by algebra and simulation."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from hotslope.motion.noise_fields import draw_errors
from hotslope.motion.rate_errors import (
    LEAST_STD_MM_YR,
    mean_rate_std,
    points_that_help,
    quiet_ground,
    quiet_points,
    rate_errors,
)
from hotslope.motion.variogram import (
    LAG_EDGES_M,
    RANGES_M,
    LagClasses,
    Variogram,
    empirical_variogram,
    fit_variogram,
)

TRUE = Variogram(nugget=4.0, sill=2.25, range_m=600.0)


def places(count, size_m, seed=1):
    return np.random.default_rng(seed).uniform(0, size_m, (2, count))


def test_the_variogram_is_that_of_all_pairs():
    x, y = places(300, 3_000)
    value = np.random.default_rng(2).normal(size=300)
    first, second = np.triu_indices(300, 1)
    distance = np.hypot(x[first] - x[second], y[first] - y[second])
    square = (value[first] - value[second]) ** 2
    found = empirical_variogram(np.column_stack([x, y]), value)
    place = 0
    for low, high in pairwise(LAG_EDGES_M):
        inside = (distance >= low) & (distance < high)
        if inside.sum() < 30:
            continue
        assert found.pairs[place] == inside.sum()
        np.testing.assert_allclose(found.lag_m[place], distance[inside].mean())
        np.testing.assert_allclose(found.semivariance[place], square[inside].mean() / 2)
        place += 1
    assert place == found.pairs.size > 8


@pytest.mark.parametrize("shape", ["exponential", "matern"])
def test_an_exact_variogram_is_fitted_exactly(shape):
    lag = 0.5 * (LAG_EDGES_M[1:] + LAG_EDGES_M[:-1])
    range_m = float(RANGES_M[18])
    u = lag / range_m
    exact = 4.0 + 2.25 * (1 - (1 + u * (shape == "matern")) * np.exp(-u))
    found = fit_variogram(LagClasses(lag, exact, np.full(lag.size, 1_000)))
    np.testing.assert_allclose([found.nugget, found.sill, found.range_m], [4.0, 2.25, range_m])
    assert found.shape == shape


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_points_have_no_variogram(count):
    x, y = places(count, 1_000)
    assert empirical_variogram(np.column_stack([x, y]), np.ones(count)).pairs.size == 0
    assert (
        rate_errors(quiet_points(x, y, np.ones(count)), np.full(count, 1.0)).variogram.sill == 0.0
    )


@pytest.mark.parametrize("shape", ["exponential", "matern"])
def test_fields_have_the_covariance_that_is_asked_for(shape):
    true = replace(TRUE, shape=shape, range_m=600.0 if shape == "exponential" else 300.0)
    x, y = places(400, 4_000)
    own = np.where(np.arange(400) % 2, 1.0, 3.0)
    random = np.random.default_rng(3)
    fields = np.stack([draw_errors(x, y, own, true, random) for _ in range(600)])
    covariance = fields.T @ fields / 600
    distance = np.hypot(x[:, None] - x, y[:, None] - y)
    expected = true.covariance(distance) + np.diag(own**2)
    # Means over 20,000 pairs and more; a covariance of 600 fields has an error of some per cent.
    np.testing.assert_allclose(np.diag(covariance)[own == 1].mean(), 3.25, rtol=0.05)
    np.testing.assert_allclose(np.diag(covariance)[own == 3].mean(), 11.25, rtol=0.05)
    for low, high in ((0, 200), (200, 600), (600, 1200), (3000, 6000)):
        pairs = (distance > low) & (distance <= high)
        assert abs(covariance[pairs].mean() - expected[pairs].mean()) < 0.12


def test_the_error_of_a_mean_is_that_of_generalised_least_squares():
    x, y = places(50, 800)
    own = np.random.default_rng(4).uniform(1, 4, 50)
    covariance = TRUE.covariance(np.hypot(x[:, None] - x, y[:, None] - y)) + np.diag(own**2)
    weight = np.full(50, 1 / 50)
    np.testing.assert_allclose(
        mean_rate_std(x, y, own, TRUE), np.sqrt(weight @ covariance @ weight)
    )
    assert np.isnan(mean_rate_std(x[:0], y[:0], own[:0], TRUE))


def test_the_error_of_a_mean_of_many_points_is_taken_from_a_part():
    x, y = np.sort(places(3_000, 800), axis=1)[:, np.random.default_rng(5).permutation(3_000)]
    own = np.full(3_000, 2.0)
    covariance = TRUE.covariance(np.hypot(x[:, None] - x, y[:, None] - y))
    exact = np.sqrt(covariance.mean() + 4.0 / 3_000)
    np.testing.assert_allclose(mean_rate_std(x, y, own, TRUE), exact, rtol=0.01)


def test_intervals_of_local_means_cover_the_truth():
    """Of means over the points of 300 m discs: 95 % intervals from estimated errors."""
    x, y = places(6_000, 5_000)
    order = np.argsort(np.floor(y / 250) * 1e6 + x)
    x, y = x[order], y[order]
    given = np.random.default_rng(6).uniform(0.5, 1.5, 6_000)
    own = given * np.sqrt(TRUE.nugget / np.mean(given**2))
    centres = np.stack(np.meshgrid(np.arange(500, 5_000, 500), np.arange(500, 5_000, 500)))
    discs = [
        np.flatnonzero(np.hypot(x - east, y - north) < 150)
        for east, north in centres.reshape(2, -1).T
    ]
    inside = []
    for field in range(20):
        error = draw_errors(x, y, own, TRUE, np.random.default_rng([7, field]))
        found = rate_errors(quiet_points(x, y, error), given)
        for disc in discs:
            std = mean_rate_std(x[disc], y[disc], found.own_std_mm_yr[disc], found.variogram)
            inside.append(abs(error[disc].mean()) <= 1.96 * std)
    assert 0.92 <= np.mean(inside) <= 0.98


def test_given_errors_are_scaled_to_the_nugget_and_floored():
    x, y = places(4_000, 4_000)
    given = np.full(4_000, 0.5)
    given[:50], given[50:100] = 0.0, np.nan
    rate = draw_errors(
        x, y, np.full(4_000, 2.0), Variogram(4.0, 0.0, 500.0), np.random.default_rng(8)
    )
    found = rate_errors(quiet_points(x, y, rate), given)
    assert found.given
    np.testing.assert_allclose(found.own_std_mm_yr[100:], 2.0, rtol=0.05)
    np.testing.assert_array_equal(found.own_std_mm_yr[50:100], found.own_std_mm_yr[100])
    np.testing.assert_allclose(
        found.own_std_mm_yr[0] / found.own_std_mm_yr[100], LEAST_STD_MM_YR / 0.5
    )
    # Without errors given, every point has that of the nugget.
    bare = rate_errors(quiet_points(x, y, rate), np.full(4_000, np.nan))
    assert not bare.given
    np.testing.assert_allclose(bare.own_std_mm_yr, np.sqrt(bare.variogram.nugget))


def test_moving_ground_does_not_raise_the_errors():
    x, y = places(6_000, 5_000)
    rate = draw_errors(x, y, np.full(6_000, 2.0), TRUE, np.random.default_rng(9))
    moving = (np.hypot(x - 2_000, y - 2_000) < 300) | (np.hypot(x - 4_000, y - 3_000) < 300)
    still = rate_errors(quiet_points(x, y, rate), np.full(6_000, np.nan)).describe()
    moved = rate_errors(
        quiet_points(x, y, rate + np.where(moving, 25.0, 0.0)), np.full(6_000, np.nan)
    ).describe()
    assert abs(moved["rate_std_mm_yr"] / still["rate_std_mm_yr"] - 1) < 0.05
    assert moved["quiet_share"] < 1 - moving.mean() + 0.001


def test_quiet_ground_follows_the_noise():
    rate = np.random.default_rng(10).normal(0, 10, 10_000)
    assert 0.995 < quiet_ground(rate, False).mean() < 0.999
    assert quiet_ground(np.zeros(0), False).size == 0
    assert quiet_ground(np.zeros(5), False).all()


def test_motion_of_most_of_the_ground_is_no_error():
    x, y = places(6_000, 5_000)
    rate = draw_errors(x, y, np.full(6_000, 1.0), TRUE, np.random.default_rng(9))
    still = rate_errors(quiet_points(x, y, rate), np.full(6_000, np.nan))
    moved = rate_errors(
        quiet_points(x, y, rate - np.where(x < 2_200, 25.0, 0.0)), np.full(6_000, np.nan)
    )
    assert moved.most_moves
    assert not still.most_moves
    assert moved.describe()["rate_std_mm_yr"] < 1.2 * still.describe()["rate_std_mm_yr"]


def test_points_that_help():
    assert points_that_help(3.0, 1.0) == 9
    assert points_that_help(0.5, 1.0) == 1
    assert points_that_help(3.0, 0.0) is None
    assert points_that_help(None, 1.0) is None
