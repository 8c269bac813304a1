"""Everything known about each candidate as one GeoPackage that QGIS opens with its style."""

from hotslope.jobs import job_log

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd

from hotslope.candidates.tables import CANDIDATES, STABILITY
from hotslope.columns import CANDIDATE_ID
from hotslope.factors.tables import read_factors
from hotslope.files import PINNED_DATE, atomic_path, write_layers
from hotslope.learning.tables import LABELS, MAIN_FACTORS, PROBABILITIES
from hotslope.maps.outcome import add_predictions, join_by_candidate, leading_model
from hotslope.maps.qgis import probability_style
from hotslope.schemas import read_layer

LAYER = "potential_landslides"
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
    models: list[str],
) -> None:
    """Join candidates, factors, labels and predictions; write layer `potential_landslides`."""
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", [CANDIDATE_ID])
    table = pd.DataFrame(candidates.drop(columns="geometry"))
    table = join_by_candidate(table, read_factors(factors_path), factors_path, every=True)
    if stability_path:
        table = join_by_candidate(table, STABILITY.read(stability_path), stability_path, every=True)
    if labels_path:
        labels = LABELS.read(labels_path, LABEL_COLUMNS)
        table = join_by_candidate(table, labels, labels_path, every=False)
    places = dict(zip(models, probabilities_paths, strict=True))
    predictions = {model: PROBABILITIES.read(path) for model, path in places.items()}
    thresholds = {
        model: json.loads(Path(path).read_text(encoding="utf-8"))["threshold"]
        for model, path in zip(models, metrics_paths, strict=True)
    }
    table = add_predictions(table, predictions, thresholds, places)
    leading = leading_model(models)
    if leading:
        path = main_factors_paths[models.index(leading)]
        table = join_by_candidate(table, MAIN_FACTORS.read(path), path, every=True)
    landslides = gpd.GeoDataFrame(table, geometry=candidates.geometry.array, crs=candidates.crs)
    style = probability_style(f"probability_{leading}" if leading else None)
    with atomic_path(landslides_path) as partial:
        write_layers(partial, {LAYER: _first_leading(landslides, leading)})
        _embed_style(partial, style)


def _first_leading(table: gpd.GeoDataFrame, model: str | None) -> gpd.GeoDataFrame:
    """Put identifier, class, leading probability and its reasons first, for the reader."""
    first = [CANDIDATE_ID, "class", *([f"probability_{model}", "main_factors"] if model else [])]
    return table[[*first, *(name for name in table.columns if name not in first)]]


def _embed_style(path: Path, style: str) -> None:
    """Add the table `layer_styles`, from which QGIS takes a layer's default style."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, f_table_catalog TEXT, "
            "f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, "
            "styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT, "
            "ui TEXT, update_time DATETIME)"
        )
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (PINNED_DATE,),
        )
        (geometry,) = connection.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (LAYER,)
        ).fetchone()
        connection.execute(
            "INSERT INTO layer_styles VALUES (1, '', '', ?, ?, 'probability', ?, '', 1, "
            "'potential landslides by probability', '', NULL, ?)",
            (LAYER, geometry, style, PINNED_DATE),
        )
    connection.close()


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
            landslides_path=snakemake.output.landslides,
            models=snakemake.params.models,
        )
