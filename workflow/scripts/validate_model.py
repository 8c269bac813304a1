"""Cross-validate one model, and predict every candidate by models that never saw its label."""

from hotslope.jobs import job_log

import warnings
from typing import Any

import numpy as np
import pandas as pd

from hotslope.errors import InputError
from hotslope.factors.tables import read_factors
from hotslope.files import write_table
from hotslope.learning.labels import reason_not_to_learn
from hotslope.learning.models import make_classifier
from hotslope.learning.sample import gather_sample
from hotslope.learning.splits import repeated_folds
from hotslope.learning.tables import LABELS, PROBABILITIES, empty_table, no_probabilities
from hotslope.learning.validation import (
    fit_folds,
    out_of_fold,
    positive_probability,
    score_folds,
)


def validate_model(
    *,
    factors_path: str,
    labels_path: str,
    validation_path: str,
    probabilities_path: str,
    model: str,
    options: dict[str, Any],
    factors: list[str],
    binning: dict[str, Any],
    max_correlation: float,
    repeats: int,
    folds: int,
    block_size_m: float,
    seed: int,
) -> None:
    """Write the metrics of every fold, and the probability of every candidate."""
    labels = LABELS.read(labels_path)
    if reason_not_to_learn(labels, folds):
        write_table(validation_path, empty_table("folds"), {})
        PROBABILITIES.write(probabilities_path, no_probabilities(labels))
        return
    sample = gather_sample(read_factors(factors_path), labels, factors)
    known = sample.rows(sample.label >= 0)
    divisions = repeated_folds(
        known.label,
        known.group,
        known.x_m,
        known.y_m,
        repeats=repeats,
        n_folds=folds,
        block_size_m=block_size_m,
        seed=seed,
    )
    if not any(fold.strategy == "spatial" for fold in divisions):
        raise InputError(
            "validation.block_size_m",
            f"all labelled candidates lie in one block of {block_size_m} m",
            "Choose smaller blocks",
        )
    classifier = make_classifier(
        model, categorical=sample.categorical, max_correlation=max_correlation, **binning, **options
    )
    fitted = fit_folds(classifier, known.factors, known.label, divisions, seed)
    metrics, probabilities = score_folds(fitted, known.factors, known.label, divisions)
    write_table(validation_path, metrics, {})
    stratified = [i for i, fold in enumerate(divisions) if fold.strategy == "stratified"]
    gathered = np.full((len(stratified), sample.label.size), np.nan)
    gathered[:repeats, sample.label >= 0] = out_of_fold(
        known.label.size, [divisions[i] for i in stratified], [probabilities[i] for i in stratified]
    )
    unknown = sample.rows(sample.label < 0)
    for row, i in enumerate(stratified):
        replica = fitted[i]
        if replica is not None:
            gathered[row, sample.label < 0] = positive_probability(replica, unknown.factors)
    PROBABILITIES.write(probabilities_path, _summary(sample.candidate_id, gathered))


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
            model=snakemake.params.model,
            options=snakemake.params.options,
            factors=snakemake.params.factors,
            binning=snakemake.params.binning,
            max_correlation=snakemake.params.max_correlation,
            repeats=snakemake.params.repeats,
            folds=snakemake.params.folds,
            block_size_m=snakemake.params.block_size_m,
            seed=snakemake.params.seed,
        )
