"""Products that MintPy wrote itself: its own coordinates, velocities and unit vectors."""

from pathlib import Path

import numpy as np
import pytest

import raster_products as products
from hotslope.points.formats import read_points
from peers import run_peer
from points_files import NAMES

SCRIPT = Path(__file__).parent / "write_mintpy.py"
DEGREES = {"X_FIRST": 101.2, "Y_FIRST": 35.75, "X_STEP": 0.001, "Y_STEP": -0.001}
UTM = {"X_FIRST": 700000.0, "Y_FIRST": 3961000.0, "X_STEP": 100.0, "Y_STEP": -100.0}


def written(folder: Path, grid: dict) -> np.lib.npyio.NpzFile:
    names = [*grid, "X_UNIT", "Y_UNIT"]
    unit = "degrees" if grid is DEGREES else "meters"
    values = [*grid.values(), unit, unit]
    if grid is UTM:
        names, values = [*names, "UTM_ZONE", "EPSG"], [*values, "47N", "32647"]
    series = np.nan_to_num(products.displacement_mm(gaps=False)) / 1000
    np.savez(
        folder / "given.npz",
        dates=NAMES,
        displacement_m=series,
        height_m=products.HEIGHT_M,
        incidence_deg=products.INCIDENCE_DEG,
        azimuth_deg=np.full(products.HEIGHT_M.shape, -products.SENSOR_DEG),
        mask=products.mask(),
        coherence=products.COHERENCE,
        names=names,
        values=[str(value) for value in values],
    )
    run_peer("mintpy", SCRIPT, str(folder), str(folder / "given.npz"))
    return np.load(folder / "mintpy.npz")


@pytest.mark.parametrize("grid", [DEGREES, UTM], ids=["degrees", "utm"])
def test_files_of_mintpy(tmp_path, monkeypatch, grid):
    monkeypatch.chdir(tmp_path)
    oracle = written(tmp_path, grid)
    roles = {
        "timeseries": "geo_timeseries.h5",
        "velocity": "geo_velocity.h5",
        "geometry": "geo_geometry.h5",
        "temporal_coherence": "geo_temporalCoherence.h5",
        "mask": "geo_mask.h5",
    }
    points, displacement, dates = read_points(roles, "mintpy", crs=products.PROJECT_CRS)
    keep = products.kept()
    assert [f"{date:%Y%m%d}" for date in dates] == oracle["dates"].tolist()
    np.testing.assert_allclose(points["lon"], oracle["lon"][keep], atol=2e-6)
    np.testing.assert_allclose(points["lat"], oracle["lat"][keep], atol=2e-6)
    rate = 1000 * oracle["velocity_m_yr"][keep]
    np.testing.assert_allclose(points["velocity_mm_yr"], rate, rtol=1e-6)
    deviation = 1000 * oracle["velocity_std_m_yr"][keep]
    np.testing.assert_allclose(points["velocity_std_mm_yr"], deviation, rtol=1e-6)
    for name, part in zip(("los_east", "los_north", "los_up"), oracle["los"], strict=True):
        np.testing.assert_allclose(points[name], part[keep], atol=1e-6)
    assert points.attrs["velocity_check"]["median_ratio"] == pytest.approx(1.0, abs=0.01)
    # EMPTY was written as zeros: MintPy has no NaN of its own.
    assert points.attrs["left_out"] == {"masked": 1, "no_data": 0, "all_zero": 2}

    (one_file,) = (str(path) for path in tmp_path.glob("*.he5"))
    again, series, _ = read_points(one_file, "mintpy", crs=products.PROJECT_CRS)
    np.testing.assert_array_equal(series, displacement)
    for name in ("lon", "lat", "height_m", "coherence", "los_east", "los_north", "los_up"):
        np.testing.assert_array_equal(again[name], points[name])
    np.testing.assert_allclose(again["velocity_mm_yr"], rate, atol=0.02)
