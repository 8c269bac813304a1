"""How many deliberate faults of the kernels the tests notice: make mutants.

Draws a seeded sample of faults (see mutations.py) in the kernels of five stages, puts each in a
copy of the project, and runs the unit and oracle tests that import the module until one fails:
first those that import it by themselves, then the others. Every run is forked from a process
that has loaded the libraries, and machine code of modules without the fault is kept. Results
are appended to results/mutants/, so a run that is stopped goes on where it was. Faults that
change no result are listed, with the reason, in equivalent.json.
"""

import argparse
import ast
import importlib
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from queue import Queue

import numpy as np
from mutations import Mutant, find_mutants

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path("workflow/scripts/hotslope")
STAGES = ("motion", "candidates", "terrain", "factors", "learning")
TESTS = ("tests/unit", "tests/oracle")
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
#: Modules of a test's imports that are followed to the mutated one.
MOST_STEPS = 3
#: A fault that makes the nearest tests run longer than this is noticed (s).
TIMEOUT_S = 300
#: Test files run together; of the others, the nearest.
TOGETHER = 8
#: Loaded before the runs are forked.
LIBRARIES = (
    *("scipy.stats", "scipy.ndimage", "pandas", "pandera.pandas", "pyarrow.parquet", "numba"),
    *("geopandas", "rasterio", "pyproj", "exactextract", "sklearn.ensemble", "torch"),
    *("sklearn.linear_model", "sklearn.model_selection", "sklearn.pipeline", "skops.io"),
)


def all_mutants() -> list[tuple[Mutant, Callable[[], str]]]:
    """List the faults of all kernels but the known equivalent ones, in a fixed order."""
    found = []
    for stage in STAGES:
        for file in sorted((ROOT / PACKAGE / stage).glob("*.py")):
            module = file.relative_to(ROOT / PACKAGE.parent).as_posix()
            found += find_mutants(module, file.read_text(encoding="utf-8"))
    return [(mutant, source) for mutant, source in found if mutant.key not in EQUIVALENT]


@cache
def imported(file: Path) -> frozenset[Path]:
    """Find the project's files that a Python file imports by itself."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    folders = [ROOT / PACKAGE.parent, ROOT / "tests/unit", ROOT / "tests/benchmarks"]
    files = {folder / f"{name.replace('.', '/')}.py" for name in names for folder in folders}
    return frozenset(path for path in files if path.exists())


@cache
def distances(test: Path) -> dict[Path, int]:
    """Count the imports from a test file to every module of the project that it reaches."""
    steps, reached = {}, {test}
    for step in range(MOST_STEPS):
        reached = {file for near in reached for file in imported(near)} - set(steps)
        steps |= dict.fromkeys(reached, step)
    return steps


def related_tests(module: str) -> list[Path]:
    """List the test files that reach a module, the nearest first."""
    file = ROOT / PACKAGE.parent / module
    tests = [path for folder in TESTS for path in sorted((ROOT / folder).glob("test_*.py"))]
    stem, stage = file.stem, file.parent.name
    near = [
        (distances(test)[file], stem not in test.stem, stage not in test.stem, test)
        for test in tests
        if file in distances(test)
    ]
    return [test for *_, test in sorted(near)]


def copy_project(folder: Path) -> Path:
    """Copy what the tests need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.png")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    return folder


def try_mutant(folder: Path, mutant: Mutant, source: str, limit_s: float) -> dict:
    """Run the related tests on one fault; report the first test that fails."""
    target = folder / PACKAGE.parent / mutant.module
    original = target.read_text(encoding="utf-8")
    start = time.monotonic()
    target.write_text(source, encoding="utf-8")
    killer, tried = None, 0
    try:
        for tests in batches(mutant.module):
            if killer or time.monotonic() - start > limit_s:
                break
            tried += len(tests)
            killer = failing_test(folder, tests)
    finally:
        target.write_text(original, encoding="utf-8")
    return {
        "key": mutant.key,
        "line": mutant.line,
        "killed_by": killer,
        "files_tried": tried,
        "seconds": round(time.monotonic() - start, 1),
    }


def batches(module: str) -> Iterator[list[str]]:
    """Yield test files to run together: those that import a module by themselves, then others."""
    file = ROOT / PACKAGE.parent / module
    tests = related_tests(module)
    near = [test for test in tests if distances(test)[file] == 0]
    far = [test for test in tests if distances(test)[file] > 0]
    for group in (near, far):
        for first in range(0, len(group), TOGETHER):
            yield [str(test.relative_to(ROOT)) for test in group[first : first + TOGETHER]]


def failing_test(folder: Path, tests: list[str]) -> str | None:
    """Run test files; return the test that fails, the time that ran out, or none.

    Raises
    ------
    RuntimeError
        pytest ended without a failed test: nothing is known of the fault.
    """
    output = folder / "output.txt"
    process = multiprocessing.get_context("fork").Process(
        target=_run_tests, args=(folder, tests, output)
    )
    process.start()
    process.join(TIMEOUT_S)
    if process.is_alive():
        process.kill()
        process.join()
        return f"{tests[0]}: longer than {TIMEOUT_S} s"
    if process.exitcode in (0, 5):  # passed, or nothing left to run
        return None
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    if failed:
        return failed[0][:200]
    if process.exitcode is not None and process.exitcode < 0:
        return f"{tests[0]}: ended by signal {-process.exitcode}"
    raise RuntimeError("the tests did not run:\n" + "\n".join(lines[-20:]))


def _run_tests(folder: Path, tests: list[str], output: Path) -> None:
    """Run test files in a process of its own; exit with pytest's code."""
    import pytest

    os.chdir(folder)
    stream = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(stream, 1)
    os.dup2(stream, 2)
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    options = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-m", "not slow"]
    # Of plugins that the libraries had loaded before.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    code = pytest.main(["--rootdir", str(folder), "-c", "pyproject.toml", *options, *tests])
    sys.stdout.flush()
    os._exit(int(code))


def sample(count: int, seed: int) -> list[tuple[Mutant, Callable[[], str]]]:
    """Draw faults without replacement, in an order that a larger count only continues."""
    mutants = all_mutants()
    order = np.random.default_rng(seed).permutation(len(mutants))
    return [mutants[position] for position in order[:count]]


def run(count: int, seed: int, workers: int, limit_s: float) -> Iterator[dict]:
    """Try every fault of the sample that has no result yet; yield all results."""
    record = ROOT / "results" / "mutants" / f"seed_{seed}.jsonl"
    record.parent.mkdir(parents=True, exist_ok=True)
    known = {}
    if record.exists():
        lines = record.read_text(encoding="utf-8").splitlines()
        known = {result["key"]: result for result in map(json.loads, lines)}
    drawn = sample(count, seed)
    waiting = [(mutant, source) for mutant, source in drawn if mutant.key not in known]
    yield from (known[mutant.key] for mutant, _ in drawn if mutant.key in known)
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(workers) as pool:
        folders: Queue[Path] = Queue()
        for worker in range(workers):
            place = Path(temporary) / str(worker)
            place.mkdir()
            folders.put(copy_project(place))

        def attempt(drawn: tuple[Mutant, Callable[[], str]]) -> dict:
            mutant, make_source = drawn
            folder = folders.get()
            try:
                return try_mutant(folder, mutant, make_source(), limit_s)
            finally:
                folders.put(folder)

        for result in pool.map(attempt, waiting):
            with record.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(result) + "\n")
            print(f"{'killed' if result['killed_by'] else 'SURVIVED'} {result['key']}", flush=True)
            yield result


def main() -> None:
    """Run the sample and print the share killed and what survived."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--limit-s", type=float, default=120.0, help="tests tried per fault, s")
    options = parser.parse_args()
    for name in LIBRARIES:
        importlib.import_module(name)
    results = list(run(options.count, options.seed, options.workers, options.limit_s))
    survivors = [result for result in results if not result["killed_by"]]
    for result in survivors:
        print(f"survived: {result['key']} (line {result['line']})")
    killed = len(results) - len(survivors)
    print(f"{killed} of {len(results)} faults killed ({killed / len(results):.1%})")


if __name__ == "__main__":
    main()
