"""A small made-up area with labels, and the scripts of learning in the order of the workflow."""

from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import box

from assess_reliability import assess_reliability
from check_leakage import check_leakage
from choose_negatives import choose_negatives
from compare_models import compare_models
from describe_models import describe_models
from hotslope.candidates.tables import CANDIDATES
from hotslope.factors.tables import factor_table
from hotslope.files import write_layers
from hotslope.learning.models import ModelSettings
from label_candidates import label_candidates
from screen_factors import screen_factors
from split_candidates import split_candidates
from train_model import train_model
from validate_model import validate_model

CRS = "EPSG:32647"
N = 60
FACTORS = ["slope", "tri", "twi", "lithology", "elevation", "distance_to_roads"]
MODELS = {"random_forest": {"trees": 10}, "cnn": {"epochs": 15}, "logistic_regression": {}}
SCREENING = {"max_correlation": 0.7, "rule": "significance", "permutations": 99}
BINNING = {"max_bins": 8, "significance": 0.1, "min_bin_count": 5}
#: What the folder of a model says of the run.
ORIGIN = {
    "name": "board",
    "crs": CRS,
    "areas": [],
    "licence": None,
    "hotslope": "0.1.0",
    "measures": {"tri": "wilson", "tpi_window_m": 210},
    "classes": {"lithology": ["hard", "soft"]},
}
#: What every script that learns is given.
LEARNING = {"factors": FACTORS, "binning": BINNING, "screening": SCREENING, "seed": 1}


#: Inventory of landslides alone, and what then makes up for the other slopes.
UNLABELLED = {"layer": "slides", "negatives": "unlabelled"}


def write_area(folder: Path, landslides: int = 24) -> None:
    """60 candidates on a 10 × 6 board of 1 km; 24 are mapped as others, some as landslides."""
    rng = np.random.default_rng(3)
    x, y = 700_000 + 1000 * (np.arange(N) % 10), 3_980_000 + 1000 * (np.arange(N) // 10)
    squares = [box(left, low, left + 300, low + 300) for left, low in zip(x, y, strict=True)]
    names = [f"c{i:03d}" for i in range(N)]
    candidates = gpd.GeoDataFrame({"candidate_id": names}, geometry=squares, crs=CRS)
    write_layers(folder / "candidates.gpkg", {"candidates": candidates}, CANDIDATES.metadata())
    slide = rng.permutation(np.arange(48) % 2)
    mapped = gpd.GeoDataFrame({"kind": ["old", "new"] * 24}, geometry=squares[:48], crs=CRS)
    mapped[slide == 1][:landslides].to_file(folder / "inventory.gpkg", layer="slides")
    others = mapped[slide == 0].drop(columns="kind")
    others.to_file(folder / "inventory.gpkg", layer="others")
    slope = 20 + 6 * np.r_[slide, rng.integers(0, 2, 12)] + rng.normal(0, 3, N)
    factors = pd.DataFrame(
        {
            "candidate_id": names,
            "slope": slope,
            "tri": slope / 5 + rng.normal(0, 0.1, N),
            "twi": np.where(rng.random(N) < 0.1, np.nan, rng.normal(size=N)),
            "lithology": pd.Series(rng.choice(["hard", "soft", None], N), dtype="str"),
            "elevation": 2500.0,
            "lithology_share": 1.0,
        }
    ).astype({"candidate_id": "str"})
    factor_table(list(factors.columns)).write(folder / "factors.parquet", factors)


def label(folder: Path, **changes: object) -> None:
    options = {
        "layer": None, "class_column": None, "positive_class": "slides", "kind_column": "kind",
        "role_column": None, "min_overlap": 0.3, "folds": 4,
    } | changes  # fmt: skip
    label_candidates(
        candidates_path=str(folder / "candidates.gpkg"),
        inventory_path=str(folder / "inventory.gpkg"),
        labels_path=str(folder / "labels.parquet"),
        summary_path=str(folder / "labels.json"),
        **options,
    )


def split(folder: Path, labels: Path, folds: int = 4) -> None:
    split_candidates(
        labels_path=str(labels),
        split_path=str(folder / "split.parquet"),
        test_fraction=0.3,
        validation_fraction=0.2,
        folds=folds,
        seed=1,
    )


def run_stage(
    folder: Path, folds: int = 4, landslides: int = 24, **changes: object
) -> SimpleNamespace:
    """Make an area in a new folder and run every script on it; `changes` are of the labels."""
    folder.mkdir(parents=True)
    write_area(folder, landslides)
    label(folder, folds=folds, **changes)
    negatives = str(changes.get("negatives", "mapped"))
    labels = folder / "labels.parquet"
    if negatives != "mapped":
        labels = folder / "training_labels.parquet"
        choose_negatives(
            labels_path=str(folder / "labels.parquet"), training_labels_path=str(labels)
        )
    split(folder, labels, folds)
    tables = {
        "factors_path": str(folder / "factors.parquet"),
        "labels_path": str(labels),
    }
    screen(folder, tables, folds)
    for model in MODELS:
        train(folder, tables, model, folds, negatives)
        validate(folder, tables, model, folds, negatives)
    describe(folder)
    compare(folder, negatives)
    check(folder, tables, folds=folds)
    assess(folder, tables, negatives)
    return SimpleNamespace(folder=folder, models=list(MODELS), tables=tables)


def screen(folder: Path, tables: dict[str, str], folds: int) -> None:
    screen_factors(
        **tables,
        **LEARNING,
        split_path=str(folder / "split.parquet"),
        bins_path=str(folder / "bins.json"),
        screening_path=str(folder / "screening.csv"),
        repeats=3,
        folds=folds,
    )


def settings_of(model: str) -> ModelSettings:
    return ModelSettings(model, MODELS[model], BINNING, SCREENING, seed=1)


def train(
    folder: Path, tables: dict[str, str], model: str, folds: int, negatives: str = "mapped"
) -> None:
    train_model(
        **tables,
        settings=settings_of(model),
        factors=FACTORS,
        split_path=str(folder / "split.parquet"),
        predictions_path=str(folder / model / "test_predictions.parquet"),
        metrics_path=str(folder / model / "metrics.json"),
        fitted_path=str(folder / model / "fitted"),
        main_factors_path=str(folder / model / "main_factors.parquet"),
        partial_dependence_path=str(folder / model / "partial_dependence.csv"),
        folds=folds,
        target_recall=0.8,
        negatives=negatives,
    )


def validate(
    folder: Path, tables: dict[str, str], model: str, folds: int, negatives: str = "mapped"
) -> None:
    validate_model(
        **tables,
        settings=settings_of(model),
        factors=FACTORS,
        validation_path=str(folder / model / "validation.parquet"),
        probabilities_path=str(folder / model / "probabilities.parquet"),
        calibration_path=str(folder / model / "calibration.json"),
        importance_path=str(folder / model / "importance.csv"),
        folds={"repeats": 3, "n_folds": folds, "block_size_m": 2000},
        set_confidence=0.9,
        negatives=negatives,
    )


def per_model(folder: Path, name: str) -> list[str]:
    return [str(folder / model / name) for model in MODELS]


def describe(folder: Path) -> None:
    describe_models(
        fitted_paths=per_model(folder, "fitted"),
        descriptions_paths=per_model(folder, "model.json"),
        cards_paths=per_model(folder, "README.md"),
        origin=ORIGIN,
    )


def compare(folder: Path, negatives: str = "mapped") -> None:
    compare_models(
        predictions_paths=per_model(folder, "test_predictions.parquet"),
        metrics_paths=per_model(folder, "metrics.json"),
        validation_paths=per_model(folder, "validation.parquet"),
        test_metrics_path=str(folder / "test_metrics.csv"),
        validation_path=str(folder / "validation.csv"),
        summary_path=str(folder / "validation_summary.csv"),
        comparison_path=str(folder / "model_comparison.csv"),
        roc_path=str(folder / "roc.csv"),
        models=list(MODELS),
        seed=1,
        negatives=negatives,
    )


def check(folder: Path, tables: dict[str, str], folds: int = 4, shuffles: int = 4) -> None:
    check_leakage(
        **tables,
        **LEARNING,
        shuffles_path=str(folder / "label_shuffles.csv"),
        suspicions_path=str(folder / "suspicions.csv"),
        model="logistic_regression",
        shuffles=shuffles,
        folds=folds,
        spatial={"block_size_m": 2000},
    )


def assess(folder: Path, tables: dict[str, str], negatives: str = "mapped") -> None:
    assess_reliability(
        labels_path=tables["labels_path"],
        probabilities_paths=per_model(folder, "probabilities.parquet"),
        calibration_paths=per_model(folder, "calibration.json"),
        validation_summary_path=str(folder / "validation_summary.csv"),
        shuffles_path=str(folder / "label_shuffles.csv"),
        suspicions_path=str(folder / "suspicions.csv"),
        reliability_path=str(folder / "reliability.json"),
        verdict_path=str(folder / "reliability.md"),
        calibration_curve_path=str(folder / "calibration_curve.csv"),
        precision_recall_path=str(folder / "precision_recall.csv"),
        models=list(MODELS),
        negatives=negatives,
    )
