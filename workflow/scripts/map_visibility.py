"""What a track can see of the ground: layover, shadow, resolution, downslope motion."""

from hotslope.jobs import job_log

import logging
from contextlib import ExitStack

import numpy as np
from rasterio.enums import Resampling

from hotslope.class_rasters import VISIBILITY_CLASSES, class_raster_by_rows
from hotslope.columns import VISIBILITY_NAMES
from hotslope.grid import Grid
from hotslope.map_distortion import Distortion, distortion_on_grid
from hotslope.points.tables import POINTS
from hotslope.rasters import BLOCK_CELLS, grid_of, raster_by_rows, read_rows, read_strips
from hotslope.terrain.elevation import extremes
from hotslope.terrain.geometry import (
    LAYOVER,
    SHADOW,
    VISIBLE,
    Visibility,
    sensitivity,
    sight_rows,
    track_line_of_sight,
    turned,
    visibility,
)
from hotslope.terrain.moving_windows import window_cells
from hotslope.terrain.resampling import on_grid, row_blocks, with_halo
from hotslope.terrain.smoothing import gradient, slope_aspect, smoothed

logger = logging.getLogger("hotslope")

BANDS = ("class", "r_index", "sensitivity")
SIGHT = ["los_east", "los_north", "los_up"]
TAGS = {
    "class": VISIBILITY_CLASSES.in_words(),
    "r_index": "sin(incidence - slope toward the sensor); 0 in layover and shadow",
    "sensitivity": "share of downslope motion along the line of sight, + = toward",
}


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
    classes_path: str | None = None,
) -> None:
    """Write visibility class, R-index, and s·l with slope and aspect of a smoothed DEM.

    `classes_path` takes the classes once more, as integers with colours and names: the bands of
    one GeoTIFF have one type.

    The DEM is taken in strips with all that can hide their ground, where its cells are those of
    the study grid; otherwise at once.
    """
    study, dem = Grid.from_bounds(bounds_m, cell_size_m, crs), grid_of(dem_path)
    points = POINTS.read(points_path, SIGHT)
    los = track_line_of_sight(points[SIGHT].to_numpy(), track)
    del points
    # Rays cross the grid; one angle serves for them, as one line of sight does.
    row, column = study.shape[0] // 2, study.shape[1] // 2
    middle = distortion_on_grid(study, slice(row, row + 1)).convergence_deg
    rays = turned(los, -float(middle[0, column]))
    lowest_m, highest_m = extremes(read_strips(dem_path))
    halo = max(
        sight_rows(highest_m - lowest_m, dem.cell_size_m, rays),
        window_cells(smoothing_m, dem.cell_size_m) // 2 + 1,
    )
    tags = TAGS | {"smoothing_m": f"{smoothing_m:g}"}
    tags |= {name: f"{part:.6f}" for name, part in zip(SIGHT, los, strict=True)}
    found = np.zeros(len(VISIBILITY_NAMES), dtype=np.int64)
    with ExitStack() as open_rasters:
        write = open_rasters.enter_context(
            raster_by_rows(visibility_path, BANDS, study, tags, "float32", Resampling.mode)
        )
        if classes_path:
            write_classes = open_rasters.enter_context(
                class_raster_by_rows(classes_path, VISIBILITY_CLASSES, study, {})
            )
        for theirs, ours in row_blocks(dem, study, BLOCK_CELLS):
            read, own = with_halo(theirs, halo, dem.shape[0])
            ground, block = dem.of_rows(theirs), study.of_rows(ours)
            elevation_m = read_rows(dem_path, read, [1])[0]
            seen = visibility(elevation_m, dem.cell_size_m, rays, (read.start, dem.shape[0]))
            mean_m = smoothed(elevation_m, dem.cell_size_m, smoothing_m)
            plane = distortion_on_grid(study, ours)
            bands = _bands(seen, mean_m, own, ground, block, plane, los)
            write(ours, list(bands))
            if classes_path:
                write_classes(ours, bands[0])
            found += [int((bands[0] == code).sum()) for code in range(found.size)]
    for name, count in zip(VISIBILITY_NAMES, found, strict=True):
        logger.info("%s: %s %.2f %%", track, name, 100 * count / max(found.sum(), 1))


def _bands(
    seen: Visibility,
    mean_m: np.ndarray,
    rows: slice,
    ground: Grid,
    block: Grid,
    plane: Distortion,
    los: tuple[float, float, float],
) -> np.ndarray:
    """Return `BANDS` on a part of the study grid, float32, from the rows of the DEM below it."""
    bands = np.empty((len(BANDS), *block.shape), np.float32)
    for theirs, ours in row_blocks(ground, block):
        own = slice(rows.start + theirs.start, rows.start + theirs.stop)
        source, target = ground.of_rows(theirs), block.of_rows(ours)
        gaps = np.isnan(seen.classes[own])
        layover, shadow = (
            on_grid(np.where(gaps, np.nan, mask[own]), source, target)
            for mask in (seen.layover, seen.shadow)
        )
        bands[0, ours] = np.select(
            [np.isnan(shadow), shadow >= 0.5, layover >= 0.5], [np.nan, SHADOW, LAYOVER], VISIBLE
        )
        bands[1, ours] = on_grid(seen.r_index[own], source, target)
        east, north = (
            on_grid(part, source, target) for part in gradient(mean_m, ground.cell_size_m, own)
        )
        slope_deg, azimuth_deg = slope_aspect(east, north)
        here = Distortion(*(part[ours] for part in plane))
        bands[2, ours] = sensitivity(slope_deg, here.true_azimuth_deg(azimuth_deg), los)
    return bands


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
            classes_path=snakemake.output.classes,
        )
