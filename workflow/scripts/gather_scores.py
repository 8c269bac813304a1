"""Hot spots of a track from the scores of its tiles, corrected over all of them."""

from hotslope.jobs import job_log

from hotslope.motion.tile_scores import gather_tile_scores


def gather_scores(
    *, points_path: str, scores_paths: list[str], hotspots_path: str, correction: str
) -> None:
    """Write z, p, q and the number of neighbours of each point.

    Parameters
    ----------
    points_path : str
        Points of a track.
    scores_paths : list of str
        What `score_tile` wrote of each tile.
    hotspots_path : str
        Table to write, one row per point in the order of the points: the bytes that
        `find_hotspots` writes of the whole track.
    correction : {"fdr", "none"}
        Correction of p for the number of points evaluated.
    """
    gather_tile_scores(points_path, scores_paths, hotspots_path, correction)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        gather_scores(
            points_path=snakemake.input.points,
            scores_paths=list(snakemake.input.scores),
            hotspots_path=snakemake.output.hotspots,
            correction=snakemake.params.correction,
        )
