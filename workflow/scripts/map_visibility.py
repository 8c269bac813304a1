"""What a track can see of the ground: layover, shadow, resolution, downslope motion."""

from hotslope.jobs import job_log

import logging

import numpy as np
from rasterio.enums import Resampling

from hotslope.columns import VISIBILITY_NAMES
from hotslope.grid import Grid
from hotslope.points.tables import POINTS
from hotslope.rasters import read_raster, write_raster
from hotslope.terrain.downslope import sensitivity
from hotslope.terrain.resampling import on_grid, row_blocks
from hotslope.terrain.sight import track_line_of_sight
from hotslope.terrain.smoothing import gradient, slope_aspect, smoothed
from hotslope.terrain.visibility import LAYOVER, SHADOW, VISIBLE, visibility

logger = logging.getLogger("hotslope")

BANDS = ("class", "r_index", "sensitivity")


def map_visibility(
    *,
    dem_path: str,
    points_path: str,
    visibility_path: str,
    track: str,
    smoothing_m: float,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
) -> None:
    """Write visibility class, R-index, and s·l with slope and aspect of a smoothed DEM."""
    study = Grid.from_bounds(bounds_m, cell_size_m, crs)
    sight = ["los_east", "los_north", "los_up"]
    points = POINTS.read(points_path, sight)
    los = track_line_of_sight(points[sight].to_numpy(), track)
    elevation_m, dem = read_raster(dem_path)
    seen = visibility(elevation_m, dem.cell_size_m, los)
    mean_m = smoothed(elevation_m, dem.cell_size_m, smoothing_m)
    del elevation_m
    bands = {name: np.empty(study.shape, np.float32) for name in BANDS}
    for theirs, ours in row_blocks(dem, study):
        ground, block = (
            grid.window(rows, slice(0, grid.shape[1]))
            for grid, rows in ((dem, theirs), (study, ours))
        )
        gaps = np.isnan(seen.classes[theirs])
        layover, shadow = (
            on_grid(np.where(gaps, np.nan, mask[theirs]), ground, block)
            for mask in (seen.layover, seen.shadow)
        )
        bands["class"][ours] = np.select(
            [np.isnan(shadow), shadow >= 0.5, layover >= 0.5], [np.nan, SHADOW, LAYOVER], VISIBLE
        )
        bands["r_index"][ours] = on_grid(seen.r_index[theirs], ground, block)
        east, north = (
            on_grid(part, ground, block) for part in gradient(mean_m, dem.cell_size_m, theirs)
        )
        bands["sensitivity"][ours] = sensitivity(*slope_aspect(east, north), los)
    known = max(int(np.isfinite(bands["class"]).sum()), 1)
    for code, name in enumerate(VISIBILITY_NAMES):
        share = float((bands["class"] == code).sum()) / known
        logger.info("%s: %s %.2f %%", track, name, 100 * share)
    write_raster(
        visibility_path,
        bands,
        study,
        {
            "class": ", ".join(f"{code} {name}" for code, name in enumerate(VISIBILITY_NAMES)),
            "r_index": "sin(incidence - slope toward the sensor); 0 in layover and shadow",
            "sensitivity": "share of downslope motion along the line of sight, + = toward",
            "los_east": f"{los[0]:.6f}",
            "los_north": f"{los[1]:.6f}",
            "los_up": f"{los[2]:.6f}",
            "smoothing_m": f"{smoothing_m:g}",
        },
        overviews=Resampling.mode,
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        map_visibility(
            dem_path=snakemake.input.dem,
            points_path=snakemake.input.points,
            visibility_path=snakemake.output.visibility,
            track=snakemake.params.track,
            smoothing_m=snakemake.params.smoothing_m,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
        )
