"""The experiments that are run by hand still fit the workflow's scripts: each on a small area."""

import json
import sys
from pathlib import Path

import pytest


def test_background_experiment_runs(monkeypatch, capsys):
    import compare_background

    area = {"bounds_m": [690_000, 3_980_000, 692_000, 3_982_000], "crs": "EPSG:32647"}
    monkeypatch.setattr(compare_background, "AREA", area)
    monkeypatch.setattr(compare_background, "SEEDS", (1,))
    monkeypatch.setattr(compare_background, "ATMOSPHERES", ("default",))
    monkeypatch.setattr(compare_background, "BACKGROUNDS", ("modal",))
    compare_background.main()
    printed = capsys.readouterr().out
    for row in ("modal", "rate | none | modal", "rate | modal | modal", "paper |  | modal"):
        assert f"| default | {row} | " in printed


@pytest.mark.parametrize("rule", ["rate, default", "paper, moving points"])
def test_candidate_experiment_runs(rule):
    import compare_candidates

    kind = compare_candidates.AreaKind((1,), size_km=2, bodies_per_km2=1)
    rules = {rule: compare_candidates.RULES[rule]}
    area = compare_candidates.run_area(kind, 1, rules)
    assert set(area["references"]) == set(compare_candidates.REFERENCES)
    assert len(area["candidates"][rule]) > 0


@pytest.fixture
def small_areas(monkeypatch):
    """Simulated areas of learning have 9 km² and some 40 slopes."""
    import learning_areas

    bounds_m = [690_000.0, 3_980_000.0, 693_000.0, 3_983_000.0]
    monkeypatch.setitem(learning_areas.GRID, "bounds_m", bounds_m)
    monkeypatch.setattr(learning_areas, "BOUNDS_M", bounds_m)
    monkeypatch.setattr(learning_areas, "BODIES_PER_KM2", 2.0)
    return learning_areas


@pytest.mark.usefixtures("small_areas")
def test_screening_experiment_runs(monkeypatch, tmp_path):
    import compare_screening

    monkeypatch.setattr(compare_screening, "MODELS", ("logistic_regression",))
    monkeypatch.setattr(compare_screening, "REPEATS", 1)
    monkeypatch.setattr(compare_screening, "FOLDS", 2)
    scores = compare_screening.score_area(1, tmp_path)
    assert set(zip(scores["rule"], scores["strategy"], strict=True)) == {
        ("significance", "stratified"), ("significance", "spatial"),
        ("paper", "stratified"), ("paper", "spatial"),
    }  # fmt: skip
    assert scores["auc"].between(0, 1).all()
    assert (tmp_path / "1" / "factors.parquet").exists()


@pytest.mark.usefixtures("small_areas")
def test_transfer_and_reliability_experiments_run(monkeypatch, tmp_path, capsys):
    import measure_reliability
    import measure_transfer

    monkeypatch.chdir(tmp_path)
    for name, value in {
        "TRAINING": (1, 2), "TARGETS": {3: "high ranges"}, "MODELS": ("logistic_regression",),
        "REPEATS": 1, "FOLDS": 2, "BLOCK_SIZE_M": 700.0, "BOOTSTRAPS": 50,
    }.items():  # fmt: skip
        monkeypatch.setattr(measure_transfer, name, value)
    measure_transfer.main()
    written = json.loads(Path("results/experiments/transfer.json").read_text())
    (row,) = written["areas"]
    assert 0 <= row["flagged"] < row["rows"]
    assert all(0 <= row[f"{one}_stratified"] <= 1 for one in ("carried", "own"))
    error = written["errors"]["logistic_regression"]
    assert error["low"] <= error["excess"] <= error["high"]
    capsys.readouterr()

    for name, value in {
        "SEEDS": (1,), "FOLDS": 3, "BLOCK_SIZE_M": 700.0, "SHUFFLES": 2, "SHIFTS": 2,
    }.items():  # fmt: skip
        monkeypatch.setattr(measure_reliability, name, value)
    areas = Path("resources/benchmark_learning")
    areas.mkdir(parents=True)
    Path("results/experiments/transfer_areas").rename(areas / "tables")
    measure_reliability.main(["logistic_regression"])
    printed = capsys.readouterr().out
    for row in ("stratified", "spatial", "shuffled | stratified | 2", "shifted | spatial | 2"):
        assert f"| logistic_regression | {row} | " in printed


def test_the_error_of_flagged_rows_is_compared_with_that_of_the_others():
    import measure_transfer
    import pandas as pd

    rows = pd.DataFrame(
        {"probability": [0.9, 0.9, 0.1, 0.1], "label": [1, 0, 0, 1], "applicable": [1, 0, 1, 0]}
    ).astype({"applicable": bool})
    found = measure_transfer.error_of_flagged([pd.concat([rows] * 20), rows])
    assert found["excess"] == pytest.approx(0.81 - 0.01)
    assert (found["flagged"], found["rows"]) == (42, 84)
    assert found["low"] == pytest.approx(0.8)


def test_trends_are_timed(monkeypatch, tmp_path):
    # The task adds the folder of the oracles, for this test alone.
    monkeypatch.setattr(sys, "path", [*sys.path])
    import bench_data
    import bench_tasks

    for track in bench_tasks.TRACKS:
        bench_data.write_series(tmp_path / f"{track}.parquet", 50, 30)
    bench_tasks.trends(tmp_path)
    assert {path.suffix for path in tmp_path.glob("*_trends.*")} == {".parquet", ".json"}
