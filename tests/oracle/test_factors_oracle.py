"""Distances and zonal statistics against brute force by shapely and masks by rasterio."""

import numpy as np
import shapely
from affine import Affine
from rasterio.features import geometry_mask

from hotslope.factors.classes import unit_areas
from hotslope.factors.distances import distances_to_nearest, segments
from hotslope.factors.zonal import class_areas, zonal_statistic


def test_distances_equal_brute_force() -> None:
    rng = np.random.default_rng(5)
    lines = np.array(
        [
            shapely.LineString(
                rng.uniform(0, 20_000, 2) + rng.normal(0, 300, (40, 2)).cumsum(axis=0)
            )
            for _ in range(25)
        ]
    )
    candidates = shapely.buffer(shapely.points(rng.uniform(0, 20_000, (150, 2))), 80)
    expected = shapely.distance(candidates[:, None], lines[None, :]).min(axis=1)
    assert (expected == 0).any()
    assert (expected > 500).any()
    np.testing.assert_allclose(
        distances_to_nearest(candidates, segments(lines)), expected, rtol=1e-12, atol=1e-9
    )


def test_aligned_squares_equal_a_mask() -> None:
    rng = np.random.default_rng(6)
    values = rng.normal(size=(80, 100))
    values[rng.uniform(size=values.shape) < 0.05] = np.nan
    codes = rng.integers(1, 5, values.shape).astype(float)
    transform, bounds = (
        Affine(12.5, 0, 500_000, 0, -12.5, 4_001_000),
        (500_000, 4_000_000, 501_250, 4_001_000),
    )
    corner = rng.integers(0, 60, (30, 2))
    size = rng.integers(1, 20, (30, 2))
    low, high = corner * 12.5 + [500_000, 4_000_000], (corner + size) * 12.5 + [500_000, 4_000_000]
    squares = shapely.box(*low.T, *high.T)
    means = zonal_statistic(squares, values, bounds, "mean")
    areas = class_areas(squares, codes, bounds)
    for index, square in enumerate(squares):
        inside = geometry_mask([square], values.shape, transform, invert=True)
        np.testing.assert_allclose(means[index], np.nanmean(values[inside]), rtol=1e-9)
        met, number = np.unique(codes[inside], return_counts=True)
        rows = areas[areas["polygon"] == index]
        assert rows["value"].tolist() == met.tolist()
        np.testing.assert_allclose(rows["area"], number, rtol=1e-6)


def test_units_of_a_tiling_sum_to_the_candidate() -> None:
    rng = np.random.default_rng(7)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(rng.uniform(0, 1000, (60, 2))))
    units = np.array(cells.geoms)
    candidates = shapely.buffer(shapely.points(rng.uniform(300, 700, (20, 2))), 120)
    areas = unit_areas(candidates, units)
    np.testing.assert_allclose(
        areas.groupby("polygon")["area"].sum(), shapely.area(candidates), rtol=1e-9
    )
