"""What came out of the run: as text for the terminal, and on one page for everybody else."""

from hotslope.jobs import job_log, unescaped

import base64
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from matplotlib.image import imread

from hotslope.change.tables import CHANGE, LAYER
from hotslope.columns import VELOCITY, X, Y
from hotslope.files import write_text
from hotslope.maps.bulletin import describe_change, with_exposure
from hotslope.maps.coverage import COVERAGE_NAMES, MEASURED
from hotslope.maps.figure_file import save_page
from hotslope.maps.first_places import RANK, first_places
from hotslope.maps.limits import GRADES, SIGN_CONVENTION, WHAT_IT_IS_NOT
from hotslope.maps.names import readable
from hotslope.maps.omissions import (
    describe_moving_outside,
    describe_omissions,
    describe_points_left_out,
)
from hotslope.maps.outcome import judging_models
from hotslope.maps.overview import place_titles, places_of_run, tiles_of_quality, tiles_of_run
from hotslope.maps.pages import render_page
from hotslope.maps.run_summary import (
    describe_applied,
    describe_candidates,
    describe_coverage,
    describe_limits,
    describe_points,
    describe_quality,
    files_to_open,
    warnings_of,
    write_up,
)
from hotslope.maps.summary_sheet import draw_summary
from hotslope.maps.tables import PRIORITY_RANK
from hotslope.points.tables import POINTS
from hotslope.points.track_statistics import point_density_per_m2
from hotslope.schemas import read_layer

#: Places in the table of the page.
PLACES = 8
#: Inputs of the rule that `summarise_run` reads where they are there.
MEASURED_FILES = ("extraction", "factors", "labels", "test_metrics", "applied", "change")


def summarise_run(
    *,
    points_paths: list[str],
    summaries_paths: list[str],
    errors_paths: list[str],
    landslides_path: str,
    coverage_path: str,
    picture_path: str,
    measured_paths: dict[str, str],
    templates_folder: str,
    results_paths: dict[str, str],
    tracks: list[str],
    models: list[str],
    sheets: int,
    stability_threshold_mm_yr: float,
    study_area_name: str,
) -> None:
    """Write points, candidates, quality, first places to look, and what was not measured.

    `measured_paths` has ``extraction`` and ``factors`` (JSON), ``labels`` (JSON) and
    ``test_metrics`` (CSV), the last two only where models are trained, ``applied`` (JSON) only
    where a model of another area is applied, and ``change`` (GeoPackage) where an earlier run is
    named; `summaries_paths` are the summaries of the points of each track, `errors_paths` those of
    the errors of its rates; `results_paths` has
    ``summary`` (text), ``page`` (HTML), ``sheet`` (PDF), and ``opening`` and ``candidates``, the
    parts of the report.
    """
    points = {
        track: POINTS.read_numbers(path, [X, Y, VELOCITY])
        for track, path in zip(tracks, points_paths, strict=True)
    }
    velocities = {track: frame[VELOCITY].to_numpy() for track, frame in points.items()}
    landslides = gpd.read_parquet(landslides_path)
    extraction, factors = (_read_json(measured_paths[name]) for name in ("extraction", "factors"))
    labels = _read_json(measured_paths["labels"]) if "labels" in measured_paths else {}
    metrics = (
        pd.read_csv(measured_paths["test_metrics"]) if "test_metrics" in measured_paths else None
    )
    shares = _read_json(coverage_path)["shares"]
    measured = shares.pop(COVERAGE_NAMES[MEASURED])
    notes = warnings_of(
        landslides,
        velocities,
        stability_threshold_mm_yr,
        models,
        extraction.get("rejected", {}),
    )
    errors = {track: _read_json(path) for track, path in zip(tracks, errors_paths, strict=True)}
    notes += describe_limits(
        {track: summary["most_moves"] for track, summary in errors.items()},
        {track: summary["background_smoothing_m"] for track, summary in errors.items()},
        {
            track: 1e6 * point_density_per_m2(frame[X].to_numpy(), frame[Y].to_numpy())
            for track, frame in points.items()
        },
        int(landslides.get("may_be_truncated", pd.Series(dtype="bool")).sum()),
    )
    negatives = labels.get("negatives", "mapped")
    if negatives != "mapped":
        notes.append(labels["meaning"])
    if "applied" in measured_paths:
        notes.insert(0, describe_applied(_read_json(measured_paths["applied"])["applied"]))
    outlines = landslides.geometry.to_numpy()
    left_out = [
        line
        for path, (track, frame) in zip(summaries_paths, points.items(), strict=True)
        for line in (
            *describe_points_left_out(track, _read_json(path)),
            *describe_moving_outside(track, frame, outlines, stability_threshold_mm_yr),
        )
    ]
    left_out += describe_omissions(factors, labels, models)
    judging = judging_models(landslides, models)
    sheets = min(sheets, len(landslides))
    sections = {
        "Points": describe_points(velocities, stability_threshold_mm_yr),
        "Candidates": describe_candidates(landslides, tracks, judging),
        "Quality": describe_quality(extraction, metrics, negatives),
        "First places to look": first_places(landslides, judging),
        "Since the earlier run": _describe_change(measured_paths.get("change"), landslides),
        "Not measured": describe_coverage(shares),
        "Left out": left_out,
        "Note": notes,
        "Open": files_to_open(sheets),
    }
    write_text(results_paths["summary"], write_up(study_area_name, sections))

    judgement = "probability" if negatives == "mapped" else "score"
    places = places_of_run(landslides, tracks, judging)
    judgement = RANK if RANK in landslides else judgement
    titles = place_titles(tracks, judging, judgement, exposure=PRIORITY_RANK in landslides)
    page: dict[str, Any] = {
        "name": " ".join(study_area_name.split()),
        "about": _about(tracks),
        "notes": notes,
        "tiles": [
            *tiles_of_run(velocities, landslides, judging, stability_threshold_mm_yr, measured),
            *tiles_of_quality(extraction, metrics, judging),
        ],
        "places": places[:PLACES],
        "place_titles": titles,
        "sheets": sheets,
        "not_measured": describe_coverage(shares),
        "left_out": left_out,
        "grades": GRADES,
        "limits": WHAT_IT_IS_NOT,
        "sign": SIGN_CONVENTION,
    }
    templates = Path(templates_folder)
    picture = base64.b64encode(Path(picture_path).read_bytes()).decode("ascii")
    parts = {
        "page": ("summary.html", page | {"picture": f"data:image/png;base64,{picture}"}),
        "opening": ("run.html", page | {"picture": ""}),
        "candidates": ("candidates.html", {"places": places, "place_titles": titles}),
    }
    for result, (template, values) in parts.items():
        write_text(results_paths[result], render_page(templates / template, **values))
    remarks = {
        "Note": notes,
        "What was not measured": page["not_measured"],
        "What was left out": left_out,
    }
    figure = draw_summary(
        page["name"], page["about"], page["tiles"], imread(picture_path), places[:PLACES], titles,
        remarks,
    )  # fmt: skip
    save_page(results_paths["sheet"], figure)


def _describe_change(change_path: str | None, landslides: pd.DataFrame) -> list[str]:
    """Say what has changed, where an earlier run is named."""
    if not change_path:
        return []
    return describe_change(with_exposure(read_layer(CHANGE, change_path, LAYER), landslides))


def _about(tracks: list[str]) -> str:
    names = ", ".join(map(readable, tracks))
    return f"Tracks: {names}. Made by hotslope after Zhang et al. (2023), Remote Sensing 15, 4951."


def _read_json(path: str) -> dict[str, Any]:
    return json.loads(Path(path).read_text(encoding="utf-8"))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        summarise_run(
            points_paths=list(snakemake.input.points),
            summaries_paths=list(snakemake.input.summaries),
            errors_paths=list(snakemake.input.errors),
            landslides_path=snakemake.input.landslides,
            coverage_path=snakemake.input.coverage,
            picture_path=snakemake.input.picture,
            measured_paths={
                name: str(snakemake.input.get(name))
                for name in MEASURED_FILES
                if snakemake.input.get(name)
            },
            templates_folder=str(Path(snakemake.scriptdir).resolve().parent / "report" / "pages"),
            results_paths=dict(snakemake.output.items()),
            tracks=snakemake.params.tracks,
            models=snakemake.params.models,
            sheets=snakemake.params.sheets,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            study_area_name=unescaped(snakemake.params.study_area_name),
        )
