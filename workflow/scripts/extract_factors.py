"""Measure the conditioning factors of every candidate."""

from hotslope.jobs import job_log

import logging
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from hotslope.candidates.outlines import points_inside
from hotslope.candidates.tables import CANDIDATES
from hotslope.columns import CANDIDATE_ID, TREND, X, Y
from hotslope.factors.catalogue import FACTORS, LINE_LAYERS, SIDE_COLUMNS, TERRAIN_STATISTICS
from hotslope.factors.distances import distances_to_nearest, segments
from hotslope.factors.layers import read_codes, read_lines, read_units
from hotslope.factors.measures import Measured, aspect, land_use, lithology, terrain_number, trends
from hotslope.factors.report import factor_report
from hotslope.factors.tables import factor_table
from hotslope.factors.trend_shares import GROUPS, count_trends
from hotslope.files import write_json
from hotslope.motion.season import tracks_without_season
from hotslope.motion.tables import TRENDS
from hotslope.points.tables import POINTS
from hotslope.rasters import RasterBand, grid_of
from hotslope.rows import check_same_points
from hotslope.schemas import read_layer

logger = logging.getLogger("hotslope")

#: Options of a map layer: path, layer, column, classes.
Options = dict[str, Any]


def extract_factors(
    *,
    candidates_path: str,
    terrain_paths: list[str],
    points_paths: list[str],
    trends_paths: list[str],
    summaries_paths: list[str],
    factors_path: str,
    report_path: str,
    names: list[str],
    layers: dict[str, Options | None],
    crs: str,
    flat_slope_deg: float,
    stable_ground_path: str | None = None,
    training_factors_path: str | None = None,
) -> None:
    """Write the factors `names`, one row per candidate, and a report of what is missing.

    A factor whose dataset is not configured is left out; `terrain_paths` are named after their
    factors, and are none without a DEM. With `stable_ground_path`, `training_factors_path` holds
    the factors of the candidates and of the pieces of ground that models learn from beside them.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", [CANDIDATE_ID]).to_crs(crs)
    count = len(candidates)
    if stable_ground_path:
        ground = read_layer(CANDIDATES, stable_ground_path, "candidates", [CANDIDATE_ID])
        candidates = pd.concat([candidates, ground.to_crs(crs)], ignore_index=True)
    polygons = candidates.geometry.to_numpy()
    mapped = {name: options for name, options in layers.items() if options and options["path"]}
    rasters = {Path(path).stem: path for path in terrain_paths}
    parts = [_terrain(name, polygons, rasters, flat_slope_deg) for name in names if name in rasters]
    if "lithology" in names and "lithology" in mapped:
        parts.append(_lithology(polygons, mapped["lithology"], crs))
    if "land_use" in names and "land_use" in mapped:
        parts.append(_land_use(candidates, mapped["land_use"]))
    for name, layer in LINE_LAYERS.items():
        if name in names and layer in mapped:
            parts.append(_distance(name, layer, polygons, mapped[layer], crs))
    if set(GROUPS) & set(names):
        parts.append(_trends(polygons, points_paths, trends_paths))

    columns = {name: values for part in parts for name, values in part.columns.items()}
    coverage = {name: values for part in parts for name, values in part.coverage.items()}
    kept = [name for name in names if name in columns]
    ordered = [*kept, *(name for name in SIDE_COLUMNS if name in columns)]
    identity = {CANDIDATE_ID: candidates[CANDIDATE_ID].to_numpy()}
    table = pd.DataFrame({**identity, **{name: columns[name] for name in ordered}})
    texts = [CANDIDATE_ID, *(name for name in kept if FACTORS[name].unit == "class")]
    table = table.astype(dict.fromkeys(texts, "str"))
    if training_factors_path:
        factor_table(ordered).write(training_factors_path, table)
    table = table.head(count)
    report = factor_report(table, names, pd.DataFrame(coverage).head(count))
    if set(GROUPS) & set(kept):
        report["season_not_separable"] = tracks_without_season(summaries_paths)
    for name, reason in report["dropped"].items():
        logger.warning("%s is left out: %s", name, reason)
    factor_table(ordered).write(factors_path, table)
    write_json(report_path, report)


def _terrain(
    name: str, polygons: np.ndarray, rasters: dict[str, str], flat_slope_deg: float
) -> Measured:
    values, bounds_m = RasterBand(rasters[name]), grid_of(rasters[name]).bounds_m
    if name == "aspect":
        return aspect(polygons, RasterBand(rasters["slope"]), values, bounds_m, flat_slope_deg)
    return terrain_number(name, polygons, values, bounds_m, TERRAIN_STATISTICS[name])


def _lithology(polygons: np.ndarray, options: Options, crs: str) -> Measured:
    units = read_units(
        options["path"],
        options["layer"],
        options["column"],
        crs,
        "layers.lithology",
        options.get("encoding"),
    )
    shapes = units.geometry.to_numpy()
    return lithology(polygons, shapes, units["unit"].to_numpy(), options["classes"])


def _land_use(candidates: gpd.GeoDataFrame, options: Options) -> Measured:
    shapes, codes, bounds = read_codes(options["path"], candidates, "layers.land_use")
    return land_use(shapes, codes, bounds, options["classes"])


def _distance(name: str, layer: str, polygons: np.ndarray, options: Options, crs: str) -> Measured:
    lines = read_lines(options["path"], options["layer"], crs, f"layers.{layer}")
    return Measured({name: distances_to_nearest(polygons, segments(lines))})


def _trends(polygons: np.ndarray, points_paths: list[str], trends_paths: list[str]) -> Measured:
    counts = np.zeros((len(polygons), len(GROUPS)), dtype=np.int64)
    for points_path, trends_path in zip(points_paths, trends_paths, strict=True):
        places = POINTS.read_numbers(points_path, [X, Y])
        rows = np.unique(points_inside(polygons, places[X].to_numpy(), places[Y].to_numpy())[1])
        near = places.iloc[rows]
        classes = TRENDS.read(trends_path, [TREND], rows)
        check_same_points(points_path, trends_path, rows)
        counts += count_trends(
            polygons, near[X].to_numpy(), near[Y].to_numpy(), classes[TREND].to_numpy()
        )
    return trends(counts)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        extract_factors(
            candidates_path=snakemake.input.candidates,
            terrain_paths=snakemake.input.get("terrain", []),
            points_paths=snakemake.input.points,
            trends_paths=snakemake.input.trends,
            summaries_paths=snakemake.input.summaries,
            factors_path=snakemake.output.factors,
            report_path=snakemake.output.report,
            names=snakemake.params.names,
            layers=snakemake.params.layers,
            crs=snakemake.params.crs,
            flat_slope_deg=snakemake.params.flat_slope_deg,
            stable_ground_path=next(iter(snakemake.input.stable_ground), None),
            training_factors_path=snakemake.output.get("training_factors"),
        )
