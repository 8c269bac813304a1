"""A table of labelled places with their factors, from another source."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from hotslope.errors import InputError
from hotslope.spellings import as_text

#: Key of the config that names the file.
_PATH = "factor_table.path"


def read_table(path: str) -> pd.DataFrame:
    """Read a CSV or Parquet file.

    Raises
    ------
    InputError
        The file is no table of this kind, names a column twice, or has no rows.
    """
    try:
        if Path(path).suffix.lower() == ".parquet":
            names = pq.read_schema(path).names
        else:
            with Path(path).open(encoding="utf-8-sig", newline="") as file:
                names = next(csv.reader(file), [])
    except (OSError, ValueError) as error:
        raise InputError(_PATH, f"{path}: {error}", "Give a CSV or Parquet file") from None
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise InputError(_PATH, f"{path} has columns {twice} twice", "Rename or delete one of each")
    try:
        if Path(path).suffix.lower() == ".parquet":
            table = pd.read_parquet(path)
        else:
            table = pd.read_csv(path, encoding="utf-8-sig")
    except ValueError as error:
        raise InputError(_PATH, f"{path}: {error}", "Mend the file") from None
    if table.empty:
        raise InputError(_PATH, f"{path} has no rows", "Give one row per place")
    return table


def split_table(
    table: pd.DataFrame,
    path: str,
    *,
    x_column: str,
    y_column: str,
    class_column: str,
    positive_class: str | list[str],
    group_column: str | None,
    factors: list[str] | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Divide a table into factors and labels.

    Parameters
    ----------
    table : DataFrame
        One row per place.
    path : str
        Named in messages.
    x_column, y_column, class_column, positive_class, group_column, factors
        Section ``factor_table`` of the config.

    Returns
    -------
    factors : DataFrame
        ``candidate_id`` (number of the row) and the factors: float64, or text.
    labels : DataFrame
        Table `hotslope.learning.tables.LABELS`.

    Raises
    ------
    InputError
        A column is missing, a coordinate is no number, the positive class does not occur, or no
        column is left to learn from.
    """
    named = {
        "x_column": x_column,
        "y_column": y_column,
        "class_column": class_column,
        "group_column": group_column,
    }
    present = [str(name) for name in table.columns]
    for key, column in named.items():
        if column is not None and column not in present:
            raise InputError(
                f"factor_table.{key}", f"{path} has no column {column!r}", f"Choose among {present}"
            )
    chosen = [name for name in present if name not in named.values()]
    if factors is not None:
        absent = sorted(set(factors) - set(chosen))
        if absent:
            raise InputError(
                "factor_table.factors", f"{path} has no factors {absent}", f"Choose among {chosen}"
            )
        chosen = factors
    if not chosen:
        raise InputError(_PATH, f"{path} has no column to learn from", "Give one factor at least")
    width = len(str(len(table)))
    identity = pd.Series([f"row{i:0{width}}" for i in range(len(table))], dtype="str")
    group = as_text(table[group_column]) if group_column else identity
    empty = pd.Series(None, index=table.index, dtype="str")
    labels = pd.DataFrame(
        {
            "candidate_id": identity,
            "label": _labels(table[class_column], positive_class),
            "kind": empty,
            "inventory_id": group.where(group.notna(), identity),
            "role": empty,
            "x_m": _numbers(table[x_column], "x_column"),
            "y_m": _numbers(table[y_column], "y_column"),
        }
    )
    columns = {name: _factor(table[name]) for name in chosen}
    return pd.DataFrame({"candidate_id": identity, **columns}), labels


def _numbers(values: pd.Series, key: str) -> pd.Series:
    """Return coordinates, which must be there in every row."""
    numbers = pd.to_numeric(values, errors="coerce").astype(np.float64)
    wrong = ~np.isfinite(numbers)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"factor_table.{key}",
            f"row {row + 1}: {str(values.iloc[row])!r} is no coordinate",
            "Give metres in study_area.crs, or delete the row",
        )
    return numbers


def _labels(classes: pd.Series, positive_class: str | list[str]) -> pd.Series:
    """Return 1 for landslides, 0 for other classes, missing where there is none (Int8)."""
    text = as_text(classes).str.strip().str.casefold()
    positive = [positive_class] if isinstance(positive_class, str) else positive_class
    absent = sorted({name for name in positive if name.strip().casefold() not in set(text)})
    if absent:
        known = sorted(set(as_text(classes).dropna()))
        raise InputError(
            "factor_table.positive_class",
            f"{absent} does not occur in the classes",
            f"Name the landslides among {known}",
        )
    label = text.isin([name.strip().casefold() for name in positive]).astype("Int8")
    return label.where(text.notna())


def _factor(values: pd.Series) -> pd.Series:
    """Return numbers as float64, all else as text; infinite numbers and blank text are missing."""
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return as_text(values)
    numbers = values.astype(np.float64)
    return numbers.where(np.isfinite(numbers))
