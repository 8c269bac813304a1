"""What came out of a run: the text, the page, the sheet of paper, and the parts of the report."""

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from hotslope.maps.first_places import first_places
from hotslope.maps.limits import GRADES, SIGN_CONVENTION, WHAT_IT_IS_NOT
from hotslope.maps.omissions import (
    describe_moving_outside,
    describe_omissions,
    describe_points_left_out,
)
from hotslope.maps.overview import place_titles, places_of_run, tiles_of_quality
from hotslope.maps.run_summary import describe_limits, warnings_of
from hotslope.maps.summary_sheet import draw_summary
from maps_area import MODELS, write_area
from summary_area import NAME, SUMMARY, page_of, summarise

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_area(tmp_path_factory.mktemp("area"), 600)
    summarise(folder, MODELS)
    return folder


def test_candidates_are_counted_and_the_most_probable_named(finished: Path) -> None:
    text = page_of(finished, "summary")
    assert text.startswith(f"{NAME}\n\nPoints\n  descending: 600 points, ")
    assert "12 candidates on 0.12 km²" in text
    assert "12 by ascending" in text
    assert "accuracy 0.71, missing 0.08" in text
    assert "AUC of random_forest on test candidates: 0.65 (0.50 to 0.80)" in text
    places = [line for line in text.splitlines() if line.startswith("  PLC")]
    probabilities = [float(line.split("probability ")[1][:4]) for line in places]
    assert len(places) == 5
    assert probabilities == sorted(probabilities, reverse=True)
    assert "< 1 % of the ground: only points of too low coherence" in text
    assert "ascending: 3 points left out whose velocity and displacements are all 0" in text
    assert (
        "ascending: 7 points below coherence 0.7 (points.min_coherence), 2 of them at 10 mm/yr"
        in text
    )
    assert " mm/yr or more are in no candidate; the fastest, " in text
    assert GRADES in page_of(finished)
    assert "blind" not in text
    assert "factor slope: no terrain.dem" in text
    assert "Note" not in text


def test_the_text_names_files_that_a_run_makes(finished: Path) -> None:
    rules = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "workflow" / "rules").glob("*.smk")
    )
    files = re.findall(r"^  (results/\S+):", page_of(finished, "summary"), re.M)
    assert {"results/maps/web/index.html", "results/maps/hotslope.qgz"} <= set(files)
    for file in files:
        assert file.rstrip("/") in rules or file == "results/report.html", file


@pytest.mark.parametrize("threshold_mm_yr", [10.0, 2.5])
def test_without_candidates_the_setting_to_lower_is_named(
    tmp_path: Path, threshold_mm_yr: float
) -> None:
    text = summarise(write_area(tmp_path, 0), MODELS, threshold_mm_yr)
    assert "descending: no points" in text
    assert "0 candidates on 0 km²" in text
    assert f"slower than {threshold_mm_yr:g} mm/yr" in text
    assert "candidates.stability_threshold_mm_yr" in text
    assert "maps/sheets" not in text
    assert "There are no candidates." in page_of(tmp_path)
    assert "candidates.stability_threshold_mm_yr" in page_of(tmp_path, "opening")


def test_without_models_the_largest_are_named_and_what_to_give(tmp_path: Path) -> None:
    text = summarise(write_area(tmp_path, 600), [])
    assert "give inventory.path" in text
    assert "AUC" not in text
    assert len([line for line in text.splitlines() if line.startswith("  PLC")]) == 5
    assert "AUC" not in page_of(tmp_path)
    assert "probability" not in page_of(tmp_path, "candidates")


def test_models_without_enough_labels_have_no_counts(tmp_path: Path) -> None:
    area = write_area(tmp_path, 600)
    table = gpd.read_parquet(area / "landslides.parquet")
    table["class"] = "not classified"
    table[[f"probability_{model}" for model in MODELS]] = np.nan
    table.to_parquet(area / "landslides.parquet")
    assert "classes of" not in summarise(area, MODELS)
    assert "by random forest" not in page_of(area)


@pytest.mark.parametrize("part", ["page", "opening", "candidates"])
def test_pages_load_nothing_and_show_names_as_text(finished: Path, part: str) -> None:
    page = page_of(finished, part)
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!data:|maps/)""", page)
    if part != "candidates":
        assert "贵德 {x} $5 &lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_has_the_run_in_numbers(finished: Path) -> None:
    page = page_of(finished)
    tiles = re.findall(r'<div class="tile"><b>([^<]+)</b>([^<]+)', page)
    assert ("600", "points, descending") in tiles
    assert ("90 %", "of the ground measured") in tiles
    assert ("12", "candidates on 0.12 km²") in tiles
    assert ("71 %", "of outlined ground right") in tiles
    assert ("0.65", "AUC of random forest") in tiles
    assert "0.50 to 0.80 (95 %), test set" in page
    for name, why in WHAT_IT_IS_NOT.items():
        assert f"<b>{name}</b>: {why}" in page
    assert SIGN_CONVENTION in page


def test_the_report_lists_every_candidate_with_its_link(finished: Path) -> None:
    table = pd.read_parquet(finished / "landslides.parquet")
    links = re.findall(
        r'href="maps/web/index.html#candidate=(\w+)"', page_of(finished, "candidates")
    )
    assert sorted(links) == sorted(table["candidate_id"])


def test_the_sheet_of_paper_is_one_page(finished: Path, tmp_path: Path) -> None:
    content = (finished / "summary.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") == 1
    assert b"CreationDate" not in content
    summarise(write_area(tmp_path, 600), MODELS)
    assert (tmp_path / "summary.pdf").read_bytes() == content


def test_missing_numbers_of_a_candidate_are_dashes() -> None:
    row = {
        "candidate_id": "PLC0001", "class": None, "probability_random_forest": np.nan, "grade": "D",
        "area_m2": 12_345.0, "rate_mm_yr_up": np.nan, "main_factors": None,
    }  # fmt: skip
    (place,) = places_of_run(pd.DataFrame([row]), ["up"], ["random_forest"])
    assert place.cells == ("-", "-", "D", "1.23", "-", "-", "-")
    assert len(place.cells) == len(place_titles(["up"], ["random_forest"]))


def test_rates_stand_with_their_errors_and_the_chance_of_noise() -> None:
    rows = [
        {"candidate_id": "PLC0001", "grade": "A", "area_m2": 9e3, "rate_mm_yr_up": -14.26,
         "rate_std_mm_yr_up": 1.24, "p_noise": 4e-4},
        {"candidate_id": "PLC0002", "grade": "B", "area_m2": 8e3, "rate_mm_yr_up": 11.0,
         "rate_std_mm_yr_up": np.nan, "p_noise": 0.0314},
    ]  # fmt: skip
    first, second = places_of_run(pd.DataFrame(rows), ["up"], [])
    assert first.cells == ("A", "0.9", "-14.3 ± 1.2", "<0.001")
    assert second.cells == ("B", "0.8", "+11.0", "0.031")
    assert place_titles(["up"], []) == ["grade", "area (ha)", "up (mm/yr)", "p noise"]


def test_only_the_leading_model_has_a_tile() -> None:
    rows = [("cnn", "auc", 0.6), ("random_forest", "auc", 0.7), ("random_forest", "f1", 0.8)]
    metrics = pd.DataFrame(rows, columns=["model", "metric", "value"]).assign(low=0.5, high=0.9)
    (tile,) = tiles_of_quality({}, metrics, ["cnn", "random_forest"])
    expected = ("0.70", "AUC of random forest", "0.50 to 0.90 (95 %), test set")
    assert (tile.value, tile.label, tile.detail) == expected


def test_nothing_is_said_of_what_was_not_measured() -> None:
    assert tiles_of_quality({"accuracy": None, "missing": None}, None, []) == []


def test_omissions_by_hand() -> None:
    factors = json.loads('{"dropped": {"roads": "no path"}, "season_not_separable": ["up"]}')
    reason = {"reason_not_to_learn": "too few labels"}
    assert describe_omissions(factors, reason, ["cnn"]) == [
        "factor roads: no path",
        "seasonal motion of up: the series are too short to separate it",
        "models: too few labels",
    ]
    assert describe_omissions({}, None, []) == ["models: no inventory, or none named in the config"]


def test_fast_points_outside_every_candidate_are_named() -> None:
    points = pd.DataFrame(
        {"x_m": [0.0, 10.0, 500.0, 600.0], "y_m": 5.0, "velocity_mm_yr": [-30.0, 2.0, 11.0, -80.0]}
    )
    outlines = np.array([shapely.box(-10, 0, 20, 10)])
    (line,) = describe_moving_outside("up", points, outlines, 10.0)
    assert line.startswith("up: 2 of 3 points at 10 mm/yr or more are in no candidate")
    assert line.endswith("the fastest, -80.0 mm/yr, is at 600, 5 m")
    assert describe_moving_outside("up", points[:2], outlines, 10.0) == []
    assert describe_moving_outside("up", points, outlines[:0], 10.0)[0].startswith("up: 3 of 3")
    assert describe_moving_outside("up", points[:0], outlines, 10.0) == []


def test_points_and_cells_that_were_not_used_are_counted_by_reason() -> None:
    losses = SUMMARY["coherence_filter"] | {"dropped": 1, "fast_dropped": 0}
    raster = SUMMARY | {"cells_left_out": {"masked": 40, "all_zero": 0}, "coherence_filter": losses}
    lines = describe_points_left_out("up", raster)
    assert lines[0] == "up: 40 of 610 cells or points masked"
    assert lines[1].startswith("up: 3 points left out")
    assert lines[2].startswith("up: 1 point below coherence 0.7 (points.min_coherence), 0 of them")
    assert len(lines) == 3


def test_motion_against_the_slope_is_said_where_places_are_named() -> None:
    rows = pd.DataFrame(
        {"candidate_id": ["PLC0001", "PLC0002"], "area_m2": [2e4, 1e4], "grade": "A",
         "agreement": ["opposite", "consistent"]}
    )  # fmt: skip
    against, along = first_places(rows, [])
    assert against == "PLC0001: 2 ha, grade A, does not move down the slope"
    assert along == "PLC0002: 1 ha, grade A"


def test_lists_that_do_not_fit_on_paper_say_how_many_lines_are_missing() -> None:
    remarks = {"What was left out": [f"factor {number}: no path" for number in range(90)]}
    figure = draw_summary("a", "b", [], np.zeros((9, 12, 3)), [], [], remarks)
    texts = [line for text in figure.texts for line in text.get_text().split("\n")]
    (more,) = [text for text in texts if text.endswith(" more: see results/summary.html")]
    shown = [text for text in texts if text.startswith("factor ")]
    assert len(shown) + int(more.split()[0]) == 90
    assert len(shown) > 10
    assert min(text.get_window_extent().y0 for text in figure.texts) > 0.04 * figure.bbox.height


def test_rejected_outlines_are_counted_by_reason() -> None:
    rejected = {"not told from noise: q_noise above 0.05": 7, "at rest in track up": 1}
    (note,) = warnings_of(pd.DataFrame(), {}, 10.0, ["cnn"], rejected)
    assert "1 at rest in track up, 7 not told from noise: q_noise above 0.05" in note
    assert "slower than" not in note


def test_limits_of_the_data_are_named_by_track() -> None:
    lines = describe_limits(
        {"up": True, "down": False}, {"up": 0.0, "down": 500.0}, {"up": 264.0, "down": 50.0}, 2
    )
    assert [line.split(":")[0] for line in lines[:3]] == ["up", "down", "down"]
    assert "more than a third of the ground moves" in lines[0]
    assert "wider than about 1000 m" in lines[1]
    assert "candidates.background_smoothing_m: 1500" in lines[1]
    assert "50 points per km2 are sparse" in lines[2]
    assert "0.06 km2" in lines[2]
    assert "2 candidates" in lines[3]
    assert "candidates.background: none" in lines[3]
    assert describe_limits({"up": False}, {"up": 1500.0}, {"up": 100.0, "down": 0.0}, 0) == []
