"""The benchmark of learning: ceilings, folds and a scorer that refuses what is incomplete."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
pytestmark = pytest.mark.xdist_group("learning_benchmark")


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory):
    """Two areas of 9 km² as `make benchmark-learning` writes them, and one model's predictions."""
    folder = tmp_path_factory.mktemp("benchmark_learning")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        import benchmark_learning
        import learning_areas

        bounds_m = [690_000.0, 3_980_000.0, 693_000.0, 3_983_000.0]
        patch.setitem(learning_areas.GRID, "bounds_m", bounds_m)
        patch.setattr(learning_areas, "BOUNDS_M", bounds_m)
        patch.setattr(learning_areas, "BODIES_PER_KM2", 2.5)
        patch.setattr(benchmark_learning, "SEEDS", (1, 2))
        patch.setattr(benchmark_learning, "REPEATS", 1)
        patch.setattr(benchmark_learning, "FOLDS", 2)
        patch.setattr(benchmark_learning, "BLOCK_SIZE_M", 700.0)
        patch.setattr(benchmark_learning, "MODELS", ["logistic_regression"])
        benchmark_learning.main(folder)
    return folder


def score(folder: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run the scorer as its reader would, in the folder of the benchmark."""
    command = [sys.executable, str(folder / "score.py"), str(folder), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_row_is_in_one_fold_of_each_repeat(benchmark):
    folds = pd.read_csv(benchmark / "folds.csv")
    areas = {int(path.stem): pd.read_csv(path) for path in (benchmark / "areas").glob("*.csv")}
    assert set(areas) == {1, 2}
    for (area, _, _), part in folds.groupby(["area", "strategy", "repeat"]):
        assert sorted(part["candidate_id"]) == sorted(areas[area]["candidate_id"])
    # Copies of a slope, and in spatial folds neighbours, stay together.
    slopes = pd.concat([table.assign(area=area) for area, table in areas.items()])
    joined = folds.merge(slopes, on=["area", "candidate_id"])
    spread = joined.groupby(["area", "strategy", "repeat", "slope_id"])["fold"].agg(np.ptp)
    assert (spread == 0).all()


def test_the_simulators_probability_is_a_ceiling(benchmark):
    ceilings = pd.read_csv(benchmark / "ceilings.csv")
    assert ceilings["auc_all_causes"].mean() > ceilings["auc_shown_causes"].mean() > 0.55
    chances = pd.read_parquet(benchmark / "tables" / "1" / "chances.parquet")
    # 5 % of the labels are wrong, so that no label is sure.
    values = chances[["all_causes", "shown_causes"]].to_numpy()
    assert values.min() >= 0.05
    assert values.max() <= 0.95


def test_the_scorer_agrees_with_scikit_learn(benchmark):
    from sklearn.metrics import roc_auc_score

    path = benchmark / "predictions" / "logistic_regression.csv"
    done = score(benchmark, path)
    assert done.returncode == 0, done.stderr
    rows = pd.read_csv(benchmark / "folds.csv").merge(pd.read_csv(path))
    labels = pd.concat([pd.read_csv(table).assign(area=int(table.stem))
                        for table in (benchmark / "areas").glob("*.csv")])  # fmt: skip
    rows = rows.merge(labels[["area", "candidate_id", "label"]])
    stratified = rows[rows["strategy"] == "stratified"]
    scores = stratified.groupby(["area", "fold"])[["label", "probability"]].apply(
        lambda part: roc_auc_score(part["label"], part["probability"])
    )
    mean = scores.groupby("area").mean().mean()
    line = next(row for row in done.stdout.splitlines() if "| stratified |" in row)
    assert line.startswith(f"| logistic_regression | stratified | {mean:.3f} (")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda rows: rows.iloc[1:], "no prediction of 1"),
        (lambda rows: pd.concat([rows, rows.iloc[:1]]), "two predictions of 1"),
        (lambda rows: rows.assign(repeat=rows["repeat"] + 1), "no prediction of"),
        (lambda rows: rows.assign(probability=np.nan), "between 0 and 1"),
        (lambda rows: rows.drop(columns="strategy"), "column strategy is missing"),
    ],
)
def test_the_scorer_refuses_other_predictions(benchmark, tmp_path, damage, words):
    rows = pd.read_csv(benchmark / "predictions" / "logistic_regression.csv")
    damage(rows).to_csv(tmp_path / "damaged.csv", index=False)
    done = score(benchmark, tmp_path / "damaged.csv")
    assert done.returncode == 1
    assert words in done.stderr
