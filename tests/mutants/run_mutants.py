"""How many deliberate faults of the kernels the tests notice: make mutants.

Draws a seeded sample of faults (see mutations.py) in the kernels of five stages, puts each in a
copy of the project, and runs test files on it until a test fails: first those unit and oracle
tests that import the module by themselves, with compiled functions as plain Python; what survives
is tried with machine code by all tests that reach the module. A test that fails on a fault counts
only if it passes in a copy without one. Results are appended to results/mutants/, so a run that
is stopped goes on where it was. Faults that change no result are listed, with the reason, in
equivalent.json.
"""

import argparse
import gc
import hashlib
import importlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Lock

from mutations import Mutant, find_mutants
from pytest_runs import LIMIT_S, Outcome, run_tests
from related_tests import ROOT, SCRIPTS, related_files

STAGES = ("motion", "candidates", "terrain", "factors", "learning")
COPIED = (
    "Snakefile",
    "CITATION.cff",
    "LICENSE",
    "README.md",
    "codemeta.json",
    "pyproject.toml",
    "requirements.txt",
    "config",
    "envs",
    "workflow",
    "tests",
    "docs",
)
EQUIVALENT = json.loads((Path(__file__).parent / "equivalent.json").read_text(encoding="utf-8"))
RESULTS = ROOT / "results" / "mutants"
#: Of the related test files, the first are run one by one, the others together.
ALONE = 3
TOGETHER = 8
#: Loaded before the runs are forked.
LIBRARIES = (
    *("scipy.stats", "scipy.ndimage", "pandas", "pandera.pandas", "pyarrow.parquet", "numba"),
    *("geopandas", "rasterio", "pyproj", "exactextract", "sklearn.ensemble", "torch"),
    *("sklearn.linear_model", "sklearn.model_selection", "sklearn.pipeline", "skops.io"),
    *("matplotlib.pyplot", "hypothesis", "statsmodels.api", "whitebox_workflows"),
)
Drawn = tuple[Mutant, Callable[[], str]]


def sample(count: int, seed: int) -> list[Drawn]:
    """Draw faults that are not known to be equivalent.

    The order follows from the seed and the name of each fault: another count, another equivalent
    fault or an edit elsewhere leaves the rest of the sample as it was.
    """
    found: list[Drawn] = []
    for stage in STAGES:
        for file in sorted((ROOT / SCRIPTS / "hotslope" / stage).glob("*.py")):
            module = file.relative_to(ROOT / SCRIPTS).as_posix()
            found += find_mutants(module, file.read_text(encoding="utf-8"))
    found = [(mutant, source) for mutant, source in found if mutant.key not in EQUIVALENT]
    found.sort(key=lambda drawn: hashlib.sha256(f"{seed} {drawn[0].key}".encode()).digest())
    return found[:count]


def copy_project(folder: Path) -> Path:
    """Copy what the tests need."""
    ignored = shutil.ignore_patterns("__pycache__", "*.png")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy2(source, folder / name)
    return folder


class Unmutated:
    """The tests without a fault: one that fails there, or takes long, proves nothing.

    Parameters
    ----------
    folder : Path
        A copy of the project in which nothing is changed.
    compiled : bool
        With machine code, or as plain Python.
    """

    def __init__(self, folder: Path, *, compiled: bool) -> None:
        self.failing: set[str] = set()
        self.compiled = compiled
        self._folder = folder
        self._outcomes: dict[tuple[str, ...], Outcome] = {}
        self._lock = Lock()

    def is_killer(self, test: str) -> bool:
        """Whether a test that failed on a fault passes without it."""
        outcome = self._outcome((test,))
        if outcome.failed or outcome.ended:
            print(f"# fails without a fault: {test}", flush=True)
            self.failing.add(test)
            return False
        return True

    def ends(self, files: list[str]) -> bool:
        """Whether test files that did not end with a fault end without it, and far sooner."""
        outcome = self._outcome(tuple(files))
        return not outcome.ended and outcome.seconds < LIMIT_S / 3

    def _outcome(self, tests: tuple[str, ...]) -> Outcome:
        with self._lock:
            if tests not in self._outcomes:
                self._outcomes[tests] = run_tests(
                    self._folder, list(tests), compiled=self.compiled, left_out=self.failing
                )
            return self._outcomes[tests]


def try_mutant(folder: Path, drawn: Drawn, unmutated: Unmutated) -> dict:
    """Run test files on one fault, the nearest first, until a test fails; report it."""
    mutant, make_source = drawn
    target = folder / SCRIPTS / mutant.module
    start = time.monotonic()
    killer, seconds = None, 0.0
    files = related_files(mutant.module, direct=not unmutated.compiled)
    groups = [[file] for file in files[:ALONE]]
    groups += [files[first : first + TOGETHER] for first in range(ALONE, len(files), TOGETHER)]
    with replaced(target, make_source()):
        while groups and not killer:
            outcome = run_tests(
                folder, groups[0], compiled=unmutated.compiled, left_out=unmutated.failing
            )
            seconds += outcome.seconds
            if outcome.failed:
                if unmutated.is_killer(outcome.failed):
                    killer = outcome.failed
                continue  # without the test that proves nothing
            if outcome.ended and unmutated.ends(groups[0]):
                killer = f"{groups[0][0]}: does not end"
            groups.pop(0)
    return {
        "key": mutant.key,
        "line": mutant.line,
        "killed_by": killer,
        "compiled": unmutated.compiled,
        "files": len(files),
        "processor_s": round(seconds, 1),
        "seconds": round(time.monotonic() - start, 1),
    }


@contextmanager
def replaced(file: Path, text: str) -> Iterator[None]:
    """Give a file another text for a while, and a time at which no bytecode was kept of it."""
    original, times = file.read_text(encoding="utf-8"), file.stat()
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns + 5_000_000_000))
    try:
        yield
    finally:
        file.write_text(original, encoding="utf-8")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def run(drawn: list[Drawn], record: Path, workers: int) -> dict[str, dict]:
    """Try every fault that has no result yet, the survivors with machine code too.

    Parameters
    ----------
    drawn : list of Drawn
        The faults.
    record : Path
        Results of earlier runs, a line each; those of this run are appended.
    workers : int
        Faults tried at once.

    Returns
    -------
    dict of str to dict
        Name of each fault → its last result.
    """
    results = read_results(record)
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(workers) as pool:
        folders: Queue[Path] = Queue()
        for worker in range(workers):
            place = Path(temporary) / str(worker)
            place.mkdir()
            folders.put(copy_project(place))
        (Path(temporary) / "unmutated").mkdir()
        untouched = copy_project(Path(temporary) / "unmutated")
        for compiled in (False, True):
            unmutated = Unmutated(untouched, compiled=compiled)

            def attempt(one: Drawn, unmutated: Unmutated = unmutated) -> dict:
                folder = folders.get()
                try:
                    return try_mutant(folder, one, unmutated)
                finally:
                    folders.put(folder)

            waiting = [one for one in drawn if is_waiting(results.get(one[0].key), compiled)]
            for result in pool.map(attempt, waiting):
                results[result["key"]] = result
                with record.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(result) + "\n")
                word = "killed" if result["killed_by"] else "SURVIVED"
                print(f"{word} {result['key']} ({result['seconds']} s)", flush=True)
    return {mutant.key: results[mutant.key] for mutant, _ in drawn}


def read_results(record: Path) -> dict[str, dict]:
    """Return the last result of each fault of earlier runs."""
    record.parent.mkdir(parents=True, exist_ok=True)
    if not record.exists():
        return {}
    lines = record.read_text(encoding="utf-8").splitlines()
    return {result["key"]: result for result in map(json.loads, lines)}


def is_waiting(result: dict | None, compiled: bool) -> bool:
    """Whether a fault is to be tried as plain Python, or with machine code."""
    if result is None:
        return True
    return compiled and not result["killed_by"] and not result["compiled"]


def main() -> None:
    """Run the sample and print the share killed and what survived."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="part of the names of the faults to try")
    parser.add_argument("--record", type=Path, help="where results are kept, JSON lines")
    options = parser.parse_args()
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # what is loaded stays; the forked processes need not look at it again
    record = options.record or RESULTS / f"seed_{options.seed}.jsonl"
    drawn = [one for one in sample(options.count, options.seed) if options.only in one[0].key]
    results = run(drawn, record, options.workers)
    survivors = [result for result in results.values() if not result["killed_by"]]
    for result in survivors:
        print(f"survived: {result['key']} (line {result['line']})")
    killed = len(results) - len(survivors)
    print(f"{killed} of {len(results)} faults killed ({killed / len(results):.1%})")


if __name__ == "__main__":
    sys.exit(main())
