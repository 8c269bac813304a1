"""A model of one run applied to an area without labels."""

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd

from runner import Run, merged
from tiny_area import tiny_config

MODEL = "logistic_regression"


def test_model_of_a_run_is_applied_where_there_is_no_inventory(
    finished: Run, tmp_path: Path
) -> None:
    run = finished.copied(tmp_path)
    shutil.copytree(run.folder / "results" / "learning" / MODEL, run.folder / "carried")
    shutil.rmtree(run.folder / "results" / "learning")
    change = {"inventory": {"path": None}, "learning": {"model": "carried"}}
    config = run.config("applied", merged(tiny_config(), change))
    target = "results/maps/potential_landslides.gpkg"
    planned = run.planned(config)
    assert "apply_model" in planned
    assert not planned & {"label_candidates", "train_model", "validate_model", "extract_factors"}
    result = run.snakemake(
        target, "results/points/inputs.json", "--cores", "1", "--configfile", config
    )
    assert result.returncode == 0, result.stdout
    mapped = gpd.read_file(run.folder / target, layer="potential_landslides")
    assert mapped[f"probability_{MODEL}"].between(0, 1).all()
    assert set(mapped["class"][~mapped["applicable"]]) <= {"not classified"}
    found = json.loads((run.folder / "results/points/inputs.json").read_text())
    assert found["model"]["name"] == "tiny"

    other = merged(tiny_config(), merged(change, {"terrain": {"tri": "riley"}}))
    result = run.snakemake("--cores", "1", "--configfile", run.config("other", other))
    assert result.returncode != 0
    assert "terrain.tri: is 'riley' here, 'wilson' where the logistic_regression" in result.stdout


def test_models_are_trained_on_several_areas_left_out_in_turn(
    finished: Run, tmp_path: Path
) -> None:
    for name in ("east", "west"):
        shutil.copytree(finished.folder / "results" / "factors", tmp_path / name / "factors")
        shutil.copytree(finished.folder / "results" / "learning", tmp_path / name / "learning")
    (tmp_path / "work").mkdir()
    run = Run(finished.project, tmp_path / "work")
    config = run.config(
        "joined",
        {
            "study_area": {"name": "both", "crs": "EPSG:32647"},
            "tracks": {},
            "learning": {"train_on": [str(tmp_path / name) for name in ("east", "west")]},
            "models": {"logistic_regression": {}},
        },
    )
    planned = run.planned(config)
    assert {"join_areas", "train_model", "validate_model"} <= planned
    assert not planned & {"import_points", "extract_factors", "map_potential_landslides"}
    result = run.snakemake(
        "results/learning/logistic_regression/validation.parquet",
        "--cores", "1", "--configfile", config,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout
    folds = pd.read_parquet(run.folder / "results/learning/logistic_regression/validation.parquet")
    spatial = folds[folds["strategy"] == "spatial"]
    assert (spatial["n_train"] == spatial["n_test"]).all()
    assert len(spatial) == 2
