"""Score the models as Zhang et al. (2023) do, and show how much one division leaves to chance."""

from hotslope.jobs import job_log

import pandas as pd

from hotslope.factors.tables import read_factors
from hotslope.files import write_csv
from hotslope.learning.labels import reason_not_to_learn
from hotslope.learning.metrics import roc_points
from hotslope.learning.models import ModelSettings
from hotslope.learning.negatives import defined_metrics
from hotslope.learning.sample import gather_sample, role_rows
from hotslope.learning.single_split import PAPER_METRICS, paper_table, single_splits
from hotslope.learning.tables import COLUMNS, LABELS, SPLIT, empty_table
from hotslope.learning.validation import fit_folds, score_folds


def follow_paper(
    *,
    factors_path: str,
    labels_path: str,
    split_path: str,
    table_path: str,
    roc_path: str,
    models: list[ModelSettings],
    factors: list[str] | None,
    test_fraction: float,
    repeats: int,
    folds: int,
    seed: int,
    negatives: str = "mapped",
) -> None:
    """Write Table 1 and the ROC curves of one division.

    All rows but the test rows train. The order of the published steps, bins before the division,
    is not followed: it gives away the test rows.
    """
    labels = LABELS.read(labels_path)
    if reason_not_to_learn(labels, folds, negatives):
        write_csv(table_path, empty_table("paper_table"))
        write_csv(roc_path, empty_table("roc"))
        return
    sample = gather_sample(read_factors(factors_path), labels, factors)
    test = role_rows(sample, SPLIT.read(split_path), "test")
    known = sample.rows(sample.label >= 0)
    divisions = single_splits(
        known.label,
        known.group,
        test[sample.label >= 0],
        test_fraction=test_fraction,
        repeats=repeats,
        seed=seed,
    )
    probabilities, curves = {}, []
    for settings in models:
        model, classifier = settings.name, settings.classifier(sample.categorical)
        fitted = fit_folds(classifier, known.factors, known.label, divisions, seed)
        _, probabilities[model] = score_folds(fitted, known.factors, known.label, divisions)
        curve = roc_points(known.label[divisions[0].test], probabilities[model][0])
        curves.append(curve.assign(model=model))
    metrics = [name for name in PAPER_METRICS if name in defined_metrics(negatives)]
    table = paper_table(known.label, divisions, probabilities, metrics, seed)
    write_csv(table_path, table)
    write_csv(roc_path, pd.concat(curves, ignore_index=True)[COLUMNS["roc"]])


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        follow_paper(
            factors_path=snakemake.input.factors,
            labels_path=snakemake.input.labels,
            split_path=snakemake.input.split,
            table_path=snakemake.output.table,
            roc_path=snakemake.output.roc,
            models=[
                ModelSettings(
                    name=model,
                    options=options,
                    binning=snakemake.params.binning,
                    screening=snakemake.params.screening,
                    seed=snakemake.params.seed,
                )
                for model, options in snakemake.params.models.items()
            ],
            factors=snakemake.params.factors,
            test_fraction=snakemake.params.test_fraction,
            repeats=snakemake.params.repeats,
            folds=snakemake.params.folds,
            seed=snakemake.params.seed,
            negatives=snakemake.params.negatives,
        )
