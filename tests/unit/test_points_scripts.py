"""The two scripts of the points stage on a tiny study area."""

import json

import geopandas as gpd
import geoparquet_validator
import numpy as np
import pandas as pd
import pytest
import shapely

from export_points import export_points
from hotslope.errors import InputError
from hotslope.points.tables import POINTS
from import_points import import_points
from points_files import (
    BOUNDS_M,
    COUNT,
    CRS,
    EPOCHS,
    NAMES,
    egms_text,
    gamma_files,
    gamma_table,
    write,
)


def run(folder, **changes):
    """Import the gamma files of the tiny area; return table path and summary."""
    arguments = {
        "source": changes.pop("source", None) or gamma_files(folder),
        "format": "gamma_ipta",
        "options": {},
        "points_path": str(folder / "track.parquet"),
        "summary_path": str(folder / "track_summary.json"),
        "track": "track",
        "pass_direction": "descending",
        "crs": CRS,
        "bounds_m": list(BOUNDS_M),
        "min_coherence": 0.7,
        "incidence_deg": 39.5,
        "heading_deg": 192.0,
        **changes,
    }
    import_points(**arguments)
    return arguments["points_path"], json.loads((folder / "track_summary.json").read_text())


def test_import_writes_a_geoparquet_that_geopandas_opens(tmp_path):
    path, summary = run(tmp_path)
    frame = gpd.read_parquet(path)
    assert frame.crs.to_epsg() == 32647
    assert len(frame) == summary["points"] == COUNT
    np.testing.assert_array_equal(frame.geometry.x, frame["x_m"])
    np.testing.assert_array_equal(frame.geometry.y, frame["y_m"])
    epochs = [name for name in frame if name.startswith("d_")]
    assert epochs == [f"d_{date:%Y%m%d}" for date in EPOCHS]
    assert (frame[epochs].dtypes == np.float32).all()
    assert len(POINTS.read(path)) == COUNT
    assert list(POINTS.read(path, ["point_id", "x_m"])) == ["point_id", "x_m"]
    # A square kilometre of the map, 200 km from the meridian of its zone.
    assert summary["density_per_km2"] == pytest.approx(COUNT, rel=1e-3)
    assert summary["line_of_sight"] == "config"
    assert summary["velocity_check"]["agrees"] is True


def test_import_gives_the_same_bytes_whatever_the_order_of_the_file(tmp_path):
    first = open_bytes(run(tmp_path)[0])
    assert open_bytes(run(tmp_path)[0]) == first
    files = gamma_files(tmp_path)
    lines = (tmp_path / "disp_tab.txt").read_text().splitlines()
    (tmp_path / "disp_tab.txt").write_text("\n".join(reversed(lines)) + "\n")
    assert open_bytes(run(tmp_path, source=files)[0]) == first


def open_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def test_los_sign_turns_velocity_and_series_but_not_the_line_of_sight(tmp_path):
    plain = gpd.read_parquet(run(tmp_path)[0])
    turned = gpd.read_parquet(run(tmp_path, los_sign=-1)[0])
    np.testing.assert_array_equal(turned["velocity_mm_yr"], -plain["velocity_mm_yr"])
    np.testing.assert_array_equal(turned["d_20200128"], -plain["d_20200128"])
    np.testing.assert_array_equal(turned["los_east"], plain["los_east"])


def test_nothing_left_is_refused_with_what_took_it(tmp_path):
    with pytest.raises(InputError, match=r"points\.min_coherence"):
        run(tmp_path, min_coherence=0.99)
    far = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 9, 9)], crs=CRS)
    far.to_file(tmp_path / "far.gpkg")
    with pytest.raises(InputError, match=r"covers \[0, 0, 9, 9\]"):
        run(tmp_path, boundary=str(tmp_path / "far.gpkg"))
    with pytest.raises(InputError, match=r"heading_deg"):
        run(tmp_path, pass_direction="ascending")


@pytest.mark.parametrize("count", [1, 2])
def test_too_few_points_to_find_anything_are_refused(tmp_path, count):
    table = "".join(f"{line}\n" for line in gamma_table().splitlines()[:count])
    with pytest.raises(InputError, match=rf"{count} points are left of {count}, .*at least 3"):
        run(tmp_path, source=gamma_files(tmp_path, table=table))
    assert not (tmp_path / "track.parquet").exists()


def test_points_of_one_place_are_refused(tmp_path):
    table = gamma_table(np.full(COUNT, 700500.0), np.full(COUNT, 3960500.0))
    with pytest.raises(InputError, match="all 40 points lie at one place"):
        run(tmp_path, source=gamma_files(tmp_path, table=table))


def test_missing_bounds_are_refused_by_their_key(tmp_path):
    with pytest.raises(InputError, match=r"study_area\.bounds_m.*inputs\.json"):
        run(tmp_path, bounds_m=None)


def test_boundary_in_another_crs_masks(tmp_path):
    half = gpd.GeoDataFrame(
        geometry=[shapely.box(700000, 3960000, 700500, 3961000)], crs=CRS
    ).to_crs("EPSG:4326")
    half.to_file(tmp_path / "half.gpkg")
    path, summary = run(tmp_path, boundary=str(tmp_path / "half.gpkg"))
    frame = gpd.read_parquet(path)
    assert 0 < len(frame) < COUNT
    assert (frame["x_m"] <= 700500.1).all()
    assert summary["area_km2"] == pytest.approx(0.5, rel=1e-3)
    assert summary["points_outside_boundary"] == COUNT - len(frame)


def test_velocities_without_series_are_imported_and_told(tmp_path):
    table = pd.read_csv(write(tmp_path, "a.csv", egms_text()))
    few = table.drop(columns=NAMES[5:]).drop(columns=["los_east", "los_north", "los_up"])
    columns = {"point_id": "pid", "lon": "longitude", "lat": "latitude"}
    columns |= {"velocity_mm_yr": "mean_velocity", "coherence": "temporal_coherence"}
    path, summary = run(
        tmp_path,
        source=write(tmp_path, "few.csv", few.to_csv(index=False)),
        format="table",
        options={"columns": columns},
    )
    assert not [name for name in gpd.read_parquet(path) if name.startswith("d_")]
    assert summary["epochs_too_few"] == 5
    assert (summary["epochs"], summary["first_epoch"], summary["span_days"]) == (0, None, None)
    assert summary["velocity_from"] == "column"


def test_the_points_table_is_geoparquet_with_boxes(tmp_path):
    path, _ = run(tmp_path)
    report = geoparquet_validator.check(path)
    for conformance_class in ("core", "covering"):
        assert geoparquet_validator.failed(report, conformance_class) == []
    passed = {each["id"] for each in report["outcomes"] if each["status"] == "pass"}
    assert any("covering" in name for name in passed)
    part = gpd.read_parquet(path, bbox=(700000, 3960000, 700500, 3961000))
    assert 0 < len(part) < COUNT
    assert (part.geometry.x <= 700500.1).all()
    assert "bbox" not in part


def test_the_export_has_the_names_that_viewers_know(tmp_path):
    path, _ = run(tmp_path)
    export = tmp_path / "exports" / "track_insar_explorer.gpkg"
    export_points(points_path=path, export_path=str(export), track="track", crs=CRS)
    first = open_bytes(export)
    points, found = gpd.read_parquet(path), gpd.read_file(export)
    epochs = [f"D{name}" for name in NAMES]
    names = ["CODE", "HEIGHT", "VEL", "V_STDEV", "COHERENCE", *epochs, "geometry"]
    assert list(found) == names
    assert found.crs == points.crs
    assert found["CODE"].tolist() == points["point_id"].tolist()
    np.testing.assert_array_equal(found["VEL"], points["velocity_mm_yr"])
    np.testing.assert_allclose(found[epochs[3]], points[f"d_{NAMES[3]}"])
    assert found.geometry.geom_equals(points.geometry).all()
    export_points(points_path=path, export_path=str(export), track="track", crs=CRS)
    assert open_bytes(export) == first
