"""Scores of the gate of a track from its tiles, corrected over all of them."""

import pyarrow.parquet as pq

from hotslope.logs import job_log
from hotslope.motion.tile_scores import beside_points, gathered_scores
from hotslope.schemas import HOTSPOTS


def gather_gate(
    *, points_path: str, scores_paths: list[str], gate_path: str, correction: str
) -> None:
    """Write z, p, q and the number of neighbours of each point.

    Parameters
    ----------
    points_path : str
        Points of a track.
    scores_paths : list of str
        What `score_gate_tile` wrote of each tile.
    gate_path : str
        Table to write, of the kind of the hot spots, in the order of the points.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated.
    """
    number = pq.read_metadata(points_path).num_rows
    scores = gathered_scores(scores_paths, number, correction)
    HOTSPOTS.write_parts(gate_path, beside_points(points_path, scores))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        gather_gate(
            points_path=snakemake.input.points,
            scores_paths=list(snakemake.input.scores),
            gate_path=snakemake.output.gate,
            correction=snakemake.params.correction,
        )
