"""Time the import of points beside readers of csv and an earlier state: part of ``make bench``.

Each figure is the median of new processes with one thread, the peers in turn, counted in CPU
seconds over the imports of modules. The export of the European Ground Motion Service goes from
zip to finished points table; its peers only read the unpacked text. The exports of GAMMA are
compared with commit `EARLIER`, whose files git gives. This file loads the standard library only.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

from bench_kernels import ROOT, Row, child, digest, machine, printed
from bench_sizes import EGMS_EPOCHS, EGMS_POINTS, TRACKS

#: State of hotslope that the import of GAMMA's exports is compared with.
EARLIER = "edcd714"
#: Peak memory that an import may take beyond its imports, MB.
MOST_MB = 1000
PACKAGES = ("numpy", "pandas", "pyarrow", "polars")


def earlier_scripts(folder: Path) -> Path | None:
    """Return where the scripts of commit `EARLIER` lie; None where git does not have it."""
    target = folder / EARLIER
    if not target.exists():
        command = ["git", "archive", EARLIER, "workflow/scripts"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True)
        if done.returncode:
            return None
        with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
            archive.extractall(target, filter="data")
    return target / "workflow" / "scripts"


def measure(folder: Path, repeats: int, earlier: Path | None) -> dict[str, dict[str, float]]:
    """Return the medians of each task, by its name."""
    tasks = [
        "csv_pandas",
        "csv_polars",
        "csv_pyarrow",
        "inflate_zip",
        "import_egms",
        "import_gamma",
    ]
    runs = {task: ["bench_tasks.py", task, str(folder)] for task in tasks}
    if earlier:
        command = ["bench_tasks.py", "import_gamma", str(folder), "--scripts", str(earlier)]
        runs[f"import_gamma {EARLIER}"] = command
    reports: dict[str, list[dict[str, float]]] = {}
    for repeat in range(repeats):
        for name, command in runs.items():
            print(f"round {repeat + 1}: {name}", file=sys.stderr, flush=True)
            reports.setdefault(name, []).append(json.loads(child(command)))
    return {
        name: {key: statistics.median(report[key] for report in group) for key in group[0]}
        for name, group in reports.items()
    }


def table(found: dict[str, dict[str, float]], share: float) -> list[Row]:
    """Return the rows of the table."""
    points = int(EGMS_POINTS * share)
    both = sum(int(number * share) for number, _ in TRACKS.values())
    zipped = f"EGMS zip of {points:,} points with {EGMS_EPOCHS} epochs"

    def against(what: str, ours: str, peer: str, required: str = "") -> Row:
        mine, other = found[ours]["over_imports_s"], found[peer]["over_imports_s"]
        return Row(what, mine, other, "CPU s", mine / other, required)

    def memory(what: str, run: str) -> Row:
        mine = found[run]["memory_mb"]
        return Row(f"memory, {what}", mine, None, "MB", mine, f"≤ {MOST_MB}")

    gamma = f"both tracks of GAMMA, {both:,} points"
    rows = [
        against(
            f"{zipped} to Parquet, vs pandas.read_csv of its text",
            "import_egms",
            "csv_pandas",
            "≤ 1.7",
        ),
        against("the same, vs polars.read_csv", "import_egms", "csv_polars"),
        against("the same, vs pyarrow's read_csv", "import_egms", "csv_pyarrow"),
        against("unpacking alone, vs pandas.read_csv", "inflate_zip", "csv_pandas"),
        memory(zipped, "import_egms"),
        memory(gamma, "import_gamma"),
    ]
    if f"import_gamma {EARLIER}" in found:
        what = f"{gamma}, vs commit {EARLIER}"
        rows.append(against(what, "import_gamma", f"import_gamma {EARLIER}", "≤ 0.6"))
    return rows


def main() -> int:
    """Make the data, time, print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="few points: does it run at all")
    parser.add_argument("--folder", type=Path, default=ROOT / "results" / "bench")
    options = parser.parse_args()
    share, repeats = (0.01, 1) if options.quick else (1.0, 3)
    made_by = ("import_data.py", "bench_data.py", "bench_sizes.py")
    data = (options.folder / f"exports_{share:g}_{digest(made_by)}").resolve()
    print("making exports", file=sys.stderr, flush=True)
    child(["import_data.py", str(data), str(share)])
    found = measure(data, repeats, earlier_scripts(options.folder.resolve()))
    rows = table(found, share)
    report = {
        "machine": machine(PACKAGES),
        "share": share,
        "rows": [row.__dict__ | {"met": row.met} for row in rows],
        "medians": found,
    }
    name = "import_quick.json" if options.quick else "import.json"
    (options.folder / name).write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    print(printed(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
