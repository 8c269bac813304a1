"""Products for readers at 2,000 candidates and 100,000 points of each track."""

import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from figures_area import candidates, potential
from maps_area import write_area
from qgis_area import qgis_project, write_outlines
from summary_area import page_of, summarise
from web_area import web_map

MANY = 2_000
MB = 1e6


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_area(tmp_path_factory.mktemp("many"), 50 * MANY)
    write_outlines(folder)
    return folder


def test_the_delivery_stays_small(area: Path) -> None:
    assert len(gpd.read_file(area / "landslides.gpkg", layer="potential_landslides")) == MANY
    assert (area / "landslides.gpkg").stat().st_size < 20 * MB


def test_the_web_map_has_all_and_stays_small(area: Path, tmp_path: Path) -> None:
    index = web_map(area, tmp_path)
    files = [path for path in index.parent.rglob("*") if path.is_file()]
    text = "".join(path.read_text(encoding="utf-8") for path in files if path.suffix == ".js")
    assert len(set(re.findall(r"\bPLC\d{4}\b", text))) == MANY
    assert sum(path.stat().st_size for path in files) < 60 * MB


def test_every_candidate_has_its_picture_in_the_project(area: Path, tmp_path: Path) -> None:
    pictures = tmp_path / "series"
    qgis_project(area, tmp_path / "hotslope.qgz", pictures_folder=str(pictures))
    series = pd.read_parquet(area / "series.parquet")
    drawn = sorted(path.stem for path in pictures.iterdir())
    assert drawn == sorted(series["candidate_id"].unique())
    assert len(drawn) > MANY / 2


def test_figures_are_drawn(area: Path, tmp_path: Path) -> None:
    candidates(area, tmp_path, str(area / "elevation.tif"))
    potential(area, tmp_path, str(area / "elevation.tif"))
    assert {path.name for path in tmp_path.glob("*.png")} >= {
        "candidates.png",
        "potential_landslides.png",
    }


def test_the_report_lists_them_all(area: Path) -> None:
    assert f"{MANY:,} candidates on" in summarise(area, ["cnn", "random_forest"])
    page = page_of(area, "candidates")
    assert page.count('href="maps/web/index.html#candidate=') == MANY
