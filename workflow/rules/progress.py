"""Progress of a run for a person at a terminal: jobs done, time left, what long jobs report.

Imported by the Snakefile, so it needs Snakemake and nothing else.
"""

import csv
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from statistics import mean
from typing import TextIO

from snakemake_interface_logger_plugins.common import LogEvent

#: Seconds between two lines while no job ends.
LINE_EVERY_S = 60.0
#: What `hotslope.logs.Progress` writes, after the date and the level.
REPORT = re.compile(r" INFO (.+: \d+ %, about .+ left)$")


def follow(logger: logging.Logger, stream: TextIO, jobs: Mapping[str, int], past: Path) -> None:
    """Write progress to a terminal; to a file, a pipe or a log of CI write nothing.

    Parameters
    ----------
    logger : Logger
        Snakemake's.
    stream : text file
        Standard error.
    jobs : mapping of str to int
        Number of jobs of each rule in this run.
    past : Path
        Folder of the benchmarks that an earlier run left, if one did.
    """
    if stream.isatty():
        handler = JobProgress(stream, jobs, past_seconds(past, jobs))
        logger.addHandler(handler)
        threading.Thread(target=handler.repeat, daemon=True).start()


def past_seconds(folder: Path, rules: Iterable[str]) -> dict[str, float]:
    """Return the mean run time, s, of each rule that has benchmarks in `folder`."""
    found: dict[str, list[float]] = {}
    for file in sorted(folder.glob("*/*.tsv")):
        # The rule with the longest name: plot_radius is no plot_radius_sensitivity.
        names = [rule for rule in rules if f"{file.stem}_".startswith(f"{rule}_")]
        with file.open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        if names and rows:
            found.setdefault(max(names, key=len), []).append(float(rows[-1]["s"]))
    return {rule: mean(seconds) for rule, seconds in found.items()}


class JobProgress(logging.Handler):
    """Follows Snakemake's events; a line whenever a job ends, and while long ones run.

    Parameters
    ----------
    stream : text file
        Where lines go.
    jobs : mapping of str to int
        Number of jobs of each rule.
    expected_s : mapping of str to float
        Run time of rules, s, as far as it is known.
    clock : callable
        Seconds that never run back.

    Notes
    -----
    Work is counted in expected seconds; the rest goes on at the pace so far. A rule that never
    ran is taken for an average one, so a first run's estimate is rough.
    """

    def __init__(
        self,
        stream: TextIO,
        jobs: Mapping[str, int],
        expected_s: Mapping[str, float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.stream = stream
        self.left = dict(jobs)
        self.total = sum(jobs.values())
        self.expected_s = dict(expected_s)
        self.measured_s: dict[str, list[float]] = {}
        self.running: dict[int, tuple[str, str, list[str], float]] = {}
        self.clock = clock
        self.start = clock()

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of an event of Snakemake's."""
        event = getattr(record, "event", None)
        if event == LogEvent.JOB_INFO and record.rule_name in self.left:
            name = " ".join([record.rule_name, *map(str, record.wildcards.values())])
            log = list(record.log or [])
            self.running[record.jobid] = (record.rule_name, name, log, self.clock())
        elif event == LogEvent.JOB_ERROR:
            self.running.pop(record.jobid, None)
        elif event == LogEvent.JOB_FINISHED and record.job_id in self.running:
            rule, _, _, started = self.running.pop(record.job_id)
            self.measured_s.setdefault(rule, []).append(self.clock() - started)
            self.left[rule] -= 1
            self.write()

    def repeat(self) -> None:
        """Write a line now and then, for ever."""
        while True:
            time.sleep(LINE_EVERY_S)
            with self.lock:
                if self.running:
                    self.write()

    def write(self) -> None:
        """Write one line."""
        done = self.total - sum(self.left.values())
        left_s = self.left_s()
        line = f"hotslope: {done} of {self.total} jobs done"
        if left_s is not None and left_s >= 1:
            line += f", about {duration(left_s)} left"
        if self.running:
            line += f"; under way: {', '.join(self.describe())}"
        print(line, file=self.stream, flush=True)

    def describe(self) -> list[str]:
        """Name the jobs under way, each with its time so far or the last report in its log."""
        now = self.clock()
        return [
            f"{name} ({last_report(log) or duration(now - started)})"
            for _, name, log, started in self.running.values()
        ]

    def left_s(self) -> float | None:
        """Estimate the time left, s; None before any work is done."""
        known = self.expected_s | {rule: mean(times) for rule, times in self.measured_s.items()}
        usual = mean(known.values()) if known else 1.0
        now = self.clock()
        left = sum(known.get(rule, usual) * count for rule, count in self.left.items())
        done = sum(known[rule] * len(times) for rule, times in self.measured_s.items())
        for rule, _, _, started in self.running.values():
            part = min(now - started, known.get(rule, usual))
            left, done = left - part, done + part
        return (now - self.start) * left / done if done > 0 else None


def last_report(logs: Iterable[str]) -> str | None:
    """Return the newest report of progress in the logs of a job, if there is one."""
    for log in logs:
        try:
            lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for line in reversed(lines):
            if match := REPORT.search(line):
                return match[1]
    return None


def duration(seconds: float) -> str:
    """Write a duration for a person: "40 s", "3 min", "2 h 5 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
