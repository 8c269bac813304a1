"""The scripts of the stage on a tiny track and on an empty one."""

import json

import numpy as np
import pandas as pd
import pytest
import rasterio

from choose_radius import choose_radius
from estimate_background import estimate_background
from find_hotspots import find_hotspots
from hotslope.errors import InputError
from hotslope.files import write_json
from hotslope.grid import Grid
from hotslope.motion.density import DENSITY_BANDS, signed_densities
from hotslope.motion.rate import RATE_BANDS, local_rate
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.points.track_statistics import point_density_per_m2
from hotslope.rasters import BLOCK_CELLS, read_raster
from hotslope.strips import points_at_a_time, row_strips
from map_density import map_density
from map_rate import map_rate
from score_gate import score_gate

BOUNDS_M = [700_000, 4_000_000, 703_000, 4_002_000]
AREA = {"bounds_m": BOUNDS_M, "crs": "EPSG:32647"}
GRID = Grid.from_bounds(**AREA, cell_size_m=25.0)


def write_points(path, number, regional_mm_yr=0.0):
    """A track: noise, a slide of −60 mm/yr in the middle, and one point far from all others."""
    rng = np.random.default_rng(8)
    points = pd.DataFrame(np.nan, range(number), list(POINTS.schema.columns))
    points["point_id"] = pd.Series([f"p{i}" for i in range(number)], dtype="str")
    points["x_m"] = rng.uniform(700_400, 703_000, number)
    points["y_m"] = rng.uniform(4_000_400, 4_002_000, number)
    body = np.hypot(points["x_m"] - 701_700, points["y_m"] - 4_001_200) < 150
    points["velocity_mm_yr"] = rng.normal(regional_mm_yr, 2, number) - 60.0 * body
    points["lon"], points["lat"] = 101.0, 36.0
    if number:
        points.loc[0, ["x_m", "y_m", "velocity_mm_yr"]] = [700_010.0, 4_000_010.0, 0.0]
    POINTS.write(path, points)
    return points, body


def run_background(folder):
    path = str(folder / "background.tif")
    estimate_background(points_path=str(folder / "points.parquet"), background_path=path, **AREA)
    return path


def test_no_background_is_removed_where_most_of_the_ground_moves(tmp_path, caplog):
    points, _ = write_points(tmp_path / "points.parquet", 2_000, regional_mm_yr=3.0)
    background, _ = read_raster(run_background(tmp_path))
    assert (background > 2).all()
    west = points["x_m"] < 701_600
    points.loc[west, "velocity_mm_yr"] -= 25.0
    POINTS.write(tmp_path / "points.parquet", points)
    background, _ = read_raster(run_background(tmp_path))
    assert (background == 0).all()
    assert "more than a third of the ground moves" in caplog.text
    gate = run_gate(tmp_path)
    # Compared with 0: what moves by 25 mm/yr is cold, what moves by 3 mm/yr is not.
    assert (gate["z"][west] < -3).mean() > 0.9


def run_hotspots(folder, background="none", **changes):
    settings = {
        "radius_m": 200.0,
        "center": "mean",
        "min_neighbours": 3,
        "correction": "fdr",
        "strip_memory_mb": 512,
        "threads": 1,
    }
    find_hotspots(
        points_path=str(folder / "points.parquet"),
        background_path=run_background(folder) if background == "modal" else None,
        hotspots_path=str(folder / "hotspots.parquet"),
        **(settings | changes),
    )
    return HOTSPOTS.read(folder / "hotspots.parquet")


def run_gate(folder, center="median", strip_memory_mb=512, threads=1):
    score_gate(
        points_path=str(folder / "points.parquet"),
        background_path=run_background(folder),
        gate_path=str(folder / "gate.parquet"),
        radius_m=200.0,
        center=center,
        min_neighbours=3,
        correction="fdr",
        strip_memory_mb=strip_memory_mb,
        threads=threads,
    )
    return HOTSPOTS.read(folder / "gate.parquet")


def write_summary(folder):
    points = POINTS.read(folder / "points.parquet", ["x_m", "y_m"])
    density = point_density_per_m2(points["x_m"].to_numpy(), points["y_m"].to_numpy())
    write_json(folder / "summary.json", {"points_per_covered_m2": density})
    return str(folder / "summary.json")


def run_rasters(folder, bandwidth_m="auto", threads=1, strip_memory_mb=512, grid=GRID):
    points = str(folder / "points.parquet")
    work = {"grid": grid, "strip_memory_mb": strip_memory_mb, "threads": threads}
    map_density(
        points_path=points,
        hotspots_path=str(folder / "hotspots.parquet"),
        density_path=str(folder / "density.tif"),
        radius_m=200.0,
        **work,
    )
    map_rate(
        points_path=points,
        summary_path=write_summary(folder),
        background_path=run_background(folder),
        rate_path=str(folder / "rate.tif"),
        bandwidth_m=bandwidth_m,
        statistic="median",
        stability_threshold_mm_yr=10.0,
        **work,
    )


def run_radius(folder, threads=1):
    choose_radius(
        points_path=str(folder / "points.parquet"),
        background_path=run_background(folder),
        radius_path=str(folder / "radius.json"),
        threads=threads,
    )
    return json.loads((folder / "radius.json").read_text(encoding="utf-8"))


def test_radius_is_chosen_and_used(tmp_path):
    write_points(tmp_path / "points.parquet", 1200, regional_mm_yr=5.0)
    chosen = run_radius(tmp_path)
    assert chosen["is_peak"]
    assert 150 <= chosen["radius_m"] <= 240  # one disc of 150 m
    assert "peaks" in chosen["reason"]
    assert len(chosen["z"]) == len(chosen["moran_i"]) == len(chosen["distance_m"]) == 17
    plain = run_hotspots(tmp_path, radius_m=chosen["radius_m"])
    path = str(tmp_path / "radius.json")
    assert run_hotspots(tmp_path, radius_m="auto", radius_path=path).equals(plain)
    map_density(
        points_path=str(tmp_path / "points.parquet"),
        hotspots_path=str(tmp_path / "hotspots.parquet"),
        density_path=str(tmp_path / "density.tif"),
        radius_m="auto",
        radius_path=path,
        grid=GRID,
        strip_memory_mb=512,
        threads=1,
    )
    with rasterio.open(tmp_path / "density.tif") as density:
        assert float(density.tags()["radius_m"]) == chosen["radius_m"]


def test_density_by_strips_is_that_of_the_whole(tmp_path):
    points, _ = write_points(tmp_path / "points.parquet", 1200)
    hotspots = run_hotspots(tmp_path)
    fine = Grid.from_bounds(**AREA, cell_size_m=2.5)
    run_rasters(tmp_path, grid=fine, strip_memory_mb=30)
    assert fine.shape[0] > BLOCK_CELLS
    place = points["x_m"].to_numpy(), points["y_m"].to_numpy()
    whole = signed_densities(*place, hotspots["z"].to_numpy(), 200.0, fine)
    with rasterio.open(tmp_path / "density.tif") as density:
        assert density.descriptions == DENSITY_BANDS
        assert np.array_equal(density.read(), np.float32(whole))


def test_rate_by_strips_is_that_of_the_whole(tmp_path):
    points, _ = write_points(tmp_path / "points.parquet", 1200)
    fine = Grid.from_bounds(**AREA, cell_size_m=2.5)
    map_rate(
        points_path=str(tmp_path / "points.parquet"),
        summary_path=write_summary(tmp_path),
        background_path=None,
        rate_path=str(tmp_path / "rate.tif"),
        bandwidth_m=150.0,
        statistic="median",
        stability_threshold_mm_yr=10.0,
        grid=fine,
        strip_memory_mb=30,
        threads=1,
    )
    columns = (points[name].to_numpy() for name in ("x_m", "y_m", "velocity_mm_yr"))
    whole = local_rate(*columns, 150.0, fine, threshold_mm_yr=10.0)
    assert np.isfinite(whole[0]).any()
    with rasterio.open(tmp_path / "rate.tif") as rate:
        assert rate.descriptions == RATE_BANDS
        assert np.array_equal(rate.read(), np.float32(whole), equal_nan=True)


def test_no_peak_is_told(tmp_path, caplog):
    points, _ = write_points(tmp_path / "points.parquet", 1200)
    noise = np.random.default_rng(3).normal(0, 2, len(points))
    POINTS.write(tmp_path / "points.parquet", points.assign(velocity_mm_yr=noise))
    chosen = run_radius(tmp_path)
    assert not chosen["is_peak"]
    assert chosen["radius_m"] == 200
    assert "no spatial autocorrelation" in chosen["reason"]
    assert "WARNING" in caplog.text
    assert chosen["reason"] in caplog.text


def test_a_slide_is_cold_and_moves(tmp_path):
    points, body = write_points(tmp_path / "points.parquet", 1200, regional_mm_yr=5.0)
    hotspots = run_hotspots(tmp_path)
    assert hotspots["point_id"].equals(points["point_id"])
    assert hotspots.loc[0, ["z", "p", "q"]].isna().all()  # alone: not evaluated
    assert hotspots.loc[0, "neighbours"] == 1
    assert (hotspots.loc[body[body].index, "z"] < 0).all()
    assert (hotspots.loc[body[body].index, "q"] < 0.01).mean() > 0.9
    run_rasters(tmp_path)
    with rasterio.open(tmp_path / "density.tif") as density:
        assert density.descriptions == ("signed", "hot", "cold")
        signed, hot, cold = density.read()
        assert density.dtypes == ("float32",) * 3
        np.testing.assert_allclose(hot + cold, signed, rtol=0, atol=1e-7 * (hot - cold).max())
    rate, grid = read_raster(tmp_path / "rate.tif")
    assert grid.shape == (80, 120)
    row, column = grid.rows_columns(701_700, 4_001_200)
    assert rate[row, column] == pytest.approx(-60, abs=2)  # the regional 5 mm/yr is off
    assert cold[row, column] == cold.min() or cold[row, column] < 0.5 * cold.min()
    background, coarse = read_raster(tmp_path / "background.tif")
    assert coarse.cell_size_m == 250
    np.testing.assert_allclose(background, 5.0, atol=1.0)


def test_options_reach_the_statistics(tmp_path):
    write_points(tmp_path / "points.parquet", 600, regional_mm_yr=5.0)
    plain = run_hotspots(tmp_path)
    assert run_hotspots(tmp_path, min_neighbours=1)["z"].notna().all()
    assert run_hotspots(tmp_path, correction="none")["q"].equals(plain["p"].rename("q"))
    assert not run_hotspots(tmp_path, center="median")["z"].equals(plain["z"])
    assert not run_hotspots(tmp_path, background="modal")["z"].equals(plain["z"])
    run_rasters(tmp_path, bandwidth_m=150.0)
    with rasterio.open(tmp_path / "rate.tif") as rate:
        assert float(rate.tags()["bandwidth_m"]) == 150


#: Of all points and cells at once; of some; of a few points or a row at a time.
STRIP_MEMORY_MB = (512, 0.03, 0.005)


# 33.3 m is not exact in binary: edges of strips must not move by rounding.
@pytest.mark.parametrize("cell_size_m", [25.0, 33.3])
@pytest.mark.parametrize("center", ["mean", "median"])
def test_memory_and_threads_leave_no_trace(tmp_path, cell_size_m, center):
    grid = Grid.from_bounds(**AREA, cell_size_m=cell_size_m)
    points, _ = write_points(tmp_path / "points.parquet", 600)
    # Some doubled, some on edges of cells.
    points.loc[1:100, "x_m"] = 700_000 + cell_size_m * np.arange(100) // 2
    points.loc[101:120, ["x_m", "y_m"]] = [701_000.0, 4_001_000.0]
    POINTS.write(tmp_path / "points.parquet", points)
    found = set()
    for strip_memory_mb in STRIP_MEMORY_MB:
        for threads in (1, 2):
            work = {"strip_memory_mb": strip_memory_mb, "threads": threads}
            run_hotspots(tmp_path, center=center, **work)
            run_gate(tmp_path, center=center, **work)
            run_rasters(tmp_path, grid=grid, **work)
            names = ("hotspots.parquet", "gate.parquet", "density.tif", "rate.tif")
            found.add(tuple((tmp_path / name).read_bytes() for name in names))
    assert len(found) == 1
    assert (HOTSPOTS.read(tmp_path / "gate.parquet")["q"] < 0.05).any()


def test_strips_are_as_small_as_the_memory_asks():
    assert len(list(row_strips(GRID, 600, 512))) == 1
    assert len(list(row_strips(GRID, 600, 0.03))) == 20
    assert len(list(row_strips(GRID, 600, 0.005))) == GRID.shape[0]
    assert points_at_a_time(0.005) < 600 < points_at_a_time(512)


def test_gate_compares_with_the_mean_where_most_rates_are_equal(tmp_path, caplog):
    points, body = write_points(tmp_path / "points.parquet", 600)
    velocity = np.where(body, -60.0, 0.0)
    POINTS.write(tmp_path / "points.parquet", points.assign(velocity_mm_yr=velocity))
    gate = run_gate(tmp_path)
    assert "compared with their mean" in caplog.text
    assert (gate.loc[body[body].index, "z"] < -2).any()
    assert run_gate(tmp_path, center="mean").equals(gate)


def test_threads_of_the_radius_leave_no_trace(tmp_path):
    write_points(tmp_path / "points.parquet", 600)
    assert run_radius(tmp_path) == run_radius(tmp_path, threads=2)


def test_empty_track(tmp_path):
    write_points(tmp_path / "points.parquet", 0)
    assert len(run_hotspots(tmp_path)) == 0
    assert len(run_hotspots(tmp_path, background="modal")) == 0
    assert run_gate(tmp_path).empty
    run_rasters(tmp_path)
    assert not read_raster(tmp_path / "density.tif")[0].any()
    assert np.isnan(read_raster(tmp_path / "rate.tif")[0]).all()
    assert np.isnan(read_raster(tmp_path / "background.tif")[0]).all()


@pytest.mark.parametrize("number", [0, 1, 3])
def test_radius_without_pairs_falls_back(tmp_path, number):
    write_points(tmp_path / "points.parquet", number)
    chosen = run_radius(tmp_path)
    assert not chosen["is_peak"]
    assert chosen["radius_m"] == 200
    assert chosen["points"] == number
    run_hotspots(tmp_path, radius_m="auto", radius_path=str(tmp_path / "radius.json"))


@pytest.mark.parametrize("background", ["none", "modal"])
def test_equal_velocities_have_z_zero_and_the_log_says_so(tmp_path, caplog, background):
    points, _ = write_points(tmp_path / "points.parquet", 300)
    POINTS.write(tmp_path / "points.parquet", points.assign(velocity_mm_yr=-3.3))
    hotspots = run_hotspots(tmp_path, background=background)
    assert (hotspots["z"].dropna() == 0).all()
    assert (hotspots["q"].dropna() == 1).all()
    assert "spread of 300 values is 0: all z are 0" in caplog.text
    assert not run_radius(tmp_path)["is_peak"]


def test_tables_of_other_points_are_refused(tmp_path):
    write_points(tmp_path / "points.parquet", 50)
    hotspots = run_hotspots(tmp_path)
    HOTSPOTS.write(tmp_path / "hotspots.parquet", hotspots.iloc[::-1].reset_index(drop=True))
    with pytest.raises(InputError, match="does not hold the points"):
        run_rasters(tmp_path)
