"""A tiny study area end to end, and what reruns after which change."""

import os

import pytest

from conftest import tiny_config
from runner import Run, digests, merged

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
    "results/terrain/{track}_visibility.tif",
    "results/motion/{track}_trends.parquet",
    "results/motion/{track}_hotspots.parquet",
    "results/motion/{track}_density.tif",
    "results/motion/east_up.tif",
    "results/motion/east_up.json",
    "results/candidates/{track}.gpkg",
    "results/candidates/candidates.gpkg",
    "results/candidates/stability.parquet",
    "results/candidates/extraction.json",
    "results/factors/factors.parquet",
    "results/learning/bins.json",
    "results/learning/screening.csv",
    "results/learning/validation.csv",
    "results/learning/test_metrics.csv",
    "results/maps/potential_landslides.gpkg",
    "results/maps/coverage.tif",
    "resources/demo/truth.gpkg",
]

# What a change remakes: a rule and all that follows from it, in the order of the data.
MODELS = {
    "train_model", "validate_model", "compare_models", "plot_roc", "map_potential_landslides",
    "plot_potential_landslides",
}  # fmt: skip
# Folds are drawn of all rows, whatever their roles: training alone follows the split.
TRAINING = MODELS - {"validate_model"}
SCREEN = {"screen_factors", "plot_information_gain"}
LEARNING = MODELS | SCREEN | {"check_leakage"}
SPLIT = {"split_candidates"} | TRAINING | SCREEN
LABELS = {"label_candidates", "split_candidates"} | LEARNING
FACTORS = {"extract_factors", "plot_correlation"} | LEARNING
EXTRACTION = {"measure_extraction", "plot_extraction"}
STABILITY = {
    "measure_stability", "map_potential_landslides", "plot_candidates", "plot_potential_landslides",
}  # fmt: skip
MERGED = {"merge_candidates"} | EXTRACTION | STABILITY | FACTORS | LABELS
OUTLINES = {"outline_candidates"} | MERGED
DENSITY = {"map_density", "plot_density"}
HOTSPOTS = {"find_hotspots", "plot_hotspots"} | DENSITY | OUTLINES
TRENDS = {"classify_trends", "plot_trends"} | FACTORS
RATE = {"map_rate"} | OUTLINES
COVERAGE = {"map_coverage", "plot_potential_landslides"}
VISIBILITY = {"map_visibility"} | COVERAGE | MERGED
GEOMETRY = {"decompose_motion"} | VISIBILITY
POINTS = (
    {"import_points", "plot_velocity", "estimate_background"} | HOTSPOTS | TRENDS | RATE | GEOMETRY
)
MAPS = {
    "plot_velocity", "plot_trends", "plot_hotspots", "plot_density", "plot_candidates",
    "plot_potential_landslides", "plot_extraction",
}  # fmt: skip

RERUNS = {
    "study_area.name": (
        {"study_area": {"name": "other"}},
        MAPS | {"plot_correlation", "plot_information_gain", "plot_roc"},
    ),
    "points.min_coherence": ({"points": {"min_coherence": 0.75}}, POINTS),
    "trends.evidence_ratio": ({"trends": {"evidence_ratio": 3}}, TRENDS),
    "hotspots.radius_m": ({"hotspots": {"radius_m": 150}}, HOTSPOTS),
    "hotspots.radius_m, auto": (
        {"hotspots": {"radius_m": "auto"}},
        {"choose_radius", "plot_radius"} | HOTSPOTS,
    ),
    "hotspots.radius_m, auto, density apart": (
        {"hotspots": {"radius_m": "auto"}, "density": {"radius_m": 200}},
        {"choose_radius", "plot_radius"} | HOTSPOTS,
    ),
    "hotspots.background": ({"hotspots": {"background": "modal"}}, HOTSPOTS),
    "hotspots.sensitivity_radii_m": ({"hotspots": {"sensitivity_radii_m": [200]}}, set()),
    "hotspots.significance": (
        {"hotspots": {"significance": 0.05}},
        {"plot_hotspots"} | OUTLINES,
    ),
    "density.radius_m": ({"density": {"radius_m": 150}}, DENSITY),
    # One job makes seven rasters of the same DEM; slope and aspect serve the merging too.
    "terrain.tpi_window_m": (
        {"terrain": {"tpi_window_m": 300}},
        {"derive_morphometry"} | MAPS | COVERAGE | MERGED,
    ),
    "terrain.smoothing_m": ({"terrain": {"smoothing_m": 50}}, VISIBILITY),
    "decomposition.cell_size_m": ({"decomposition": {"cell_size_m": 50}}, {"decompose_motion"}),
    "decomposition.min_points": (
        {"decomposition": {"min_points": 3}},
        {"decompose_motion"} | MERGED,
    ),
    "coverage.reach_m": ({"coverage": {"reach_m": 50}}, COVERAGE),
    "candidates.gate_center": ({"candidates": {"gate_center": "mean"}}, OUTLINES),
    # As many as opening_cells: Snakemake by itself would see the same set of values.
    "candidates.min_points": ({"candidates": {"min_points": 1}}, OUTLINES),
    "candidates.resamples": ({"candidates": {"resamples": 200}}, EXTRACTION),
    "candidates.min_area_m2": ({"candidates": {"min_area_m2": 5000}}, OUTLINES),
    "candidates.bandwidth_m": ({"candidates": {"bandwidth_m": 150}}, RATE),
    "candidates.background": (
        {"candidates": {"background": "none"}},
        {"estimate_background"} | RATE,
    ),
    "candidates.stability_replicas": ({"candidates": {"stability_replicas": 5}}, STABILITY),
    # The density rule has no stability.
    "candidates.method": (
        {"candidates": {"method": "paper"}},
        OUTLINES - {"measure_stability"},
    ),
    "factors": ({"factors": ["slope", "aspect"]}, FACTORS),
    "layers.lithology.classes": (
        {"layers": {"lithology": {"classes": {"Late Pleistocene loess": "sub-soft"}}}},
        {"check_inputs"} | FACTORS,
    ),
    "inventory.min_overlap": ({"inventory": {"min_overlap": 0.5}}, LABELS),
    "learning.seed": ({"learning": {"seed": 1}}, LABELS - {"label_candidates"}),
    "binning.max_bins": ({"binning": {"max_bins": 5}}, LEARNING),
    "screening.max_correlation": (
        {"screening": {"max_correlation": 0.8}},
        {"plot_correlation"} | LEARNING,
    ),
    "screening.permutations": ({"screening": {"permutations": 60}}, SCREEN),
    "split.test_fraction": ({"split": {"test_fraction": 0.4}}, SPLIT),
    "models.cnn.epochs": ({"models": {"cnn": {"epochs": 30}}}, MODELS),
    "validation.repeats": ({"validation": {"repeats": 11}}, MODELS - {"train_model"}),
    "validation.shuffles": ({"validation": {"shuffles": 41}}, {"check_leakage"}),
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
    "simulation/series.py": {"simulate_area", "check_inputs", "prepare_dem", "derive_morphometry",
                             "derive_hydrology"} | MAPS | POINTS,
    "terrain/hydrology.py": {"derive_hydrology"} | FACTORS,
    "motion/decisions.py": TRENDS,
    "terrain/profiles.py": VISIBILITY,
    "candidates/accuracy.py": EXTRACTION,
    "candidates/stability.py": STABILITY,
    "learning/chimerge.py": LEARNING,
    "maps/charts.py": {"plot_correlation", "plot_information_gain", "plot_roc"},
}  # fmt: skip


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
