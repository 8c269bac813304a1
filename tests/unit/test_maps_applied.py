"""Candidates to which a model of another area is not applicable: how every map shows them."""

import json
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from matplotlib.figure import Figure

import plot_potential_landslides as figure_script
from draw_sheets import draw_sheets
from figures_area import coverage
from hotslope.maps.style import OUTSIDE
from maps_area import APPLIED, AREA, CRS, STRANGE, TRACKS, apply_elsewhere, series, write_area
from qgis_area import qgis_project, write_outlines
from summary_area import page_of, summarise
from test_maps_qgis_project import opened
from web_area import web_map

OUTSIDE_NUMBER = 1


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three candidates, the second unlike training."""
    folder = write_area(tmp_path_factory.mktemp("area"), 150)
    apply_elsewhere(folder, folder / "landslides.gpkg", [OUTSIDE_NUMBER])
    write_outlines(folder)
    return folder


def draw(
    area: Path, target: Path, monkeypatch: pytest.MonkeyPatch, name: str = "landslides.gpkg"
) -> Figure:
    """Return the figure of potential landslides before it is saved."""
    saved = []
    monkeypatch.setattr(figure_script, "save_figure", lambda _, figure, __: saved.append(figure))
    figure_script.plot_potential_landslides(
        landslides_path=str(area / name),
        **coverage(area),
        elevation_path=None,
        figure_path=str(target / "map.png"),
        models=[APPLIED],
        **AREA,
    )
    return saved[0]


def hatched_candidates(figure: Figure) -> int:
    """Count the outlines that are hatched; there are three outlines."""
    shapes = [each for axes in figure.axes for each in axes.collections]
    assert sum(len(each.get_paths()) for each in shapes) >= 3
    return sum(len(each.get_paths()) for each in shapes if each.get_hatch())


def test_map_hatches_it_and_explains(
    area: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = draw(area, tmp_path, monkeypatch)
    assert hatched_candidates(figure) == 1
    legends = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert legends[:2] == ["no label (3)", "unlike training candidates (1)"]
    note = figure.texts[-1].get_text()
    assert note.startswith("Model: random forest, trained in another area, not checked in this one")


def test_map_hatches_nothing_where_the_model_is_applicable(
    area: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everywhere = tmp_path / "area"
    shutil.copytree(area, everywhere)
    apply_elsewhere(everywhere, everywhere / "inside.gpkg", [])
    assert hatched_candidates(draw(everywhere, tmp_path, monkeypatch, "inside.gpkg")) == 0


def test_style_and_source_are_in_the_geopackage(area: Path) -> None:
    table = gpd.read_file(area / "landslides.gpkg", layer="potential_landslides")
    outside = table.iloc[OUTSIDE_NUMBER]
    assert outside["class"] == "not classified"
    assert outside["strange"] == STRANGE
    assert (table["class"] == "not classified").sum() == 1
    connection = sqlite3.connect(area / "landslides.gpkg")
    (style,) = connection.execute(
        "SELECT styleQML FROM layer_styles WHERE f_table_name = 'potential_landslides'"
    ).fetchone()
    connection.close()
    assert "unlike training candidates" in style


def test_qgis_project_has_a_class_for_it(area: Path) -> None:
    path = qgis_project(area, area / "maps" / "hotslope.qgz", models=[APPLIED])
    layer = next(opened(path).iter("maplayer"))
    labels = [step.get("label") for step in layer.iter("range")]
    assert labels[-1] == "unlike training candidates"
    assert '"strange"' in (layer.findtext("mapTip") or "")


def test_web_map_has_a_colour_for_it(area: Path, tmp_path: Path) -> None:
    web_map(area, tmp_path, models=[APPLIED])
    text = (tmp_path / "data" / "meta.js").read_text(encoding="utf-8")
    meta = json.loads(text.partition(",")[2].rpartition(")")[0])
    assert meta["colours"]["outside"] == OUTSIDE
    assert meta["colours"]["no_data"] != OUTSIDE


def test_sheet_and_summary_say_so(area: Path, tmp_path: Path) -> None:
    series(area, TRACKS)
    draw_sheets(
        landslides_path=str(area / "landslides.gpkg"),
        series_path=str(area / "series.parquet"),
        points_paths=[str(area / f"{track}.parquet") for track in TRACKS],
        elevation_path=None,
        sheets_folder=str(tmp_path),
        tracks=TRACKS,
        models=[APPLIED],
        sheets=3,
        study_area_name="tiny",
        crs=CRS,
    )
    words = "unlike what the model was trained on"
    said = [words in text_of(page) for page in sorted(tmp_path.iterdir())]
    assert said == [number == OUTSIDE_NUMBER for number in range(3)]

    text = summarise(area, [APPLIED], applied=str(area / "applied.json"))
    sentence = (
        "probabilities by the random forest trained in guide on 90 candidates, 40% of them "
        "landslides; not checked in this area. 1 of 3 candidates are unlike"
    )
    assert sentence in " ".join(text.split())
    # It comes last, however probable.
    table = pd.read_parquet(area / "landslides.parquet")
    places = [line for line in text.splitlines() if line.startswith("  PLC")]
    assert places[-1].strip().startswith(table["candidate_id"][OUTSIDE_NUMBER])
    assert f"outside the range of the model: {STRANGE}" in places[-1]
    assert "not checked in this area" in page_of(area)


def text_of(page: Path) -> str:
    """Return the text of a sheet, in one line."""
    command = ["pdftotext", "-layout", str(page), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"\s+", " ", text)
