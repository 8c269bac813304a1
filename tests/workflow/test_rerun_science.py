"""Which rules rerun after a change of the package: those that import the module, by science()."""

import os

import pytest

from rule_sets import (
    EVERYTHING,
    EXTRACTION,
    HYDROLOGY,
    LEARNING,
    MERGED,
    PROVENANCE,
    STABILITY,
    TRENDS,
    VISIBILITY,
)
from runner import Run
from tiny_area import tiny_config

pytestmark = pytest.mark.xdist_group("edited")

IMPORTERS = {
    "simulation/histories.py": EVERYTHING,
    "terrain/hydrology.py": HYDROLOGY,
    "motion/decisions.py": TRENDS,
    "terrain/profiles.py": VISIBILITY,
    "candidates/accuracy.py": EXTRACTION,
    "candidates/assessment.py": MERGED,
    "candidates/stability.py": STABILITY,
    "learning/chimerge.py": LEARNING,
    "maps/charts.py": {"plot_learning", "plot_hotspots"},
}  # fmt: skip


@pytest.fixture(scope="module")
def edited(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The finished tiny area, as if run by a copy of the project, which may be edited."""
    folder = tmp_path_factory.mktemp("edited")
    project = Run.make(folder).project
    run = Run(project, finished.copied(folder / "copy").folder)
    config = run.config("again", tiny_config())
    result = run.snakemake("--touch", "--cores", "1", "--configfile", config)
    assert result.returncode == 0, result.stdout
    return run


def planned_again(run: Run) -> set[str]:
    return run.planned(run.config("again", tiny_config()))


@pytest.mark.parametrize("module", IMPORTERS)
def test_editing_a_module_reruns_exactly_its_importers(edited: Run, module: str) -> None:
    path = edited.project / "workflow" / "scripts" / "hotslope" / module
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text + "\n# edited\n", encoding="utf-8")
        assert planned_again(edited) == IMPORTERS[module] | PROVENANCE
    finally:
        path.write_text(text, encoding="utf-8")
    assert planned_again(edited) == set()


def test_touching_modules_reruns_nothing(edited: Run) -> None:
    for path in (edited.project / "workflow" / "scripts" / "hotslope").rglob("*.py"):
        os.utime(path)
    assert planned_again(edited) == set()


def test_dynamic_import_is_refused(edited: Run) -> None:
    path = edited.project / "workflow" / "scripts" / "hotslope" / "grid.py"
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(
            text + "\nimport importlib\n\nimportlib.import_module('x')\n", encoding="utf-8"
        )
        result = edited.snakemake("--dry-run", "--configfile", str(edited.folder / "tiny.yaml"))
    finally:
        path.write_text(text, encoding="utf-8")
    assert result.returncode != 0
    assert "grid.py: dynamic imports" in result.stdout
