"""The benchmark runs, writes its table, and says so where answers differ."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "tests" / "benchmarks"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import bench_agreement
    import bench_kernels

    return bench_kernels, bench_agreement


def test_a_bound_is_kept_or_not(bench):
    kernels, _ = bench
    assert kernels.Row("a", 1.0, 5.0, "CPU s", 5.0, "≥ 4").met
    assert not kernels.Row("a", 1.0, 3.9, "CPU s", 3.9, "≥ 4").met
    assert not kernels.Row("a", 400.1, None, "MB", 400.1, "≤ 400").met
    assert kernels.Row("a", 1.0, 3.0, "CPU s", 3.0).met is None
    assert "| **no** |" in kernels.printed([kernels.Row("a", 1.0, 3.9, "CPU s", 3.9, "≥ 4")])


def test_differences_are_told(bench):
    _, agreement = bench
    z = np.array([0.0, 2.0, -3.0])
    assert agreement.relative(z, z) == 0
    assert agreement.relative(z + 1e-6, z) == pytest.approx(1e-3)
    assert not agreement.agreement("z", agreement.relative(z * np.nan, z), 1e-9)["kept"]


def test_points_cluster_in_the_extent_in_the_order_of_a_table(bench):
    import bench_data
    import bench_sizes

    points = bench_data.clustered_points(5_000)
    left, bottom, right, top = bench_sizes.extent_m(5_000)
    assert (points[0] >= left).all()
    assert (points[0] < right).all()
    assert (points[1] >= bottom).all()
    assert (points[1] < top).all()
    step = np.hypot(*np.diff(points[:2]))
    assert np.median(step) < 50
    np.testing.assert_array_equal(points, bench_data.clustered_points(5_000))


def test_one_task_reports_seconds_and_memory(bench, tmp_path):
    import bench_data

    np.save(tmp_path / "points_2000.npy", bench_data.clustered_points(2_000))
    for task in ("gi_star", "gi_star_pairs"):
        command = [sys.executable, BENCHMARKS / "bench_tasks.py", task, tmp_path, "--warm"]
        command += ["--points", "points_2000.npy", "--save", tmp_path / f"{task}.npz"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        report = json.loads(done.stdout)
        assert 0 <= report["warm_s"] <= report["over_imports_s"] <= report["fresh_s"]
    results = [np.load(tmp_path / f"{task}.npz")["z"] for task in ("gi_star", "gi_star_pairs")]
    np.testing.assert_allclose(*results, rtol=1e-9, atol=1e-12)
