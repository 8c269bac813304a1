"""Distance band of Gi* for a track, by incremental spatial autocorrelation."""

from hotslope.jobs import job_log

import logging

import numpy as np

from hotslope.columns import VELOCITY, X, Y
from hotslope.files import write_json
from hotslope.motion.distance_band import DISTANCES_M, choose_band, prominent_peaks
from hotslope.motion.moran import moran_curve
from hotslope.motion.scores import departures
from hotslope.points.tables import POINTS

logger = logging.getLogger("hotslope")


def choose_radius(
    *, points_path: str, radius_path: str, bounds_m: list[float], crs: str, threads: int
) -> None:
    """Write Moran's I over growing distances and the radius it suggests.

    Parameters
    ----------
    points_path : str
        Points of a track.
    radius_path : str
        JSON to write: the curve, `radius_m`, whether it is a peak, and the reason.
    bounds_m : list of float
        Study area, for the grid of the background, m.
    crs : str
        Projected CRS of the study area.
    threads : int
        Number of threads.

    Notes
    -----
    The long-wave background is taken off first, whatever `hotspots.background` says:
    residual atmosphere is alike over kilometres and would hide the scale of moving slopes.
    """
    points = POINTS.read(points_path, [X, Y, VELOCITY])
    velocity = departures(points, "modal", bounds_m, crs)
    x, y = points[X].to_numpy(), points[Y].to_numpy()
    curve = moran_curve(x, y, velocity, DISTANCES_M, threads=threads)
    choice = choose_band(curve)
    level = logging.INFO if choice.is_peak else logging.WARNING
    logger.log(level, "radius %g m; %s", choice.radius_m, choice.reason)
    peaks, prominence = prominent_peaks(curve.z)
    write_json(
        radius_path,
        {
            "radius_m": choice.radius_m,
            "is_peak": choice.is_peak,
            "reason": choice.reason,
            "points": len(points),
            "distance_m": curve.distance_m.tolist(),
            "moran_i": _or_none(curve.moran_i),
            "z": _or_none(curve.z),
            "z_normal": _or_none(curve.z_normal),
            "mean_neighbours": _or_none(curve.neighbours),
            "peaks": [
                {"distance_m": float(curve.distance_m[peak]), "prominence": float(standing)}
                for peak, standing in zip(peaks, prominence, strict=True)
            ],
        },
    )


def _or_none(numbers: np.ndarray) -> list[float | None]:
    """Return a list in which NaN is None, for JSON."""
    return [None if np.isnan(number) else float(number) for number in numbers]


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        choose_radius(
            points_path=snakemake.input.points,
            radius_path=snakemake.output.radius,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
            threads=snakemake.threads,
        )
