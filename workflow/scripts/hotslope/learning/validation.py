"""Repeated cross-validation in which everything that learns, learns inside the fold."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import config_context
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from hotslope.learning.cnn import FactorNetwork, fit_together
from hotslope.learning.metrics import area_under_curve, classification_metrics, mean_of_defined
from hotslope.learning.sample import Sample
from hotslope.learning.splits import Fold, grouped_folds, repeated_folds
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
    # The parameters are those of the config, checked by its schema: not again for every fit.
    with config_context(skip_parameter_validation=True):
        for replica, (table, label) in zip(replicas, samples, strict=True):
            if together:
                encoded.append((replica[:-1].fit_transform(table, label), label))
            else:
                replica.fit(table, label)
            progress.advance()
    if together:
        fit_together([replica[-1] for replica in replicas], encoded)
    return replicas


def positive_probability(classifier: Pipeline, table: pd.DataFrame) -> np.ndarray:
    """Return the probability of class 1, float64, shape (n_rows,)."""
    if len(table) == 0:
        return np.empty(0)
    return classifier.predict_proba(table)[:, list(classifier.classes_).index(1)]


def fit_folds(
    classifier: Pipeline,
    table: pd.DataFrame,
    label: np.ndarray,
    folds: Sequence[Fold],
    seed: int,
) -> list[Pipeline | None]:
    """Fit the classifier on the training rows of every fold.

    Returns
    -------
    list of (Pipeline or None)
        None where the training rows hold one class only.
    """
    usable = [i for i, fold in enumerate(folds) if np.unique(label[fold.train]).size > 1]
    samples = [(table.iloc[folds[i].train], label[folds[i].train]) for i in usable]
    fitted = fit_replicas(classifier, samples, [replica_seed(seed, i) for i in usable])
    result: list[Pipeline | None] = [None] * len(folds)
    for i, replica in zip(usable, fitted, strict=True):
        result[i] = replica
    return result


def score_folds(
    fitted: Sequence[Pipeline | None],
    table: pd.DataFrame,
    label: np.ndarray,
    folds: Sequence[Fold],
) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Score every fold on its own test rows.

    Returns
    -------
    metrics : DataFrame
        ``strategy``, ``repeat``, ``fold``, ``n_train``, ``n_test`` and the metrics at a
        threshold of 0.5; NaN where a metric is undefined or the fold could not be fitted.
    probabilities : list of ndarray of float64
        Of the test rows of each fold.
    """
    rows, probabilities = [], []
    for replica, fold in zip(fitted, folds, strict=True):
        probability = np.full(fold.test.size, np.nan)
        if replica is not None:
            probability = positive_probability(replica, table.iloc[fold.test])
        metrics = classification_metrics(label[fold.test], probability)
        rows.append(
            {
                "strategy": fold.strategy,
                "repeat": fold.repeat,
                "fold": fold.fold,
                "n_train": fold.train.size,
                "n_test": fold.test.size,
                **metrics,
            }
        )
        probabilities.append(probability)
    return pd.DataFrame(rows), probabilities


def out_of_fold(
    n_rows: int, folds: Sequence[Fold], probabilities: Sequence[np.ndarray]
) -> np.ndarray:
    """Gather the probabilities of each row from models that never saw it.

    Returns
    -------
    ndarray of float64, shape (n_repeats, n_rows)
        NaN where a repeat has none.
    """
    gathered = np.full((max(fold.repeat for fold in folds) + 1, n_rows), np.nan)
    for fold, probability in zip(folds, probabilities, strict=True):
        gathered[fold.repeat, fold.test] = probability
    return gathered


def honest_probability(
    classifier: Pipeline,
    table: pd.DataFrame,
    label: np.ndarray,
    group: np.ndarray,
    *,
    n_folds: int,
    seed: int,
) -> np.ndarray:
    """Return one out-of-fold probability per row, by stratified folds that keep groups.

    Fewer folds are made where the smaller class has fewer groups than `n_folds`; where it has
    fewer than two, no row can be left out, and all are NaN.
    """
    count = min(n_folds, *(np.unique(group[label == value]).size for value in (0, 1)))
    if count < 2:
        return np.full(label.size, np.nan)
    splits = grouped_folds(label, group, count, replica_seed(seed))
    folds = [Fold("stratified", 0, i, *split) for i, split in enumerate(splits)]
    fitted = fit_folds(classifier, table, label, folds, seed)
    _, probabilities = score_folds(fitted, table, label, folds)
    return out_of_fold(label.size, folds, probabilities)[0]


def shuffle_labels(label: np.ndarray, group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Permute labels among groups; rows of a group keep one label."""
    _, first, codes = np.unique(group, return_index=True, return_inverse=True)
    return rng.permutation(label[first])[codes]


def shuffled_scores(
    classifier: Pipeline,
    sample: Sample,
    relabel: Callable[[np.random.Generator], np.ndarray],
    *,
    shuffles: int,
    n_folds: int,
    block_size_m: float,
    seed: int,
    blocks: str = "squares",
    buffer_m: float = 0.0,
) -> pd.DataFrame:
    """Cross-validate on labels that say nothing: without a leak, the mean AUC is 0.5.

    Parameters
    ----------
    classifier : Pipeline
        Unfitted.
    sample : Sample
        Labelled rows; their own labels are not used.
    relabel : callable
        Returns other labels of the rows, drawn from the generator given.
    shuffles, n_folds : int
    block_size_m, blocks, buffer_m
        See `hotslope.learning.splits.repeated_folds`.
    seed : int

    Returns
    -------
    DataFrame
        ``shuffle``, ``strategy``, ``auc``: the mean over the folds of one shuffle.

    Notes
    -----
    AUC is taken per fold and averaged. Pooled over spatial folds it would be biased low,
    because each fold's model answers around its own share of positives.
    """
    rows = []
    progress = Progress("shuffles", shuffles)
    for shuffle in range(shuffles):
        shuffled = relabel(np.random.default_rng([seed, shuffle]))
        folds = repeated_folds(
            shuffled,
            sample.group,
            sample.x_m,
            sample.y_m,
            repeats=1,
            n_folds=n_folds,
            block_size_m=block_size_m,
            seed=replica_seed(seed, shuffle),
            blocks=blocks,
            buffer_m=buffer_m,
            catchment=sample.catchment,
        )
        fitted = fit_folds(
            classifier, sample.factors, shuffled, folds, replica_seed(seed, shuffle, 1)
        )
        for strategy in dict.fromkeys(fold.strategy for fold in folds):
            scores = [
                area_under_curve(
                    shuffled[fold.test],
                    positive_probability(replica, sample.factors.iloc[fold.test]),
                )
                for replica, fold in zip(fitted, folds, strict=True)
                if replica is not None and fold.strategy == strategy
            ]
            auc = mean_of_defined(scores)
            rows.append({"shuffle": shuffle, "strategy": strategy, "auc": auc})
        progress.advance()
    return pd.DataFrame(rows)


def mean_interval(values: np.ndarray, confidence: float) -> tuple[float, float, float]:
    """Return the mean of independent values and its t interval; NaN are left out."""
    values = values[~np.isnan(values)]
    if values.size < 2:
        return (float(values.mean()) if values.size else float("nan"), -np.inf, np.inf)
    mean = float(values.mean())
    error = float(stats.sem(values))
    reach = float(stats.t.ppf((1 + confidence) / 2, values.size - 1)) * error
    return mean, mean - reach, mean + reach
