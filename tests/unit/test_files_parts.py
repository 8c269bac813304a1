"""Parts of files: rows of tables, numbers of tables, windows of rasters, row groups."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.enums import Resampling

from hotslope.errors import InputError
from hotslope.files import ROW_GROUP_SIZE
from hotslope.grid import Grid
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.rasters import (
    Computed,
    RasterBand,
    _profile,
    read_for_figure,
    read_strips,
    write_raster,
)
from hotslope.rows import take_rows
from track_table import digest, write_track


def write_places(path: Path, x: np.ndarray, y: np.ndarray) -> None:
    frame = pd.DataFrame({"x_m": x, "y_m": y, "name": [f"p{k}" for k in range(len(x))]})
    frame.to_parquet(path, row_group_size=7, index=False)


@pytest.mark.parametrize("number", [0, 1, 7, 50])
def test_rows_are_those_asked_for(number, tmp_path) -> None:
    x = np.random.default_rng(1).integers(0, 10, number).astype(float)
    write_places(tmp_path / "places.parquet", x, x)
    for rows in (np.flatnonzero(x > 5), np.arange(number), np.zeros(0, dtype=np.int64)):
        taken = take_rows(tmp_path / "places.parquet", ["name", "x_m"], rows)
        assert taken["name"].to_pylist() == [f"p{row}" for row in rows]
        assert taken.column_names == ["name", "x_m"]


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
    changed = Computed(np.isnan, RasterBand(tmp_path / "a.tif"))
    np.testing.assert_array_equal(changed[window], np.isnan(values[window]))


def test_figures_read_means_from_an_overview(tmp_path) -> None:
    grid = Grid.from_bounds([0, 0, 1600, 1600], 1, "EPSG:32647")
    values = np.random.default_rng(3).normal(size=grid.shape)
    write_raster(tmp_path / "a.tif", {"a": values}, grid)
    pixels = Grid.from_bounds([0, 0, 1600, 1600], 8, "EPSG:32647")
    means = values.reshape(200, 8, 200, 8).mean(axis=(1, 3))
    np.testing.assert_allclose(read_for_figure(tmp_path / "a.tif", pixels), means, atol=1e-6)
    # What it reads is the overview: the cells themselves may go.
    profile = {"driver": "GTiff", "height": 1600, "width": 1600, "count": 1, "dtype": "float32"}
    path = tmp_path / "b.tif"
    with rasterio.open(path, "w", crs=grid.crs, transform=grid.transform, **profile) as target:
        target.write(values, 1)
        target.build_overviews([4], Resampling.average)
        target.write(np.zeros_like(values), 1)
    np.testing.assert_allclose(read_for_figure(path, pixels), means, atol=1e-6)


def test_classes_have_no_means(tmp_path) -> None:
    grid = Grid.from_bounds([0, 0, 1024, 1024], 1, "EPSG:32647")
    classes = np.random.default_rng(3).integers(0, 2, grid.shape).astype(np.float32)
    write_raster(tmp_path / "a.tif", {"class": classes}, grid, overviews=Resampling.mode)
    with rasterio.open(tmp_path / "a.tif", overview_level=0) as overview:
        assert set(np.unique(overview.read(1))) == {0.0, 1.0}


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


@pytest.mark.parametrize(("side", "version"), [(1_000, 42), (20_000, 43)])
def test_rasters_that_may_pass_four_gigabytes_are_bigtiffs(tmp_path, side, version) -> None:
    grid = Grid.from_bounds([0, 0, side, side], 1, "EPSG:32647")
    # 400 million cells take 3.2 GB, their overviews 1.1 GB.
    with rasterio.open(tmp_path / "a.tif", "w", sparse_ok=True, **_profile(grid, 1, "float64")):
        pass
    assert (tmp_path / "a.tif").read_bytes()[2] == version
