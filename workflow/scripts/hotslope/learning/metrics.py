"""What a classifier's probabilities are worth, with intervals."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import binomtest, rankdata, t
from sklearn.metrics import roc_curve

from hotslope.learning.delong import auc_interval

#: All metrics, in the order of tables.
METRICS = (
    "accuracy",
    "precision",
    "recall",
    "specificity",
    "false_positive_rate",
    "f1",
    "auc",
    "brier",
)


def confusion(label: np.ndarray, positive: np.ndarray) -> tuple[int, int, int, int]:
    """Return true positives, false positives, false negatives and true negatives."""
    truth = label == 1
    return (
        int(np.sum(truth & positive)),
        int(np.sum(~truth & positive)),
        int(np.sum(truth & ~positive)),
        int(np.sum(~truth & ~positive)),
    )


def _shares(label: np.ndarray, positive: np.ndarray) -> dict[str, tuple[int, int]]:
    """Return each metric that is a share as hits and trials."""
    tp, fp, fn, tn = confusion(label, positive)
    return {
        "accuracy": (tp + tn, tp + fp + fn + tn),
        "precision": (tp, tp + fp),
        "recall": (tp, tp + fn),
        "specificity": (tn, tn + fp),
        "false_positive_rate": (fp, fp + tn),
    }


def area_under_curve(label: np.ndarray, probability: np.ndarray) -> float:
    """Return the area under the ROC curve; NaN where a class is absent."""
    positives = int(np.sum(label == 1))
    negatives = label.size - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    ranks = rankdata(probability)[label == 1].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def f1_score(label: np.ndarray, positive: np.ndarray) -> float:
    """Return 2 TP / (2 TP + FP + FN); NaN where there is nothing to find and nothing found."""
    tp, fp, fn, _ = confusion(label, positive)
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else float("nan")


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
    positive = probability >= threshold
    result = {
        name: hits / trials if trials else float("nan")
        for name, (hits, trials) in _shares(label, positive).items()
    }
    result["f1"] = f1_score(label, positive)
    result["auc"] = area_under_curve(label, probability)
    result["brier"] = float(np.mean((probability - label) ** 2))
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
    positive = probability >= threshold
    bounds: dict[str, tuple[float, float]] = {}
    for name, (hits, trials) in _shares(label, positive).items():
        if trials:
            interval = binomtest(hits, trials).proportion_ci(confidence, method="wilson")
            bounds[name] = (float(interval.low), float(interval.high))
    if min(np.sum(label == 1), np.sum(label == 0)) >= 2:
        bounds["auc"] = auc_interval(label, probability, confidence)[1:]
    statistics: dict[str, Callable[[np.ndarray], float]] = {
        "f1": lambda rows: f1_score(label[rows], positive[rows]),
        "brier": lambda rows: float(np.mean((probability[rows] - label[rows]) ** 2)),
    }
    samples = _resample_within_classes(label, resamples, np.random.default_rng(seed))
    for name, statistic in statistics.items():
        drawn = [value for rows in samples if not np.isnan(value := statistic(rows))]
        if drawn:
            tail = (1 - confidence) / 2
            low, high = np.quantile(drawn, [tail, 1 - tail])
            bounds[name] = (float(low), float(high))
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


def _resample_within_classes(
    label: np.ndarray, resamples: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw bootstrap rows that keep the class sizes, shape (resamples, n_rows)."""
    parts = [np.flatnonzero(label == value) for value in np.unique(label)]
    drawn = [part[rng.integers(part.size, size=(resamples, part.size))] for part in parts]
    return np.hstack(drawn)


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

    The first row is the corner where nothing is called a landslide (infinite threshold).
    """
    false_positive_rate, recall, threshold = roc_curve(label, probability)
    return pd.DataFrame(
        {
            "false_positive_rate": false_positive_rate,
            "recall": recall,
            "threshold": threshold,
        }
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
    reach = float(t.isf((1 - confidence) / 2, count - 1)) * error
    if error == 0:
        return mean, mean, mean, float(mean == 0)
    p = float(2 * t.sf(abs(mean) / error, count - 1))
    return mean, mean - reach, mean + reach, p
