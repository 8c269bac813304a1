"""Score predictions on the benchmark of learning; needs numpy, pandas and scipy alone.

    python score.py FOLDER PREDICTIONS.csv...

FOLDER holds `folds.csv`, `ceilings.csv` and `areas/`, as `make benchmark-learning` writes them.
Each file of predictions has the columns area, candidate_id, strategy, repeat and probability, and
a row for every row of `folds.csv`: the prediction by a model that was fitted on the other folds of
the same area, strategy and repeat. Prints, per file and strategy, the AUC (of each fold, averaged
over the folds of an area, then over areas), how far it stays below the ceiling, and the Brier
score, each with its 95 % interval over areas.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

KEYS = ["area", "candidate_id", "strategy", "repeat"]
#: Column of `ceilings.csv` that scores are compared with.
CEILING = "auc_shown_causes"


def auc(label: np.ndarray, probability: np.ndarray) -> float:
    """Return the area under the ROC curve; NaN where one class is missing."""
    positive = label == 1
    pairs = positive.sum() * (~positive).sum()
    if not pairs:
        return float("nan")
    ranks = stats.rankdata(probability)[positive].sum()
    return float((ranks - positive.sum() * (positive.sum() + 1) / 2) / pairs)


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Return the mean over areas with its 95 % t interval."""
    mean = float(np.mean(values))
    reach = float(stats.t.ppf(0.975, values.size - 1) * stats.sem(values))
    return mean, mean - reach, mean + reach


def read_labels(folder: Path) -> pd.DataFrame:
    """Return ``area``, ``candidate_id`` and ``label`` of all areas."""
    paths = sorted((folder / "areas").glob("*.csv"))
    tables = [
        pd.read_csv(path, usecols=["candidate_id", "label"]).assign(area=path.stem)
        for path in paths
    ]
    return pd.concat(tables, ignore_index=True)


def join_predictions(folder: Path, path: Path) -> pd.DataFrame:
    """Return the folds with label and probability of every row.

    Raises
    ------
    SystemExit
        A prediction is missing, given twice, or no probability; or one is of no fold.
    """
    folds = pd.read_csv(folder / "folds.csv", dtype={"area": str})
    given = pd.read_csv(path, dtype={"area": str})
    lacking = [name for name in [*KEYS, "probability"] if name not in given]
    if lacking:
        sys.exit(f"{path}: the column {lacking[0]} is missing")
    if given.duplicated(KEYS).any():
        row = given[given.duplicated(KEYS)].iloc[0]
        sys.exit(f"{path}: two predictions of {', '.join(str(row[key]) for key in KEYS)}")
    joined = folds.merge(given, on=KEYS, how="outer", indicator=True)
    for side, words in (("left_only", "no prediction of"), ("right_only", "no fold has")):
        wrong = joined[joined["_merge"] == side]
        if len(wrong):
            row = wrong.iloc[0]
            sys.exit(f"{path}: {words} {', '.join(str(row[key]) for key in KEYS)} "
                     f"(and of {len(wrong) - 1} more rows)")  # fmt: skip
    if not joined["probability"].between(0, 1).all():
        sys.exit(f"{path}: probabilities must lie between 0 and 1")
    return joined.drop(columns="_merge").merge(read_labels(folder), on=["area", "candidate_id"])


def score_areas(rows: pd.DataFrame, ceilings: pd.DataFrame) -> pd.DataFrame:
    """Return ``strategy``, ``area``, ``auc``, ``below_ceiling`` and ``brier``.

    Parameters
    ----------
    rows : DataFrame
        From `join_predictions`.
    ceilings : DataFrame
        ``area`` and `CEILING`.
    """
    ceiling = ceilings.set_index("area")[CEILING]
    found = []
    for (strategy, area), part in rows.groupby(["strategy", "area"], sort=True):
        scores = [
            auc(fold["label"].to_numpy(), fold["probability"].to_numpy())
            for _, fold in part.groupby(["repeat", "fold"])
        ]
        mean = float(np.nanmean(scores))
        brier = float(np.mean((part["probability"] - part["label"]) ** 2))
        found.append((strategy, area, mean, ceiling[area] - mean, brier))
    return pd.DataFrame(found, columns=["strategy", "area", "auc", "below_ceiling", "brier"])


def summarise(scores: pd.DataFrame) -> pd.DataFrame:
    """Return, per strategy and measure, ``mean``, ``low`` and ``high`` over the areas."""
    rows = [
        (strategy, measure, *interval(part[measure].to_numpy()))
        for strategy, part in scores.groupby("strategy", sort=True)
        for measure in ("auc", "below_ceiling", "brier")
    ]
    return pd.DataFrame(rows, columns=["strategy", "measure", "mean", "low", "high"])


def score_file(folder: Path, path: Path) -> pd.DataFrame:
    """Return the summary of a file of predictions."""
    ceilings = pd.read_csv(folder / "ceilings.csv", dtype={"area": str})
    return summarise(score_areas(join_predictions(folder, path), ceilings))


def main(arguments: list[str]) -> None:
    """Print the table."""
    if len(arguments) < 2:
        sys.exit("usage: python score.py FOLDER PREDICTIONS.csv...")
    folder, *paths = map(Path, arguments)
    print("| predictions | folds | AUC | below the ceiling | Brier score |\n|---|---|---|---|---|")
    for path in paths:
        for strategy, part in score_file(folder, path).groupby("strategy", sort=True):
            cells = [
                f"{row.mean:.3f} ({row.low:.3f} to {row.high:.3f})"
                for row in part.itertuples(index=False)
            ]
            print(f"| {path.stem} | {strategy} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(sys.argv[1:])
