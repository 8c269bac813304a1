"""What models lose on slopes they have not seen when a factor is shuffled."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from hotslope.learning.metrics import area_under_curve, areas_under_curve, corrected_interval
from hotslope.learning.splits import Fold
from hotslope.learning.validation import replica_seed

#: Permutations of a factor in each fold.
PERMUTATIONS = 10


def permutation_importance(
    fitted: Sequence[Pipeline | None],
    table: pd.DataFrame,
    label: np.ndarray,
    folds: Sequence[Fold],
    seed: int,
) -> pd.DataFrame:
    """Return by how much the AUC of test rows falls when a factor is permuted among them.

    Parameters
    ----------
    fitted : sequence of (Pipeline or None)
        Model of each fold, from `hotslope.learning.validation.fit_folds`.
    table : DataFrame
        Raw factors.
    label : ndarray of int64, shape (n_rows,)
    folds : sequence of Fold
    seed : int

    Returns
    -------
    DataFrame
        Per factor of `table`: ``factor``, ``importance`` (mean fall in AUC), ``low``, ``high``
        (95 %, corrected for folds that share rows) and ``folds`` (those that count). A factor that
        the screening of a fold left out has an importance of 0 there.

    Notes
    -----
    All columns that a factor has become are permuted together, once they are encoded:
    `sklearn.inspection.permutation_importance` on the pipeline encodes every permutation anew
    and takes 20 times as long. Of two factors that say the same, each looks unimportant.

    References
    ----------
    Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.
    """
    falls: dict[str, list[float]] = {str(name): [] for name in table.columns}
    for number, (replica, fold) in enumerate(zip(fitted, folds, strict=True)):
        if replica is None or np.unique(label[fold.test]).size < 2:
            continue
        rng = np.random.default_rng(replica_seed(seed, number))
        found = _fold_importance(replica, table.iloc[fold.test], label[fold.test], rng)
        for name, values in falls.items():
            values.append(found.get(name, 0.0))
    ratio = np.mean([fold.test.size for fold in folds]) / np.mean([f.train.size for f in folds])
    rows = []
    for name, values in falls.items():
        mean, low, high, _ = corrected_interval(np.array(values), float(ratio))
        rows.append((name, mean, low, high, len(values)))
    return pd.DataFrame(rows, columns=["factor", "importance", "low", "high", "folds"])


def _fold_importance(
    replica: Pipeline, table: pd.DataFrame, label: np.ndarray, rng: np.random.Generator
) -> dict[str, float]:
    """Return the mean fall in AUC of each factor that the model of a fold uses."""
    encoder, model = replica
    positive = list(replica.classes_).index(1)
    rows = encoder.transform(table)
    whole = area_under_curve(label, model.predict_proba(rows)[:, positive])
    found = {}
    for factor in encoder.screening_.kept_:
        columns = [encoder.columns_.index(name) for name in encoder.columns_of(factor)]
        order = rng.permuted(np.tile(np.arange(label.size), (PERMUTATIONS, 1)), axis=1)
        changed = np.tile(rows, (PERMUTATIONS, 1))
        changed[:, columns] = rows[order.ravel()][:, columns]
        answers = model.predict_proba(changed)[:, positive].reshape(PERMUTATIONS, -1)
        found[factor] = whole - float(areas_under_curve(label, answers).mean())
    return found
