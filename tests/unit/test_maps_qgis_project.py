"""The QGIS project as a file: what it names is there, relative to it, in the same bytes."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from maps_area import TRACKS, landslides, write_area
from qgis_area import qgis_project, write_outlines


@pytest.fixture(scope="module", params=[600, 0], ids=["points", "empty"])
def area(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_area(tmp_path_factory.mktemp("area"), request.param)
    write_outlines(folder)
    return folder


def opened(path: Path) -> ET.Element:
    with zipfile.ZipFile(path) as archive:
        return ET.fromstring(archive.read(f"{path.stem}.qgs"))


def test_every_layer_is_a_file_relative_to_the_project(area: Path) -> None:
    path = qgis_project(area, area / "maps" / "hotslope.qgz")
    root = opened(path)
    layers = root.findall("projectlayers/maplayer")
    assert len(layers) == 3 + 3 * len(TRACKS)
    sources = [layer.findtext("datasource") or "" for layer in layers]
    for source in sources:
        assert source.startswith("./")
        assert (path.parent / source.partition("|")[0]).is_file(), source
    assert root.findtext("properties/Paths/Absolute") == "false"
    tree = root.findall("layer-tree-group//layer-tree-layer")
    assert [node.get("source") for node in tree] == sources
    assert str(area) not in ET.tostring(root, encoding="unicode")


def test_same_bytes_in_another_run(area: Path) -> None:
    one = qgis_project(area, area / "maps" / "hotslope.qgz").read_bytes()
    assert qgis_project(area, area / "maps" / "hotslope.qgz").read_bytes() == one


def test_without_dem_and_models(area: Path) -> None:
    bare = area / "bare.gpkg"
    landslides(area, bare, models=[])
    options = {"landslides_path": str(bare), "elevation_path": None, "models": []}
    path = qgis_project(area, area / "maps" / "bare.qgz", **options)
    names = [layer.findtext("layername") for layer in opened(path).iter("maplayer")]
    assert names[0] == "potential landslides"
    assert "relief" not in names


def test_names_do_not_become_markup_of_the_project(area: Path) -> None:
    name = '<script a="1">&'
    path = qgis_project(area, area / "maps" / "odd.qgz", study_area_name=name)
    assert opened(path).findtext("title") == f"{name}: potential landslides"


def test_every_candidate_has_a_picture_of_its_series(area: Path) -> None:
    old = area / "maps" / "series" / "of_an_earlier_run.svg"
    old.parent.mkdir(parents=True, exist_ok=True)
    old.touch()
    qgis_project(area, area / "maps" / "hotslope.qgz")
    wanted = set(pd.read_parquet(area / "stability.parquet")["candidate_id"])
    pictures = list(old.parent.iterdir())
    assert {path.stem for path in pictures} == wanted
    for path in pictures:
        titles = [text.text for text in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]
        for track in TRACKS:
            assert f"{path.stem}, {track}" in titles
