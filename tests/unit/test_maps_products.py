"""The GeoPackage of potential landslides of a tiny area: columns, style, same bytes twice."""

import sqlite3
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

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
    assert list(table.columns[:4]) == [
        "candidate_id", "class", "probability_random_forest", "main_factors",
    ]  # fmt: skip
    assert (table["main_factors"] == "random_forest +0.10").all()
    connection = sqlite3.connect(area / "landslides.gpkg")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    (style,) = connection.execute(
        "SELECT styleQML FROM layer_styles WHERE f_table_name = 'potential_landslides' "
        "AND useAsDefault = 1"
    ).fetchone()
    connection.close()
    assert 'attr="probability_random_forest"' in style
    layers = pyogrio.list_layers(area / "landslides.gpkg")
    assert layers[0][0] == "potential_landslides"
    landslides(area, tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == (area / "landslides.gpkg").read_bytes()
