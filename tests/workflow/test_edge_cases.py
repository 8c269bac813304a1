"""The workflow where things are missing: no candidate, inventory, DEM, or common ground.

One small area, simulated once; the runs share a folder, so each makes only what its config
changes. They ask for all that depends on candidates; points, trends and hot spots know of none.
"""

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from runner import Run
from small_area import simulate, small_config

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("edge")]

NOTHING = {"candidates": {"stability_threshold_mm_yr": 1000}}
NO_INVENTORY = {"inventory": {"path": None}}
NO_DEM = {"terrain": {"dem": None}}
MAP = "results/maps/potential_landslides.gpkg"
FIGURES = [f"results/maps/figures/{name}.png" for name in ("candidates", "potential_landslides")]
LEARNT = [
    *(f"results/maps/figures/{name}.png" for name in ("correlation", "information_gain", "roc")),
    *(f"results/learning/{name}.csv" for name in ("test_metrics", "validation", "label_shuffles")),
]
TABLES = ["results/candidates/extraction.json", "results/factors/factors.json"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = Run.here(tmp_path_factory.mktemp("edge"))
    simulate(run.folder / "inputs")
    return run


def inputs_of(run: Run, *changes: dict) -> str:
    """A config of the small area, with changes; its files are the user's, not the demo's."""
    return run.config("edge", small_config(*changes))


def finish(run: Run, config: str, *targets: str) -> str:
    result = run.snakemake("--cores", "2", "--configfile", config, "--", *targets)
    assert result.returncode == 0, result.stdout
    return result.stdout


def refused(run: Run, config: str, *targets: str) -> str:
    """Run what must stop; the one line that says why, where the job ends and at the end."""
    result = run.snakemake("--cores", "2", "--configfile", config, "--", *targets)
    assert result.returncode != 0
    assert "Traceback" not in result.stdout, result.stdout
    lines = [line for line in result.stdout.splitlines() if line.startswith("hotslope: ")]
    assert len(lines) == 2, result.stdout
    assert lines[0] == lines[1], result.stdout
    return lines[0]


def read_json(run: Run, name: str) -> dict:
    return json.loads((run.folder / name).read_text(encoding="utf-8"))


def landslides(run: Run) -> gpd.GeoDataFrame:
    return gpd.read_file(run.folder / MAP, layer="potential_landslides")


def test_no_candidates_with_everything_else_given(run: Run) -> None:
    finish(run, inputs_of(run, NOTHING), MAP, *FIGURES, *TABLES, *LEARNT)
    table = landslides(run)
    assert table.empty
    assert {"class", "probability_logistic_regression", "stability", "slope"} <= set(table)
    extraction = read_json(run, TABLES[0])
    assert extraction["accuracy"] is None
    assert extraction["missing"] == 1.0
    learning = run.folder / "results" / "learning"
    note = "There are no candidates: nothing was learnt."
    assert read_json(run, "results/learning/logistic_regression/metrics.json")["note"] == note
    for name in ("screening", "validation", "test_metrics", "roc", "label_shuffles"):
        written = pd.read_csv(learning / f"{name}.csv")
        assert written.empty, name
        assert len(written.columns) > 2, name


def test_no_candidates_no_inventory_no_dem(run: Run) -> None:
    output = finish(run, inputs_of(run, NOTHING, NO_INVENTORY, NO_DEM), MAP, *FIGURES, *TABLES)
    assert "no model is trained" in output
    table = landslides(run)
    assert table.empty
    assert not [name for name in table if name.startswith("probability")]


def test_candidates_without_inventory_and_dem(run: Run) -> None:
    finish(run, inputs_of(run, NO_INVENTORY, NO_DEM), MAP, *FIGURES, *TABLES)
    table = landslides(run)
    assert len(table) >= 3
    assert set(table["agreement"]) == {"no terrain"}
    assert set(table["class"]) == {"not classified"}
    assert "slope" not in table
    assert table["stability"].between(0, 1).all()
    dropped = read_json(run, "results/factors/factors.json")["dropped"]
    assert "terrain.dem" in dropped["slope"]


def test_too_few_labels_leave_the_models_out(run: Run) -> None:
    output = finish(run, inputs_of(run), MAP, *LEARNT)
    reason = read_json(run, "results/learning/labels.json")["reason_not_to_learn"]
    assert "validation.folds" in reason
    assert reason in output
    table = landslides(run)
    assert set(table["class"]) == {"not classified"}
    assert table["probability_logistic_regression"].isna().all()


@pytest.mark.parametrize(
    ("name", "words"), [("empty", "the layer is empty"), ("far", "apart from the study area")]
)
def test_references_without_use_are_refused_by_their_key(run: Run, name: str, words: str) -> None:
    reference = gpd.read_file(run.folder / "inputs" / "reference.gpkg")
    if name == "far":
        moved = shapely.transform(reference.geometry.to_numpy(), lambda places: places + 50_000)
        reference = reference.set_geometry(moved, crs=reference.crs)
    (reference if name == "far" else reference[:0]).to_file(run.folder / f"{name}.gpkg")
    given = {"candidates": {"reference": f"{name}.gpkg"}}
    message = refused(run, inputs_of(run, given), "results/points/inputs.json")
    assert "candidates.reference" in message
    assert words in message
