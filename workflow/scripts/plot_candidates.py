"""Figures: potential landslide candidates, and how they compare with reference outlines."""

from hotslope.jobs import job_log, unescaped

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.candidates.reference_outlines import read_reference, study_ground
from hotslope.candidates.tables import CANDIDATES, STABILITY
from hotslope.maps.candidates_figure import draw_candidates
from hotslope.maps.extraction_figure import draw_extraction
from hotslope.maps.figure_area import FigureArea
from hotslope.maps.figure_file import save_figure
from hotslope.schemas import read_layer


def plot_candidates(
    *,
    candidates_path: str,
    stability_path: str | None,
    reference_paths: list[str],
    measured_path: str | None,
    elevation_path: str | None,
    figure_path: str,
    extraction_path: str | None,
    tracks: list[str],
    boundary: str | dict[str, Any] | None,
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
    reference_layer: str | None = None,
    vector_paths: Sequence[str] = (),
) -> None:
    """Draw the candidates and, where there are reference outlines, the comparison with them.

    Without a reference, `reference_paths` is empty and the paths of the measured accuracy and
    of its figure (`measured_path`, `extraction_path`) are None.
    """
    area = FigureArea(study_area_name, bounds_m, crs, elevation_path)
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", ["candidate_id", "tracks"])
    confidence = _confidence(candidates, stability_path) if stability_path else None
    save_figure(figure_path, draw_candidates(area, candidates, tracks, confidence), vector_paths)
    if extraction_path and measured_path:
        outlines = [read_reference(path, crs, reference_layer) for path in reference_paths]
        reference = _on_ground(outlines, study_ground(bounds_m, boundary, crs), crs)
        measured = json.loads(Path(measured_path).read_text(encoding="utf-8"))
        figure = draw_extraction(area, candidates.geometry.to_numpy(), reference, measured)
        save_figure(extraction_path, figure, vector_paths)


def _confidence(candidates: gpd.GeoDataFrame, stability_path: str) -> np.ndarray:
    """Read the confidence in each outline, in the order of the candidates."""
    table = STABILITY.read(stability_path).set_index("candidate_id")
    return table["confidence"].reindex(candidates["candidate_id"]).to_numpy(dtype=object)


def _on_ground(outlines: list[gpd.GeoSeries], ground: shapely.Geometry, crs: str) -> np.ndarray:
    """Return reference polygons in the study area, as `measure_extraction` uses them."""
    together = pd.concat(outlines, ignore_index=True)
    inside = gpd.GeoSeries(together, crs=crs).clip(ground).to_numpy()
    return inside[shapely.area(inside) > 0]


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_candidates(
            candidates_path=snakemake.input.candidates,
            stability_path=next(iter(snakemake.input.stability), None),
            reference_paths=list(snakemake.input.reference),
            measured_path=next(iter(snakemake.input.measured), None),
            elevation_path=snakemake.input.get("elevation"),
            figure_path=snakemake.output.candidates,
            extraction_path=snakemake.output.get("extraction"),
            tracks=snakemake.params.tracks,
            boundary=unescaped(snakemake.params.boundary),
            study_area_name=unescaped(snakemake.params.study_area_name),
            reference_layer=unescaped(snakemake.params.reference_layer),
            bounds_m=snakemake.params.bounds_m,
            crs=unescaped(snakemake.params.crs),
            vector_paths=list(snakemake.output.get("vectors", [])),
        )
