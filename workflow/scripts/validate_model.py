"""Cross-validate one model, and predict every candidate by models that never saw its label."""

from hotslope.jobs import job_log

import warnings
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss
from sklearn.pipeline import Pipeline

from hotslope.errors import InputError
from hotslope.factors.tables import read_factors
from hotslope.files import write_csv, write_json, write_table
from hotslope.learning.calibration import (
    FEWEST_LABELS,
    calibrate_folds,
    calibrated_table,
    choose_calibration,
    nested_probabilities,
    prediction_sets,
    set_quality,
)
from hotslope.learning.importance import permutation_importance
from hotslope.learning.labels import reason_not_to_learn
from hotslope.learning.models import make_classifier
from hotslope.learning.sample import Sample, gather_sample
from hotslope.learning.splits import Fold, repeated_folds
from hotslope.learning.tables import LABELS, PROBABILITIES, empty_table, no_probabilities
from hotslope.learning.validation import (
    fit_folds,
    out_of_fold,
    positive_probability,
    replica_seed,
    score_folds,
)

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
    model: str,
    options: dict[str, Any],
    factors: list[str] | None,
    binning: dict[str, Any],
    screening: dict[str, Any],
    folds: dict[str, Any],
    set_confidence: float,
    seed: int,
) -> None:
    """Write the metrics of every fold, and what is known of every candidate's probability."""
    labels = LABELS.read(labels_path)
    reason = reason_not_to_learn(labels, folds["n_folds"])
    if reason:
        write_table(validation_path, empty_table("folds"), {})
        PROBABILITIES.write(probabilities_path, no_probabilities(labels))
        write_json(calibration_path, {"method": None, "note": reason})
        write_csv(importance_path, empty_table("importance"))
        return
    sample = gather_sample(read_factors(factors_path), labels, factors)
    known = sample.rows(sample.label >= 0)
    divisions = repeated_folds(
        known.label,
        known.group,
        known.x_m,
        known.y_m,
        seed=seed,
        **folds,
    )
    if not any(fold.strategy == "spatial" for fold in divisions):
        raise InputError(
            "validation.block_size_m",
            f"all labelled candidates lie in one block of {folds['block_size_m']} m",
            "Choose smaller blocks",
        )
    classifier = make_classifier(
        model, categorical=sample.categorical, seed=seed, **screening, **binning, **options
    )
    fitted = fit_folds(classifier, known.factors, known.label, divisions, seed)
    metrics, probabilities = score_folds(fitted, known.factors, known.label, divisions)
    write_table(validation_path, metrics, {})
    _write_importance(importance_path, fitted, known, divisions, seed)
    stratified = [i for i, fold in enumerate(divisions) if fold.strategy == "stratified"]
    gathered = np.full((len(stratified), sample.label.size), np.nan)
    gathered[: folds["repeats"], sample.label >= 0] = out_of_fold(
        known.label.size, [divisions[i] for i in stratified], [probabilities[i] for i in stratified]
    )
    unknown = sample.rows(sample.label < 0)
    for row, i in enumerate(stratified):
        replica = fitted[i]
        if replica is not None:
            gathered[row, sample.label < 0] = positive_probability(replica, unknown.factors)
    summary = _summary(sample.candidate_id, gathered)
    calibrated, quality = _calibrate(
        classifier, known, divisions, probabilities, set_confidence, seed
    )
    table, method = _of_all(summary["probability"].to_numpy(), sample.label, calibrated, divisions)
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


def _write_importance(
    path: str, fitted: list[Pipeline | None], known: Sample, divisions: list[Fold], seed: int
) -> None:
    """Write the importance of every factor in spatial folds."""
    chosen = [
        i
        for i, fold in enumerate(divisions)
        if fold.strategy == "spatial" and fold.repeat < IMPORTANCE_REPEATS
    ]
    importance = permutation_importance(
        [fitted[i] for i in chosen],
        known.factors,
        known.label,
        [divisions[i] for i in chosen],
        seed,
    )
    write_csv(path, importance)


def _calibrate(
    classifier: Pipeline,
    known: Sample,
    divisions: list[Fold],
    probabilities: list[np.ndarray],
    set_confidence: float,
    seed: int,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Calibrate the first repeat of either strategy, each fold by its training rows alone.

    Returns
    -------
    calibrated : DataFrame
        As `calibrate_folds` returns it, of the stratified folds.
    quality : dict
        ``brier``: before and after, and per strategy the quality of the prediction sets.
    """
    tables, quality = {}, {}
    for number, strategy in enumerate(("stratified", "spatial")):
        first = [
            i for i, fold in enumerate(divisions) if (fold.strategy, fold.repeat) == (strategy, 0)
        ]
        folds = [divisions[i] for i in first]
        outer = out_of_fold(known.label.size, folds, [probabilities[i] for i in first])[0]
        nested = nested_probabilities(
            classifier, known.factors, known.label, folds, replica_seed(seed, number)
        )
        table = calibrate_folds(known.label, folds, outer, nested)
        tables[strategy] = table
        quality[strategy] = set_quality(prediction_sets(table, set_confidence), known.label)
        if strategy == "stratified":
            quality["brier"] = _brier(known.label, outer, table["probability"].to_numpy())
    return tables["stratified"], quality


def _brier(label: np.ndarray, before: np.ndarray, after: np.ndarray) -> dict[str, float | None]:
    """Return the Brier scores of the rows that were calibrated; None without any."""
    rows = ~np.isnan(after)
    if not rows.any():
        return {"before": None, "after": None}
    return {
        name: float(brier_score_loss(label[rows], values[rows], pos_label=1))
        for name, values in (("before", before), ("after", after))
    }


def _of_all(
    probability: np.ndarray, label: np.ndarray, calibrated: pd.DataFrame, divisions: list[Fold]
) -> tuple[pd.DataFrame, str]:
    """Add candidates without a label, calibrated by all that have one.

    Returns
    -------
    table : DataFrame
        As `calibrate_folds` returns it without ``method``, of all candidates.
    method : str
        Calibration of the candidates without a label.
    """
    fold = np.zeros(len(calibrated), dtype=np.int64)
    for one in divisions:
        if (one.strategy, one.repeat) == ("stratified", 0):
            fold[one.test] = one.fold
    known = label >= 0
    judged = ~np.isnan(probability[known])
    seen, answers = probability[known][judged], label[known][judged]
    columns = [name for name in calibrated if name != "method"]
    table = pd.DataFrame(np.nan, index=range(label.size), columns=columns)
    table.loc[known] = calibrated[columns].to_numpy()
    if np.unique(answers).size < 2:
        return table, "none"
    method = choose_calibration(seen, answers, fold[judged])
    new = ~known & ~np.isnan(probability)
    table.loc[new] = calibrated_table(method, seen, answers, probability[new]).to_numpy()
    return table, method


def _summary(candidate_id: np.ndarray, gathered: np.ndarray) -> pd.DataFrame:
    """Average the probabilities of each candidate, shape (n_models, n_candidates)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Mean of empty slice")
        warnings.filterwarnings("ignore", message="Degrees of freedom")
        mean = np.nanmean(gathered, axis=0)
        spread = np.nanstd(gathered, axis=0, ddof=1)
    return pd.DataFrame(
        {
            "candidate_id": pd.Series(candidate_id, dtype="str"),
            "probability": mean,
            "probability_std": spread,
            "n_models": np.sum(~np.isnan(gathered), axis=0).astype("int32"),
        }
    )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        validate_model(
            factors_path=snakemake.input.factors,
            labels_path=snakemake.input.labels,
            validation_path=snakemake.output.validation,
            probabilities_path=snakemake.output.probabilities,
            calibration_path=snakemake.output.calibration,
            importance_path=snakemake.output.importance,
            model=snakemake.params.model,
            options=snakemake.params.options,
            factors=snakemake.params.factors,
            binning=snakemake.params.binning,
            screening=snakemake.params.screening,
            folds=snakemake.params.folds,
            set_confidence=snakemake.params.set_confidence,
            seed=snakemake.params.seed,
        )
