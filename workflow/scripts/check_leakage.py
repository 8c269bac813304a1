"""Shuffle the labels and validate again: without a leak, nothing can be learnt."""

from hotslope.jobs import job_log

import logging
from typing import Any

from hotslope.factors.tables import read_factors
from hotslope.files import write_csv
from hotslope.learning.labels import reason_not_to_learn
from hotslope.learning.models import make_classifier
from hotslope.learning.sample import gather_sample
from hotslope.learning.tables import LABELS, empty_table
from hotslope.learning.validation import mean_interval, shuffled_scores

logger = logging.getLogger("hotslope.learning")

#: Chance of a false alarm per strategy is 1 - CONFIDENCE.
CONFIDENCE = 0.999


def check_leakage(
    *,
    factors_path: str,
    labels_path: str,
    shuffles_path: str,
    model: str,
    factors: list[str],
    binning: dict[str, Any],
    max_correlation: float,
    shuffles: int,
    folds: int,
    block_size_m: float,
    seed: int,
) -> None:
    """Write the AUC of every shuffle; raise where the mean is not 0.5."""
    labels = LABELS.read(labels_path)
    if reason_not_to_learn(labels, folds):
        write_csv(shuffles_path, empty_table("shuffles"))
        return
    sample = gather_sample(read_factors(factors_path), labels, factors)
    known = sample.rows(sample.label >= 0)
    classifier = make_classifier(
        model, categorical=sample.categorical, max_correlation=max_correlation, **binning
    )
    scores = shuffled_scores(
        classifier,
        known.factors,
        known.label,
        known.group,
        known.x_m,
        known.y_m,
        shuffles=shuffles,
        n_folds=folds,
        block_size_m=block_size_m,
        seed=seed,
    )
    write_csv(shuffles_path, scores)
    for strategy, part in scores.groupby("strategy", sort=False):
        mean, low, high = mean_interval(part["auc"].to_numpy(), CONFIDENCE)
        logger.info(
            "%s folds: mean AUC of %d shuffles %.3f, %.1f %% interval %.3f to %.3f",
            strategy,
            len(part),
            mean,
            100 * CONFIDENCE,
            low,
            high,
        )
        if not low <= 0.5 <= high:
            raise RuntimeError(
                f"leak: {strategy} folds reach a mean AUC of {mean:.3f} "
                f"({low:.3f} to {high:.3f}) on shuffled labels, where 0.5 is all there is to reach"
            )


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        check_leakage(
            factors_path=snakemake.input.factors,
            labels_path=snakemake.input.labels,
            shuffles_path=snakemake.output.shuffles,
            model=snakemake.params.model,
            factors=snakemake.params.factors,
            binning=snakemake.params.binning,
            max_correlation=snakemake.params.max_correlation,
            shuffles=snakemake.params.shuffles,
            folds=snakemake.params.folds,
            block_size_m=snakemake.params.block_size_m,
            seed=snakemake.params.seed,
        )
