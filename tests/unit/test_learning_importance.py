"""Importance by permutation, on rows that the models have not seen."""

import numpy as np
import pandas as pd

from hotslope.learning.importance import permutation_importance
from hotslope.learning.models import make_classifier
from hotslope.learning.splits import repeated_folds
from hotslope.learning.validation import fit_folds


def test_what_decides_is_important_and_noise_is_not() -> None:
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.normal(size=(200, 3)), columns=["strong", "weak", "noise"])
    table["copy"] = table["strong"]
    table["rock"] = pd.Series(rng.choice(["hard", "soft", None], 200), dtype=object)
    odds = 2 * table["strong"] + 0.7 * table["weak"] + rng.logistic(size=200)
    label = (odds > 0).to_numpy().astype(np.int64)
    x, y = rng.uniform(0, 10_000, (2, 200))
    rows = np.arange(200).astype(str)
    folds = repeated_folds(label, rows, x, y, repeats=1, n_folds=4, block_size_m=2000, seed=1)
    classifier = make_classifier("logistic_regression", categorical=["rock"])
    fitted = fit_folds(classifier, table, label, folds, 1)
    found = permutation_importance(fitted, table, label, folds, 1).set_index("factor")
    assert found["folds"].eq(8).all()
    assert found["importance"].idxmax() == "strong"
    assert found.loc["strong", "low"] > 0.1
    # The screening left it out of every fold.
    assert (found.loc["copy", ["importance", "low", "high"]] == 0).all()
    for name in ("noise", "rock"):
        assert (
            found.loc[name, "low"] < 0 < found.loc[name, "high"]
            or found.loc[name, "importance"] == 0
        )
    again = permutation_importance([None, *fitted[1:]], table, label, folds, 1)
    assert again["folds"].eq(7).all()
    # A number against scikit-learn's own way: raw columns permuted, everything encoded anew.
    from sklearn.inspection import permutation_importance as peers

    theirs = [
        peers(
            one, table.iloc[fold.test], label[fold.test], scoring="roc_auc", n_repeats=3,
            random_state=0,
        ).importances_mean
        for one, fold in zip(fitted, folds, strict=True)
    ]  # fmt: skip
    np.testing.assert_allclose(found["importance"], np.mean(theirs, axis=0), atol=0.03)
