"""Areas in odd places and of odd shapes: the one body that moves is found, and nothing else is."""

import os
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from awkward_areas import FOUND, NOTHING, AwkwardArea, write_area
from runner import Run

pytestmark = pytest.mark.slow
CANDIDATES = "results/candidates/candidates.gpkg"


def candidates_of(area: AwkwardArea, folder: Path) -> gpd.GeoDataFrame:
    """Run an area as far as its candidates, the checks of the inputs included."""
    run = Run.here(folder)
    config = run.config("area", write_area(area, run.folder / "inputs"))
    targets = (CANDIDATES, "results/points/inputs.json")
    temporary = folder / "temporary"
    temporary.mkdir()
    result = run.snakemake(
        *("--cores", "2", "--configfile", config, "--", *targets),
        environment={**os.environ, "TMPDIR": str(temporary)},
    )
    assert result.returncode == 0, result.stdout
    assert list(temporary.iterdir()) == []
    return gpd.read_file(run.folder / CANDIDATES, layer="candidates")


@pytest.mark.parametrize("name", FOUND)
def test_the_body_is_found_and_nothing_else(name: str, tmp_path: Path) -> None:
    area = FOUND[name]
    candidates = candidates_of(area, tmp_path)
    assert len(candidates) == 1
    found, truth = candidates.geometry.iloc[0], area.outline
    inside = truth.intersection(shapely.box(*area.bounds_m))
    assert found.intersection(inside).area > 0.6 * found.area
    assert found.intersection(inside).area > 0.5 * inside.area
    assert candidates.crs.to_string() == area.crs
    assert sorted(candidates["tracks"].iloc[0].split(",")) == sorted(area.tracks)


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_found_where_nothing_moves(name: str, tmp_path: Path) -> None:
    assert candidates_of(NOTHING[name], tmp_path).empty
