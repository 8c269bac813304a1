"""Look for leaks: labels without meaning must not be learnt, nor may a factor give labels away."""

from hotslope.jobs import job_log

import logging
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

from hotslope.factors.tables import read_factors
from hotslope.files import write_csv
from hotslope.learning.labels import reason_not_to_learn
from hotslope.learning.models import make_classifier
from hotslope.learning.sample import Sample, gather_sample
from hotslope.learning.splits import find_folds, repeated_folds
from hotslope.learning.suspicion import (
    factor_scores,
    place_score,
    recording_signs,
    shift_labels,
    suspicions,
)
from hotslope.learning.tables import CATCHMENTS, COLUMNS, LABELS, empty_table
from hotslope.learning.validation import mean_interval, shuffle_labels, shuffled_scores

logger = logging.getLogger("hotslope.learning")

#: Chance of a false alarm per strategy is 1 - CONFIDENCE.
CONFIDENCE = 0.999
#: One shift for so many shuffles: shifts are reported and stop nothing.
SHUFFLES_PER_SHIFT = 4


def check_leakage(
    *,
    factors_path: str,
    labels_path: str,
    shuffles_path: str,
    suspicions_path: str,
    model: str,
    factors: list[str] | None,
    binning: dict[str, Any],
    screening: dict[str, Any],
    shuffles: int,
    folds: int,
    spatial: dict[str, Any],
    seed: int,
    catchments_path: str | None = None,
) -> None:
    """Write the AUC of every shuffle and shift, and what is suspicious; stop at a leak.

    Labels that are shuffled must give a mean AUC of 0.5, or the pipeline has a leak. Labels
    whose pattern is shifted show what is learnt of places alone.
    """
    labels = LABELS.read(labels_path)
    if reason_not_to_learn(labels, folds):
        write_csv(shuffles_path, empty_table("shuffles"))
        write_csv(suspicions_path, empty_table("suspicions"))
        return
    sample = gather_sample(read_factors(factors_path), labels, factors)
    if catchments_path:
        sample = sample.in_catchments(CATCHMENTS.read(catchments_path))
    known = sample.rows(sample.label >= 0)
    write_csv(suspicions_path, _suspicions(known, binning, folds, spatial, seed))
    classifier = make_classifier(
        model, categorical=sample.categorical, seed=seed, **screening, **binning
    )
    scores = _null_scores(classifier, known, shuffles, folds, spatial, seed)
    write_csv(shuffles_path, scores)
    for (null, strategy), part in scores.groupby(["null", "strategy"], sort=False):
        mean, low, high = mean_interval(part["auc"].to_numpy(), CONFIDENCE)
        interval = f"{mean:.3f}, {CONFIDENCE:.1%} interval {low:.3f} to {high:.3f}"
        logger.info("%s folds: mean AUC of %d %s labels %s", strategy, len(part), null, interval)
        if null == "shuffled" and not low <= 0.5 <= high:
            raise RuntimeError(
                f"leak: {strategy} folds reach a mean AUC of {mean:.3f} "
                f"({low:.3f} to {high:.3f}) on shuffled labels, where 0.5 is all there is to reach"
            )


def _suspicions(
    known: Sample, binning: dict[str, Any], folds: int, spatial: dict[str, Any], seed: int
) -> pd.DataFrame:
    """Return what gives the labels away, and warn of it."""
    divisions = repeated_folds(
        known.label,
        known.group,
        known.x_m,
        known.y_m,
        repeats=1,
        n_folds=folds,
        **spatial,
        seed=seed,
        catchment=known.catchment,
    )
    stratified = [divisions[i] for i in find_folds(divisions, "stratified")]
    table = suspicions(
        factor_scores(known.factors, known.categorical, known.label, stratified, **binning),
        place_score(known.x_m, known.y_m, known.label, stratified),
        recording_signs(known.factors, known.label),
    )
    for words in table["words"]:
        logger.warning("suspicious: %s", words)
    return table


def _null_scores(
    classifier: Pipeline,
    known: Sample,
    shuffles: int,
    folds: int,
    spatial: dict[str, Any],
    seed: int,
) -> pd.DataFrame:
    """Return ``null`` (shuffled, shifted), ``shuffle``, ``strategy`` and ``auc``."""
    nulls = {
        "shuffled": (lambda rng: shuffle_labels(known.label, known.group, rng), shuffles),
        "shifted": (
            lambda rng: shift_labels(known.label, known.group, known.x_m, known.y_m, rng),
            max(shuffles // SHUFFLES_PER_SHIFT, 1),
        ),
    }
    if spatial.get("blocks") == "areas":
        # A pattern has no place to be shifted to where areas lie side by side.
        del nulls["shifted"]
    parts = []
    for null, (relabel, count) in nulls.items():
        part = shuffled_scores(
            classifier,
            known,
            relabel,
            shuffles=count,
            n_folds=folds,
            **spatial,
            seed=seed,
        )
        parts.append(part.assign(null=null))
    return pd.concat(parts, ignore_index=True)[COLUMNS["shuffles"]]


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        check_leakage(
            factors_path=snakemake.input.factors,
            labels_path=snakemake.input.labels,
            shuffles_path=snakemake.output.shuffles,
            suspicions_path=snakemake.output.suspicions,
            model=snakemake.params.model,
            factors=snakemake.params.factors,
            binning=snakemake.params.binning,
            screening=snakemake.params.screening,
            shuffles=snakemake.params.shuffles,
            folds=snakemake.params.folds,
            spatial=snakemake.params.spatial,
            seed=snakemake.params.seed,
            catchments_path=snakemake.input.get("catchments"),
        )
