"""Attributes of candidates: what the geometry says by hand, and what must not matter."""

import numpy as np
import pandas as pd
import pytest

from candidates_area import (
    GRID,
    HEADING,
    merge,
    outline,
    write_slope,
    write_track,
    write_visibility,
)
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster
from hotslope.terrain.geometry import line_of_sight

GROUND = ["east_mm_yr", "up_mm_yr", "downslope_mm_yr"]


def slide_on_the_west_slope(folder, downslope_mm_yr, tracks=("descending", "ascending"), ramp=0.0):
    """Points that move straight down a slope of 15° to the west, as each track sees them."""
    motion = downslope_mm_yr * np.array([-np.cos(np.radians(15)), 0.0, -np.sin(np.radians(15))])
    for track in tracks:
        seen = float(motion @ np.array(line_of_sight(39.0, HEADING[track])))
        write_track(folder, track, seen, background_mm_yr=ramp)
        outline(folder, track)
        write_visibility(folder, track)
    write_slope(folder, 15.0, 270.0)
    return merge(folder, tracks, seen=tracks)


def test_motion_of_the_ground_comes_back(tmp_path):
    one = slide_on_the_west_slope(tmp_path, 40.0).iloc[0]
    assert one["downslope_mm_yr"] == pytest.approx(40.0)
    assert one["downslope_mm_yr_descending"] == pytest.approx(40.0)
    # North is neither in the motion nor in the solution.
    assert one["east_mm_yr"] == pytest.approx(-40.0 * np.cos(np.radians(15)))
    assert one["up_mm_yr"] == pytest.approx(-40.0 * np.sin(np.radians(15)))
    # No scatter: the shared error of 1 mm/yr alone, through the lines of sight.
    seen = one[["sensitivity_descending", "sensitivity_ascending"]].to_numpy(dtype=float)
    assert seen[0] == pytest.approx(
        -np.cos(np.radians(15)) * -np.sin(np.radians(39)) * np.cos(np.radians(192))
        - np.sin(np.radians(15)) * np.cos(np.radians(39))
    )
    assert one["downslope_std_mm_yr"] == pytest.approx(
        1 / np.hypot(*np.where(abs(seen) < 0.3, 0, seen))
    )
    assert 0.7 < one["up_std_mm_yr"] < one["east_std_mm_yr"] < 1.3


def test_shape_and_visibility_by_hand(tmp_path):
    one = slide_on_the_west_slope(tmp_path, 40.0).iloc[0]
    # A square of 400 m; its western quarter lies in layover.
    assert one["length_m"] == pytest.approx(400.0)
    assert one["elongation"] == pytest.approx(1.0)
    assert np.isnan(one["orientation_deg"])
    assert np.isnan(one["orientation_to_aspect_deg"])
    assert one["mean_slope_deg"] == pytest.approx(15.0)
    assert one["mean_aspect_deg"] == pytest.approx(270.0)
    assert one["hidden_share_descending"] == pytest.approx(0.25)
    assert one["r_index_ascending"] == pytest.approx(0.75 * 0.6)
    assert one["n_outlines"] == 2


def test_flipping_all_signs_flips_the_motion_alone(tmp_path):
    folders = [tmp_path / "down", tmp_path / "up"]
    for folder in folders:
        folder.mkdir()
    down, up = (
        slide_on_the_west_slope(folder, speed).iloc[0]
        for folder, speed in zip(folders, (40.0, -40.0), strict=True)
    )
    for name in GROUND:
        assert up[name] == pytest.approx(-down[name])
    assert (down["agreement"], up["agreement"]) == ("consistent", "opposite")
    same = ["area_m2", "length_m", "mean_slope_deg", "hidden_share_ascending", "up_std_mm_yr"]
    np.testing.assert_allclose(up[same].to_numpy(float), down[same].to_numpy(float))


def test_swapping_tracks_changes_nothing(tmp_path):
    slide_on_the_west_slope(tmp_path, 40.0)
    tracks = ["descending", "ascending"]
    first, swapped = (merge(tmp_path, order, seen=tracks) for order in (tracks, tracks[::-1]))
    assert set(first) == set(swapped)
    same = [name for name in first if name not in ("tracks", "geometry")]
    pd.testing.assert_frame_equal(first[same], swapped[same])


def test_dropping_a_track_leaves_what_the_other_says(tmp_path):
    both = slide_on_the_west_slope(tmp_path, 40.0).iloc[0]
    one = merge(tmp_path, ["descending"], seen=["descending"]).iloc[0]
    for name in ("sensitivity_descending", "downslope_mm_yr_descending", "length_m"):
        assert one[name] == both[name]
    assert one["downslope_mm_yr"] == pytest.approx(40.0)
    assert one["downslope_std_mm_yr"] >= both["downslope_std_mm_yr"]
    assert np.isnan(one[["east_mm_yr", "up_mm_yr"]].to_numpy(float)).all()


@pytest.mark.parametrize("background", [True, False])
def test_a_constant_in_a_track_is_its_reference_point(tmp_path, background):
    still = slide_on_the_west_slope(tmp_path, 60.0)
    write_track(tmp_path, "ascending", 25.0)
    write_track(tmp_path, "descending", -50.0)
    tracks = ["descending", "ascending"]
    still = merge(tmp_path, tracks, background=background).iloc[0]
    write_track(tmp_path, "ascending", 25.0, background_mm_yr=4.0)
    moved = merge(tmp_path, tracks, background=background).iloc[0]
    for name in GROUND:
        assert moved[name] == pytest.approx(still[name])


def test_without_terrain_or_sight_columns_are_empty(tmp_path):
    slide_on_the_west_slope(tmp_path, 40.0)
    bare = merge(tmp_path, ["descending", "ascending"], terrain=False).iloc[0]
    empty = ["mean_slope_deg", "downslope_mm_yr", "sensitivity_ascending", "r_index_descending"]
    assert bare[empty].isna().all()
    assert bare["east_mm_yr"] < -30
    for track in ("descending", "ascending"):
        points = POINTS.read(tmp_path / f"{track}.parquet")
        sight = ["los_east", "los_north", "los_up", "incidence_deg"]
        POINTS.write(tmp_path / f"{track}.parquet", points.assign(**dict.fromkeys(sight, np.nan)))
        assert len(outline(tmp_path, track)) == 1
    blind = merge(tmp_path, ["descending", "ascending"]).iloc[0]
    assert blind["agreement"] == "not visible"
    assert blind[["downslope_mm_yr", "east_mm_yr", "sensitivity_ascending"]].isna().all()
    assert blind["mean_slope_deg"] == pytest.approx(15.0)


def test_cells_of_unknown_visibility_are_left_out(tmp_path):
    """Unknown in the western half of the body, a quarter of the rest in layover."""
    write_track(tmp_path, "descending", -20.0)
    outline(tmp_path, "descending")
    columns, _ = np.meshgrid(GRID.x_centres_m(), GRID.y_centres_m())
    classes = np.where(columns < 500600, np.nan, np.where(columns < 500650, 1.0, 0.0))
    classes = np.where((columns > 500640) & (columns < 500650), 0.0, classes)
    bands = {"class": classes, "r_index": np.where(np.isnan(classes), np.nan, 0.5)}
    write_raster(tmp_path / "descending_visibility.tif", bands | {"sensitivity": classes}, GRID)
    one = merge(tmp_path, ["descending"], terrain=False, seen=["descending"]).iloc[0]
    assert one["hidden_share_descending"] == pytest.approx(0.2)
    assert one["r_index_descending"] == pytest.approx(0.5)
