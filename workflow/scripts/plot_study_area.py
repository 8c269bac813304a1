"""Figures: the study area, and maps of the conditioning factors."""

from hotslope.jobs import job_log, unescaped

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from rasterio.enums import Resampling

from hotslope.candidates.reference_outlines import study_ground
from hotslope.columns import X, Y
from hotslope.factors.catalogue import FACTORS, LINE_LAYERS
from hotslope.factors.layers import read_lines, read_units
from hotslope.grid import Grid
from hotslope.maps.factor_figure import (
    Categories,
    codes_on_grid,
    distance_on_grid,
    draw_factors,
    units_on_grid,
)
from hotslope.maps.figure_area import FigureArea
from hotslope.maps.figure_file import save_figure
from hotslope.maps.layout import MapLayout
from hotslope.maps.study_area_figure import Footprint, draw_study_area
from hotslope.points.tables import POINTS
from hotslope.rasters import read_for_figure

#: Options of a map layer: path, layer, column, classes.
Options = dict[str, Any]


def plot_study_area(
    *,
    points_paths: list[str],
    terrain_paths: list[str],
    elevation_path: str | None,
    study_area_path: str,
    factors_path: str,
    tracks: list[str],
    names: list[str],
    layers: dict[str, Options | None],
    boundary: str | dict[str, Any] | None,
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
    vector_paths: Sequence[str] = (),
) -> None:
    """Draw each figure; `names` are the factors, of which those known everywhere are drawn.

    `terrain_paths` are named after their factors, and are none without a DEM.
    """
    area = FigureArea(study_area_name, bounds_m, crs, elevation_path)
    mapped = {name: options for name, options in layers.items() if options and options["path"]}
    lines = {
        layer: read_lines(mapped[layer]["path"], mapped[layer].get("layer"), crs, f"layers.{layer}")
        for layer in LINE_LAYERS.values()
        if layer in mapped
    }
    footprints = {track: _footprint(path) for track, path in zip(tracks, points_paths, strict=True)}
    outline = study_ground(bounds_m, boundary, crs) if boundary else None
    save_figure(study_area_path, draw_study_area(area, footprints, lines, outline), vector_paths)

    rasters = {Path(path).stem: path for path in terrain_paths}
    sources = {"lithology": "lithology", "land_use": "land_use", **LINE_LAYERS}
    drawn = [name for name in names if name in rasters or sources.get(name) in mapped]
    grid = MapLayout.of_area(bounds_m, crs, len(drawn), 0).grid
    factors = {
        name: read_for_figure(rasters[name], grid, _resampling(name))
        if name in rasters
        else _of_layer(name, mapped, lines, grid)
        for name in drawn
    }
    in_candidates = sum(FACTORS[name].source == "tracks" for name in names)
    save_figure(factors_path, draw_factors(area, factors, in_candidates), vector_paths)


def _resampling(name: str) -> Resampling:
    """Angles have no mean: 1 and 359 degrees are not 180."""
    return Resampling.nearest if name == "aspect" else Resampling.average


def _footprint(points_path: str) -> Footprint:
    table = POINTS.read_numbers(points_path, [X, Y])
    places = shapely.multipoints(table[[X, Y]].to_numpy(dtype=np.float64))
    return Footprint(shapely.convex_hull(places), len(table))


def _of_layer(
    name: str, mapped: dict[str, Options], lines: dict[str, np.ndarray], grid: Grid
) -> np.ndarray | Categories:
    """Read a factor of a map layer on the pixels of a panel."""
    if name in LINE_LAYERS:
        return distance_on_grid(lines[LINE_LAYERS[name]], grid)
    options = mapped[name]
    if name == "land_use":
        return codes_on_grid(options["path"], options.get("classes"), grid)
    units = read_units(
        options["path"],
        options.get("layer"),
        options["column"],
        grid.crs,
        "layers.lithology",
        options.get("encoding"),
    )
    return units_on_grid(units, options.get("classes"), grid)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_study_area(
            points_paths=list(snakemake.input.points),
            terrain_paths=list(snakemake.input.terrain),
            elevation_path=snakemake.input.get("elevation"),
            study_area_path=snakemake.output.study_area,
            factors_path=snakemake.output.factors,
            tracks=snakemake.params.tracks,
            names=snakemake.params.names,
            layers=unescaped(snakemake.params.layers),
            boundary=unescaped(snakemake.params.boundary),
            study_area_name=unescaped(snakemake.params.study_area_name),
            bounds_m=snakemake.params.bounds_m,
            crs=unescaped(snakemake.params.crs),
            vector_paths=list(snakemake.output.get("vectors", [])),
        )
