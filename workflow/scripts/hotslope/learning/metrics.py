"""What a classifier's probabilities are worth, with intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.metrics import (
    brier_score_loss,
    confusion_matrix,
    f1_score,
    roc_curve,
)

from hotslope.learning.columns import METRICS
from hotslope.learning.delong import auc_interval


def _shares(label: np.ndarray, positive: np.ndarray) -> dict[str, tuple[int, int]]:
    """Return each metric that is a share as hits and trials."""
    counts = confusion_matrix(label, positive.astype(label.dtype), labels=[0, 1])
    tn, fp, fn, tp = (int(count) for count in counts.ravel())
    return {
        "accuracy": (tp + tn, tp + fp + fn + tn),
        "precision": (tp, tp + fp),
        "recall": (tp, tp + fn),
        "specificity": (tn, tn + fp),
        "false_positive_rate": (fp, fp + tn),
    }


def area_under_curve(label: np.ndarray, probability: np.ndarray) -> float:
    """Return the area under the ROC curve; NaN where a class or a probability is missing."""
    return float(areas_under_curve(label, probability[None, :])[0])


def areas_under_curve(label: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return the area under the ROC curve of several scores of the same rows.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
        1 positive, 0 negative.
    probabilities : ndarray of float64, shape (n_scores, n_rows)

    Returns
    -------
    ndarray of float64, shape (n_scores,)
        NaN where a class or a probability is missing.

    Notes
    -----
    The Mann-Whitney statistic over the number of pairs. A validation takes thousands of them, and
    `sklearn.metrics.roc_auc_score`, called for each, some fifteen times as long.
    """
    positive = label == 1
    n_positive = int(positive.sum())
    pairs = n_positive * (label.size - n_positive)
    if pairs == 0:
        return np.full(len(probabilities), np.nan)
    ranks = stats.rankdata(probabilities, axis=1, nan_policy="propagate")[:, positive].sum(axis=1)
    return (ranks - n_positive * (n_positive + 1) / 2) / pairs


def mean_of_defined(scores: Sequence[float]) -> float:
    """Return the mean of the scores that are not NaN; NaN where none is left."""
    defined = [score for score in scores if not np.isnan(score)]
    return float(np.mean(defined)) if defined else float("nan")


def classification_metrics(
    label: np.ndarray, probability: np.ndarray, threshold: float = 0.5
) -> dict[str, float]:
    """Return every metric of `METRICS`.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
        1 landslide, 0 not.
    probability : ndarray of float64, shape (n_rows,)
        Probability of class 1.
    threshold : float, default 0.5
        Rows at or above it are called landslides.

    Returns
    -------
    dict of str to float
        NaN where a denominator is zero.

    Notes
    -----
    The false positive rate is FP / (FP + TN); equation 15 of Zhang et al. (2023) is not.
    """
    if np.isnan(probability).any():
        return dict.fromkeys(METRICS, float("nan"))
    positive = probability >= threshold
    result = {
        name: hits / trials if trials else float("nan")
        for name, (hits, trials) in _shares(label, positive).items()
    }
    result["f1"] = float(f1_score(label == 1, positive, zero_division=np.nan))
    result["auc"] = area_under_curve(label, probability)
    result["brier"] = float(brier_score_loss(label, probability, pos_label=1))
    return result


def metric_intervals(
    label: np.ndarray,
    probability: np.ndarray,
    *,
    threshold: float = 0.5,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return every metric with an interval.

    Parameters
    ----------
    label, probability, threshold
        See `classification_metrics`.
    confidence : float, default 0.95
    resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        Columns ``metric``, ``value``, ``low``, ``high`` in the order of `METRICS`.

    Notes
    -----
    Shares have Wilson's interval, which stays honest at 0 and 1 of a few rows, where the
    bootstrap has no width; AUC has DeLong's; F1 and Brier a percentile bootstrap within
    classes.
    """
    values = classification_metrics(label, probability, threshold)
    bounds: dict[str, tuple[float, float]] = {}
    for name, (hits, trials) in _shares(label, probability >= threshold).items():
        if trials:
            share = stats.binomtest(hits, trials)
            bounds[name] = tuple(share.proportion_ci(confidence, method="wilson"))
    if min(np.sum(label == 1), np.sum(label == 0)) >= 2:
        bounds["auc"] = auc_interval(label, probability, confidence)[1:]
        bounds |= _bootstrap_intervals(
            label, probability, threshold, confidence, resamples, np.random.default_rng(seed)
        )
    nothing = (float("nan"), float("nan"))
    return pd.DataFrame(
        [
            {
                "metric": name,
                "value": values[name],
                "low": bounds.get(name, nothing)[0],
                "high": bounds.get(name, nothing)[1],
            }
            for name in METRICS
        ]
    )


def _bootstrap_intervals(
    label: np.ndarray,
    probability: np.ndarray,
    threshold: float,
    confidence: float,
    resamples: int,
    rng: np.random.Generator,
) -> dict[str, tuple[float, float]]:
    """Return percentile intervals of F1 and Brier, resampled within classes."""

    # Over all resamples at once: scikit-learn's functions, called for each, take seconds.
    def f1(positives: np.ndarray, negatives: np.ndarray, axis: int) -> np.ndarray:
        found = np.sum(positives >= threshold, axis=axis)
        called = found + np.sum(negatives >= threshold, axis=axis)
        return 2 * found / (called + positives.shape[axis])

    def brier(positives: np.ndarray, negatives: np.ndarray, axis: int) -> np.ndarray:
        squares = np.concatenate([(1 - positives) ** 2, negatives**2], axis=axis)
        return squares.mean(axis=axis)

    classes = (probability[label == 1], probability[label == 0])
    bounds = {}
    for name, statistic in {"f1": f1, "brier": brier}.items():
        found = stats.bootstrap(
            classes,
            statistic,
            n_resamples=resamples,
            confidence_level=confidence,
            method="percentile",
            vectorized=True,
            rng=rng,
        ).confidence_interval
        bounds[name] = (float(found.low), float(found.high))
    return bounds


def threshold_for_recall(label: np.ndarray, probability: np.ndarray, target_recall: float) -> float:
    """Return the highest threshold at which recall reaches the target.

    Parameters
    ----------
    label, probability : ndarray, shape (n_rows,)
        Of rows that the model did not train on; at least one positive.
    target_recall : float
        Share of landslides to be found, above 0.

    Returns
    -------
    float
        A probability that occurs; rows at or above it count as landslides.
    """
    descending = np.sort(probability[label == 1])[::-1]
    # 1e-9: rounding must not ask for 5 of 5 where 0.8 asks for 4.
    wanted = max(int(np.ceil(target_recall * descending.size - 1e-9)), 1)
    return float(descending[wanted - 1])


def roc_points(label: np.ndarray, probability: np.ndarray) -> pd.DataFrame:
    """Return the ROC curve: ``false_positive_rate``, ``recall``, ``threshold``.

    The first row is the corner where nothing is called a landslide (infinite threshold);
    points on the straight line between their neighbours are left out.
    """
    false_positive_rate, recall, threshold = roc_curve(label, probability, pos_label=1)
    return pd.DataFrame(
        {"false_positive_rate": false_positive_rate, "recall": recall, "threshold": threshold}
    )


def corrected_interval(
    values: np.ndarray, test_to_train: float, confidence: float = 0.95
) -> tuple[float, float, float, float]:
    """Return mean, interval and p (against 0) of a metric over repeated folds.

    Parameters
    ----------
    values : ndarray of float64, shape (n_folds_in_all,)
        A metric, or a difference of two models, per fold; NaN are left out.
    test_to_train : float
        Rows of a test fold over rows of its training part.

    Returns
    -------
    mean, low, high, p : float
        NaN where fewer than two folds count.

    Notes
    -----
    Folds share training rows, so their spread understates the uncertainty: the variance of
    the mean is s² (1/J + n_test/n_train) instead of s²/J (Nadeau & Bengio 2003).
    """
    values = values[~np.isnan(values)]
    count = values.size
    if count < 2:
        nan = float("nan")
        return (float(values.mean()) if count else nan, nan, nan, nan)
    mean = float(values.mean())
    error = float(np.sqrt(values.var(ddof=1) * (1 / count + test_to_train)))
    reach = float(stats.t.ppf((1 + confidence) / 2, count - 1)) * error
    if error == 0:
        return mean, mean, mean, float(mean == 0)
    p = float(2 * stats.t.sf(abs(mean) / error, count - 1))
    return mean, mean - reach, mean + reach, p
