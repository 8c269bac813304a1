"""The scripts of the stage on a tiny area: one, two and three tracks, and nothing at all."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from find_hotspots import find_hotspots
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
from sweep_radius import sweep_radius

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


def write_visibility(folder, track):
    """The western half of the area lies in layover."""
    columns, _ = np.meshgrid(GRID.x_centres_m(), GRID.y_centres_m())
    classes = np.where(columns < 500500, 1.0, 0.0)
    bands = {"class": classes, "r_index": 0.6 * (1 - classes), "sensitivity": classes}
    write_raster(folder / f"{track}_visibility.tif", bands, GRID)


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
        "gate_radius_m": 200.0,
        "gate_center": "median",
        "correction": "fdr",
        "min_neighbours": 3,
        "min_points": 3,
        "min_area_m2": 8000.0,
        "opening_cells": 1,
        **AREA,
        **changes,
    }
    outline_candidates(**settings)
    return read_layer(TRACK_CANDIDATES, folder / f"{track}.gpkg", "candidates")


def merge(folder, tracks, *, terrain=True, background=True, seen=()):
    merge_candidates(
        outlines_paths=[str(folder / f"{track}.gpkg") for track in tracks],
        points_paths=[str(folder / f"{track}.parquet") for track in tracks],
        hotspots_paths=[str(folder / f"{track}_hotspots.parquet") for track in tracks],
        background_paths=[str(folder / f"{track}_background.tif") for track in tracks]
        if background
        else [],
        slope_path=str(folder / "slope.tif") if terrain else None,
        aspect_path=str(folder / "aspect.tif") if terrain else None,
        visibility_paths={track: str(folder / f"{track}_visibility.tif") for track in seen},
        candidates_path=str(folder / "candidates.gpkg"),
        tracks=list(tracks),
        stability_threshold_mm_yr=10.0,
        significance=0.01,
        min_overlap=0.25,
        min_points=2,
        shared_error_mm_yr=1.0,
        max_condition_number=4.0,
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


def test_paper_rule_takes_the_radius_chosen_for_each_track(tmp_path):
    tracks = ["descending", "ascending"]
    radii = []
    for track, velocity, radius_m in zip(tracks, [-20.0, 30.0], [150.0, 300.0], strict=True):
        write_track(tmp_path, track, velocity)
        radii.append(str(tmp_path / f"{track}_radius.json"))
        (tmp_path / f"{track}_radius.json").write_text(json.dumps({"radius_m": radius_m}))
    narrow = outline(tmp_path, "descending", tracks, radius_m=150.0)
    chosen = {"radius_m": "auto", "every_radius_paths": radii}
    mixed = outline(tmp_path, "descending", tracks, **chosen)
    # Its own kernel, but the cut follows the other track's wider one, too.
    assert not mixed.geometry.equals(narrow.geometry)
    for path in radii:
        Path(path).write_text(json.dumps({"radius_m": 150.0}))
    assert outline(tmp_path, "descending", tracks, **chosen).equals(narrow)


def sweep(folder, tracks, **changes):
    sweep_radius(
        **{
            "points_paths": [str(folder / f"{track}.parquet") for track in tracks],
            "rate_paths": [str(folder / f"{track}_rate.tif") for track in tracks],
            "background_paths": [str(folder / f"{track}_background.tif") for track in tracks],
            "slope_path": str(folder / "slope.tif"),
            "aspect_path": str(folder / "aspect.tif"),
            "sensitivity_path": str(folder / "sensitivity.csv"),
            "tracks": list(tracks),
            "radii_m": [100, 200],
            "density_radius_m": None,
            "center": "mean",
            "gate_center": "median",
            "hotspots_background": "none",
            "min_neighbours": 3,
            "correction": "fdr",
            "points_used": "moving",
            "cut": "area",
            "cut_value": None,
            "stability_threshold_mm_yr": 10.0,
            "significance": 0.01,
            "min_points": 3,
            "min_area_m2": 8000.0,
            "opening_cells": 1,
            "min_overlap": 0.25,
            "threads": 1,
            **AREA,
            **changes,
        }
    )
    table = pd.read_csv(folder / "sensitivity.csv")
    return table.set_index(["method", "radius_m"])


def test_sweep_makes_the_candidates_of_each_radius(tmp_path):
    tracks = ["descending", "ascending"]
    write_track(tmp_path, "descending", -20.0)
    write_track(tmp_path, "ascending", 30.0)
    write_slope(tmp_path, 15.0, 270.0)
    swept = sweep(tmp_path, tracks)
    assert list(swept.index) == [("rate", 100), ("paper", 100), ("rate", 200), ("paper", 200)]
    assert (swept["candidates"] == 1).all()
    assert swept.loc[("rate", 100), "area_m2"] == pytest.approx(BODY.area)
    assert swept.loc[("rate", 100), "mesh_size_m2"] == pytest.approx(BODY.area)
    assert swept.loc[("rate", 100), "candidates_per_km2"] == pytest.approx(1e6 / BODY.area)
    # Hot spots by the rule's own script, outlines and merging give the same ground.
    for track in tracks:
        find_hotspots(
            points_path=str(tmp_path / f"{track}.parquet"),
            hotspots_path=str(tmp_path / f"{track}_hotspots.parquet"),
            radius_m=100.0,
            center="mean",
            background="none",
            min_neighbours=3,
            correction="fdr",
            threads=1,
            bounds_m=AREA["bounds_m"],
            crs=AREA["crs"],
        )
    for track in tracks:
        outline(tmp_path, track, tracks, radius_m=100.0)
    found = merge(tmp_path, tracks, background=False)
    assert swept.loc[("paper", 100), "area_m2"] == pytest.approx(found.union_all().area)
    fixed = sweep(tmp_path, tracks, density_radius_m=100.0)
    assert fixed.loc[("paper", 100)].equals(swept.loc[("paper", 100)])


def test_sweep_where_nothing_moves(tmp_path):
    write_track(tmp_path, "descending", 0.0)
    swept = sweep(tmp_path, ["descending"], slope_path=None, aspect_path=None)
    assert (swept[["candidates", "area_m2"]] == 0).all(axis=None)
    assert swept["mesh_size_m2"].isna().all()


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
    assert [layer["reference"] for layer in measured["layers"]] == paths
    for layer in measured["layers"]:
        assert layer["accuracy"] == pytest.approx(0.5, abs=1e-6)
        assert layer["missing"] == pytest.approx(0.0, abs=1e-6)
        assert layer["counts"]["references"] == 1
    half = measure(tmp_path, paths, boundary=str(tmp_path / "west.gpkg"))
    assert half["accuracy"] == pytest.approx(0.5)
    far = measure(tmp_path, paths[:1], bounds_m=[0, 0, 100, 100])
    assert far["missing"] is None
    assert "note" in far
    lines = gpd.GeoDataFrame(geometry=west.boundary, crs=west.crs)
    lines.to_file(tmp_path / "lines.gpkg")
    with pytest.raises(InputError, match="lines"):
        measure(tmp_path, [str(tmp_path / "lines.gpkg")])


def test_references_with_nothing_to_compare_are_told(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    outline(tmp_path, "descending")
    merge(tmp_path, ["descending"], terrain=False)
    frames = {
        "empty": gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"),
        "outside": gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], crs=AREA["crs"]),
        "apart": gpd.GeoDataFrame(
            geometry=[shapely.box(501500, 4000100, 501600, 4000200)], crs=AREA["crs"]
        ).to_crs("EPSG:4326"),
        "body": gpd.GeoDataFrame(geometry=[BODY], crs=AREA["crs"]).to_crs("EPSG:3857"),
    }
    for name, frame in frames.items():
        frame.to_file(tmp_path / f"{name}.gpkg")
    paths = [str(tmp_path / f"{name}.gpkg") for name in frames]
    measured = measure(tmp_path, paths)
    assert "note" not in measured
    assert measured["counts"]["references"] == 2
    assert [layer.get("note", "")[:27] for layer in measured["layers"]] == [
        "The reference holds no outl",
        "No reference outline lies i",
        "No reference outline overla",
        "",
    ]
    assert [layer["missing"] for layer in measured["layers"]][:3] == [None, None, 1.0]
    # A box drawn in another projection, straight between its corners: some centimetres.
    assert measured["layers"][3]["iou"] == pytest.approx(1.0, abs=1e-3)


def test_files_repeat_byte_for_byte(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    files = []
    for _ in range(2):
        outline(tmp_path, "descending")
        merge(tmp_path, ["descending"], terrain=False)
        files.append((tmp_path / "candidates.gpkg").read_bytes())
    assert files[0] == files[1]


def test_a_strong_mover_is_not_needed_beside_faster_ones(tmp_path):
    """The gate's spread is that of stable ground: what moves elsewhere hides nothing."""
    write_track(tmp_path, "descending", -15.0)
    points = POINTS.read(tmp_path / "descending.parquet")
    random = np.random.default_rng(1)
    far = points["x_m"] > 501200
    noise = random.normal(0.0, 2.0, len(points)) + np.where(far, -200.0, 0.0)
    POINTS.write(
        tmp_path / "descending.parquet",
        points.assign(velocity_mm_yr=points["velocity_mm_yr"] + noise),
    )
    assert len(outline(tmp_path, "descending")) == 1
    assert len(outline(tmp_path, "descending", gate_center="mean")) == 0


def test_wide_outlines_may_be_truncated_where_a_background_was_removed(tmp_path):
    area = {"bounds_m": [500000, 4000000, 506000, 4006000], "cell_size_m": 20.0}
    grid = Grid.from_bounds(**area, crs=AREA["crs"])
    x, y = (part.ravel() for part in np.meshgrid(grid.x_centres_m(), grid.y_centres_m()))
    disc = np.hypot(x - 503000, y - 4003000) <= 2000
    rate = np.where(disc, 12.0, np.nan).reshape(grid.shape)
    write_track(tmp_path, "descending", 0.0)
    points = POINTS.read(tmp_path / "descending.parquet").sample(900, random_state=1)
    # A spiral inside the disc, and more points on stable ground in a corner.
    angle, stable = np.linspace(0, 60, 900), np.arange(900) < 500
    moved = points.assign(
        x_m=np.where(stable, 500100 + np.arange(900), 503000 + 30 * angle * np.cos(angle)),
        y_m=np.where(stable, 4000100, 4003000 + 30 * angle * np.sin(angle)),
        velocity_mm_yr=np.where(stable, np.sin(99 * angle), 12.5),
    )
    POINTS.write(tmp_path / "descending.parquet", moved)
    spots = HOTSPOTS.read(tmp_path / "descending_hotspots.parquet").set_index("point_id")
    spots = spots.loc[moved["point_id"]].reset_index()
    HOTSPOTS.write(tmp_path / "descending_hotspots.parquet", spots)
    write_raster(tmp_path / "descending_rate.tif", {"rate_mm_yr": rate, "support": rate}, grid)
    coarse = Grid.from_bounds(area["bounds_m"], 250.0, AREA["crs"])
    for level, marked in ((0.0, False), (0.5, True)):
        raster = {"background_mm_yr": np.full(coarse.shape, level)}
        write_raster(tmp_path / "descending_background.tif", raster, coarse)
        found = outline(tmp_path, "descending", **area)
        assert found["may_be_truncated"].tolist() == [marked]


def test_hotspots_of_other_points_are_refused(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    write_track(tmp_path, "ascending", 0.0)
    with pytest.raises(InputError, match="ascending_hotspots"):
        outline(tmp_path, "descending", hotspots_path=str(tmp_path / "ascending_hotspots.parquet"))


# --- what the geometry says: worked out by hand, and what must not matter -------------------------

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


def stability(folder, tracks, **changes):
    measure_stability(
        **{
            "candidates_path": str(folder / "candidates.gpkg"),
            "points_paths": [str(folder / f"{track}.parquet") for track in tracks],
            "background_paths": [str(folder / f"{track}_background.tif") for track in tracks],
            "stability_path": str(folder / "stability.parquet"),
            "tracks": list(tracks),
            "replicas": 5,
            "seed": 0,
            "bandwidth_m": 100.0,
            "statistic": "median",
            "stability_threshold_mm_yr": 10.0,
            "significance": 0.01,
            "gate_radius_m": 200.0,
            "gate_center": "median",
            "correction": "fdr",
            "min_neighbours": 3,
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
