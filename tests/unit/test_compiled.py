"""Machine code on disk: never older than any text that went into it, and never in the way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hotslope.compiled import KEPT_DIGESTS, PACKAGE

GAIN_RATIOS = """
    import numpy as np
    from hotslope.learning.information import null_gain_ratios
    generator = np.random.default_rng(1)
    value, label = generator.normal(size=60), generator.integers(0, 2, (3, 60))
    options = dict(max_bins=4, significance=0.5, min_bin_count=3)
    print(null_gain_ratios(value, label, categorical=False, **options).tolist())
"""
SENSES = """
    import numpy as np
    from hotslope.grid import Grid
    from hotslope.motion.rate_senses import rate_senses
    x, y, rate = np.random.default_rng(1).uniform(0, 1000, (3, 100))
    grid = Grid.from_bounds([0, 0, 1000, 1000], 25.0, "EPSG:32647")
    once = np.ones((1, 100), dtype=np.uint8)
    senses = rate_senses(x, y, rate, once, 120.0, grid, thresholds_mm_yr=np.array([5.0]))
    print(np.count_nonzero(senses))
"""
MORAN = """
    import numpy as np
    from hotslope.motion.moran import moran_curve
    points = np.random.default_rng(1).uniform(0, 1000, (3, 200))
    print(moran_curve(*points, [50.0, 150.0]).moran_i.tolist())
"""
#: Module, edit in it, and numbers from another module that takes what is edited.
EDITS = {
    "compiled function": (
        "learning/chimerge.py",
        "n <= max_bins:",
        "n <= max_bins + 2:",
        GAIN_RATIOS,
    ),
    "frozen constant": ("motion/rate.py", "MIN_SUPPORT = 1.0", "MIN_SUPPORT = 3.0", SENSES),
}


def copied(folder: Path) -> Path:
    """Copy the package without machine code; return the folder that is put on the path."""
    shutil.copytree(PACKAGE, folder / "hotslope", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def edit(scripts: Path, module: str, old: str, new: str) -> None:
    path = scripts / "hotslope" / module
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def printed(scripts: Path, program: str, **environment: str) -> str:
    """Run a program in a new process with a copy of the package, as Snakemake runs a script."""
    path = scripts / "program.py"
    path.write_text("\n".join(line.strip() for line in program.splitlines()), encoding="utf-8")
    known = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    known["NUMBA_OPT"] = "0"  # to compile sooner
    return subprocess.run(
        [sys.executable, str(path)],
        env=known | environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    ).stdout


def machine_code(folder: Path) -> set[Path]:
    return set(folder.rglob("*.nbc"))


@pytest.mark.parametrize("case", EDITS)
def test_an_edit_of_any_module_reaches_what_was_compiled_before(tmp_path: Path, case: str) -> None:
    module, old, new, program = EDITS[case]
    warm, fresh = copied(tmp_path / "warm"), copied(tmp_path / "fresh")
    before = printed(warm, program)
    assert machine_code(warm)
    for copy in (warm, fresh):
        edit(copy, module, old, new)
    after = printed(warm, program)
    assert after == printed(fresh, program)
    assert after != before


def test_machine_code_is_used_again(tmp_path: Path) -> None:
    scripts = copied(tmp_path / "copy")
    first = printed(scripts, MORAN)
    code = {path: path.stat().st_mtime_ns for path in machine_code(scripts)}
    edit(scripts, "motion/rate.py", "MIN_SUPPORT = 1.0", "MIN_SUPPORT = 3.0")  # not used there
    assert printed(scripts, MORAN) == first
    assert {path: path.stat().st_mtime_ns for path in machine_code(scripts)} == code


def test_old_machine_code_is_dropped(tmp_path: Path) -> None:
    scripts = copied(tmp_path / "copy")
    program = "import hotslope.motion.moran"
    for number in range(KEPT_DIGESTS + 3):
        with (scripts / "hotslope/motion/moran.py").open("a", encoding="utf-8") as text:
            text.write(f"\n# {number}\n")
        printed(scripts, program)
    kept = list((scripts / "hotslope" / "__pycache__" / "compiled").glob("motion.moran-*"))
    assert len(kept) == KEPT_DIGESTS
    latest = list((scripts / "hotslope" / "__pycache__" / "compiled").glob("motion.bands-*"))
    assert len(latest) == 1


def test_a_package_that_cannot_be_written_keeps_machine_code_with_the_user(tmp_path: Path) -> None:
    scripts = copied(tmp_path / "copy")
    # A file where the folder should be: permissions do not stop the super-user.
    (scripts / "hotslope" / "__pycache__").write_text("", encoding="utf-8")
    home = tmp_path / "home"
    expected = printed(scripts, MORAN, HOME=str(home), XDG_CACHE_HOME="")
    assert machine_code(home / ".cache" / "hotslope")
    blocked = tmp_path / "blocked"
    blocked.write_text("", encoding="utf-8")
    assert printed(scripts, MORAN, HOME=str(blocked), XDG_CACHE_HOME="") == expected


def test_machine_code_lies_where_numba_is_told(tmp_path: Path) -> None:
    scripts = copied(tmp_path / "copy")
    printed(scripts, MORAN, NUMBA_CACHE_DIR=str(tmp_path / "given"))
    assert machine_code(tmp_path / "given")
    assert not machine_code(scripts)


def test_no_module_leaves_the_place_of_machine_code_to_numba() -> None:
    users = [
        str(path.relative_to(PACKAGE))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "njit" in path.read_text(encoding="utf-8")
    ]
    assert users == ["compiled.py"]
