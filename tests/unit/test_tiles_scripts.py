"""Scripts by tiles give the same bytes as without; tiles that miss a point are refused."""

from pathlib import Path

import numpy as np
import pytest

from choose_bandwidth import choose_bandwidth
from estimate_background import estimate_background
from find_hotspots import find_hotspots
from gather_rasters import gather_rasters
from gather_scores import gather_scores
from hotslope.motion.tables import HOTSPOTS
from hotslope.motion.tile_scores import gathered_scores, write_tile_scores
from map_density import map_density
from map_density_tile import map_density_tile
from map_rate import map_rate
from map_rate_tile import map_rate_tile
from measure_moments import measure_moments
from score_tile import score_tile
from tiles_area import BOUNDS_M, digest, tile_windows, write_track

AREA = {"bounds_m": BOUNDS_M, "crs": "EPSG:32647"}
GRID = {**AREA, "cell_size_m": 12.5}


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


def test_tiles_that_miss_a_point_are_refused(tmp_path) -> None:
    one = np.ones(2)
    path = str(tmp_path / "tile.parquet")
    write_tile_scores(path, np.array([0, 2]), one, one, np.array([1, 1], dtype=np.int32))
    with pytest.raises(ValueError, match="tiles hold 2 rows of 3 points"):
        gathered_scores([path], 3, "fdr")
