"""Tables as other programs write them: delimiters, decimal marks, dates, encodings, containers."""

import io
import json
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from hotslope.errors import InputError
from hotslope.points.acquisitions import find_epochs
from hotslope.points.formats import read_points
from points_faults import refusal
from points_files import BOUNDS_M, COUNT, CRS, EPOCHS, NAMES, places, series, table_text, write


def read(path, **options):
    return read_points(str(path), "table", crs=CRS, bounds_m=BOUNDS_M, **options)


def with_names(names: list[str], delimiter: str = ",") -> str:
    text = table_text(delimiter=delimiter)
    first, rest = text.split("\n", 1)
    for old, new in zip(NAMES, names, strict=True):
        first = first.replace(old, new)
    return first + "\n" + rest


def assert_is_the_table(found) -> None:
    """Whatever the container, these are the points of `table_text`."""
    points, displacement, dates = found
    velocity, expected = series()
    x_m, _ = places()
    assert dates == EPOCHS
    order = np.argsort(points["x_m"].to_numpy())
    np.testing.assert_allclose(points["x_m"].to_numpy()[order], np.sort(x_m), atol=0.01)
    truth = np.argsort(x_m)
    np.testing.assert_allclose(
        points["velocity_mm_yr"].to_numpy()[order], velocity[truth], atol=1e-3
    )
    np.testing.assert_allclose(displacement[order], expected[truth], atol=1e-3)


# --- text --------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " ", "   "])
def test_the_delimiter_is_found(tmp_path, delimiter):
    assert_is_the_table(read(write(tmp_path, "a.txt", table_text(delimiter=delimiter))))


@pytest.mark.parametrize("delimiter", [";", "\t", " "])
def test_decimal_commas_are_found(tmp_path, delimiter):
    text = table_text(delimiter=delimiter)
    head, body = text.split("\n", 1)
    path = write(tmp_path, "a.csv", f"{head}\n{body.replace('.', ',')}")
    assert_is_the_table(read(path))
    assert_is_the_table(read(path, decimal=",", delimiter=delimiter))
    message = str(refusal(path, "table", decimal="."))
    assert "line 2" in message
    assert "is no number" in message
    assert "decimal" in message


def test_a_header_marked_as_a_comment_and_aligned_columns(tmp_path):
    rows = [line.split(",") for line in table_text().splitlines()]
    text = "# " + "\n".join("  ".join(f"{value:>12}" for value in row) for row in rows)
    assert_is_the_table(read(write(tmp_path, "a.dat", text + "\n")))


def test_mixed_decimal_marks_are_refused(tmp_path):
    head, body = table_text(delimiter=";").split("\n", 1)
    first, rest = body.split("\n", 1)
    error = refusal(write(tmp_path, "a.csv", f"{head}\n{first.replace('.', ',')}\n{rest}"), "table")
    assert "line 2, column lon" in error.place


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16", "gb18030"])
def test_text_of_another_encoding(tmp_path, encoding):
    name = "Länge" if encoding == "cp1252" else "经度"
    content = table_text().replace("lon", name, 1).encode(encoding)
    options = {} if encoding == "utf-8-sig" else {"encoding": encoding}
    assert_is_the_table(read(write(tmp_path, "a.csv", content), columns={"lon": name}, **options))


def test_encodings_that_cannot_be(tmp_path):
    path = write(tmp_path, "a.csv", table_text().replace("lon", "Länge", 1).encode("cp1252"))
    assert "is not UTF-8" in str(refusal(path, "table", columns={"lon": "Länge"}))
    assert "encoding: 'utf-16' cannot decode" in str(refusal(path, "table", encoding="utf-16"))
    assert "no known encoding" in str(refusal(path, "table", encoding="klingon"))


@pytest.mark.parametrize("where", ["header", "line"])
def test_a_field_longer_than_any_value(tmp_path, where):
    lines = table_text().splitlines()
    number = 0 if where == "header" else 3
    lines[number] = lines[number].replace(",", "," + "x" * 140_000, 1)
    error = refusal(write(tmp_path, "a.csv", "\n".join(lines)), "table")
    assert "cannot be split into values" in error.problem
    assert "a.csv" in error.place


# --- dates -------------------------------------------------------------------------------------

WRITTEN = {
    "plain": "{0:%Y%m%d}",
    "D": "D{0:%Y%m%d}",
    "d_": "d_{0:%Y%m%d}",
    "D_": "D_{0:%Y%m%d}",
    "ISO": "{0:%Y-%m-%d}",
    "slashes": "{0:%Y/%m/%d}",
    "points, of R": "X{0:%Y.%m.%d}",
    "underscores": "disp_{0:%Y_%m_%d}",
    "def_": "def_{0:%Y%m%d}",
    "word": "displacement {0:%Y%m%d}",
    "time": "{0:%Y-%m-%d} 05:45:01",
    "compact time": "{0:%Y%m%d}T054501",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_dates_are_found_as_they_are_written(tmp_path, name):
    names = [WRITTEN[name].format(date) for date in EPOCHS]
    assert_is_the_table(read(write(tmp_path, "a.csv", with_names(names))))


@pytest.mark.parametrize("pattern", ["{0}-{1}-{2}", "{0}{1}{2}", "def_{0}_{1}_{2}"])
def test_months_in_letters(tmp_path, pattern):
    months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    names = [pattern.format(f"{d.day:02d}", months[d.month - 1], d.year) for d in EPOCHS]
    assert_is_the_table(read(write(tmp_path, "a.csv", with_names(names))))


@pytest.mark.parametrize("pattern", ["%d-%m-%Y", "%d/%m/%Y", "D_%m.%d.%Y"])
def test_dates_that_begin_with_the_day_or_month_are_refused(tmp_path, pattern):
    names = [date.strftime(pattern) for date in EPOCHS]
    error = refusal(write(tmp_path, "a.csv", with_names(names)), "table")
    assert f"column {names[0]}" in error.place
    assert "day or the month" in error.problem
    assert "YYYYMMDD" in error.remedy


def test_columns_of_another_quantity_are_not_taken_for_displacement():
    dated = [f"{date:%Y%m%d}" for date in EPOCHS]
    both = [f"def_{date}" for date in dated] + [f"std_{date}" for date in dated]
    with pytest.raises(
        InputError, match=r"def_20200104 … \(12\), std_20200104.*displacement_prefix"
    ):
        find_epochs(both, "a.csv")
    assert list(find_epochs(both, "a.csv", "def_")) == both[:12]
    assert list(find_epochs([*dated, *both[12:]], "a.csv")) == dated
    with pytest.raises(InputError, match="could be the displacements: std_20200104"):
        find_epochs(both[12:], "a.csv")
    with pytest.raises(InputError, match=r"displacement_prefix: no column .*'def_', 'std_'"):
        find_epochs(both, "a.csv", "los_")


def test_pairs_of_dates_are_no_epochs():
    pairs = ["20200104_20200116", "ifg_20200116_20200128", "velocity", "rmse_2020"]
    assert find_epochs(pairs, "a.csv") == {}


# --- containers --------------------------------------------------------------------------------


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


# --- phase -------------------------------------------------------------------------------------

WAVELENGTH_M = 0.0555
TO_MM = -1000 * WAVELENGTH_M / (4 * np.pi)


def phase_text() -> str:
    """The table with displacements as phase, positive away, in radians."""
    table = pd.read_csv(io.StringIO(table_text()))
    table[NAMES] /= TO_MM
    return table.to_csv(index=False)


@pytest.mark.parametrize("velocity_from", ["column", "series"])
def test_phase_in_radians_is_read_and_recognised(tmp_path, velocity_from):
    path = write(tmp_path, "a.csv", phase_text())
    options = {"displacement_unit": "rad", "wavelength_m": WAVELENGTH_M}
    points, displacement, _ = read(path, velocity_from=velocity_from, **options)
    velocity, expected = series()
    np.testing.assert_allclose(displacement, expected, atol=2e-3)
    np.testing.assert_allclose(points["velocity_mm_yr"], velocity, atol=5)
    error = refusal(path, "table", velocity_from=velocity_from)
    assert "-λ/4π of C band" in error.problem
    assert "phase in radians" in error.problem
    assert "displacement_unit: rad" in error.remedy
    assert "0.0555" in error.remedy


def test_phase_of_the_other_sign_and_a_velocity_in_radians(tmp_path):
    table = pd.read_csv(io.StringIO(phase_text()))
    table[NAMES] *= -1
    error = refusal(write(tmp_path, "a.csv", table.to_csv(index=False)), "table")
    assert "λ/4π of C band" in error.problem
    assert "los_sign: -1" in error.remedy
    table = pd.read_csv(io.StringIO(table_text()))
    table["velocity_mm_yr"] /= TO_MM
    error = refusal(write(tmp_path, "a.csv", table.to_csv(index=False)), "table")
    assert "-4π/λ of C band" in error.problem
    assert "radians per year" in error.problem


def test_phase_needs_a_wavelength(tmp_path):
    error = refusal(write(tmp_path, "a.csv", phase_text()), "table", displacement_unit="rad")
    assert error.place == "wavelength_m"
    assert "missing" in error.problem


@pytest.mark.parametrize("factor", [0.001, 0.1, 1000.0])
def test_velocities_of_the_series_do_not_hide_another_unit(tmp_path, factor):
    table = pd.read_csv(io.StringIO(table_text()))
    table[NAMES] *= factor
    path = write(tmp_path, "a.csv", table.to_csv(index=False))
    assert "unit" in str(refusal(path, "table", velocity_from="series"))


def test_velocities_of_the_series_where_the_column_has_the_other_sign(tmp_path):
    table = pd.read_csv(io.StringIO(table_text()))
    table["velocity_mm_yr"] *= -1
    path = write(tmp_path, "a.csv", table.to_csv(index=False))
    points, _, _ = read(path, velocity_from="series")
    assert np.median(points["velocity_mm_yr"][1::2]) == pytest.approx(40, abs=2)
    assert points.attrs["velocity_check"]["median_ratio"] == pytest.approx(-1, abs=0.1)


def test_a_velocity_that_differs_honestly_is_kept(tmp_path):
    """Another reference and a seasonal model: offset and scale of some per cent."""
    table = pd.read_csv(io.StringIO(table_text()))
    honest = table["velocity_mm_yr"] * 0.93 - 2.5
    table["velocity_mm_yr"] = honest
    points, _, _ = read(write(tmp_path, "a.csv", table.to_csv(index=False)))
    np.testing.assert_allclose(points["velocity_mm_yr"], honest, atol=1e-3)


# --- velocities without series -----------------------------------------------------------------


def cut(epochs: int, velocity: bool = True) -> str:
    table = pd.read_csv(io.StringIO(table_text()))
    table = table.drop(columns=NAMES[epochs:])
    return (table if velocity else table.drop(columns="velocity_mm_yr")).to_csv(index=False)


@pytest.mark.parametrize("epochs", [0, 1, 2, 7])
def test_velocities_with_few_epochs_or_none(tmp_path, epochs):
    points, displacement, dates = read(write(tmp_path, "a.csv", cut(epochs)))
    np.testing.assert_allclose(points["velocity_mm_yr"], series()[0], atol=1e-3)
    assert displacement.shape == (COUNT, epochs)
    assert dates == EPOCHS[:epochs]
    (sentence,) = points.attrs["cleaning"].sentences()
    assert sentence.startswith(f"{epochs} epochs")
    assert "only the velocities are used" in sentence


def test_velocities_of_few_epochs_are_those_of_the_series(tmp_path):
    points, _, _ = read(write(tmp_path, "a.csv", cut(5, velocity=False)))
    assert points.attrs["velocity_from"] == "series"
    assert np.median(points["velocity_mm_yr"][1::2]) == pytest.approx(40, abs=10)
    for epochs in (0, 2):
        error = refusal(write(tmp_path, "a.csv", cut(epochs, velocity=False)), "table")
        assert f"no velocity column, and {epochs} epochs" in error.problem
        assert "YYYYMMDD" in error.remedy


def test_masked_cells_without_series_are_left_out(tmp_path):
    table = pd.read_csv(io.StringIO(cut(0)))
    table.loc[table.index % 4 == 0, "velocity_mm_yr"] = 0.0
    points, _, _ = read(write(tmp_path, "a.csv", table.to_csv(index=False)))
    assert len(points) == COUNT * 3 // 4
    assert points.attrs["cleaning"].points_all_zero == COUNT // 4
    table["velocity_mm_yr"] = table["velocity_mm_yr"].round(0)
    points, _, _ = read(write(tmp_path, "b.csv", table.to_csv(index=False)))
    assert len(points) == COUNT
