"""Outlines of one track: by rate or as the paper draws them, and which input is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from candidates_area import AREA, CUT, merge, outline, outline_paper, write_track
from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster


def test_paper_rule_outlines_moving_ground(tmp_path):
    tracks = ["descending", "ascending"]
    write_track(tmp_path, "descending", -20.0)
    write_track(tmp_path, "ascending", 30.0)
    for track in tracks:
        outlines = outline_paper(tmp_path, track, tracks)
        assert len(outlines) == 1
        assert shapely.Point(500600, 4000800).within(outlines.geometry.iloc[0])
    found = merge(tmp_path, tracks, terrain=False, background=False)
    # The larger share of moving points (64 of 1280), of the grid's 3.2 km2.
    assert found["area_m2"].sum() == pytest.approx(0.05 * 3.2e6, rel=0.05)
    with pytest.raises(InputError, match="cut_value"):
        outline_paper(tmp_path, "descending", tracks, density=replace(CUT, cut="quantile"))


def test_paper_rule_takes_the_radius_chosen_for_each_track(tmp_path):
    tracks = ["descending", "ascending"]
    radii = []
    for track, velocity, radius_m in zip(tracks, [-20.0, 30.0], [150.0, 300.0], strict=True):
        write_track(tmp_path, track, velocity)
        radii.append(str(tmp_path / f"{track}_radius.json"))
        (tmp_path / f"{track}_radius.json").write_text(json.dumps({"radius_m": radius_m}))
    narrow = outline_paper(tmp_path, "descending", tracks, radius_m=150.0)
    chosen = {"radius_m": "auto", "radius_paths": radii}
    mixed = outline_paper(tmp_path, "descending", tracks, **chosen)
    # Its own kernel, but the cut follows the other track's wider one, too.
    assert not mixed.geometry.equals(narrow.geometry)
    for path in radii:
        Path(path).write_text(json.dumps({"radius_m": 150.0}))
    assert outline_paper(tmp_path, "descending", tracks, **chosen).equals(narrow)


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
    for smoothing_m, marked in ((0, False), (1500, True), (500, True), (2500, False)):
        raster = {"background_mm_yr": np.full(coarse.shape, 0.5 if smoothing_m else 0.0)}
        tags = {"smoothing_m": str(smoothing_m)}
        write_raster(tmp_path / "descending_background.tif", raster, coarse, tags)
        found = outline(tmp_path, "descending", grid=grid)
        assert found["may_be_truncated"].tolist() == [marked]


def test_hotspots_of_other_points_are_refused(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    write_track(tmp_path, "ascending", 0.0)
    with pytest.raises(InputError, match="ascending_hotspots"):
        outline(tmp_path, "descending", hotspots_path=str(tmp_path / "ascending_hotspots.parquet"))
