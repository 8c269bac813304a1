"""Map units and land-cover codes to classes, and the class of the largest area."""

from typing import Any

import numpy as np
import pandas as pd
import shapely

from hotslope.errors import InputError
from hotslope.spellings import folded


def to_classes(values: pd.Series, classes: dict[Any, str | None] | None, key: str) -> pd.Series:
    """Return the class of each value.

    Parameters
    ----------
    values : pandas.Series
        Units of a map: text, numbers, or missing.
    classes : dict or None
        Value to class; a class of None means "no data". Without a dict, each value is its
        own class. Numbers and their text are the same key, and so are texts that differ in case or
        blanks around them only.
    key : str
        Config key named in the message.

    Returns
    -------
    pandas.Series of object
        Class names; None for no data.

    Raises
    ------
    InputError
        A value that `classes` does not name, or one that it names twice, differently.
    """
    named: dict[str, str | None] = {}
    for value, name in (classes or {}).items():
        if named.setdefault(folded(_text(value)), name) != name:
            raise InputError(
                key, f"{value!r} is named twice, with different classes", "Keep one of them"
            )
    texts = {_text(value) for value in values.dropna()}
    unmapped = sorted(text for text in texts if classes is not None and folded(text) not in named)
    if unmapped:
        raise InputError(
            key,
            f"has no class for {', '.join(map(repr, unmapped))}, met inside candidates",
            "Name one for each, or null to count the value as no data",
        )
    return known_classes(values, classes)


def known_classes(values: pd.Series, classes: dict[Any, str | None] | None) -> pd.Series:
    """Return the class of each value as `to_classes` does; None where `classes` names none."""
    texts = [None if pd.isna(value) else _text(value) for value in values]
    if classes is not None:
        named = {folded(_text(value)): name for value, name in classes.items()}
        texts = [None if text is None else named.get(folded(text)) for text in texts]
    return pd.Series(texts, index=values.index, dtype=object)


def unit_areas(polygons: np.ndarray, units: np.ndarray) -> pd.DataFrame:
    """Return the exact area of every map unit inside every polygon.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Candidates.
    units : ndarray of shapely geometry, shape (m,)
        Valid polygons of the map, in the same CRS.

    Returns
    -------
    pandas.DataFrame
        Columns ``polygon`` and ``unit`` (positions, int64) and ``area`` (float64, m²), sorted;
        only pairs that share an area.
    """
    pairs = shapely.STRtree(units).query(polygons, predicate="intersects")
    polygon, unit = pairs[:, np.lexsort(pairs[::-1])]
    area = shapely.area(shapely.intersection(polygons[polygon], units[unit]))
    areas = pd.DataFrame({"polygon": polygon, "unit": unit, "area": area})
    return areas[areas["area"] > 0.0].reset_index(drop=True)


def majority_classes(areas: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the class of the largest area of each polygon, and how much of it that is.

    Parameters
    ----------
    areas : pandas.DataFrame
        Columns ``polygon`` (position), ``class`` (None for no data) and ``area``.
    count : int
        Number of polygons.

    Returns
    -------
    pandas.DataFrame, `count` rows
        ``class`` (object; None where nothing is mapped), ``share`` of that class in the mapped
        area (NaN there) and ``mapped``, the area that has a class. Of equal areas the class
        first in the alphabet wins.
    """
    sums = areas.dropna(subset="class").groupby(["polygon", "class"])["area"].sum().reset_index()
    ranked = sums.sort_values(["polygon", "area", "class"], ascending=[True, False, True])
    largest = ranked.drop_duplicates("polygon").set_index("polygon").reindex(range(count))
    mapped = sums.groupby("polygon")["area"].sum().reindex(range(count), fill_value=0.0)
    names = largest["class"].astype(object)
    return pd.DataFrame(
        {
            "class": names.where(names.notna(), None),
            "share": largest["area"] / mapped.where(mapped > 0.0),
            "mapped": mapped,
        }
    )


def _text(value: Any) -> str:
    """Return a value as text; 1, 1.0 and "1" are the same."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        value = int(value)
    return str(value)
