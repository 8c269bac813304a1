"""What a validated model says of every candidate: mean, spread, and calibration of both kinds."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss
from sklearn.pipeline import Pipeline

from hotslope.learning.calibration import (
    calibrate_folds,
    calibrated_table,
    choose_calibration,
    nested_probabilities,
    prediction_sets,
    set_quality,
)
from hotslope.learning.sample import Sample
from hotslope.learning.splits import Fold, find_folds
from hotslope.learning.validation import out_of_fold, positive_probability, replica_seed


def gather_probabilities(
    sample: Sample,
    folds: Sequence[Fold],
    fitted: Sequence[Pipeline | None],
    probabilities: Sequence[np.ndarray],
) -> np.ndarray:
    """Return the probabilities of every candidate by models that never saw its label.

    Parameters
    ----------
    sample : Sample
        All candidates.
    folds : sequence of Fold
        Of the candidates with a label; the stratified ones are used.
    fitted, probabilities
        Model of each fold, and its probabilities of the test rows.

    Returns
    -------
    ndarray of float64, shape (n_stratified_folds, n_candidates)
        NaN where there is none: a labelled candidate has one per repeat, others one per fold.
    """
    stratified = find_folds(folds, "stratified")
    known = sample.label >= 0
    unknown = sample.rows(~known)
    seen = out_of_fold(
        int(known.sum()), [folds[i] for i in stratified], [probabilities[i] for i in stratified]
    )
    gathered = np.full((len(stratified), known.size), np.nan)
    gathered[: len(seen), known] = seen
    for row, i in enumerate(stratified):
        replica = fitted[i]
        if replica is not None:
            gathered[row, ~known] = positive_probability(replica, unknown.factors)
    return gathered


def summarise_probabilities(candidate_id: np.ndarray, gathered: np.ndarray) -> pd.DataFrame:
    """Return ``probability`` (mean), ``probability_std`` and ``n_models`` of each candidate.

    Parameters
    ----------
    candidate_id : ndarray of str, shape (n_candidates,)
    gathered : ndarray of float64, shape (n_models, n_candidates)
        From `gather_probabilities`.
    """
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


def calibrate_labelled(
    classifier: Pipeline,
    known: Sample,
    folds: Sequence[Fold],
    probabilities: Sequence[np.ndarray],
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
        positions = find_folds(folds, strategy, repeats=1)
        first = [folds[i] for i in positions]
        outer = out_of_fold(known.label.size, first, [probabilities[i] for i in positions])[0]
        nested = nested_probabilities(
            classifier, known.factors, known.label, first, replica_seed(seed, number)
        )
        table = calibrate_folds(known.label, first, outer, nested)
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


def calibrate_unlabelled(
    probability: np.ndarray, label: np.ndarray, calibrated: pd.DataFrame, folds: Sequence[Fold]
) -> tuple[pd.DataFrame, str]:
    """Add candidates without a label, calibrated by all that have one.

    Parameters
    ----------
    probability : ndarray of float64, shape (n_candidates,)
        Of models that never saw the candidate's label.
    label : ndarray of int64, shape (n_candidates,)
        -1 where there is none.
    calibrated : DataFrame
        From `calibrate_labelled`.
    folds : sequence of Fold
        Of the candidates with a label.

    Returns
    -------
    table : DataFrame
        As `calibrate_folds` returns it without ``method``, of all candidates.
    method : str
        Calibration of the candidates without a label.
    """
    fold = np.zeros(len(calibrated), dtype=np.int64)
    for i in find_folds(folds, "stratified", repeats=1):
        fold[folds[i].test] = folds[i].fold
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
