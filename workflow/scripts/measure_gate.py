"""What the gate of a track's candidates is compared with: centre and spread of the rates."""

from hotslope.jobs import job_log

from hotslope.candidates.gate import usable_center
from hotslope.candidates.inputs import read_background
from hotslope.columns import VELOCITY, X, Y
from hotslope.motion.bands import band_points
from hotslope.motion.hotspots import track_moments
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.tile_scores import write_moments
from hotslope.points.tables import POINTS


def measure_gate(
    *,
    points_path: str,
    background_path: str,
    moments_path: str,
    gate_radius_m: float | str,
    gate_center: str,
    gate_radius_path: str | None = None,
) -> None:
    """Write number, centre and spread of all rates less background, for the track's tiles.

    Parameters
    ----------
    points_path, background_path : str
        Points of a track, and the raster of their background.
    moments_path : str
        JSON to write.
    gate_radius_m : float or "auto"
        Radius of the gate's Gi*, m: the moments are of the points in its order.
    gate_center : {"median", "mean"}
        See `hotslope.candidates.gate.gate_scores`.
    gate_radius_path : str, optional
        What `choose_radius` wrote, where the radius is ``auto``.
    """
    points = POINTS.read_numbers(points_path, [X, Y, VELOCITY])
    rate = points[VELOCITY].to_numpy() - read_background(background_path, points)
    banded = band_points(
        points[X].to_numpy(),
        points[Y].to_numpy(),
        rate,
        resolved_radius_m(gate_radius_m, gate_radius_path),
    )
    write_moments(moments_path, track_moments(banded.value, usable_center(rate, gate_center)))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        measure_gate(
            points_path=snakemake.input.points,
            background_path=snakemake.input.background,
            moments_path=snakemake.output.moments,
            gate_radius_m=snakemake.params.gate_radius_m,
            gate_center=snakemake.params.gate_center,
            gate_radius_path=snakemake.input.radius or None,
        )
