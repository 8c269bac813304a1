"""Regions, gates and cuts: what is outlined on small hand-drawn rasters."""

import numpy as np
import pandas as pd
import pytest
import shapely
from affine import Affine
from scipy import ndimage

from hotslope.candidates.cut import density_cut, moving_share_of
from hotslope.candidates.density_rule import density_regions
from hotslope.candidates.gate import holds_enough, required_points, significant
from hotslope.candidates.outlines import (
    compactness,
    points_inside,
    region_outlines,
    wider_than,
)
from hotslope.candidates.rate_rule import rate_regions, region_of_points
from hotslope.candidates.regions import (
    fill_holes,
    label_at_once,
    label_regions,
    opened,
    select_regions,
)
from hotslope.candidates.settings import RegionSettings, rate_rule
from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.motion.scores import corrected_scores, local_rate_scores

GRID = Grid("EPSG:32647", Affine(10, 0, 0, 0, -10, 200), (20, 20))


def drawn(text):
    """Bool raster of a drawing: # is inside."""
    return np.array([[cell == "#" for cell in row] for row in text.split()])


def test_holes_are_filled_but_not_bays_nor_barriers():
    ring = drawn(".....  .###.  .#.#.  .###.  .....")
    nothing = np.zeros(ring.shape, dtype=bool)
    np.testing.assert_array_equal(
        fill_holes(ring, nothing), drawn(".....  .###.  .###.  .###.  .....")
    )
    bay = drawn(".....  .###.  .#.#.  .#.#.  .#.#.")
    np.testing.assert_array_equal(fill_holes(bay, np.zeros(bay.shape, dtype=bool)), bay)
    np.testing.assert_array_equal(fill_holes(ring, ~ring), ring)
    everything = ~nothing
    np.testing.assert_array_equal(fill_holes(everything, nothing), everything)
    np.testing.assert_array_equal(fill_holes(nothing, nothing), nothing)


def test_opening_cuts_necks_and_small_parts_go():
    joined = drawn("###...####  ###...####  ##########  ......####  ......####")
    nothing = np.zeros(joined.shape, dtype=bool)
    labels, count = label_regions(joined, nothing, min_cells=1, opening_cells=1)
    expected = drawn("###...####  ###...####  ###...####  ......####  ......####")
    assert count == 2
    np.testing.assert_array_equal(labels > 0, expected)
    assert np.unique(labels[:3, :3]).tolist() == [1]
    assert (labels == 2).sum() == 20
    assert label_regions(joined, nothing, min_cells=13, opening_cells=1)[1] == 1
    assert label_regions(joined, nothing, min_cells=13, opening_cells=0)[1] == 1
    assert label_regions(joined, nothing, min_cells=99, opening_cells=0)[1] == 0


def test_corners_connect_and_outlines_stay_valid():
    diagonal = drawn("##..  ##..  ..##  ..##")
    labels, count = label_regions(diagonal, ~diagonal, min_cells=1, opening_cells=0)
    assert count == 1
    outline = region_outlines(labels, GRID.transform)[0]
    assert outline.geom_type == "MultiPolygon"
    assert outline.is_valid
    assert outline.area == 8 * 100


def test_outlines_follow_cells_with_holes():
    ring = drawn("####.  #..#.  ####.  .....  ....#")
    labels, _ = label_regions(ring, ~ring, min_cells=1, opening_cells=0)
    outlines = region_outlines(labels, GRID.transform)
    assert [outline.area for outline in outlines] == [1000, 100]
    assert len(outlines[0].interiors) == 1
    assert outlines[1].bounds == (40, 150, 50, 160)
    assert region_outlines(np.zeros((3, 3), dtype=np.int32), GRID.transform).size == 0


@pytest.mark.parametrize("opening_cells", [0, 1, 2])
def test_opening_is_scipys(opening_cells):
    rng = np.random.default_rng(opening_cells)
    structure = np.ones((2 * opening_cells + 1,) * 2)
    for shape, share in [((40, 30), 0.9), ((40, 30), 0.6), ((3, 7), 0.95), ((1, 1), 1.0)]:
        region = rng.random(shape) < share
        expected = ndimage.binary_opening(region, structure)
        np.testing.assert_array_equal(opened(region, opening_cells), expected)


@pytest.mark.parametrize("opening_cells", [0, 1])
def test_labelling_at_once_gives_the_same_regions(opening_cells):
    rng = np.random.default_rng(4)
    for size in (3.0, 5.0, 9.0):
        field = ndimage.uniform_filter(rng.normal(size=(80, 60)), size)
        field /= field.std()
        options = {"min_cells": 12, "opening_cells": opening_cells}
        labels, count = label_regions(field > 0.2, field < -0.7, **options)
        again, same = label_at_once(field > 0.2, field < -0.7, **options)
        assert count == same > 1
        # Each number there stands for one number here, and none for none.
        pairs = np.unique(np.stack([labels.ravel(), again.ravel()]), axis=1)
        np.testing.assert_array_equal(pairs[0], np.arange(count + 1))
        np.testing.assert_array_equal(np.sort(pairs[1]), np.arange(count + 1))
        assert pairs[1, 0] == 0


def test_select_regions_numbers_anew():
    labels, count = select_regions(np.array([[0, 1, 2, 3]]), np.array([True, False, True]))
    assert labels.tolist() == [[0, 1, 0, 2]]
    assert count == 2


def test_gate_needs_movers_and_one_seed_among_them():
    region = np.array([1, 1, 1, 2, 2, 2, 3, 3, 3, 0])
    moving = np.array([1, 1, 1, 1, 1, 1, 1, 1, 0, 1], dtype=bool)
    seed = np.array([1, 0, 0, 0, 0, 0, 1, 1, 1, 1], dtype=bool)
    assert holds_enough(region, 4, moving, seed, 3).tolist() == [True, False, False, False]
    assert holds_enough(region, 4, moving, seed, 2).tolist() == [True, False, True, False]
    # A significant point that does not move is no seed.
    assert not holds_enough(np.array([1, 1]), 1, moving[[0, 8]], seed[[3, 8]], 1)[0]


def test_significance_is_signed_and_never_unknown():
    z = np.array([5.0, -5.0, 5.0, np.nan])
    q = np.array([0.01, 0.001, 0.02, np.nan])
    assert significant(z, q, 1, 0.01).tolist() == [True, False, False, False]
    assert significant(z, q, -1, 0.01).tolist() == [False, True, False, False]


@pytest.mark.parametrize(("density", "expected"), [(264, 3), (100, 3), (99.9, 2), (0, 2)])
def test_sparse_tracks_need_fewer_points(density, expected):
    assert required_points(3, density) == expected
    assert required_points(1, density) == 1


@pytest.mark.parametrize(("density_per_m2", "min_points"), [(99e-6, 2), (101e-6, 3)])
def test_settings_become_the_rule_of_a_track(density_per_m2, min_points):
    settings = RegionSettings(10.0, 0.01, min_points=3, min_area_m2=8_000.0, opening_cells=1)
    rule = rate_rule(settings, 150.0, "median", density_per_m2, GRID)
    assert rule.min_points == min_points
    assert (rule.bandwidth_m, rule.statistic, rule.opening_cells) == (150.0, "median", 1)
    assert (rule.threshold_mm_yr, rule.significance) == (10.0, 0.01)
    # 500 km west of the central meridian a cell of 100 m² on the map is 99.5 m² of ground.
    assert rule.min_cells == 81


def test_rate_rule_keeps_what_moves_and_is_significant():
    """Two blocks pass the threshold; the second has no significant point, the third is cold."""
    rate = np.full(GRID.shape, np.nan)
    rate[1:6, 1:6] = 15.0
    rate[1:6, 10:15] = 15.0
    rate[10:15, 1:6] = -15.0
    places = [(35, 165), (25, 165), (45, 165), (125, 165), (115, 165), (135, 165), (500, 500)]
    points = pd.DataFrame(places, columns=["x_m", "y_m"], dtype=float).assign(
        relative_mm_yr=12.0, z=6.0, q=[0.001, 0.5, 0.5, 0.5, 0.5, 0.5, 0.0]
    )
    options = {
        "threshold_mm_yr": 10.0,
        "significance": 0.01,
        "min_points": 3,
        "min_cells": 9,
        "opening_cells": 1,
    }
    labels = rate_regions(rate, GRID, points, 1, **options)
    assert labels.max() == 1
    np.testing.assert_array_equal(np.argwhere(labels)[[0, -1]], [[1, 1], [5, 5]])
    assert rate_regions(rate, GRID, points, -1, **options).max() == 0
    flipped = points.assign(relative_mm_yr=-12.0, z=-6.0)
    np.testing.assert_array_equal(rate_regions(-rate, GRID, flipped, -1, **options), labels)
    assert region_of_points(labels, GRID, *at(points)).tolist() == [1, 1, 1, 0, 0, 0, 0]
    assert rate_regions(np.full(GRID.shape, np.nan), GRID, points[:0], 1, **options).max() == 0


def at(points):
    return points["x_m"].to_numpy(), points["y_m"].to_numpy()


def test_points_beside_a_region_count_toward_its_gate():
    labels = np.zeros(GRID.shape, dtype=np.int32)
    labels[2:5, 2:5], labels[2:5, 7:10] = 1, 2
    size = GRID.transform.a
    row, column = np.array([3, 3, 1, 3, 3, 0, -1]), np.array([3, 5, 5, 6, 10, 3, 3])
    points = pd.DataFrame(
        {
            "x_m": GRID.transform.c + (column + 0.5) * size,
            "y_m": GRID.transform.f - (row + 0.5) * size,
        }
    )
    assert region_of_points(labels, GRID, *at(points)).tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert region_of_points(labels, GRID, *at(points), 1).tolist() == [1, 1, 1, 2, 2, 0, 0]
    # Nor does a point beyond one edge belong to a region at the opposite one.
    labels[-1], labels[:, -1] = 3, 3
    corner = np.array([GRID.transform.c - 0.5 * size, GRID.transform.c + 3.5 * size])
    north = np.array([GRID.transform.f - 3.5 * size, GRID.transform.f + 0.5 * size])
    assert region_of_points(labels, GRID, corner, north).tolist() == [0, 0]
    labels[-1], labels[:, -1] = 0, 0
    # Two cells away from one region and one from the other: the nearer takes it.
    assert region_of_points(labels, GRID, *at(points), 2).tolist() == [1, 1, 1, 2, 2, 1, 0]


def test_gate_measures_against_stable_ground():
    """Fast points elsewhere, a tenth of all, widen the standard deviation, not the median's."""
    generator = np.random.default_rng(5)
    x, y = generator.uniform(0, 5000, (2, 4000))
    body = np.hypot(x - 1000, y - 1000) < 150
    noise = generator.normal(0, 2, x.size)
    shares = {}
    for elsewhere in (0.0, -150.0):
        rate = noise + np.where(body, 15.0, 0.0) + np.where(x > 4500, elsewhere, 0.0)
        for center in ("median", "mean"):
            found = local_rate_scores(x, y, rate, 200.0, center=center, min_neighbours=3)
            scores = corrected_scores(*found, "fdr")
            shares[elsewhere, center] = float((scores.q[body] <= 0.01).mean())
    assert shares[0.0, "median"] == shares[0.0, "mean"] == shares[-150.0, "median"] == 1.0
    assert shares[-150.0, "mean"] == 0.0


def test_gate_without_noise_without_neighbours_and_without_points():
    x = np.arange(0.0, 4000.0, 50.0)
    points = x, np.zeros(x.size), np.where(x < 500, 20.0, 0.0)

    def q(points, min_neighbours):
        options = {"center": "median", "min_neighbours": min_neighbours}
        return corrected_scores(*local_rate_scores(*points, 200.0, **options), "fdr").q

    # More than half of the rates are equal: their median deviation is 0.
    assert (q(points, 3)[:9] <= 0.01).all()
    assert np.isnan(q(points, 99)).all()
    assert q((np.zeros(0),) * 3, 3).size == 0


def test_wider_than_a_circle():
    shapes = np.array([shapely.box(0, 0, 40, 40), shapely.box(0, 0, 10, 400), shapely.Point(0, 0)])
    assert wider_than(shapes, 19.0).tolist() == [True, False, False]
    assert wider_than(shapes, 21.0).tolist() == [False, False, False]
    assert not wider_than(shapes, np.inf).any()
    assert wider_than(shapes[:0], 1.0).size == 0


def test_area_cut_extracts_the_share_that_moves():
    strength = np.arange(100.0).reshape(10, 10)
    cut = density_cut(strength, "area", None, 0.25)
    assert (strength >= cut).sum() == 25
    assert density_cut(strength, "area", None, 0.0) == np.inf
    assert density_cut(np.zeros((4, 4)), "area", None, 0.5) == np.inf
    # Never where the kernel does not reach.
    assert density_cut(strength, "area", None, 1.0) == 1.0


def test_quantile_and_value_cuts():
    strength = np.concatenate([np.zeros(100), np.arange(1, 102)]).reshape(3, 67)
    assert density_cut(strength, "quantile", 0.5, 0.0) == 51.0
    assert density_cut(strength, "value", 7.5, 0.0) == 7.5
    assert density_cut(np.zeros((2, 2)), "quantile", 0.5, 0.0) == np.inf
    for cut, value in [("value", None), ("quantile", None), ("quantile", 1.5), ("value", 0.0)]:
        with pytest.raises(InputError, match="cut_value"):
            density_cut(strength, cut, value, 0.0)


def test_moving_share():
    assert moving_share_of(np.array([10.0, -10.0, 9.9, 0.0]), 10.0) == 0.5
    assert moving_share_of(np.empty(0), 10.0) == 0.0


def test_hot_and_cold_share_no_cell():
    hot = np.array([[3.0, 3.0, 1.0, 0.0]])
    cold = np.array([[0.0, 2.0, 3.0, 3.0]])
    regions = density_regions(hot, cold, 2.0, min_cells=1)
    assert regions[1].tolist() == [[1, 1, 0, 0]]
    assert regions[-1].tolist() == [[0, 0, 1, 1]]
    assert density_regions(hot, cold, np.inf, min_cells=1)[1].max() == 0


def test_compactness_of_a_square_and_a_thread():
    square, thread = shapely.box(0, 0, 10, 10), shapely.box(0, 0, 1000, 1)
    np.testing.assert_allclose(compactness(np.array([square])), np.pi / 4)
    assert compactness(np.array([thread]))[0] < 0.005


def test_points_inside_agrees_with_shapely_one_by_one():
    generator = np.random.default_rng(1)
    x, y = generator.uniform(0, 100, (2, 500))
    polygons = np.array(
        [shapely.Point(40, 40).buffer(20), shapely.box(30, 30, 90, 60), shapely.box(200, 0, 300, 1)]
    )
    polygon, point = points_inside(polygons, x, y)
    expected = [
        (index, number)
        for index, shape in enumerate(polygons)
        for number in range(500)
        if shape.intersects(shapely.Point(x[number], y[number]))
    ]
    assert list(zip(polygon.tolist(), point.tolist(), strict=True)) == expected
    assert points_inside(polygons, x[:0], y[:0])[0].size == 0
    assert points_inside(polygons[:0], x, y)[0].size == 0
