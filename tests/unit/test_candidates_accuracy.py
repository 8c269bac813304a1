"""Extraction accuracy of drawn squares, whose areas are known."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from hotslope.candidates.accuracy import extraction_accuracy

CRS = "EPSG:32647"


def squares(*places, side=100):
    polygons = [shapely.box(x, y, x + side, y + side) for x, y in places]
    return gpd.GeoSeries(polygons, crs=CRS)


def test_half_overlap():
    result = extraction_accuracy(squares((0, 0)), squares((50, 0)))
    assert result["accuracy"] == pytest.approx(0.5)
    assert result["missing"] == pytest.approx(0.5)
    assert result["iou"] == pytest.approx(1 / 3)
    assert result["f1"] == pytest.approx(0.5)
    assert result["objects_found"] == result["objects_true"] == 1.0
    assert result["areas"] == {
        "extracted_m2": 10_000,
        "reference_m2": 10_000,
        "common_m2": 5_000,
    }


def test_accuracy_and_missing_are_no_complements():
    """One reference found whole within a larger candidate, one missed, one false candidate."""
    candidates = gpd.GeoDataFrame(
        geometry=[shapely.box(0, 0, 200, 100), shapely.box(1000, 0, 1100, 100)], crs=CRS
    )
    result = extraction_accuracy(candidates, squares((0, 0), (500, 0)))
    assert result["accuracy"] == pytest.approx(1 / 3)
    assert result["missing"] == pytest.approx(1 / 2)
    assert result["objects_found"] == 0.5
    assert result["objects_true"] == 0.5
    assert result["counts"] == {
        "candidates": 2,
        "candidates_true": 1,
        "candidates_false": 1,
        "references": 2,
        "references_found": 1,
        "references_missed": 1,
        "clusters": 3,
    }


def test_overlaps_within_a_set_count_once():
    twice = squares((0, 0), (0, 0), (50, 0))
    result = extraction_accuracy(twice, squares((0, 0)))
    assert result["areas"]["extracted_m2"] == pytest.approx(15_000)
    assert result["accuracy"] == pytest.approx(2 / 3)
    assert result["counts"]["clusters"] == 1


def test_a_sliver_finds_nothing():
    result = extraction_accuracy(squares((0, 0)), squares((91, 0)))
    assert result["objects_found"] == result["objects_true"] == 0.0
    assert result["accuracy"] == pytest.approx(0.09)


def test_reference_in_another_crs():
    reference = squares((500_000, 4_000_000)).to_crs("EPSG:4326")
    result = extraction_accuracy(squares((500_000, 4_000_000)), reference)
    assert result["iou"] == pytest.approx(1.0, abs=1e-6)


def test_nothing_extracted_and_nothing_to_find():
    none = squares()
    missed = extraction_accuracy(none, squares((0, 0)))
    assert (missed["missing"], missed["iou"], missed["f1"]) == (1.0, 0.0, 0.0)
    assert np.isnan(missed["accuracy"])
    assert np.isnan(missed["objects_true"])
    false = extraction_accuracy(squares((0, 0)), none)
    assert (false["accuracy"], false["iou"]) == (0.0, 0.0)
    assert np.isnan(false["missing"])
    empty = extraction_accuracy(none, none)
    assert np.isnan(empty["f1"])
    assert np.isnan(empty["intervals"]["f1"]).all()
    assert empty["counts"]["clusters"] == 0
    apart = extraction_accuracy(squares((0, 0)), squares((1000, 0)))
    assert (apart["accuracy"], apart["missing"], apart["iou"]) == (0.0, 1.0, 0.0)


def test_broken_geometries_are_mended_or_left_out():
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    reference = gpd.GeoSeries([bow_tie, None, shapely.Polygon(), shapely.Point(0, 0)], crs=CRS)
    result = extraction_accuracy(squares((0, 0)), reference)
    assert result["areas"]["reference_m2"] == pytest.approx(5_000)
    assert result["counts"]["references"] == 1


def test_intervals_hold_the_value_and_repeat():
    generator = np.random.default_rng(3)
    places = [(1000 * number, 0) for number in range(40)]
    shifted = [(x + generator.uniform(0, 80), 0) for x, _ in places]
    result = extraction_accuracy(squares(*shifted), squares(*places))
    for name, (low, high) in result["intervals"].items():
        assert low <= result[name] <= high
    assert result["intervals"]["iou"][0] < result["iou"] < result["intervals"]["iou"][1]
    assert extraction_accuracy(squares(*shifted), squares(*places)) == result
    again = extraction_accuracy(squares(*shifted), squares(*places), seed=1)
    assert again["intervals"] != result["intervals"]
    assert again["iou"] == result["iou"]
