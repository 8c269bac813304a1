"""What training alone knows of a model that is to be carried to another area."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from hotslope.factors.catalogue import FACTORS
from hotslope.learning.applicability import measure_applicability
from hotslope.learning.cnn import FactorNetwork
from hotslope.learning.model_description import software
from hotslope.learning.sample import Sample
from hotslope.learning.splits import clustered_folds


def training_notes(
    fitted: Pipeline, train: Sample, contributions: pd.DataFrame, *, folds: int, seed: int
) -> dict[str, Any]:
    """Describe a fitted model by the rows that it was trained on.

    Parameters
    ----------
    fitted : Pipeline
        From `hotslope.learning.models.make_classifier`, fitted on `train`.
    train : Sample
        Training rows.
    contributions : DataFrame
        What each factor adds to the probability of each training row, see
        `hotslope.learning.contributions.explain`.
    folds : int
        Clusters in space between which training rows are compared.
    seed : int
        Of these clusters.

    Returns
    -------
    dict
        ``factors`` (see `describe_factors`), ``prevalence``, ``bounds_m``, ``software``, and
        ``applicability`` (see `hotslope.learning.applicability.Applicability`).
    """
    weights = {str(name): float(values.abs().mean()) for name, values in contributions.items()}
    factors = describe_factors(fitted, train.factors, weights)
    limits = measure_applicability(
        train.factors,
        {name: factor["weight"] for name, factor in factors.items()},
        _clusters(train, folds, seed),
    )
    return {
        "factors": factors,
        "prevalence": float(train.label.mean()),
        "bounds_m": [train.x_m.min(), train.y_m.min(), train.x_m.max(), train.y_m.max()],
        "software": software(isinstance(fitted[-1], FactorNetwork)),
        "applicability": limits._asdict(),
    }


def describe_factors(
    fitted: Pipeline, training: pd.DataFrame, weights: Mapping[str, float]
) -> dict[str, dict[str, Any]]:
    """Describe every factor that a model was offered.

    Parameters
    ----------
    fitted : Pipeline
        From `hotslope.learning.models.make_classifier`, fitted on `training`.
    training : DataFrame
        Raw factors.
    weights : mapping of str to float
        Of the factors that the model uses.

    Returns
    -------
    dict
        Factor → ``unit`` (None where it is not known), ``used``, ``weight``, ``missing`` (share),
        ``range`` (None of categories), ``classes`` (None of numbers) and ``bins``, the inner cut
        points.
    """
    screening = fitted[0].screening_
    described = {}
    for name in training.columns:
        values = training[name]
        known = values.dropna()
        numeric = name in screening.binner_.numeric_
        described[str(name)] = {
            "unit": FACTORS[name].unit if name in FACTORS else None,
            "used": name in screening.kept_,
            "weight": float(weights.get(name, 0.0)),
            "missing": float(values.isna().mean()),
            "range": [float(known.min()), float(known.max())] if numeric and len(known) else None,
            "classes": None if numeric else screening.binner_.categories_[name],
            "bins": screening.binner_.edges(name).tolist() if numeric else None,
        }
    return described


def metric_rows(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return the rows of a table of metrics of one model, None where a value is undefined."""
    rows = table.drop(columns="model").astype(object)
    return rows.where(rows.notna(), None).to_dict("records")


def unseen_rows(samples: list[Sample], probability: np.ndarray) -> pd.DataFrame:
    """Return label, probability and number of the slope of rows that were not trained on.

    Parameters
    ----------
    samples : list of Sample
        Rows.
    probability : ndarray, float64, shape (n_rows,)
        Of all of them, in their order.
    """
    slopes = np.concatenate([sample.group for sample in samples])
    return pd.DataFrame(
        {
            "label": np.concatenate([sample.label for sample in samples]).astype("int8"),
            "probability": probability,
            "slope": pd.factorize(slopes)[0],
        }
    )


def _clusters(train: Sample, folds: int, seed: int) -> np.ndarray:
    """Return the cluster in space that each row belongs to."""
    cluster = np.zeros(len(train.label), dtype=np.int64)
    places = clustered_folds(train.group, train.x_m, train.y_m, folds, seed)
    for number, (_, rows) in enumerate(places):
        cluster[rows] = number
    return cluster
