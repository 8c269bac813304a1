"""Distance band of Gi* for a track, by incremental spatial autocorrelation."""

from hotslope.jobs import job_log

import logging

import numpy as np

from hotslope.files import write_json
from hotslope.motion.distance_band import DISTANCES_M, choose_band, prominent_peaks
from hotslope.motion.moran import moran_curve
from hotslope.motion.track_files import read_departures

logger = logging.getLogger("hotslope")


def choose_radius(
    *, points_path: str, background_path: str, radius_path: str, threads: int
) -> None:
    """Write Moran's I over growing distances and the radius it suggests.

    Parameters
    ----------
    points_path, background_path : str
        Points of a track, and their long-wave background.
    radius_path : str
        JSON to write: the curve, `radius_m`, whether it is a peak, and the reason.
    threads : int
        Number of threads.

    Notes
    -----
    The long-wave background is removed first, whatever `hotspots.background` is:
    residual atmosphere is alike over kilometres and would hide the scale of moving slopes.
    """
    x, y, departure = read_departures(points_path, background_path)
    curve = moran_curve(x, y, departure, DISTANCES_M, threads=threads)
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
            "points": x.size,
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
            background_path=snakemake.input.background,
            radius_path=snakemake.output.radius,
            threads=snakemake.threads,
        )
