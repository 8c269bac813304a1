"""Outlines that the rate rule would make of one track's errors alone."""

from hotslope.jobs import job_log

import logging

from hotslope.candidates.noise_files import write_noise
from hotslope.candidates.noise_outlines import GateSettings, noise_outlines
from hotslope.candidates.settings import RegionSettings, rate_rule
from hotslope.grid import Grid
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.tables import RATE_ERRORS
from hotslope.motion.track_files import read_density_per_m2, read_variogram
from hotslope.points.tables import POINTS
from hotslope.rows import check_same_points

logger = logging.getLogger("hotslope")


def draw_noise(
    *,
    points_path: str,
    summary_path: str,
    errors_path: str,
    error_summary_path: str,
    radius_path: str | None,
    noise_path: str,
    bandwidth_m: float | str,
    statistic: str,
    regions: RegionSettings,
    radius_m: float | str,
    gate: GateSettings,
    fields: int,
    seed: list[int],
    grid: Grid,
) -> None:
    """Write the strengths of the outlines in noise fields at the points of a track.

    Parameters
    ----------
    points_path, summary_path : str
        Points of a track, and their summary, which holds their density.
    errors_path, error_summary_path : str
        Errors of their rates, and what neighbours share of them.
    radius_path : str or None
        The radius chosen for the track, where `radius_m` is ``auto``.
    noise_path : str
        JSON to write.
    bandwidth_m : float or "auto"
        Radius of the kernel of the rate, m.
    statistic : {"auto", "median", "mean", "clipped_mean", "kriging"}
        See `hotslope.motion.rate.local_rate`; ``auto`` takes it from the density of the points.
    regions : RegionSettings
        What a region must be like.
    radius_m : float or "auto"
        Radius of the gate's Gi*, m.
    gate : GateSettings
        How it is scored.
    fields : int
        Most fields that are drawn.
    seed : list of int
        Of the track.
    grid : Grid
        The study grid.
    """
    check_same_points(points_path, errors_path)
    points = POINTS.read_numbers(points_path, ["x_m", "y_m"])
    own = RATE_ERRORS.read_numbers(errors_path, ["uncorrelated_std_mm_yr"])
    rule = rate_rule(regions, bandwidth_m, statistic, read_density_per_m2(summary_path), grid)
    noise = noise_outlines(
        points["x_m"].to_numpy(),
        points["y_m"].to_numpy(),
        own["uncorrelated_std_mm_yr"].to_numpy(),
        read_variogram(error_summary_path),
        rule,
        resolved_radius_m(radius_m, radius_path),
        gate,
        grid,
        fields=fields,
        seed=tuple(seed),
    )
    logger.info(
        "%d noise fields over %.2f times the points: %d outlines of noise",
        noise.fields,
        noise.exposure,
        noise.strength.size,
    )
    write_noise(noise_path, noise)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        draw_noise(
            points_path=snakemake.input.points,
            summary_path=snakemake.input.summary,
            errors_path=snakemake.input.errors,
            error_summary_path=snakemake.input.error_summary,
            radius_path=snakemake.input.radius or None,
            noise_path=snakemake.output.noise,
            bandwidth_m=snakemake.params.bandwidth_m,
            statistic=snakemake.params.statistic,
            regions=RegionSettings(**snakemake.params.regions),
            radius_m=snakemake.params.radius_m,
            gate=GateSettings(**snakemake.params.gate),
            fields=snakemake.params.fields,
            seed=snakemake.params.seed,
            grid=Grid.from_bounds(**snakemake.params.grid),
        )
