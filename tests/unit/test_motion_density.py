import numpy as np
import pytest
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from hotslope.grid import Grid
from hotslope.motion.density import quartic_density, signed_densities

CRS = "EPSG:32647"
GRID = Grid.from_bounds([700_000, 4_000_000, 701_500, 4_001_200], 12.5, CRS)
SMALL = Grid.from_bounds([700_000, 4_000_000, 700_300, 4_000_200], 12.5, CRS)


@st.composite
def places(draw):
    """Few weights on a lattice of 6.25 m: on cell centres and borders, doubled, off the grid."""
    number = draw(st.integers(0, 30))
    columns, rows = st.integers(-8, 56), st.integers(-8, 40)
    x = draw(st.lists(columns, min_size=number, max_size=number))
    y = draw(st.lists(rows, min_size=number, max_size=number))
    weight = draw(st.lists(st.integers(-50, 50), min_size=number, max_size=number))
    return (
        700_000 + 6.25 * np.array(x, dtype=float),
        4_000_000 + 6.25 * np.array(y, dtype=float),
        np.array(weight, dtype=float) / 10,
    )


def scattered(number=600, seed=2):
    """Points on the grid and up to 300 m beyond, some twice, some on cell centres."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(699_700, 701_800, number)
    y = rng.uniform(3_999_700, 4_001_500, number)
    x[:20], y[:20] = x[20:40], y[20:40]
    x[40:60], y[40:60] = GRID.x_centres_m()[:20], GRID.y_centres_m()[:20]
    return x, y, rng.normal(0, 3, number)


def brute_force(x, y, weight, radius_m, grid):
    cx, cy = np.meshgrid(grid.x_centres_m(), grid.y_centres_m())
    total = np.zeros(grid.shape)
    for xi, yi, wi in zip(x, y, weight, strict=True):
        r2 = ((cx - xi) ** 2 + (cy - yi) ** 2) / radius_m**2
        total += np.where(r2 < 1, 3 / np.pi * wi * (1 - r2) ** 2, 0.0)
    return total / radius_m**2


@pytest.mark.parametrize("radius_m", [5.0, 100.0, 200.0, 3000.0])
def test_is_the_sum_over_all_points(radius_m):
    x, y, weight = scattered()
    density = quartic_density(x, y, weight, radius_m, GRID)
    expected = brute_force(x, y, weight, radius_m, GRID)
    # Rounding of a few hundred terms; a binned convolution is off by 1e-3.
    assert np.abs(density - expected).max() <= 1e-12 * np.abs(expected).max()


def test_one_point_integrates_to_its_weight():
    density = quartic_density([700_750.0], [4_000_600.0], [7.0], 200.0, GRID)
    assert density.sum() * 12.5**2 == pytest.approx(7.0, rel=1e-3)
    assert density.max() == pytest.approx(7 * 3 / np.pi / 200**2, rel=1e-2)


def test_ends_at_the_radius():
    centre = (GRID.x_centres_m()[50], GRID.y_centres_m()[50])
    density = quartic_density([centre[0]], [centre[1]], [1.0], 25.0, GRID)
    assert np.count_nonzero(density) == 9  # 2 cells away is exactly the radius
    assert density[50, 52] == 0


@pytest.mark.parametrize(("radius_m", "shrunk"), [(200.0, 1), (25.0, 8)])
def test_threads_and_tiles_and_order_give_the_same_bits(radius_m, shrunk):
    x, y, weight = scattered()
    # Shrunk toward the border of two blocks of 64 radii, which divides the tile.
    x, y = 700_800 + (x - 700_800) / shrunk, 4_000_600 + (y - 4_000_600) / shrunk
    density = quartic_density(x, y, weight, radius_m, GRID)
    order = np.random.default_rng(0).permutation(x.size)
    for threads in (2, 7):
        again = quartic_density(x[order], y[order], weight[order], radius_m, GRID, threads=threads)
        np.testing.assert_array_equal(again, density)
    tile = Grid(CRS, GRID.transform @ Affine.translation(57, 41), (20, 30))
    left, bottom, right, top = tile.grown(int(radius_m / 12.5)).bounds_m
    halo = (x > left) & (x < right) & (y > bottom) & (y < top)
    part = quartic_density(x[halo], y[halo], weight[halo], radius_m, tile)
    np.testing.assert_array_equal(part, density[41:61, 57:87])
    assert part.any()


def test_hot_and_cold_do_not_cancel():
    x, y, weight = scattered()
    weight[5] = np.nan
    signed, hot, cold = signed_densities(x, y, weight, 200.0, GRID)
    known = np.isfinite(weight)
    whole = quartic_density(x[known], y[known], weight[known], 200.0, GRID)
    np.testing.assert_allclose(signed, whole, rtol=0, atol=1e-13 * np.abs(whole).max())
    np.testing.assert_array_equal(hot + cold, signed)
    assert hot.min() >= 0
    assert cold.max() <= 0
    other, chill, warm = signed_densities(x, y, -weight, 200.0, GRID)
    # Points at the same place come in the order of their weights, which negation turns round.
    np.testing.assert_allclose([other, chill, warm], [-signed, -cold, -hot], rtol=1e-12, atol=1e-17)


def test_no_points_and_points_far_away_give_zero():
    assert not quartic_density([], [], [], 200.0, GRID).any()
    assert not quartic_density([0.0, 9e6], [0.0, 4e6], [1.0, 1.0], 200.0, GRID).any()


@settings(max_examples=50, deadline=None)
@given(places(), st.sampled_from([6.25, 25.0, 70.0]))
def test_any_points_are_summed_exactly(track, radius_m):
    density = quartic_density(*track, radius_m, SMALL)
    expected = brute_force(*track, radius_m, SMALL)
    np.testing.assert_allclose(density, expected, rtol=0, atol=1e-12 * 3 / radius_m**2 * 150)


@settings(max_examples=50, deadline=None)
@given(places(), st.randoms(use_true_random=False), st.sampled_from([12.5, 70.0]))
def test_order_sign_and_duplicates(track, random, radius_m):
    x, y, weight = track
    density = quartic_density(x, y, weight, radius_m, SMALL)
    order = random.sample(range(x.size), x.size)
    mixed = quartic_density(x[order], y[order], weight[order], radius_m, SMALL, threads=2)
    np.testing.assert_array_equal(mixed, density)
    tolerance = {"rtol": 1e-9, "atol": 1e-12}
    np.testing.assert_allclose(
        quartic_density(x, y, -weight, radius_m, SMALL), -density, **tolerance
    )
    doubled = quartic_density(*(np.tile(n, 2) for n in track), radius_m, SMALL)
    np.testing.assert_allclose(doubled, 2 * density, **tolerance)


@settings(max_examples=25, deadline=None)
@given(places(), st.floats(-1e3, 1e3))
def test_shift_of_weights_adds_the_density_of_equal_ones(track, shift):
    x, y, weight = track
    ones = quartic_density(x, y, np.ones(x.size), 50.0, SMALL)
    np.testing.assert_allclose(
        quartic_density(x, y, weight + shift, 50.0, SMALL),
        quartic_density(x, y, weight, 50.0, SMALL) + shift * ones,
        rtol=1e-9,
        atol=1e-12,
    )


@settings(max_examples=25, deadline=None)
@given(places(), st.integers(-20, 20), st.integers(-20, 20))
def test_moving_points_and_grid_moves_the_density(track, east, north):
    x, y, weight = track
    moved = Grid(CRS, SMALL.transform @ Affine.translation(east, -north), SMALL.shape)
    np.testing.assert_allclose(
        quartic_density(x + 12.5 * east, y + 12.5 * north, weight, 50.0, moved),
        quartic_density(x, y, weight, 50.0, SMALL),
        rtol=1e-9,
        atol=1e-12,
    )


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 300), st.floats(0, 200), st.floats(-100, 100))
def test_single_point_anywhere(east, north, weight):
    x, y = np.array([700_000 + east]), np.array([4_000_000 + north])
    density = quartic_density(x, y, [weight], 50.0, SMALL)
    expected = brute_force(x, y, [weight], 50.0, SMALL)
    np.testing.assert_allclose(density, expected, rtol=1e-9, atol=1e-15)
    assert (np.sign(density[density != 0]) == np.sign(weight)).all()
