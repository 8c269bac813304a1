"""A model of another area applied to candidates without labels."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from apply_model import apply_model
from hotslope.errors import InputError
from hotslope.factors.tables import factor_table, read_factors
from hotslope.learning.model_folder import read_model
from hotslope.learning.tables import APPLICABILITY, MAIN_FACTORS, PROBABILITIES
from hotslope.learning.validation import positive_probability
from hotslope.maps.outcome import add_predictions, set_aside
from learning_area import ORIGIN

pytestmark = pytest.mark.xdist_group("learning_area")


def apply(folder: Path, stage: SimpleNamespace, model: str, table: pd.DataFrame) -> dict[str, Path]:
    """Apply a model of the stage to a table of factors; return what was written."""
    factor_table(list(table.columns)).write(folder / "factors.parquet", table)
    names = ("probabilities.parquet", "main_factors.parquet", "applicability.parquet")
    paths = {Path(name).stem: folder / name for name in names} | {
        "metrics": folder / "metrics.json"
    }
    apply_model(
        factors_path=str(folder / "factors.parquet"),
        model_path=str(stage.folder / model),
        **{f"{name}_path": str(path) for name, path in paths.items()},
        classes=ORIGIN["classes"],
        measures=ORIGIN["measures"],
        set_confidence=0.9,
    )
    return paths


def strangers(stage: SimpleNamespace) -> pd.DataFrame:
    """Candidates of the area: one far too steep, one of a rock that is not known there."""
    table = read_factors(stage.tables["factors_path"])
    table.loc[0, ["slope", "tri"]] = 85.0, 17.0
    table.loc[1, "lithology"] = "marble"
    return table


@pytest.mark.parametrize("model", ["random_forest", "cnn"])
def test_every_candidate_has_its_probability_and_strangers_are_flagged(
    stage: SimpleNamespace, tmp_path: Path, model: str
) -> None:
    table = strangers(stage)
    paths = apply(tmp_path, stage, model, table)
    found = PROBABILITIES.read(paths["probabilities"])
    read = read_model(stage.folder / model)
    rows = table[read.factors].astype({"lithology": object})
    np.testing.assert_array_equal(found["probability"], positive_probability(read.classifier, rows))
    assert found["probability_calibrated"].between(0, 1).all()
    assert len(MAIN_FACTORS.read(paths["main_factors"])) == len(table)
    judged = APPLICABILITY.read(paths["applicability"])
    assert not judged["applicable"][0]
    assert judged["strange"][0].startswith(("slope 85° (training: ", "ruggedness 17"))
    assert judged["applicable"].mean() > 0.8
    assert judged["strange"].isna().equals(judged["applicable"])
    if read.weights["lithology"] > 0:
        assert "lithology marble (not in training)" in judged["strange"][1]
    applied = json.loads(paths["metrics"].read_text())["applied"]
    assert applied["training_area"] == "board"
    assert applied["outside"] == (~judged["applicable"]).sum()


def test_flagged_candidates_have_no_class_on_the_map(
    stage: SimpleNamespace, tmp_path: Path
) -> None:
    table = strangers(stage)
    paths = apply(tmp_path, stage, "random_forest", table)
    place = str(paths["probabilities"])
    mapped = add_predictions(
        table[["candidate_id"]],
        {"random_forest": PROBABILITIES.read(place)},
        {"random_forest": 0.5},
        {"random_forest": place},
    )
    mapped = set_aside(mapped, APPLICABILITY.read(paths["applicability"]), "applicability")
    outside = ~mapped["applicable"]
    assert outside[0]
    assert (mapped.loc[outside, "class"] == "not classified").all()
    assert mapped.loc[outside, ["class_random_forest", "prediction_set"]].isna().all(axis=None)
    assert mapped.loc[~outside, "class"].isin(["potential landslide", "other movement"]).all()
    assert mapped["probability_random_forest"].notna().all()


def test_area_without_candidates_has_empty_tables(stage: SimpleNamespace, tmp_path: Path) -> None:
    paths = apply(tmp_path, stage, "logistic_regression", strangers(stage).iloc[:0])
    assert PROBABILITIES.read(paths["probabilities"]).empty
    assert APPLICABILITY.read(paths["applicability"]).empty


def test_model_whose_factors_are_lacking_is_refused_and_nothing_is_written(
    stage: SimpleNamespace, tmp_path: Path
) -> None:
    table = strangers(stage)[["candidate_id", "elevation"]]
    with pytest.raises(InputError, match="uses factors that this area lacks: "):
        apply(tmp_path, stage, "random_forest", table)
    assert [path.name for path in tmp_path.iterdir()] == ["factors.parquet"]
