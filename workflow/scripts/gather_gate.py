"""Scores of the gate of a track from its tiles, corrected over all of them."""

from hotslope.jobs import job_log

from hotslope.motion.tile_scores import gather_tile_scores


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
    gather_tile_scores(points_path, scores_paths, gate_path, correction)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        gather_gate(
            points_path=snakemake.input.points,
            scores_paths=list(snakemake.input.scores),
            gate_path=snakemake.output.gate,
            correction=snakemake.params.correction,
        )
