"""Examples for catalogues and services: they open, and what they name is there."""

import json
import subprocess
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest

from export_catalogue import export_catalogue
from hotslope.learning.columns import OTHER
from hotslope.maps.catalogue_examples import HAZARD_LAYER
from maps_area import BOUNDS, CRS, TRACKS, write_area
from peers import peer_python

NAME = "贵德 <b>&"
#: Loads an item and validates it by the schemas that pystac brings; extensions' are on the web.
VALIDATE = """
import sys, pystac
item = pystac.Item.from_file(sys.argv[1])
item.stac_extensions = []
item.set_self_href(None)
item.validate()
print(item.id, len(item.assets), item.common_metadata.start_datetime.date())
"""


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    results = tmp_path_factory.mktemp("run") / "results"
    maps = results / "maps"
    maps.mkdir(parents=True)
    write_area(maps, 200)
    (maps / "coverage.tif").touch()
    (maps / "map.png").touch()
    export_catalogue(
        landslides_path=str(maps / "landslides.gpkg"),
        coverage_path=str(maps / "coverage.tif"),
        picture_path=str(maps / "map.png"),
        points_paths=[str(maps / f"{track}.parquet") for track in TRACKS],
        hazard_path=str(results / "exports" / "hazard_areas.gpkg"),
        item_path=str(results / "exports" / "stac_item.json"),
        service_path=str(results / "exports" / "pygeoapi.json"),
        study_area_name=NAME,
        bounds_m=BOUNDS,
        crs=CRS,
    )
    return results / "exports"


def test_hazard_areas_are_the_candidates_that_may_be_landslides(exports: Path) -> None:
    every = gpd.read_file(exports.parent / "maps" / "landslides.gpkg", layer="potential_landslides")
    areas = gpd.read_file(exports / "hazard_areas.gpkg", layer=HAZARD_LAYER)
    expected = every[every["class"] != OTHER]
    assert 0 < len(expected) < len(every)
    assert list(areas["inspireId_localId"]) == list(expected["candidate_id"])
    assert set(areas["inspireId_namespace"]) == {NAME}
    assert set(areas["validityPeriod_beginPosition"]) == {"2020-01-03"}
    assert set(areas["validityPeriod_endPosition"]) == {"2020-01-27"}
    assert areas["typeOfHazard_hazardCategory"].str.endswith("Value/landslide").all()
    assert areas.geometry.geom_equals(expected.geometry.reset_index(drop=True)).all()


def test_what_the_item_names_is_there(exports: Path) -> None:
    item = json.loads((exports / "stac_item.json").read_text(encoding="utf-8"))
    for asset in item["assets"].values():
        assert (exports / asset["href"]).is_file(), asset
    west, south, east, north = item["bbox"]
    assert 101.0 < west < east < 101.2
    assert 35.9 < south < north < 36.0
    assert item["properties"]["proj:code"] == CRS
    assert str(exports.parent) not in json.dumps(item)


def test_pystac_finds_the_item_in_order(exports: Path) -> None:
    command = [peer_python("pystac"), "-c", VALIDATE, str(exports / "stac_item.json")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split()[-2:] == ["4", "2020-01-03"]


def test_the_service_names_a_layer_with_its_identifiers(exports: Path) -> None:
    """By structure: pygeoapi is too large to install for a test."""
    service = json.loads((exports / "pygeoapi.json").read_text(encoding="utf-8"))
    assert {"server", "logging", "metadata", "resources"} <= set(service)
    for part in ("identification", "license", "provider", "contact"):
        assert service["metadata"][part]
    ((name, resource),) = service["resources"].items()
    (provider,) = resource["providers"]
    info = pyogrio.read_info(exports.parent / provider["data"], layer=provider["table"])
    assert provider["id_field"] in info["fields"]
    assert provider["storage_crs"].endswith("/EPSG/0/32647")
    assert name == provider["table"]
    assert resource["extents"]["spatial"]["crs"].endswith("CRS84")
