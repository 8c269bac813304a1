"""The page that says what came out of a run."""

import json
from pathlib import Path

import pytest

from maps_area import MODELS, TRACKS, write_area
from summarise_run import summarise_run


def page(folder: Path, models: list[str], threshold_mm_yr: float = 10.0) -> str:
    (folder / "extraction.json").write_text(
        json.dumps({"accuracy": 0.71, "missing": 0.08}), encoding="utf-8"
    )
    summarise_run(
        points_paths=[str(folder / f"{track}.parquet") for track in TRACKS],
        landslides_path=str(folder / "landslides.parquet"),
        extraction_path=str(folder / "extraction.json"),
        test_metrics_path=str(folder / "test_metrics.csv") if models else None,
        summary_path=str(folder / "summary.txt"),
        tracks=TRACKS,
        models=models,
        stability_threshold_mm_yr=threshold_mm_yr,
        study_area_name="贵德 {x} $5",
    )
    return (folder / "summary.txt").read_text(encoding="utf-8")


def test_candidates_are_counted_and_the_most_probable_named(tmp_path: Path) -> None:
    text = page(write_area(tmp_path, 600), MODELS)
    assert text.startswith("贵德 {x} $5\n\nPoints\n  descending: 600 points, ")
    assert "12 candidates on 0.12 km²" in text
    assert "12 by ascending" in text
    assert "accuracy 0.71, missing 0.08" in text
    assert "AUC of random_forest on test candidates: 0.65 (0.50 to 0.80)" in text
    places = [line for line in text.splitlines() if line.startswith("  PLC")]
    probabilities = [float(line.split("probability ")[1][:4]) for line in places]
    assert len(places) == 5
    assert probabilities == sorted(probabilities, reverse=True)
    assert "Note" not in text


@pytest.mark.parametrize("threshold_mm_yr", [10.0, 2.5])
def test_without_candidates_the_setting_to_lower_is_named(
    tmp_path: Path, threshold_mm_yr: float
) -> None:
    text = page(write_area(tmp_path, 0), MODELS, threshold_mm_yr)
    assert "descending: no points" in text
    assert "0 candidates on 0 km²" in text
    assert f"slower than {threshold_mm_yr:g} mm/yr" in text
    assert "candidates.stability_threshold_mm_yr" in text


def test_without_models_the_largest_are_named_and_what_to_give(tmp_path: Path) -> None:
    text = page(write_area(tmp_path, 600), [])
    assert "give inventory.path" in text
    assert "AUC" not in text
    assert len([line for line in text.splitlines() if line.startswith("  PLC")]) == 5
