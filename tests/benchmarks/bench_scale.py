"""Time motion and candidates at 1, 3 and 10 million points: ``make bench-scale``.

Points only, from numpy to Parquet, in one track; the workflow's own rules do the rest, each
job a process of its own. Every process notes its CPU seconds (from Python's start) and its
peak memory when it ends. Prints per rule its CPU seconds and its peak at each size, and the
exponent with which CPU time grows; writes the same as JSON.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from bench_data import SEED, clustered_points
from bench_sizes import extent_m

from hotslope.files import PARQUET, ROW_GROUP_SIZE, write_json
from hotslope.points.tables import POINTS
from hotslope.points.track_statistics import point_density_per_m2

ROOT = Path(__file__).resolve().parents[2]
TRACK = "descending"
RULES = [
    "estimate_background", "estimate_rate_errors", "find_hotspots", "map_density", "map_rate",
    "score_gate", "draw_noise", "outline_by_rate", "merge_candidates", "measure_stability",
]  # fmt: skip
#: One body to so many points; so many points in a body; its speed, mm/yr.
POINTS_PER_BODY, BODY_POINTS, BODY_MM_YR = 3_000, (20, 150), (15.0, 40.0)
#: Makes every Python process note what it took. Peaks of a process, not of its parent.
NOTE = """
import atexit, json, os, sys, time

def note():
    times = os.times()
    with open("/proc/self/status") as status:
        peak = [line.split()[1] for line in status if line.startswith("VmHWM")]
    entry = {"script": sys.argv[0], "cpu_s": times.user + times.system, "peak_kb": int(peak[0])}
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(json.dumps(entry) + "\\n")

if "NOTES" in os.environ:
    atexit.register(note)
"""


def write_points(path: Path, number: int) -> None:
    """Write a points table, without series, of clustered points with moving bodies."""
    x, y, velocity = clustered_points(number)
    rng = np.random.default_rng(SEED)
    # Neighbours in the file are neighbours on the ground: a run of points is a body.
    for start in rng.integers(0, number, number // POINTS_PER_BODY):
        size = rng.integers(*BODY_POINTS)
        velocity[start : start + size] += rng.choice([-1, 1]) * rng.uniform(*BODY_MM_YR)
    columns = {name: np.full(number, np.nan) for name in POINTS.schema.columns}
    columns |= {"x_m": x, "y_m": y, "velocity_mm_yr": velocity}
    columns |= {"lon": np.full(number, 100.0), "lat": np.full(number, 33.0)}
    columns |= {"los_east": np.full(number, 0.6), "los_north": np.full(number, -0.1)}
    columns["los_up"] = np.full(number, 0.79)
    names = [name for name in columns if name != "point_id"]
    schema = pa.schema(
        [("point_id", pa.string()), *((name, pa.float64()) for name in names)], POINTS.metadata()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, schema, **PARQUET) as writer:
        for begin in range(0, number, ROW_GROUP_SIZE):
            end = min(begin + ROW_GROUP_SIZE, number)
            ids = pa.array([f"p{k:08d}" for k in range(begin, end)])
            parts = [pa.array(columns[name][begin:end]) for name in names]
            writer.write_table(pa.table([ids, *parts], schema=schema))


def settings(number: int) -> dict:
    """Return the config of the area."""
    return {
        "study_area": {"crs": "EPSG:32647", "bounds_m": [float(m) for m in extent_m(number)]},
        "tracks": {
            TRACK: {
                "pass": "descending",
                "format": "gamma_ipta",
                "points": {"items": "resources/demo/items.txt", "table": "resources/demo/t.txt"},
            }
        },
    }


def run(folder: Path, number: int, threads: int) -> dict:
    """Run the rules on so many points, one job at a time; return what they took."""
    work = folder / f"{number}_{threads}"
    shutil.rmtree(work, ignore_errors=True)
    (work / "results" / "points").mkdir(parents=True)
    source = folder / f"points_{number}.parquet"
    if not source.exists():
        write_points(source, number)
    os.link(source, work / "results" / "points" / f"{TRACK}.parquet")
    write_summary(source, work / "results" / "points" / f"{TRACK}_summary.json")
    (work / "config.yaml").write_text(yaml.safe_dump(settings(number)))
    (work / "note").mkdir()
    (work / "note" / "sitecustomize.py").write_text(NOTE)
    notes = work / "notes.jsonl"
    targets = [f"results/motion/{TRACK}_{name}.tif" for name in ("density", "rate")]
    targets += ["results/candidates/candidates.gpkg", "results/candidates/stability.parquet"]
    command = [
        sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"),
        "--directory", str(work), "--cores", str(threads), "--configfile",
        str(work / "config.yaml"), "--allowed-rules", *RULES, "--", *targets,
    ]  # fmt: skip
    begin = time.monotonic()
    environment = os.environ | {"NOTES": str(notes), "PYTHONPATH": str(work / "note")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout[-3000:] + done.stderr[-6000:])
    seconds = time.monotonic() - begin
    jobs: dict[str, dict[str, float]] = {}
    for line in notes.read_text().splitlines():
        entry = json.loads(line)
        rule = Path(entry["script"]).stem.rpartition(".")[2]
        if rule in RULES:
            jobs[rule] = {"cpu_s": entry["cpu_s"], "peak_mb": entry["peak_kb"] / 1e3}
    return {"points": number, "threads": threads, "wall_s": seconds, "rules": jobs}


def write_summary(points_path: Path, path: Path) -> None:
    """Write what a track's summary says of the density of its points."""
    points = POINTS.read_numbers(points_path, ["x_m", "y_m"])
    density = point_density_per_m2(points["x_m"].to_numpy(), points["y_m"].to_numpy())
    write_json(path, {"points_per_covered_m2": density})


def printed(found: list[dict]) -> str:
    """Return the table as Markdown: CPU seconds and peak of each rule, run by run."""
    heads = [f"CPU s, {side['points'] / 1e6:g} M | peak MB" for side in found]
    lines = [f"| | {' | '.join(heads)} | exponent |", f"|{'---|' * (2 * len(found) + 2)}"]
    decades = math.log10(found[-1]["points"] / found[0]["points"]) or math.nan
    for rule in [*RULES, "all"]:
        rows = [total(side) if rule == "all" else side["rules"][rule] for side in found]
        exponent = math.log10(rows[-1]["cpu_s"] / rows[0]["cpu_s"]) / decades
        cells = [f"{row[key]:,.1f}" for row in rows for key in ("cpu_s", "peak_mb")]
        lines.append(f"| `{rule}` | {' | '.join(cells)} | {exponent:.2f} |")
    walls = [f"{side['wall_s']:,.0f} s | " for side in found]
    return "\n".join([*lines, f"| wall time | {' | '.join(walls)} | |"])


def total(side: dict) -> dict[str, float]:
    """Sum of the CPU seconds and largest of the peaks of a run."""
    rows = side["rules"].values()
    return {
        "cpu_s": sum(row["cpu_s"] for row in rows),
        "peak_mb": max(row["peak_mb"] for row in rows),
    }


def main() -> None:
    """Run every size, print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--folder", type=Path, default=ROOT / "results" / "bench" / "scale")
    parser.add_argument("--points", type=int, nargs="+", default=[1_000_000, 3_000_000, 10_000_000])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found = [run(folder, number, options.threads) for number in options.points]
    (folder / f"scale_{options.threads}.json").write_text(json.dumps(found, indent=2) + "\n")
    print(printed(found))


if __name__ == "__main__":
    main()
