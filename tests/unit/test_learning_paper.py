"""The published protocol: one division as in the tables of the run, beside others drawn like it."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, roc_auc_score

from follow_paper import follow_paper
from hotslope.factors.tables import read_factors
from hotslope.learning.models import ModelSettings, make_classifier
from hotslope.learning.single_split import single_splits
from hotslope.learning.tables import LABELS, SPLIT
from hotslope.learning.validation import positive_probability, replica_seed
from learning_area import BINNING, FACTORS, SCREENING, run_stage

pytestmark = pytest.mark.xdist_group("learning_area")


def follow(folder: Path, stage: SimpleNamespace, negatives: str = "mapped") -> pd.DataFrame:
    """Follow the protocol on the area; return its table."""
    follow_paper(
        **stage.tables,
        factors=FACTORS,
        seed=1,
        split_path=str(stage.folder / "split.parquet"),
        table_path=str(folder / "paper_table.csv"),
        roc_path=str(folder / "paper_roc.csv"),
        models=[
            ModelSettings(name, options, BINNING, SCREENING, seed=1)
            for name, options in (("random_forest", {"trees": 10}), ("logistic_regression", {}))
        ],
        test_fraction=0.3,
        repeats=6,
        folds=4,
        negatives=negatives,
    )
    return pd.read_csv(folder / "paper_table.csv")


def test_divisions_hold_out_a_share_of_each_class_and_keep_slopes_whole():
    label = np.repeat([0, 1], [60, 40])
    group = np.array([f"s{i // 2}" for i in range(100)], dtype=object)
    first = np.arange(100) % 10 < 4
    folds = single_splits(label, group, first, test_fraction=0.3, repeats=5, seed=3)
    np.testing.assert_array_equal(folds[0].test, np.flatnonzero(first))
    for fold in folds[1:]:
        assert np.bincount(label[fold.test]).tolist() == [18, 12]
        assert not set(group[fold.test]) & set(group[fold.train])
    for fold in folds:
        assert sorted([*fold.train, *fold.test]) == list(range(100))
    assert len({fold.test.tobytes() for fold in folds}) == 6


def test_the_one_division_is_that_of_the_run_and_all_other_rows_train(stage, tmp_path):
    table = follow(tmp_path, stage).set_index(["model", "metric"])
    split = SPLIT.read(stage.folder / "split.parquet").set_index("candidate_id")["role"]
    labels = LABELS.read(stage.tables["labels_path"]).set_index("candidate_id")["label"].dropna()
    factors = read_factors(stage.tables["factors_path"]).set_index("candidate_id")
    rows = factors[[name for name in FACTORS if name in factors]].loc[labels.index]
    rows = rows.astype({"lithology": object})
    label = labels.to_numpy(dtype=np.int64)
    test = (split.loc[labels.index] == "test").to_numpy()
    classifier = make_classifier(
        "logistic_regression", categorical=["lithology"], seed=1, **SCREENING, **BINNING
    ).set_params(model__random_state=replica_seed(1, 0))
    classifier.fit(rows[~test].reset_index(drop=True), label[~test])
    found = positive_probability(classifier, rows[test].reset_index(drop=True))
    one = table.loc["logistic_regression"]
    assert one.loc["auc", "value"] == pytest.approx(roc_auc_score(label[test], found))
    assert one.loc["accuracy", "value"] == pytest.approx(accuracy_score(label[test], found >= 0.5))
    assert list(one.index) == ["accuracy", "precision", "recall", "auc"]
    assert (table["least"] <= table["mean"]).all()
    assert (table["mean"] <= table["greatest"]).all()
    assert (table["repeats"] == 6).all()
    assert table["least"].lt(table["greatest"]).any()
    curves = pd.read_csv(tmp_path / "paper_roc.csv").query("model == 'logistic_regression'")
    area = np.trapezoid(curves["recall"], curves["false_positive_rate"])
    assert area == pytest.approx(one.loc["auc", "value"])


def test_scores_that_need_true_negatives_are_left_out(stage, tmp_path):
    assert set(follow(tmp_path, stage, "unlabelled")["metric"]) == {"recall", "auc"}


def test_too_few_labels_give_empty_tables(tmp_path):
    few = run_stage(tmp_path / "few", landslides=3)
    assert follow(tmp_path, few).empty
    assert pd.read_csv(tmp_path / "paper_roc.csv").empty
