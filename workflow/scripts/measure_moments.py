"""What Gi* of a track is compared with: centre and spread of the velocities, and background."""

from hotslope.jobs import job_log

from hotslope.columns import VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.motion.background import CELL_SIZE_M
from hotslope.motion.bands import band_points
from hotslope.motion.hotspots import track_moments
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.scores import background_on, departures_from
from hotslope.motion.tile_scores import write_moments
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster


def measure_moments(
    *,
    points_path: str,
    moments_path: str,
    background_path: str,
    radius_m: float | str,
    center: str,
    background: str,
    bounds_m: list[float],
    crs: str,
    radius_path: str | None = None,
) -> None:
    """Write what each tile of a track must know of the whole.

    Parameters
    ----------
    points_path : str
        Points of a track.
    moments_path : str
        JSON to write: number, centre and spread of all velocities.
    background_path : str
        Raster to write: what is taken off the velocities first, 0 where nothing is.
    radius_m : float or "auto"
        Radius of Gi*, m: the moments are of the points in its order.
    center : {"mean", "median"}
        What local sums are compared with.
    background : {"none", "modal"}
        Whether the long-wave background is taken off the velocities first.
    bounds_m : list of float
        Study area, for the grid of the background, m.
    crs : str
        Projected CRS of the study area.
    radius_path : str, optional
        What `choose_radius` wrote, where `radius_m` is ``auto``.
    """
    points = POINTS.read_numbers(points_path, [X, Y, VELOCITY])
    coarse = Grid.from_bounds(bounds_m, CELL_SIZE_M, crs)
    smooth = background_on(coarse, points, background)
    banded = band_points(
        points[X].to_numpy(),
        points[Y].to_numpy(),
        departures_from(points, smooth, coarse),
        resolved_radius_m(radius_m, radius_path),
    )
    write_moments(moments_path, track_moments(banded.value, center))
    write_raster(background_path, {"background_mm_yr": smooth}, coarse, {"unit": "mm/yr"})


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        measure_moments(
            points_path=snakemake.input.points,
            moments_path=snakemake.output.moments,
            background_path=snakemake.output.background,
            radius_m=snakemake.params.radius_m,
            center=snakemake.params.center,
            background=snakemake.params.background,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
            radius_path=snakemake.input.radius or None,
        )
