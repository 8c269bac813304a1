"""Which projections serve for lengths and directions."""

import pytest
from pyproj import CRS

from hotslope.crs import project_lonlat, projected_crs
from hotslope.errors import InputError
from hotslope.points.study import check_scale


@pytest.mark.parametrize(
    "code",
    ["EPSG:32647", "EPSG:3035", "EPSG:3413", "EPSG:3031", "EPSG:2193", "EPSG:5514", "EPSG:2056"],
)
def test_projections_for_surveying_are_taken(code):
    assert projected_crs(code).is_projected


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("EPSG:3857", "WGS 84 / Pseudo-Mercator"),
        ("ESRI:102100", "made for pictures"),
        ("EPSG:3785", "made for pictures"),
        ("EPSG:4087", "made for pictures"),
        ("EPSG:32662", "Plate Carree"),
        ("EPSG:5513", "an axis that points south"),
        ("EPSG:2053", "an axis that points west"),
        ("EPSG:4326", "is not projected"),
        ("EPSG:2263", "has units of"),
        ("EPSG:9", "is no known CRS"),
    ],
)
def test_others_are_refused_with_the_reason(code, said):
    with pytest.raises(InputError) as caught:
        projected_crs(code)
    assert caught.value.place == "study_area.crs"
    assert said in caught.value.problem
    assert caught.value.remedy.startswith("Give a")


def test_scale_of_a_utm_zone_gives_no_warning():
    scales, warnings = check_scale((690000, 3980000, 702000, 3990000), CRS("EPSG:32647"))
    assert scales == pytest.approx([1.0, 1.0], abs=2e-4)
    assert warnings == []


def test_scale_of_a_continental_projection_is_reported():
    # Iceland
    scales, warnings = check_scale((3000000, 4900000, 3010000, 4910000), CRS("EPSG:3035"))
    assert scales[0] < 0.99 < 1.01 < scales[1]
    assert len(warnings) == 1
    assert warnings[0].startswith("study_area.crs: lengths in EPSG:3035")


@pytest.mark.parametrize(
    ("lon", "lat", "scale", "named"),
    [
        (101.5, 35.8, "1.23", "UTM zone 47N (EPSG:32647)"),
        (-70.0, -40.0, "1.30", "UTM zone 19S (EPSG:32719)"),
        (20.0, 86.0, "14.3", "a polar stereographic one"),
    ],
)
def test_scale_far_off_is_refused_with_the_utm_zone(lon, lat, scale, named):
    mercator = CRS("EPSG:3395")
    x, y = (float(value) for value in project_lonlat(lon, lat, mercator))
    with pytest.raises(InputError) as caught:
        check_scale((x, y, x + 10000, y + 10000), mercator)
    assert scale in caught.value.problem
    assert named in caught.value.remedy
