"""Take factors, labels and places from a table of another source, as if candidates had them."""

from hotslope.jobs import job_log

from typing import Any

from hotslope.factors.tables import write_given_factors
from hotslope.files import write_json
from hotslope.learning.given_table import read_table, split_table
from hotslope.learning.labels import summarise_labels
from hotslope.learning.tables import LABELS


def read_factor_table(
    *,
    table_path: str,
    factors_path: str,
    labels_path: str,
    summary_path: str,
    columns: dict[str, Any],
    folds: int,
    negatives: str = "mapped",
) -> None:
    """Write the factors, the labels and how many of them there are."""
    factors, labels = split_table(read_table(table_path), table_path, **columns)
    summary = summarise_labels(labels, folds, negatives)
    write_given_factors(factors_path, factors)
    LABELS.write(labels_path, labels)
    write_json(summary_path, summary)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        read_factor_table(
            table_path=snakemake.input.table,
            factors_path=snakemake.output.factors,
            labels_path=snakemake.output.labels,
            summary_path=snakemake.output.summary,
            columns=snakemake.params.columns,
            folds=snakemake.params.folds,
            negatives=snakemake.params.negatives,
        )
