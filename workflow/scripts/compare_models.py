"""Set all models side by side: test metrics, folds, and who differs from whom."""

from hotslope.jobs import job_log

import json
from pathlib import Path

import pandas as pd

from hotslope.files import write_csv
from hotslope.learning.comparison import compare_pairs, score_table, validation_summary
from hotslope.learning.metrics import roc_points
from hotslope.learning.negatives import defined_metrics
from hotslope.learning.tables import PREDICTIONS, empty_table


def compare_models(
    *,
    predictions_paths: list[str],
    metrics_paths: list[str],
    validation_paths: list[str],
    test_metrics_path: str,
    validation_path: str,
    summary_path: str,
    comparison_path: str,
    roc_path: str,
    models: list[str],
    seed: int,
    negatives: str = "mapped",
) -> None:
    """Write the tables of all models; paths come in the order of `models`."""
    predictions = {
        model: PREDICTIONS.read(path) for model, path in zip(models, predictions_paths, strict=True)
    }
    if all(rows.empty for rows in predictions.values()):
        write_csv(test_metrics_path, empty_table("test_metrics"))
        write_csv(validation_path, empty_table("validation"))
        write_csv(summary_path, empty_table("summary"))
        write_csv(comparison_path, empty_table("comparison"))
        write_csv(roc_path, empty_table("roc"))
        return
    thresholds = {
        model: json.loads(Path(path).read_text(encoding="utf-8"))["threshold"]
        for model, path in zip(models, metrics_paths, strict=True)
    }
    folds = [pd.read_parquet(path) for path in validation_paths]
    for model, table in zip(models, folds, strict=True):
        table.insert(0, "model", model)
    validation = pd.concat(folds, ignore_index=True)
    curves = [
        roc_points(rows["label"].to_numpy(), rows["probability"].to_numpy()).assign(model=model)
        for model, rows in predictions.items()
    ]
    roc = pd.concat(curves, ignore_index=True)
    defined = defined_metrics(negatives)
    test_metrics = score_table(predictions, thresholds, seed=seed)
    base = test_metrics["metric"].str.removesuffix("_at_target_recall")
    summary = validation_summary(validation)
    write_csv(test_metrics_path, test_metrics[base.isin(defined)])
    write_csv(validation_path, validation)
    write_csv(summary_path, summary[summary["metric"].isin(defined)])
    write_csv(comparison_path, compare_pairs(predictions, validation))
    write_csv(roc_path, roc[["model", "false_positive_rate", "recall", "threshold"]])


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        compare_models(
            predictions_paths=list(snakemake.input.predictions),
            metrics_paths=list(snakemake.input.metrics),
            validation_paths=list(snakemake.input.validation),
            test_metrics_path=snakemake.output.test_metrics,
            validation_path=snakemake.output.validation,
            summary_path=snakemake.output.summary,
            comparison_path=snakemake.output.comparison,
            roc_path=snakemake.output.roc,
            models=snakemake.params.models,
            seed=snakemake.params.seed,
            negatives=snakemake.params.negatives,
        )
