"""Fitting one classifier many times, networks all at once."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from hotslope.learning.cnn import FactorNetwork, fit_together


def replica_seed(*key: int) -> int:
    """Return the seed of an item, a function of `key` alone."""
    return int(np.random.SeedSequence(key).generate_state(1)[0])


def fit_replicas(
    classifier: Pipeline,
    samples: Sequence[tuple[pd.DataFrame, np.ndarray]],
    seeds: Sequence[int],
) -> list[Pipeline]:
    """Fit a clone of a classifier on each sample.

    Parameters
    ----------
    classifier : Pipeline
        From `hotslope.learning.models.make_classifier`; stays unfitted.
    samples : sequence of (DataFrame, ndarray)
        Raw factors and labels.
    seeds : sequence of int
        Seed of the estimator, one per sample.

    Returns
    -------
    list of Pipeline
        Fitted, in the order of the samples.
    """
    replicas = [clone(classifier).set_params(model__random_state=seed) for seed in seeds]
    if not isinstance(classifier[-1], FactorNetwork):
        return [
            replica.fit(table, label)
            for replica, (table, label) in zip(replicas, samples, strict=True)
        ]
    encoded = [
        (replica[:-1].fit_transform(table, label), label)
        for replica, (table, label) in zip(replicas, samples, strict=True)
    ]
    fit_together([replica[-1] for replica in replicas], encoded)
    return replicas
