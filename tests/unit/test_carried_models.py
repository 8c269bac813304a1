"""Folders of models and of areas that the config names, as the rules see them."""

import sys
from pathlib import Path

import pytest
from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow" / "rules"))

from carried_models import carried_model


def settings(folder: str | None, **changes: object) -> dict:
    return {
        "learning": {"model": folder, "negatives": "mapped"},
        "inventory": {"path": None},
        "factor_table": {"path": None},
        "tracks": {},
    } | changes


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a model beside an empty working folder."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    (tmp_path / "carried").mkdir()
    (tmp_path / "carried" / "model.json").write_text('{"model": "random_forest"}')
    return tmp_path / "carried"


def test_model_is_known_by_the_name_in_its_folder(folder: Path) -> None:
    assert carried_model(settings(None)) is None
    assert carried_model(settings(str(folder))) == "random_forest"


@pytest.mark.parametrize("text", ["{", "[]", '{"model": "../up"}', '{"model": 3}'])
def test_damaged_description_is_refused(folder: Path, text: str) -> None:
    (folder / "model.json").write_text(text)
    with pytest.raises(WorkflowError, match=r"config learning.model: .* is damaged"):
        carried_model(settings(str(folder)))


def test_run_that_learnt_nothing_has_no_model(folder: Path) -> None:
    (folder / "model.json").write_text('{"note": "Of 5 folds, 3 would have one class."}')
    with pytest.raises(WorkflowError, match=r"holds no model: Of 5 folds, 3 would have one class"):
        carried_model(settings(str(folder)))


def test_labels_beside_a_model_are_refused(folder: Path) -> None:
    with pytest.raises(WorkflowError, match=r"no labels are learnt from\. Set inventory\.path"):
        carried_model(settings(str(folder), inventory={"path": "slides.gpkg"}))


@pytest.mark.usefixtures("folder")
def test_model_in_the_results_of_the_run_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError, match="lies in the results of this run"):
        carried_model(settings("results/learning/random_forest"))
    with pytest.raises(WorkflowError, match=r"holds no model\.json"):
        carried_model(settings(str(tmp_path)))


def test_other_negatives_beside_a_model_are_refused(folder: Path) -> None:
    chosen = {"model": str(folder), "negatives": "unlabelled"}
    with pytest.raises(WorkflowError, match=r"learning\.negatives: .* has its own negatives"):
        carried_model(settings(None, learning=chosen))
