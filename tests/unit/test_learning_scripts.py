"""Each script of the stage on a small made-up area, in the order of the workflow."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box
from threadpoolctl import threadpool_limits

from assess_reliability import assess_reliability
from check_leakage import check_leakage
from compare_models import compare_models
from hotslope.candidates.tables import CANDIDATES
from hotslope.errors import InputError
from hotslope.factors.tables import factor_table, read_factors
from hotslope.files import write_layers
from hotslope.learning.metrics import threshold_for_recall
from hotslope.learning.models import make_classifier
from hotslope.learning.persistence import load_classifier
from hotslope.learning.sample import gather_sample, role_rows
from hotslope.learning.tables import LABELS, MAIN_FACTORS, PREDICTIONS, PROBABILITIES, SPLIT
from hotslope.learning.validation import honest_probability, positive_probability
from label_candidates import label_candidates
from screen_factors import screen_factors
from split_candidates import split_candidates
from train_model import train_model
from validate_model import validate_model

CRS = "EPSG:32647"
N = 60
FACTORS = ["slope", "tri", "twi", "lithology", "elevation", "distance_to_roads"]
MODELS = {"random_forest": {"trees": 10}, "cnn": {"epochs": 15}, "logistic_regression": {}}
SCREENING = {"max_correlation": 0.7, "rule": "significance", "permutations": 99}
BINNING = {"max_bins": 8, "significance": 0.1, "min_bin_count": 5}


def write_area(folder: Path, landslides: int = 24) -> None:
    """60 candidates on a 10 × 6 board of 1 km; 24 are mapped as others, some as landslides."""
    rng = np.random.default_rng(3)
    x, y = 700_000 + 1000 * (np.arange(N) % 10), 3_980_000 + 1000 * (np.arange(N) // 10)
    squares = [box(left, low, left + 300, low + 300) for left, low in zip(x, y, strict=True)]
    names = [f"c{i:03d}" for i in range(N)]
    candidates = gpd.GeoDataFrame({"candidate_id": names}, geometry=squares, crs=CRS)
    write_layers(folder / "candidates.gpkg", {"candidates": candidates}, CANDIDATES.metadata())
    slide = rng.permutation(np.arange(48) % 2)
    mapped = gpd.GeoDataFrame({"kind": ["old", "new"] * 24}, geometry=squares[:48], crs=CRS)
    mapped[slide == 1][:landslides].to_file(folder / "inventory.gpkg", layer="slides")
    others = mapped[slide == 0].drop(columns="kind")
    others.to_file(folder / "inventory.gpkg", layer="others")
    slope = 20 + 6 * np.r_[slide, rng.integers(0, 2, 12)] + rng.normal(0, 3, N)
    factors = pd.DataFrame(
        {
            "candidate_id": names,
            "slope": slope,
            "tri": slope / 5 + rng.normal(0, 0.1, N),
            "twi": np.where(rng.random(N) < 0.1, np.nan, rng.normal(size=N)),
            "lithology": pd.Series(rng.choice(["hard", "soft", None], N), dtype="str"),
            "elevation": 2500.0,
            "lithology_share": 1.0,
        }
    ).astype({"candidate_id": "str"})
    factor_table(list(factors.columns)).write(folder / "factors.parquet", factors)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".parquet", ".csv", ".json", ".skops", ".safetensors")
    }


def label(folder: Path, **changes: object) -> None:
    options = {
        "layer": None, "class_column": None, "positive_class": "slides", "kind_column": "kind",
        "role_column": None, "min_overlap": 0.3, "folds": 4,
    } | changes  # fmt: skip
    label_candidates(
        candidates_path=str(folder / "candidates.gpkg"),
        inventory_path=str(folder / "inventory.gpkg"),
        labels_path=str(folder / "labels.parquet"),
        summary_path=str(folder / "labels.json"),
        **options,
    )


def split(folder: Path, folds: int = 4) -> None:
    split_candidates(
        labels_path=str(folder / "labels.parquet"),
        split_path=str(folder / "split.parquet"),
        test_fraction=0.3,
        validation_fraction=0.2,
        folds=folds,
        seed=1,
    )


def run_stage(
    folder: Path, folds: int = 4, landslides: int = 24, **changes: object
) -> SimpleNamespace:
    folder.mkdir(parents=True)
    write_area(folder, landslides)
    label(folder, folds=folds, **changes)
    split(folder, folds)
    tables = {
        "factors_path": str(folder / "factors.parquet"),
        "labels_path": str(folder / "labels.parquet"),
    }
    screen_factors(
        **tables,
        split_path=str(folder / "split.parquet"),
        bins_path=str(folder / "bins.json"),
        screening_path=str(folder / "screening.csv"),
        factors=FACTORS,
        binning=BINNING,
        screening=SCREENING,
        repeats=3,
        folds=folds,
        seed=1,
    )
    for model, options in MODELS.items():
        common = {
            "model": model, "options": options, "factors": FACTORS, "binning": BINNING,
            "screening": SCREENING, "seed": 1,
        }  # fmt: skip
        train_model(
            **tables,
            **common,
            split_path=str(folder / "split.parquet"),
            predictions_path=str(folder / model / "test_predictions.parquet"),
            metrics_path=str(folder / model / "metrics.json"),
            fitted_path=str(folder / model / "fitted"),
            main_factors_path=str(folder / model / "main_factors.parquet"),
            folds=folds,
            target_recall=0.8,
        )
        validate_model(
            **tables,
            **common,
            validation_path=str(folder / model / "validation.parquet"),
            probabilities_path=str(folder / model / "probabilities.parquet"),
            calibration_path=str(folder / model / "calibration.json"),
            importance_path=str(folder / model / "importance.csv"),
            folds={"repeats": 3, "n_folds": folds, "block_size_m": 2000},
            set_confidence=0.9,
        )
    compare_models(
        predictions_paths=[str(folder / model / "test_predictions.parquet") for model in MODELS],
        metrics_paths=[str(folder / model / "metrics.json") for model in MODELS],
        validation_paths=[str(folder / model / "validation.parquet") for model in MODELS],
        test_metrics_path=str(folder / "test_metrics.csv"),
        validation_path=str(folder / "validation.csv"),
        summary_path=str(folder / "validation_summary.csv"),
        comparison_path=str(folder / "model_comparison.csv"),
        roc_path=str(folder / "roc.csv"),
        models=list(MODELS),
        seed=1,
    )
    check_leakage(
        **tables,
        shuffles_path=str(folder / "label_shuffles.csv"),
        suspicions_path=str(folder / "suspicions.csv"),
        model="logistic_regression",
        factors=FACTORS,
        binning=BINNING,
        screening=SCREENING,
        shuffles=4,
        folds=folds,
        spatial={"block_size_m": 2000},
        seed=1,
    )
    assess(folder)
    return SimpleNamespace(folder=folder, models=list(MODELS), tables=tables)


def assess(folder: Path) -> None:
    assess_reliability(
        labels_path=str(folder / "labels.parquet"),
        probabilities_paths=[str(folder / model / "probabilities.parquet") for model in MODELS],
        calibration_paths=[str(folder / model / "calibration.json") for model in MODELS],
        validation_summary_path=str(folder / "validation_summary.csv"),
        shuffles_path=str(folder / "label_shuffles.csv"),
        suspicions_path=str(folder / "suspicions.csv"),
        reliability_path=str(folder / "reliability.json"),
        verdict_path=str(folder / "reliability.md"),
        calibration_curve_path=str(folder / "calibration_curve.csv"),
        precision_recall_path=str(folder / "precision_recall.csv"),
        models=list(MODELS),
    )


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """As Snakemake does for the rules: sums of linear algebra depend on the thread count."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    return run_stage(tmp_path_factory.mktemp("learning") / "area")


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


def test_every_candidate_has_a_probability(stage: SimpleNamespace) -> None:
    for model in stage.models:
        table = PROBABILITIES.read(stage.folder / model / "probabilities.parquet")
        assert len(table) == N
        assert table["probability"].notna().all()
        # labelled: one model per repeat; unlabelled: every fold's
        assert set(table["n_models"]) == {3, 12}


def test_candidates_have_calibrated_probabilities_and_sets(stage: SimpleNamespace) -> None:
    for model in stage.models:
        table = PROBABILITIES.read(stage.folder / model / "probabilities.parquet")
        assert table["probability_calibrated"].notna().all()
        assert (table["probability_low"] <= table["probability_high"]).all()
        assert table["prediction_set"].notna().all()
        found = json.loads((stage.folder / model / "calibration.json").read_text())
        assert found["method"] in ("none", "sigmoid", "isotonic", "venn_abers")
        assert set(found["sets"]) == {"stratified", "spatial"}
        # 24 landslides: at 90 % two or three are missed, by chance up to six.
        assert found["sets"]["stratified"]["coverage_landslides"] >= 18 / 24


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


def test_a_factor_made_of_the_labels_is_named(stage: SimpleNamespace, tmp_path: Path) -> None:
    """Slope is a copy of the label, twi missing wherever others were mapped."""
    labels = LABELS.read(stage.tables["labels_path"]).set_index("candidate_id")["label"]
    factors = read_factors(stage.tables["factors_path"])
    label = labels.loc[factors["candidate_id"]].to_numpy(dtype=float, na_value=0.0)
    factors["slope"] = 20 + 10 * label + np.linspace(0, 1, N)
    factors.loc[label == 0, "twi"] = np.nan
    factor_table(list(factors.columns)).write(tmp_path / "factors.parquet", factors)
    check_leakage(
        factors_path=str(tmp_path / "factors.parquet"),
        labels_path=stage.tables["labels_path"],
        shuffles_path=str(tmp_path / "label_shuffles.csv"),
        suspicions_path=str(tmp_path / "suspicions.csv"),
        model="logistic_regression",
        factors=FACTORS,
        binning=BINNING,
        screening=SCREENING,
        shuffles=4,
        folds=4,
        spatial={"block_size_m": 2000},
        seed=1,
    )
    found = pd.read_csv(tmp_path / "suspicions.csv").set_index("factor")
    assert found.loc["slope", "kind"] == "factor"
    assert set(found.loc[["twi"], "kind"]) <= {"factor", "recording"}
    assert "recording" in set(found.loc[["twi"], "kind"])
    assert "inventory" in found.loc["slope", "words"]


def test_saved_model_predicts_what_it_predicted(stage: SimpleNamespace) -> None:
    table = read_factors(stage.tables["factors_path"]).set_index("candidate_id")
    for model in stage.models:
        known = PREDICTIONS.read(stage.folder / model / "test_predictions.parquet")
        loaded = load_classifier(stage.folder / model / "fitted")
        rows = table.loc[known["candidate_id"], [name for name in FACTORS if name in table]]
        np.testing.assert_array_equal(positive_probability(loaded, rows), known["probability"])
    assert (stage.folder / "cnn" / "fitted" / "network.safetensors").exists()


def test_threshold_is_chosen_on_training_and_validation_rows_together(
    stage: SimpleNamespace,
) -> None:
    """Training rows scored by folds that leave them out; neither part alone gives the threshold."""
    factors = read_factors(stage.tables["factors_path"])
    sample = gather_sample(factors, LABELS.read(stage.tables["labels_path"]), FACTORS)
    roles = SPLIT.read(stage.folder / "split.parquet")
    train, validation = (
        sample.rows(role_rows(sample, roles, role)) for role in ("train", "validation")
    )
    label = np.concatenate([train.label, validation.label])
    differ = 0
    for model, options in MODELS.items():
        classifier = make_classifier(
            model, categorical=sample.categorical, seed=1, **SCREENING, **BINNING, **options
        )
        within = honest_probability(
            classifier, train.factors, train.label, train.group, n_folds=4, seed=1
        )
        fitted = load_classifier(stage.folder / model / "fitted")
        inner = positive_probability(fitted, validation.factors)
        threshold = json.loads((stage.folder / model / "metrics.json").read_text())["threshold"]
        assert threshold == threshold_for_recall(label, np.concatenate([within, inner]), 0.8)
        seen = positive_probability(fitted, train.factors)
        others = (
            threshold_for_recall(validation.label, inner, 0.8),
            threshold_for_recall(train.label, within, 0.8),
            threshold_for_recall(label, np.concatenate([seen, inner]), 0.8),
        )
        differ += threshold not in others
    assert differ >= 1


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


def test_same_bytes_again(stage: SimpleNamespace, tmp_path: Path) -> None:
    again = run_stage(tmp_path / "again")
    assert digests(again.folder) == digests(stage.folder)


def test_leakage_check_passes_and_can_fail(
    stage: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "label_shuffles.csv"
    options = {
        "shuffles_path": str(path), "suspicions_path": str(tmp_path / "suspicions.csv"),
        "model": "logistic_regression", "factors": FACTORS,
        "binning": BINNING, "screening": SCREENING, "shuffles": 12, "folds": 4,
        "spatial": {"block_size_m": 2000}, "seed": 1,
    }  # fmt: skip
    check_leakage(**stage.tables, **options)
    table = pd.read_csv(path)
    assert table.groupby(["null", "strategy"]).size().to_dict() == {
        ("shuffled", "stratified"): 12, ("shuffled", "spatial"): 12,
        ("shifted", "stratified"): 6, ("shifted", "spatial"): 6,
    }  # fmt: skip
    # A pipeline that has seen the answers: it scores 1 on two folds of three, 0.5 elsewhere.
    peeking = pd.DataFrame({"shuffle": 0, "strategy": "stratified", "auc": [0.5, 1.0, 1.0] * 14})
    monkeypatch.setattr("check_leakage.shuffled_scores", lambda *_, **__: peeking)
    with pytest.raises(RuntimeError, match="leak: stratified folds"):
        check_leakage(**stage.tables, **options)


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
        assert len(main) == N
        metrics = json.loads((stage.folder / model / "metrics.json").read_text())
        assert metrics["threshold"] is None
        assert reason in metrics["note"]
        assert reason in json.loads((stage.folder / model / "calibration.json").read_text())["note"]
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


def test_wrong_inventory_settings_are_refused(stage: SimpleNamespace) -> None:
    with pytest.raises(InputError, match=r"inventory.layer.*'slopes'.*others"):
        label(stage.folder, layer="slopes")
    with pytest.raises(InputError, match=r"inventory.positive_class.*'slide'.*slides"):
        label(stage.folder, positive_class="slide")
    with pytest.raises(InputError, match=r"inventory.role_column.*'role'"):
        label(stage.folder, role_column="role")
