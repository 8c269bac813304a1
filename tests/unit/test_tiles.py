"""Tiles: which there are, which points are theirs, and the same bytes as without them."""

import hashlib
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from scipy.ndimage import gaussian_filter

from choose_bandwidth import choose_bandwidth
from estimate_background import estimate_background
from find_hotspots import find_hotspots
from gather_rasters import gather_rasters
from gather_scores import gather_scores
from hotslope.candidates.outlines import region_outlines
from hotslope.candidates.regions import label_regions, select_regions
from hotslope.candidates.runs import find_runs, label_run_regions
from hotslope.candidates.stability import drawn_counts, rows_around
from hotslope.errors import InputError
from hotslope.files import ROW_GROUP_SIZE
from hotslope.grid import Grid
from hotslope.motion.tile_scores import gathered_scores, write_tile_scores
from hotslope.points.ordering import curve_order
from hotslope.rasters import RasterBand, read_strips, write_raster
from hotslope.rows import inside, rows_inside, take_rows
from hotslope.schemas import HOTSPOTS, POINTS
from hotslope.tiles import grown, tile_bounds_m
from map_density import map_density
from map_density_tile import map_density_tile
from map_rate import map_rate
from map_rate_tile import map_rate_tile
from measure_moments import measure_moments
from score_tile import score_tile

ROOT = Path(__file__).parents[2]
RULES = runpy.run_path(str(ROOT / "workflow" / "rules" / "tiles.py"))
tile_windows, is_exact = RULES["tile_windows"], RULES["is_exact"]

BOUNDS_M = [700_003.0, 4_000_000.0, 703_000.0, 4_002_000.0]
AREA = {"bounds_m": BOUNDS_M, "crs": "EPSG:32647"}
GRID = {**AREA, "cell_size_m": 12.5}


# --- the list of tiles -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds_m", "tile_m", "expected"),
    [
        (None, 100, {}),
        ([0, 0, 100, 100], None, {}),
        ([0, 0, 100, 100], 100, {"r00_c00": [0, 10, 0, 10]}),
        ([0, 0, 100, 100], 1e9, {"r00_c00": [0, 10, 0, 10]}),
        # Columns first; the last tiles take what is left.
        (
            [0, 0, 70, 40],
            40,
            {"r00_c00": [0, 4, 0, 4], "r00_c01": [0, 4, 4, 7]},
        ),
        (
            [0, 0, 40, 70],
            40,
            {"r00_c00": [0, 4, 0, 4], "r01_c00": [4, 7, 0, 4]},
        ),
        # Bounds are snapped outward, as the study grid's are; below 0 too.
        ([-1, 1, 19, 9], 20, {"r00_c00": [0, 1, 0, 2], "r00_c01": [0, 1, 2, 3]}),
        # Edges are rounded up to whole cells, and a tile has one at least.
        ([0, 0, 40, 10], 11, {"r00_c00": [0, 1, 0, 2], "r00_c01": [0, 1, 2, 4]}),
        ([0, 0, 20, 10], 0.1, {"r00_c00": [0, 1, 0, 1], "r00_c01": [0, 1, 1, 2]}),
    ],
)
def test_tile_windows(bounds_m, tile_m, expected) -> None:
    assert tile_windows(bounds_m, 10, tile_m) == expected


@pytest.mark.parametrize("tile_m", [30, 333, 1000, 5000])
def test_tiles_cover_the_study_grid_once(tile_m) -> None:
    grid = Grid.from_bounds(BOUNDS_M, 12.5, "EPSG:32647")
    covered = np.zeros(grid.shape, dtype=int)
    for top, bottom, left, right in tile_windows(BOUNDS_M, 12.5, tile_m).values():
        covered[top:bottom, left:right] += 1
    assert (covered == 1).all()


@pytest.mark.parametrize(
    ("cell_m", "exact"), [(12.5, True), (10, True), (25, True), (0.5, True), (33.3, False)]
)
def test_cell_sizes_whose_edges_are_exact(cell_m, exact) -> None:
    assert is_exact(cell_m) is exact


# --- points of a tile ------------------------------------------------------------------------


def test_every_point_lies_in_one_tile_beyond_the_grid_too() -> None:
    grid = Grid.from_bounds([0, 0, 100, 60], 10, "EPSG:32647")
    windows = tile_windows([0, 0, 100, 60], 10, 40).values()
    at = np.arange(-20.0, 130.0, 5.0)
    x, y = (side.ravel() for side in np.meshgrid(at, at))
    owners = sum(inside(x, y, tile_bounds_m(grid, window)).astype(int) for window in windows)
    assert (owners == 1).all()


def test_halo_holds_points_at_exactly_the_reach() -> None:
    near = np.array([-200.0, -200.0000001])
    assert inside(near, np.zeros(2), grown((0.0, 0.0, 10.0, 10.0), 200.0)).all()


def write_places(path: Path, x: np.ndarray, y: np.ndarray) -> None:
    frame = pd.DataFrame({"x_m": x, "y_m": y, "name": [f"p{k}" for k in range(len(x))]})
    frame.to_parquet(path, row_group_size=7, index=False)


@pytest.mark.parametrize("number", [0, 1, 7, 50])
def test_rows_are_those_within_bounds(number, tmp_path) -> None:
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 10, (2, number)).astype(float)
    write_places(tmp_path / "places.parquet", x, y)
    for bounds_m in [(2.0, 3.0, 6.0, 9.0), (-np.inf, 3.0, np.inf, 4.0), (20.0, 0.0, 30.0, 9.0)]:
        rows = rows_inside(tmp_path / "places.parquet", bounds_m)
        np.testing.assert_array_equal(rows, np.flatnonzero(inside(x, y, bounds_m)))
        taken = take_rows(tmp_path / "places.parquet", ["name", "x_m"], rows)
        assert taken["name"].to_pylist() == [f"p{row}" for row in rows]
        assert taken.column_names == ["name", "x_m"]


def test_row_groups_far_away_are_not_read(tmp_path, monkeypatch) -> None:
    write_places(tmp_path / "places.parquet", np.arange(70.0), np.zeros(70))
    read = []
    original = pq.ParquetFile.read_row_group

    def spy(self, number, *arguments):
        read.append(number)
        return original(self, number, *arguments)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", spy)
    rows_inside(tmp_path / "places.parquet", (30.0, -1.0, 36.0, 1.0))
    assert read == [4, 5]


# --- the same bytes --------------------------------------------------------------------------


def write_track(path: Path, number: int) -> None:
    """Noise, a slide across tiles, an empty corner, and points of equal place and velocity."""
    rng = np.random.default_rng(8)
    points = pd.DataFrame(np.nan, range(number), list(POINTS.schema.columns))
    x = rng.uniform(700_700, 703_000, number)
    y = rng.uniform(4_000_300, 4_002_000, number)
    if number:
        # On edges of tiles and cells, and doubled.
        x[: number // 4] = 700_000 + 12.5 * np.round((x[: number // 4] - 700_000) / 12.5)
        x[1], y[1] = x[0], y[0]
        x[2], y[2] = 700_004.0, 4_000_001.0
    order = curve_order(x, y, np.arange(number))
    x, y = x[order], y[order]
    body = np.hypot(x - 701_700, y - 4_001_200) < 250
    points["x_m"], points["y_m"] = x, y
    points["point_id"] = pd.Series([f"p{i}" for i in range(number)], dtype="str")
    points["velocity_mm_yr"] = np.round(rng.normal(0, 2, number) - 30.0 * body, 1)
    points["lon"], points["lat"] = 101.0, 36.0
    POINTS.write(path, points)


def whole(folder: Path, *, background: str, center: str, radius_m: float) -> None:
    points = str(folder / "points.parquet")
    find_hotspots(
        points_path=points,
        hotspots_path=str(folder / "hotspots.parquet"),
        radius_m=radius_m,
        center=center,
        background=background,
        min_neighbours=3,
        correction="fdr",
        threads=2,
        **AREA,
    )
    map_density(
        points_path=points,
        hotspots_path=str(folder / "hotspots.parquet"),
        density_path=str(folder / "density.tif"),
        radius_m=radius_m,
        threads=2,
        **GRID,
    )
    estimate_background(
        points_path=points, background_path=str(folder / "slow.tif"), method="modal", **AREA
    )
    map_rate(
        points_path=points,
        background_path=str(folder / "slow.tif"),
        rate_path=str(folder / "rate.tif"),
        bandwidth_m="auto",
        statistic="median",
        stability_threshold_mm_yr=10.0,
        threads=2,
        **GRID,
    )


def tiled(folder: Path, tile_m: float, *, background: str, center: str, radius_m: float) -> None:
    points = str(folder / "points.parquet")
    parts = folder / "tiles"
    parts.mkdir()
    windows = tile_windows(BOUNDS_M, 12.5, tile_m)
    measure_moments(
        points_path=points,
        moments_path=str(parts / "moments.json"),
        background_path=str(parts / "background.tif"),
        radius_m=radius_m,
        center=center,
        background=background,
        **AREA,
    )
    choose_bandwidth(
        points_path=points, bandwidth_path=str(parts / "bandwidth.json"), bandwidth_m="auto"
    )
    hotspots = str(folder / "tiled_hotspots.parquet")
    for tile, window in windows.items():
        score_tile(
            points_path=points,
            moments_path=str(parts / "moments.json"),
            background_path=str(parts / "background.tif"),
            scores_path=str(parts / f"{tile}.parquet"),
            radius_m=radius_m,
            min_neighbours=3,
            window=window,
            threads=1,
            **GRID,
        )
    gather_scores(
        points_path=points,
        scores_paths=[str(parts / f"{tile}.parquet") for tile in windows],
        hotspots_path=hotspots,
        correction="fdr",
    )
    for tile, window in windows.items():
        map_density_tile(
            points_path=points,
            hotspots_path=hotspots,
            density_path=str(parts / f"{tile}_density.tif"),
            radius_m=radius_m,
            window=window,
            threads=1,
            **GRID,
        )
        map_rate_tile(
            points_path=points,
            background_path=str(folder / "slow.tif"),
            bandwidth_path=str(parts / "bandwidth.json"),
            rate_path=str(parts / f"{tile}_rate.tif"),
            statistic="median",
            stability_threshold_mm_yr=10.0,
            window=window,
            threads=1,
            **GRID,
        )
    for raster in ("density", "rate"):
        gather_rasters(
            tile_paths=[str(parts / f"{tile}_{raster}.tif") for tile in windows],
            raster_path=str(folder / f"tiled_{raster}.tif"),
            windows=list(windows.values()),
            **GRID,
        )


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("tile_m", "number", "settings"),
    [
        (1000, 2000, {}),
        (777, 2000, {"background": "modal"}),
        (5000, 2000, {"center": "median"}),
        # Many of the density's blocks of points in one tile.
        (1000, 2000, {"radius_m": 40.0}),
        # Tiles smaller than the halo, and most of them without a point.
        (400, 300, {"radius_m": 500.0}),
        (1500, 0, {}),
    ],
)
def test_tiles_give_the_same_bytes(tile_m, number, settings, tmp_path) -> None:
    write_track(tmp_path / "points.parquet", number)
    settings = {"background": "none", "center": "mean", "radius_m": 200.0} | settings
    whole(tmp_path, **settings)
    tiled(tmp_path, tile_m, **settings)
    for name in ("hotspots.parquet", "density.tif", "rate.tif"):
        assert digest(tmp_path / f"tiled_{name}") == digest(tmp_path / name), name
    if number == 2000:
        assert (HOTSPOTS.read(tmp_path / "hotspots.parquet")["q"] < 0.05).any()


# --- regions over the whole area, in runs ----------------------------------------------------


def random_senses(rng: np.random.Generator) -> np.ndarray:
    """Cells toward (+1), away (-1) or neither, in patches of random size."""
    shape = tuple(rng.integers(1, 50, 2))
    field = gaussian_filter(rng.normal(size=shape), rng.uniform(0.1, 2.5))
    limit = np.quantile(np.abs(field), rng.uniform(0, 1))
    return (field >= limit).astype(np.int8) - (field <= -limit).astype(np.int8)


@pytest.mark.parametrize(("min_cells", "opening_cells"), [(1, 0), (4, 0), (4, 1)])
def test_regions_in_runs_are_those_of_the_raster(min_cells, opening_cells) -> None:
    rng = np.random.default_rng(7)
    for _ in range(60):
        senses = random_senses(rng)
        height = int(rng.integers(1, 20))
        strips = (senses[top : top + height] for top in range(0, len(senses), height))
        runs = find_runs(strips)
        for sign in (1, -1):
            options = {"min_cells": min_cells, "opening_cells": opening_cells}
            labels, count = label_regions(senses == sign, senses == -sign, **options)
            found = label_run_regions(runs, sign, senses.shape, **options)
            assert found.count == count
            rows, columns = np.indices(senses.shape)
            np.testing.assert_array_equal(found[rows, columns], labels)
            keep = rng.random(count) < 0.5
            np.testing.assert_array_equal(
                found.selected(keep)[rows, columns], select_regions(labels, keep)[0]
            )
            grid = Grid.from_bounds([0, 0, senses.shape[1], senses.shape[0]], 1, "EPSG:32647")
            outlines = region_outlines(labels, grid.transform)
            assert shapely.equals_exact(
                region_outlines(found, grid.transform), outlines, tolerance=0
            ).all()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # A hole is filled, but not where the ground in it moves the other way.
        (["+++", "+.+", "+++"], ["111", "111", "111"]),
        (["+++", "+-+", "+++"], ["111", "101", "111"]),
        # Open to the edge, or only through a corner: cells of a hole touch by edges.
        (["+++", "+..", "+++"], ["111", "100", "111"]),
        (["++.", "+.+", "+++"], ["110", "111", "111"]),
        # Regions touch at corners, and are numbered by their first rows.
        (["..+", ".+.", "..."], ["001", "010", "000"]),
        (["..+", "+.+", "+.."], ["001", "201", "200"]),
        (["...", "...", "..."], ["000", "000", "000"]),
    ],
)
def test_regions_in_runs(cells, expected) -> None:
    codes = {"+": 1, "-": -1, ".": 0}
    senses = np.array([[codes[cell] for cell in row] for row in cells], dtype=np.int8)
    found = label_run_regions(find_runs([senses]), 1, senses.shape, min_cells=1, opening_cells=0)
    rows, columns = np.indices(senses.shape)
    assert ["".join(map(str, row)) for row in found[rows, columns]] == expected


# --- reading parts of files ------------------------------------------------------------------


def test_numbers_are_those_of_the_whole_table(tmp_path) -> None:
    write_track(tmp_path / "points.parquet", 300)
    columns = ["x_m", "velocity_mm_yr", "coherence"]
    pd.testing.assert_frame_equal(
        POINTS.read_numbers(tmp_path / "points.parquet", columns),
        POINTS.read(tmp_path / "points.parquet", columns),
    )
    with pytest.raises(InputError, match="not hotspots"):
        HOTSPOTS.read_numbers(tmp_path / "points.parquet", ["z"])


def test_windows_and_strips_of_a_raster_are_parts_of_it(tmp_path) -> None:
    grid = Grid.from_bounds([0, 0, 700, 1100], 1, "EPSG:32647")
    values = np.random.default_rng(3).normal(size=grid.shape)
    values[values > 1] = np.nan
    write_raster(tmp_path / "a.tif", {"a": values, "b": 2 * values}, grid)
    np.testing.assert_array_equal(np.concatenate(list(read_strips(tmp_path / "a.tif"))), values)
    window = np.s_[500:530, 690:700]
    np.testing.assert_array_equal(RasterBand(tmp_path / "a.tif", 2)[window], 2 * values[window])
    changed = RasterBand(tmp_path / "a.tif", 1, np.isnan)
    np.testing.assert_array_equal(changed[window], np.isnan(values[window]))


def test_points_around_outlines() -> None:
    x, y = np.arange(10.0), np.array([0.0, 5] * 5)
    polygons = np.array([shapely.box(2, 0, 3, 1), shapely.box(8, 4, 8.5, 5)], dtype=object)
    np.testing.assert_array_equal(rows_around(x, y, polygons, 1.0), [2, 4, 7, 9])
    assert rows_around(x, y, polygons[:0], 1.0).size == 0


def test_counts_of_some_points_are_those_of_all() -> None:
    wanted = np.array([3, 4, 90])
    np.testing.assert_array_equal(
        drawn_counts(100, 5, 1, 2, wanted), drawn_counts(100, 5, 1, 2)[:, wanted]
    )


def test_frames_of_a_row_group_make_the_same_file(tmp_path) -> None:
    number = 2 * ROW_GROUP_SIZE + 5
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "point_id": pd.Series([f"p{k}" for k in range(number)], dtype="str"),
            "z": np.where(rng.random(number) < 0.1, np.nan, rng.normal(size=number)),
            "p": rng.random(number),
            "q": 1.0,
            "neighbours": rng.integers(1, 50, number, dtype=np.int32),
        }
    )
    HOTSPOTS.write(tmp_path / "whole.parquet", frame)
    starts = range(0, number, ROW_GROUP_SIZE)
    parts = (frame.iloc[start : start + ROW_GROUP_SIZE] for start in starts)
    HOTSPOTS.write_parts(tmp_path / "parts.parquet", parts)
    assert digest(tmp_path / "parts.parquet") == digest(tmp_path / "whole.parquet")


def test_tiles_that_miss_a_point_are_refused(tmp_path) -> None:
    one = np.ones(2)
    path = str(tmp_path / "tile.parquet")
    write_tile_scores(path, np.array([0, 2]), one, one, np.array([1, 1], dtype=np.int32))
    with pytest.raises(ValueError, match="tiles hold 2 rows of 3 points"):
        gathered_scores([path], 3, "fdr")
