"""Labels of candidates, from an inventory of slopes that somebody looked at."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.errors import InputError

#: Roles that the inventory may prescribe.
ROLES = ("train", "validation", "test")


def read_classes(
    layers: dict[str, gpd.GeoDataFrame],
    *,
    class_column: str | None,
    positive_class: Sequence[str],
    kind_column: str | None = None,
    role_column: str | None = None,
) -> gpd.GeoDataFrame:
    """Join the layers of an inventory into one table of polygons with classes.

    Parameters
    ----------
    layers : dict of str to GeoDataFrame
        Polygons by layer name, all in one projected CRS.
    class_column : str or None
        Column that names the class; None where each layer is a class and lends its name.
    positive_class : sequence of str
        Names of the classes that are landslides; every other class is not.
    kind_column, role_column : str or None
        Columns with the kind of landslide and the prescribed role, where there are any.

    Returns
    -------
    GeoDataFrame
        ``inventory_id`` (layer and row), ``label`` (1 landslide, 0 not), ``kind`` and
        ``role`` (str, missing where not given), ``geometry`` (valid polygons).

    Raises
    ------
    InputError
        A column is in no layer, the positive class does not occur, a role is unknown, or
        geometries are not polygons.
    """
    for key, column in {
        "class_column": class_column,
        "kind_column": kind_column,
        "role_column": role_column,
    }.items():
        if column is not None and not any(column in layer.columns for layer in layers.values()):
            present = sorted({str(name) for layer in layers.values() for name in layer.columns})
            raise InputError(
                f"inventory.{key}", f"no layer has a column {column!r}", f"Choose among {present}"
            )
    parts = []
    for name, layer in layers.items():
        classes = pd.Series(name, layer.index) if class_column is None else layer[class_column]
        parts.append(
            gpd.GeoDataFrame(
                {
                    "inventory_id": [f"{name}/{row}" for row in range(len(layer))],
                    "class": classes.astype(object),
                    "kind": _optional(layer, kind_column),
                    "role": _optional(layer, role_column),
                },
                geometry=shapely.make_valid(layer.geometry.to_numpy()),
                crs=layer.crs,
            )
        )
    inventory = pd.concat(parts, ignore_index=True)
    _check(inventory, positive_class)
    inventory = inventory[inventory["class"].notna()].reset_index(drop=True)
    inventory["label"] = inventory["class"].astype(str).isin(list(positive_class)).astype(int)
    return inventory.drop(columns="class")


def _optional(layer: gpd.GeoDataFrame, column: str | None) -> pd.Series:
    if column is None or column not in layer.columns:
        return pd.Series(None, layer.index, dtype=object)
    values = layer[column].astype(object)
    return values.where(values.notna(), None)


def _check(inventory: gpd.GeoDataFrame, positive_class: Sequence[str]) -> None:
    """Refuse an inventory that cannot say which slopes are landslides."""
    present = sorted({str(value) for value in inventory["class"].dropna()})
    absent = sorted(set(positive_class) - set(present))
    if absent or not positive_class:
        raise InputError(
            "inventory.positive_class",
            f"{absent or 'nothing'} is no class of the inventory",
            f"Name the landslides among {present}",
        )
    kinds = set(inventory.geometry.geom_type.dropna()) - {
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
    if kinds:
        raise InputError(
            "inventory.path", f"holds {sorted(kinds)}", "Give the outlines as polygons"
        )
    unknown = sorted({str(role) for role in inventory["role"].dropna()} - set(ROLES))
    if unknown:
        raise InputError(
            "inventory.role_column", f"holds {unknown}", f"Roles are {', '.join(ROLES)}"
        )


def label_by_overlap(
    candidates: gpd.GeoDataFrame, inventory: gpd.GeoDataFrame, *, min_overlap: float
) -> pd.DataFrame:
    """Give each candidate the class that covers most of it.

    Parameters
    ----------
    candidates : GeoDataFrame
        ``candidate_id`` and polygons.
    inventory : GeoDataFrame
        As `read_classes` returns it, in the same CRS.
    min_overlap : float
        Least overlap, as a share of the candidate or of the inventory polygon, whichever
        share is larger: a candidate may be a small active part of a large old slide, or
        hold a small mapped slide within a larger moving slope.

    Returns
    -------
    DataFrame
        One row per candidate in their order: ``candidate_id``, ``label`` (Int8: 1, 0 or
        missing), ``kind``, ``inventory_id``, ``role`` (str or missing).

    Notes
    -----
    Polygons that fall short of `min_overlap` do not count. Of the others, the class with the
    larger total overlap gives the label (a tie gives 1: recall comes first), and its polygon
    with the largest overlap gives kind, role and identity.
    """
    areas = candidates.geometry.to_numpy()
    outlines = inventory.geometry.to_numpy()
    i, j = shapely.STRtree(outlines).query(areas, predicate="intersects")
    overlap = shapely.area(shapely.intersection(areas[i], outlines[j]))
    smaller = np.minimum(shapely.area(areas[i]), shapely.area(outlines[j]))
    pairs = pd.DataFrame(
        {"candidate": i, "polygon": j, "overlap": overlap, "label": inventory["label"].iloc[j]}
    )
    pairs = pairs[(overlap > 0) & (overlap >= min_overlap * smaller)]
    pairs["total"] = pairs.groupby(["candidate", "label"])["overlap"].transform("sum")
    best = pairs.sort_values(
        ["candidate", "total", "label", "overlap", "polygon"],
        ascending=[True, False, False, False, True],
    ).drop_duplicates("candidate")
    chosen = best.set_index("candidate")["polygon"].reindex(range(len(candidates)))
    rows = inventory[["label", "kind", "inventory_id", "role"]].reindex(chosen.to_numpy())
    rows.insert(0, "candidate_id", candidates["candidate_id"].to_numpy())
    text = dict.fromkeys(["candidate_id", "kind", "inventory_id", "role"], "str")
    return rows.astype({"label": "Int8", **text}).reset_index(drop=True)[
        ["candidate_id", "label", "kind", "inventory_id", "role"]
    ]


def require_labels(labels: pd.DataFrame, folds: int) -> None:
    """Raise an InputError where too few slopes of either class are labelled for folds.

    Parameters
    ----------
    labels : DataFrame
        Table `hotslope.learning.tables.LABELS`.
    folds : int
        Folds of the validation; each needs both classes.
    """
    slopes = labels[labels["label"].notna()].groupby("label")["inventory_id"].nunique()
    landslides, others = (int(slopes.get(value, 0)) for value in (1, 0))
    if min(landslides, others) < folds:
        raise InputError(
            "inventory.path",
            f"candidates overlap {landslides} mapped landslides and {others} other slopes, "
            f"where validation.folds needs at least {folds} of each",
            "Map more slopes, lower inventory.min_overlap, or set inventory.path to null "
            "to go without models",
        )
