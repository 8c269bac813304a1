"""What scripts load before they do anything: a third of the demo's time is starts of Python."""

import ast
from functools import cache
from pathlib import Path

import pytest

from science import SCRIPTS, module_files

#: Modules that take 0.2 to 1.3 CPU seconds to load, and the scripts that need them in every run.
#: Others call `scipy.stats…` after `import scipy`, which loads the part when it is first used.
COSTLY = {
    "scipy.stats": "learning",
    "scipy.optimize": "none",
    "scipy.signal": "none",
    "scipy.interpolate": "none",
    "scipy.io": "none",
    "sklearn": "learning",
    "torch": "none",
    "matplotlib.axes": "figures",
    "matplotlib.figure": "figures",
}
ALLOWED = {
    "none": set(),
    "learning": {
        *("apply_model", "assess_reliability", "check_leakage", "compare_models", "explain_trees"),
        *("follow_paper", "screen_factors", "split_candidates", "train_model", "validate_model"),
    },
    "figures": {
        *("build_web_map", "draw_sheets", "explain_trees", "summarise_run", "write_bulletin"),
        *(path.stem for path in SCRIPTS.glob("plot_*.py")),
    },
}


@cache
def loaded_directly(file: Path) -> frozenset[str]:
    """Name what a file imports at its top level."""
    names: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def loaded(script: Path) -> set[str]:
    """Name all modules that a script and the modules of the package that it uses import."""
    files, waiting = set(), [script]
    while waiting:
        file = waiting.pop()
        if file not in files:
            files.add(file)
            ours = (name for name in loaded_directly(file) if name.split(".")[0] == "hotslope")
            waiting.extend(found for name in ours for found in module_files(name))
    return {name for file in files for name in loaded_directly(file)}


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.stem)
def test_a_script_loads_no_costly_module_that_it_may_not_need(script: Path) -> None:
    names = loaded(script)
    found = {
        costly
        for costly, scripts in COSTLY.items()
        if script.stem not in ALLOWED[scripts]
        and any(name == costly or name.startswith(f"{costly}.") for name in names)
    }
    assert not found


def test_the_modules_named_are_found_where_they_are_loaded() -> None:
    assert "sklearn.pipeline" in loaded(SCRIPTS / "validate_model.py")
    assert "matplotlib.figure" in loaded(SCRIPTS / "plot_motion.py")
