"""Measure how far each candidate depends on its points and on two settings."""

from hotslope.jobs import job_log

import logging
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from hotslope.candidates.attributes import SENSE_NAMES
from hotslope.candidates.gate import required_points
from hotslope.candidates.near_points import read_density_per_m2, read_near
from hotslope.candidates.repetitions import REACH_BANDWIDTHS, RateRule, TrackPoints, view_of
from hotslope.candidates.stability import (
    MARGIN_BANDWIDTHS,
    candidate_cells,
    confidence,
    drawn_counts,
    measure_candidate,
    window_around,
)
from hotslope.candidates.tables import CANDIDATES, STABILITY
from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.logs import Progress
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.rate import resolved_bandwidth_m
from hotslope.schemas import read_layer

logger = logging.getLogger("hotslope")


def measure_stability(
    *,
    candidates_path: str,
    points_paths: list[str],
    background_paths: list[str],
    stability_path: str,
    tracks: list[str],
    replicas: int,
    seed: int,
    bandwidth_m: float | str,
    statistic: str,
    stability_threshold_mm_yr: float,
    significance: float,
    gate_radius_m: float | str,
    gate_center: str,
    correction: str,
    min_neighbours: int,
    min_points: int,
    min_area_m2: float,
    opening_cells: int,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    gate_radius_paths: Sequence[str] = (),
    gate_paths: Sequence[str] = (),
) -> None:
    """Outline each candidate again from resampled points and with varied settings.

    The lists of paths are in the order of `tracks`; `gate_radius_paths` holds what
    `choose_radius` wrote where `gate_radius_m` is ``auto``, `gate_paths` what `gather_gate` wrote
    where the area is done in tiles. Scores and background are held as they are: both come from
    many more points than a candidate has.
    """
    if replicas == 0:
        raise InputError(
            "candidates.stability_replicas",
            "is 0, or candidates.method is paper, which has no stability",
            "Give a number above 0, and method: rate",
        )
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    candidates = read_layer(CANDIDATES, candidates_path, "candidates")
    rules = [
        RateRule(
            bandwidth_m=resolved_bandwidth_m(bandwidth_m, density),
            statistic=statistic,
            threshold_mm_yr=stability_threshold_mm_yr,
            significance=significance,
            min_points=required_points(min_points, 1e6 * density),
            min_cells=int(np.ceil(min_area_m2 / cell_size_m**2)),
            opening_cells=opening_cells,
        )
        for density in map(read_density_per_m2, points_paths)
    ]
    margin_m = MARGIN_BANDWIDTHS * max(rule.bandwidth_m for rule in rules)
    none: Sequence[str | None] = [None] * len(tracks)
    points, counts = [], []
    for number, (points_path, background_path, gate_path, radius_path) in enumerate(
        zip(
            points_paths,
            background_paths,
            gate_paths or none,
            gate_radius_paths or none,
            strict=True,
        )
    ):
        reach_m = margin_m + cell_size_m + REACH_BANDWIDTHS * rules[number].bandwidth_m
        count, wanted, frame = read_near(
            points_path,
            background_path,
            gate_path,
            (candidates.geometry.to_numpy(), reach_m),
            radius_m=resolved_radius_m(gate_radius_m, radius_path),
            center=gate_center,
            correction=correction,
            min_neighbours=min_neighbours,
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
            background_paths=list(snakemake.input.backgrounds),
            stability_path=snakemake.output.stability,
            tracks=snakemake.params.tracks,
            replicas=snakemake.params.replicas,
            seed=snakemake.params.seed,
            bandwidth_m=snakemake.params.bandwidth_m,
            statistic=snakemake.params.statistic,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            significance=snakemake.params.significance,
            gate_radius_m=snakemake.params.gate_radius_m,
            gate_center=snakemake.params.gate_center,
            correction=snakemake.params.correction,
            min_neighbours=snakemake.params.min_neighbours,
            min_points=snakemake.params.min_points,
            min_area_m2=snakemake.params.min_area_m2,
            opening_cells=snakemake.params.opening_cells,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            gate_radius_paths=list(snakemake.input.gate_radii),
            gate_paths=list(snakemake.input.gates),
        )
