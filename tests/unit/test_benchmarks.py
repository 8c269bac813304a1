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


@pytest.mark.usefixtures("bench")
def test_points_cluster_in_the_extent_in_the_order_of_a_table():
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


@pytest.mark.usefixtures("bench")
def test_one_task_reports_seconds_and_memory(tmp_path):
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


@pytest.fixture
def whole(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import bench_full
    import draw_full
    import watch_jobs

    return bench_full, draw_full, watch_jobs


JOB = """
import time, sys
log = open("results/logs/motion/find_spots_ascending.log", "w")
kept = bytearray(80_000_000)
start = time.process_time()
while time.process_time() - start < 0.5:
    pass
open("written", "wb").write(kept[:5_000_000])
time.sleep(0.3)
"""


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="needs Linux's /proc")
def test_jobs_are_seen_from_outside(whole, tmp_path):
    _, _, watch_jobs = whole
    script = tmp_path / ".snakemake" / "scripts" / "tmpabc.find_spots.py"
    for folder in (script.parent, tmp_path / "results" / "logs" / "motion"):
        folder.mkdir(parents=True)
    script.write_text(JOB)
    command = ["bash", "-c", f"set -e; {sys.executable} {script}; true"]
    run = watch_jobs.watch(command, tmp_path, tmp_path / "words.log")
    assert run.code == 0
    assert [(job.rule, job.name) for job in run.jobs] == [("find_spots", "find_spots_ascending")]
    job = run.jobs[0]
    assert 0.4 < job.cpu_s <= run.cpu_s + 0.02
    assert job.peak_mb > 80
    assert job.written_mb >= 5
    assert 0.7 < job.wall_s <= run.wall_s


def test_jobs_of_one_time_lie_in_lanes_beside_each_other(whole):
    _, draw_full, _ = whole
    times = [(0, 4), (0, 2), (2, 3), (4, 5)]
    assert draw_full.lanes([{"start_s": a, "end_s": b} for a, b in times]) == [0, 1, 1, 0]
    assert draw_full.stages()["find_hotspots"] == "motion"


def test_the_parts_of_the_floor_add_up(whole):
    bench_full, _, watch_jobs = whole
    jobs = [watch_jobs.Job("a", 0, end_s=3, cpu_s=3, peak_mb=9, read_mb=10, written_mb=4)] * 2
    run = watch_jobs.Run(wall_s=5, cpu_s=10, jobs=jobs)
    rules = bench_full.by_rule(jobs, {"a": 1.0}, Path("nowhere"))
    assert (rules[0].jobs, rules[0].cpu_s, rules[0].start_cpu_s, rules[0].moved_mb) == (2, 6, 2, 28)
    parts = bench_full.floor(run, rules, 3.0, {"read": 20.0, "write": 8.0}, 2)
    assert list(parts.values()) == [2.0, 1.0, 1.5]
    assert list(bench_full.rest(run, rules, 3.0).values()) == [1.0, 4.0]
    assert "| a | 2 |" in bench_full.table(rules)


@pytest.mark.usefixtures("bench")
def test_exports_to_be_imported_are_read_and_rows_are_judged(tmp_path):
    import bench_import
    import import_data

    from hotslope.points.formats import read_points

    import_data.main(tmp_path, 0.002)
    points, displacement_mm, dates = read_points(str(tmp_path / "egms.zip"), "egms")
    assert displacement_mm.shape == (len(points), len(dates)) == (282, 300)
    track = tmp_path / "ascending"
    source = {"items": str(track / "items.txt"), "table": str(track / "disp_tab.txt")}
    _, displacement_mm, _ = read_points(source, "gamma_ipta", crs=import_data.CRS)
    assert displacement_mm.shape == (1622, 37)

    names = ["csv_pandas", "csv_polars", "csv_pyarrow", "inflate_zip", "import_egms"]
    names += ["import_gamma", "import_gamma edcd714"]
    found = {name: {"over_imports_s": 2.0, "memory_mb": 1200.0} for name in names}
    rows = bench_import.table(found, 1.0)
    assert [row.met for row in rows] == [True, None, None, None, False, False, False]
