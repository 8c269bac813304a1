"""East and up motion of cells that ascending and descending tracks see."""

from hotslope.jobs import job_log

import logging
from typing import Any

import numpy as np

from hotslope.columns import VELOCITY, X, Y
from hotslope.crs import projected_crs
from hotslope.files import write_json
from hotslope.grid import Grid
from hotslope.line_of_sight import track_line_of_sight
from hotslope.motion.group_velocity import GroupVelocity, group_velocity
from hotslope.motion.reference_offsets import ReferenceOffsets, reference_offsets
from hotslope.motion.tables import RATE_ERRORS
from hotslope.points.coordinates import Window
from hotslope.points.readers.egms_l3 import read_component
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster
from hotslope.rows import check_same_points
from hotslope.terrain.cell_comparison import compare_cells, mean_of_cells
from hotslope.terrain.cell_east_up import CellPoints, cell_east_up
from hotslope.terrain.east_up import EastUp

logger = logging.getLogger("hotslope")
SIGHT = ["los_east", "los_north", "los_up"]


def decompose_motion(
    *,
    points_paths: list[str],
    errors_paths: list[str],
    east_up_path: str,
    report_path: str,
    tracks: list[str],
    cell_size_m: float,
    min_points: int,
    shared_error_mm_yr: float,
    max_condition_number: float,
    reference: str,
    stable_mm_yr: float,
    weights: str,
    egms_l3: dict[str, Any],
    bounds_m: list[float],
    crs: str,
) -> None:
    """Write east and up per cell, with errors, and report the offsets between the tracks.

    Parameters
    ----------
    egms_l3 : dict of str to (str, list of str or None)
        ``east`` and ``up``: files of EGMS level L3 to compare with.
    """
    grid = Grid.from_bounds(bounds_m, cell_size_m, crs)
    count = grid.shape[0] * grid.shape[1]
    points = [
        _points_in_cells(points_path, errors_path, track, grid)
        for points_path, errors_path, track in zip(points_paths, errors_paths, tracks, strict=True)
    ]
    cells = [
        group_velocity(
            track.cell,
            count,
            track.velocity_mm_yr,
            min_points=min_points,
            shared_error_mm_yr=shared_error_mm_yr,
        )
        for track in points
    ]
    velocities = np.stack([cell.velocity_mm_yr for cell in cells])
    offsets = reference_offsets(velocities, stable_mm_yr)
    known = np.isfinite(offsets.offset_mm_yr)
    removed = np.where(known & (reference == "stable"), offsets.offset_mm_yr, 0.0)
    if reference == "stable" and not known.all():
        logger.warning("too few stable cells: no offset is subtracted where it is null")
    motion = cell_east_up(
        [
            track._replace(velocity_mm_yr=track.velocity_mm_yr - offset)
            for track, offset in zip(points, removed, strict=True)
        ],
        count,
        weighted=weights == "errors",
        shared_error_mm_yr=shared_error_mm_yr,
        min_points=min_points,
    )
    good = motion.condition_number <= max_condition_number
    logger.info("%d cells decomposed", good.sum())
    bands = _bands(motion, good) | {
        f"points_{track}": cell.points for track, cell in zip(tracks, cells, strict=True)
    }
    other = _egms_l3(egms_l3, grid)
    bands |= {f"egms_{component}_mm_yr": values for component, values in other.items()}
    write_raster(
        east_up_path,
        {name: values.reshape(grid.shape).astype(np.float32) for name, values in bands.items()},
        grid,
        {"sign": "+ east, + up", "north": "set to 0", "reference": reference},
        units=["mm/yr" if name.endswith("_mm_yr") else "" for name in bands],
    )
    write_json(
        report_path,
        {
            "reference": reference,
            "weights": weights,
            "cell_size_m": cell_size_m,
            "cells_decomposed": int(good.sum()),
            "stable_mm_yr": stable_mm_yr,
            "tracks": _track_reports(tracks, cells, offsets, removed),
            "east_mm_yr": _quantiles(motion.east[good]),
            "up_mm_yr": _quantiles(motion.up[good]),
            "egms_l3": {
                component: compare_cells(bands[f"{component}_mm_yr"], values)
                for component, values in other.items()
            },
        },
    )


def _points_in_cells(points_path: str, errors_path: str, track: str, grid: Grid) -> CellPoints:
    """Read the points of a track that lie in cells of the grid, counted row by row."""
    check_same_points(points_path, errors_path)
    points = POINTS.read(points_path, [X, Y, VELOCITY, *SIGHT])
    errors = RATE_ERRORS.read_numbers(errors_path, ["uncorrelated_std_mm_yr"])
    track_line_of_sight(points[SIGHT].to_numpy(), track)
    cell = grid.cell_numbers(points[X].to_numpy(), points[Y].to_numpy())
    inside = (cell >= 0) & points[SIGHT].notna().all(axis=1).to_numpy()
    return CellPoints(
        cell[inside],
        points[VELOCITY].to_numpy()[inside],
        errors["uncorrelated_std_mm_yr"].to_numpy()[inside],
        points[SIGHT].to_numpy()[inside],
    )


def _egms_l3(files: dict[str, Any], grid: Grid) -> dict[str, np.ndarray]:
    """Read the configured components of EGMS level L3, averaged over the cells of the grid."""
    window = Window(projected_crs(grid.crs), grid.bounds_m)
    found = {}
    for component, path in files.items():
        if path is None:
            continue
        cells = read_component(path, component, window)
        if cells.empty:
            logger.warning("decomposition.egms_l3.%s: no cell lies in the study area", component)
        number = grid.cell_numbers(cells[X].to_numpy(), cells[Y].to_numpy())
        count = grid.shape[0] * grid.shape[1]
        found[component] = mean_of_cells(number, count, cells[VELOCITY].to_numpy())
    return found


def _bands(motion: EastUp, good: np.ndarray) -> dict[str, np.ndarray]:
    """Components and their errors where the lines of sight separate them, else NaN."""
    values = {
        "east_mm_yr": motion.east,
        "up_mm_yr": motion.up,
        "std_east_mm_yr": np.sqrt(motion.covariance[:, 0, 0]),
        "std_up_mm_yr": np.sqrt(motion.covariance[:, 1, 1]),
    }
    masked = {name: np.where(good, value, np.nan) for name, value in values.items()}
    return masked | {"condition_number": motion.condition_number}


def _track_reports(
    tracks: list[str],
    cells: list[GroupVelocity],
    offsets: ReferenceOffsets,
    removed: np.ndarray,
) -> dict[str, Any]:
    """Describe each track's part in the result; null where it is not known."""
    return {
        track: {
            "cells": int(np.isfinite(cells[row].velocity_mm_yr).sum()),
            "stable_cells": int(offsets.stable[row].sum()),
            "stable_velocity_mm_yr": _number(offsets.offset_mm_yr[row]),
            "stable_spread_mm_yr": _number(offsets.spread_mm_yr[row]),
            "offset_removed_mm_yr": float(removed[row]),
        }
        for row, track in enumerate(tracks)
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _quantiles(values: np.ndarray) -> dict[str, float] | None:
    """5, 50 and 95 % quantiles; None of none."""
    if not values.size:
        return None
    levels = (0.05, 0.5, 0.95)
    found = np.quantile(values, levels)
    return {f"q{int(100 * level):02d}": float(v) for level, v in zip(levels, found, strict=True)}


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        decompose_motion(
            points_paths=list(snakemake.input.points),
            errors_paths=list(snakemake.input.errors),
            east_up_path=snakemake.output.east_up,
            report_path=snakemake.output.report,
            tracks=snakemake.params.tracks,
            cell_size_m=snakemake.params.cell_size_m,
            min_points=snakemake.params.min_points,
            shared_error_mm_yr=snakemake.params.shared_error_mm_yr,
            max_condition_number=snakemake.params.max_condition_number,
            reference=snakemake.params.reference,
            stable_mm_yr=snakemake.params.stable_mm_yr,
            weights=snakemake.params.weights,
            egms_l3=snakemake.params.egms_l3,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
        )
