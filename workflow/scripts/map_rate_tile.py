"""Local rate of motion near moving points, in one tile."""

from hotslope.jobs import job_log

import json
from pathlib import Path

from hotslope.columns import VELOCITY, X, Y
from hotslope.grid import Grid
from hotslope.motion.background import sample_background
from hotslope.motion.rate import RATE_BANDS, local_rate, rate_tags
from hotslope.points.tables import POINTS
from hotslope.rasters import read_raster, write_tile
from hotslope.rows import rows_inside
from hotslope.tiles import grown, tile_grid


def map_rate_tile(
    *,
    points_path: str,
    background_path: str,
    bandwidth_path: str,
    rate_path: str,
    statistic: str,
    stability_threshold_mm_yr: float,
    window: list[int],
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
    threads: int,
) -> None:
    """Write the rate less background, and its support, in the cells of the tile.

    The parameters are those of `map_rate`, but `bandwidth_path`: what `choose_bandwidth` wrote;
    and `window`: rows and columns of the tile in the study grid (begin, end, begin, end).
    Points within the bandwidth of the tile are read.
    """
    chosen = json.loads(Path(bandwidth_path).read_text(encoding="utf-8"))
    bandwidth_m, density = chosen["bandwidth_m"], chosen["points_per_m2"]
    tile = tile_grid(Grid.from_bounds(bounds_m, cell_size_m, crs), window)
    rows = rows_inside(points_path, grown(tile.bounds_m, bandwidth_m))
    points = POINTS.read(points_path, [X, Y, VELOCITY], rows)
    x, y = points[X].to_numpy(), points[Y].to_numpy()
    background, coarse = read_raster(background_path)
    bands = local_rate(
        x,
        y,
        points[VELOCITY].to_numpy() - sample_background(coarse, background, x, y),
        bandwidth_m,
        tile,
        threshold_mm_yr=stability_threshold_mm_yr,
        statistic=statistic,
        threads=threads,
    )
    write_tile(
        rate_path,
        dict(zip(RATE_BANDS, bands, strict=True)),
        tile,
        rate_tags(statistic, bandwidth_m, density),
        dtype="float32",
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        map_rate_tile(
            points_path=snakemake.input.points,
            background_path=snakemake.input.background,
            bandwidth_path=snakemake.input.bandwidth,
            rate_path=snakemake.output.rate,
            statistic=snakemake.params.statistic,
            stability_threshold_mm_yr=snakemake.params.stability_threshold_mm_yr,
            window=snakemake.params.window,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
            threads=snakemake.threads,
        )
