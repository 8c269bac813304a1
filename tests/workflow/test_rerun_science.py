"""Which rules rerun after a change of the package: those that import the module, by science()."""

import os

import pytest

from conftest import tiny_config
from rule_sets import EVERYTHING, EXTRACTION, HYDROLOGY, LEARNING, STABILITY, TRENDS, VISIBILITY
from runner import Run

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("tiny")]

IMPORTERS = {
    "simulation/histories.py": EVERYTHING,
    "terrain/hydrology.py": HYDROLOGY,
    "motion/decisions.py": TRENDS,
    "terrain/profiles.py": VISIBILITY,
    "candidates/accuracy.py": EXTRACTION,
    "candidates/stability.py": STABILITY,
    "learning/chimerge.py": LEARNING,
    "maps/charts.py": {"plot_learning", "plot_hotspots"},
}  # fmt: skip


def planned_again(finished: Run) -> set[str]:
    return finished.planned(finished.config("again", tiny_config()))


@pytest.mark.parametrize("module", IMPORTERS)
def test_editing_a_module_reruns_exactly_its_importers(finished: Run, module: str) -> None:
    path = finished.project / "workflow" / "scripts" / "hotslope" / module
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text + "\n# edited\n", encoding="utf-8")
        assert planned_again(finished) == IMPORTERS[module]
    finally:
        path.write_text(text, encoding="utf-8")
    assert planned_again(finished) == set()


def test_touching_modules_reruns_nothing(finished: Run) -> None:
    for path in (finished.project / "workflow" / "scripts" / "hotslope").rglob("*.py"):
        os.utime(path)
    assert planned_again(finished) == set()


def test_dynamic_import_is_refused(finished: Run) -> None:
    path = finished.project / "workflow" / "scripts" / "hotslope" / "grid.py"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(
            text + "\nimport importlib\n\nimportlib.import_module('x')\n", encoding="utf-8"
        )
        result = finished.snakemake("--dry-run", "--configfile", str(finished.folder / "tiny.yaml"))
    finally:
        path.write_text(text, encoding="utf-8")
    assert result.returncode != 0
    assert "grid.py: dynamic imports" in result.stdout
