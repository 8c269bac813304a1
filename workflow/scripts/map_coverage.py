"""Where motion was or could be measured, over all tracks."""

from hotslope.jobs import job_log

import logging

import numpy as np
from rasterio.enums import Resampling

from hotslope.columns import X, Y
from hotslope.grid import Grid
from hotslope.maps.coverage import (
    COVERAGE_NAMES,
    MEASURED,
    TrackView,
    joint_coverage,
    track_coverage,
    within_reach,
)
from hotslope.points.tables import DROPPED_POINTS, POINTS
from hotslope.rasters import block_rows, read_rows, write_raster
from hotslope.terrain.downslope import MIN_SLOPE_DEG

logger = logging.getLogger("hotslope")


def map_coverage(
    *,
    points_paths: list[str],
    dropped_paths: list[str],
    visibility_paths: dict[str, str],
    slope_path: str | None,
    coverage_path: str,
    tracks: list[str],
    reach_m: float,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
) -> None:
    """Write the class of every cell and the number of tracks that measure it.

    The lists of paths are in the order of `tracks`; tracks whose visibility is not known have
    no entry in `visibility_paths`, and `slope_path` is None without a DEM: then only points
    count.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    reached = [
        [
            within_reach(table[X].to_numpy(), table[Y].to_numpy(), grid, reach_m)
            for table in (
                POINTS.read(points_path, [X, Y]),
                DROPPED_POINTS.read(dropped_path, [X, Y]),
            )
        ]
        for points_path, dropped_path in zip(points_paths, dropped_paths, strict=True)
    ]
    joint = np.empty(grid.shape, dtype=np.float32)
    measuring = np.empty(grid.shape, dtype=np.float32)
    for rows in block_rows(grid.shape[0]):
        nothing = np.full((rows.stop - rows.start, grid.shape[1]), np.nan)
        slope = read_rows(slope_path, rows, [1])[0] if slope_path else nothing
        classes = []
        for track, (points, dropped) in zip(tracks, reached, strict=True):
            visible, seen = nothing, nothing
            if track in visibility_paths:
                visible, seen = read_rows(visibility_paths[track], rows, [1, 3])
                seen[~(slope >= MIN_SLOPE_DEG)] = np.nan
            classes.append(track_coverage(TrackView(points[rows], dropped[rows], visible, seen)))
        joint[rows] = joint_coverage(classes)
        measuring[rows] = sum(one == MEASURED for one in classes)
    for code, name in enumerate(COVERAGE_NAMES):
        logger.info("%s: %.2f %%", name, 100 * np.mean(joint == code))
    write_raster(
        coverage_path,
        {"class": joint, "tracks": measuring},
        grid,
        {
            "class": ", ".join(f"{code} {name}" for code, name in enumerate(COVERAGE_NAMES)),
            "tracks": "number of tracks that measure the cell",
            "reach_m": f"{reach_m:g}",
        },
        overviews=Resampling.mode,
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        map_coverage(
            points_paths=list(snakemake.input.points),
            dropped_paths=list(snakemake.input.dropped),
            visibility_paths=dict(
                zip(snakemake.params.looking, snakemake.input.visibility, strict=True)
            ),
            slope_path=snakemake.input.slope or None,
            coverage_path=snakemake.output.coverage,
            tracks=snakemake.params.tracks,
            reach_m=snakemake.params.reach_m,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
        )
