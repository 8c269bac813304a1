"""Every fault a raw export can have is refused with its place, the value and a remedy."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_files import (
    BOUNDS_M,
    COUNT,
    CRS,
    NAMES,
    egms_text,
    gamma_files,
    gamma_items,
    gamma_table,
    lonlat,
    places,
    table_text,
    write,
    write_zip,
)


def refusal(path, format, **options):
    """The InputError of reading with the study bounds."""
    with pytest.raises(InputError) as caught:
        read_points(path, format, crs=CRS, bounds_m=BOUNDS_M, **options)
    return caught.value


def in_line(text: str, line: int, old: str, new: str) -> str:
    """Replace within one line, counted from 1."""
    lines = text.splitlines()
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    return "\n".join(lines) + "\n"


def rescaled(text: str, column: str, factor: float) -> str:
    """Multiply a column of comma-separated text."""
    lines = [line.split(",") for line in text.splitlines()]
    index = lines[0].index(column)
    for line in lines[1:]:
        line[index] = f"{float(line[index]) * factor:.8g}"
    return "\n".join(",".join(line) for line in lines) + "\n"


def with_series(text: str, factor: float) -> str:
    for name in NAMES:
        text = rescaled(text, name, factor)
    return text


def renamed(old: str, new: str) -> str:
    return in_line(table_text(), 1, old, new)


#: name: (text of the table, options, what the message must say)
TABLE_FAULTS = {
    "not a number": (
        in_line(table_text(), 8, "0.85", "good"),
        {},
        ["line 8", "column coherence", "'good'"],
    ),
    "displacement not a number": (
        in_line(table_text(), 5, table_text().splitlines()[4].split(",")[-1], "1.2.3"),
        {},
        ["line 5", f"column {NAMES[-1]}", "'1.2.3'"],
    ),
    "line too short": (
        "\n".join([*table_text().splitlines()[:-1], "P39,101.0"]),
        {},
        [f"line {COUNT + 1}", "2 values where 18 columns"],
    ),
    "wrong delimiter": (table_text(delimiter=";"), {}, ["semicolon", "delimiter"]),
    "wrong delimiter given": (table_text(), {"delimiter": "\t"}, ["comma", "delimiter"]),
    "only a header": (table_text().splitlines()[0] + "\n", {}, ["no points"]),
    "blank first line": ("\n" + table_text(), {}, ["first line is empty"]),
    "duplicate column": (renamed("height_m", "coherence"), {}, ["'coherence'", "more than once"]),
    "missing latitude": (renamed("lat", "breadth"), {}, ["no column for", "breadth", "columns"]),
    "mapped column missing": (
        table_text(),
        {"columns": {"coherence": "coh"}},
        ["columns.coherence", "'coh'", "height_m"],
    ),
    "unknown mapped column": (
        table_text(),
        {"columns": {"speed": "lon"}},
        ["'speed'", "velocity_mm_yr"],
    ),
    "no epoch": (
        "\n".join(",".join(line.split(",")[:6]) for line in table_text().splitlines()),
        {},
        ["no epoch", "YYYYMMDD"],
    ),
    "seven epochs": (
        "\n".join(",".join(line.split(",")[:13]) for line in table_text().splitlines()),
        {},
        ["7 epochs", "at least 8"],
    ),
    "epoch twice": (
        renamed(NAMES[3], f"D{NAMES[2]}"),
        {},
        [f"column D{NAMES[2]}", "2020-02-21", "twice"],
    ),
    "epochs out of order": (
        renamed(NAMES[3], "20191231"),
        {},
        ["column 20191231", "out of order"],
    ),
    "day month year": (renamed(NAMES[3], "D16032020"), {}, ["16032020", "day, month, year"]),
    "no such date": (renamed(NAMES[3], "20201340"), {}, ["20201340", "no date"]),
    "missing coordinate": (
        in_line(table_text(), 4, table_text().splitlines()[3].split(",")[1], ""),
        {},
        ["line 4", "column lon", "nan"],
    ),
    "infinite coordinate": (
        in_line(table_text(), 4, table_text().splitlines()[3].split(",")[2], "inf"),
        {},
        ["line 4", "column lat", "inf"],
    ),
    "latitude and longitude swapped": (
        in_line(table_text(), 1, "lon,lat", "lat,lon"),
        {},
        ["swapped", "columns.lon"],
    ),
    "metres as degrees": (
        rescaled(rescaled(table_text(), "lon", 5000), "lat", 100000),
        {},
        ["no degrees", "x_m"],
    ),
    "degrees as metres": (
        in_line(table_text(), 1, "lon,lat", "x_m,y_m"),
        {},
        ["look like degrees", "lon and lat"],
    ),
    "outside the bounds": (
        table_text(),
        {"_bounds": (500000.0, 3960000.0, 501000.0, 3961000.0)},
        [f"none of {COUNT} points", "[500000, 3960000, 501000, 3961000]", "cover"],
    ),
    "coherence of 1.2": (
        in_line(table_text(), 9, "0.85", "1.2"),
        {},
        ["point P7", "coherence", "1.2", "0 to 1"],
    ),
    "coherence in per cent": (
        rescaled(table_text(), "coherence", 100),
        {},
        ["85", "divided by 100"],
    ),
    "coherence below 0": (in_line(table_text(), 9, "0.85", "-0.1"), {}, ["-0.1", "0 to 1"]),
    "point twice": (
        in_line(table_text(), 9, "P7", "P3"),
        {},
        ["point P3", "more than once", "unique"],
    ),
    "no identifier": (in_line(table_text(), 9, "P7", ""), {}, ["1 points have no identifier"]),
    "infinite displacement": (
        in_line(table_text(), 9, table_text().splitlines()[8].split(",")[-1], "inf"),
        {},
        ["point P7", "displacement", "infinite"],
    ),
    "missing velocity": (
        in_line(table_text(), 9, table_text().splitlines()[8].split(",")[4], ""),
        {},
        ["point P7", "velocity_mm_yr", "missing", "velocity_from: series"],
    ),
    "velocity in metres": (
        rescaled(table_text(), "velocity_mm_yr", 0.001),
        {},
        ["0.001", "unit", "velocity_unit"],
    ),
    "series in metres": (with_series(table_text(), 0.001), {}, ["unit", "displacement_unit"]),
    "velocity in centimetres": (
        rescaled(table_text(), "velocity_mm_yr", 0.1),
        {},
        ["unit", "velocity_unit"],
    ),
    "all in metres": (
        with_series(rescaled(table_text(), "velocity_mm_yr", 0.001), 0.001),
        {},
        ["stiller than radar", "to m"],
    ),
    "all in millimetres, metres claimed": (
        table_text(),
        {"velocity_unit": "m", "displacement_unit": "m"},
        ["faster than", "to mm"],
    ),
    "opposite sign": (
        rescaled(table_text(), "velocity_mm_yr", -1),
        {},
        ["signs are opposite", "los_sign"],
    ),
    "unrelated velocity": (
        table_text(),
        {"_shuffle": True},
        ["contradicts the series", "velocity_from: series"],
    ),
    "mapping for a table": (table_text(), {"_path": {"a": "b"}}, ["mapping", "a file or a list"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE_FAULTS)
def test_table_fault_is_refused_with_its_place(tmp_path, name):
    text, options, expected = TABLE_FAULTS[name]
    options = dict(options)
    bounds = options.pop("_bounds", BOUNDS_M)
    if options.pop("_shuffle", False):
        frame = pd.read_csv(write(tmp_path, "sound.csv", text))
        frame["velocity_mm_yr"] = np.random.default_rng(0).normal(0, 20, len(frame))
        text = frame.to_csv(index=False)
    path = options.pop("_path", None) or write(tmp_path, "points.csv", text)
    with pytest.raises(InputError) as caught:
        read_points(path, "table", crs=CRS, bounds_m=bounds, **options)
    message = str(caught.value)
    for part in expected:
        assert part in message
    assert caught.value.remedy


def test_the_table_these_faults_spoil_is_sound(tmp_path):
    path = write(tmp_path, "points.csv", table_text())
    points, displacement, dates = read_points(path, "table", crs=CRS, bounds_m=BOUNDS_M)
    assert len(points) == COUNT
    assert displacement.shape == (COUNT, len(NAMES))
    assert [f"{date:%Y%m%d}" for date in dates] == NAMES


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


# --- archives ----------------------------------------------------------------------------------


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


# --- egms --------------------------------------------------------------------------------------


def test_egms_level_3_is_refused(tmp_path):
    header = "pid,easting,northing,height,rmse,mean_velocity,mean_velocity_std,acceleration,"
    path = write(tmp_path, "l3.csv", header + ",".join(NAMES) + "\n")
    error = refusal(path, "egms")
    assert "L3" in error.problem
    assert "L2a or L2b" in error.remedy


def test_egms_without_line_of_sight_is_refused(tmp_path):
    path = write(tmp_path, "no_los.csv", egms_text().replace("los_up", "los_vertical", 1))
    assert "los_up" in refusal(path, "egms").problem


def test_egms_with_a_line_of_sight_that_is_no_unit_vector(tmp_path):
    path = write(tmp_path, "a.csv", in_line(egms_text(), 3, "0.788", "7.88"))
    error = refusal(path, "egms")
    assert "point E1" in error.place
    assert "unit vector" in error.problem


def test_files_of_two_passes_are_not_joined(tmp_path):
    other = egms_text().replace("-0.604", "0.604").replace("\nE", "\nF")
    paths = [write(tmp_path, "a.csv", egms_text()), write(tmp_path, "b.csv", other)]
    assert "mixed" in refusal(paths, "egms").problem


def test_the_same_file_twice(tmp_path):
    path = write(tmp_path, "a.csv", egms_text())
    assert "more than once" in refusal([path, path], "egms").problem


def test_folder_without_tables(tmp_path):
    assert "no zip or csv" in refusal(str(tmp_path), "egms").problem


# --- gamma_ipta --------------------------------------------------------------------------------


def test_gamma_needs_both_files(tmp_path):
    error = refusal(str(tmp_path), "gamma_ipta")
    assert "items" in error.remedy
    files = gamma_files(tmp_path)
    assert "no such file" in refusal({**files, "table": "nowhere.txt"}, "gamma_ipta").problem


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (gamma_items().replace("rate\n", "", 1), "no column for velocity"),
        (gamma_items().replace("easting", "whatever"), "x_m"),
        (gamma_items().replace("col\n", "row\n"), "'row'"),
        (gamma_items() + "20991231\n", "values where 22 columns"),
        (gamma_items().replace(NAMES[4], NAMES[3]), NAMES[3]),
        (gamma_items().replace(NAMES[4], "20190101"), "out of order"),
        ("\n\n", "names no columns"),
    ],
)
def test_items_that_do_not_fit(tmp_path, items, expected):
    assert expected in str(refusal(gamma_files(tmp_path, items), "gamma_ipta"))


def test_gamma_table_with_blanks_instead_of_commas(tmp_path):
    files = gamma_files(tmp_path, table=gamma_table().replace(",", ""))
    assert "blank" in refusal(files, "gamma_ipta").problem


def test_gamma_value_that_is_no_number(tmp_path):
    files = gamma_files(tmp_path, table=in_line(gamma_table(), 6, "0.85", "***"))
    error = refusal(files, "gamma_ipta")
    assert "line 6, column coherence" in error.place
    assert "'***'" in error.problem


def test_gamma_swapped_lon_lat_names_its_option(tmp_path):
    lon, lat = lonlat()
    items = gamma_items().replace("easting\nnorthing", "lat\nlon")
    files = gamma_files(tmp_path, items, gamma_table(lon, lat))
    assert "swap_coordinates: true" in refusal(files, "gamma_ipta").remedy
    points, _, _ = read_points(
        files, "gamma_ipta", crs=CRS, bounds_m=BOUNDS_M, swap_coordinates=True
    )
    np.testing.assert_allclose(points["lon"], lon, atol=1e-6)


def test_swapped_degrees_that_both_look_right_are_found_by_the_bounds(tmp_path):
    """Lon 13, lat 38: both orders are on Earth; only the study area tells."""
    text = table_text().splitlines()
    rows = [line.split(",") for line in text]
    for row in rows[1:]:
        row[1:3] = ["38.7", "13.17"]
    path = write(tmp_path, "a.csv", "\n".join(",".join(row) for row in rows))
    with pytest.raises(InputError, match="swapped"):
        read_points(path, "table", crs="EPSG:32633", bounds_m=(330000, 4270000, 350000, 4300000))


def test_coordinates_outside_the_area_of_use(tmp_path):
    x_m, y_m = places()
    files = gamma_files(tmp_path, table=gamma_table(y_m, x_m))
    assert "area of use" in refusal(files, "gamma_ipta").problem


def test_geographic_crs_where_metres_are_needed(tmp_path):
    files = gamma_files(tmp_path)
    with pytest.raises(InputError, match="not projected"):
        read_points(files, "gamma_ipta", crs="EPSG:4326")


def test_phase_deviation_read_as_coherence(tmp_path):
    files = gamma_files(tmp_path, table=gamma_table().replace(" 0.85,", " 1.2,"))
    assert "phase_std" in refusal(files, "gamma_ipta").remedy
    points, _, _ = read_points(files, "gamma_ipta", crs=CRS, quality="phase_std")
    np.testing.assert_allclose(points["coherence"], np.exp(-0.72))
