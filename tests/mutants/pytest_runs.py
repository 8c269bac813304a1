"""Runs of pytest in forked processes: the libraries are loaded only once.

Times are of the processor, so that a busy machine ends no test early.
"""

import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

import numba
import psutil
import pytest

#: Processor time after which a test is skipped that runs as plain Python, s.
LONGEST_S = 5.0
#: Processor time after which a run is ended, s.
LIMIT_S = 300.0
#: A test that waits for ever uses no processor time.
WAITING_S = 1800.0
OPTIONS = (
    *("-x", "-q", "--no-header", "-p", "no:cacheprovider", "-m", "not slow"),
    # Of plugins that the libraries had loaded before.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


@dataclass(frozen=True)
class Outcome:
    """How a run of tests ended.

    Parameters
    ----------
    failed : str or None
        The first test that failed, or a file that could not be imported; None where none did.
    ended : bool
        Whether the run was ended before all tests had run, by its limit or by a signal.
    seconds : float
        Processor time.
    """

    failed: str | None
    ended: bool
    seconds: float


class _Patience:
    """Plugin of pytest that skips tests that take long, and those in `left_out`."""

    def __init__(self, longest_s: float, left_out: Collection[str]) -> None:
        self._longest_s = longest_s
        self._left_out = left_out

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid not in self._left_out]

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:  # noqa: ARG002
        signal.signal(signal.SIGPROF, _skip)
        signal.setitimer(signal.ITIMER_PROF, self._longest_s)
        yield
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def _skip(*_: object) -> None:
    pytest.skip("takes too long without machine code")


def run_tests(
    folder: Path, tests: list[str], *, compiled: bool, left_out: Collection[str] = ()
) -> Outcome:
    """Run tests of the copy of the project in `folder` until one fails.

    Parameters
    ----------
    folder : Path
        The copy.
    tests : list of str
        Files, or single tests as pytest names them.
    compiled : bool
        With numba's machine code; else compiled functions run as plain Python, without waiting
        for the compiler, and tests for which that takes too long are skipped.
    left_out : collection of str
        Tests that are not run.

    Raises
    ------
    RuntimeError
        pytest ended without a failed test: nothing is known.
    """
    output = folder / "output.txt"
    arguments = (folder, tests, output, compiled, left_out)
    process = multiprocessing.get_context("fork").Process(target=_work, args=arguments)
    process.start()
    if not wait([process.sentinel], WAITING_S):
        process.kill()
    seconds = _processor_s(process)
    if process.exitcode in (0, 5):  # passed, or nothing to run
        return Outcome(None, ended=False, seconds=seconds)
    if process.exitcode is None or process.exitcode < 0:
        return Outcome(None, ended=True, seconds=seconds)
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    failed = [line.split(" ")[1] for line in lines if line.startswith(("FAILED ", "ERROR "))]
    if not failed:
        raise RuntimeError("the tests did not run:\n" + "\n".join(lines[-20:]))
    return Outcome(failed[0], ended=False, seconds=seconds)


def _work(
    folder: Path, tests: list[str], output: Path, compiled: bool, left_out: Collection[str]
) -> None:
    """Run pytest in a process of its own; exit with its code."""
    os.chdir(folder)
    os.environ["NUMBA_DISABLE_JIT"] = str(int(not compiled))
    numba.config.DISABLE_JIT = int(not compiled)
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    stream = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(stream, 1)
    os.dup2(stream, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (round(LIMIT_S), round(LIMIT_S)))
    patience = _Patience(0.0 if compiled else LONGEST_S, left_out)
    place = ["--rootdir", str(folder), "-c", "pyproject.toml"]
    code = pytest.main([*place, *OPTIONS, *tests], plugins=[patience])
    sys.stdout.flush()
    os._exit(int(code))


def _processor_s(process: multiprocessing.process.BaseProcess) -> float:
    """Wait for the end of a process; return its processor time and that of its children.

    Not by RUSAGE_CHILDREN, which holds the runs of other threads too.
    """
    used = psutil.Process(process.pid).cpu_times()
    process.join()
    return used.user + used.system + used.children_user + used.children_system
