"""Give the Shapley values of a forest for every candidate."""

from hotslope.jobs import job_log

from pathlib import Path

import pandas as pd

from hotslope.columns import CANDIDATE_ID
from hotslope.factors.tables import read_factors
from hotslope.files import write_table
from hotslope.learning.model_description import NOTHING, TRAINING
from hotslope.learning.persistence import load_classifier
from hotslope.learning.shapley import shapley_values


def explain_trees(*, factors_path: str, fitted_path: str, shapley_path: str) -> None:
    """Write ``candidate_id``, ``base`` and what each factor adds to it."""
    factors = read_factors(factors_path)
    identity = factors[[CANDIDATE_ID]].astype("str")
    fitted = Path(fitted_path)
    if (fitted / NOTHING).exists():
        write_table(shapley_path, identity.assign(base=float("nan")), {})
        return
    training = pd.read_parquet(fitted / TRAINING)
    nominal = [name for name in training if not pd.api.types.is_numeric_dtype(training[name])]
    kinds = dict.fromkeys(nominal, object)
    base, values = shapley_values(
        load_classifier(fitted), factors[list(training)].astype(kinds), training.astype(kinds)
    )
    write_table(shapley_path, identity.assign(base=base).join(values), {})


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        explain_trees(
            factors_path=snakemake.input.factors,
            fitted_path=snakemake.input.fitted,
            shapley_path=snakemake.output.shapley,
        )
