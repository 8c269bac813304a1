"""A tiny study area end to end, and what reruns after which change."""

import hashlib
import os
from pathlib import Path

import pytest

from conftest import tiny_config
from runner import Run, merged

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("tiny")]

PUBLIC = [
    "results/points/{track}.parquet",
    "results/points/{track}_summary.json",
    "results/terrain/elevation.tif",
    "results/terrain/slope.tif",
    "results/terrain/aspect.tif",
    "results/terrain/plan_curvature.tif",
    "results/terrain/profile_curvature.tif",
    "results/terrain/tpi.tif",
    "results/terrain/tri.tif",
    "results/terrain/twi.tif",
    "results/terrain/spi.tif",
    "results/terrain/contributing_area.tif",
    "results/motion/{track}_trends.parquet",
    "results/motion/{track}_hotspots.parquet",
    "results/motion/{track}_density.tif",
    "results/candidates/{track}.gpkg",
    "results/candidates/candidates.gpkg",
    "results/candidates/extraction.json",
    "results/factors/factors.parquet",
    "results/learning/bins.json",
    "results/learning/screening.csv",
    "results/learning/validation.csv",
    "results/learning/test_metrics.csv",
    "results/maps/potential_landslides.gpkg",
    "resources/demo/truth.gpkg",
]

# What a change remakes, stage by stage, in the order of the data.
PICTURES = {"plot_candidates", "plot_potential_landslides"}
LEARNING = {
    "label_candidates", "split_candidates", "screen_factors", "train_model", "validate_model",
    "compare_models", "check_leakage", "map_potential_landslides", "plot_correlation",
    "plot_information_gain", "plot_roc", "plot_potential_landslides",
}  # fmt: skip
FACTORS = {"extract_factors"} | LEARNING
MERGE = {"merge_candidates", "measure_extraction", "plot_candidates"} | FACTORS
OUTLINES = {"outline_candidates"} | MERGE
HOTSPOTS = {"find_hotspots", "map_density", "plot_hotspots", "plot_density"} | OUTLINES

RERUNS = {
    "hotspots.radius_m": ({"hotspots": {"radius_m": 150}}, HOTSPOTS),
    "density.radius_m": ({"density": {"radius_m": 150}}, {"map_density", "plot_density"}),
}


def planned_after(finished: Run, change: dict) -> set[str]:
    config = finished.config("changed", merged(tiny_config(), change))
    return finished.planned(config)


def test_public_files_exist(finished: Run) -> None:
    for name in PUBLIC:
        for track in ("descending", "ascending"):
            assert (finished.folder / name.format(track=track)).stat().st_size > 0, name


def test_nothing_half_written_is_left(finished: Run) -> None:
    assert list(finished.folder.rglob(".*.partial*")) == []


def test_second_run_has_nothing_to_do(finished: Run) -> None:
    assert planned_after(finished, {}) == set()


@pytest.mark.parametrize("key", RERUNS)
def test_change_of_a_key_reruns_exactly(finished: Run, key: str) -> None:
    change, expected = RERUNS[key]
    assert planned_after(finished, change) == expected


def digests(folder: Path) -> dict[str, str]:
    skipped = ("results/logs", "results/benchmarks")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = [(path, str(path.relative_to(folder))) for path in files]
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path, name in names
        if name.startswith(("results/", "resources/")) and not name.startswith(skipped)
    }


def test_one_core_and_two_give_the_same_bytes(
    finished: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    single = Run.make(tmp_path_factory.mktemp("single"))
    result = single.snakemake("--cores", "1", "--configfile", single.config("tiny", tiny_config()))
    assert result.returncode == 0, result.stdout
    one, two = digests(single.folder), digests(finished.folder)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


# --- science(): rules rerun when a module that they import changes ---------------------------

IMPORTERS = {
    "learning/chimerge.py": LEARNING - {"label_candidates", "split_candidates"},
    "motion/density.py": {"map_density", "plot_density"} | OUTLINES,
    "candidates/accuracy.py": {"measure_extraction"},
}


@pytest.mark.parametrize("module", IMPORTERS)
def test_editing_a_module_reruns_exactly_its_importers(finished: Run, module: str) -> None:
    path = finished.project / "workflow" / "scripts" / "hotslope" / module
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(text + "\n# edited\n", encoding="utf-8")
        assert planned_after(finished, {}) == IMPORTERS[module]
    finally:
        path.write_text(text, encoding="utf-8")
    assert planned_after(finished, {}) == set()


def test_touching_modules_reruns_nothing(finished: Run) -> None:
    for path in (finished.project / "workflow" / "scripts" / "hotslope").rglob("*.py"):
        os.utime(path)
    assert planned_after(finished, {}) == set()


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
