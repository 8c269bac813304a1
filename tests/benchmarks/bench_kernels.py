"""Time the kernels of hot spots, density and trends beside their peers: ``make bench``.

Every figure is the median of `REPEATS` processes, each new, with compiled code in numba's cache,
one thread, and the peers in turn with the kernels, so that a busy machine is busy for both.
*Fresh* counts the CPU seconds of the whole process, from Python's start; *warm* those of the
first call of full size, after a small one that loads compiled code; *a second call* those of
one more, which reuses memory; *over imports* those after the modules were loaded. Memory is
the peak of the process less that after its imports. This file loads the standard library only,
because the peak memory of a process starts at that of its parent.
"""

import argparse
import hashlib
import json
import math
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench_sizes import FEW, RADIUS_M, SAMPLE, TRACK_POINTS, TRACKS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
THREADS = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
)
#: What makes the data.
MADE_BY = ("bench_data.py", "bench_sizes.py", "../../workflow/scripts/hotslope/files.py")
PACKAGES = ("numpy", "numba", "scipy", "pyarrow", "esda", "libpysal", "KDEpy")


@dataclass(frozen=True)
class Sizes:
    """Numbers of points and series."""

    track: int = TRACK_POINTS
    part: int = 100_000
    many: int = 10_000_000
    share_of_series: float = 1.0
    repeats: int = 3


QUICK = Sizes(20_000, 5_000, 60_000, 0.01, 1)


@dataclass(frozen=True)
class Run:
    """One process to time: a task of `bench_tasks.py` and what it is given."""

    task: str
    points: int | None = None
    first: int | None = None
    warm: bool = False
    again: bool = False
    repeats: int | None = None

    @property
    def name(self) -> str:
        size = self.first or self.points
        return f"{self.task}{f' {size}' if size else ''}{' warm' if self.warm else ''}"


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure and the bound that it must keep, if any."""

    what: str
    ours: float
    peer: float | None
    unit: str
    figure: float
    required: str = ""

    @property
    def met(self) -> bool | None:
        if not self.required:
            return None
        sense, bound = self.required.split()
        return self.figure >= float(bound) if sense == "≥" else self.figure <= float(bound)


def runs(sizes: Sizes) -> list[Run]:
    """Return the processes to time, in the order of one round."""
    track = sizes.track
    return [
        Run("gi_star", track),
        Run("gi_star_pairs", track),
        Run("gi_star", track, warm=True, again=True),
        Run("gi_star_pairs", track, warm=True),
        Run("gi_star", track, first=sizes.part),
        Run("gi_star_esda", track, first=sizes.part),
        Run("density", track, warm=True, again=True),
        Run("density_oaconvolve", track, warm=True, again=True),
        Run("density_map", track, warm=True, again=True),
        Run("density_map_oaconvolve", track, warm=True, again=True),
        Run("density_tiles", track, warm=True),
        Run("density_kdepy", track, warm=True, repeats=1),
        Run("trends"),
        Run("trends_loop"),
        Run("gi_star", sizes.many, warm=True, again=True),
        Run("density", sizes.many, warm=True, again=True),
        Run("density_tiles", sizes.many, warm=True),
    ]


def child(arguments: list[str]) -> str:
    """Run one of the scripts beside this one; return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=HERE,
        env=os.environ | THREADS,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def timed(run: Run, folder: Path, save: bool) -> dict[str, float]:
    """Time one process; keep its result where `save`."""
    arguments = ["bench_tasks.py", run.task, str(folder)]
    if run.points:
        arguments += ["--points", f"points_{run.points}.npy"]
    if run.first:
        arguments += ["--first", str(run.first)]
    if run.warm:
        arguments += ["--warm"]
    if run.again:
        arguments += ["--again"]
    if save:
        arguments += ["--save", str(folder / f"result_{run.name.replace(' ', '_')}.npz")]
    return json.loads(child(arguments))


def measure(sizes: Sizes, folder: Path) -> dict[str, dict[str, float]]:
    """Return the medians of each run, by its name."""
    for task in ("gi_star", "density"):  # fills numba's cache
        timed(Run(task, FEW), folder, save=False)
    timed(Run("trends"), folder, save=False)
    reports: dict[str, list[dict[str, float]]] = {}
    for repeat in range(sizes.repeats):
        for run in runs(sizes):
            if repeat < (run.repeats or sizes.repeats):
                print(f"round {repeat + 1}: {run.name}", file=sys.stderr, flush=True)
                save = repeat == 0 and run.points != sizes.many
                reports.setdefault(run.name, []).append(timed(run, folder, save))
    return {
        name: {key: statistics.median(report[key] for report in group) for key in group[0]}
        for name, group in reports.items()
    }


def table(sizes: Sizes, found: dict[str, dict[str, float]]) -> list[Row]:
    """Return the rows of the table."""

    def against(what: str, ours: str, peer: str, kind: str, required: str = "") -> Row:
        mine, other = found[ours][kind], found[peer][kind]
        return Row(what, mine, other, "CPU s", other / mine, required)

    def growth(name: str, task: str, kind: str) -> Row:
        few = found[f"{task} {sizes.track} warm"][kind]
        many = found[f"{task} {sizes.many} warm"][kind]
        exponent = math.log(many / few) / math.log(sizes.many / sizes.track)
        what = f"growth exponent, {name}, to {sizes.many:,} points, "
        call = "first call" if kind == "warm_s" else "second call"
        return Row(what + call, many, None, "CPU s", exponent, "≤ 1.2")

    def memory(what: str, run: str, required: str, peer: str | None = None) -> Row:
        other = found[peer]["memory_mb"] if peer else None
        mine = found[run]["memory_mb"]
        return Row(what, mine, other, "MB", mine, required)

    track, part = f"{sizes.track:,} points", f"{sizes.part:,} points"
    gi, gi_warm = f"gi_star {sizes.track}", f"gi_star {sizes.track} warm"
    pairs, pairs_warm = f"gi_star_pairs {sizes.track}", f"gi_star_pairs {sizes.track} warm"
    gi_part, esda = f"gi_star {sizes.part}", f"gi_star_esda {sizes.part}"
    density, kdepy = f"density {sizes.track} warm", f"density_kdepy {sizes.track} warm"
    convolved = f"density_oaconvolve {sizes.track} warm"
    maps, maps_convolved = (f"density_map{peer} {sizes.track} warm" for peer in ("", "_oaconvolve"))
    series = sum(int(number * sizes.share_of_series) for number, _ in TRACKS.values())
    seconds = found["trends"]["over_imports_s"]
    loop = found["trends_loop"]["warm_s"] / SAMPLE * series
    return [
        against(f"Gi*, {track}, fresh, vs query_pairs", gi, pairs, "fresh_s", "≥ 4"),
        against(f"Gi*, {track}, warm, vs query_pairs", gi_warm, pairs_warm, "warm_s", "≥ 10"),
        against(f"Gi*, {part}, fresh, vs esda", gi_part, esda, "fresh_s", "≥ 40"),
        against(f"density, {track}, warm, vs oaconvolve", density, convolved, "warm_s", "≥ 6"),
        against(
            f"density, {track}, a second call, vs oaconvolve", density, convolved, "again_s", "≥ 6"
        ),
        against(f"three bands, {track}, warm, vs two", maps, maps_convolved, "warm_s", "≥ 6"),
        against(
            f"three bands, {track}, a second call, vs two", maps, maps_convolved, "again_s", "≥ 6"
        ),
        against(f"density, {track}, warm, vs KDEpy", density, kdepy, "warm_s"),
        Row(f"trends, {series:,} series, over imports", seconds, None, "CPU s", seconds, "≤ 3"),
        Row("trends vs a loop of numpy's lstsq", seconds, loop, "CPU s", loop / seconds),
        memory(f"memory, Gi*, {track}, vs query_pairs", gi, "≤ 300", pairs),
        memory(f"memory, density, {track}, vs oaconvolve", density, "≤ 400", convolved),
        memory(f"memory, trends, {series:,} series", "trends", "≤ 200"),
        growth("Gi*", "gi_star", "warm_s"),
        growth("Gi*", "gi_star", "again_s"),
        growth("density by tiles", "density_tiles", "warm_s"),
        growth("density", "density", "again_s"),
        growth("density", "density", "warm_s"),
    ]


def printed(rows: list[Row]) -> str:
    """Return the table as Markdown."""
    lines = [
        "| | hotslope | peer | unit | figure | required | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        peer = "" if row.peer is None else f"{row.peer:,.4g}"
        met = {None: "", True: "yes", False: "**no**"}[row.met]
        figure = f"{row.figure:,.0f}" if row.figure >= 1000 else f"{row.figure:.3g}"
        lines.append(
            f"| {row.what} | {row.ours:.3g} | {peer} | {row.unit} | {figure}"
            f" | {row.required} | {met} |"
        )
    return "\n".join(lines)


def digest(names: Sequence[str]) -> str:
    """Return a digest of files beside this one that make data: other data, another folder."""
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in names)).hexdigest()[:8]


def machine(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """Return what the figures depend on."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            x.split(":")[1].strip() for x in info.read_text().splitlines() if "model name" in x
        ]
        model = names[0] if names else model
    versions = {name: version(name) for name in packages}
    return {
        "processor": model,
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
    } | versions


def main() -> int:
    """Make the data, time, compare the answers, print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="few points: does it run at all")
    parser.add_argument("--folder", type=Path, default=ROOT / "results" / "bench")
    options = parser.parse_args()
    sizes = QUICK if options.quick else Sizes()
    data = (options.folder / f"data{'_quick' if options.quick else ''}_{digest(MADE_BY)}").resolve()
    print("making points and series", file=sys.stderr, flush=True)
    numbers = [FEW, sizes.track, sizes.many]
    child(["bench_data.py", str(data), str(sizes.share_of_series), *map(str, numbers)])
    found = measure(sizes, data)
    rows = table(sizes, found)
    agreements = json.loads(
        child(["bench_agreement.py", str(data), str(sizes.track), str(sizes.part)])
    )
    report = {
        "machine": machine(),
        "radius_m": RADIUS_M,
        "sizes": sizes.__dict__,
        "rows": [row.__dict__ | {"met": row.met} for row in rows],
        "agreements": agreements,
        "medians": found,
    }
    name = "kernels_quick.json" if options.quick else "kernels.json"
    (options.folder / name).write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    print(printed(rows))
    print()
    for agreement in agreements:
        kept = "agree" if agreement["kept"] else "DO NOT AGREE"
        difference, allowed = agreement["difference"], agreement["allowed"]
        print(f"{agreement['what']}: {kept} (off by {difference:.2g}, allowed {allowed:g})")
    return 0 if all(agreement["kept"] for agreement in agreements) else 1


if __name__ == "__main__":
    sys.exit(main())
