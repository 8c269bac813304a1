"""The scripts of the stage on a tiny area: one, two and three tracks, and nothing at all."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.rasters import write_raster
from hotslope.schemas import (
    CANDIDATES,
    HOTSPOTS,
    POINTS,
    STABILITY,
    TRACK_CANDIDATES,
    read_layer,
)
from hotslope.terrain.geometry import line_of_sight
from measure_extraction import measure_extraction
from measure_stability import measure_stability
from merge_candidates import merge_candidates
from outline_candidates import outline_candidates

pytestmark = pytest.mark.filterwarnings("ignore:The filename extension should be")

AREA = {"bounds_m": [500000, 4000000, 502000, 4001600], "cell_size_m": 20.0, "crs": "EPSG:32647"}
GRID = Grid.from_bounds(**AREA)
COARSE = Grid.from_bounds(AREA["bounds_m"], 250.0, AREA["crs"])
BODY = shapely.box(500400, 4000600, 500800, 4001000)
HEADING = {"ascending": 348.0, "descending": 192.0, "second": 347.0}


def write_track(folder, track, velocity_mm_yr, background_mm_yr=0.0):
    """Points every 50 m, quiet but for the body; the rate raster is the truth on cells."""
    x, y = (
        array.ravel()
        for array in np.meshgrid(np.arange(500025, 502000, 50.0), np.arange(4000025, 4001600, 50.0))
    )
    inside = shapely.contains_xy(BODY, x, y)
    east, north, up = line_of_sight(39.0, HEADING[track])
    points = pd.DataFrame({"point_id": [f"{track}{number}" for number in range(x.size)]}).assign(
        x_m=x,
        y_m=y,
        lon=100.0,
        lat=36.0,
        height_m=0.0,
        velocity_mm_yr=np.where(inside, velocity_mm_yr, 0.0) + background_mm_yr,
        velocity_std_mm_yr=1.0,
        coherence=0.9,
        incidence_deg=39.0,
        los_east=float(east),
        los_north=float(north),
        los_up=float(up),
    )
    POINTS.write(folder / f"{track}.parquet", points)
    moves = inside & (velocity_mm_yr != 0)
    spots = pd.DataFrame({"point_id": points["point_id"]}).assign(
        z=np.where(moves, 8.0 * np.sign(velocity_mm_yr), 0.1),
        p=np.where(moves, 1e-9, 0.9),
        q=np.where(moves, 1e-8, 0.9),
        neighbours=np.int32(9),
    )
    HOTSPOTS.write(folder / f"{track}_hotspots.parquet", spots)
    columns, rows = np.meshgrid(GRID.x_centres_m(), GRID.y_centres_m())
    rate = np.where(shapely.contains_xy(BODY, columns, rows), velocity_mm_yr, np.nan)
    write_raster(folder / f"{track}_rate.tif", {"rate_mm_yr": rate, "support": rate}, GRID)
    level = np.full(COARSE.shape, background_mm_yr)
    write_raster(folder / f"{track}_background.tif", {"background_mm_yr": level}, COARSE)


def write_slope(folder, slope_deg, aspect_deg):
    write_raster(folder / "slope.tif", {"slope": np.full(GRID.shape, slope_deg)}, GRID)
    write_raster(folder / "aspect.tif", {"aspect": np.full(GRID.shape, aspect_deg)}, GRID)


def outline(folder, track, tracks=(), **changes):
    paper = bool(tracks)
    settings = {
        "points_path": str(folder / f"{track}.parquet"),
        "hotspots_path": str(folder / f"{track}_hotspots.parquet"),
        "rate_path": None if paper else str(folder / f"{track}_rate.tif"),
        "background_path": None if paper else str(folder / f"{track}_background.tif"),
        "every_points_paths": [str(folder / f"{name}.parquet") for name in tracks],
        "every_hotspots_paths": [str(folder / f"{name}_hotspots.parquet") for name in tracks],
        "outlines_path": str(folder / f"{track}.gpkg"),
        "track": track,
        "points_used": "moving",
        "cut": "area",
        "cut_value": None,
        "radius_m": 200.0,
        "stability_threshold_mm_yr": 10.0,
        "significance": 0.01,
        "min_points": 3,
        "min_area_m2": 8000.0,
        "opening_cells": 1,
        **AREA,
        **changes,
    }
    outline_candidates(**settings)
    return read_layer(TRACK_CANDIDATES, folder / f"{track}.gpkg", "candidates")


def merge(folder, tracks, *, terrain=True, background=True):
    merge_candidates(
        outlines_paths=[str(folder / f"{track}.gpkg") for track in tracks],
        points_paths=[str(folder / f"{track}.parquet") for track in tracks],
        hotspots_paths=[str(folder / f"{track}_hotspots.parquet") for track in tracks],
        background_paths=[str(folder / f"{track}_background.tif") for track in tracks]
        if background
        else [],
        slope_path=str(folder / "slope.tif") if terrain else None,
        aspect_path=str(folder / "aspect.tif") if terrain else None,
        candidates_path=str(folder / "candidates.gpkg"),
        tracks=list(tracks),
        stability_threshold_mm_yr=10.0,
        significance=0.01,
        min_overlap=0.25,
        **AREA,
    )
    return read_layer(CANDIDATES, folder / "candidates.gpkg", "candidates")


def measure(folder, reference, **changes):
    measure_extraction(
        **{
            "candidates_path": str(folder / "candidates.gpkg"),
            "reference_paths": reference,
            "extraction_path": str(folder / "extraction.json"),
            "boundary": None,
            "bounds_m": AREA["bounds_m"],
            "crs": AREA["crs"],
            "resamples": 100,
            "seed": 0,
            **changes,
        }
    )
    return json.loads((folder / "extraction.json").read_text())


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
    assert one["area_m2"] == 160_000
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


def test_paper_rule_outlines_moving_ground(tmp_path):
    tracks = ["descending", "ascending"]
    write_track(tmp_path, "descending", -20.0)
    write_track(tmp_path, "ascending", 30.0)
    for track in tracks:
        outlines = outline(tmp_path, track, tracks)
        assert len(outlines) == 1
        assert shapely.Point(500600, 4000800).within(outlines.geometry.iloc[0])
    found = merge(tmp_path, tracks, terrain=False, background=False)
    # The larger share of moving points (64 of 1280), of the grid's 3.2 km2.
    assert found["area_m2"].sum() == pytest.approx(0.05 * 3.2e6, rel=0.05)
    with pytest.raises(InputError, match="cut_value"):
        outline(tmp_path, "descending", tracks, cut="quantile")


def test_nothing_moves(tmp_path):
    for track in ("descending", "ascending"):
        write_track(tmp_path, track, 0.0)
    for track in ("descending", "ascending"):
        assert len(outline(tmp_path, track)) == 0
        assert len(outline(tmp_path, track, ("descending", "ascending"))) == 0
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
    assert len(outline(tmp_path, "descending", ["descending"])) == 0
    assert len(merge(tmp_path, ["descending"], terrain=False)) == 0


def test_measuring_needs_polygons_and_stays_in_the_area(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    outline(tmp_path, "descending")
    merge(tmp_path, ["descending"], terrain=False)
    west, east = (
        gpd.GeoDataFrame(geometry=[box], crs=AREA["crs"])
        for box in (
            shapely.box(500400, 4000600, 500600, 4001000),
            shapely.box(500600, 4000600, 500800, 4001000),
        )
    )
    outside = gpd.GeoDataFrame(geometry=[shapely.box(510000, 4e6, 511000, 4001000)], crs=west.crs)
    pd.concat([west, outside]).to_file(tmp_path / "west.gpkg")
    east.to_crs("EPSG:4326").to_file(tmp_path / "east.gpkg")
    paths = [str(tmp_path / "west.gpkg"), str(tmp_path / "east.gpkg")]
    measured = measure(tmp_path, paths)
    assert measured["iou"] == pytest.approx(1.0, abs=1e-6)
    assert measured["counts"]["references"] == 2
    assert measured["reference"] == paths
    half = measure(tmp_path, paths, boundary=str(tmp_path / "west.gpkg"))
    assert half["accuracy"] == pytest.approx(0.5)
    far = measure(tmp_path, paths[:1], bounds_m=[0, 0, 100, 100])
    assert far["missing"] is None
    assert "note" in far
    lines = gpd.GeoDataFrame(geometry=west.boundary, crs=west.crs)
    lines.to_file(tmp_path / "lines.gpkg")
    with pytest.raises(InputError, match="lines"):
        measure(tmp_path, [str(tmp_path / "lines.gpkg")])


def test_files_repeat_byte_for_byte(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    files = []
    for _ in range(2):
        outline(tmp_path, "descending")
        merge(tmp_path, ["descending"], terrain=False)
        files.append((tmp_path / "candidates.gpkg").read_bytes())
    assert files[0] == files[1]


def test_hotspots_of_other_points_are_refused(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    write_track(tmp_path, "ascending", 0.0)
    with pytest.raises(InputError, match="ascending_hotspots"):
        outline(tmp_path, "descending", hotspots_path=str(tmp_path / "ascending_hotspots.parquet"))


def stability(folder, tracks, **changes):
    measure_stability(
        **{
            "candidates_path": str(folder / "candidates.gpkg"),
            "points_paths": [str(folder / f"{track}.parquet") for track in tracks],
            "hotspots_paths": [str(folder / f"{track}_hotspots.parquet") for track in tracks],
            "background_paths": [str(folder / f"{track}_background.tif") for track in tracks],
            "stability_path": str(folder / "stability.parquet"),
            "tracks": list(tracks),
            "replicas": 5,
            "seed": 0,
            "bandwidth_m": 100.0,
            "statistic": "median",
            "stability_threshold_mm_yr": 10.0,
            "significance": 0.01,
            "min_points": 3,
            "min_area_m2": 8000.0,
            "opening_cells": 1,
            **AREA,
            **changes,
        }
    )
    return STABILITY.read(folder / "stability.parquet")


def test_stability_of_two_tracks_and_of_nothing(tmp_path):
    tracks = ["descending", "ascending"]
    write_track(tmp_path, "descending", -20.0, background_mm_yr=3.0)
    write_track(tmp_path, "ascending", 30.0)
    for track in tracks:
        outline(tmp_path, track)
    merge(tmp_path, tracks, terrain=False)
    found = stability(tmp_path, tracks)
    assert found["candidate_id"].tolist() == ["PLC0001"]
    assert found["stability"].tolist() == [1.0]
    assert found["stability_iou"].iloc[0] > 0.7
    written = (tmp_path / "stability.parquet").read_bytes()
    stability(tmp_path, tracks)
    assert (tmp_path / "stability.parquet").read_bytes() == written
    for track in tracks:
        write_track(tmp_path, track, 0.0)
        outline(tmp_path, track)
    merge(tmp_path, tracks, terrain=False)
    assert stability(tmp_path, tracks).empty
    with pytest.raises(InputError, match="stability_replicas: is 0"):
        stability(tmp_path, tracks, replicas=0)
