"""Seconds, CPU seconds, memory and bytes of every job of a workflow, seen from outside.

Snakemake's own ``benchmark:`` files cannot be had of cached rules, and count CPU seconds only
up to their last look, which comes ever more seldom. Here all jobs are looked at alike, ten
times a second, through Linux's ``/proc``.
"""

import os
import re
import resource
import subprocess
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

INTERVAL_S = 0.1
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
SCRIPT = re.compile(r"\.snakemake/scripts/tmp[^/]*?\.(\w+)\.py")
LOG = re.compile(r"/results/logs/\w+/(\w+)\.log$")


@dataclass
class Job:
    """One job: when it ran, counted from the start of the workflow, and what it took."""

    rule: str
    start_s: float
    name: str = ""
    end_s: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    read_mb: float = 0.0
    written_mb: float = 0.0

    @property
    def wall_s(self) -> float:
        return self.end_s - self.start_s


@dataclass
class Run:
    """A run of Snakemake."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    code: int = 0
    jobs: list[Job] = field(default_factory=list)

    def report(self) -> dict:
        """Return the run as plain numbers."""
        return asdict(self) | {"jobs": [asdict(job) | {"wall_s": job.wall_s} for job in self.jobs]}


def children() -> dict[int, list[int]]:
    """Return the processes of each parent process."""
    found: dict[int, list[int]] = {}
    for name in (path.name for path in Path("/proc").iterdir() if path.name.isdigit()):
        try:
            text = Path("/proc", name, "stat").read_text()
        except OSError:
            continue
        parent = int(text[text.rindex(")") + 2 :].split()[1])
        found.setdefault(parent, []).append(int(name))
    return found


def tree(parents: dict[int, list[int]], root: int) -> list[int]:
    """Return a process and all that came of it."""
    found = [root]
    for process in found:
        found += parents.get(process, [])
    return found


def script_of(process: int) -> str | None:
    """Return the rule whose script a process runs, if it runs one."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return None
    # The shell that starts Python names the script too, inside its one long argument.
    found = [SCRIPT.search(word) for word in words[1:3] if " " not in word.strip()]
    return next((match[1] for match in found if match), None)


def log_of(process: int) -> str:
    """Return the name of the log a process has open: that of the rule and its wildcards."""
    try:
        for link in Path(f"/proc/{process}/fd").iterdir():
            match = LOG.search(str(link.readlink()))
            if match:
                return match[1]
    except OSError:
        pass
    return ""


def look(job: Job, processes: list[int]) -> None:
    """Add what can be seen now; a process that is gone leaves what was seen last."""
    cpu, resident, highest, read, written = 0.0, 0.0, 0.0, 0.0, 0.0
    for process in processes:
        try:
            stat = Path(f"/proc/{process}/stat").read_text()
            status = Path(f"/proc/{process}/status").read_text()
            counts = Path(f"/proc/{process}/io").read_text()
        except OSError:
            continue
        fields = stat[stat.rindex(")") + 2 :].split()
        cpu += sum(map(int, fields[11:15])) / TICKS
        resident += int(fields[21]) * PAGE / 1e6
        peak = re.search(r"VmHWM:\s+(\d+) kB", status)
        highest = max(highest, int(peak[1]) * 1024 / 1e6 if peak else 0.0)
        read += int(re.search(r"rchar: (\d+)", counts)[1]) / 1e6
        written += int(re.search(r"wchar: (\d+)", counts)[1]) / 1e6
    job.cpu_s = max(job.cpu_s, cpu)
    job.peak_mb = max(job.peak_mb, resident, highest)
    job.read_mb = max(job.read_mb, read)
    job.written_mb = max(job.written_mb, written)


def watch(command: list[str], folder: Path, log: Path) -> Run:
    """Run Snakemake in `folder`, its words in `log`, and look at its jobs."""
    run, jobs = Run(), {}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    with (
        log.open("w", encoding="utf-8") as words,
        subprocess.Popen(command, cwd=folder, stdout=words, stderr=words) as process,
    ):
        while process.poll() is None:
            now = time.monotonic() - start
            parents = children()
            for child in tree(parents, process.pid)[1:]:
                if child not in jobs:
                    rule = script_of(child)
                    if rule is None:
                        continue
                    jobs[child] = Job(rule, now)
                job = jobs[child]
                job.name = job.name or log_of(child)
                job.end_s = now
                look(job, tree(parents, child))
            time.sleep(max(0.0, start + now + INTERVAL_S - time.monotonic()))
    run.wall_s = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    run.cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    run.code = process.returncode
    run.jobs = sorted(jobs.values(), key=lambda job: job.start_s)
    for job in run.jobs:
        job.name = job.name or job.rule
    return run
