"""Which test files reach a module, by what they import."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path("workflow/scripts")
FOLDERS = ("tests/unit", "tests/oracle")
#: Modules of a test's imports that are followed to the mutated one.
MOST_STEPS = 3


@cache
def imported(file: Path) -> frozenset[Path]:
    """Find the project's files that a Python file imports by itself."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    folders = [ROOT / SCRIPTS, ROOT / "tests/unit", ROOT / "tests/benchmarks"]
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


def related_files(module: str, *, direct: bool) -> list[str]:
    """List the test files that reach a module, the nearest first.

    Parameters
    ----------
    module : str
        Path of the module below ``workflow/scripts``.
    direct : bool
        Only those that import it by themselves.
    """
    file = ROOT / SCRIPTS / module
    tests = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("test_*.py"))]
    stem, stage = file.stem, file.parent.name
    near = [
        (distances(test)[file], stem not in test.stem, stage not in test.stem, test)
        for test in tests
        if file in distances(test) and (distances(test)[file] == 0 or not direct)
    ]
    return [test.relative_to(ROOT).as_posix() for *_, test in sorted(near)]
