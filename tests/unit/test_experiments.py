"""The experiments that are run by hand still fit the workflow's scripts: each on a small area."""

import sys

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


def test_screening_experiment_runs(monkeypatch, tmp_path):
    import compare_screening
    import learning_areas

    bounds_m = [690_000.0, 3_980_000.0, 693_000.0, 3_983_000.0]
    monkeypatch.setitem(learning_areas.GRID, "bounds_m", bounds_m)
    monkeypatch.setattr(learning_areas, "BOUNDS_M", bounds_m)
    monkeypatch.setattr(learning_areas, "BODIES_PER_KM2", 2.0)
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


def test_trends_are_timed(monkeypatch, tmp_path):
    # The task adds the folder of the oracles, for this test alone.
    monkeypatch.setattr(sys, "path", [*sys.path])
    import bench_data
    import bench_tasks

    for track in bench_tasks.TRACKS:
        bench_data.write_series(tmp_path / f"{track}.parquet", 50, 30)
    bench_tasks.trends(tmp_path)
    assert {path.suffix for path in tmp_path.glob("*_trends.*")} == {".parquet", ".json"}
