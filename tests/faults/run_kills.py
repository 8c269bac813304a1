"""Kill runs and fill their disk at random moments; the same command then ends with the same bytes.

Each fault, drawn from a seed of its own, begins with a copy of one finished tiny area from which
one result is removed, so that everything made from it runs again. At a random moment one job,
Snakemake alone, or Snakemake with all jobs is killed (SIGKILL), or the file system on which the
run works is filled to its last kilobytes. Where the run had ended or no job was at work at that
moment, nothing is hit, and the fault does not count. Then the same command is given again, after
`--unlock` where Snakemake asks for it, and every result is compared with that of the undisturbed
run. Faults are tried until as many have hit as asked for: make test-faults.

Outcomes are appended to results/faults/, so a harness that is stopped goes on where it was, as
long as the workflow stays what it is. Filling a disk mounts a small one in memory, which needs
root; without, those faults are left out, and counted.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import psutil

from outcomes import TIMEOUT_S, Outcomes, arguments_of, finished_area, options_of, removed
from runner import Run, differing, digests
from tiny_area import tiny_config

SEED = 20261127
KINDS = ("one job", "Snakemake alone", "Snakemake and its jobs", "disk full")
#: Room on the small file system beyond the finished area, and at most left when it is filled
#: (bytes).
ROOM = 64 << 20
LEFT = 256 << 10
#: One fault with the run that follows, on two cores (s).
EXPECTED_S = 100


def start(run: Run, arguments: tuple[str, ...], log: Path) -> subprocess.Popen:
    """Start the command in a process group of its own, its output in a file."""
    places = ("--snakefile", str(run.project / "Snakefile"), "--directory", str(run.folder))
    with log.open("w") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", *places, *arguments],
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


def disturb(
    process: subprocess.Popen, what: str, run: Run, rng: np.random.Generator
) -> tuple[bool, list[psutil.Process]]:
    """Kill a part of a run or fill its disk; return whether that hit, and the jobs left."""
    if process.poll() is not None:
        return False, []
    if what == "disk full":
        with filled(run.folder, int(rng.integers(LEFT))):
            return process.wait(TIMEOUT_S) != 0, []
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


@contextmanager
def filled(folder: Path, left: int) -> Iterator[None]:
    """Leave so many bytes on the file system of a folder meanwhile, or fewer."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as stream:
        with suppress(OSError):
            while stream.write(bytes(1 << 16)):
                pass
        stream.truncate(max(stream.tell() - left, 0))
    yield
    filler.unlink()


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[None]:
    """Mount a file system in memory on a folder meanwhile."""
    folder.mkdir(parents=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "hotslope", str(folder)], check=True
    )
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def try_fault(number: int, finished: Run, expected: dict[str, str], folder: Path) -> dict:
    """Disturb one run and finish it; return what was done and what differs."""
    what = KINDS[number % len(KINDS)]
    removed(folder)
    if what != "disk full":
        outcome = finish_disturbed(number, what, finished, expected, folder)
    elif os.geteuid() != 0:
        return {"kind": what, "hit": False, "failed": False, "note": "mounting needs root"}
    else:
        size = sum(path.lstat().st_size for path in finished.folder.rglob("*")) + ROOM
        with small_disk(folder, size):
            outcome = finish_disturbed(number, what, finished, expected, folder)
    if not outcome["failed"]:
        removed(folder)
    return outcome


def finish_disturbed(
    number: int, what: str, finished: Run, expected: dict[str, str], folder: Path
) -> dict:
    """Remove a result from a copy of the area, disturb the run that makes it again, and finish."""
    rng = np.random.default_rng([SEED, number])
    run = finished.copied(folder)
    arguments = arguments_of(run, tiny_config())
    listed = json.loads((run.folder / "results" / "manifest.json").read_text(encoding="utf-8"))
    lost = str(rng.choice([result["path"] for result in listed["results"]]))
    whole = run.folder / lost
    shutil.rmtree(whole) if whole.is_dir() else whole.unlink()
    planned = run.snakemake("--dry-run", *arguments).stdout.count("    jobid: ")
    begun = int(rng.integers(1, max(planned, 2)))
    delay_s = float(rng.uniform(0, 4))

    log = folder / "disturbed.log"
    process = start(run, arguments, log)
    wait_for_job(process, log, begun)
    time.sleep(delay_s)
    hit, left = disturb(process, what, run, rng)
    output = log.read_text(errors="replace")

    result = run.snakemake(*arguments, timeout_s=TIMEOUT_S)
    locked = "--unlock" in result.stdout and result.returncode != 0
    if locked:
        run.snakemake("--unlock", *arguments)
        result = run.snakemake(*arguments, timeout_s=TIMEOUT_S)
    psutil.wait_procs(left, timeout=TIMEOUT_S)
    changed = differing(expected, digests(run.folder))
    partial = sorted(path.name for path in run.folder.rglob(".*.partial*"))
    # A full disk is the machine's fault, and told as such.
    mistold = what == "disk full" and hit and "please report it" in output
    finishes = result.returncode == 0
    failed = not finishes or mistold or bool(changed or partial)
    return {
        "kind": what,
        "hit": hit,
        "removed": lost,
        "after_jobs": begun,
        "of_jobs": planned,
        "locked": locked,
        "told_full": "the disk is full" in output,
        "finished": finishes,
        "differing": changed,
        "partial_files": partial,
        "failed": failed,
        "disturbed_output": output[-3000:] if failed else "",
        "output": "" if finishes else result.stdout[-3000:],
    }


def main() -> None:
    """Try faults until enough have hit; those whose outcome is known are not tried again."""
    parser = options_of(__doc__)
    parser.add_argument("--kills", type=int, default=60, help="how many faults are to hit")
    options = parser.parse_args()
    outcomes = Outcomes(options.folder, "kills")
    minutes = max(options.kills - len(outcomes.known), 0) * EXPECTED_S / 60
    print(f"seed {SEED}: {options.kills} faults, about {minutes:.0f} minutes", flush=True)
    finished = finished_area(options.folder / "tiny", tiny_config())
    expected = digests(finished.folder)
    tried: list[dict] = []
    while sum(outcome["hit"] for outcome in tried) < options.kills:
        number = len(tried)
        folder = options.folder / f"kill_{number}"
        outcome = outcomes.of(
            str(number),
            lambda number=number, folder=folder: try_fault(number, finished, expected, folder),
        )
        tried.append(outcome)
        told = "FAILED" if outcome["failed"] else "same bytes"
        print(
            f"{number + 1}: {outcome['kind']}{'' if outcome['hit'] else ' (not hit)'}, after "
            f"{outcome.get('after_jobs', 0)} of {outcome.get('of_jobs', 0)} jobs, "
            f"{outcome['duration_s']} s: {outcome.get('note', told)}",
            flush=True,
        )
    wrong = [outcome for outcome in tried if outcome["failed"]]
    counts = {
        kind: sum(outcome["hit"] for outcome in tried if outcome["kind"] == kind) for kind in KINDS
    }
    hits = "; ".join(f"{kind}: {count}" for kind, count in counts.items())
    print(f"{sum(counts.values())} of {len(tried)} faults hit ({hits}), {len(wrong)} failed")
    for outcome in wrong:
        print(json.dumps(outcome, indent=1))
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
