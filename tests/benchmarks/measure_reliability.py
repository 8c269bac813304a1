"""What the models' probabilities and sets are worth, and what they learn of labels without meaning.

    python tests/benchmarks/measure_reliability.py [MODEL...]

On the areas of `make benchmark-learning`, whose tables are taken from
resources/benchmark_learning/tables or made there. Writes results/experiments/reliability.json.
"""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import pandas as pd
from benchmark_learning import BLOCK_SIZE_M, FOLDS, SEEDS
from learning_areas import defaults, labelled_sample
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from hotslope.files import write_json
from hotslope.learning.models import MODELS, make_classifier
from hotslope.learning.probabilities import calibrate_labelled
from hotslope.learning.reliability import calibration_points
from hotslope.learning.sample import Sample
from hotslope.learning.splits import repeated_folds
from hotslope.learning.suspicion import shift_labels
from hotslope.learning.validation import (
    fit_folds,
    mean_interval,
    score_folds,
    shuffle_labels,
    shuffled_scores,
)

#: Of either kind per area.
SHUFFLES, SHIFTS = 10, 5
CONFIDENCE = float(defaults("learning")["set_confidence"])
#: Probabilities of 0 and 1 have no log-odds.
LEAST_PROBABILITY = 1e-3


def calibrate(model: str, sample: Sample, seed: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the calibrated probabilities of an area with their labels, and their quality."""
    folds = repeated_folds(
        sample.label, sample.group, sample.x_m, sample.y_m,
        repeats=1, n_folds=FOLDS, block_size_m=BLOCK_SIZE_M, seed=seed,
    )  # fmt: skip
    classifier = make_classifier(model, categorical=sample.categorical)
    fitted = fit_folds(classifier, sample.factors, sample.label, folds, seed)
    _, probabilities = score_folds(fitted, sample.factors, sample.label, folds)
    table, quality = calibrate_labelled(classifier, sample, folds, probabilities, CONFIDENCE, seed)
    return table[["probability"]].assign(label=sample.label), quality


def calibration_error(rows: pd.DataFrame) -> float:
    """Return the expected calibration error over the bins of the calibration curve."""
    points = calibration_points(rows["label"].to_numpy(), rows["probability"].to_numpy())
    return float((points["probability"] - points["share"]).abs().mean())


def calibration_slope(rows: pd.DataFrame) -> float:
    """Return the slope of the labels on the log-odds of an area; 1 where they are calibrated."""
    probability = rows["probability"].clip(LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    odds = logit(probability.to_numpy())[:, None]
    return float(LogisticRegression(C=np.inf).fit(odds, rows["label"].to_numpy()).coef_[0, 0])


def null_scores(model: str, sample: Sample, seed: int) -> pd.DataFrame:
    """Return ``null``, ``strategy`` and ``auc`` of labels that say nothing."""

    def shuffled(rng: np.random.Generator) -> np.ndarray:
        return shuffle_labels(sample.label, sample.group, rng)

    def shifted(rng: np.random.Generator) -> np.ndarray:
        return shift_labels(sample.label, sample.group, sample.x_m, sample.y_m, rng)

    classifier = make_classifier(model, categorical=sample.categorical)
    parts = [
        shuffled_scores(
            classifier, sample, relabel,
            shuffles=count, n_folds=FOLDS, block_size_m=BLOCK_SIZE_M, seed=seed,
        ).assign(null=null)
        for null, relabel, count in (
            ("shuffled", shuffled, SHUFFLES), ("shifted", shifted, SHIFTS),
        )
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def in_words(values: np.ndarray) -> str:
    """Give a mean with its 95 % interval."""
    mean, low, high = mean_interval(np.asarray(values, dtype=np.float64), 0.95)
    return f"{mean:.3f} ({low:.3f} to {high:.3f})"


def report_calibration(model: str, samples: dict[int, Sample]) -> dict[str, Any]:
    """Print and return the quality of the calibrated probabilities and sets of a model."""
    found = [calibrate(model, sample, seed) for seed, sample in samples.items()]
    tables = [table for table, _ in found]
    rows = pd.concat(tables, ignore_index=True)
    briers = np.array([[part["brier"][key] for key in ("before", "after")] for _, part in found])
    result: dict[str, Any] = {
        "rows": len(rows),
        "calibration_error": calibration_error(rows),
        "median_slope": float(np.median([calibration_slope(table) for table in tables])),
        "brier_before": float(briers[:, 0].mean()),
        "brier_after": float(briers[:, 1].mean()),
    }
    words = [f"{result[name]:.4f}" for name in list(result)[1:]]
    print(f"| {model} | {' | '.join(words)} |", flush=True)
    for strategy in ("stratified", "spatial"):
        measured = pd.DataFrame([part[strategy] for _, part in found])
        result[strategy] = measured.to_dict("list")
        cells = [in_words(measured[name].to_numpy()) for name in measured]
        print(f"| {model} | {strategy} | {' | '.join(cells)} |", flush=True)
    return result


def report_nulls(model: str, samples: dict[int, Sample]) -> list[dict[str, Any]]:
    """Print and return the AUC that a model reaches on labels without meaning."""
    parts = [null_scores(model, sample, seed) for seed, sample in samples.items()]
    scores = pd.concat(parts, ignore_index=True)
    result = []
    for (null, strategy), part in scores.groupby(["null", "strategy"], sort=False):
        mean, low, high = mean_interval(part["auc"].to_numpy(), 0.95)
        result.append(
            {"null": null, "strategy": strategy, "labellings": len(part)}
            | {"auc": mean, "low": low, "high": high}
        )
        print(f"| {model} | {null} | {strategy} | {len(part)} | {mean:.3f} ({low:.3f} to "
              f"{high:.3f}) |", flush=True)  # fmt: skip
    return result


def main(models: list[str]) -> None:
    """Print and write the figures of the models."""
    tables = Path("resources/benchmark_learning/tables")
    found = {}
    with threadpool_limits(1):
        samples = {seed: labelled_sample(seed, tables) for seed in SEEDS}
        for model in models:
            found[model] = {
                "calibration": report_calibration(model, samples),
                "nulls": report_nulls(model, samples),
            }
    write_json("results/experiments/reliability.json", {"areas": list(SEEDS), "models": found})


if __name__ == "__main__":
    main(sys.argv[1:] or list(MODELS))
