"""Figure: the map of potential landslides, by the probability of the leading model."""

from hotslope.jobs import job_log, unescaped

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch
from rasterio.enums import Resampling

from hotslope.columns import CANDIDATE_ID
from hotslope.maps.coverage import COVERAGE_CLASSES, COVERAGE_NAMES
from hotslope.maps.figure_area import FigureArea
from hotslope.maps.figure_file import save_figure
from hotslope.maps.names import percent, readable
from hotslope.maps.numbers import NUMBERS_NOTE, draw_numbers, place_numbers
from hotslope.maps.outcome import judgement_column, judging_models, leading_model
from hotslope.maps.panels import (
    KM,
    MapFigure,
    colour_bar,
    draw_classes,
    note,
    strip_legend,
)
from hotslope.maps.placeholders import draw_placeholder
from hotslope.maps.polygons import DISCS_NOTE, polygon_collection, visible_outlines
from hotslope.maps.style import (
    INK,
    NEUTRAL,
    OUTSIDE,
    OUTSIDE_TEXT,
    PALE_INK,
    PROBABILITY,
)
from hotslope.maps.tables import LANDSLIDES_LAYER
from hotslope.rasters import read_for_figure

#: Height of the legend of tints.
TINTS_PX = 104
#: Label → outline on the map: colour, width, dashes.
OUTLINES: dict[str, dict[str, Any]] = {
    "labelled landslide": {"edgecolors": INK, "linewidths": 1.8, "linestyles": "-"},
    "labelled as no landslide": {"edgecolors": INK, "linewidths": 1.2, "linestyles": (0, (3, 1.5))},
    "no label": {"edgecolors": PALE_INK, "linewidths": 0.6, "linestyles": "-"},
}
#: Of candidates to which a model of another area is not applicable.
HATCHED: dict[str, Any] = {
    "facecolor": "white",
    "edgecolor": OUTSIDE,
    "linewidth": 0.8,
    "hatch": "/////",
}


def plot_potential_landslides(
    *,
    landslides_path: str,
    coverage_path: str,
    shares_path: str,
    elevation_path: str | None,
    figure_path: str,
    models: list[str],
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
    vector_paths: Sequence[str] = (),
) -> None:
    """Fill candidates by probability and outline them by label; all alike without models.

    Ground on which motion was not measured is tinted: it is not known to be stable.
    """
    area = FigureArea(study_area_name, bounds_m, crs, elevation_path)
    landslides = gpd.read_file(landslides_path, layer=LANDSLIDES_LAYER)
    model = leading_model(judging_models(landslides, models))
    title = f"{len(landslides):,} candidates" + ("" if model else ", not classified")
    maps = area.start("potential landslides", [title], legend_px=134 + TINTS_PX)
    coverage = read_for_figure(coverage_path, maps.layout.grid, Resampling.mode)
    tints = [to_rgba(tint, COVERAGE_CLASSES.opacity) for tint in COVERAGE_CLASSES.colours[1:]]
    codes = np.where(coverage > 0, coverage - 1, -1).astype(np.int64)
    draw_classes(maps.axes[0], maps.layout, codes, tints)
    colours = _fills(landslides, model)
    labels = _label_names(landslides)
    geometries, discs = visible_outlines(
        landslides.geometry.to_numpy(), maps.layout.grid.cell_size_m
    )
    applicable = _applicable(landslides)
    for name, outline in OUTLINES.items():
        chosen = (labels == name) & applicable
        shapes = polygon_collection(
            geometries[chosen], KM, facecolors=colours[chosen], zorder=3, **outline
        )
        maps.axes[0].add_collection(shapes, autolim=False)
    outside = polygon_collection(geometries[~applicable], KM, zorder=3, **HATCHED)
    maps.axes[0].add_collection(outside, autolim=False)
    numbers = place_numbers(
        geometries,
        landslides[CANDIDATE_ID].tolist(),
        maps.layout.grid.bounds_m,
        maps.layout.grid.cell_size_m,
    )
    draw_numbers(maps.axes[0], numbers, KM)
    if landslides.empty:
        draw_placeholder(maps.axes[0], "no candidates")
    remarks = [
        _source(landslides, model),
        DISCS_NOTE if discs else "",
        NUMBERS_NOTE if numbers else "",
    ]
    _explain(maps, landslides, model, labels)
    note(maps, " ".join(filter(None, remarks)))
    _explain_tints(maps, json.loads(Path(shares_path).read_text(encoding="utf-8"))["shares"])
    save_figure(figure_path, maps.figure, vector_paths)


def _fills(landslides: gpd.GeoDataFrame, model: str | None) -> np.ndarray:
    """Colour of each candidate, shape (candidates, 4); pale where it has no probability."""
    if model is None:
        probability = np.full(len(landslides), np.nan)
    else:
        judgement = str(judgement_column(landslides.columns, model))
        probability = landslides[judgement].to_numpy(dtype=np.float64)
    pale = np.array(Patch(facecolor=NEUTRAL).get_facecolor())
    return np.where(np.isnan(probability)[:, np.newaxis], pale, PROBABILITY(probability))


def _applicable(landslides: gpd.GeoDataFrame) -> np.ndarray:
    """Where the model applies: everywhere, unless it is of another area."""
    if "applicable" not in landslides:
        return np.ones(len(landslides), dtype=bool)
    return landslides["applicable"].to_numpy(dtype=bool)


def _source(landslides: gpd.GeoDataFrame, model: str | None) -> str:
    """Say where the probabilities come from."""
    if model is None:
        return "No inventory, too few labels or no model: candidates are drawn, none is judged."
    name = f"Model: {readable(model)}"
    if "applicable" in landslides:
        return f"{name}, trained in another area, not checked in this one."
    if str(judgement_column(landslides.columns, model)).startswith("score_"):
        return f"{name}; out-of-fold scores: resemblance to the mapped landslides."
    return f"{name}; out-of-fold probabilities for labelled candidates."


def _label_names(landslides: gpd.GeoDataFrame) -> np.ndarray:
    """Key into `OUTLINES` of each candidate."""
    names = list(OUTLINES)
    if "label" not in landslides:
        return np.full(len(landslides), names[2])
    label = landslides["label"].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.select([label == 1, label == 0], names[:2], names[2])


def _explain(
    maps: MapFigure, landslides: gpd.GeoDataFrame, model: str | None, labels: np.ndarray
) -> None:
    """Add colour bar and legend of outlines, and of the fill of what no model is applicable to."""
    handles = [
        Patch(
            facecolor="white" if model else NEUTRAL,
            edgecolor=outline["edgecolors"],
            linewidth=outline["linewidths"],
            linestyle=outline["linestyles"],
            label=f"{name} ({np.sum(labels == name):,})",
        )
        for name, outline in OUTLINES.items()
    ]
    if model is None:
        strip_legend(maps, handles[2:], columns=1)
        return
    if "applicable" in landslides:
        # Such an area has no labels.
        outside = int((~_applicable(landslides)).sum())
        hatched = Patch(**HATCHED, label=f"{OUTSIDE_TEXT} ({outside:,})")
        handles = [*handles[2:], hatched]
    scores = str(judgement_column(landslides.columns, model)).startswith("score_")
    label = "score, no probability" if scores else "probability of being a landslide"
    colour_bar(maps, PROBABILITY, 0.0, 1.0, label, left=0.14, width=0.36)
    strip_legend(maps, handles, columns=1, middle=0.74)


def _explain_tints(maps: MapFigure, shares: dict[str, float]) -> None:
    """Name the tints below the other legends, with their share of the study area."""
    handles = [
        Patch(
            facecolor=to_rgba(tint, COVERAGE_CLASSES.opacity),
            edgecolor=PALE_INK,
            linewidth=0.5,
            label=f"{name} ({percent(shares[name])})",
        )
        for name, tint in zip(COVERAGE_NAMES[1:], COVERAGE_CLASSES.colours[1:], strict=True)
    ]
    strip_legend(maps, handles, columns=2, top_px=124, title="tinted: motion not measured")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_potential_landslides(
            landslides_path=snakemake.input.landslides,
            coverage_path=snakemake.input.coverage,
            shares_path=snakemake.input.shares,
            elevation_path=snakemake.input.get("elevation"),
            figure_path=snakemake.output.figure,
            models=snakemake.params.models,
            study_area_name=unescaped(snakemake.params.study_area_name),
            bounds_m=snakemake.params.bounds_m,
            crs=unescaped(snakemake.params.crs),
            vector_paths=list(snakemake.output.get("vectors", [])),
        )
