"""The summary of a tiny area."""

from pathlib import Path

import numpy as np
from matplotlib.image import imsave

from hotslope.files import write_json
from hotslope.maps.coverage import COVERAGE_NAMES
from hotslope.points.left_out import LeftOut
from maps_area import TRACKS
from summarise_run import summarise_run

ROOT = Path(__file__).parents[2]
NAME = "贵德 {x} $5 <script>alert(1)</script>"
#: Of the points of a track; ten of them are not used.
SUMMARY = {
    "points_read": 610,
    "cells_left_out": {},
    **LeftOut(points_all_zero=3).as_dict(),
    "coherence_filter": {
        "dropped": 7,
        "fast_dropped": 2,
        "fast_threshold_mm_yr": 10.0,
        "min_coherence": 0.7,
    },
}
RESULTS = {
    "summary": "summary.txt",
    "page": "summary.html",
    "sheet": "summary.pdf",
    "opening": "opening.html",
    "candidates": "candidates.html",
}


def summarise(
    folder: Path, models: list[str], threshold_mm_yr: float = 10.0, **measured_too: str
) -> str:
    """Summarise an area; `measured_too` is measured beside extraction and factors."""
    write_json(folder / "extraction.json", {"accuracy": 0.71, "missing": 0.08})
    write_json(folder / "factors.json", {"dropped": {"slope": "no terrain.dem"}})
    write_json(folder / "labels.json", {"reason_not_to_learn": None})
    shares = dict(zip(COVERAGE_NAMES, [0.9, 0.06, 0.036, 0.004, 0.0], strict=True))
    write_json(folder / "coverage.json", {"shares": shares})
    for track in TRACKS:
        write_json(folder / f"{track}_summary.json", SUMMARY)
        write_json(
            folder / f"{track}_rate_errors.json",
            {"most_moves": False, "background_smoothing_m": 1500.0},
        )
    imsave(folder / "map.png", np.random.default_rng(1).random((90, 120, 3)))
    measured = {name: str(folder / f"{name}.json") for name in ("extraction", "factors")}
    measured |= measured_too
    if models and not measured_too:
        measured["labels"] = str(folder / "labels.json")
        measured["test_metrics"] = str(folder / "test_metrics.csv")
    summarise_run(
        points_paths=[str(folder / f"{track}.parquet") for track in TRACKS],
        summaries_paths=[str(folder / f"{track}_summary.json") for track in TRACKS],
        errors_paths=[str(folder / f"{track}_rate_errors.json") for track in TRACKS],
        landslides_path=str(folder / "landslides.parquet"),
        coverage_path=str(folder / "coverage.json"),
        picture_path=str(folder / "map.png"),
        measured_paths=measured,
        templates_folder=str(ROOT / "workflow" / "report" / "pages"),
        results_paths={name: str(folder / file) for name, file in RESULTS.items()},
        tracks=TRACKS,
        models=models,
        sheets=3,
        stability_threshold_mm_yr=threshold_mm_yr,
        study_area_name=NAME,
    )
    return (folder / "summary.txt").read_text(encoding="utf-8")


def page_of(folder: Path, name: str = "page") -> str:
    return (folder / RESULTS[name]).read_text(encoding="utf-8")
