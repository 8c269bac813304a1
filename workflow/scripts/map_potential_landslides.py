"""Everything known about each candidate as one GeoPackage that QGIS opens with its style."""

from hotslope.jobs import job_log

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd

from hotslope.candidates.ranking import rank_without_labels, ranking_criteria
from hotslope.candidates.tables import CANDIDATES, RANKING, STABILITY
from hotslope.columns import CANDIDATE_ID
from hotslope.exposure.tables import EXPOSURE
from hotslope.exposure.tables import LAYER as EXPOSED
from hotslope.factors.tables import read_factors
from hotslope.files import atomic_path, write_layers
from hotslope.learning.negatives import MEANINGS, STABLE_GROUND
from hotslope.learning.tables import APPLICABILITY, LABELS, MAIN_FACTORS, PROBABILITIES
from hotslope.maps.fields import describe_fields, tidy_order
from hotslope.maps.first_places import priority_rank
from hotslope.maps.gpkg_schema import describe_layers
from hotslope.maps.outcome import (
    add_predictions,
    join_by_candidate,
    judgement_column,
    judging_models,
    leading_model,
    set_aside,
)
from hotslope.maps.qgis import probability_renderer, style_text
from hotslope.maps.tables import LANDSLIDES_LAYER as LAYER
from hotslope.maps.tables import PRIORITY_RANK
from hotslope.schemas import read_layer

LABEL_COLUMNS = [CANDIDATE_ID, "label", "kind", "inventory_id"]


def map_potential_landslides(
    *,
    candidates_path: str,
    factors_path: str,
    stability_path: str | None,
    labels_path: str | None,
    probabilities_paths: list[str],
    metrics_paths: list[str],
    main_factors_paths: list[str],
    landslides_path: str,
    parquet_path: str,
    tracks: list[str],
    models: list[str],
    negatives: str = "mapped",
    applicability_path: str | None = None,
    exposure_path: str | None = None,
) -> None:
    """Join candidates, factors, labels and predictions; write them as GeoPackage and GeoParquet.

    Layer `potential_landslides` has everything, layer `candidates` what was measured.
    """
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", [CANDIDATE_ID])
    table = pd.DataFrame(candidates.drop(columns="geometry"))
    table = join_by_candidate(table, read_factors(factors_path), factors_path, every=True)
    if stability_path:
        table = join_by_candidate(table, STABILITY.read(stability_path), stability_path, every=True)
    if labels_path:
        labels = LABELS.read(labels_path, LABEL_COLUMNS)
        table = join_by_candidate(table, labels, labels_path, every=False)
    places = dict(zip(models, probabilities_paths, strict=True))
    predictions = {
        model: _of_candidates(PROBABILITIES.read(path), table) for model, path in places.items()
    }
    metrics = {
        model: json.loads(Path(path).read_text(encoding="utf-8"))
        for model, path in zip(models, metrics_paths, strict=True)
    }
    thresholds = {model: found["threshold"] for model, found in metrics.items()}
    table = add_predictions(table, predictions, thresholds, places, negatives)
    if applicability_path:
        table = set_aside(table, APPLICABILITY.read(applicability_path), applicability_path)
    if all(threshold is None for threshold in thresholds.values()):
        ranking = rank_without_labels(ranking_criteria(candidates, tracks))
        table = table.assign(**RANKING.check(ranking, candidates_path))
    if exposure_path:
        table = join_by_candidate(table, _exposure(exposure_path), exposure_path, every=True)
        rank = priority_rank(table, judging_models(table, models))
        table = table.assign(**{PRIORITY_RANK: rank})
    leading = leading_model(models)
    if leading:
        path = main_factors_paths[models.index(leading)]
        reasons = _of_candidates(MAIN_FACTORS.read(path), table)
        table = join_by_candidate(table, reasons, path, every=True)
    landslides = gpd.GeoDataFrame(table, geometry=candidates.geometry.array, crs=candidates.crs)
    geometry = landslides.geometry.name
    columns = tidy_order([name for name in landslides if name != geometry], leading)
    landslides = landslides[[*columns, geometry]]
    layers = {LAYER: landslides, "candidates": candidates}
    fields = {
        layer: describe_fields(
            [name for name in frame if name != frame.geometry.name], tracks, models
        ).values()
        for layer, frame in layers.items()
    }
    judgement = judgement_column(columns, leading_model(judging_models(landslides, models)))
    styles = {
        LAYER: (
            "probability",
            style_text(probability_renderer(judgement, applied=bool(applicability_path))),
        ),
        "candidates": ("outline", style_text(probability_renderer(None))),
    }
    about = _about(leading, tracks, models, negatives)
    if leading and "applied" in metrics[leading]:
        about["model applied"] = metrics[leading]["applied"]
    with atomic_path(landslides_path) as partial:
        write_layers(partial, layers)
        describe_layers(partial, fields, styles, about)
    with atomic_path(parquet_path) as partial:
        landslides.to_parquet(partial, index=False, compression="zstd")


def _exposure(path: str) -> pd.DataFrame:
    """Read what is exposed, without columns of layers that are not configured."""
    rows = pd.DataFrame(read_layer(EXPOSURE, path, EXPOSED).drop(columns="geometry"))
    return rows.dropna(axis="columns", how="all") if len(rows) else rows


def _of_candidates(rows: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Leave out pieces of stable ground, which models learnt from beside the candidates."""
    known = rows[CANDIDATE_ID].isin(candidates[CANDIDATE_ID])
    ground = rows[CANDIDATE_ID].str.startswith(STABLE_GROUND)
    return rows[known | ~ground].reset_index(drop=True)


def _about(
    leading: str | None, tracks: list[str], models: list[str], negatives: str
) -> dict[str, object]:
    """Say what the file holds, for those who receive nothing else."""
    scores = {"scores": MEANINGS[negatives]} if models and negatives != "mapped" else {}
    return {
        "title": "Potential landslides from InSAR points",
        "software": "hotslope",
        "method": "Zhang et al. (2023), Remote Sensing 15, 4951, doi:10.3390/rs15204951",
        "sign": "line-of-sight velocities are positive toward the sensor, mm/yr",
        "no data": "ground outside the candidates is not known to be stable",
        "tracks": tracks,
        "models": models,
        "leading model": leading,
        **scores,
    }


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        map_potential_landslides(
            candidates_path=snakemake.input.candidates,
            factors_path=snakemake.input.factors,
            stability_path=next(iter(snakemake.input.stability), None),
            labels_path=snakemake.input.get("labels"),
            probabilities_paths=list(snakemake.input.get("probabilities", [])),
            metrics_paths=list(snakemake.input.get("metrics", [])),
            main_factors_paths=list(snakemake.input.get("main_factors", [])),
            applicability_path=next(iter(snakemake.input.applicability), None),
            exposure_path=next(iter(snakemake.input.exposure), None),
            landslides_path=snakemake.output.landslides,
            parquet_path=snakemake.output.parquet,
            tracks=snakemake.params.tracks,
            models=snakemake.params.models,
            negatives=snakemake.params.negatives,
        )
