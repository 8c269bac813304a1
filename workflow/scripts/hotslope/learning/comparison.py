"""Tables that set the models side by side."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from hotslope.learning.columns import METRICS
from hotslope.learning.delong import delong_test
from hotslope.learning.metrics import corrected_interval, metric_intervals


def score_table(
    predictions: Mapping[str, pd.DataFrame], thresholds: Mapping[str, float], *, seed: int
) -> pd.DataFrame:
    """Return the metrics of every model on the test rows.

    Parameters
    ----------
    predictions : mapping of str to DataFrame
        Model → ``label`` and ``probability`` of the test rows.
    thresholds : mapping of str to float
        Model → threshold chosen for the target recall, without the test rows.
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        ``model``, ``metric``, ``value``, ``low``, ``high``. Metrics are at a threshold of 0.5,
        those that depend on it also at the model's own, as ``{metric}_at_target_recall``.
    """
    free = {"auc", "brier"}
    parts = []
    for model, rows in predictions.items():
        label, probability = rows["label"].to_numpy(), rows["probability"].to_numpy()
        half = metric_intervals(label, probability, seed=seed)
        chosen = metric_intervals(label, probability, threshold=thresholds[model], seed=seed)
        chosen = chosen[~chosen["metric"].isin(free)]
        chosen = chosen.assign(metric=chosen["metric"] + "_at_target_recall")
        both = pd.concat([half, chosen], ignore_index=True)
        both.insert(0, "model", model)
        parts.append(both)
    return pd.concat(parts, ignore_index=True)


def validation_summary(validation: pd.DataFrame) -> pd.DataFrame:
    """Return mean and corrected interval of every metric by model and strategy.

    Parameters
    ----------
    validation : DataFrame
        ``model``, ``strategy``, ``repeat``, ``fold``, ``n_train``, ``n_test`` and metrics.

    Returns
    -------
    DataFrame
        ``model``, ``strategy``, ``metric``, ``mean``, ``low``, ``high``, ``folds`` (those
        in which the metric is defined).
    """
    rows = []
    for (model, strategy), part in validation.groupby(["model", "strategy"], sort=False):
        ratio = part["n_test"].mean() / part["n_train"].mean()
        for metric in METRICS:
            values = part[metric].to_numpy()
            mean, low, high, _ = corrected_interval(values, ratio)
            rows.append(
                {
                    "model": model,
                    "strategy": strategy,
                    "metric": metric,
                    "mean": mean,
                    "low": low,
                    "high": high,
                    "folds": int(np.sum(~np.isnan(values))),
                }
            )
    columns = ["model", "strategy", "metric", "mean", "low", "high", "folds"]
    return pd.DataFrame(rows, columns=columns)


def compare_pairs(
    predictions: Mapping[str, pd.DataFrame], validation: pd.DataFrame
) -> pd.DataFrame:
    """Compare the AUC of every pair of models, on the test rows and over the folds.

    Returns
    -------
    DataFrame
        ``first``, ``second``, ``rows`` (``test``, or a strategy of folds), ``test`` (the
        name of the significance test), ``difference`` (first minus second), ``low``,
        ``high``, ``p``.

    Notes
    -----
    Paired DeLong on the one test set; the corrected resampled t test over repeated folds,
    which are the same for all models.
    """
    found = []
    for first, second in combinations(predictions, 2):
        one, two = predictions[first], predictions[second]
        label = one["label"].to_numpy()
        result = (float("nan"),) * 4
        if min(np.sum(label == 1), np.sum(label == 0)) >= 2:
            result = delong_test(
                label, one["probability"].to_numpy(), two["probability"].to_numpy()
            )
        found.append((first, second, "test", "DeLong", *result))
        for strategy, part in validation.groupby("strategy", sort=False):
            by_model = part.set_index(["model", "repeat", "fold"])["auc"]
            difference = by_model.loc[first] - by_model.loc[second]
            ratio = part["n_test"].mean() / part["n_train"].mean()
            result = corrected_interval(difference.to_numpy(), ratio)
            found.append((first, second, str(strategy), "corrected resampled t", *result))
    columns = ["first", "second", "rows", "test", "difference", "low", "high", "p"]
    return pd.DataFrame(found, columns=columns)
