"""A benchmark of learning: factor tables of simulated areas, fixed folds, a scorer, our models.

    python tests/benchmarks/benchmark_learning.py [FOLDER]

Writes into FOLDER (resources/benchmark_learning): `areas/{area}.csv`, `folds.csv`, `ceilings.csv`,
`score.py`, a `README.md`, and in `predictions/` those of our models, which are scored. The measured
areas in `tables/` are kept for the next time.
"""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
import pandas as pd
import score_learning
from learning_areas import default_factors, labelled_sample  # puts the package on the path
from threadpoolctl import threadpool_limits

from hotslope.factors.catalogue import FACTORS
from hotslope.files import write_csv, write_text
from hotslope.learning.metrics import area_under_curve
from hotslope.learning.models import MODELS, make_classifier
from hotslope.learning.sample import Sample
from hotslope.learning.splits import Fold, repeated_folds
from hotslope.learning.validation import fit_folds, score_folds

#: Seeds that serve nowhere else in this repository; nothing was chosen on them.
SEEDS = tuple(range(9301, 9313))
REPEATS, FOLDS, BLOCK_SIZE_M = 5, 5, 2000.0
README = """# Benchmark of learning: landslides among moving slopes

{areas} simulated areas of 12 by 10 km, made by `make benchmark-learning` of hotslope
(its docs/benchmark.md says how).

- `areas/{{area}}.csv`: a row per labelled slope: `candidate_id`, `slope_id` (rows that share it are
  copies of one mapped slope), `x_m`, `y_m`, `label` (1 landslide, 0 other movement) and factors:
{factors}
  Empty cells are missing values.
- `folds.csv`: `area`, `candidate_id`, `strategy` (stratified, or spatial: squares of {block} m),
  `repeat`, `fold`.
- `ceilings.csv`: per area, numbers of rows and the AUC of the simulator's own probability of the
  label: from all causes, and from those that factors show.
- `score.py`: `python score.py . predictions.csv` scores your predictions; its head says what they
  look like.

For each area, strategy, repeat and fold, fit on the rows of the area's other folds and predict
those of the fold. Choose models and options on areas of other seeds.
"""


def folds_of(sample: Sample, seed: int) -> list[Fold]:
    """Return the folds of an area."""
    return repeated_folds(
        sample.label, sample.group, sample.x_m, sample.y_m,
        repeats=REPEATS, n_folds=FOLDS, block_size_m=BLOCK_SIZE_M, seed=seed,
    )  # fmt: skip


def write_area(folder: Path, sample: Sample, seed: int) -> None:
    """Write the factor table of an area."""
    table = pd.DataFrame(
        {
            "candidate_id": sample.candidate_id,
            "slope_id": sample.group,
            "x_m": sample.x_m,
            "y_m": sample.y_m,
            "label": sample.label,
        }
    )
    write_csv(folder / "areas" / f"{seed}.csv", table.join(sample.factors))


def fold_rows(sample: Sample, folds: list[Fold], seed: int) -> pd.DataFrame:
    """Return the rows of `folds.csv` of an area."""
    parts = [
        pd.DataFrame({"candidate_id": sample.candidate_id[fold.test]}).assign(
            area=str(seed), strategy=fold.strategy, repeat=fold.repeat, fold=fold.fold
        )
        for fold in folds
    ]
    return pd.concat(parts, ignore_index=True)[
        ["area", "candidate_id", "strategy", "repeat", "fold"]
    ]


def ceiling(sample: Sample, chances: pd.DataFrame, seed: int) -> dict[str, object]:
    """Return the AUC of the simulator's own probability of the labels of an area."""
    chosen = chances.set_index("candidate_id").loc[sample.candidate_id]
    return {
        "area": str(seed),
        "rows": sample.label.size,
        "landslides": int(sample.label.sum()),
    } | {f"auc_{name}": area_under_curve(sample.label, chosen[name].to_numpy()) for name in chosen}


def predict(model: str, samples: dict[int, Sample]) -> pd.DataFrame:
    """Return the predictions of one of our models with its default options."""
    parts = []
    for seed, sample in samples.items():
        folds = folds_of(sample, seed)
        classifier = make_classifier(model, categorical=sample.categorical)
        fitted = fit_folds(classifier, sample.factors, sample.label, folds, seed)
        _, probabilities = score_folds(fitted, sample.factors, sample.label, folds)
        rows = fold_rows(sample, folds, seed).drop(columns="fold")
        parts.append(rows.assign(probability=np.concatenate(probabilities)))
    return pd.concat(parts, ignore_index=True)


def write_benchmark(folder: Path) -> dict[int, Sample]:
    """Write everything but predictions; return the areas by seed."""
    tables = folder / "tables"
    samples = {seed: labelled_sample(seed, tables) for seed in SEEDS}
    for seed, sample in samples.items():
        write_area(folder, sample, seed)
    rows = [fold_rows(sample, folds_of(sample, seed), seed) for seed, sample in samples.items()]
    write_csv(folder / "folds.csv", pd.concat(rows, ignore_index=True))
    ceilings = [
        ceiling(sample, pd.read_parquet(tables / str(seed) / "chances.parquet"), seed)
        for seed, sample in samples.items()
    ]
    write_csv(folder / "ceilings.csv", pd.DataFrame(ceilings))
    shutil.copyfile(score_learning.__file__, folder / "score.py")
    factors = "\n".join(
        f"  - `{name}`: {FACTORS[name].description} ({FACTORS[name].unit})"
        for name in default_factors()
    )
    text = README.format(areas=len(samples), factors=factors, block=f"{BLOCK_SIZE_M:.0f}")
    write_text(folder / "README.md", text)
    return samples


def main(folder: Path) -> None:
    """Write the benchmark, predict by our models, and print how they score."""
    with threadpool_limits(1):
        samples = write_benchmark(folder)
        paths = [folder / "predictions" / f"{model}.csv" for model in MODELS]
        for path in paths:
            write_csv(path, predict(path.stem, samples))
    print(pd.read_csv(folder / "ceilings.csv").round(3).to_string(index=False))
    score_learning.main([str(folder), *map(str, paths)])


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "resources/benchmark_learning"))
