"""Candidates of one, two and three tracks, and of nothing at all."""

import geopandas as gpd
import numpy as np
import pytest

from candidates_area import (
    AREA,
    BODY,
    COARSE,
    measure,
    merge,
    outline,
    outline_paper,
    write_slope,
    write_track,
)
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster


def test_a_slide_on_a_west_slope_is_one_candidate(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    write_track(tmp_path, "ascending", 30.0)
    write_slope(tmp_path, 15.0, 270.0)
    away = outline(tmp_path, "descending")
    toward = outline(tmp_path, "ascending")
    assert away["sign"].tolist() == ["away"]
    assert toward["sign"].tolist() == ["toward"]
    assert away["outline_id"].tolist() == ["descending_0001"]
    assert away.geometry.iloc[0].equals(BODY)
    assert away[["n_points", "n_moving"]].iloc[0].tolist() == [64, 64]
    assert away["mean_z"].iloc[0] == -8.0
    found = merge(tmp_path, ["descending", "ascending"])
    assert len(found) == 1
    one = found.iloc[0]
    assert one.geometry.equals(BODY)
    assert one["candidate_id"] == "PLC0001"
    assert one["tracks"] == "descending,ascending"
    assert one["agreement"] == "consistent"
    assert one["grade"] == "A"
    assert one["sign_descending"] == "away"
    assert one["velocity_mm_yr_descending"] == -20.0
    assert one["velocity_mm_yr_ascending"] == 30.0
    assert one["mean_z"] == 8.0
    assert one["share_significant"] == 1.0
    # 16 ha of the map, on which areas are 0.08 % too small here.
    assert one["area_m2"] == pytest.approx(160_000, rel=1e-3)
    assert not one["may_be_truncated"]


def test_a_second_track_that_sees_nothing_is_described(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    write_track(tmp_path, "ascending", 0.0)
    outline(tmp_path, "descending")
    assert len(outline(tmp_path, "ascending")) == 0
    one = merge(tmp_path, ["descending", "ascending"], terrain=False).iloc[0]
    assert one["tracks"] == "descending"
    assert one["sign_ascending"] == "none"
    assert one["n_points_ascending"] == 64
    assert one["n_moving_ascending"] == 0
    assert one["velocity_mm_yr_ascending"] == 0.0
    assert one["agreement"] == "no terrain"
    assert one["grade"] == "B"


def test_background_is_removed_and_a_strong_one_marks_the_candidate(tmp_path):
    write_track(tmp_path, "descending", -20.0, background_mm_yr=3.0)
    outlines = outline(tmp_path, "descending")
    assert outlines["velocity_mm_yr"].tolist() == [-17.0]
    assert outlines["n_moving"].tolist() == [64]
    assert not outlines["may_be_truncated"].any()
    level = np.where(COARSE.x_centres_m() < 501000, 8.0, 3.0) * np.ones(COARSE.shape)
    path = tmp_path / "descending_background.tif"
    write_raster(path, {"background_mm_yr": level}, COARSE)
    assert outline(tmp_path, "descending")["may_be_truncated"].all()
    one = merge(tmp_path, ["descending"], terrain=False).iloc[0]
    assert one["may_be_truncated"]
    assert one["grade"] == "C"


def test_three_tracks(tmp_path):
    tracks = ["descending", "ascending", "second"]
    for track, velocity in zip(tracks, [-20.0, 30.0, 30.0], strict=True):
        write_track(tmp_path, track, velocity)
        outline(tmp_path, track)
    write_slope(tmp_path, 15.0, 270.0)
    found = merge(tmp_path, tracks)
    assert found["tracks"].tolist() == ["descending,ascending,second"]
    assert found["agreement"].tolist() == ["consistent"]


def test_nothing_moves(tmp_path):
    for track in ("descending", "ascending"):
        write_track(tmp_path, track, 0.0)
    for track in ("descending", "ascending"):
        assert len(outline(tmp_path, track)) == 0
        assert len(outline_paper(tmp_path, track, ["descending", "ascending"])) == 0
    write_slope(tmp_path, 15.0, 270.0)
    found = merge(tmp_path, ["descending", "ascending"])
    assert len(found) == 0
    assert {"velocity_mm_yr_ascending", "sign_descending", "n_moving_ascending"} <= set(found)
    assert found.crs.to_epsg() == 32647
    gpd.GeoDataFrame(geometry=[BODY], crs=AREA["crs"]).to_file(tmp_path / "reference.gpkg")
    measured = measure(tmp_path, [str(tmp_path / "reference.gpkg")])
    assert measured["accuracy"] is None
    assert measured["missing"] == 1.0
    assert measure(tmp_path, [])["measured"] is False


def test_no_points_at_all(tmp_path):
    write_track(tmp_path, "descending", 0.0)
    POINTS.write(tmp_path / "descending.parquet", POINTS.empty())
    HOTSPOTS.write(tmp_path / "descending_hotspots.parquet", HOTSPOTS.empty())
    level = np.full(COARSE.shape, np.nan)
    write_raster(tmp_path / "descending_background.tif", {"background_mm_yr": level}, COARSE)
    assert len(outline(tmp_path, "descending")) == 0
    assert len(outline_paper(tmp_path, "descending", ["descending"])) == 0
    assert len(merge(tmp_path, ["descending"], terrain=False)) == 0


def test_files_repeat_byte_for_byte(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    files = []
    for _ in range(2):
        outline(tmp_path, "descending")
        merge(tmp_path, ["descending"], terrain=False)
        files.append((tmp_path / "candidates.gpkg").read_bytes())
    assert files[0] == files[1]
