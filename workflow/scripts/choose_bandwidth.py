"""Bandwidth of the local rate of a track, from the density of its points."""

from hotslope.jobs import job_log

import logging

from hotslope.columns import X, Y
from hotslope.files import write_json
from hotslope.motion.rate import point_density_per_m2, resolved_bandwidth_m
from hotslope.points.tables import POINTS

logger = logging.getLogger("hotslope")


def choose_bandwidth(*, points_path: str, bandwidth_path: str, bandwidth_m: float | str) -> None:
    """Write the density of the points and the bandwidth, for all tiles of the track.

    Parameters
    ----------
    points_path : str
        Points of a track.
    bandwidth_path : str
        JSON to write.
    bandwidth_m : float or "auto"
        Radius of the kernel, m; ``auto`` takes it from the density of the points.
    """
    points = POINTS.read_numbers(points_path, [X, Y])
    density = point_density_per_m2(points[X].to_numpy(), points[Y].to_numpy())
    radius_m = resolved_bandwidth_m(bandwidth_m, density)
    logger.info("%.0f points per km2, bandwidth %.1f m", density * 1e6, radius_m)
    write_json(bandwidth_path, {"points_per_m2": density, "bandwidth_m": radius_m})


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        choose_bandwidth(
            points_path=snakemake.input.points,
            bandwidth_path=snakemake.output.bandwidth,
            bandwidth_m=snakemake.params.bandwidth_m,
        )
