"""Where motion was or could be measured, over all tracks."""

import logging

import numpy as np

from hotslope.columns import X, Y
from hotslope.grid import Grid
from hotslope.logs import job_log
from hotslope.maps.coverage import (
    COVERAGE_NAMES,
    MEASURED,
    TrackView,
    joint_coverage,
    track_coverage,
    within_reach,
)
from hotslope.rasters import read_raster, write_raster
from hotslope.schemas import DROPPED_POINTS, POINTS
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
    slope = read_raster(slope_path)[0] if slope_path else np.full(grid.shape, np.nan)
    classes = []
    for track, points_path, dropped_path in zip(tracks, points_paths, dropped_paths, strict=True):
        points = POINTS.read(points_path, [X, Y])
        dropped = DROPPED_POINTS.read(dropped_path, [X, Y])
        visible, seen = _view(visibility_paths.get(track), slope, grid)
        view = TrackView(
            within_reach(points[X].to_numpy(), points[Y].to_numpy(), grid, reach_m),
            within_reach(dropped[X].to_numpy(), dropped[Y].to_numpy(), grid, reach_m),
            visible,
            seen,
        )
        classes.append(track_coverage(view))
    joint = joint_coverage(classes)
    for code, name in enumerate(COVERAGE_NAMES):
        logger.info("%s: %.2f %%", name, 100 * np.mean(joint == code))
    measuring = sum((one == MEASURED).astype(np.float32) for one in classes)
    write_raster(
        coverage_path,
        {"class": joint.astype(np.float32), "tracks": np.asarray(measuring, dtype=np.float32)},
        grid,
        {
            "class": ", ".join(f"{code} {name}" for code, name in enumerate(COVERAGE_NAMES)),
            "tracks": "number of tracks that measure the cell",
            "reach_m": f"{reach_m:g}",
        },
    )


def _view(path: str | None, slope_deg: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Visibility codes, and s·l where the slope is steep enough; NaN where not known."""
    if path is None:
        return np.full(grid.shape, np.nan), np.full(grid.shape, np.nan)
    visible, _ = read_raster(path)
    sensitivity, _ = read_raster(path, 3)
    return visible, np.where(slope_deg >= MIN_SLOPE_DEG, sensitivity, np.nan)


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
