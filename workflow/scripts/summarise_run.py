"""What came out of the run, as text for the terminal and for whoever gets the results."""

from hotslope.jobs import job_log

import json
from html import unescape
from pathlib import Path

import pandas as pd

from hotslope.columns import VELOCITY
from hotslope.files import atomic_path
from hotslope.maps.summary import (
    FILES,
    describe_candidates,
    describe_points,
    describe_quality,
    first_places,
    warnings_of,
    write_up,
)
from hotslope.points.tables import POINTS


def summarise_run(
    *,
    points_paths: list[str],
    landslides_path: str,
    extraction_path: str,
    test_metrics_path: str | None,
    summary_path: str,
    tracks: list[str],
    models: list[str],
    stability_threshold_mm_yr: float,
    study_area_name: str,
) -> None:
    """Write points, candidates, quality, first places to look, warnings and files to open."""
    velocities = {
        track: POINTS.read_numbers(path, [VELOCITY])[VELOCITY].to_numpy()
        for track, path in zip(tracks, points_paths, strict=True)
    }
    landslides = pd.read_parquet(landslides_path)
    extraction = json.loads(Path(extraction_path).read_text(encoding="utf-8"))
    metrics = pd.read_csv(test_metrics_path) if test_metrics_path else None
    sections = {
        "Points": describe_points(velocities, stability_threshold_mm_yr),
        "Candidates": describe_candidates(landslides, tracks, models),
        "Quality": describe_quality(extraction, metrics),
        "First places to look": first_places(landslides, models),
        "Note": warnings_of(landslides, velocities, stability_threshold_mm_yr, models),
        "Open": [f"{file}: {words}" for file, words in FILES.items()],
    }
    with atomic_path(summary_path) as partial:
        partial.write_text(write_up(study_area_name, sections), encoding="utf-8")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        summarise_run(
            points_paths=list(snakemake.input.points),
            landslides_path=snakemake.input.landslides,
            extraction_path=snakemake.input.extraction,
            test_metrics_path=next(iter(snakemake.input.test_metrics), None),
            summary_path=snakemake.output.summary,
            tracks=snakemake.params.tracks,
            models=snakemake.params.models,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            study_area_name=unescape(snakemake.params.study_area_name),
        )
