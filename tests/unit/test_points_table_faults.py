"""Faults of a table's lines, columns and values, each refused with its place and a remedy."""

import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_faults import in_line
from points_files import BOUNDS_M, COUNT, CRS, EPOCHS, NAMES, table_text, write


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
    "a number to Python alone": (
        in_line(table_text(), 8, "0.85", "0.8_5"),
        {},
        ["line 8", "column coherence", "'0.8_5'"],
    ),
    "unknown CRS": (table_text(), {"coordinates_crs": "EPSG:9"}, ["coordinates_crs", "'EPSG:9'"]),
    "only a header, unended": (table_text().splitlines()[0], {}, ["no points"]),
    "number for no displacement": (
        in_line(table_text(), 5, table_text().splitlines()[4].split(",")[-1], "-9999"),
        {},
        [f"column {NAMES[-1]}", "-9999", "empty"],
    ),
    "line too short": (
        "\n".join([*table_text().splitlines()[:-1], "P39,101.0"]),
        {},
        [f"line {COUNT + 1}", "2 values where 18 columns"],
    ),
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
    "faster than phase": (
        in_line(table_text(), 9, table_text().splitlines()[8].split(",")[4], "1e6"),
        {},
        ["point P7", "velocity_mm_yr", "1e+06 mm/yr", "1 such points", "missing_values"],
    ),
    "fill value of NetCDF": (
        in_line(table_text(), 9, table_text().splitlines()[8].split(",")[4], "9.96921e36"),
        {},
        ["point P7", "velocity_mm_yr", "9.96921e+36 mm/yr", "missing_values"],
    ),
    "fill value of float32": (
        in_line(table_text(), 9, table_text().splitlines()[8].split(",")[-1], "-3.4028e38"),
        {},
        ["point P7", f"epoch {EPOCHS[-1]}", "-3.4028e+38 mm", "missing_values"],
    ),
    "impossible displacement": (
        in_line(table_text(), 9, table_text().splitlines()[8].split(",")[-1], "1e6"),
        {},
        ["point P7", f"epoch {EPOCHS[-1]}", "1e+06 mm", "missing_values"],
    ),
    "velocity of -999": (
        in_line(table_text(), 9, table_text().splitlines()[8].split(",")[4], "-999"),
        {},
        ["column velocity_mm_yr", "-999 stands for", "missing_values: [-999]"],
    ),
    "displacement of -999": (
        in_line(table_text(), 9, table_text().splitlines()[8].split(",")[-1], "-999.0"),
        {},
        [f"column {NAMES[-1]}", "-999 stands for", "missing_values: [-999]"],
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
        ["contradicts the series: its ratio", "scatters", "correlation", "velocity_from: series"],
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


def test_swapped_degrees_that_both_look_right_are_found_by_the_bounds(tmp_path):
    """Lon 13, lat 38: both orders are on Earth; only the study area tells."""
    text = table_text().splitlines()
    rows = [line.split(",") for line in text]
    for row in rows[1:]:
        row[1:3] = ["38.7", "13.17"]
    path = write(tmp_path, "a.csv", "\n".join(",".join(row) for row in rows))
    with pytest.raises(InputError, match="swapped"):
        read_points(path, "table", crs="EPSG:32633", bounds_m=(330000, 4270000, 350000, 4300000))
