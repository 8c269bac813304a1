"""Real exports, as delivered. HOTSLOPE_REAL_DATA names the folder that holds them."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.points.formats import read_points
from hotslope.terrain.geometry import line_of_sight
from import_points import import_points

FOLDER = os.environ.get("HOTSLOPE_REAL_DATA")
if FOLDER is None and not os.environ.get("CI"):
    pytest.skip("HOTSLOPE_REAL_DATA is not set", allow_module_level=True)
DATA = Path(FOLDER or "HOTSLOPE_REAL_DATA is not set")
USTICA = {
    "descending": ("EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip", 11_590, 210, 62),
    "ascending": ("EGMS_L2b_117_0227_IW2_VV_2020_2024_1.zip", 11_759, 207, 38),
}
AMSTERDAM = {
    "columns": {
        "point_id": "pnt_id",
        "lon": "pnt_lon",
        "lat": "pnt_lat",
        "height_m": "pnt_height",
        "coherence": "pnt_enscoh",
        "velocity_mm_yr": "pnt_linear",
    }
}


@pytest.mark.parametrize("track", USTICA)
def test_egms_zip_as_delivered(track):
    name, count, epochs, fast = USTICA[track]
    points, displacement, dates = read_points(str(DATA / "egms_ustica" / name), "egms")
    assert displacement.shape == (count, epochs)
    assert len(dates) == epochs
    assert points["lon"].between(13.15, 13.21).all()
    assert points["lat"].between(38.69, 38.73).all()
    assert (points["velocity_mm_yr"].abs() > 5).sum() == fast
    assert points.attrs["velocity_check"]["agrees"] is True
    assert points.attrs["velocity_check"]["median_ratio"] == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(("track", "heading"), [("descending", 191.42), ("ascending", 351.06)])
def test_line_of_sight_by_angles_agrees_with_the_delivered_vectors(track, heading):
    points, _, _ = read_points(str(DATA / "egms_ustica" / USTICA[track][0]), "egms")
    vector = line_of_sight(points["incidence_deg"].to_numpy(), heading)
    delivered = points[["los_east", "los_north", "los_up"]].to_numpy()
    # Rounded to three decimals, at angles rounded to two and varying with the burst.
    np.testing.assert_allclose(np.column_stack(vector), delivered, atol=3e-3)


def test_both_passes_at_once_are_refused():
    paths = [str(DATA / "egms_ustica" / name) for name, *_ in USTICA.values()]
    with pytest.raises(InputError, match="mixed"):
        read_points(paths, "egms")


def test_depsi_table_in_metres():
    path = str(DATA / "amsterdam_points" / "points.csv")
    units = {"velocity_unit": "m", "displacement_unit": "m"}
    points, displacement, dates = read_points(path, "table", **AMSTERDAM, **units)
    assert displacement.shape == (2500, 11)
    assert str(dates[0]) == "2016-03-27"
    assert points["point_id"].iloc[0] == "L00003234P00006283"
    assert points["velocity_mm_yr"].iloc[0] == pytest.approx(-0.26)
    assert displacement[0, 1] == pytest.approx(1.8)


@pytest.mark.parametrize(
    "units", [{}, {"velocity_unit": "m"}, {"displacement_unit": "m"}], ids=["both", "one", "other"]
)
def test_metres_claimed_to_be_millimetres_are_refused(units):
    path = str(DATA / "amsterdam_points" / "points.csv")
    with pytest.raises(InputError, match="_unit"):
        read_points(path, "table", **AMSTERDAM, **units)


@pytest.mark.parametrize(
    ("file", "track", "count"), [("asc", "ascending", 38_688), ("desc", "descending", 44_352)]
)
def test_benchmark_area_whole_import(tmp_path, file, track, count):
    area = DATA / "benchmark_area"
    import_points(
        source=str(area / f"points_{file}.zip"),
        format="egms",
        options={},
        points_path=str(tmp_path / "points.parquet"),
        summary_path=str(tmp_path / "summary.json"),
        track=track,
        pass_direction=track,
        crs="EPSG:32647",
        bounds_m=[742000, 3962000, 756000, 3974000],
        min_coherence=0.7,
        boundary=str(area / "study_area.gpkg"),
    )
    frame = gpd.read_parquet(tmp_path / "points.parquet")
    assert len(frame) == count
    summary = pd.read_json(tmp_path / "summary.json", typ="series")
    # On the ground; 168 km² on the map.
    assert summary["area_km2"] == pytest.approx(168, rel=2e-3)
    # Neighbours in the file are neighbours in space: that is what the order is for.
    step = np.hypot(frame["x_m"].diff(), frame["y_m"].diff()).median()
    assert step < 2 / np.sqrt(count / 168e6)
