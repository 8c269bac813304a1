"""A model of another area applied to candidates without labels."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hotslope.learning.applicability import (
    describe_strangeness,
    dissimilarity,
    unseen_classes,
)
from hotslope.learning.calibration import (
    FEWEST_LABELS,
    calibrated_table,
    choose_calibration,
    prediction_sets,
)
from hotslope.learning.model_folder import CarriedModel
from hotslope.learning.splits import grouped_folds
from hotslope.learning.validation import positive_probability

logger = logging.getLogger("hotslope.learning")

#: Folds of the unseen rows in which the calibration is chosen.
FOLDS = 5


def factors_for(model: CarriedModel, factors: pd.DataFrame) -> pd.DataFrame:
    """Return the factors that a model was offered, as it takes them.

    Parameters
    ----------
    model : CarriedModel
    factors : DataFrame
        Table of the factors of an area. It has all factors that the model uses; of others, values
        are missing.
    """
    columns = {
        name: factors[name].to_numpy()
        if name in factors
        else np.full(len(factors), np.nan if name not in model.categorical else None)
        for name in model.factors
    }
    table = pd.DataFrame(columns, index=range(len(factors)))
    kinds = {name: object if name in model.categorical else np.float64 for name in model.factors}
    return table.astype(kinds)


def judge_applicability(model: CarriedModel, table: pd.DataFrame) -> pd.DataFrame:
    """Say where a model is applicable.

    Parameters
    ----------
    model : CarriedModel
    table : DataFrame
        From `factors_for`.

    Returns
    -------
    DataFrame
        ``dissimilarity`` (index of `hotslope.learning.applicability`), ``applicable``, and
        ``strange``: which values are beyond the training rows', missing where it is applicable.
    """
    weights = model.weights
    limits = model.description["applicability"]
    index = dissimilarity(table, model.training, weights, limits["mean_distance"])
    used = [name for name in model.factors if weights[name] > 0]
    inside = (index <= limits["threshold"]) & ~unseen_classes(table, model.training, used)
    words = describe_strangeness(table, model.training, weights)
    return pd.DataFrame(
        {"dissimilarity": index, "applicable": inside, "strange": words.where(~inside)}
    )


def predict(model: CarriedModel, table: pd.DataFrame, set_confidence: float) -> pd.DataFrame:
    """Return probabilities of candidates, plain and calibrated, and prediction sets.

    Parameters
    ----------
    model : CarriedModel
    table : DataFrame
        From `factors_for`.
    set_confidence : float
        See `hotslope.learning.calibration.prediction_sets`.

    Returns
    -------
    DataFrame
        Columns of `hotslope.learning.tables.PROBABILITIES` but for ``candidate_id``. Calibrated
        by rows of the training area that the model did not train on; sets are missing where those
        have fewer than `FEWEST_LABELS` of a class.
    """
    probability = positive_probability(model.classifier, table)
    label = model.unseen["label"].to_numpy(dtype=np.int64)
    known = model.unseen["probability"].to_numpy()
    smallest = min(np.sum(label == 0), np.sum(label == 1))
    columns = ["probability", "low", "high", "p_other", "p_landslide"]
    calibrated = pd.DataFrame(np.nan, index=range(len(table)), columns=columns)
    if smallest:
        fold = _folds(label, model.unseen["slope"].to_numpy())
        method = choose_calibration(known, label, fold)
        logger.info("calibration: %s", method)
        calibrated = calibrated_table(method, known, label, probability)
    if smallest < FEWEST_LABELS:
        calibrated[["p_other", "p_landslide"]] = np.nan
    return pd.DataFrame(
        {
            "probability": probability,
            "probability_std": np.nan,
            "n_models": np.ones(len(table), dtype=np.int32),
            "probability_calibrated": calibrated["probability"],
            "probability_low": calibrated["low"],
            "probability_high": calibrated["high"],
            "prediction_set": prediction_sets(calibrated, set_confidence),
        }
    )


def _folds(label: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return a fold of each unseen row, stratified; rows of a slope share it."""
    count = min(FOLDS, *(np.unique(slope[label == value]).size for value in (0, 1)))
    fold = np.zeros(label.size, dtype=np.int64)
    if count > 1:
        for number, (_, rows) in enumerate(grouped_folds(label, slope, count, 0)):
            fold[rows] = number
    return fold


def describe_application(model: CarriedModel, judged: pd.DataFrame, path: str) -> dict[str, Any]:
    """Return what a run says of the model that it applied.

    Parameters
    ----------
    model : CarriedModel
    judged : DataFrame
        From `judge_applicability`.
    path : str
        Folder of the model, as the config names it.

    Returns
    -------
    dict
        ``threshold`` and ``target_recall`` as in the metrics of a model that is trained;
        ``applied``: ``folder`` (its name), ``model``, ``training_area`` (name), ``rows``,
        ``prevalence``, ``licence``, ``sha256`` of its pipeline, ``candidates`` and ``outside``
        (number of them beyond the area of applicability).
    """
    described = model.description
    return {
        "threshold": described["threshold"],
        "target_recall": described["target_recall"],
        "applied": {
            "folder": Path(path).name,
            "model": described["model"],
            "training_area": described["training_area"]["name"],
            "rows": described["rows"]["train"],
            "prevalence": described["prevalence"],
            "licence": described["licence"],
            "sha256": described["sha256"]["pipeline.skops"],
            "candidates": len(judged),
            "outside": int((~judged["applicable"]).sum()),
        },
    }
