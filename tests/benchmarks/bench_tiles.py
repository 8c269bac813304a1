"""Time motion and candidates tile by tile at 1 and 10 million points: ``make bench-tiles``.

Points only, from numpy to Parquet, in one track; the workflow's own rules do the rest, each
job a process of its own. Every process notes its CPU seconds (from Python's start) and its
peak memory when it ends. Prints per rule the number of jobs, their CPU seconds, the peak of the
largest, and the exponent with which CPU time grows; writes the same as JSON.
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

from hotslope.files import PARQUET, ROW_GROUP_SIZE
from hotslope.points.tables import POINTS

ROOT = Path(__file__).resolve().parents[2]
TRACK = "descending"
RULES = [
    "measure_moments", "score_tile", "gather_scores", "map_density_tile", "estimate_background",
    "choose_bandwidth", "map_rate_tile", "gather_rasters", "find_hotspots", "map_density",
    "map_rate", "measure_gate", "score_gate_tile", "gather_gate", "outline_candidates",
    "gather_outlines", "merge_candidates", "measure_stability",
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


def settings(number: int, tile_size_m: float | None) -> dict:
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
        "scale": {"tile_size_m": tile_size_m},
    }


def run(folder: Path, number: int, tile_size_m: float | None, cores: int) -> dict:
    """Run the rules on so many points; return what their jobs took."""
    work = folder / f"{number}_{tile_size_m or 'whole'}"
    shutil.rmtree(work, ignore_errors=True)
    (work / "results" / "points").mkdir(parents=True)
    source = folder / f"points_{number}.parquet"
    if not source.exists():
        write_points(source, number)
    os.link(source, work / "results" / "points" / f"{TRACK}.parquet")
    (work / "config.yaml").write_text(yaml.safe_dump(settings(number, tile_size_m)))
    (work / "note").mkdir()
    (work / "note" / "sitecustomize.py").write_text(NOTE)
    notes = work / "notes.jsonl"
    targets = [f"results/motion/{TRACK}_{name}.tif" for name in ("density", "rate")]
    targets += ["results/candidates/candidates.gpkg", "results/candidates/stability.parquet"]
    command = [
        sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"),
        "--directory", str(work), "--cores", str(cores), "--configfile",
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
            row = jobs.setdefault(rule, {"jobs": 0, "cpu_s": 0.0, "peak_mb": 0.0})
            row["jobs"] += 1
            row["cpu_s"] += entry["cpu_s"]
            row["peak_mb"] = max(row["peak_mb"], entry["peak_kb"] / 1e3)
    return {"points": number, "tile_size_m": tile_size_m, "wall_s": seconds, "rules": jobs}


def printed(few: dict, many: dict) -> str:
    """Return the table as Markdown."""
    decades = math.log10(many["points"] / few["points"])
    lines = [
        f"| | jobs | CPU s | peak MB | jobs | CPU s | peak MB | exponent |\n|{'---|' * 8}",
    ]
    total = [{"jobs": 0, "cpu_s": 0.0, "peak_mb": 0.0} for _ in range(2)]
    for rule in [*many["rules"], "all"]:
        rows = [side["rules"].get(rule, total[k]) for k, side in enumerate((few, many))]
        if rule == "all":
            rows = total
        else:
            for whole, row in zip(total, rows, strict=True):
                whole["jobs"] += row["jobs"]
                whole["cpu_s"] += row["cpu_s"]
                whole["peak_mb"] = max(whole["peak_mb"], row["peak_mb"])
        exponent = math.log10(rows[1]["cpu_s"] / rows[0]["cpu_s"]) / decades
        cells = [f"{row[key]:,.0f}" for row in rows for key in ("jobs", "cpu_s", "peak_mb")]
        lines.append(f"| `{rule}` | {' | '.join(cells)} | {exponent:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Run both sizes, print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--folder", type=Path, default=ROOT / "results" / "bench" / "tiles")
    parser.add_argument("--points", type=int, nargs=2, default=[1_000_000, 10_000_000])
    parser.add_argument("--tile-size-m", type=float, default=50_000.0)
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found = [run(folder, number, options.tile_size_m, options.cores) for number in options.points]
    (folder / "tiles.json").write_text(json.dumps(found, indent=2) + "\n")
    print(printed(*found))


if __name__ == "__main__":
    main()
