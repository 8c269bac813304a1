"""Points that move, as a GeoPackage: in significant clusters, or faster than the threshold."""

from hotslope.jobs import job_log

import os

import numpy as np
import pandas as pd
import pyogrio
import shapely

from hotslope.columns import POINT_ID, TREND, TREND_NAMES, VELOCITY, X, Y
from hotslope.files import PINNED_DATE, atomic_path
from hotslope.maps.fields import Field, describe_columns
from hotslope.maps.gpkg_schema import describe_layers
from hotslope.maps.qgis import style_text, velocity_renderer
from hotslope.maps.scales import VELOCITY_SHARE, symmetric_limit
from hotslope.motion.tables import HOTSPOTS, TRENDS
from hotslope.points.tables import POINTS
from hotslope.rows import check_same_points

#: Name of the trend of series in which noise and motion look alike.
NOT_SEPARABLE = "not separable"
ABOUT = {
    "title": "Points in significant clusters of motion, or faster than the threshold",
    "software": "hotslope",
    "sign": "line-of-sight velocities are positive toward the sensor, mm/yr",
    "significance": "significance is not hazard: how fast points move is in column velocity_mm_yr",
}


def export_hotspots(
    *,
    points_paths: list[str],
    trends_paths: list[str],
    hotspots_paths: list[str],
    target_path: str,
    tracks: list[str],
    significance: float,
    threshold_mm_yr: float,
    crs: str,
) -> None:
    """Write a layer per track; the lists of paths are in the order of `tracks`."""
    os.environ["OGR_CURRENT_DATE"] = PINNED_DATE
    fields = _fields()
    styles = {}
    with atomic_path(target_path) as partial:
        for track, points_path, trends_path, hotspots_path in zip(
            tracks, points_paths, trends_paths, hotspots_paths, strict=True
        ):
            moving = _which_move(points_path, hotspots_path, significance, threshold_mm_yr)
            points = _read_points(points_path, trends_path, hotspots_path, moving)
            limit_mm_yr = symmetric_limit(points[VELOCITY].to_numpy(), VELOCITY_SHARE)
            styles[track] = ("velocity", style_text(velocity_renderer(VELOCITY, limit_mm_yr)))
            pyogrio.raw.write(
                partial,
                shapely.to_wkb(shapely.points(points[X], points[Y])),
                [points[name].to_numpy() for name in fields],
                list(fields),
                layer=track,
                driver="GPKG",
                geometry_type="Point",
                crs=crs,
                append=partial.exists(),
            )
        layers = {track: list(fields.values()) for track in tracks}
        describe_layers(partial, layers, styles, ABOUT)


def _which_move(
    points_path: str, hotspots_path: str, significance: float, threshold_mm_yr: float
) -> np.ndarray:
    """Rows of the points that are in a significant cluster or beyond the threshold."""
    check_same_points(points_path, hotspots_path)
    velocity = POINTS.read_numbers(points_path, [VELOCITY])[VELOCITY].to_numpy()
    q = HOTSPOTS.read_numbers(hotspots_path, ["q"])["q"].to_numpy()
    return np.flatnonzero((q <= significance) | (np.abs(velocity) >= threshold_mm_yr))


def _read_points(
    points_path: str, trends_path: str, hotspots_path: str, rows: np.ndarray
) -> pd.DataFrame:
    """Read some points with their scores and the names of their trends."""
    check_same_points(points_path, trends_path)
    points = POINTS.read(points_path, [POINT_ID, X, Y, VELOCITY], rows)
    scores = HOTSPOTS.read(hotspots_path, ["z", "q"], rows)
    codes = TRENDS.read(trends_path, [TREND], rows)[TREND]
    names = [TREND_NAMES[code] if code >= 0 else NOT_SEPARABLE for code in codes]
    return points.reset_index(drop=True).assign(
        z=scores["z"].to_numpy(), q=scores["q"].to_numpy(), trend=names
    )


def _fields() -> dict[str, Field]:
    """Columns of the layers in words, from the tables that they come from."""
    known = POINTS.schema.columns | HOTSPOTS.schema.columns
    fields = describe_columns({name: known[name] for name in (POINT_ID, VELOCITY, "z", "q")})
    choices = (*TREND_NAMES, NOT_SEPARABLE)
    fields[TREND] = Field(TREND, "Trend", "class of the displacement series", "", choices)
    return fields


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        export_hotspots(
            points_paths=list(snakemake.input.points),
            trends_paths=list(snakemake.input.trends),
            hotspots_paths=list(snakemake.input.hotspots),
            target_path=snakemake.output.layers,
            tracks=snakemake.params.tracks,
            significance=snakemake.params.significance,
            threshold_mm_yr=snakemake.params.threshold_mm_yr,
            crs=snakemake.params.crs,
        )
