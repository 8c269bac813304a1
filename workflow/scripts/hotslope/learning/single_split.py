"""The protocol of Zhang et al. (2023): one random division, and what others would have given."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hotslope.learning.metrics import classification_metrics, metric_intervals
from hotslope.learning.splits import Fold, draw_groups
from hotslope.learning.tables import COLUMNS

#: Columns of Table 1 of Zhang et al. (2023).
PAPER_METRICS = ("accuracy", "precision", "recall", "auc")


def single_splits(
    label: np.ndarray,
    group: np.ndarray,
    first_test: np.ndarray,
    *,
    test_fraction: float,
    repeats: int,
    seed: int,
) -> list[Fold]:
    """Return one division into training and test rows, and others drawn like it.

    Parameters
    ----------
    label, group : ndarray, shape (n_rows,)
        Classes, and slopes that stay whole.
    first_test : ndarray of bool, shape (n_rows,)
        Test rows of the one division; all others train.
    test_fraction : float
        Share of the rows of each class that the others test on.
    repeats : int
        Number of the others.
    seed : int

    Returns
    -------
    list of Fold
        ``repeat`` 0 is the one division.
    """
    drawn = [
        draw_groups(label, group, test_fraction, np.random.default_rng([seed, repeat]))
        for repeat in range(1, repeats + 1)
    ]
    return [
        Fold("single", repeat, 0, np.flatnonzero(~test), np.flatnonzero(test))
        for repeat, test in enumerate([first_test, *drawn])
    ]


def paper_table(
    label: np.ndarray,
    folds: list[Fold],
    probabilities: Mapping[str, list[np.ndarray]],
    metrics: list[str],
    seed: int,
) -> pd.DataFrame:
    """Return Table 1 of the one division beside the spread over the others.

    Parameters
    ----------
    label : ndarray of int64, shape (n_rows,)
    folds : list of Fold
        From `single_splits`.
    probabilities : mapping of str to list of ndarray
        Model → probabilities of the test rows of each division.
    metrics : list of str
        Those to give, at a threshold of 0.5.
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        ``model``, ``metric``; ``value``, ``low`` and ``high`` (95 %) of the one division; ``mean``,
        ``least`` and ``greatest`` of the ``repeats`` others.
    """
    rows = []
    for model, found in probabilities.items():
        once = metric_intervals(label[folds[0].test], found[0], seed=seed).set_index("metric")
        others = pd.DataFrame(
            [
                classification_metrics(label[fold.test], probability)
                for fold, probability in zip(folds[1:], found[1:], strict=True)
            ]
        )
        for metric in metrics:
            values = others[metric]
            spread = values.mean(), values.min(), values.max(), len(values)
            rows.append((model, metric, *once.loc[metric, ["value", "low", "high"]], *spread))
    return pd.DataFrame(rows, columns=COLUMNS["paper_table"])
