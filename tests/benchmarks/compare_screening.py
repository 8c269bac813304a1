"""Compare the rules of screening on simulated areas: spatial AUC, and how many factors stay.

Writes results/experiments/screening.json. The tables of the areas are kept in
results/experiments/learning_areas.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import pandas as pd
from learning_areas import labelled_sample  # first: it puts the package on the path
from threadpoolctl import threadpool_limits

from hotslope.files import write_json
from hotslope.learning.models import make_classifier
from hotslope.learning.screening import RULES
from hotslope.learning.splits import repeated_folds
from hotslope.learning.validation import fit_folds, mean_interval, score_folds

#: Seeds that serve nowhere else in this repository.
SEEDS = tuple(range(8101, 8113))
MODELS = ("random_forest", "logistic_regression", "extra_trees")
REPEATS, FOLDS, BLOCK_SIZE_M = 3, 5, 2000.0


def score_area(seed: int, keep: Path) -> pd.DataFrame:
    """Return ``seed``, ``model``, ``rule``, ``strategy``, ``auc`` and ``kept`` of an area."""
    sample = labelled_sample(seed, keep)
    folds = repeated_folds(
        sample.label, sample.group, sample.x_m, sample.y_m,
        repeats=REPEATS, n_folds=FOLDS, block_size_m=BLOCK_SIZE_M, seed=seed,
    )  # fmt: skip
    rows = []
    for model in MODELS:
        for rule in RULES:
            classifier = make_classifier(model, categorical=sample.categorical, rule=rule)
            fitted = fit_folds(classifier, sample.factors, sample.label, folds, seed)
            scores, _ = score_folds(fitted, sample.factors, sample.label, folds)
            kept = np.mean([len(one[0].screening_.kept_) for one in fitted if one is not None])
            for strategy, part in scores.groupby("strategy"):
                auc = part["auc"].mean()
                rows.append((seed, len(sample.label), model, rule, strategy, auc, kept))
    return pd.DataFrame(rows, columns=["seed", "rows", "model", "rule", "strategy", "auc", "kept"])


def main() -> None:
    """Print and write the mean difference over areas with its 95 % interval."""
    keep = Path("results/experiments/learning_areas")
    with threadpool_limits(1):
        scores = pd.concat([score_area(seed, keep) for seed in SEEDS], ignore_index=True)
    table = scores.pivot_table(index=["model", "strategy", "seed"], columns="rule", values="auc")
    found = []
    for (model, strategy), part in table.groupby(level=["model", "strategy"]):
        difference = (part["significance"] - part["paper"]).to_numpy()
        mean, low, high = mean_interval(difference, 0.95)
        found.append(
            {
                "model": model, "strategy": strategy, "areas": len(part),
                "auc_paper": part["paper"].mean(), "auc_significance": part["significance"].mean(),
                "difference": mean, "low": low, "high": high,
            }
        )  # fmt: skip
    print(pd.DataFrame(found).round(4).to_string(index=False))
    print(scores.groupby("rule")["kept"].mean(), scores["rows"].describe())
    write_json("results/experiments/screening.json", {"areas": list(SEEDS), "differences": found})


if __name__ == "__main__":
    main()
