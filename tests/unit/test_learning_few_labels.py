"""Labels of one class, few labels, and settings that fit no inventory."""

import json
from pathlib import Path

import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.learning.tables import LABELS, MAIN_FACTORS, PROBABILITIES
from learning_area import N, label, run_stage, write_area


def test_landslides_only_leave_the_models_out_and_give_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every file is there, each candidate is in the tables that the map joins."""
    stage = run_stage(tmp_path / "area", layer="slides")
    reason = "candidates overlap 24 mapped landslides and 0 other slopes, where 4 of each"
    assert reason in capsys.readouterr().err
    summary = json.loads((stage.folder / "labels.json").read_text())
    assert reason in summary["reason_not_to_learn"]
    assert (summary["landslides"], summary["without_label"]) == (24, 36)
    labels = LABELS.read(stage.folder / "labels.parquet")
    assert (labels["label"] == 1).sum() == 24
    for model in stage.models:
        table = PROBABILITIES.read(stage.folder / model / "probabilities.parquet")
        assert table["candidate_id"].tolist() == labels["candidate_id"].tolist()
        assert table["probability"].isna().all()
        main = MAIN_FACTORS.read(stage.folder / model / "main_factors.parquet")
        assert (main["main_factors"] == "").all()
        assert pd.read_csv(stage.folder / model / "partial_dependence.csv").empty
        assert len(main) == N
        metrics = json.loads((stage.folder / model / "metrics.json").read_text())
        assert metrics["threshold"] is None
        assert reason in metrics["note"]
        assert reason in json.loads((stage.folder / model / "calibration.json").read_text())["note"]
        assert reason in json.loads((stage.folder / model / "model.json").read_text())["note"]
        assert reason in (stage.folder / model / "README.md").read_text(encoding="utf-8")
    assert reason in (stage.folder / "reliability.md").read_text(encoding="utf-8")
    for name in (
        "screening", "validation", "test_metrics", "model_comparison", "roc", "label_shuffles",
        "suspicions", "calibration_curve", "precision_recall",
    ):  # fmt: skip
        assert pd.read_csv(stage.folder / f"{name}.csv").empty


@pytest.mark.parametrize(("few", "learnt"), [(3, False), (4, True)])
def test_few_labels_of_a_class_never_stop_the_stage(tmp_path: Path, few: int, learnt: bool) -> None:
    """Two folds, and so few landslides that some role, or the training rows in turn, lack them."""
    stage = run_stage(tmp_path / "area", folds=2, landslides=few)
    for model in stage.models:
        table = PROBABILITIES.read(stage.folder / model / "probabilities.parquet")
        assert table["probability"].notna().all() == learnt


def test_wrong_inventory_settings_are_refused(tmp_path: Path) -> None:
    write_area(tmp_path)
    with pytest.raises(InputError, match=r"inventory.layer.*'slopes'.*others"):
        label(tmp_path, layer="slopes")
    with pytest.raises(InputError, match=r"inventory.positive_class.*'slide'.*slides"):
        label(tmp_path, positive_class="slide")
    with pytest.raises(InputError, match=r"inventory.role_column.*'role'"):
        label(tmp_path, role_column="role")
