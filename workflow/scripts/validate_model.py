"""Cross-validate one model, and predict every candidate by models that never saw its label."""

from hotslope.jobs import job_log

from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from hotslope.errors import InputError
from hotslope.factors.tables import read_factors
from hotslope.files import write_csv, write_json, write_table
from hotslope.learning.calibration import FEWEST_LABELS, prediction_sets
from hotslope.learning.columns import METRICS
from hotslope.learning.importance import permutation_importance
from hotslope.learning.labels import reason_not_to_learn
from hotslope.learning.models import ModelSettings
from hotslope.learning.negatives import MEANINGS, defined_metrics
from hotslope.learning.probabilities import (
    calibrate_labelled,
    calibrate_unlabelled,
    gather_probabilities,
    summarise_probabilities,
)
from hotslope.learning.sample import Sample, gather_sample
from hotslope.learning.splits import Fold, find_folds, repeated_folds
from hotslope.learning.tables import (
    CATCHMENTS,
    LABELS,
    PROBABILITIES,
    empty_table,
    no_probabilities,
)
from hotslope.learning.validation import fit_folds, score_folds

#: Repeats of the spatial folds in which the importance of factors is measured.
IMPORTANCE_REPEATS = 2


def validate_model(
    *,
    factors_path: str,
    labels_path: str,
    validation_path: str,
    probabilities_path: str,
    calibration_path: str,
    importance_path: str,
    settings: ModelSettings,
    factors: list[str] | None,
    folds: dict[str, Any],
    set_confidence: float,
    negatives: str = "mapped",
    catchments_path: str | None = None,
) -> None:
    """Write the metrics of every fold, and what is known of every candidate's probability.

    `folds` are the options of `hotslope.learning.splits.repeated_folds`; where they keep
    catchments whole, `catchments_path` is given.
    """
    labels = LABELS.read(labels_path)
    reason = reason_not_to_learn(labels, folds["n_folds"], negatives)
    if reason:
        write_table(validation_path, empty_table("folds"), {})
        PROBABILITIES.write(probabilities_path, no_probabilities(labels))
        write_json(calibration_path, {"method": None, "note": reason})
        write_csv(importance_path, empty_table("importance"))
        return
    sample = gather_sample(read_factors(factors_path), labels, factors)
    if catchments_path:
        sample = sample.in_catchments(CATCHMENTS.read(catchments_path))
    known, seed = sample.rows(sample.label >= 0), settings.seed
    divisions = _divide(known, folds, seed)
    classifier = settings.classifier(sample.categorical)
    fitted = fit_folds(classifier, known.factors, known.label, divisions, seed)
    metrics, probabilities = score_folds(fitted, known.factors, known.label, divisions)
    undefined = [name for name in METRICS if name not in defined_metrics(negatives)]
    write_table(validation_path, metrics.assign(**dict.fromkeys(undefined, np.nan)), {})
    _write_importance(importance_path, fitted, known, divisions, seed)
    gathered = gather_probabilities(sample, divisions, fitted, probabilities)
    summary = summarise_probabilities(sample.candidate_id, gathered)
    if negatives != "mapped":
        # How often a score is right cannot be counted: the true negatives are not known.
        for name in ("probability_calibrated", "probability_low", "probability_high"):
            summary[name] = np.nan
        summary["prediction_set"] = pd.Series(None, summary.index, dtype="str")
        PROBABILITIES.write(probabilities_path, summary)
        write_json(calibration_path, {"method": None, "note": MEANINGS[negatives]})
        return
    calibrated, quality = calibrate_labelled(
        classifier, known, divisions, probabilities, set_confidence, seed
    )
    table, method = calibrate_unlabelled(
        summary["probability"].to_numpy(), sample.label, calibrated, divisions
    )
    enough = min(np.sum(known.label == value) for value in (0, 1)) >= FEWEST_LABELS
    if not enough:
        table[["p_other", "p_landslide"]] = np.nan
    summary["probability_calibrated"] = table["probability"]
    summary["probability_low"], summary["probability_high"] = table["low"], table["high"]
    summary["prediction_set"] = prediction_sets(table, set_confidence)
    PROBABILITIES.write(probabilities_path, summary)
    note = f"No prediction sets: fewer than {FEWEST_LABELS} labels of a class."
    write_json(
        calibration_path,
        {
            "method": method,
            "brier": quality.pop("brier"),
            "set_confidence": set_confidence,
            "sets": quality if enough else None,
            "note": None if enough else note,
        },
    )


def _divide(known: Sample, folds: dict[str, Any], seed: int) -> list[Fold]:
    """Return the folds; refuse spatial ones that leave nothing to train on or to test."""
    divisions = repeated_folds(
        known.label,
        known.group,
        known.x_m,
        known.y_m,
        seed=seed,
        catchment=known.catchment,
        **folds,
    )
    if not find_folds(divisions, "spatial"):
        key, what, one = (
            ("catchment_km2", "catchments", "catchment")
            if folds.get("blocks") == "catchments"
            else ("block_size_m", "blocks", f"block of {folds['block_size_m']} m")
        )
        raise InputError(
            f"validation.{key}",
            f"all labelled candidates lie in one {one}",
            f"Choose smaller {what}",
        )
    spatial = [divisions[i] for i in find_folds(divisions, "spatial")]
    if all(np.unique(known.label[fold.train]).size < 2 for fold in spatial):
        raise InputError(
            "validation.buffer_m",
            f"no spatial fold keeps training slopes of both classes beyond {folds['buffer_m']} m",
            "Choose a smaller buffer",
        )
    return divisions


def _write_importance(
    path: str, fitted: list[Pipeline | None], known: Sample, divisions: list[Fold], seed: int
) -> None:
    """Write the importance of every factor in spatial folds."""
    chosen = find_folds(divisions, "spatial", IMPORTANCE_REPEATS)
    importance = permutation_importance(
        [fitted[i] for i in chosen],
        known.factors,
        known.label,
        [divisions[i] for i in chosen],
        seed,
    )
    write_csv(path, importance)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        validate_model(
            factors_path=snakemake.input.factors,
            labels_path=snakemake.input.labels,
            validation_path=snakemake.output.validation,
            probabilities_path=snakemake.output.probabilities,
            calibration_path=snakemake.output.calibration,
            importance_path=snakemake.output.importance,
            settings=ModelSettings(
                name=snakemake.params.model,
                options=snakemake.params.options,
                binning=snakemake.params.binning,
                screening=snakemake.params.screening,
                seed=snakemake.params.seed,
            ),
            factors=snakemake.params.factors,
            folds=snakemake.params.folds,
            set_confidence=snakemake.params.set_confidence,
            negatives=snakemake.params.negatives,
            catchments_path=snakemake.input.get("catchments"),
        )
