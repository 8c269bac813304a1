"""Real labels: learning alone, on a table of factors with coordinates."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest

from runner import Run

pytestmark = pytest.mark.slow


def test_ecuador_reaches_the_published_auc(tmp_path: Path) -> None:
    """Lovelace et al., Geocomputation with R: a GLM, 100 × 5 folds; here 20 × 5.

    0.773 in folds that are clusters of the places, 0.810 in random ones.
    """
    if not os.environ.get("HOTSLOPE_REAL_DATA"):
        reason = "HOTSLOPE_REAL_DATA is not set"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    run = Run.make(tmp_path)
    config = str(Path(__file__).parent / "ecuador.yaml")
    result = run.snakemake("--cores", "2", "--configfile", config)
    assert result.returncode == 0, result.stdout
    results = run.folder / "results" / "learning"
    summary = pd.read_csv(results / "validation_summary.csv").query("metric == 'auc'")
    auc = summary.set_index("strategy")["mean"]
    assert auc["stratified"] == pytest.approx(0.810, abs=0.02)
    assert auc["spatial"] == pytest.approx(0.773, abs=0.02)
    assert summary["folds"].tolist() == [100, 100]
    reliability = json.loads((results / "reliability.json").read_text(encoding="utf-8"))
    assert reliability["suspicions"] == []
    assert reliability["rows"] == 350
    sets = reliability["models"]["logistic_regression"]["calibration"]["sets"]["stratified"]
    # 175 of each class: a share of 0.9 has a standard error of 0.023.
    assert sets["coverage_landslides"] == pytest.approx(0.9, abs=0.06)
    assert sets["coverage_others"] == pytest.approx(0.9, abs=0.06)
