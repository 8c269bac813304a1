"""What the stage writes where there is no candidate at all: valid tables without rows."""

import pandas as pd

from hotslope.learning.metrics import METRICS

#: Said in every file that can say something.
NOTE = "There are no candidates: nothing was learnt."
#: Columns of tables that have no schema of their own.
COLUMNS = {
    "screening": [
        "factor", "bins", "missing", "gain_ratio", "null_mean", "null_95", "p",
        "strongest_association", "strongest_partner", "kept", "reason",
    ],
    "folds": ["strategy", "repeat", "fold", "n_train", "n_test", *METRICS],
    "validation": ["model", "strategy", "repeat", "fold", "n_train", "n_test", *METRICS],
    "test_metrics": ["model", "metric", "value", "low", "high"],
    "summary": ["model", "strategy", "metric", "mean", "low", "high", "folds"],
    "comparison": ["first", "second", "rows", "test", "difference", "low", "high", "p"],
    "roc": ["model", "false_positive_rate", "recall", "threshold"],
    "shuffles": ["shuffle", "strategy", "auc"],
}  # fmt: skip


def empty_table(name: str) -> pd.DataFrame:
    """Return a table of `COLUMNS` without rows."""
    return pd.DataFrame(columns=COLUMNS[name])
