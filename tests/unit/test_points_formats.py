"""The same points through every format: same numbers, units and coordinates."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml

from hotslope.errors import InputError
from hotslope.points.formats import READERS, read_points
from points_files import (
    BOUNDS_M,
    COUNT,
    CRS,
    EPOCHS,
    NAMES,
    egms_text,
    gamma_files,
    gamma_items,
    gamma_table,
    lonlat,
    places,
    series,
    table_text,
    write,
    write_zip,
)

SCHEMA = Path(__file__).parents[2] / "config" / "config.schema.yaml"


def check(points, displacement_mm, dates, tolerance_mm=0.011):
    """The points are those of `points_files`, in order."""
    velocity, displacement = series()
    x_m, y_m = places()
    assert dates == EPOCHS
    assert displacement_mm.dtype == np.float32
    np.testing.assert_allclose(points["velocity_mm_yr"], velocity, atol=tolerance_mm)
    np.testing.assert_allclose(displacement_mm, displacement, atol=tolerance_mm)
    np.testing.assert_allclose(points["x_m"], x_m, atol=0.02)
    np.testing.assert_allclose(points["y_m"], y_m, atol=0.02)
    assert points["point_id"].is_unique


def as_frame() -> gpd.GeoDataFrame:
    velocity, displacement = series()
    frame = pd.DataFrame({"CODE": [f"A{i}" for i in range(COUNT)], "VEL": velocity / 10})
    for index, name in enumerate(NAMES):
        frame[f"D{name}"] = displacement[:, index] / 10
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(*places()), crs=CRS)


CENTIMETRES = {
    "columns": {"point_id": "CODE", "velocity_mm_yr": "VEL"},
    "velocity_unit": "cm",
    "displacement_unit": "cm",
}


def test_every_format_is_registered():
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    track = schema["properties"]["tracks"]["additionalProperties"]
    # Points are made of unwrapped interferograms first, as a table that is read like any other.
    assert set(READERS) | {"unwrapped"} == set(track["properties"]["format"]["enum"])


@pytest.mark.parametrize("release", ["old", "new"])
def test_egms_of_either_release(tmp_path, release):
    path = write(tmp_path, "a.csv", egms_text(release))
    points, displacement, dates = read_points(path, "egms", crs=CRS, bounds_m=BOUNDS_M)
    check(points, displacement, dates)
    assert points["height_m"].eq(2000.1).all()
    assert points["los_east"].eq(-0.604).all()
    assert points["incidence_deg"].eq(38.0).all()
    assert points["coherence"].eq(0.9).all()


def test_egms_zip_folder_and_list_are_joined(tmp_path):
    second = egms_text().replace("\nE", "\nF")
    (tmp_path / "folder").mkdir()
    beside = {"a.xml": "<x/>", "__MACOSX/._a.csv": "\x00\x05\x16\x07"}
    write_zip(tmp_path / "folder", "a.zip", {"a.csv": egms_text(), **beside})
    write(tmp_path / "folder", "b.csv", second)
    joined, displacement, _ = read_points(str(tmp_path / "folder"), "egms")
    assert len(joined) == len(displacement) == 2 * COUNT
    files = [str(tmp_path / "folder" / name) for name in ("a.zip", "b.csv")]
    again, _, _ = read_points(files, "egms")
    pd.testing.assert_frame_equal(joined, again)


def test_files_of_other_dates_are_joined_with_gaps(tmp_path):
    shifted = egms_text().replace("\nE", "\nF").replace(NAMES[-1], "20211231")
    paths = [write(tmp_path, "a.csv", egms_text()), write(tmp_path, "b.csv", shifted)]
    _, displacement, dates = read_points(paths, "egms", velocity_from="series")
    assert len(dates) == len(EPOCHS) + 1
    assert np.isnan(displacement[:COUNT, -1]).all()
    assert np.isnan(displacement[COUNT:, -2]).all()
    assert np.isnan(displacement).sum() == 2 * COUNT


def test_gamma_with_projected_coordinates(tmp_path):
    points, displacement, dates = read_points(gamma_files(tmp_path), "gamma_ipta", crs=CRS)
    check(points, displacement, dates)
    np.testing.assert_allclose(points["velocity_std_mm_yr"], 0.5)
    np.testing.assert_allclose(points["lon"], lonlat()[0], atol=1e-7)


@pytest.mark.parametrize(
    "items",
    [
        gamma_items().upper(),
        "".join(f"{n} {name}\n" for n, name in enumerate(gamma_items().split(), 1)),
        "".join(f"Column {n}: {name}\n" for n, name in enumerate(gamma_items().split(), 1)),
        ",".join(gamma_items().split()) + "\n",
        gamma_items()
        .replace("rate\n", "deformation rate (m/yr)\n", 1)
        .replace("height", "hgt [m]"),
        gamma_items().replace("coherence", "quality").replace("pt\n", "pt#\n"),
        "".join(
            f"displacement {n[:4]}-{n[4:6]}-{n[6:]} (m)\n" if n in NAMES else f"{n}\n"
            for n in gamma_items().split()
        ),
        "".join(f"_{n}\n" if n in NAMES else f"{n}\n" for n in gamma_items().split()),
    ],
    ids=["upper", "numbered", "column", "one line", "units", "aliases", "dates", "underscores"],
)
def test_items_in_other_hands(tmp_path, items):
    check(*read_points(gamma_files(tmp_path, items), "gamma_ipta", crs=CRS))


def test_gamma_lines_that_end_in_a_comma(tmp_path):
    table = gamma_table().replace("\n", ",\n")
    check(*read_points(gamma_files(tmp_path, table=table), "gamma_ipta", crs=CRS))


def test_gamma_columns_padded_with_blanks(tmp_path):
    table = "".join(f"   {line.replace(',', ' ,  ')}\n" for line in gamma_table().splitlines())
    points, displacement, dates = read_points(
        gamma_files(tmp_path, table=table), "gamma_ipta", crs=CRS
    )
    check(points, displacement, dates)
    assert points["point_id"].iloc[0] == "1"


@pytest.mark.parametrize("missing", ["", "NaN", "NA"])
def test_gamma_missing_values_between_blanks(tmp_path, missing):
    lines = [line.split(",") for line in gamma_table().splitlines()]
    lines[1][-1] = missing
    padded = "".join(" , ".join(value.rjust(12) for value in line) + "\n" for line in lines)
    _, displacement, _ = read_points(gamma_files(tmp_path, table=padded), "gamma_ipta", crs=CRS)
    assert np.isnan(displacement).sum() == 1
    assert np.isnan(displacement[1, -1])


def test_gamma_coordinates_in_another_crs(tmp_path):
    from pyproj import Transformer

    x, y = Transformer.from_crs(CRS, "EPSG:3857", always_xy=True).transform(*places())
    files = gamma_files(tmp_path, table=gamma_table(x, y))
    check(*read_points(files, "gamma_ipta", crs=CRS, coordinates_crs="EPSG:3857"))


def test_table_as_text_with_another_delimiter(tmp_path):
    path = write(tmp_path, "a.txt", table_text(delimiter=";"))
    check(*read_points(path, "table", crs=CRS, delimiter=";"))


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.parquet"])
def test_table_with_geometry_and_units(tmp_path, name):
    frame = as_frame()
    path = tmp_path / name
    frame.to_parquet(path) if name == "a.parquet" else frame.to_file(path)
    check(*read_points(str(path), "table", crs=CRS, **CENTIMETRES))
    degrees = frame.to_crs("EPSG:4326")
    path = tmp_path / f"lonlat_{name}"
    degrees.to_parquet(path) if name == "a.parquet" else degrees.to_file(path)
    check(*read_points(str(path), "table", crs=CRS, **CENTIMETRES))


def test_shapefile_without_its_crs(tmp_path):
    as_frame().to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    options = {**CENTIMETRES, "coordinates_crs": CRS}
    check(*read_points(str(tmp_path / "a.shp"), "table", crs=CRS, **options))
    with pytest.raises(InputError, match="no CRS"):
        read_points(str(tmp_path / "a.shp"), "table", crs=CRS, **CENTIMETRES)


def test_table_as_plain_parquet(tmp_path):
    frame = pd.DataFrame(as_frame().drop(columns="geometry"))
    frame["E"], frame["N"] = places()
    frame.to_parquet(tmp_path / "a.parquet")
    columns = {**CENTIMETRES["columns"], "x_m": "E", "y_m": "N"}
    options = {**CENTIMETRES, "columns": columns}
    check(*read_points(str(tmp_path / "a.parquet"), "table", crs=CRS, **options))


def test_points_without_identifier_are_named_by_row(tmp_path):
    frame = as_frame().rename(columns={"VEL": "velocity_mm_yr"}).drop(columns="CODE")
    frame.to_parquet(tmp_path / "track.parquet")
    options = {"velocity_unit": "cm", "displacement_unit": "cm"}
    points, _, _ = read_points(str(tmp_path / "track.parquet"), "table", crs=CRS, **options)
    assert points["point_id"].tolist() == [f"track:{row}" for row in range(1, COUNT + 1)]


def test_velocity_from_series_is_the_regression(tmp_path):
    path = write(tmp_path, "a.csv", table_text())
    points, displacement, dates = read_points(path, "table", velocity_from="series")
    years = [(date - dates[0]).days / 365.25 for date in dates]
    slope = np.polyfit(years, displacement.T.astype(float), 1)[0]
    np.testing.assert_allclose(points["velocity_mm_yr"], slope, rtol=1e-6)
    assert points.attrs["velocity_from"] == "series"


def test_bounds_clip_exactly(tmp_path):
    path = write(tmp_path, "a.csv", table_text())
    x_m, y_m = places()
    bounds = (700200.0, 3960100.0, 700800.0, 3960700.0)
    points, displacement, _ = read_points(path, "table", crs=CRS, bounds_m=bounds)
    inside = (x_m >= 700200) & (x_m <= 700800) & (y_m >= 3960100) & (y_m <= 3960700)
    assert 0 < inside.sum() < COUNT
    assert points["point_id"].tolist() == [f"P{row}" for row in np.flatnonzero(inside)]
    assert len(displacement) == inside.sum()
    assert points.attrs["read"] == COUNT


def test_missing_displacements_stay_missing(tmp_path):
    lines = table_text().splitlines()
    lines[3] = ",".join([*lines[3].split(",")[:-1], ""])
    points, displacement, _ = read_points(write(tmp_path, "a.csv", "\n".join(lines)), "table")
    assert np.isnan(displacement[2, -1])
    assert np.isnan(displacement).sum() == 1
    assert points["velocity_mm_yr"].notna().all()


def test_egms_as_parquet_beside_csv(tmp_path):
    frame = pd.read_csv(write(tmp_path, "a.csv", egms_text("new")))
    frame.to_parquet(tmp_path / "b.parquet")
    read, displacement, dates = read_points(
        str(tmp_path / "b.parquet"), "egms", crs=CRS, bounds_m=BOUNDS_M
    )
    check(read, displacement, dates)
    text, series_of_text, _ = read_points(
        str(tmp_path / "a.csv"), "egms", crs=CRS, bounds_m=BOUNDS_M
    )
    pd.testing.assert_frame_equal(read, text)
    np.testing.assert_array_equal(displacement, series_of_text)
    with pytest.raises(InputError, match="no readable Parquet"):
        read_points(write(tmp_path, "c.parquet", b"PAR1 and no more"), "egms")
