"""The whole workflow at the size of the published study area: ``make bench-full``.

Makes the study area of ``config/paper_scale.yaml`` where it is not there yet, runs the
workflow on it in a folder of its own, changes hotspots.radius_m from 200 to 150 and runs it
again. Prints what every rule took and where the time went, with the floor beside it: what the
machine needs to read and write as many bytes, to start as many jobs, and for the sums.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench_kernels import THREADS, machine
from watch_jobs import Job, Run, watch

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONFIGS = [ROOT / "config" / "config.yaml", ROOT / "config" / "paper_scale.yaml"]
RADIUS_M = 150
#: A fraction of the area, to see whether this file works.
SMALL = {
    "study_area": {"bounds_m": [690000, 3980000, 694000, 3984000]},
    "simulation": {
        "size_km": [4, 4],
        "density_per_km2": {"descending": 264, "ascending": 230},
        "landslides_per_km2": 1.5,
        "false_movers_per_km2": 1.5,
    },
    "points": {"min_coherence": 0.7},
    "models": {"cnn": {"epochs": 20}},
    "validation": {"repeats": 10, "shuffles": 40},
}
#: Jobs that do nothing but their kernel once they are loaded.
ALL_KERNEL = ("validate_model", "train_model", "check_leakage", "measure_stability")
#: Kernels that run again for another radius.
AGAIN = ("Gi*", "density")
BOUNDS = {"everything": 240.0, "another radius": 60.0, "memory of a job": 3000.0}


@dataclass
class Rule:
    """All jobs of a rule in a run."""

    name: str
    jobs: int
    wall_s: float
    cpu_s: float
    start_cpu_s: float
    peak_mb: float
    moved_mb: float
    benchmark_s: float | None


def snakemake(folder: Path, configs: Iterable[Path], *arguments: str) -> list[str]:
    """Return the command that runs the workflow in `folder`."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--directory", str(folder), *arguments]
    return [*command, "--configfile", *map(str, configs)]


def clear_results(folder: Path) -> None:
    """Remove the results of an earlier run, and keep its inputs and what is known of them."""
    for path in folder.glob("results/*/*"):
        if path.name != "simulation":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def disk_mb_s(folder: Path, size_mb: int = 512) -> dict[str, float]:
    """Return how fast the disk under `folder` writes, and reads what is not in memory."""
    path, block = folder / "disk_speed.partial", os.urandom(1 << 20)
    start = time.monotonic()
    with path.open("wb") as target:
        for _ in range(size_mb):
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
        os.posix_fadvise(target.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    middle = time.monotonic()
    with path.open("rb") as source:
        while source.read(1 << 20):
            pass
    end = time.monotonic()
    path.unlink()
    return {"write": size_mb / (middle - start), "read": size_mb / (end - middle)}


def loop_s() -> float:
    """Return the CPU seconds of a fixed loop: how fast this machine is just now."""
    begin, total = time.process_time(), 0
    for number in range(3_000_000):
        total += number * number
    return time.process_time() - begin


def start_up(rules: Iterable[str]) -> dict[str, float]:
    """Return CPU seconds of a job of each rule that does nothing but import."""
    scripts, seconds = ROOT / "workflow" / "scripts", {}
    for rule in rules:
        # The global makes it a job of Snakemake, which starts sooner.
        code = "import sys, types; snakemake = types.SimpleNamespace(log=[])\n"
        code += f"sys.path.insert(0, '{scripts}'); import {rule}"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds[rule] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds


def benchmark_s(folder: Path, rule: str) -> float | None:
    """Return the sum of Snakemake's own timings of a rule, where it has any."""
    files = list(folder.glob(f"results/benchmarks/*/{rule}.tsv"))
    files += folder.glob(f"results/benchmarks/*/{rule}_*.tsv")
    rows = [row for file in files for row in csv.DictReader(file.open(), delimiter="\t")]
    return sum(float(row["s"]) for row in rows) if rows else None


def by_rule(jobs: list[Job], started: dict[str, float], folder: Path) -> list[Rule]:
    """Return the rules of a run, the costliest first."""
    rules = []
    for name in {job.rule for job in jobs}:
        group = [job for job in jobs if job.rule == name]
        rules.append(
            Rule(
                name,
                len(group),
                sum(job.wall_s for job in group),
                sum(job.cpu_s for job in group),
                len(group) * started[name],
                max(job.peak_mb for job in group),
                sum(job.read_mb + job.written_mb for job in group),
                benchmark_s(folder, name),
            )
        )
    return sorted(rules, key=lambda rule: -rule.cpu_s)


def floor(
    run: Run, rules: list[Rule], kernels_s: float, disk: dict[str, float], cores: int
) -> dict[str, float]:
    """Return what the run cannot go below on this machine, part by part, s.

    Of the kernels those of motion and terrain are counted: the others take no time worth it,
    or (learning, stability of outlines) are all that their jobs do after their imports.
    """
    read, written = (
        sum(getattr(job, key) for job in run.jobs) for key in ("read_mb", "written_mb")
    )
    started = sum(rule.start_cpu_s for rule in rules)
    whole = sum(rule.cpu_s - rule.start_cpu_s for rule in rules if rule.name in ALL_KERNEL)
    return {
        "bytes over the disk's speed": read / disk["read"] + written / disk["write"],
        "start of Python and imports, over cores": started / cores,
        "kernels, over cores": (kernels_s + whole) / cores,
    }


def rest(run: Run, rules: list[Rule], kernels_s: float) -> dict[str, float]:
    """Return the CPU seconds that the floor does not name."""
    started = sum(rule.start_cpu_s for rule in rules)
    jobs = sum(rule.cpu_s for rule in rules)
    whole = sum(rule.cpu_s - rule.start_cpu_s for rule in rules if rule.name in ALL_KERNEL)
    return {
        "reading, packing, drawing in jobs": jobs - started - whole - kernels_s,
        "Snakemake itself": run.cpu_s - jobs,
    }


def kernel_seconds(folder: Path) -> dict[str, float]:
    """Return CPU seconds of the kernels on the files of the finished run."""
    print("timing the kernels alone", file=sys.stderr, flush=True)
    command = [sys.executable, str(HERE / "time_full_kernels.py"), str(folder)]
    done = subprocess.run(
        command, env=os.environ | THREADS, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


def table(rules: list[Rule]) -> str:
    """Return the rules as Markdown."""
    lines = [
        "| rule | jobs | wall s | CPU s | of it imports | peak MB | read and written MB |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {rule.name} | {rule.jobs} | {rule.wall_s:.1f} | {rule.cpu_s:.1f}"
        f" | {rule.start_cpu_s:.1f} | {rule.peak_mb:,.0f} | {rule.moved_mb:,.0f} |"
        for rule in rules
    ]
    return "\n".join(lines)


def told(
    name: str, run: Run, rules: list[Rule], parts: dict[str, float], others: dict[str, float]
) -> str:
    """Return one run in words."""
    total = sum(parts.values())
    peak = max(run.jobs, key=lambda job: job.peak_mb)
    lines = [
        f"\n{name}: {run.wall_s:.0f} s, {run.cpu_s:.0f} CPU s, {len(run.jobs)} jobs",
        f"(bound {BOUNDS[name]:.0f} s); at most {peak.peak_mb:,.0f} MB, by {peak.name}",
        f"(bound {BOUNDS['memory of a job']:,.0f} MB)\n",
        table(rules),
        "",
        *(f"floor: {what}: {seconds:.1f} s" for what, seconds in parts.items()),
        f"floor: {total:.1f} s; the run took {run.wall_s / total:.2f} times that",
        *(f"beyond it: {what}: {seconds:.1f} CPU s" for what, seconds in others.items()),
    ]
    return "\n".join(lines)


def measure(
    name: str,
    folder: Path,
    configs: list[Path],
    cores: int,
    disk: dict[str, float],
    started: dict[str, float],
    kernels: dict[str, float],
) -> dict:
    """Run the workflow once, print what it took, and return it.

    `started` and `kernels` are what was timed for an earlier run; what lacks is added.
    """
    log = folder / f"{name.replace(' ', '_')}.log"
    print(f"running: {name} (told in {log})", file=sys.stderr, flush=True)
    load, loops = os.getloadavg()[0], [loop_s()]
    run = watch(snakemake(folder, configs, "--cores", str(cores)), folder, log)
    if run.code:
        print(f"Snakemake failed; its words are in {log}", file=sys.stderr)
        sys.exit(run.code)
    loops.append(loop_s())
    started |= start_up({job.rule for job in run.jobs} - started.keys())
    rules = by_rule(run.jobs, started, folder)
    if not kernels:
        kernels |= kernel_seconds(folder)
    whole = name == "everything"
    own = {key: value for key, value in kernels.items() if whole or key.startswith(AGAIN)}
    seconds = sum(own.values())
    parts, others = floor(run, rules, seconds, disk, cores), rest(run, rules, seconds)
    print(told(name, run, rules, parts, others), flush=True)
    print("a fixed loop: {:.3f} CPU s before, {:.3f} after".format(*loops), flush=True)
    return run.report() | {
        "load_before": load,
        "loop_cpu_s": loops,
        "bound_s": BOUNDS[name],
        "rules": [rule.__dict__ for rule in rules],
        "kernels_cpu_s": own,
        "floor_s": parts,
        "beyond_cpu_s": others,
    }


def main() -> int:
    """Make the area, run the workflow twice, print, and write JSON and the picture."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=ROOT / "resources" / "bench_full")
    parser.add_argument("--small", action="store_true", help="a small area: does it run at all")
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    configs = list(CONFIGS)
    if options.small:
        configs.append(folder / "small.json")
        configs[-1].write_text(json.dumps(SMALL))
    clear_results(folder)
    print("making the study area, if it is not there", file=sys.stderr, flush=True)
    area = watch(
        snakemake(folder, configs, "--cores", "1", "--until", "simulate_area"),
        folder,
        folder / "study_area.log",
    )
    if area.code:
        print(f"Snakemake failed; its words are in {folder / 'study_area.log'}", file=sys.stderr)
        return area.code
    disk = disk_mb_s(folder)
    report = {"machine": machine(), "cores": options.cores, "disk_mb_s": disk}
    report["study_area"] = area.report()
    known: tuple[dict[str, float], dict[str, float]] = ({}, {})
    report["everything"] = measure("everything", folder, configs, options.cores, disk, *known)
    radius = folder / "radius.json"
    radius.write_text(json.dumps({"hotspots": {"radius_m": RADIUS_M}}))
    report["another_radius"] = measure(
        "another radius", folder, [*configs, radius], options.cores, disk, *known
    )
    written = folder / "bench_full.json"
    written.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    subprocess.run([sys.executable, str(HERE / "draw_full.py"), str(written)], check=True)
    print(f"\nwritten: {written} and {written.with_suffix('.png')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
