"""East and up motion of a stable island from two tracks of EGMS."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from decompose_motion import decompose_motion
from estimate_rate_errors import estimate_rate_errors
from hotslope.grid import Grid
from hotslope.points.tables import POINTS
from import_points import import_points

FOLDER = os.environ.get("HOTSLOPE_REAL_DATA")
if FOLDER is None and not os.environ.get("CI"):
    pytest.skip("HOTSLOPE_REAL_DATA is not set", allow_module_level=True)
DATA = Path(FOLDER or "HOTSLOPE_REAL_DATA is not set") / "egms_ustica"
AREA = {"bounds_m": [339000, 4283500, 344500, 4288000], "crs": "EPSG:32633"}
FILES = {
    "descending": "EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip",
    "ascending": "EGMS_L2b_117_0227_IW2_VV_2020_2024_1.zip",
}


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ustica")
    for track, name in FILES.items():
        import_points(
            source=str(DATA / name),
            format="egms",
            options={},
            points_path=str(folder / f"{track}.parquet"),
            summary_path=str(folder / f"{track}.json"),
            dropped_path=str(folder / f"{track}_dropped.parquet"),
            track=track,
            pass_direction=track,
            min_coherence=0.7,
            **AREA,
        )
        estimate_rate_errors(
            points_path=str(folder / f"{track}.parquet"),
            background_path=None,
            errors_path=str(folder / f"{track}_rate_errors.parquet"),
            summary_path=str(folder / f"{track}_rate_errors.json"),
            wavelength_m=0.0554658,
        )
    return folder


def decomposed(points, reference, weights="errors"):
    decompose_motion(
        points_paths=[str(points / f"{track}.parquet") for track in FILES],
        errors_paths=[str(points / f"{track}_rate_errors.parquet") for track in FILES],
        east_up_path=str(points / "east_up.tif"),
        report_path=str(points / "east_up.json"),
        tracks=list(FILES),
        cell_size_m=100.0,
        min_points=2,
        shared_error_mm_yr=1.0,
        max_condition_number=4.0,
        reference=reference,
        stable_mm_yr=3.0,
        weights=weights,
        egms_l3={},
        **AREA,
    )
    with rasterio.open(points / "east_up.tif") as source:
        bands = dict(zip(source.descriptions, source.read(), strict=True))
    return bands, json.loads((points / "east_up.json").read_text())


def test_a_stable_island_stands_still(points):
    bands, report = decomposed(points, "stable")
    east, up = (bands[name][np.isfinite(bands[name])] for name in ("east_mm_yr", "up_mm_yr"))
    assert len(east) == report["cells_decomposed"] > 400
    for component in (east, up):
        assert abs(np.median(component)) < 0.2
        assert np.percentile(np.abs(component), 95) < 1.5
    # The whole island shares 1 to 2 mm/yr away from both sensors, which are their references.
    offsets = [report["tracks"][track]["offset_removed_mm_yr"] for track in FILES]
    assert offsets == pytest.approx([-1.6, -0.7], abs=0.1)
    assert np.nanmax(bands["condition_number"]) < 1.35
    # Points enter where both tracks see a cell, not elsewhere.
    both = (bands["points_descending"] >= 2) & (bands["points_ascending"] >= 2)
    np.testing.assert_array_equal(np.isfinite(bands["east_mm_yr"]), both)


def test_as_delivered_the_two_lines_of_sight_are_reproduced(points):
    bands, report = decomposed(points, "none")
    assert [report["tracks"][track]["offset_removed_mm_yr"] for track in FILES] == [0, 0]
    # Subsidence of both, hardly any east: (-1.6, -0.7) along nearly mirrored lines of sight.
    assert np.nanmedian(bands["up_mm_yr"]) == pytest.approx(-1.5, abs=0.2)
    assert np.nanmedian(bands["east_mm_yr"]) == pytest.approx(-0.7, abs=0.2)


@pytest.mark.parametrize(("weights", "most_mm_yr"), [("none", 0.02), ("errors", 0.05)])
def test_cells_are_the_least_squares_of_all_their_points(points, weights, most_mm_yr):
    bands, _ = decomposed(points, "none", weights)
    grid = Grid.from_bounds(AREA["bounds_m"], 100.0, AREA["crs"])
    names = ["x_m", "y_m", "velocity_mm_yr", "los_east", "los_up"]
    frames = [POINTS.read(points / f"{track}.parquet", names) for track in FILES]
    every = pd.concat(frames, keys=range(len(frames)), names=["track", None]).reset_index("track")
    rows, columns = grid.rows_columns(every["x_m"], every["y_m"])
    plain = np.full((2, *grid.shape), np.nan)
    for (row, column), here in every.groupby([rows, columns]):
        if here["track"].value_counts().reindex(range(2), fill_value=0).min() >= 2:
            design = here[["los_east", "los_up"]].to_numpy()
            velocity = here["velocity_mm_yr"].to_numpy()
            plain[:, row, column] = np.linalg.lstsq(design, velocity)[0]
    for name, expected in zip(("east_mm_yr", "up_mm_yr"), plain, strict=True):
        np.testing.assert_array_equal(np.isfinite(bands[name]), np.isfinite(expected))
        assert np.sqrt(np.nanmean((bands[name] - expected) ** 2)) < most_mm_yr
