"""A tiny study area end to end: its files, a second run, one core instead of four."""

import pytest

from runner import Run, digests, merged
from slurm_node import missing_programs
from tiny_area import tiny_config

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


def test_public_files_exist(finished: Run) -> None:
    for name in PUBLIC:
        for track in ("descending", "ascending"):
            assert (finished.folder / name.format(track=track)).stat().st_size > 0, name


def test_nothing_half_written_is_left(finished: Run) -> None:
    assert list(finished.folder.rglob(".*.partial*")) == []


def test_second_run_has_nothing_to_do(finished: Run) -> None:
    assert finished.planned(finished.config("again", tiny_config())) == set()


def test_results_of_another_study_area_are_not_overwritten(finished: Run) -> None:
    """Neither by another config nor by the demo, which runs where --configfile is forgotten."""
    other = merged(tiny_config(), {"study_area": {"bounds_m": [690000, 3980000, 694000, 3983000]}})
    before = digests(finished.folder)
    for arguments in (("--configfile", finished.config("other", other)), ()):
        result = finished.snakemake("--cores", "1", *arguments)
        assert result.returncode == 1, result.stdout
        assert "study_area.bounds_m: [690000, 3980000, 694000, 3984000], not [" in result.stdout
        assert "--configfile forgotten" in result.stdout
        assert "mv results results_before" in result.stdout
    assert digests(finished.folder) == before
    assert finished.snakemake("--dry-run").returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(
    not missing_programs(), reason="test_slurm.py compares jobs of one core with the same run"
)
def test_one_core_and_four_give_the_same_bytes(
    finished: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    single = Run.here(tmp_path_factory.mktemp("single"))
    result = single.snakemake("--cores", "1", "--configfile", single.config("tiny", tiny_config()))
    assert result.returncode == 0, result.stdout
    one, four = digests(single.folder), digests(finished.folder)
    assert one.keys() == four.keys()
    assert [name for name in one if one[name] != four[name]] == []
