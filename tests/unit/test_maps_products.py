"""The GeoPackage of potential landslides of a tiny area: columns, style, same bytes twice."""

import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from hotslope.maps.fields import describe_fields
from hotslope.maps.outcome import LANDSLIDE, OTHER
from maps_area import FACTORS, landslides, write_area


@pytest.fixture(scope="module", params=[600, 0], ids=["points", "empty"])
def area(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("points" if request.param else "empty")
    return write_area(folder, request.param)


def test_geopackage_holds_everything_and_its_style(area: Path, tmp_path: Path) -> None:
    table = gpd.read_file(area / "landslides.gpkg", layer="potential_landslides")
    expected = gpd.read_file(area / "candidates.gpkg", layer="candidates")
    assert list(table["candidate_id"]) == list(expected["candidate_id"])
    assert set(expected.columns) | set(FACTORS) | {"label", "kind"} <= set(table.columns)
    forest = pd.read_parquet(area / "random_forest.parquet")
    np.testing.assert_array_equal(table["probability_random_forest"], forest["probability"])
    landslide = (forest["probability"] >= 0.5).map({True: LANDSLIDE, False: OTHER})
    assert list(table["class"]) == list(landslide)
    assert list(table.columns[:10]) == [
        "candidate_id", "tracks", "area_m2", "class", "prediction_set",
        "probability_random_forest", "probability_std_random_forest",
        "probability_calibrated_random_forest", "probability_low_random_forest",
        "probability_high_random_forest",
    ]  # fmt: skip
    assert (table["prediction_set"] == "either").all()
    assert (table["main_factors"] == "random_forest +0.10").all()
    connection = sqlite3.connect(area / "landslides.gpkg")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    (style,) = connection.execute(
        "SELECT styleQML FROM layer_styles WHERE f_table_name = 'potential_landslides' "
        "AND useAsDefault = 1"
    ).fetchone()
    connection.close()
    assert 'attr="probability_random_forest"' in style
    twin = gpd.read_parquet(area / "landslides.parquet")
    assert list(twin.columns) == list(table.columns)
    layers = pyogrio.list_layers(area / "landslides.gpkg")
    assert layers[1][0] == "candidates"
    assert layers[0][0] == "potential_landslides"
    landslides(area, tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == (area / "landslides.gpkg").read_bytes()


def test_every_column_is_described_and_enumerations_hold(area: Path) -> None:
    connection = sqlite3.connect(area / "landslides.gpkg")
    tables = {
        layer: {
            row[1]
            for row in connection.execute(f"PRAGMA table_info({layer})")
            if row[1] not in ("fid", "geom")
        }
        for layer in ("potential_landslides", "candidates")
    }
    rows = connection.execute(
        "SELECT table_name, column_name, title, description, constraint_name FROM gpkg_data_columns"
    ).fetchall()
    for layer, columns in tables.items():
        assert {row[1] for row in rows if row[0] == layer} == columns
    assert all(title and description for _, _, title, description, _ in rows)
    described = {(row[0], row[1]): row[2:] for row in rows}
    assert described["candidates", "area_m2"][:2] == ("Area (m²)", "area, m²")
    allowed = {
        name: {value for (value,) in connection.execute(
            "SELECT value FROM gpkg_data_column_constraints WHERE constraint_name = ?", (name,)
        )}
        for *_, name in rows if name
    }  # fmt: skip
    assert {"class_values", "sign_descending_values", "confidence_values"} <= set(allowed)
    for layer, column, *_, name in rows:
        if name:
            found = {value for (value,) in connection.execute(f"SELECT {column} FROM {layer}")}
            assert found - {None} <= allowed[name]
    extensions = {
        name for (name,) in connection.execute("SELECT extension_name FROM gpkg_extensions")
    }
    assert {"gpkg_schema", "gpkg_metadata"} <= extensions
    (about,) = connection.execute("SELECT metadata FROM gpkg_metadata").fetchone()
    assert "random_forest" in about
    styled = connection.execute("SELECT f_table_name FROM layer_styles WHERE useAsDefault = 1")
    assert {layer for (layer,) in styled} == set(tables)
    connection.close()


def test_a_column_that_no_table_has_is_not_described() -> None:
    with pytest.raises(KeyError, match="unheard_of"):
        describe_fields(["unheard_of"], ["ascending"], [])
