"""Factor tables of several areas joined into one, from which a model learns."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath

import numpy as np
import pandas as pd

from hotslope.errors import InputError
from hotslope.factors.catalogue import FACTORS

logger = logging.getLogger("hotslope.learning")

#: Areas are laid side by side from west to east, so far apart (m): their own coordinates may be of
#: different systems, and may overlap.
AREA_STEP_M = 1e6
#: Key of the config that names the folders.
_KEY = "learning.train_on"


def area_names(folders: Sequence[str]) -> list[str]:
    """Name areas by their folders; folders called ``results`` by what they lie in.

    Raises
    ------
    InputError
        Two have the same name.
    """
    names = []
    for folder in folders:
        parts = [part for part in PurePath(folder).parts if part not in ("results", "..", ".", "/")]
        names.append(parts[-1] if parts else "area")
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise InputError(
            _KEY, f"two areas are called {twice[0]!r}", "Give each area a folder of its own name"
        )
    return names


def areas_of(x_m: np.ndarray) -> np.ndarray:
    """Return the number of the area of each row of a joined table, int64, shape (n_rows,)."""
    return np.floor(x_m / AREA_STEP_M).astype(np.int64)


def join_tables(
    areas: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Join the factors and labels of areas.

    Parameters
    ----------
    areas : mapping of str to (DataFrame, DataFrame)
        Name of an area → its factors and its labels (table `hotslope.learning.tables.LABELS`).

    Returns
    -------
    factors, labels : DataFrame
        Tables of the same kinds. Candidates and slopes are named ``{area}/{name}``; eastings are
        those of `AREA_STEP_M`. Factors are those that all areas have; a role is kept where every
        labelled candidate has one.

    Raises
    ------
    InputError
        No factor is common to all, a category has no class in common with the first area's, or an
        area is wider than `AREA_STEP_M`.
    """
    tables = [factors for factors, _ in areas.values()]
    common = [name for name in FACTORS if all(name in table for table in tables)]
    if not common:
        raise InputError(_KEY, "no factor is common to all areas", "Name areas with common factors")
    dropped = sorted({name for table in tables for name in table if name in FACTORS} - set(common))
    if dropped:
        logger.warning("factors that some areas lack, left out: %s", ", ".join(dropped))
    _check_classes(areas, common)
    joined, labelled = [], []
    for number, (name, (factors, labels)) in enumerate(areas.items()):
        joined.append(_prefixed(factors[["candidate_id", *common]], name, ["candidate_id"]))
        labelled.append(_side_by_side(_prefixed(labels, name, ["candidate_id", "inventory_id"]),
                                      name, number))  # fmt: skip
    labels = pd.concat(labelled, ignore_index=True)
    known = labels["label"].notna()
    if labels.loc[known, "role"].isna().any():
        labels["role"] = pd.Series(None, index=labels.index, dtype="str")
    return pd.concat(joined, ignore_index=True), labels


def _prefixed(table: pd.DataFrame, area: str, columns: list[str]) -> pd.DataFrame:
    named = {name: (f"{area}/" + table[name]).astype("str") for name in columns}
    return table.assign(**named)


def _side_by_side(labels: pd.DataFrame, name: str, number: int) -> pd.DataFrame:
    """Move an area to its place among the others."""
    if labels.empty:
        return labels
    east = labels["x_m"] - labels["x_m"].min()
    if east.max() >= AREA_STEP_M:
        raise InputError(_KEY, f"{name} is {east.max() / 1000:.0f} km wide", "Divide the area")
    return labels.assign(x_m=east + number * AREA_STEP_M)


def _check_classes(
    areas: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]], factors: list[str]
) -> None:
    """Refuse areas whose classes have nothing in common; name classes of some areas alone."""
    for factor in factors:
        if FACTORS[factor].unit != "class":
            continue
        found = {name: set(table[factor].dropna()) for name, (table, _) in areas.items()}
        first, *others = found.items()
        for name, classes in others:
            if classes and first[1] and not classes & first[1]:
                raise InputError(
                    _KEY,
                    f"{factor} has other classes in {name} ({', '.join(sorted(classes))}) than in "
                    f"{first[0]} ({', '.join(sorted(first[1]))})",
                    "Map the units of all areas to the same classes",
                )
        partly = sorted(set.union(*found.values()) - set.intersection(*found.values()))
        if partly:
            logger.info("classes of %s in some areas alone: %s", factor, ", ".join(partly))
