"""Measure how far each candidate depends on its points and on two settings."""

from hotslope.jobs import job_log

import logging
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from hotslope.candidates.evidence_files import read_near
from hotslope.candidates.point_attributes import SENSE_NAMES
from hotslope.candidates.repetitions import REACH_BANDWIDTHS, TrackPoints, view_of
from hotslope.candidates.settings import RegionSettings, rate_rule
from hotslope.candidates.stability import (
    MARGIN_BANDWIDTHS,
    candidate_cells,
    confidence,
    drawn_counts,
    measure_candidate,
)
from hotslope.candidates.tables import CANDIDATES, STABILITY
from hotslope.candidates.zones import window_around
from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.logs import Progress
from hotslope.motion.track_files import read_density_per_m2
from hotslope.schemas import read_layer

logger = logging.getLogger("hotslope")


def measure_stability(
    *,
    candidates_path: str,
    points_paths: list[str],
    summary_paths: list[str],
    background_paths: list[str],
    gate_paths: list[str],
    stability_path: str,
    tracks: list[str],
    replicas: int,
    seed: int,
    bandwidth_m: float | str,
    statistic: str,
    regions: RegionSettings,
    grid: Grid,
) -> None:
    """Outline each candidate again from resampled points and with varied settings.

    The lists of paths are in the order of `tracks`; `background_paths` is empty where no
    background was removed. Scores and background are held as they are: both come from many more
    points than a candidate has.
    """
    if replicas == 0:
        raise InputError(
            "candidates.stability_replicas", "is 0", "Give a number above 0, such as 20"
        )
    candidates = read_layer(CANDIDATES, candidates_path, "candidates")
    rules = [
        rate_rule(regions, bandwidth_m, statistic, read_density_per_m2(path), grid)
        for path in summary_paths
    ]
    margin_m = MARGIN_BANDWIDTHS * max(rule.bandwidth_m for rule in rules)
    backgrounds: Sequence[str | None] = background_paths or [None] * len(tracks)
    points, counts = [], []
    for number, (points_path, background_path, gate_path) in enumerate(
        zip(points_paths, backgrounds, gate_paths, strict=True)
    ):
        reach_m = margin_m + grid.cell_size_m + REACH_BANDWIDTHS * rules[number].bandwidth_m
        count, wanted, frame = read_near(
            points_path, background_path, gate_path, candidates.geometry.to_numpy(), reach_m
        )
        points.append(TrackPoints.of_frame(frame))
        counts.append(drawn_counts(count, replicas, seed, number, wanted))
    signs = _signs(candidates, tracks)
    rows = []
    progress = Progress("candidates measured", len(candidates))
    for polygon, sign in zip(candidates.geometry, signs, strict=True):
        window = window_around(polygon, margin_m, grid)
        views = [
            view_of(points[track], counts[track], int(sign[track]), rules[track], window)
            for track in np.flatnonzero(sign)
        ]
        rows.append(measure_candidate(candidate_cells(polygon, window), window, views))
        progress.advance()
    _write(stability_path, candidates, rows)


def _signs(candidates: gpd.GeoDataFrame, tracks: Sequence[str]) -> np.ndarray:
    """Return the sense in which each track outlined each candidate, shape (n, tracks)."""
    numbers = {name: sign for sign, name in SENSE_NAMES.items()}
    columns = [candidates[f"sign_{track}"].map(numbers).to_numpy(np.int64) for track in tracks]
    return np.stack(columns, axis=1)


def _write(path: str, candidates: gpd.GeoDataFrame, rows: list[dict[str, float]]) -> None:
    """Add the confidence and write the table."""
    table = STABILITY.empty()
    if rows:
        table = pd.DataFrame(rows)
        table.insert(0, "candidate_id", candidates["candidate_id"])
        table["confidence"] = pd.array(confidence(table), dtype="str")
    logger.info("confidence of outlines: %s", table["confidence"].value_counts().to_dict())
    STABILITY.write(path, table)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        measure_stability(
            candidates_path=snakemake.input.candidates,
            points_paths=list(snakemake.input.points),
            summary_paths=list(snakemake.input.summaries),
            background_paths=list(snakemake.input.backgrounds),
            gate_paths=list(snakemake.input.gates),
            stability_path=snakemake.output.stability,
            tracks=snakemake.params.tracks,
            replicas=snakemake.params.replicas,
            seed=snakemake.params.seed,
            bandwidth_m=snakemake.params.bandwidth_m,
            statistic=snakemake.params.statistic,
            regions=RegionSettings(**snakemake.params.regions),
            grid=Grid.from_bounds(**snakemake.params.grid),
        )
