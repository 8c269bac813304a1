"""Train one model on the training rows, choose its threshold, judge it on the test rows."""

from hotslope.jobs import job_log

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from hotslope.factors.tables import read_factors
from hotslope.files import write_csv, write_json
from hotslope.learning.cnn import FactorNetwork, fit_together
from hotslope.learning.comparison import score_table
from hotslope.learning.contributions import (
    explain,
    main_factors,
    reasons_in_words,
)
from hotslope.learning.labels import reason_not_to_learn
from hotslope.learning.metrics import (
    area_under_curve,
    classification_metrics,
    threshold_for_recall,
)
from hotslope.learning.model_description import NOTHING
from hotslope.learning.model_folder import write_training
from hotslope.learning.models import ModelSettings
from hotslope.learning.negatives import defined_metrics
from hotslope.learning.persistence import save_classifier
from hotslope.learning.sample import Sample, gather_sample, role_rows
from hotslope.learning.tables import (
    LABELS,
    MAIN_FACTORS,
    PREDICTIONS,
    SPLIT,
    empty_table,
    no_main_factors,
)
from hotslope.learning.training_notes import metric_rows, training_notes, unseen_rows
from hotslope.learning.validation import honest_probability, positive_probability

#: Orders of the columns over which a network's result is also shown.
COLUMN_ORDERS = 10


def train_model(
    *,
    factors_path: str,
    labels_path: str,
    split_path: str,
    predictions_path: str,
    metrics_path: str,
    fitted_path: str,
    main_factors_path: str,
    partial_dependence_path: str,
    settings: ModelSettings,
    factors: list[str] | None,
    folds: int,
    target_recall: float,
    negatives: str = "mapped",
) -> None:
    """Write the fitted model, its test predictions, threshold and metrics, and its reasons."""
    labels = LABELS.read(labels_path)
    reason = reason_not_to_learn(labels, folds, negatives)
    if reason:
        write_json(Path(fitted_path) / NOTHING, {"note": reason})
        write_json(metrics_path, {"threshold": None, "note": reason})
        PREDICTIONS.write(predictions_path, PREDICTIONS.empty())
        MAIN_FACTORS.write(main_factors_path, no_main_factors(labels))
        write_csv(partial_dependence_path, empty_table("dependence"))
        return
    sample = gather_sample(read_factors(factors_path), labels, factors)
    split = SPLIT.read(split_path)
    train, validation, test = (
        sample.rows(role_rows(sample, split, role)) for role in ("train", "validation", "test")
    )
    classifier, seed = settings.classifier(sample.categorical), settings.seed
    fitted = clone(classifier).fit(train.factors, train.label)
    inner = positive_probability(fitted, validation.factors)
    outer = positive_probability(fitted, test.factors)
    # Threshold: on rows that the model giving the probability did not train on, never on test.
    within = honest_probability(
        classifier, train.factors, train.label, train.group, n_folds=folds, seed=seed
    )
    unseen = np.concatenate([within, inner])
    judged = ~np.isnan(unseen)
    threshold = threshold_for_recall(
        np.concatenate([train.label, validation.label])[judged], unseen[judged], target_recall
    )
    metrics = {
        "threshold": threshold,
        "target_recall": target_recall,
        "factors": fitted[0].screening_.kept_,
        "rows": {
            "train": len(train.label),
            "validation": len(validation.label),
            "test": len(test.label),
        },
        "validation": _metrics(validation.label, inner, threshold, negatives),
        "test": _metrics(test.label, outer, threshold, negatives),
    }
    if isinstance(classifier[-1], FactorNetwork):
        metrics["test_auc_by_column_order"] = _column_orders(fitted, train, test)
    contributions, dependence = explain(fitted, sample.factors, train.factors)
    write_csv(partial_dependence_path, dependence)
    candidate_id = pd.Series(sample.candidate_id, dtype="str")
    MAIN_FACTORS.write(
        main_factors_path,
        pd.DataFrame(
            {
                "candidate_id": candidate_id,
                "main_factors": main_factors(contributions),
                "reasons": reasons_in_words(contributions, sample.factors),
            }
        ),
    )
    save_classifier(fitted_path, fitted)
    write_json(metrics_path, metrics)
    predictions = pd.DataFrame(
        {
            "candidate_id": pd.Series(test.candidate_id, dtype="str"),
            "label": test.label.astype("int8"),
            "probability": outer,
        }
    )
    PREDICTIONS.write(predictions_path, predictions)
    notes = training_notes(
        fitted, train, contributions[role_rows(sample, split, "train")], folds=folds, seed=seed
    )
    scores = score_table({settings.name: predictions}, {settings.name: threshold}, seed=seed)
    notes |= {
        "model": settings.name,
        "options": settings.options,
        "negatives": negatives,
        "threshold": threshold,
        "target_recall": target_recall,
        "rows": metrics["rows"],
        "test": metric_rows(scores),
    }
    unseen_probability = np.concatenate([inner, outer])
    write_training(
        fitted_path, notes, train.factors, unseen_rows([validation, test], unseen_probability)
    )


def _metrics(
    label: np.ndarray, probability: np.ndarray, threshold: float, negatives: str
) -> dict[str, Any]:
    """Return the metrics that these negatives define at the threshold, null where undefined."""
    values = classification_metrics(label, probability, threshold)
    return {
        name: None if np.isnan(values[name]) else values[name]
        for name in defined_metrics(negatives)
    }


def _column_orders(fitted: Pipeline, train: Sample, test: Sample) -> list[float | None]:
    """Return the test AUC of networks that read the encoded factors in other orders."""
    encoder, network = fitted
    networks = [clone(network).set_params(column_order=order) for order in range(COLUMN_ORDERS)]
    rows = encoder.transform(train.factors)
    fit_together(networks, [(rows, train.label)] * COLUMN_ORDERS)
    unseen = encoder.transform(test.factors)
    scores = [area_under_curve(test.label, one.predict_proba(unseen)[:, 1]) for one in networks]
    return [None if np.isnan(auc) else auc for auc in scores]


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        train_model(
            factors_path=snakemake.input.factors,
            labels_path=snakemake.input.labels,
            split_path=snakemake.input.split,
            predictions_path=snakemake.output.predictions,
            metrics_path=snakemake.output.metrics,
            fitted_path=snakemake.output.fitted,
            main_factors_path=snakemake.output.main_factors,
            partial_dependence_path=snakemake.output.partial_dependence,
            settings=ModelSettings(
                name=snakemake.params.model,
                options=snakemake.params.options,
                binning=snakemake.params.binning,
                screening=snakemake.params.screening,
                seed=snakemake.params.seed,
            ),
            factors=snakemake.params.factors,
            folds=snakemake.params.folds,
            target_recall=snakemake.params.target_recall,
            negatives=snakemake.params.negatives,
        )
