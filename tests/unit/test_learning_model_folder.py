"""A trained model as a folder that can be carried away, and what is refused of one."""

import json
import pickle
import shutil
import zipfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.learning.model_description import check_factors, file_digest, read_description
from hotslope.learning.model_folder import read_model
from hotslope.learning.tables import PREDICTIONS
from hotslope.learning.validation import positive_probability
from learning_area import ORIGIN

pytestmark = pytest.mark.xdist_group("learning_area")


@pytest.fixture
def carried(stage: SimpleNamespace, tmp_path: Path) -> Path:
    """A copy of the folder of the forest."""
    return Path(shutil.copytree(stage.folder / "random_forest", tmp_path / "carried"))


def described(folder: Path) -> dict:
    return json.loads((folder / "model.json").read_text())


def rewrite(folder: Path, **changes: object) -> None:
    (folder / "model.json").write_text(json.dumps(described(folder) | changes))


def test_folder_says_what_a_receiver_needs(stage: SimpleNamespace) -> None:
    for model in stage.models:
        found = read_description(stage.folder / model)
        slope = found["factors"]["slope"]
        assert slope["unit"] == "degree"
        assert slope["used"]
        assert slope["range"][0] < min(slope["bins"]) <= max(slope["bins"]) <= slope["range"][1]
        assert found["factors"]["lithology"]["classes"] == ["hard", "soft"]
        assert not found["factors"]["elevation"]["used"]
        assert found["factors"]["elevation"]["weight"] == 0
        assert 0 < found["prevalence"] < 1
        assert found["rows"]["train"] > found["rows"]["test"]
        auc = next(row for row in found["test"] if row["metric"] == "auc")
        assert auc["low"] < auc["value"] <= auc["high"]
        assert found["training_area"]["name"] == "board"
        assert found["applicability"]["threshold"] > 0
        assert ("torch" in found["software"]) == (model == "cnn")
        card = (stage.folder / model / "README.md").read_text()
        assert f"# {model}, trained in board" in card
        assert "| slope | degree | " in card
        assert "not stated: ask whoever trained it" in card


def test_carried_model_gives_the_same_probabilities(stage: SimpleNamespace) -> None:
    for model in stage.models:
        read = read_model(stage.folder / model)
        known = PREDICTIONS.read(stage.folder / model / "test_predictions.parquet")
        table = pd.read_parquet(stage.tables["factors_path"]).set_index("candidate_id")
        rows = table.loc[known["candidate_id"], read.factors].reset_index(drop=True)
        np.testing.assert_array_equal(
            positive_probability(read.classifier, rows), known["probability"]
        )
        assert len(read.training) == read.description["rows"]["train"]
        assert read.categorical == ["lithology"]


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_model(folder)
    return str(caught.value)


def test_folder_that_is_incomplete_or_of_another_version_is_refused(carried: Path) -> None:
    rewrite(carried, schema="hotslope model 0")
    assert "is of version 'hotslope model 0', not 'hotslope model 1'" in refusal(carried)
    (carried / "model.json").write_text("{")
    assert "model.json is damaged" in refusal(carried)
    (carried / "model.json").unlink()
    assert "holds no model.json" in refusal(carried)


def test_file_that_is_lacking_or_changed_is_refused(carried: Path) -> None:
    training = carried / "fitted" / "training.parquet"
    training.write_bytes(training.read_bytes()[:-1])
    assert "training.parquet is not the file of this model" in refusal(carried)
    training.unlink()
    assert "lacks training.parquet" in refusal(carried)


def test_model_of_other_software_is_refused(carried: Path) -> None:
    rewrite(carried, software=described(carried)["software"] | {"scikit-learn": "0.9"})
    assert "was written with scikit-learn 0.9" in refusal(carried)


def test_description_is_read_where_scikit_learn_is_not_installed(
    carried: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(package: str) -> str:
        raise PackageNotFoundError(package)

    monkeypatch.setattr("hotslope.learning.model_description.version", absent)
    assert read_description(carried)["model"] == "random_forest"


class Harmful:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return Path.touch, (self.path,)


def sign(folder: Path) -> None:
    """Give the files of a folder the digests that its description holds."""
    rewrite(
        folder,
        sha256={
            name: file_digest(folder / "fitted" / name) for name in described(folder)["sha256"]
        },
    )


def test_pickle_in_place_of_the_pipeline_is_refused_and_not_run(
    carried: Path, tmp_path: Path
) -> None:
    (carried / "fitted" / "pipeline.skops").write_bytes(pickle.dumps(Harmful(tmp_path / "harm")))
    sign(carried)
    assert "cannot be read" in refusal(carried)
    assert not (tmp_path / "harm").exists()


def test_pipeline_of_foreign_types_is_refused(carried: Path) -> None:
    path = carried / "fitted" / "pipeline.skops"
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    schema = members["schema.json"].decode().replace("RandomForestClassifier", "OtherClassifier")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | {"schema.json": schema.encode()}).items():
            archive.writestr(name, content)
    sign(carried)
    assert "cannot be read (UntrustedTypesFoundException)" in refusal(carried)


AVAILABLE = ["slope", "tri", "twi", "lithology", "elevation"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"available": ["elevation"]}, "uses factors that this area lacks: "),
        ({"measures": {"tri": "riley"}}, "terrain.tri: is 'riley' here, 'wilson' where the"),
        (
            {"classes": {"lithology": ["hard", "marble"]}},
            "layers.lithology.classes: marble: no class of the area where the",
        ),
    ],
)
def test_other_factors_measures_and_classes_are_refused(
    carried: Path, changes: dict, words: str
) -> None:
    given = {"available": AVAILABLE, "classes": {}, "measures": ORIGIN["measures"]}
    found = described(carried)
    for name in ("lithology", "tri"):
        found["factors"][name]["used"] = True
    check_factors(found, **given)
    with pytest.raises(InputError) as caught:
        check_factors(found, **(given | changes))
    assert words in str(caught.value)


def test_other_unit_is_refused(carried: Path) -> None:
    found = described(carried)
    found["factors"]["slope"]["unit"] = "percent"
    with pytest.raises(InputError, match="slope is in 'percent' in the random_forest, in 'degree'"):
        check_factors(found, AVAILABLE, {}, {})
