"""Figures: correlation of factors, their information gain, and ROC curves of the models."""

from hotslope.jobs import job_log, unescaped

from collections.abc import Sequence

import pandas as pd

from hotslope.factors.tables import read_factors
from hotslope.maps.figure_file import save_figure
from hotslope.maps.learning_figures import draw_correlation, draw_information_gain, draw_roc


def plot_learning(
    *,
    factors_path: str,
    screening_path: str,
    roc_path: str,
    test_metrics_path: str,
    correlation_path: str,
    information_gain_path: str,
    roc_figure_path: str,
    factors: list[str],
    max_correlation: float,
    models: list[str],
    study_area_name: str,
    vector_paths: Sequence[str] = (),
    negatives: str = "mapped",
) -> None:
    """Draw associations of factors, their information on the label, and ROC curves."""
    table = read_factors(factors_path)
    table = table[[name for name in factors if name in table]]
    save_figure(
        correlation_path, draw_correlation(study_area_name, table, max_correlation), vector_paths
    )
    screening = pd.read_csv(screening_path)
    save_figure(
        information_gain_path, draw_information_gain(study_area_name, screening), vector_paths
    )
    curves, metrics = pd.read_csv(roc_path), pd.read_csv(test_metrics_path)
    figure = draw_roc(study_area_name, curves, metrics, models, negatives)
    save_figure(roc_figure_path, figure, vector_paths)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_learning(
            factors_path=snakemake.input.factors,
            screening_path=snakemake.input.screening,
            roc_path=snakemake.input.roc,
            test_metrics_path=snakemake.input.test_metrics,
            correlation_path=snakemake.output.correlation,
            information_gain_path=snakemake.output.information_gain,
            roc_figure_path=snakemake.output.roc,
            factors=snakemake.params.factors,
            max_correlation=snakemake.params.max_correlation,
            models=snakemake.params.models,
            study_area_name=unescaped(snakemake.params.study_area_name),
            vector_paths=list(snakemake.output.get("vectors", [])),
            negatives=snakemake.params.negatives,
        )
