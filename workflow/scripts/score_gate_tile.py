"""Gi* of the rates in one tile, for the gate of the candidates."""

from hotslope.jobs import job_log

from hotslope.candidates.inputs import read_background
from hotslope.columns import VELOCITY
from hotslope.grid import Grid
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.tile_scores import read_moments, score_tile_points
from hotslope.tiles import tile_bounds_m


def score_gate_tile(
    *,
    points_path: str,
    background_path: str,
    moments_path: str,
    scores_path: str,
    gate_radius_m: float | str,
    min_neighbours: int,
    window: list[int],
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    gate_radius_path: str | None = None,
) -> None:
    """Write z, p and the number of neighbours of each point of the tile.

    The parameters are those of `hotslope.candidates.gate.gate_scores`; `moments_path`: what
    `measure_gate` wrote of the whole track; `window`: rows and columns of the tile in the
    study grid (begin, end, begin, end).
    """
    score_tile_points(
        points_path,
        tile_bounds_m(Grid.from_bounds(bounds_m, cell_size_m, crs), window),
        resolved_radius_m(gate_radius_m, gate_radius_path),
        lambda points: points[VELOCITY].to_numpy() - read_background(background_path, points),
        scores_path,
        min_neighbours=min_neighbours,
        moments=read_moments(moments_path),
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        score_gate_tile(
            points_path=snakemake.input.points,
            background_path=snakemake.input.background,
            moments_path=snakemake.input.moments,
            scores_path=snakemake.output.scores,
            gate_radius_m=snakemake.params.gate_radius_m,
            min_neighbours=snakemake.params.min_neighbours,
            window=snakemake.params.window,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            gate_radius_path=snakemake.input.radius or None,
        )
