"""Getis–Ord Gi* of the rate less background, by which candidates are let through."""

from hotslope.jobs import job_log

from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.scores import corrected_scores, local_rate_scores
from hotslope.motion.track_files import read_rates, write_scores
from hotslope.strips import points_at_a_time


def score_gate(
    *,
    points_path: str,
    background_path: str | None,
    gate_path: str,
    radius_m: float | str,
    center: str,
    min_neighbours: int,
    correction: str,
    strip_memory_mb: float,
    threads: int,
    radius_path: str | None = None,
) -> None:
    """Write z, p, q and the number of neighbours of each point.

    The parameters are those of `find_hotspots`, whose table `gate_path` has the schema of.
    """
    # Coordinates are let go before p is corrected.
    z, neighbours = local_rate_scores(
        *read_rates(points_path, background_path),
        resolved_radius_m(radius_m, radius_path),
        center=center,
        min_neighbours=min_neighbours,
        points_at_a_time=points_at_a_time(strip_memory_mb),
        threads=threads,
    )
    write_scores(points_path, gate_path, corrected_scores(z, neighbours, correction))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        score_gate(
            points_path=snakemake.input.points,
            background_path=snakemake.input.background or None,
            gate_path=snakemake.output.gate,
            radius_m=snakemake.params.radius_m,
            center=snakemake.params.center,
            min_neighbours=snakemake.params.min_neighbours,
            correction=snakemake.params.correction,
            strip_memory_mb=snakemake.resources.strip_mb,
            threads=snakemake.threads,
            radius_path=snakemake.input.radius or None,
        )
