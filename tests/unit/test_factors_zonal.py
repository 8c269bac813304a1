from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource

from hotslope.factors.measures import terrain_number
from hotslope.factors.zonal import _CRS, class_areas, weighted_quantile, zonal_statistic
from hotslope.grid import Grid
from hotslope.rasters import Computed, RasterBand, write_raster

BOUNDS = (0.0, 0.0, 4.0, 3.0)
VALUES = np.arange(12.0).reshape(3, 4)
VALUES[0, 0] = np.nan
POLYGONS = np.array(
    [
        shapely.box(0, 0, 2, 2),  # 4 5 8 9
        shapely.box(0.5, 0, 2, 1),  # half of 8, all of 9
        shapely.box(0, 2, 2, 3),  # a gap and 1
        shapely.box(0, 2, 1, 3),  # the gap
        shapely.box(9, 9, 10, 10),  # beyond the raster
        shapely.box(3, 0, 8, 1),  # 11, and 80 % beyond
    ]
)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("mean", [6.5, (0.5 * 8 + 9) / 1.5, 1.0, np.nan, np.nan, 11.0]),
        ("count", [4.0, 1.5, 1.0, 0.0, 0.0, 1.0]),
        ("max", [9.0, 9.0, 1.0, np.nan, np.nan, 11.0]),
        ("median", [6.5, 9.0, 1.0, np.nan, np.nan, 11.0]),
    ],
)
def test_statistics(statistic: str, expected: list[float]) -> None:
    result = zonal_statistic(POLYGONS, VALUES, BOUNDS, statistic)
    assert result.dtype == np.float64
    # A weighted median lies between the values that hold the middle of the weight.
    np.testing.assert_allclose(result, expected, atol=0.5 if statistic == "median" else 1e-12)


def test_quantile_of_a_long_row() -> None:
    values = np.arange(101.0)[None, :]
    whole = np.array([shapely.box(0, 0, 101, 1)])
    assert zonal_statistic(whole, values, (0, 0, 101, 1), "quantile(q=0.95)") == pytest.approx(95)


@pytest.mark.parametrize(("statistic", "expected"), [("median", 7.0), ("quantile(q=0.95)", 8.15)])
def test_quantiles_count_every_cell_of_equal_values(statistic: str, expected: float) -> None:
    values = np.array([7.0] * 95 + [30.0] * 5).reshape(10, 10)
    whole = np.array([shapely.box(0, 0, 10, 10)])
    found = zonal_statistic(whole, values, (0, 0, 10, 10), statistic)
    assert found == pytest.approx(expected)
    assert expected == pytest.approx(np.quantile(values, 0.5 if statistic == "median" else 0.95))


def test_quantiles_of_different_values_are_those_of_exactextract() -> None:
    random = np.random.default_rng(4)
    values = random.normal(size=(20, 30))
    low, size = random.uniform(0, 10, (8, 2)), random.uniform(0.1, 9, (8, 2))
    polygons = shapely.box(*low.T, *(low + size).T)
    raster = NumPyRasterSource(values, 0, 0, 30, 20, nodata=np.nan, srs_wkt=_CRS.to_wkt())
    frame = gpd.GeoDataFrame(geometry=polygons, crs=_CRS)
    expected = exact_extract(raster, frame, ["quantile(q=0.95)", "median"], output="pandas")
    for column, statistic in enumerate(["quantile(q=0.95)", "median"]):
        found = zonal_statistic(polygons, values, (0, 0, 30, 20), statistic)
        np.testing.assert_allclose(found, expected.iloc[:, column], rtol=1e-12)


@pytest.mark.parametrize("copies", [2, 5])
def test_equal_weights_give_the_quantiles_of_numpy(copies: int) -> None:
    """Also of values that repeat."""
    values = np.repeat([1.0, 2.0, 4.0, 8.0], copies)
    for level in (0.0, 0.3, 0.5, 0.9, 1.0):
        found = weighted_quantile(values, np.ones(len(values)), level)
        assert found == pytest.approx(np.quantile(values, level))
    assert np.isnan(weighted_quantile(np.array([np.nan]), np.ones(1), 0.5))


def test_a_file_and_what_is_computed_from_it_are_read_below_the_polygons(tmp_path: Path) -> None:
    grid = Grid("EPSG:32647", Affine(1, 0, 0, 0, -1, 3), VALUES.shape)
    write_raster(tmp_path / "values.tif", {"values": VALUES}, grid)
    band = RasterBand(tmp_path / "values.tif")
    mean = zonal_statistic(POLYGONS, VALUES, BOUNDS, "mean")
    np.testing.assert_array_equal(zonal_statistic(POLYGONS, band, BOUNDS, "mean"), mean)
    twice = Computed(np.add, band, VALUES)
    np.testing.assert_array_equal(zonal_statistic(POLYGONS, twice, BOUNDS, "mean"), 2 * mean)


def test_class_areas_by_polygon_and_code() -> None:
    areas = class_areas(POLYGONS, np.floor(VALUES / 4), BOUNDS)
    assert list(areas.itertuples(index=False, name=None)) == [
        (0, 1, 2.0),
        (0, 2, 2.0),
        (1, 2, 1.5),
        (2, 0, 1.0),
        (5, 2, 1.0),
    ]


def test_coverage_is_the_share_of_the_polygon() -> None:
    coverage = terrain_number("tri", POLYGONS, VALUES, BOUNDS, "mean").coverage["tri"]
    np.testing.assert_allclose(coverage, [1, 1, 0.5, 0, 0, 0.2])


def test_no_polygons() -> None:
    none = POLYGONS[:0]
    assert zonal_statistic(none, VALUES, BOUNDS, "mean").shape == (0,)
    assert class_areas(none, VALUES, BOUNDS).empty
    assert class_areas(POLYGONS[4:5], VALUES, BOUNDS).empty
