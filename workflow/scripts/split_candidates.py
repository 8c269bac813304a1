"""Divide the labelled candidates into training, inner validation and test."""

from hotslope.jobs import job_log

import logging

from hotslope.errors import InputError
from hotslope.learning.labels import reason_not_to_learn
from hotslope.learning.splits import assign_roles
from hotslope.learning.tables import LABELS, SPLIT

logger = logging.getLogger("hotslope.learning")


def split_candidates(
    *,
    labels_path: str,
    split_path: str,
    test_fraction: float,
    validation_fraction: float,
    folds: int,
    seed: int,
) -> None:
    """Write the role of every labelled candidate; copies of one slide share it."""
    labels = LABELS.read(labels_path)
    reason = reason_not_to_learn(labels, folds)
    if reason:
        logger.warning(reason)
        SPLIT.write(split_path, SPLIT.empty())
        return
    labelled = labels[labels["label"].notna()]
    given = labelled["role"].to_numpy(dtype=object) if labelled["role"].notna().any() else None
    if given is not None and labelled["role"].isna().any():
        raise InputError(
            "inventory.role_column",
            f"{labelled['role'].isna().sum()} of {len(labelled)} labelled candidates have no role",
            "Give every polygon a role, or set inventory.role_column to null",
        )
    role = assign_roles(
        labelled["label"].to_numpy(dtype="int64"),
        labelled["inventory_id"].to_numpy(dtype=object),
        test_fraction=test_fraction,
        validation_fraction=validation_fraction,
        seed=seed,
        given=given,
    )
    split = labelled[["candidate_id"]].assign(role=role.astype(str))
    counts = split.assign(label=labelled["label"]).groupby(["role", "label"]).size()
    logger.info("rows by role and label: %s", counts.to_dict())
    for name in ("train", "validation", "test"):
        if labelled["label"][split["role"] == name].nunique() < 2:
            raise InputError(
                "inventory.role_column" if given is not None else "split",
                f"{name} rows lack a class: {counts.to_dict()}",
                "Change the roles or fractions so that each role has both classes",
            )
    SPLIT.write(split_path, split.astype({"role": "str"}))


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        split_candidates(
            labels_path=snakemake.input.labels,
            split_path=snakemake.output.split,
            test_fraction=snakemake.params.test_fraction,
            validation_fraction=snakemake.params.validation_fraction,
            folds=snakemake.params.folds,
            seed=snakemake.params.seed,
        )
