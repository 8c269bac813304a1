"""One finished run of a tiny study area, shared by the tests that look at it."""

import fcntl
import os

import pytest

from runner import ROOT, Run
from tiny_area import tiny_config


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow tests first, so that no worker begins one when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The tiny area, run once for all workers; tests that change it take a copy.

    On four cores, so that jobs of its two tracks have two threads each.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    run = Run(ROOT, folder / "tiny" / "work", tmp_path_factory.mktemp("configs"))
    failure = folder / "tiny_failure.txt"
    with (folder / "tiny.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not failure.exists():
            made = Run.here(folder / "tiny")
            result = made.snakemake(
                *("--cores", "4", "--configfile", made.config("tiny", tiny_config())),
                timeout_s=1800,
            )
            failure.write_text(result.stdout if result.returncode else "", encoding="utf-8")
    assert failure.read_text(encoding="utf-8") == ""
    return run
