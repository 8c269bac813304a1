"""Measure how well the candidates match reference outlines."""

from hotslope.jobs import job_log

import logging
import math
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from hotslope.candidates.accuracy import extraction_accuracy
from hotslope.candidates.reference_outlines import read_reference, study_ground
from hotslope.candidates.tables import CANDIDATES
from hotslope.files import write_json
from hotslope.places import absolute_paths, without_places
from hotslope.schemas import read_layer

logger = logging.getLogger("hotslope")


def measure_extraction(
    *,
    candidates_path: str,
    reference_paths: list[str],
    extraction_path: str,
    boundary: str | dict[str, Any] | None,
    bounds_m: list[float],
    crs: str,
    resamples: int,
    seed: int,
    reference_layer: str | None = None,
) -> None:
    """Compare candidates with the reference outlines inside the study area.

    Several references count as one, and `layers` holds the figures of each by itself. Without
    a reference the file has a note; shares that are not defined are null. `rejected` counts what
    is in the layer of that name, by reason.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates")
    reasons = read_layer(CANDIDATES, candidates_path, "rejected", ["candidate_id"])["reason"]
    rejected = {str(reason): int(count) for reason, count in reasons.value_counts().items()}
    if not reference_paths:
        write_json(
            extraction_path,
            {
                "measured": False,
                "note": "No reference outlines: candidates.reference is null.",
                "counts": {"candidates": len(candidates)},
                "rejected": rejected,
                "areas": {"extracted_m2": float(candidates.union_all("disjoint_subset").area)},
            },
        )
        return
    ground = study_ground(bounds_m, boundary, crs)
    layers = [read_reference(path, crs, reference_layer) for path in reference_paths]
    together = pd.concat(layers, ignore_index=True)
    measured = _measured(candidates, together, ground, resamples, seed)
    names = without_places(reference_paths, absolute_paths(reference_paths))
    measured["layers"] = [
        {"reference": name, **_measured(candidates, layer, ground, resamples, seed)}
        for name, layer in zip(names, layers, strict=True)
    ]
    write_json(
        extraction_path,
        _without_nan({"measured": True, "reference": names, "rejected": rejected, **measured}),
    )


def _measured(
    candidates: gpd.GeoDataFrame,
    reference: gpd.GeoSeries,
    ground: shapely.Geometry,
    resamples: int,
    seed: int,
) -> dict[str, Any]:
    """Measure against the outlines on the ground studied; add a note where there are none."""
    inside = reference.clip(ground)
    measured = extraction_accuracy(candidates, inside, resamples=resamples, seed=seed)
    if reference.empty:
        measured["note"] = "The reference holds no outline."
    elif not measured["counts"]["references"]:
        measured["note"] = "No reference outline lies in the study area."
    elif not measured["areas"]["common_m2"]:
        measured["note"] = "No reference outline overlaps a candidate."
    if "note" in measured:
        logger.warning(measured["note"])
    return measured


def _without_nan(content: Any) -> Any:
    """Replace NaN by None in nested dicts and lists."""
    if isinstance(content, dict):
        return {key: _without_nan(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_without_nan(value) for value in content]
    return None if isinstance(content, float) and math.isnan(content) else content


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        measure_extraction(
            candidates_path=snakemake.input.candidates,
            reference_paths=list(snakemake.input.reference),
            extraction_path=snakemake.output.extraction,
            boundary=snakemake.params.boundary,
            reference_layer=snakemake.params.reference_layer,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
        )
