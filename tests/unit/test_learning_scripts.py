"""Tables of the whole stage, in the order of the workflow."""

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from hotslope.learning.tables import LABELS, SPLIT
from learning_area import FACTORS, run_stage

pytestmark = pytest.mark.xdist_group("learning_area")


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".parquet", ".csv", ".json", ".skops", ".safetensors")
    }


def test_labels_follow_the_inventory(stage: SimpleNamespace) -> None:
    labels = LABELS.read(stage.folder / "labels.parquet")
    assert labels["label"].value_counts().to_dict() == {0: 24, 1: 24}
    assert labels["label"].isna().sum() == 12
    assert labels.loc[labels["label"] == 1, "kind"].isin(["old", "new"]).all()
    assert labels["inventory_id"].dropna().is_unique


def test_roles_are_three_and_stratified(stage: SimpleNamespace) -> None:
    labels = LABELS.read(stage.folder / "labels.parquet").set_index("candidate_id")
    roles = SPLIT.read(stage.folder / "split.parquet").set_index("candidate_id")["role"]
    counts = pd.crosstab(roles, labels.loc[roles.index, "label"])
    # 30 % of 24 is 7.2, 20 % of the remaining 17 is 3.4
    assert counts.loc["test"].tolist() == [7, 7]
    assert counts.loc["validation"].tolist() == [3, 3]
    assert counts.loc["train"].tolist() == [14, 14]


def test_screening_gives_reasons(stage: SimpleNamespace) -> None:
    table = pd.read_csv(stage.folder / "screening.csv").set_index("factor")
    assert list(table.index) == [name for name in FACTORS if name != "distance_to_roads"]
    assert table["kept"][["slope", "tri"]].sum() == 1
    assert table["stability"].between(0, 1).all()
    # What goes is nearly a linear function of what stays.
    assert table.loc["tri" if table.loc["slope", "kept"] else "slope", "vif"] > 5
    assert table["reason"][["slope", "tri"]].dropna().str.contains("association").all()
    assert not table.loc["elevation", "kept"]
    assert table.loc["elevation", "gain_ratio"] == 0
    strongest = "slope" if table.loc["slope", "kept"] else "tri"
    assert table.loc[strongest, "p"] <= 0.05
    bins = json.loads((stage.folder / "bins.json").read_text())
    assert bins["lithology"] == {"categories": ["hard", "soft"]}
    assert len(bins[strongest]["edges"]) >= 1


def test_tables_of_the_comparison(stage: SimpleNamespace) -> None:
    test = pd.read_csv(stage.folder / "test_metrics.csv")
    assert not test.duplicated(["model", "metric"]).any()
    inside = test.dropna()
    assert (
        (inside["low"] <= inside["value"] + 1e-9) & (inside["value"] <= inside["high"] + 1e-9)
    ).all()
    folds = pd.read_csv(stage.folder / "validation.csv")
    assert folds.groupby(["model", "strategy"]).size().eq(3 * 4).all()
    forest = folds.query("model == 'random_forest' and strategy == 'stratified'")
    assert forest["auc"].mean() > 0.7
    pairs = pd.read_csv(stage.folder / "model_comparison.csv")
    assert len(pairs) == 3 * 3
    curve = pd.read_csv(stage.folder / "roc.csv").query("model == 'cnn'")
    assert curve[["false_positive_rate", "recall"]].iloc[[0, -1]].to_numpy().tolist() == [
        [0, 0],
        [1, 1],
    ]


def test_verdict_says_what_the_tables_hold(stage: SimpleNamespace) -> None:
    text = (stage.folder / "reliability.md").read_text(encoding="utf-8")
    assert "48 labelled candidates: 24 landslides, 24 others." in text
    assert "## Suspicious\n\nNothing" in text
    found = json.loads((stage.folder / "reliability.json").read_text())
    for scores in found["models"].values():
        parts = scores["uncertainty"] - scores["discrimination"] + scores["miscalibration"]
        assert scores["brier"] == pytest.approx(parts)
    assert len(found["pairs"]) == 3
    curve = pd.read_csv(stage.folder / "precision_recall.csv").query("model == 'cnn'")
    assert curve["precision"].iloc[0] == 0.5
    assert len(pd.read_csv(stage.folder / "calibration_curve.csv")) >= 3 * 3


def test_same_bytes_again(stage: SimpleNamespace, tmp_path: Path) -> None:
    again = run_stage(tmp_path / "again")
    assert digests(again.folder) == digests(stage.folder)
