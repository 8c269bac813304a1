"""Layover and shadow of ground simple enough to work out by hand."""

import numpy as np
import pytest

from hotslope.terrain.geometry import line_of_sight, visibility
from hotslope.terrain.resampling import with_halo
from hotslope.terrain.visibility import sight_rows

# Looking exactly east from 45 degrees above: slant range changes alike with ground and height.
TOWARD_WEST = (-np.sqrt(0.5), 0.0, np.sqrt(0.5))
CELL_M = 10.0


def ridge(heights):
    return np.tile(np.asarray(heights, dtype=float), (7, 1))


def test_flat_ground_is_visible():
    found = visibility(np.zeros((20, 30)), CELL_M, TOWARD_WEST)
    assert (found.classes == 0).all()
    np.testing.assert_allclose(found.r_index, np.sqrt(0.5))


def test_a_tower_by_hand():
    # 30 m high: at 45 degrees its shadow covers 30 m behind; the 30 m before it, and it
    # itself, share slant ranges.
    heights = np.zeros(30)
    heights[15] = 30.0
    found = visibility(ridge(heights), CELL_M, TOWARD_WEST).classes[3]
    assert found[16:18].tolist() == [2, 2]
    assert found[19:].max() == 0
    assert found[13:16].tolist() == [1, 1, 1]
    assert found[:12].max() == 0


@pytest.mark.parametrize(
    ("slope_deg", "kind"), [(44.0, 0), (46.0, 1), (-44.0, 0), (-46.0, 2), (0.0, 0)]
)
def test_a_long_face_by_its_angle(slope_deg, kind):
    # + rises away from the sensor: faces it.
    heights = np.arange(30) * CELL_M * np.tan(np.radians(slope_deg))
    found = visibility(ridge(heights), CELL_M, TOWARD_WEST)
    assert (found.classes[:, 1:-1] == kind).all()
    expected = 0.0 if kind else np.sin(np.radians(45 - slope_deg))
    np.testing.assert_allclose(found.r_index[:, 1:-1], expected, atol=1e-12)


def test_other_looks_are_turned_pictures():
    ground = np.random.default_rng(1).normal(0, 12, (40, 40)).cumsum(axis=0).cumsum(axis=1) / 8
    east, north, up = (float(part) for part in line_of_sight(38.0, 348.0))
    first = visibility(ground, CELL_M, (east, north, up)).classes
    mirrored = visibility(ground[:, ::-1], CELL_M, (-east, north, up)).classes
    turned = visibility(np.rot90(ground), CELL_M, (-north, east, up)).classes
    assert 0.02 < (first > 0).mean() < 0.98
    np.testing.assert_array_equal(mirrored[:, ::-1], first)
    np.testing.assert_array_equal(np.rot90(turned, -1), first)


def test_gaps_hide_nothing_and_have_no_class():
    heights = np.zeros((9, 30))
    heights[:, 15] = np.nan
    found = visibility(heights, CELL_M, TOWARD_WEST)
    assert np.isnan(found.classes[:, 15]).all()
    assert (np.delete(found.classes, 15, axis=1) == 0).all()
    assert np.isnan(visibility(np.full((5, 5), np.nan), CELL_M, TOWARD_WEST).classes).all()


def seen_by_strips(ground, los, halo):
    """Classes and R-index of all rows, 16 at a time."""
    height, parts = ground.shape[0], []
    for first in range(0, height, 16):
        read, own = with_halo(slice(first, min(first + 16, height)), halo, height)
        found = visibility(ground[read], CELL_M, los, (read.start, height))
        parts.append((found.classes[own], found.r_index[own]))
    return [np.concatenate(band) for band in zip(*parts, strict=True)]


@pytest.mark.parametrize("heading", [348.0, 192.0, 270.0, 90.0, 300.0, 20.0, 135.0])
def test_strips_with_what_can_hide_them_are_those_of_the_whole(heading):
    rng = np.random.default_rng(int(heading))
    ground = rng.normal(0, 8, (90, 70))
    ground[rng.random(ground.shape) < 0.03] = np.nan
    los = tuple(float(part) for part in line_of_sight(39.0, heading))
    whole = visibility(ground, CELL_M, los)
    assert {0, 1, 2} <= set(whole.classes[np.isfinite(whole.classes)])
    rows = sight_rows(np.nanmax(ground) - np.nanmin(ground), CELL_M, los)
    assert rows < 20
    classes, index = seen_by_strips(ground, los, rows)
    np.testing.assert_array_equal(classes, whole.classes)
    np.testing.assert_array_equal(index, whole.r_index)
    alone, _ = seen_by_strips(ground, los, 0)
    assert not np.array_equal(alone, whole.classes, equal_nan=True)


def test_raising_the_ground_changes_nothing():
    ground = np.random.default_rng(2).normal(0, 15, (30, 30))
    low, high = (visibility(ground + lift, CELL_M, TOWARD_WEST).classes for lift in (0.0, 3000.0))
    np.testing.assert_array_equal(low, high)


@pytest.mark.parametrize("los", [(0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (np.nan, 0.0, 1.0)])
def test_no_side_looking_radar(los):
    with pytest.raises(ValueError, match="no line of sight"):
        visibility(np.zeros((3, 3)), CELL_M, los)
