"""The labelled candidates as one sample: factors, labels, groups, places."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from hotslope.errors import InputError

logger = logging.getLogger("hotslope.learning")


@dataclass(frozen=True)
class Sample:
    """Rows to learn from, or to predict.

    Parameters
    ----------
    candidate_id : ndarray of str, shape (n_rows,)
    factors : DataFrame
        Raw factors, one column each: float64, or text where categorical.
    categorical : list of str
        Factors that hold categories.
    label : ndarray of int64, shape (n_rows,)
        1 landslide, 0 not; -1 where not labelled.
    group : ndarray of str, shape (n_rows,)
        Inventory polygon; rows of one group are never divided.
    x_m, y_m : ndarray of float64, shape (n_rows,)
        Centroids in the project CRS.
    catchment : ndarray of int64 or None, shape (n_rows,)
        Catchment of the centroid, where folds keep catchments whole.
    """

    candidate_id: np.ndarray
    factors: pd.DataFrame
    categorical: list[str]
    label: np.ndarray
    group: np.ndarray
    x_m: np.ndarray
    y_m: np.ndarray
    catchment: np.ndarray | None = None

    def rows(self, chosen: np.ndarray) -> "Sample":
        """Return the rows where `chosen` (bool, shape (n_rows,)) is true."""
        return Sample(
            self.candidate_id[chosen],
            self.factors[chosen].reset_index(drop=True),
            self.categorical,
            self.label[chosen],
            self.group[chosen],
            self.x_m[chosen],
            self.y_m[chosen],
            None if self.catchment is None else self.catchment[chosen],
        )

    def in_catchments(self, catchments: pd.DataFrame) -> "Sample":
        """Return the same rows with the catchments of `hotslope.learning.tables.CATCHMENTS`."""
        numbers = catchments.set_index("candidate_id")["catchment"]
        return replace(self, catchment=numbers.loc[self.candidate_id].to_numpy())


def gather_sample(
    factors: pd.DataFrame, labels: pd.DataFrame, names: Sequence[str] | None
) -> Sample:
    """Join factors and labels of all candidates.

    Parameters
    ----------
    factors : DataFrame
        ``candidate_id`` and factors; columns not in `names` are left out.
    labels : DataFrame
        Table `hotslope.learning.tables.LABELS`.
    names : sequence of str or None
        Factors of the config; None takes all columns. Those that the table lacks, because
        their layer is not given, are named in the log.

    Returns
    -------
    Sample
        In the order of `labels`.

    Raises
    ------
    InputError
        No factor is left, or none has a value.
    """
    if names is None:
        names = [name for name in factors.columns if name != "candidate_id"]
    present = [name for name in names if name in factors.columns]
    absent = sorted(set(names) - set(present))
    if absent:
        logger.info("factors without a layer, left out: %s", ", ".join(absent))
    empty = [name for name in present if factors[name].isna().all()]
    if len(factors) and len(empty) == len(present):
        raise InputError(
            "factors", "none of them has a value for any candidate", "Give terrain.dem or layers"
        )
    if empty:
        logger.warning("factors without any value: %s", ", ".join(empty))
    table = factors.set_index("candidate_id")[present].loc[labels["candidate_id"]]
    table = table.reset_index(drop=True)
    nominal = [name for name in present if not pd.api.types.is_numeric_dtype(table[name])]
    # Rows are taken hundreds of times: of Python's strings ten times as quickly as of Arrow's.
    table = table.astype(dict.fromkeys(nominal, object))
    return Sample(
        candidate_id=labels["candidate_id"].to_numpy(dtype=object),
        factors=table,
        categorical=nominal,
        label=labels["label"].fillna(-1).to_numpy(dtype=np.int64),
        group=labels["inventory_id"].fillna("").to_numpy(dtype=object),
        x_m=labels["x_m"].to_numpy(),
        y_m=labels["y_m"].to_numpy(),
    )


def number_matrix(table: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Return numeric factors as float64, shape (n_rows, len(names)), NaN where missing."""
    # Every fit of a model takes it twice: of the columns one by one in a third of the time.
    columns = np.empty((len(names), len(table)))
    for position, name in enumerate(names):
        columns[position] = table[name].to_numpy(dtype=np.float64, na_value=np.nan)
    return columns.T


def role_rows(sample: Sample, split: pd.DataFrame, role: str) -> np.ndarray:
    """Return where the rows of `sample` have a role, bool, shape (n_rows,)."""
    chosen = set(split.loc[split["role"] == role, "candidate_id"])
    return np.array([candidate in chosen for candidate in sample.candidate_id], dtype=bool)
