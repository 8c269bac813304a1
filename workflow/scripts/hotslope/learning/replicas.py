"""Fitting one classifier many times, networks all at once."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from hotslope.learning.cnn import FactorNetwork, fit_together
from hotslope.logs import Progress


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
    together = isinstance(classifier[-1], FactorNetwork)
    encoded = []
    progress = Progress("samples encoded" if together else "models fitted", len(replicas))
    for replica, (table, label) in zip(replicas, samples, strict=True):
        if together:
            encoded.append((replica[:-1].fit_transform(table, label), label))
        else:
            replica.fit(table, label)
        progress.advance()
    if together:
        fit_together([replica[-1] for replica in replicas], encoded)
    return replicas
