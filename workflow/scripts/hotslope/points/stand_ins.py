"""Numbers that exports write where nothing was measured: refused where they pass for motion."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hotslope.errors import InputError

#: Numbers that exports write where nothing was measured, in whatever unit.
STAND_INS = (
    -9999.0, 9999.0, -99999.0, 99999.0, -999999.0, 999999.0, -32768.0, 32767.0, -9999.9, -999.9,
)  # fmt: skip
#: Such numbers that a displacement may have: refused only where far from the rest of its series.
DOUBTFUL = (-999.0, 999.0)
#: The least of all these, by size.
LEAST_STAND_IN = min(map(abs, STAND_INS + DOUBTFUL))
#: Columns in which such a number would pass for motion.
MOTION = ("velocity_mm_yr", "velocity_std_mm_yr")
#: Millimetres per unit of files whose values are in mm already.
_UNITS = (1.0, 1000.0)


def refuse_stand_ins(
    values: np.ndarray,
    name: str,
    place: str,
    stand_ins: tuple[float, ...] = STAND_INS,
    unit: float = 1.0,
) -> None:
    """Raise an InputError where a number stands for a missing value.

    Parameters
    ----------
    values : ndarray
        Of one column.
    name, place : str
        Column and file, as messages name them.
    stand_ins : tuple of float
        Such numbers, as the file writes them.
    unit : float
        What the file's values were multiplied by.
    """
    if not np.any(np.abs(values) >= min(map(abs, stand_ins)) * unit):
        return
    found = np.isin(values, np.asarray(stand_ins, dtype=values.dtype) * values.dtype.type(unit))
    if found.any():
        raise _stand_in(float(values[found][0]) / unit, name, place)


def refuse_isolated(
    values: np.ndarray, names: Sequence[str], place: str, unit: float = 1.0
) -> None:
    """Raise an InputError for numbers of `DOUBTFUL` that lie apart from their series.

    Parameters
    ----------
    values : ndarray, shape (points, epochs)
        Displacements.
    names : sequence of str
        Of the epochs, for messages.
    place : str
        The file.
    unit : float
        What the file's values were multiplied by.
    """
    found = np.isin(values, np.asarray(DOUBTFUL, dtype=values.dtype) * values.dtype.type(unit))
    for row in np.flatnonzero(found.any(axis=1)):
        others = values[row][~found[row] & np.isfinite(values[row])]
        column = int(np.argmax(found[row]))
        value = float(values[row, column])
        if not others.size or abs(value - float(np.median(others))) > abs(value) / 2:
            raise _stand_in(value / unit, names[column], place)


def _stand_in(value: float, name: str, place: str) -> InputError:
    return InputError(
        f"{place}, column {name}",
        f"{value:g} stands for a missing value",
        f"Set missing_values: [{value:g}] (formats table and gamma_ipta), or leave it empty where "
        "it is missing (NaN in binary files)",
    )


def refuse_in_arrays(
    points: pd.DataFrame, displacement_mm: np.ndarray, names: Sequence[str], place: str
) -> None:
    """Raise an InputError where a number stands for a missing value in values in mm.

    Parameters
    ----------
    points : DataFrame
        Columns of the points table.
    displacement_mm : ndarray, shape (points, epochs)
        NaN where missing.
    names : sequence of str
        Of the epochs, for messages.
    place : str
        The file.
    """
    for unit in _UNITS:
        for column in MOTION:
            if column in points:
                values = points[column].to_numpy()
                refuse_stand_ins(values, column, place, STAND_INS + DOUBTFUL, unit)
    low, high = np.nanmin(displacement_mm, initial=0.0), np.nanmax(displacement_mm, initial=0.0)
    if max(-low, high) < LEAST_STAND_IN:
        return
    for unit in _UNITS:
        for name, values in zip(names, displacement_mm.T, strict=True):
            refuse_stand_ins(values, name, place, unit=unit)
        refuse_isolated(displacement_mm, names, place, unit)
