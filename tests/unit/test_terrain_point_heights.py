"""Heights of points against a DEM: units, datum, and columns that are no heights."""

import numpy as np
import pytest

from hotslope.errors import InputError
from hotslope.terrain.point_heights import compare_heights, judge_heights

PLACES = ("tracks.up", "terrain.dem dem.tif")


def pair(count=1000, relief_m=100.0, scatter_m=4.0, seed=0):
    """Heights and elevations of the same ground, each with its own errors."""
    rng = np.random.default_rng(seed)
    ground = 800 + rng.uniform(-1.7, 1.7, count) * relief_m
    return tuple(ground + rng.normal(0, scatter_m, count) for _ in range(2))


def judged(height, elevation):
    return judge_heights(compare_heights(height, elevation), *PLACES)


def test_one_ground_in_one_unit_is_fine():
    height, elevation = pair()
    found = compare_heights(height, elevation)
    assert found.slope == pytest.approx(1, abs=0.01)
    assert found.slope_low < 1 < found.slope_high
    assert judge_heights(found, *PLACES) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_slope_with_errors_in_both_is_not_flattened(seed):
    """Ordinary regression has 0.8 here: errors of half the relief in both."""
    height, elevation = pair(count=20_000, relief_m=20, scatter_m=10, seed=seed)
    found = compare_heights(height, elevation)
    assert found.slope_low < 1 < found.slope_high
    assert np.polyfit(height, elevation, 1)[0] < 0.85


@pytest.mark.parametrize(
    ("height_factor", "dem_factor", "problem", "remedy"),
    [
        (1 / 0.3048, 1, "the heights are in feet", "heights of the points to metres"),
        (1, 1 / 0.3048, "the DEM is in feet", "-scale 0.3048"),
        (10, 1, "slope of 0.1", "Check unit"),
    ],
)
def test_other_units_are_refused(height_factor, dem_factor, problem, remedy):
    height, elevation = pair()
    with pytest.raises(InputError) as caught:
        judged(height * height_factor, elevation * dem_factor)
    assert caught.value.place == "tracks.up: height_m"
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def test_feet_are_named_where_the_median_alone_decides():
    height, elevation = pair(relief_m=30, scatter_m=10)
    with pytest.raises(InputError, match=r"the DEM is in feet"):
        judged(height, elevation / 0.3048)


def test_another_datum_is_told_and_more_is_refused():
    height, elevation = pair()
    assert judged(height + 9, elevation) == []
    (sentence,) = judged(height + 48, elevation)
    assert "median difference of -48 m" in sentence
    assert "the geoid is the likely cause" in sentence
    (sentence,) = judged(height + 130, elevation)
    assert "another datum" in sentence
    assert "geoid" not in sentence
    with pytest.raises(InputError, match=r"median difference of -160 m"):
        judged(height + 160, elevation)


def test_a_correction_of_heights_is_named():
    _, elevation = pair()
    correction = np.random.default_rng(1).normal(0, 6, len(elevation))
    (sentence,) = judged(correction, elevation)
    assert "correction of heights" in sentence
    assert "810 m" in sentence


@pytest.mark.parametrize(
    ("name", "highest"), [("slope, degrees", 60), ("hillshade", 255), ("aspect, degrees", 360)]
)
@pytest.mark.parametrize("steeper_above", [0.0, 0.3])
def test_a_raster_made_of_a_dem_is_refused_as_one(name, highest, steeper_above):
    """Beside mountains: whatever the slope of the one against the other is by chance."""
    height, _ = pair(relief_m=1000.0, scatter_m=0.1)
    rank = steeper_above * (height - height.min()) / np.ptp(height)
    raster = highest * (rank + (1 - steeper_above) * np.random.default_rng(1).random(len(height)))
    with pytest.raises(InputError) as caught:
        judged(height, raster)
    assert f"a raster of {name}" in caught.value.problem
    assert caught.value.remedy.startswith("Give the elevations under terrain.dem")


def test_a_slope_raster_beside_low_hills_is_reported():
    """Heights of 0 to 80 m spread too little beside it to decide."""
    rng = np.random.default_rng(2)
    height, raster = rng.uniform(0, 80, 1000), rng.gamma(2.0, 4.0, 1000)
    (sentence,) = judged(height, raster)
    assert "a raster of slope, degrees" in sentence
    assert "geoid" not in sentence


@pytest.mark.parametrize("seed", range(5))
def test_low_ground_is_no_slope_raster(seed):
    """A coastal plain of 0 to 60 m, and flats where heights are nothing but noise."""
    rng = np.random.default_rng(seed)
    ground = rng.uniform(0, 60, 1000)
    assert judged(*(ground + rng.normal(2, 3, 1000) for _ in range(2))) == []
    assert judged(*(20 + rng.normal(0, 3, 1000) for _ in range(2))) == []
    (sentence,) = judged(65 + rng.normal(0, 8, 1000), 20 + rng.normal(0, 3, 1000))
    assert "the geoid is the likely cause" in sentence


def test_a_correction_that_spreads_more_than_a_plateau_is_still_one():
    rng = np.random.default_rng(3)
    (sentence,) = judged(rng.normal(0, 10, 1000), 800 + rng.normal(0, 6, 1000))
    assert "correction of heights" in sentence


def test_a_slope_that_the_scatter_leaves_open_is_not_refused():
    height, elevation = pair(relief_m=30, scatter_m=6)
    found = compare_heights(height, (elevation - 800) * 1.15 + 800)
    assert found.slope_low > 1.05
    assert found.spread_m < 10 * found.scatter_m
    assert judge_heights(found, *PLACES) == []


def test_outliers_and_gaps_do_not_decide():
    height, elevation = pair()
    height[:30] += 400.0
    elevation[30:60] = np.nan
    found = compare_heights(height, elevation)
    assert found.points == 970
    assert found.slope == pytest.approx(1, abs=0.01)


def test_too_few_points_and_flat_ground_say_nothing():
    height, elevation = pair(count=29)
    assert compare_heights(height, elevation) is None
    assert judged(np.full(50, 3.0), np.full(50, 2.0)) == []
    assert judged(*pair(relief_m=0.0, scatter_m=3.0)) == []
