"""Tables with a geometry: GeoParquet, vector files, geodatabases, zip archives."""

import json
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from points_faults import refusal
from points_files import COUNT, CRS, NAMES, places, table_text, write
from points_tables import assert_is_the_table, read


@pytest.fixture
def frame(tmp_path):
    """The table with its places as geometry alone."""
    table = pd.read_csv(write(tmp_path, "sound.csv", table_text()))
    table = table.rename(columns={name: f"D{name}" for name in NAMES})
    return gpd.GeoDataFrame(
        table.drop(columns=["lon", "lat"]), geometry=gpd.points_from_xy(*places()), crs=CRS
    )


def write_vector(frame, path, **options) -> None:
    driver = "OpenFileGDB" if path.suffix == ".gdb" else None
    frame.to_file(path, driver=driver, **options)


def multipoints(frame):
    return frame.set_geometry([shapely.MultiPoint([point]) for point in frame.geometry], crs=CRS)


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("kind", ["point", "multipoint"])
def test_geoparquet_of_any_encoding(tmp_path, frame, encoding, kind):
    shaped = frame if kind == "point" else multipoints(frame)
    path = tmp_path / "a.parquet"
    shaped.to_parquet(path, geometry_encoding=encoding, schema_version="1.1.0")
    assert_is_the_table(read(path))


def test_geoparquet_with_interleaved_coordinates(tmp_path, frame):
    x_m, y_m = places()
    flat = pa.array(np.column_stack([x_m, y_m]).ravel())
    interleaved = pa.FixedSizeListArray.from_arrays(flat, 2)
    table = pa.Table.from_pandas(frame.drop(columns="geometry"), preserve_index=False)
    metadata = {
        "ARROW:extension:name": "geoarrow.point",
        "ARROW:extension:metadata": json.dumps({"crs": CRS}),
    }
    field = pa.field("shape", interleaved.type, metadata=metadata)
    pq.write_table(table.append_column(field, interleaved), tmp_path / "a.parquet")
    assert_is_the_table(read(tmp_path / "a.parquet"))


def test_geoparquet_of_no_known_crs_is_in_that_of_the_study_area(tmp_path, frame):
    frame.set_crs(None, allow_override=True).to_parquet(tmp_path / "a.parquet")
    assert_is_the_table(read(tmp_path / "a.parquet"))


def test_geoparquet_that_holds_no_points_or_nonsense(tmp_path, frame):
    lines = frame.set_geometry(
        [shapely.LineString([point, (0, 0)]) for point in frame.geometry], crs=CRS
    )
    for encoding, problem in (
        ("WKB", "not all geometries are points"),
        ("geoarrow", "'linestring'"),
    ):
        lines.to_parquet(tmp_path / "a.parquet", geometry_encoding=encoding, schema_version="1.1.0")
        assert problem in str(refusal(str(tmp_path / "a.parquet"), "table"))
    table = pq.read_table(tmp_path / "a.parquet")
    for geo in ("{", "{}", '{"primary_column": "x", "columns": {}}', "[1]"):
        pq.write_table(table.replace_schema_metadata({"geo": geo}), tmp_path / "b.parquet")
        assert "is damaged" in str(refusal(str(tmp_path / "b.parquet"), "table"))


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".gdb", ".fgb", ".geojson"])
@pytest.mark.parametrize("kind", ["point", "multipoint"])
def test_vector_files(tmp_path, frame, suffix, kind):
    shaped = frame if kind == "point" else multipoints(frame)
    short = {"velocity_mm_yr": "vel", "coherence": "coh", "height_m": "hgt"}
    path = tmp_path / f"a{suffix}"
    shaped = shaped.rename(columns=short)
    write_vector(shaped.to_crs(4326) if suffix == ".geojson" else shaped, path)
    assert_is_the_table(read(path, columns=short))


def test_multipoints_of_several_points_are_refused(tmp_path, frame):
    several = multipoints(frame)
    several.loc[3, "geometry"] = shapely.MultiPoint([(700100, 3960100), (700200, 3960200)])
    several.to_file(tmp_path / "a.gpkg")
    error = refusal(str(tmp_path / "a.gpkg"), "table")
    assert "1 geometries are MultiPoints of several points" in error.problem
    assert "Split" in error.remedy


@pytest.mark.parametrize("suffix", [".gpkg", ".gdb"])
def test_one_of_several_layers(tmp_path, frame, suffix):
    path = tmp_path / f"a{suffix}"
    write_vector(frame, path, layer="descending")
    write_vector(frame.iloc[:3], path, layer="ascending")
    assert_is_the_table(read(path, layer="descending"))
    error = refusal(str(path), "table")
    assert error.place == "tracks.layer"
    assert "ascending" in error.problem
    assert "'x' not in" in str(refusal(str(path), "table", layer="x"))


@pytest.mark.parametrize("inside", ["shapefile", "csv", "gpkg"])
def test_zipped_tables(tmp_path, frame, inside):
    short = {"velocity_mm_yr": "vel"}
    if inside == "csv":
        files = [tmp_path / "sound.csv"]
    else:
        frame.rename(columns=short).to_file(
            tmp_path / ("b.shp" if inside == "shapefile" else "b.gpkg")
        )
        files = sorted(tmp_path.glob("b.*"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in files:
            archive.write(file, f"delivery/{file.name}")
    options = {} if inside == "csv" else {"columns": short}
    assert_is_the_table(read(tmp_path / "a.zip", **options))


def test_a_shapefile_whose_text_is_in_an_undeclared_encoding(tmp_path, frame):
    named = frame.assign(point_id=[f"点{row}" for row in range(COUNT)])
    named.rename(columns={"velocity_mm_yr": "vel"}).to_file(tmp_path / "a.shp", encoding="GB18030")
    (tmp_path / "a.cpg").unlink()
    points, _, _ = read(tmp_path / "a.shp", columns={"velocity_mm_yr": "vel"}, encoding="GB18030")
    assert set(points["point_id"]) == set(named["point_id"])


def test_folders_that_are_no_geodatabase_are_refused(tmp_path):
    (tmp_path / "a.shp").mkdir()
    assert "no such file" in str(refusal(str(tmp_path / "a.shp"), "table"))
