"""Join the factor tables of several areas, as if their candidates were of one."""

from hotslope.jobs import job_log

from hotslope.errors import InputError
from hotslope.factors.tables import factor_table, is_given, read_factors
from hotslope.files import write_json
from hotslope.learning.areas import area_names, join_tables
from hotslope.learning.labels import summarise_labels
from hotslope.learning.tables import LABELS


def join_areas(
    *,
    tables_paths: list[str],
    area_folders: list[str],
    factors_path: str,
    labels_path: str,
    summary_path: str,
    folds: int,
) -> None:
    """Write the factors, the labels and how many of them there are.

    `tables_paths` has the factors and then the labels of each area, `area_folders` their folders.
    """
    areas = {}
    for number, name in enumerate(area_names(area_folders)):
        measured, labelled = tables_paths[2 * number : 2 * number + 2]
        if is_given(measured):
            raise InputError(
                "learning.train_on",
                f"{measured} is a table of another source, whose units are not known",
                "Name areas whose factors hotslope measured",
            )
        areas[name] = read_factors(measured), LABELS.read(labelled)
    joined, labels = join_tables(areas)
    summary = summarise_labels(labels, folds)
    factor_table(list(joined.columns)).write(factors_path, joined)
    LABELS.write(labels_path, labels)
    write_json(summary_path, summary)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        join_areas(
            tables_paths=list(snakemake.input.tables),
            area_folders=snakemake.params.areas,
            factors_path=snakemake.output.factors,
            labels_path=snakemake.output.labels,
            summary_path=snakemake.output.summary,
            folds=snakemake.params.folds,
        )
