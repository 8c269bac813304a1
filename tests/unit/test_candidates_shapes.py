"""Direction of outlines against the slope; cells inside outlines."""

import numpy as np
import pytest
import shapely
from affine import Affine

from hotslope.candidates.kinematics import weighted_downslope
from hotslope.candidates.shapes import outline_shapes
from hotslope.candidates.zones import means_inside
from hotslope.grid import Grid


def gradient(slope_deg, aspect_deg):
    fall, azimuth = np.tan(np.radians(slope_deg)), np.radians(aspect_deg)
    return np.array([[fall * np.sin(azimuth), fall * np.cos(azimuth)]])


@pytest.mark.parametrize(
    ("turn_deg", "aspect", "orientation", "apart"),
    [
        # The long side runs north, then is turned clockwise.
        (0.0, 0.0, 0.0, 0.0),
        (0.0, 90.0, 0.0, 90.0),
        (30.0, 0.0, 30.0, 30.0),
        (30.0, 210.0, 30.0, 0.0),
        (150.0, 20.0, 150.0, 50.0),
        (90.0, 300.0, 90.0, 30.0),
    ],
)
def test_direction_of_a_rectangle(turn_deg, aspect, orientation, apart):
    strip = shapely.box(-50, -200, 50, 200)
    turned = shapely.affinity.rotate(strip, -turn_deg, origin=(0, 0))
    one = outline_shapes(np.array([turned]), gradient(20.0, aspect)).iloc[0]
    assert one["length_m"] == pytest.approx(400)
    assert one["elongation"] == pytest.approx(4)
    assert one["orientation_deg"] == pytest.approx(orientation, abs=1e-4)
    assert one["orientation_to_aspect_deg"] == pytest.approx(apart, abs=1e-4)
    assert one["mean_aspect_deg"] == pytest.approx(aspect)


def test_no_direction_of_discs_and_on_flats():
    disc, strip = shapely.Point(0, 0).buffer(100), shapely.box(0, 0, 10, 50)
    round_one = outline_shapes(np.array([disc]), gradient(20, 90)).iloc[0]
    assert np.isnan(round_one["orientation_deg"])
    assert round_one["mean_aspect_deg"] == pytest.approx(90)
    flat = outline_shapes(np.array([strip]), gradient(3, 90)).iloc[0]
    assert np.isnan(flat[["mean_aspect_deg", "orientation_to_aspect_deg"]].to_numpy(float)).all()
    assert flat["orientation_deg"] == 0
    unknown = outline_shapes(np.array([strip]), np.full((1, 2), np.nan)).iloc[0]
    assert np.isnan(unknown["mean_slope_deg"])
    assert outline_shapes(np.empty(0, dtype=object), np.empty((0, 2))).empty


def test_mean_of_cells_inside():
    grid = Grid("EPSG:32647", Affine(10, 0, 0, 0, -10, 100), (10, 10))
    values = np.arange(100.0).reshape(10, 10)
    values[0, 1] = np.nan
    polygons = np.array(
        [
            shapely.box(0, 80, 20, 100),  # cells 0, gap, 10, 11
            shapely.box(-50, 80, 10, 100),  # reaches beyond the grid: 0, 10
            shapely.box(500, 500, 600, 600),
            shapely.box(10, 90, 20, 100),  # the gap
        ]
    )
    means = [7.0, 5.0, np.nan, np.nan]
    np.testing.assert_array_equal(
        means_inside(polygons, [values, -values], grid), [means, np.negative(means)]
    )


@pytest.mark.parametrize(
    ("velocity", "seen", "deviation", "expected"),
    [
        ([[-10.0], [np.nan]], [[-0.5], [0.8]], [[1.0], [np.nan]], (20.0, 2.0)),
        # (0.5 · 10 + 0.5 · 20) / (0.25 + 0.25), 1 / sqrt(0.5)
        ([[10.0], [20.0]], [[0.5], [0.5]], [[1.0], [1.0]], (30.0, np.sqrt(2.0))),
        # the second track counts a quarter
        ([[10.0], [20.0]], [[0.5], [0.5]], [[1.0], [2.0]], (24.0, 1 / np.sqrt(0.3125))),
        ([[10.0], [20.0]], [[np.nan], [np.nan]], [[1.0], [1.0]], (np.nan, np.nan)),
    ],
)
def test_downslope_of_several_tracks(velocity, seen, deviation, expected):
    found = weighted_downslope(*(np.array(part) for part in (velocity, seen, deviation)))
    np.testing.assert_allclose(np.concatenate(found), expected)
