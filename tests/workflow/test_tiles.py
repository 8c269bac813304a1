"""Motion and candidates of the tiny area, tile by tile: the bytes of the whole at once."""

import shutil
from pathlib import Path

import pytest

from conftest import tiny_config
from runner import Run, digests, merged

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("tiny")]

TRACKS = ("descending", "ascending")
#: What tiles make, and all that follows from it within the two stages.
MADE = [
    *(
        f"results/motion/{track}_{name}"
        for track in TRACKS
        for name in ("hotspots.parquet", "density.tif", "rate.tif")
    ),
    *(f"results/candidates/{track}.gpkg" for track in TRACKS),
    "results/candidates/candidates.gpkg",
    "results/candidates/stability.parquet",
    "results/candidates/extraction.json",
]


def tiled(tile_size_m: float, **changes: dict) -> dict:
    return merged(tiny_config(), {"scale": {"tile_size_m": tile_size_m}, **changes})


# Area 4 × 4 km: a quarter each; the last ones partial; one tile larger than all.
@pytest.mark.parametrize("tile_size_m", [2000, 2605, 9000])
def test_tiles_give_the_same_bytes(finished: Run, tmp_path: Path, tile_size_m: float) -> None:
    run = Run(finished.project, tmp_path / "work")
    shutil.copytree(finished.folder, run.folder)
    for name in MADE:
        (run.folder / name).unlink()
    config = run.config("tiled", tiled(tile_size_m))
    result = run.snakemake("--cores", "2", *MADE, "--configfile", config)
    assert result.returncode == 0, result.stdout
    tiles, whole = digests(run.folder), digests(finished.folder)
    for folder in ("results/motion/", "results/candidates/"):
        expected = {name: digest for name, digest in whole.items() if name.startswith(folder)}
        found = {name: digest for name, digest in tiles.items() if name.startswith(folder)}
        assert found.keys() == expected.keys()
        assert [name for name in found if found[name] != expected[name]] == []


def test_without_tiles_there_are_no_more_jobs(finished: Run) -> None:
    planned = finished.planned(str(finished.folder / "tiny.yaml"), arguments=("--forceall",))
    assert {"find_hotspots", "map_density", "map_rate", "outline_candidates"} <= planned
    assert not [name for name in planned if "tile" in name or name.startswith("gather_")]


def test_cells_that_are_not_exact_are_refused(finished: Run) -> None:
    config = finished.config("inexact", tiled(2000, density={"cell_size_m": 33.3}))
    result = finished.snakemake("--dry-run", "--configfile", config)
    assert result.returncode != 0
    assert "density.cell_size_m: 33.3 is not exact in binary" in result.stdout
