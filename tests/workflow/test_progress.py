"""What a person at a terminal sees of a run, and what a file gets."""

import io
import logging
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from progress import JobProgress, follow, last_report, past_seconds
from runner import Run


class Clock:
    """Seconds that pass when told so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def event(kind: LogEvent, **facts: object) -> logging.LogRecord:
    record = logging.LogRecord("snakemake", logging.INFO, "", 0, "", None, None)
    record.__dict__.update(facts, event=kind)
    return record


def started(jobid: int, rule: str, log: Path | None = None, **wildcards: str) -> logging.LogRecord:
    return event(
        LogEvent.JOB_INFO,
        jobid=jobid,
        rule_name=rule,
        wildcards=wildcards,
        log=[str(log)] if log else [],
    )


def ended(jobid: int) -> logging.LogRecord:
    return event(LogEvent.JOB_FINISHED, job_id=jobid)


JOBS = {"import_points": 2, "find_hotspots": 2}


def test_jobs_are_weighed_by_what_they_took_before():
    clock, stream = Clock(), io.StringIO()
    known = {"import_points": 10.0, "find_hotspots": 90.0}
    progress = JobProgress(stream, JOBS, known, clock)
    progress.handle(started(1, "import_points", track="descending"))
    clock.now += 10
    progress.handle(started(2, "import_points", track="ascending"))
    progress.handle(ended(1))
    # 10 s of work took 10 s; 190 s of it remain.
    assert stream.getvalue() == (
        "hotslope: 1 of 4 jobs done, about 3 min left; under way: import_points ascending (0 s)\n"
    )
    assert progress.left_s() == pytest.approx(190)


def test_first_run_learns_from_itself():
    clock, stream = Clock(), io.StringIO()
    progress = JobProgress(stream, JOBS, {}, clock)
    assert progress.left_s() is None
    progress.handle(started(1, "import_points"))
    clock.now += 20
    progress.handle(ended(1))
    assert progress.left_s() == pytest.approx(60)


def test_failed_job_is_neither_done_nor_under_way():
    stream = io.StringIO()
    progress = JobProgress(stream, JOBS, {}, Clock())
    progress.handle(started(1, "import_points"))
    progress.handle(event(LogEvent.JOB_ERROR, jobid=1))
    progress.handle(ended(1))
    assert progress.running == {}
    assert progress.left == JOBS
    assert stream.getvalue() == ""


def test_events_of_other_jobs_are_let_pass():
    progress = JobProgress(io.StringIO(), JOBS, {}, Clock())
    progress.handle(started(1, "all"))
    progress.handle(ended(1))
    progress.handle(event(LogEvent.PROGRESS, done=1, total=5))
    assert progress.running == {}


def test_long_job_is_described_by_its_log(tmp_path):
    log = tmp_path / "classify_trends.log"
    log.write_text(
        "2026-11-23 03:00:00,000 INFO noise classes: 1\n"
        "2026-11-23 03:00:10,000 INFO points classified: 20 %, about 40 s left\n"
        "2026-11-23 03:00:20,000 INFO points classified: 40 %, about 30 s left\n"
        "2026-11-23 03:00:21,000 WARNING something\n"
    )
    progress = JobProgress(io.StringIO(), {"classify_trends": 1}, {}, Clock())
    progress.handle(started(1, "classify_trends", log, track="ascending"))
    assert progress.describe() == [
        "classify_trends ascending (points classified: 40 %, about 30 s left)"
    ]
    assert last_report([str(tmp_path / "none.log")]) is None


def test_times_of_an_earlier_run_belong_to_the_longest_rule_name(tmp_path):
    (tmp_path / "maps").mkdir()
    header = "s\th:m:s\tmax_rss\n"
    for name, seconds in (("plot_radius", 1), ("plot_radius_sensitivity", 5), ("plot_roc", 9)):
        (tmp_path / "maps" / f"{name}.tsv").write_text(f"{header}{seconds}\t0:00:01\t1\n")
    for track, seconds in (("descending", 2), ("ascending", 4)):
        (tmp_path / "maps" / f"map_rate_{track}.tsv").write_text(f"{header}{seconds}\t0\t1\n")
    rules = ["plot_radius", "plot_radius_sensitivity", "map_rate"]
    assert past_seconds(tmp_path, rules) == {
        "plot_radius": 1.0,
        "plot_radius_sensitivity": 5.0,
        "map_rate": 3.0,
    }


def test_no_terminal_no_handler(tmp_path):
    logger = logging.getLogger("no terminal")
    follow(logger, io.StringIO(), JOBS, tmp_path)
    assert logger.handlers == []


# --- whole runs ------------------------------------------------------------------------------


def two_jobs(run: Run) -> list[str]:
    """Arguments that make two quick jobs run again."""
    config = str(run.folder / "tiny.yaml")
    figure = "results/maps/figures/correlation.png"
    return [
        *("--cores", "2", "--configfile", config, "--allowed-rules", "plot_learning"),
        *("--forcerun", "plot_learning", "--", figure),
    ]


@pytest.fixture(scope="module")
def own(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A copy of the finished tiny area, in which jobs may run."""
    return finished.copied(tmp_path_factory.mktemp("progress"))


@pytest.mark.xdist_group("progress")
def test_file_gets_snakemakes_lines_and_nothing_else(own: Run) -> None:
    result = own.snakemake(*two_jobs(own))
    assert result.returncode == 0, result.stdout
    assert "1 of 1 steps" in result.stdout
    assert "jobs done" not in result.stdout
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", result.stdout)


@pytest.mark.xdist_group("progress")
def test_terminal_gets_a_line_per_job(own: Run) -> None:
    keyboard, screen = pty.openpty()
    command = [sys.executable, "-m", "snakemake", "-s", str(own.project / "Snakefile")]
    arguments = ["--directory", str(own.folder), *two_jobs(own)]
    with os.fdopen(keyboard, "rb", buffering=0) as terminal:
        process = subprocess.Popen([*command, *arguments], stdout=screen, stderr=screen)
        os.close(screen)
        shown = b""
        try:
            while block := terminal.read(4096):
                shown += block
        except OSError:
            pass  # The other end is closed.
        assert process.wait(60) == 0, shown.decode()
    assert "hotslope: 1 of 1 jobs done" in shown.decode()
