"""Outline the places where one track moves in one sense, by the density of Gi*."""

from hotslope.jobs import job_log

import logging
from collections.abc import Sequence

import numpy as np

from hotslope.candidates.evidence_files import read_evidence
from hotslope.candidates.settings import DensitySettings, cells_of
from hotslope.candidates.tables import TRACK_CANDIDATES
from hotslope.candidates.track_regions import regions_by_density
from hotslope.candidates.track_table import track_table
from hotslope.grid import Grid
from hotslope.motion.radius import resolved_radius_m
from hotslope.schemas import write_layer

logger = logging.getLogger("hotslope")


def outline_by_density(
    *,
    points_paths: list[str],
    hotspots_paths: list[str],
    outlines_path: str,
    tracks: list[str],
    track: str,
    radius_m: float | str,
    density: DensitySettings,
    threshold_mm_yr: float,
    significance: float,
    min_area_m2: float,
    grid: Grid,
    radius_paths: Sequence[str] = (),
) -> None:
    """Outline one of the tracks by the density of its Gi*, cut where one cut serves all tracks.

    The lists of paths are in the order of `tracks`; `radius_paths` holds what `choose_radius`
    wrote, where `radius_m` is ``auto``.
    """
    chosen: Sequence[str | None] = radius_paths or [None] * len(tracks)
    radii = [resolved_radius_m(radius_m, path) for path in chosen]
    frames = [
        read_evidence(*paths, None) for paths in zip(points_paths, hotspots_paths, strict=True)
    ]
    own = tracks.index(track)
    regions = regions_by_density(
        frames[own],
        radii[own],
        [
            (frame, radius)
            for number, (frame, radius) in enumerate(zip(frames, radii, strict=True))
            if number != own
        ],
        grid,
        least_speed_mm_yr=threshold_mm_yr,
        every_point=density.points == "all",
        cut=density.cut,
        cut_value=density.cut_value,
        min_cells=cells_of(min_area_m2, grid),
    )
    outlines = track_table(
        regions,
        grid,
        frames[own],
        np.zeros(len(frames[own]), dtype=bool),
        track,
        threshold_mm_yr=threshold_mm_yr,
        significance=significance,
    )
    logger.info("%s: %d outlines, %.0f m2", track, len(outlines), outlines["area_m2"].sum())
    write_layer(TRACK_CANDIDATES, outlines_path, "candidates", outlines)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        outline_by_density(
            points_paths=list(snakemake.input.points),
            hotspots_paths=list(snakemake.input.hotspots),
            outlines_path=snakemake.output.outlines,
            tracks=snakemake.params.tracks,
            track=snakemake.params.track,
            radius_m=snakemake.params.radius_m,
            density=DensitySettings(**snakemake.params.density),
            threshold_mm_yr=snakemake.params.threshold_mm_yr,
            significance=snakemake.params.significance,
            min_area_m2=snakemake.params.min_area_m2,
            grid=Grid.from_bounds(**snakemake.params.grid),
            radius_paths=list(snakemake.input.radius),
        )
