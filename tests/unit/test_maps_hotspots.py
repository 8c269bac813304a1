"""Moving points as a GeoPackage: which they are, with their numbers, names and units."""

import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from maps_area import CRS, TRACKS, write_area
from qgis_area import write_hotspots


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_area(tmp_path_factory.mktemp("area"), 600)
    write_hotspots(folder)
    return folder


@pytest.mark.parametrize("track", TRACKS)
def test_points_are_significant_or_fast_and_none_is_missing(area: Path, track: str) -> None:
    found = gpd.read_file(area / "hotspots.gpkg", layer=track).set_index("point_id")
    points = pd.read_parquet(area / f"{track}.parquet").set_index("point_id")
    scores = pd.read_parquet(area / f"{track}_hotspots.parquet").set_index("point_id")
    wanted = (scores["q"] <= 0.01) | (points["velocity_mm_yr"].abs() >= 10)
    assert 0 < wanted.sum() < len(points)
    assert list(found.index) == list(points.index[wanted])
    assert found.crs == CRS
    points, scores = points[wanted], scores[wanted]
    np.testing.assert_array_equal(found.geometry.x, points["x_m"])
    np.testing.assert_array_equal(found["velocity_mm_yr"], points["velocity_mm_yr"])
    np.testing.assert_array_equal(found["z"], scores["z"])
    np.testing.assert_array_equal(found["q"], scores["q"])
    assert found["z"].isna().any() == scores["z"].isna().any()


def test_columns_carry_meaning_and_unit(area: Path) -> None:
    with sqlite3.connect(area / "hotspots.gpkg") as connection:
        rows = connection.execute(
            "SELECT table_name, column_name, title, description FROM gpkg_data_columns"
        ).fetchall()
        styles = connection.execute("SELECT f_table_name FROM layer_styles").fetchall()
    assert {row[0] for row in rows} == set(TRACKS) == {name for (name,) in styles}
    titles = {row[1]: row[2] for row in rows}
    assert titles["velocity_mm_yr"] == "Velocity (mm/yr)"
    assert all(description for *_, description in rows)


def test_same_bytes_twice_and_valid_without_points(area: Path, tmp_path: Path) -> None:
    again = write_hotspots(area, target_path=str(tmp_path / "again.gpkg"))
    assert (tmp_path / "again.gpkg").read_bytes() == again.read_bytes()
    empty = write_area(tmp_path / "empty", 0)
    assert gpd.read_file(write_hotspots(empty), layer=TRACKS[0]).empty
