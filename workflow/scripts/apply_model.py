"""Apply a model that was trained elsewhere to every candidate."""

from hotslope.jobs import job_log

import logging
from typing import Any

import pandas as pd

from hotslope.columns import CANDIDATE_ID
from hotslope.factors.tables import read_factors
from hotslope.files import write_json
from hotslope.learning.applying import (
    describe_application,
    factors_for,
    judge_applicability,
    predict,
)
from hotslope.learning.contributions import explain, main_factors, reasons_in_words
from hotslope.learning.model_description import check_factors, read_description
from hotslope.learning.model_folder import CarriedModel, read_model
from hotslope.learning.tables import APPLICABILITY, MAIN_FACTORS, PROBABILITIES

logger = logging.getLogger("hotslope")


def apply_model(
    *,
    factors_path: str,
    model_path: str,
    probabilities_path: str,
    metrics_path: str,
    main_factors_path: str,
    applicability_path: str,
    classes: dict[str, list[str]],
    measures: dict[str, Any],
    set_confidence: float,
) -> None:
    """Write probabilities, main factors, and where the model is applicable."""
    factors = read_factors(factors_path)
    check_factors(
        read_description(model_path),
        [str(name) for name in factors if name != CANDIDATE_ID],
        classes,
        measures,
    )
    model = read_model(model_path)
    table = factors_for(model, factors)
    judged = judge_applicability(model, table)
    contributions = _contributions(model, table)
    identity = pd.DataFrame({CANDIDATE_ID: factors[CANDIDATE_ID].to_numpy()}).astype("str")
    description = describe_application(model, judged, model_path)
    logger.info("model applied: %s", description["applied"])
    APPLICABILITY.write(applicability_path, identity.join(judged))
    MAIN_FACTORS.write(
        main_factors_path,
        identity.assign(
            main_factors=main_factors(contributions),
            reasons=reasons_in_words(contributions, table),
        ),
    )
    PROBABILITIES.write(probabilities_path, identity.join(predict(model, table, set_confidence)))
    write_json(metrics_path, description)


def _contributions(model: CarriedModel, table: pd.DataFrame) -> pd.DataFrame:
    """Return what each factor adds to each probability; an empty table where there are no rows."""
    if table.empty:
        return pd.DataFrame(index=table.index)
    contributions, _ = explain(model.classifier, table, model.training)
    return contributions


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        apply_model(
            factors_path=snakemake.input.factors,
            model_path=snakemake.params.model,
            probabilities_path=snakemake.output.probabilities,
            metrics_path=snakemake.output.metrics,
            main_factors_path=snakemake.output.main_factors,
            applicability_path=snakemake.output.applicability,
            classes=snakemake.params.classes,
            measures=snakemake.params.measures,
            set_confidence=snakemake.params.set_confidence,
        )
