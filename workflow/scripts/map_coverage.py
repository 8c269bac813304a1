"""Where motion was or could be measured, over all tracks."""

from hotslope.jobs import job_log

import logging

import numpy as np
from rasterio.enums import Resampling

from hotslope.class_rasters import class_raster_by_rows
from hotslope.columns import X, Y
from hotslope.files import write_json
from hotslope.grid import Grid
from hotslope.maps.coverage import (
    COVERAGE_CLASSES,
    COVERAGE_NAMES,
    MEASURED,
    TrackView,
    joint_coverage,
    track_coverage,
    within_reach,
)
from hotslope.points.tables import DROPPED_POINTS, POINTS
from hotslope.rasters import block_rows, raster_by_rows, read_rows
from hotslope.schemas import Table
from hotslope.terrain.downslope import MIN_SLOPE_DEG

logger = logging.getLogger("hotslope")


def map_coverage(
    *,
    points_paths: list[str],
    dropped_paths: list[str],
    visibility_paths: dict[str, str],
    slope_path: str | None,
    coverage_path: str,
    measuring_path: str,
    shares_path: str,
    tracks: list[str],
    reach_m: float,
    bounds_m: list[float],
    cell_size_m: float,
    crs: str,
) -> None:
    """Write the class of every cell, the number of tracks that measure it, and each class's share.

    The classes are integers; `measuring_path` holds the numbers of tracks.

    The lists of paths are in the order of `tracks`; tracks whose visibility is not known have
    no entry in `visibility_paths`, and `slope_path` is None without a DEM: then only points
    count.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    cells = {
        track: (_cells(POINTS, points_path, grid), _cells(DROPPED_POINTS, dropped_path, grid))
        for track, points_path, dropped_path in zip(
            tracks, points_paths, dropped_paths, strict=True
        )
    }
    tags = {"reach_m": f"{reach_m:g}"}
    measuring_tags = {"description": "number of tracks that measure the cell", **tags}
    found = np.zeros(len(COVERAGE_NAMES), dtype=np.int64)
    with (
        class_raster_by_rows(coverage_path, COVERAGE_CLASSES, grid, tags) as write,
        raster_by_rows(
            measuring_path, ["tracks"], grid, measuring_tags, "uint8", Resampling.mode
        ) as write_measuring,
    ):
        for rows in block_rows(grid.shape[0]):
            unknown = np.full((rows.stop - rows.start, grid.shape[1]), np.nan)
            slope = read_rows(slope_path, rows, [1])[0] if slope_path else unknown
            classes = []
            for track in tracks:
                visible, seen = unknown, unknown
                if track in visibility_paths:
                    visible, seen = read_rows(visibility_paths[track], rows, [1, 3])
                    seen[~(slope >= MIN_SLOPE_DEG)] = np.nan
                points, dropped = (
                    within_reach(*cell, grid, reach_m, rows) for cell in cells[track]
                )
                classes.append(track_coverage(TrackView(points, dropped, visible, seen)))
            joint = joint_coverage(classes)
            found += np.bincount(joint.ravel(), minlength=found.size)
            write(rows, joint)
            write_measuring(rows, [np.sum([one == MEASURED for one in classes], axis=0)])
    for name, count in zip(COVERAGE_NAMES, found, strict=True):
        logger.info("%s: %.2f %%", name, 100 * count / found.sum())
    shares = dict(zip(COVERAGE_NAMES, (found / found.sum()).tolist(), strict=True))
    write_json(shares_path, {"shares": shares})


def _cells(schema: Table, path: str, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Return row and column of each point of a table."""
    table = schema.read(path, [X, Y])
    return grid.rows_columns(table[X].to_numpy(), table[Y].to_numpy())


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
            measuring_path=snakemake.output.measuring,
            shares_path=snakemake.output.shares,
            tracks=snakemake.params.tracks,
            reach_m=snakemake.params.reach_m,
            bounds_m=snakemake.params.bounds_m,
            cell_size_m=snakemake.params.cell_size_m,
            crs=snakemake.params.crs,
        )
