"""Raw points of one track to one clean, checked table."""

from hotslope.jobs import job_log

import logging
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hotslope.crs import projected_crs
from hotslope.errors import InputError
from hotslope.files import write_arrow, write_json
from hotslope.grid import given_bounds
from hotslope.map_distortion import ground_areas_m2
from hotslope.places import absolute_paths, without_places
from hotslope.points.boundaries import boundary_file, read_boundary, within
from hotslope.points.coordinates import describe
from hotslope.points.epoch_columns import take_points
from hotslope.points.formats import RELEASES, format_options, read_points, sight_options
from hotslope.points.geoparquet import points_table
from hotslope.points.ordering import curve_order
from hotslope.points.releases import RELEASE_COLUMNS, describe_ties
from hotslope.points.sight import Sight, sight_points
from hotslope.points.tables import DROPPED_POINTS, POINTS
from hotslope.points.track_statistics import coherence_losses, summarise

#: Fewer points have no neighbourhood that could stand out.
MIN_POINTS = 3

logger = logging.getLogger("hotslope")


def import_points(
    *,
    source: Any,
    format: str,
    options: dict[str, Any],
    points_path: str,
    summary_path: str,
    track: str,
    pass_direction: str,
    crs: str,
    bounds_m: list[float],
    min_coherence: float,
    los_sign: int = 1,
    incidence_deg: float | None = None,
    heading_deg: float | None = None,
    boundary: str | dict[str, Any] | None = None,
    dropped_path: str | None = None,
) -> None:
    """Read, clip, filter and order the points of a track; write them and their summary.

    Where `dropped_path` is given, what the coherence threshold dropped is written there.
    """
    project = projected_crs(crs)
    xmin, ymin, xmax, ymax = given_bounds(bounds_m)
    points, displacement_mm, dates = read_points(
        source, format, crs=crs, bounds_m=(xmin, ymin, xmax, ymax), **format_options(options)
    )
    found, points.attrs = points.attrs, {}
    sight = Sight(pass_direction, incidence_deg, heading_deg, **sight_options(options))
    origin = sight_points(points, sight, f"tracks.{track}")
    for sentence in found["cleaning"].sentences():
        logger.warning("tracks.%s: %s", track, sentence)
    for sentence in map(describe_ties, found.get(RELEASES, [])):
        logger.info("tracks.%s: %s", track, sentence)
    if found["velocity_check"] is not None and found["velocity_check"]["agrees"] is False:
        logger.warning("velocities do not follow the series closely: see velocity_check")
    points["velocity_mm_yr"] *= los_sign
    if los_sign != 1:
        displacement_mm *= los_sign

    in_bounds = len(points)
    kept = np.arange(in_bounds)  # rows of the series, which are moved once, at the end
    area = shapely.box(xmin, ymin, xmax, ymax)
    boundary_path, buffer_m = boundary_file(boundary)
    if boundary_path is not None:
        shape = read_boundary(boundary_path, buffer_m, project)
        inside = within(shape, points["x_m"].to_numpy(), points["y_m"].to_numpy())
        where = f"the boundary {boundary_path}, which covers {describe(shape.bounds)}"
        _refuse_none(inside, f"lies within {where}", "Correct study_area.boundary", track)
        points, kept = points[inside], kept[inside]
        area = area.intersection(shape)

    in_area = len(points)
    area_m2 = float(ground_areas_m2(np.array([area]), project)[0])
    coherence = points["coherence"].to_numpy() if "coherence" in points else None
    keep, losses = coherence_losses(points["velocity_mm_yr"].to_numpy(), coherence, min_coherence)
    if losses["kept_without_coherence"]:
        logger.warning("%d points have no coherence: kept", losses["kept_without_coherence"])
    _refuse_none(keep, f"has a coherence of {min_coherence}", "Lower points.min_coherence", track)
    if keep.sum() < MIN_POINTS:
        raise InputError(
            f"tracks.{track}",
            f"{int(keep.sum())} points are left of {found['read']:,}, and hot spots need at least "
            f"{MIN_POINTS}",
            "Lower points.min_coherence, widen the study area, or leave out the track",
        )
    if dropped_path is not None:
        dropped = points[~keep].reindex(columns=list(DROPPED_POINTS.schema.columns))
        DROPPED_POINTS.write(dropped_path, dropped.astype("float64").reset_index(drop=True))
    points, kept = points[keep], kept[keep]

    if found["cleaning"].epochs_too_few is not None:
        # The table has series that trends can be told from, or none.
        displacement_mm, dates = displacement_mm[:, :0], []
    x_m, y_m = points["x_m"].to_numpy(), points["y_m"].to_numpy()
    order = curve_order(x_m, y_m, points["point_id"].array)
    points = _complete(points.iloc[order])
    displacement_mm = take_points(displacement_mm, kept[order])
    points = POINTS.check(points, f"tracks.{track}")
    table = points_table(points, displacement_mm, dates, project, POINTS.metadata())
    write_arrow(points_path, table)
    summary = {
        "track": track,
        "pass": pass_direction,
        "format": format,
        "points_read": found["read"],
        "cells_left_out": found["left_out"],
        "points_outside_bounds": (
            found["read"] - sum(found["left_out"].values()) - found["cleaning"].points - in_bounds
        ),
        **found["cleaning"].as_dict(),
        "points_outside_boundary": in_bounds - in_area,
        "coherence_filter": losses,
        "extent_read_m": [value if np.isfinite(value) else None for value in found["extent"]],
        "los_sign": los_sign,
        "line_of_sight": origin,
        "velocity_from": found["velocity_from"],
        "velocity_check": found["velocity_check"],
        **summarise(points, displacement_mm, dates, area_m2 / 1e6),
    }
    if RELEASES in found:
        summary[RELEASES] = without_places(found[RELEASES], absolute_paths(source))
    write_json(summary_path, summary)
    logger.info("%s: %d of %d points kept", track, len(points), found["read"])


def _complete(points: pd.DataFrame) -> pd.DataFrame:
    """Return all columns of the points table; NaN where the file gave none.

    Points of several releases keep what says how they were joined.
    """
    kept = [name for name in RELEASE_COLUMNS if name in points]
    return points.reindex(columns=[*POINTS.schema.columns, *kept]).reset_index(drop=True)


def _refuse_none(keep: np.ndarray, condition: str, remedy: str, track: str) -> None:
    if not keep.any():
        raise InputError(f"tracks.{track}", f"none of {keep.size} points {condition}", remedy)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        import_points(
            source=snakemake.params.source,
            format=snakemake.params.format,
            options=snakemake.params.options,
            points_path=snakemake.output.points,
            summary_path=snakemake.output.summary,
            track=snakemake.params.track,
            pass_direction=snakemake.params.pass_direction,
            crs=snakemake.params.crs,
            bounds_m=snakemake.params.bounds_m,
            min_coherence=snakemake.params.min_coherence,
            los_sign=snakemake.params.los_sign,
            incidence_deg=snakemake.params.incidence_deg,
            heading_deg=snakemake.params.heading_deg,
            boundary=snakemake.params.boundary,
            dropped_path=snakemake.output.dropped,
        )
