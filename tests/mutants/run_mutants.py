"""How many deliberate faults of the kernels the tests notice: make mutants.

Draws a seeded sample of faults (see mutations.py) in the kernels of five stages, puts each in a
copy of the project, and runs the unit and oracle tests that import the module, the nearest
first, until one fails. Results are appended to results/mutants/, so a run that is stopped goes
on where it was. Faults that change no result are listed, with the reason, in equivalent.json.
"""

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
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
COPIED = ("Snakefile", "pyproject.toml", "config", "envs", "workflow", "tests", "docs")
EQUIVALENT = json.loads((Path(__file__).parent / "equivalent.json").read_text(encoding="utf-8"))
#: Modules of a test's imports that are followed to the mutated one.
MOST_STEPS = 3
#: A fault that makes the tests of a file run longer than this is noticed (s).
TIMEOUT_S = 300


def all_mutants() -> list[tuple[Mutant, str]]:
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
        for test in related_tests(mutant.module):
            if time.monotonic() - start > limit_s:
                break
            tried += 1
            killer = failing_test(folder, test.relative_to(ROOT))
            if killer:
                break
    finally:
        target.write_text(original, encoding="utf-8")
    return {
        "key": mutant.key,
        "line": mutant.line,
        "killed_by": killer,
        "files_tried": tried,
        "seconds": round(time.monotonic() - start, 1),
    }


def failing_test(folder: Path, test: Path) -> str | None:
    """Run one test file; return the test that fails, the time that ran out, or none."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"]
    command += ["-m", "not slow", str(test)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return f"{test}: longer than {TIMEOUT_S} s"
    if done.returncode in (0, 5):  # passed, or nothing left to run
        return None
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0][:200] if failed else f"{test}: exit {done.returncode}"


def sample(count: int, seed: int) -> list[tuple[Mutant, str]]:
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

        def attempt(pair: tuple[Mutant, str]) -> dict:
            folder = folders.get()
            try:
                return try_mutant(folder, *pair, limit_s)
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
    results = list(run(options.count, options.seed, options.workers, options.limit_s))
    survivors = [result for result in results if not result["killed_by"]]
    for result in survivors:
        print(f"survived: {result['key']} (line {result['line']})")
    killed = len(results) - len(survivors)
    print(f"{killed} of {len(results)} faults killed ({killed / len(results):.1%})")


if __name__ == "__main__":
    main()
