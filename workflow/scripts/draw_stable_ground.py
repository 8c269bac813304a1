"""Lay outlines of mapped landslides on ground that was measured alike and does not move."""

from hotslope.jobs import job_log

import logging
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np

from hotslope.candidates.tables import CANDIDATES
from hotslope.columns import CANDIDATE_ID
from hotslope.files import write_layers
from hotslope.learning.inventory_files import read_inventory
from hotslope.learning.negatives import STABLE_GROUND
from hotslope.learning.stable_ground import stable_pieces
from hotslope.learning.tables import LABELS
from hotslope.motion.track_files import read_rates
from hotslope.rasters import read_raster
from hotslope.schemas import read_layer

logger = logging.getLogger("hotslope.learning")


def draw_stable_ground(
    *,
    candidates_path: str,
    labels_path: str,
    inventory_path: str,
    points_paths: list[str],
    backgrounds_paths: list[str],
    visibility_paths: list[str],
    stable_ground_path: str,
    inventory: dict[str, Any],
    tracks: list[str],
    threshold_mm_yr: float,
    bounds_m: list[float],
    seed: int,
) -> None:
    """Write the pieces of ground as candidates that are none: identifiers and outlines.

    `backgrounds_paths` and `visibility_paths` are in the order of `points_paths`, or empty.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", [CANDIDATE_ID])
    labels = LABELS.read(labels_path)
    slides = candidates.geometry.to_numpy()[(labels["label"] == 1).fillna(False).to_numpy(bool)]
    mapped = read_inventory(inventory_path, candidates.crs, **inventory)
    moving = np.concatenate(
        [candidates.geometry.to_numpy(), mapped.geometry.to_numpy()[mapped["label"] == 1]]
    )
    points = {}
    for number, (track, path) in enumerate(zip(tracks, points_paths, strict=True)):
        background = backgrounds_paths[number] if backgrounds_paths else None
        x, y, rate_mm_yr = read_rates(path, background)
        points[track] = (x, y, np.abs(rate_mm_yr) >= threshold_mm_yr)
    pieces, slide = stable_pieces(
        slides,
        moving,
        (bounds_m[0], bounds_m[1], bounds_m[2], bounds_m[3]),
        points,
        {path: _view(path) for path in visibility_paths},
        np.random.default_rng(seed),
    )
    logger.info("stable ground for %d of %d landslides", len(slide), len(slides))
    ground = gpd.GeoDataFrame(
        {CANDIDATE_ID: [f"{STABLE_GROUND}{number:04d}" for number in range(1, len(pieces) + 1)]},
        geometry=list(pieces),
        crs=candidates.crs,
    ).astype({CANDIDATE_ID: "str"})
    write_layers(stable_ground_path, {"candidates": ground}, CANDIDATES.metadata())


def _view(path: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return the R-index of a track's view as a function of places."""
    r_index, grid = read_raster(path, band=2)

    def at(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        cells = grid.cell_numbers(x, y)
        return np.where(cells < 0, np.nan, r_index.ravel()[cells])

    return at


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        draw_stable_ground(
            candidates_path=snakemake.input.candidates,
            labels_path=snakemake.input.labels,
            inventory_path=snakemake.input.inventory,
            points_paths=list(snakemake.input.points),
            backgrounds_paths=list(snakemake.input.backgrounds),
            visibility_paths=list(snakemake.input.visibility),
            stable_ground_path=snakemake.output.ground,
            inventory=snakemake.params.inventory,
            tracks=snakemake.params.tracks,
            threshold_mm_yr=snakemake.params.threshold_mm_yr,
            bounds_m=snakemake.params.bounds_m,
            seed=snakemake.params.seed,
        )
