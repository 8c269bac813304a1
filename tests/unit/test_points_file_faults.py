"""Faults of files, before a column is read: absent, empty, no text, and broken or evil zips."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from points_faults import refusal
from points_files import egms_text, gamma_files, table_text, write, write_zip


def test_text_that_is_not_utf8_names_line_and_byte(tmp_path):
    spoilt = table_text().replace("P7", "Pé").encode("latin-1")
    error = refusal(write(tmp_path, "points.csv", spoilt), "table")
    assert "line 9" in error.place
    assert "0xe9" in error.problem


@pytest.mark.parametrize("format", ["table", "egms"])
def test_missing_and_empty_files_are_refused(tmp_path, format):
    missing = refusal(str(tmp_path / "no.csv"), format)
    assert "no.csv" in missing.place
    assert "no such file" in missing.problem
    empty = refusal(write(tmp_path, "empty.csv", ""), format)
    assert "empty.csv" in empty.place
    assert "empty" in empty.problem


def test_unknown_format_and_suffix_are_refused(tmp_path):
    assert "gamma_ipta" in refusal("x", "gamma").remedy
    assert "'.xls'" in refusal(write(tmp_path, "points.xls", "x"), "table").problem


def points_frame(repeats: int = 1) -> gpd.GeoDataFrame:
    """The points of `table_text`, several times over, with their coordinates as geometry."""
    once = pd.read_csv(io.StringIO(table_text()))
    frame = pd.concat([once] * repeats, ignore_index=True)
    frame["point_id"] = [f"P{row}" for row in range(len(frame))]
    places = gpd.points_from_xy(frame.pop("lon"), frame.pop("lat"), crs="EPSG:4326")
    return gpd.GeoDataFrame(frame, geometry=places)


def test_a_shapefile_whose_table_is_cut_short_is_no_smaller_track(tmp_path):
    frame = points_frame().drop(columns=["velocity_mm_yr"])
    epochs = {name: f"D{name}" for name in frame if name.isdigit()}
    path = tmp_path / "points.shp"
    frame.rename(columns=epochs)[["point_id", *epochs.values(), "geometry"]].to_file(path)
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    error = refusal(str(path), "table")
    assert "points.shp" in error.place
    assert f"of its {len(frame)} points" in error.problem


def test_a_geopackage_with_a_damaged_page_is_no_smaller_track(tmp_path):
    path = tmp_path / "points.gpkg"
    points_frame(40).to_file(path)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 8192] = np.random.default_rng(1).bytes(8192)
    path.write_bytes(content)
    error = refusal(str(path), "table")
    assert "points.gpkg" in error.place
    assert "damaged" in error.problem


def test_damaged_parquet(tmp_path):
    path = tmp_path / "points.parquet"
    points_frame(40).drop(columns="geometry").assign(x_m=1.0, y_m=2.0).to_parquet(path)
    content = bytearray(path.read_bytes())
    content[200:600] = np.random.default_rng(1).bytes(400)
    error = refusal(write(tmp_path, "points.parquet", bytes(content)), "table")
    assert "points.parquet" in error.place
    assert "damaged" in error.problem


@pytest.mark.parametrize("place", [shapely.Point(), None])
def test_points_without_a_place_are_counted(tmp_path, place):
    frame = points_frame()
    frame.loc[[3, 5], "geometry"] = place
    frame.to_file(tmp_path / "points.gpkg")
    error = refusal(str(tmp_path / "points.gpkg"), "table")
    assert "2 geometries are empty" in error.problem


def test_a_table_without_geometry_needs_coordinates(tmp_path):
    path = tmp_path / "points.gpkg"
    pyogrio.write_dataframe(pd.DataFrame(points_frame().drop(columns="geometry")), path)
    assert "no column for lon" in refusal(str(path), "table").problem


def test_packed_text_is_named(tmp_path):
    packed = write(tmp_path, "points.csv", gzip.compress(table_text().encode()))
    assert "packed (gzip)" in refusal(packed, "table").problem
    files = gamma_files(tmp_path)
    Path(files["table"]).write_bytes(gzip.compress(Path(files["table"]).read_bytes()))
    assert "packed (gzip)" in refusal(files, "gamma_ipta").problem


def test_lines_that_end_in_carriage_returns_alone(tmp_path):
    text = write(tmp_path, "points.csv", table_text().replace("\n", "\r").encode())
    assert "carriage return" in refusal(text, "table").problem
    files = gamma_files(tmp_path)
    content = Path(files["table"]).read_bytes().replace(b"\n", b"\r")
    Path(files["table"]).write_bytes(content)
    assert "carriage return" in refusal(files, "gamma_ipta").problem


def test_truncated_zip(tmp_path):
    whole = write_zip(tmp_path, "whole.zip", {"a.csv": egms_text()})
    cut = write(tmp_path, "cut.zip", Path(whole).read_bytes()[:-200])
    error = refusal(cut, "egms")
    assert "cut.zip" in error.place
    assert "truncated" in error.problem


def test_zip_with_damaged_content(tmp_path):
    path = write_zip(tmp_path, "damaged.zip", {"a.csv": egms_text()})
    content = bytearray(Path(path).read_bytes())
    content[len(content) // 2] ^= 0xFF
    error = refusal(write(tmp_path, "damaged.zip", bytes(content)), "egms")
    assert "damaged.zip/a.csv" in error.place
    assert "damaged" in error.problem


@pytest.mark.parametrize(
    "member", ["../a.csv", "/etc/a.csv", "x/../../a.csv", "..\\a.csv", "C:\\a.csv"]
)
def test_zip_whose_path_climbs_out(tmp_path, member):
    path = write_zip(tmp_path, "evil.zip", {member: egms_text()})
    error = refusal(path, "egms")
    assert "climbs out" in error.problem
    assert not (tmp_path.parent / "a.csv").exists()


def test_csv_bomb(tmp_path):
    bomb = egms_text().splitlines()[0] + "\n" + "0" * 20_000_000
    error = refusal(write_zip(tmp_path, "bomb.zip", {"a.csv": bomb}), "egms")
    assert "bomb.zip/a.csv" in error.place
    assert "times its size" in error.problem


def test_size_that_lies_yields_no_more_than_declared(tmp_path):
    """A member that declares less than it unpacks to is cut there and fails its checksum."""
    path = write_zip(tmp_path, "liar.zip", {"a.csv": egms_text()})
    content = bytearray(Path(path).read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("a.csv").file_size
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.index(signature) + offset
        assert struct.unpack_from("<I", content, start)[0] == size
        struct.pack_into("<I", content, start, 2000)
    assert "damaged" in refusal(write(tmp_path, "liar.zip", bytes(content)), "egms").problem


def test_encrypted_and_foreign_zip(tmp_path):
    path = write_zip(tmp_path, "locked.zip", {"a.csv": egms_text()})
    content = bytearray(Path(path).read_bytes())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.index(signature) + offset] |= 1
    assert "encrypted" in refusal(write(tmp_path, "locked.zip", bytes(content)), "egms").problem
    assert "no .csv" in refusal(write_zip(tmp_path, "b.zip", {"b.txt": "x"}), "egms").problem
