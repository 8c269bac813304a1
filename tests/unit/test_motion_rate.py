import numpy as np
import pytest
from affine import Affine
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from hotslope.grid import Grid
from hotslope.motion.kriging import NEAREST, NUGGET
from hotslope.motion.rate import STATISTICS as ALL_STATISTICS
from hotslope.motion.rate import (
    automatic_bandwidth_m,
    local_rate,
    rate_beyond,
    reach_m,
    resolved_statistic,
)
from hotslope.points.track_statistics import point_density_per_m2

CRS = "EPSG:32647"
GRID = Grid.from_bounds([700_000, 4_000_000, 701_200, 4_001_000], 12.5, CRS)


def scattered(number=500, seed=5):
    rng = np.random.default_rng(seed)
    x = rng.uniform(699_900, 701_300, number)
    y = rng.uniform(3_999_900, 4_001_100, number)
    rate = rng.normal(0, 2, number) + 40.0 * (np.hypot(x - 700_600, y - 4_000_500) < 200)
    x[:9], y[:9] = x[9:18], y[9:18]
    return x, y, rate


def weighted_median(rate, weight):
    """Least rate with at least half of the weight at or below it (no ties here)."""
    order = np.argsort(rate)
    below = np.cumsum(weight[order])
    return rate[order][np.searchsorted(below, below[-1] / 2)]


def brute_force(x, y, rate, h, threshold, statistic):
    result, support = np.full(GRID.shape, np.nan), np.zeros(GRID.shape)
    for row, cy in enumerate(GRID.y_centres_m()):
        for column, cx in enumerate(GRID.x_centres_m()):
            r2 = ((x - cx) ** 2 + (y - cy) ** 2) / h**2
            near = r2 < 1
            weight = (1 - r2[near]) ** 2
            support[row, column] = weight.sum()
            if weight.sum() >= 1 and (np.abs(rate[near]) >= threshold).any():
                result[row, column] = statistic(rate[near], weight)
    return result, support


STATISTICS = {
    "median": weighted_median,
    "mean": lambda rate, weight: np.average(rate, weights=weight),
    "clipped_mean": lambda rate, weight: np.average(np.clip(rate, -20, 20), weights=weight),
}


@pytest.mark.parametrize("statistic", STATISTICS)
def test_agrees_with_cell_by_cell_evaluation(statistic):
    x, y, rate = scattered()
    for h in (60.0, 139.0):
        expected, support = brute_force(x, y, rate, h, 10.0, STATISTICS[statistic])
        found = local_rate(x, y, rate, h, GRID, threshold_mm_yr=10.0, statistic=statistic)
        np.testing.assert_allclose(found[1], support, atol=1e-11)
        np.testing.assert_allclose(found[0], expected, atol=1e-9)
        assert 0.02 < np.isfinite(expected).mean() < 0.98


def test_median_of_two_equal_weights_is_their_middle():
    x = np.array([700_600.0, 700_600.0])
    y = np.array([4_000_500.0, 4_000_500.0])
    rate, _ = local_rate(x, y, np.array([10.0, 30.0]), 100.0, GRID, threshold_mm_yr=10.0)
    assert np.nanmin(rate) == np.nanmax(rate) == 20.0


def test_median_has_no_halo_where_the_mean_has_one():
    rng = np.random.default_rng(6)
    x = rng.uniform(700_000, 701_200, 3000)
    y = rng.uniform(4_000_000, 4_001_000, 3000)
    body = np.hypot(x - 700_600, y - 4_000_500) < 200
    velocity = np.where(body, 200.0, 0.0)
    cx, cy = np.meshgrid(GRID.x_centres_m(), GRID.y_centres_m())
    truth = np.hypot(cx - 700_600, cy - 4_000_500) < 200
    area = {}
    for statistic in ALL_STATISTICS:
        rate, _ = local_rate(x, y, velocity, 139.0, GRID, threshold_mm_yr=10.0, statistic=statistic)
        area[statistic] = (np.nan_to_num(rate) >= 10).sum() / truth.sum()
    assert 0.85 < area["median"] < 1.15
    assert 0.85 < area["clipped_mean"] < 1.15
    assert 0.85 < area["kriging"] < 1.15
    assert area["mean"] > 1.5


def test_too_few_points_are_not_evaluated_and_quiet_ones_not_needed():
    rate, support = local_rate(
        np.array([700_600.0]), np.array([4_000_500.0]), np.array([50.0]), 100.0, GRID,
        threshold_mm_yr=10.0,
    )  # fmt: skip
    assert np.isnan(rate).all()  # (1 − u²)² of one point is below 1 but at the point itself
    assert 0.9 < support.max() < 1
    x, y, _ = scattered()
    rate, support = local_rate(x, y, np.full(x.size, 9.9), 139.0, GRID, threshold_mm_yr=10.0)
    assert np.isnan(rate).all()
    assert support.max() > 5


def test_no_points():
    rate, support = local_rate([], [], [], 139.0, GRID, threshold_mm_yr=10.0)
    assert np.isnan(rate).all()
    assert not support.any()
    assert point_density_per_m2(np.empty(0), np.empty(0)) == 0
    assert automatic_bandwidth_m(0.0) == 300


@pytest.mark.parametrize("statistic", ALL_STATISTICS)
def test_threads_and_tiles_and_order_give_the_same_bits(statistic):
    x, y, rate = scattered()
    whole = local_rate(x, y, rate, 139.0, GRID, threshold_mm_yr=10.0, statistic=statistic)
    order = np.random.default_rng(0).permutation(x.size)
    again = local_rate(
        x[order], y[order], rate[order], 139.0, GRID,
        threshold_mm_yr=10.0, statistic=statistic, threads=3,
    )  # fmt: skip
    np.testing.assert_array_equal(again, whole)
    tile = Grid(CRS, GRID.transform @ Affine.translation(31, 17), (45, 40))
    left, bottom, right, top = tile.bounds_m
    reach = reach_m(statistic, 139.0)
    halo = (x > left - reach) & (x < right + reach) & (y > bottom - reach) & (y < top + reach)
    part = local_rate(
        x[halo], y[halo], rate[halo], 139.0, tile, threshold_mm_yr=10.0, statistic=statistic
    )
    np.testing.assert_array_equal(part, np.array(whole)[:, 17:62, 31:71])


@pytest.mark.parametrize("statistic", ALL_STATISTICS)
@pytest.mark.parametrize("draw", range(6))
def test_rate_beyond_has_every_cell_that_passes_the_threshold(statistic, draw):
    x, y, rate = scattered(number=(20, 60, 500)[draw % 3], seed=draw)
    rate = np.round(rate)  # rates at the threshold, and equal halves
    expected, _ = local_rate(x, y, rate, 90.0, GRID, threshold_mm_yr=2.0, statistic=statistic)
    found = rate_beyond(x, y, rate, 90.0, GRID, threshold_mm_yr=2.0, statistic=statistic)
    beyond = np.abs(expected) >= 2.0
    assert beyond.any()
    np.testing.assert_array_equal(found[beyond], expected[beyond])
    assert not (np.abs(found[~beyond]) >= 2.0).any()


def test_rate_beyond_takes_equal_halves():
    x, y = np.array([700_106.25, 700_106.25]), np.array([4_000_906.25, 4_000_906.25])
    for rate in ([-6.0, 26.0], [-26.0, 6.0]):
        found = rate_beyond(x, y, np.array(rate), 100.0, GRID, threshold_mm_yr=10.0)
        assert np.nanmax(np.abs(found)) == 10.0


def test_kriging_agrees_with_a_gaussian_process_of_the_nearest_points():
    x, y, rate = scattered()
    found, _ = local_rate(x, y, rate, 150.0, GRID, threshold_mm_yr=10.0, statistic="kriging")
    rows, columns = np.nonzero(np.isfinite(found))
    kernel = Matern(length_scale=150.0, nu=0.5)  # exponential
    for place in np.linspace(0, rows.size - 1, 25).astype(int):
        row, column = rows[place], columns[place]
        cell = np.array([[GRID.x_centres_m()[column], GRID.y_centres_m()[row]]])
        nearest = np.argsort(np.hypot(x - cell[0, 0], y - cell[0, 1]), kind="stable")[:NEAREST]
        process = GaussianProcessRegressor(kernel, alpha=NUGGET, optimizer=None)
        process.fit(np.column_stack([x, y])[nearest], np.clip(rate, -20, 20)[nearest])
        assert found[row, column] == pytest.approx(process.predict(cell)[0], abs=1e-8)


def test_kriging_draws_to_zero_far_from_points():
    """One point: its rate falls as the covariance does, and ends at the bandwidth."""
    x, y = np.array([700_606.25]), np.array([4_000_506.25])
    rate, _ = local_rate(
        x, y, np.array([15.0]), 100.0, GRID, threshold_mm_yr=10.0, statistic="kriging"
    )
    rows, columns = GRID.rows_columns(x, y)
    assert rate[rows[0], columns[0]] == pytest.approx(15.0 / (1 + NUGGET))
    assert rate[rows[0], columns[0] + 4] == pytest.approx(15.0 / (1 + NUGGET) * np.exp(-0.5))
    assert np.isnan(rate[rows[0], columns[0] + 9])


def test_automatic_statistic_is_kriging_for_sparse_points():
    assert resolved_statistic("auto", 99e-6) == "kriging"
    assert resolved_statistic("auto", 100e-6) == "median"
    assert resolved_statistic("mean", 50e-6) == "mean"


def test_automatic_bandwidth():
    # 264 points/km²: √(16 / (π · 264e-6)) = 138.9 m; clipped where points are many or few.
    assert automatic_bandwidth_m(264e-6) == pytest.approx(138.9, abs=0.05)
    assert automatic_bandwidth_m(1e-2) == 100
    assert automatic_bandwidth_m(1e-5) == 300


def test_density_of_points_ignores_ground_without_points():
    rng = np.random.default_rng(7)
    x, y = rng.uniform(0, 5000, (2, 6600))
    expected = 6600 / 25e6
    assert point_density_per_m2(x, y) == pytest.approx(expected)
    apart = np.where(x < 2500, x, x + 100_000)
    assert point_density_per_m2(apart, y) == pytest.approx(expected)


def test_refuses_an_unknown_statistic():
    with pytest.raises(ValueError, match="statistic"):
        local_rate([], [], [], 139.0, GRID, threshold_mm_yr=10.0, statistic="mode")
