"""Why a run failed, as its end says it."""

from pathlib import Path

import pytest

from failures import reasons_of_failure

SNAKEMAKE = """
Error in rule {rule}:
    message: None
    jobid: 1
    output: results/points/inputs.json
    log: {log} (check log file(s) for error details)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def snakemake_log(folder: Path, *logs: str) -> Path:
    path = folder / "snakemake.log"
    path.write_text("".join(SNAKEMAKE.format(rule="one", log=log) for log in logs))
    return path


def test_the_last_error_of_each_job_is_told_once(folder: Path) -> None:
    error = "2026-11-27 19:44:34,544 ERROR terrain.dem: 'a.tif' has no CRS.\nGive it one.\n"
    Path("a.log").write_text(
        "2026-11-27 19:44:34,100 INFO reading: 5 %, about 3 s left\n"
        "2026-11-27 19:44:34,200 ERROR GDAL: something else\n" + error
    )
    Path("b.log").write_text(error)
    Path("c.log").write_text("2026-11-27 19:44:34,544 ERROR the disk is full.\n")
    log = snakemake_log(folder, "a.log", "b.log", "c.log, c.err")
    assert reasons_of_failure([log]) == [
        "terrain.dem: 'a.tif' has no CRS.\nGive it one.",
        "the disk is full.",
    ]


def test_of_an_unexpected_error_the_log_is_named_instead_of_the_traceback(folder: Path) -> None:
    Path("a.log").write_text(
        "2026-11-27 19:44:34,544 ERROR unexpected error: please report it with this log\n"
        "Traceback (most recent call last):\n  ...\nZeroDivisionError: division by zero\n"
    )
    assert reasons_of_failure([snakemake_log(folder, "a.log")]) == [
        "unexpected error: please report it with this log: a.log"
    ]


def test_a_job_without_an_error_in_its_log_names_the_log(folder: Path) -> None:
    Path("a.log").write_text("2026-11-27 19:44:34,100 INFO reading\n")
    log = snakemake_log(folder, "a.log", "none.log")
    assert reasons_of_failure([log]) == [
        "a job ended without a message (was it killed?): a.log",
        "a job ended without a message (was it killed?): none.log",
    ]


def test_a_run_without_failed_jobs_has_no_reasons(folder: Path) -> None:
    log = folder / "snakemake.log"
    log.write_text("Error: nothing\n    log: a.log\n")
    assert reasons_of_failure([log]) == []
    assert reasons_of_failure([folder / "none.log"]) == []
