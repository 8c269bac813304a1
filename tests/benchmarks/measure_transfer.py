"""What a model is worth in another area: trained on six simulated areas, applied to four others.

Three of the four have other ground (`GROUNDS` of `learning_areas`). Models are trained, written,
read and applied by the scripts of the workflow. Writes results/experiments/transfer.json; the
tables of the areas are kept in results/experiments/transfer_areas.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import pandas as pd
from learning_areas import default_factors, defaults, labelled_sample  # the package is on the path
from threadpoolctl import threadpool_limits

from apply_model import apply_model
from describe_models import describe_models
from hotslope.files import write_json
from hotslope.learning.metrics import area_under_curve, mean_of_defined
from hotslope.learning.models import MODELS, ModelSettings, make_classifier
from hotslope.learning.sample import Sample
from hotslope.learning.splits import find_folds, repeated_folds
from hotslope.learning.tables import APPLICABILITY, PROBABILITIES
from hotslope.learning.validation import fit_folds, mean_interval, score_folds
from join_areas import join_areas
from split_candidates import split_candidates
from train_model import train_model

#: Seeds that serve nowhere else in this repository, and the ground of those applied to.
TRAINING = tuple(range(9401, 9407))
TARGETS = {9411: "default", 9421: "high ranges", 9422: "high ranges", 9431: "wide basin"}
REPEATS, FOLDS, BLOCK_SIZE_M = 3, 5, 2000.0
BOOTSTRAPS = 4000


def join(areas: Path, work: Path) -> None:
    """Join the areas of `TRAINING` and give their rows roles."""
    for seed in TRAINING:
        labelled_sample(seed, areas)
    folders = [areas / str(seed) for seed in TRAINING]
    join_areas(
        tables_paths=[
            str(folder / name)
            for folder in folders
            for name in ("factors.parquet", "labels.parquet")
        ],
        area_folders=[str(folder) for folder in folders],
        factors_path=str(work / "factors.parquet"),
        labels_path=str(work / "labels.parquet"),
        summary_path=str(work / "labels.json"),
        folds=FOLDS,
    )
    split_candidates(
        labels_path=str(work / "labels.parquet"),
        split_path=str(work / "split.parquet"),
        **defaults("split"),
        folds=FOLDS,
        seed=defaults("learning")["seed"],
    )


def train(work: Path, model: str) -> None:
    """Train a model on the joined areas, into the folder of its name."""
    folder = work / model
    train_model(
        **{
            f"{name}_path": str(work / f"{name}.parquet") for name in ("factors", "labels", "split")
        },
        predictions_path=str(folder / "test_predictions.parquet"),
        metrics_path=str(folder / "metrics.json"),
        fitted_path=str(folder / "fitted"),
        main_factors_path=str(folder / "main_factors.parquet"),
        partial_dependence_path=str(folder / "partial_dependence.csv"),
        settings=ModelSettings(
            model, {}, defaults("binning"), defaults("screening"), defaults("learning")["seed"]
        ),
        factors=default_factors(),
        folds=FOLDS,
        target_recall=defaults("learning")["target_recall"],
    )
    origin = {"name": "six areas", "crs": None, "licence": None, "hotslope": "", "measures": {}}
    describe_models(
        fitted_paths=[str(folder / "fitted")],
        descriptions_paths=[str(folder / "model.json")],
        cards_paths=[str(folder / "README.md")],
        origin=origin | {"areas": [str(seed) for seed in TRAINING], "classes": {}},
    )


def apply(work: Path, model: str, area: Path, sample: Sample) -> pd.DataFrame:
    """Return ``label``, ``probability`` and ``applicable`` of the labelled rows of an area."""
    with tempfile.TemporaryDirectory() as out:
        paths = {
            name: Path(out) / f"{name}.parquet"
            for name in ("probabilities", "main_factors", "applicability")
        }
        apply_model(
            factors_path=str(area / "factors.parquet"),
            model_path=str(work / model),
            **{f"{name}_path": str(path) for name, path in paths.items()},
            metrics_path=str(Path(out) / "metrics.json"),
            classes={},
            measures={},
            set_confidence=defaults("learning")["set_confidence"],
        )
        found = PROBABILITIES.read(paths["probabilities"]).merge(
            APPLICABILITY.read(paths["applicability"]), on="candidate_id"
        )
    found = found.set_index("candidate_id").loc[sample.candidate_id].reset_index()
    return found[["probability", "applicable"]].assign(label=sample.label)


def compare(model: str, sample: Sample, carried: pd.DataFrame, seed: int) -> dict[str, float]:
    """Return the AUC of the carried model and of ones trained on the area itself.

    Both on the applicable rows of the same folds: ``carried_{strategy}`` and ``own_{strategy}``.
    """
    folds = repeated_folds(
        sample.label, sample.group, sample.x_m, sample.y_m,
        repeats=REPEATS, n_folds=FOLDS, block_size_m=BLOCK_SIZE_M, seed=seed,
    )  # fmt: skip
    classifier = make_classifier(model, categorical=sample.categorical)
    fitted = fit_folds(classifier, sample.factors, sample.label, folds, seed)
    _, own = score_folds(fitted, sample.factors, sample.label, folds)
    applicable = carried["applicable"].to_numpy(dtype=bool)
    elsewhere = carried["probability"].to_numpy()
    scores = {}
    for strategy in ("stratified", "spatial"):
        pairs = []
        for i in find_folds(folds, strategy):
            inside = applicable[folds[i].test]
            rows = folds[i].test[inside]
            label = sample.label[rows]
            pairs.append(
                (area_under_curve(label, elsewhere[rows]), area_under_curve(label, own[i][inside]))
            )
        for name, values in zip(("carried", "own"), zip(*pairs, strict=True), strict=True):
            scores[f"{name}_{strategy}"] = mean_of_defined(values)
    return scores


def error_of_flagged(tables: list[pd.DataFrame]) -> dict[str, float]:
    """Return by how much the mean squared error of flagged rows exceeds that of the others.

    The interval (95 %) is of a bootstrap of the rows within their area.
    """
    rng = np.random.default_rng(0)
    parts = [
        (
            (rows["probability"] - rows["label"]).to_numpy() ** 2,
            ~rows["applicable"].to_numpy(dtype=bool),
        )
        for rows in tables
    ]

    def excess(drawn: list[np.ndarray]) -> float:
        error = np.concatenate([part[0][i] for part, i in zip(parts, drawn, strict=True)])
        flagged = np.concatenate([part[1][i] for part, i in zip(parts, drawn, strict=True)])
        return float(error[flagged].mean() - error[~flagged].mean())

    resampled = [
        excess([rng.integers(0, part[0].size, part[0].size) for part in parts])
        for _ in range(BOOTSTRAPS)
    ]
    low, high = np.quantile(resampled, [0.025, 0.975])
    return {
        "flagged": int(sum(part[1].sum() for part in parts)),
        "rows": int(sum(part[1].size for part in parts)),
        "excess": excess([np.arange(part[0].size) for part in parts]),
        "low": float(low),
        "high": float(high),
    }


def main() -> None:
    """Print and write, per model, the AUC in each area and the error of flagged rows."""
    areas = Path("results/experiments/transfer_areas")
    rows, errors = [], {}
    with threadpool_limits(1), tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        join(areas, work)
        samples = {seed: labelled_sample(seed, areas, ground) for seed, ground in TARGETS.items()}
        for model in MODELS:
            train(work, model)
            tables = []
            for seed, sample in samples.items():
                carried = apply(work, model, areas / str(seed), sample)
                tables.append(carried)
                scores = compare(model, sample, carried, seed)
                flagged = int((~carried["applicable"]).sum())
                rows.append(
                    {"model": model, "area": seed, "ground": TARGETS[seed], "rows": len(carried)}
                    | {"flagged": flagged} | scores
                )  # fmt: skip
            errors[model] = error_of_flagged(tables)
    table = pd.DataFrame(rows)
    print(table.round(3).to_string(index=False))
    for model, part in table.groupby("model", sort=False):
        for strategy in ("stratified", "spatial"):
            less = (part[f"own_{strategy}"] - part[f"carried_{strategy}"]).to_numpy()
            mean, low, high = mean_interval(less, 0.95)
            print(f"{model}, {strategy}: carried less by {mean:+.3f} ({low:+.3f} to {high:+.3f})")
        found = errors[str(model)]
        print(f"{model}: {found['flagged']} of {found['rows']} flagged, squared error "
              f"{found['excess']:+.3f} ({found['low']:+.3f} to {found['high']:+.3f})")  # fmt: skip
    write_json("results/experiments/transfer.json", {"areas": rows, "errors": errors})


if __name__ == "__main__":
    main()
