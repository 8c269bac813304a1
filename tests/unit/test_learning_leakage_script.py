"""The check for leaks: what it lets pass, what it stops, what it names."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hotslope.factors.tables import factor_table, read_factors
from hotslope.learning.tables import LABELS
from learning_area import N, check

pytestmark = pytest.mark.xdist_group("learning_area")


def test_leakage_check_passes_and_can_fail(
    stage: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(tmp_path, stage.tables, shuffles=12)
    table = pd.read_csv(tmp_path / "label_shuffles.csv")
    assert table.groupby(["null", "strategy"]).size().to_dict() == {
        ("shuffled", "stratified"): 12, ("shuffled", "spatial"): 12,
        ("shifted", "stratified"): 3, ("shifted", "spatial"): 3,
    }  # fmt: skip
    # A pipeline that has seen the answers: it scores 1 on two shuffles of three, 0.5 elsewhere.
    peeking = pd.DataFrame(
        {"shuffle": range(42), "strategy": "stratified", "auc": [0.5, 1.0, 1.0] * 14}
    )
    monkeypatch.setattr("check_leakage.shuffled_scores", lambda *_, **__: peeking)
    with pytest.raises(RuntimeError, match="leak: stratified folds"):
        check(tmp_path, stage.tables, shuffles=12)


def test_a_factor_made_of_the_labels_is_named(stage: SimpleNamespace, tmp_path: Path) -> None:
    """Slope is a copy of the label, twi missing wherever others were mapped."""
    labels = LABELS.read(stage.tables["labels_path"]).set_index("candidate_id")["label"]
    factors = read_factors(stage.tables["factors_path"])
    label = labels.loc[factors["candidate_id"]].to_numpy(dtype=float, na_value=0.0)
    factors["slope"] = 20 + 10 * label + np.linspace(0, 1, N)
    factors.loc[label == 0, "twi"] = np.nan
    factor_table(list(factors.columns)).write(tmp_path / "factors.parquet", factors)
    check(tmp_path, stage.tables | {"factors_path": str(tmp_path / "factors.parquet")})
    found = pd.read_csv(tmp_path / "suspicions.csv").set_index("factor")
    assert found.loc["slope", "kind"] == "factor"
    assert set(found.loc[["twi"], "kind"]) <= {"factor", "recording"}
    assert "recording" in set(found.loc[["twi"], "kind"])
    assert "inventory" in found.loc["slope", "words"]
