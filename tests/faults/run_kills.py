"""Kill runs at random moments; the same command then ends with the same bytes: make test-faults.

Each fault, drawn from a seed of its own, begins with a copy of one finished tiny area from which
one result is removed, so that everything made from it runs again. At a random moment one job,
Snakemake alone, or Snakemake with all jobs is killed (SIGKILL); where the run had ended or no job
was at work at that moment, nothing is, and the run is not counted as killed. Then the same command
is given again, after `--unlock` where Snakemake asks for it, and every result is compared with that
of the undisturbed run. Outcomes are appended to results/faults/, so a run that is stopped goes
on where it was, as long as the workflow stays what it is.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil

from provenance import texts_digest
from runner import ROOT, Run, digests
from tiny_area import tiny_config

FOLDER = ROOT / "results" / "faults"
SEED = 20261127
KILLED = ("one job", "Snakemake alone", "Snakemake and its jobs")
#: Longest run of the tiny area (s).
TIMEOUT_S = 1200


def finished_area(folder: Path) -> Run:
    """Return the tiny area, run to its end; an earlier one is used again where nothing changed."""
    run = Run(ROOT, folder / "work")
    run.folder.mkdir(parents=True, exist_ok=True)
    result = run.snakemake(*command(run), timeout_s=TIMEOUT_S)
    if result.returncode != 0:
        raise SystemExit(result.stdout)
    return run


def command(run: Run) -> tuple[str, ...]:
    """Arguments of every run."""
    return ("--cores", "2", "--rerun-incomplete", "--configfile", run.config("tiny", tiny_config()))


def start(run: Run, log: Path) -> subprocess.Popen:
    """Start the command in a process group of its own, its output in a file."""
    places = ("--snakefile", str(run.project / "Snakefile"), "--directory", str(run.folder))
    with log.open("w") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", *places, *command(run)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def jobs_of(process: subprocess.Popen) -> list[psutil.Process]:
    """List the processes that run scripts for Snakemake."""
    found = []
    for child in psutil.Process(process.pid).children(recursive=True):
        try:
            words = child.cmdline()
        except psutil.Error:
            continue
        if "python" in Path(words[0] if words else "").name and any(
            ".snakemake/scripts/" in word for word in words
        ):
            found.append(child)
    return found


def wait_for_job(process: subprocess.Popen, log: Path, number: int) -> None:
    """Return once that many jobs have started, or the run has ended."""
    limit = time.monotonic() + TIMEOUT_S
    while process.poll() is None and time.monotonic() < limit:
        if log.read_text(errors="replace").count("    jobid: ") >= number:
            return
        time.sleep(0.05)


def kill(
    process: subprocess.Popen, what: str, rng: np.random.Generator
) -> tuple[bool, list[psutil.Process]]:
    """Kill a part of a run; return whether it was there to kill, and the jobs left running."""
    if process.poll() is not None:
        return False, []
    jobs = jobs_of(process)
    if what == "one job":
        hit = bool(jobs) and kill_job(jobs[rng.integers(len(jobs))])
        process.wait(TIMEOUT_S)
        return hit, []
    if what == "Snakemake alone":
        process.kill()
        process.wait()
        return True, jobs
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    psutil.wait_procs(jobs, timeout=60)
    return True, []


def kill_job(job: psutil.Process) -> bool:
    """Kill a job; return whether it was still at work."""
    try:
        job.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def try_fault(number: int, finished: Run, expected: dict[str, str], folder: Path) -> dict:
    """Disturb one run and finish it; return what was done and what differs."""
    rng = np.random.default_rng([SEED, number])
    what = KILLED[number % len(KILLED)]
    run = finished.copied(folder)
    listed = json.loads((run.folder / "results" / "manifest.json").read_text(encoding="utf-8"))
    removed = str(rng.choice([result["path"] for result in listed["results"]]))
    whole = run.folder / removed
    shutil.rmtree(whole) if whole.is_dir() else whole.unlink()
    planned = run.snakemake("--dry-run", *command(run)).stdout.count("    jobid: ")
    begun = int(rng.integers(1, max(planned, 2)))
    delay_s = float(rng.uniform(0, 4))

    log = folder / "disturbed.log"
    process = start(run, log)
    wait_for_job(process, log, begun)
    time.sleep(delay_s)
    hit, left = kill(process, what, rng)

    result = run.snakemake(*command(run), timeout_s=TIMEOUT_S)
    locked = "--unlock" in result.stdout and result.returncode != 0
    if locked:
        run.snakemake("--unlock", *command(run))
        result = run.snakemake(*command(run), timeout_s=TIMEOUT_S)
    psutil.wait_procs(left, timeout=TIMEOUT_S)
    found = digests(run.folder)
    differing = sorted(
        name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)
    )
    return {
        "number": number,
        "killed": what,
        "hit": hit,
        "removed": removed,
        "after_jobs": begun,
        "of_jobs": planned,
        "locked": locked,
        "finished": result.returncode == 0,
        "differing": differing,
        "partial_files": sorted(path.name for path in run.folder.rglob(".*.partial*")),
        "output": "" if result.returncode == 0 else result.stdout[-3000:],
    }


def failed(outcome: dict) -> bool:
    """Whether something was lost, stale or left over."""
    return not outcome["finished"] or bool(outcome["differing"] or outcome["partial_files"])


def main() -> None:
    """Try the faults that are not yet among the outcomes, and print all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=60, help="how many runs are killed")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    workflow = texts_digest(str(ROOT), "Snakefile", "config", "workflow")
    record = options.folder / f"kills_{workflow}.jsonl"
    known = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    outcomes = {outcome["number"]: outcome for outcome in map(json.loads, known)}
    finished = finished_area(options.folder / "tiny")
    expected = digests(finished.folder)
    for number in range(options.kills):
        if number not in outcomes:
            folder = options.folder / f"kill_{number}"
            shutil.rmtree(folder, ignore_errors=True)
            began = time.monotonic()
            outcome = try_fault(number, finished, expected, folder)
            outcome["duration_s"] = round(time.monotonic() - began)
            outcomes[number] = outcome
            with record.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(outcome) + "\n")
            if not failed(outcome):
                shutil.rmtree(folder)
        outcome = outcomes[number]
        print(
            f"{number + 1} of {options.kills}: {outcome['killed']} "
            f"{'killed' if outcome['hit'] else 'to be killed, but not there,'} after "
            f"{outcome['after_jobs']} of {outcome['of_jobs']} jobs, {outcome['duration_s']} s: "
            + ("FAILED" if failed(outcome) else "same bytes"),
            flush=True,
        )
    tried = [outcomes[number] for number in range(options.kills)]
    wrong = [outcome for outcome in tried if failed(outcome)]
    hits = sum(outcome["hit"] for outcome in tried)
    print(f"seed {SEED}: {hits} of {len(tried)} runs killed, {len(wrong)} with another result")
    for outcome in wrong:
        print(json.dumps(outcome, indent=1))
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
