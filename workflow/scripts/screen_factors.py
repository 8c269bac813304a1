"""Bins and screening of the factors on the training rows, and how stable the screening is."""

from hotslope.jobs import job_log

from typing import Any

from hotslope.factors.tables import read_factors
from hotslope.files import write_csv, write_json
from hotslope.learning.bins import FactorBinner
from hotslope.learning.sample import gather_sample, role_rows
from hotslope.learning.screening import FactorScreening
from hotslope.learning.screening_table import screening_table, selection_shares
from hotslope.learning.splits import grouped_folds
from hotslope.learning.tables import LABELS, SPLIT, empty_table
from hotslope.learning.validation import replica_seed


def screen_factors(
    *,
    factors_path: str,
    labels_path: str,
    split_path: str,
    bins_path: str,
    screening_path: str,
    factors: list[str] | None,
    binning: dict[str, Any],
    screening: dict[str, Any],
    repeats: int,
    folds: int,
    seed: int,
) -> None:
    """Write what the paper shows of its factors: bins, gain ratios, and what goes.

    All but ``stability`` is of the training rows. That column describes how much the choice
    depends on the rows, over folds of all labelled candidates; nothing is chosen by it.
    """
    labels = LABELS.read(labels_path)
    split = SPLIT.read(split_path)
    if split.empty:
        write_json(bins_path, {})
        write_csv(screening_path, empty_table("screening"))
        return
    sample = gather_sample(read_factors(factors_path), labels, factors)
    train = sample.rows(role_rows(sample, split, "train"))
    fitted = FactorScreening(sample.categorical, seed=seed, **screening, **binning).fit(
        train.factors, train.label
    )
    table = screening_table(fitted, train.factors, train.label)
    known = sample.rows(sample.label >= 0)
    training = [
        rows
        for repeat in range(repeats)
        for rows, _ in grouped_folds(known.label, known.group, folds, replica_seed(seed, repeat))
    ]
    table["stability"] = selection_shares(fitted, known.factors, known.label, training)
    write_json(bins_path, {name: _bins(fitted.binner_, name) for name in table["factor"]})
    write_csv(screening_path, table)


def _bins(binner: FactorBinner, name: str) -> dict[str, Any]:
    """Describe the bins of a factor: inner cut points, or categories."""
    if name in binner.categories_:
        return {"categories": binner.categories_[name]}
    return {"edges": [float(edge) for edge in binner.edges(name)]}


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        screen_factors(
            factors_path=snakemake.input.factors,
            labels_path=snakemake.input.labels,
            split_path=snakemake.input.split,
            bins_path=snakemake.output.bins,
            screening_path=snakemake.output.screening,
            factors=snakemake.params.factors,
            binning=snakemake.params.binning,
            screening=snakemake.params.screening,
            repeats=snakemake.params.repeats,
            folds=snakemake.params.folds,
            seed=snakemake.params.seed,
        )
