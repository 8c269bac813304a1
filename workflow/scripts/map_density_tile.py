"""Quartic kernel density of hot-spot scores in one tile."""

from hotslope.jobs import job_log

from hotslope.columns import X, Y
from hotslope.grid import Grid
from hotslope.motion.density import DENSITY_BANDS, DENSITY_TAGS, signed_densities
from hotslope.motion.radius import resolved_radius_m
from hotslope.motion.tables import HOTSPOTS
from hotslope.points.tables import POINTS
from hotslope.rasters import write_tile
from hotslope.rows import check_same_points, rows_inside
from hotslope.tiles import grown, tile_grid


def map_density_tile(
    *,
    points_path: str,
    hotspots_path: str,
    density_path: str,
    radius_m: float | str,
    window: list[int],
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    threads: int,
    radius_path: str | None = None,
) -> None:
    """Write the density of z in the cells of the tile.

    The parameters are those of `map_density`, and `window`: rows and columns of the tile in
    the study grid (begin, end, begin, end). Points within the radius of the tile are read.
    """
    reach_m = resolved_radius_m(radius_m, radius_path)
    tile = tile_grid(Grid.from_bounds(bounds_m, cell_size_m, crs), window)
    rows = rows_inside(points_path, grown(tile.bounds_m, reach_m))
    points = POINTS.read(points_path, [X, Y], rows)
    hotspots = HOTSPOTS.read(hotspots_path, ["z"], rows)
    check_same_points(points_path, hotspots_path, rows)
    densities = signed_densities(
        points[X].to_numpy(),
        points[Y].to_numpy(),
        hotspots["z"].to_numpy(),
        reach_m,
        tile,
        threads=threads,
    )
    write_tile(
        density_path,
        dict(zip(DENSITY_BANDS, densities, strict=True)),
        tile,
        DENSITY_TAGS | {"radius_m": f"{reach_m:g}"},
        dtype="float32",
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        map_density_tile(
            points_path=snakemake.input.points,
            hotspots_path=snakemake.input.hotspots,
            density_path=snakemake.output.density,
            radius_m=snakemake.params.radius_m,
            window=snakemake.params.window,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            threads=snakemake.threads,
            radius_path=snakemake.input.radius or None,
        )
