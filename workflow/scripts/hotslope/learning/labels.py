"""Labels of candidates, from an inventory of inspected slopes."""

import logging
import sys
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.errors import InputError
from hotslope.learning.negatives import MEANINGS, candidates_without_landslide
from hotslope.spellings import as_text, folded, one_spelling

logger = logging.getLogger("hotslope.learning")

#: Roles that the inventory may prescribe.
ROLES = ("train", "validation", "test")
#: Two slopes of different classes that share more than this of the smaller contradict each other.
CONTRADICTING_SHARE = 0.5
#: Fewest slopes of a class: one for the test, one for inner validation, two for the folds of the
#: training rows.
FEWEST_SLOPES = 4
#: Rows of label 0 in words, by ``learning.negatives``.
_NEGATIVES = {
    "mapped": "other slopes",
    "unlabelled": "slopes without a landslide on the map",
    "stable_ground": "pieces of stable ground",
}
NO_CANDIDATES = "There are no candidates: nothing was learnt."


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
        Column that names the class; None where each layer is a class of its name.
    positive_class : sequence of str
        Names of the classes that are landslides; every other class is not.
    kind_column, role_column : str or None
        Columns with the kind of landslide and the prescribed role, where there are any.

    Returns
    -------
    GeoDataFrame
        One row per polygon: the parts of a MultiPolygon are slopes of their own.
        ``inventory_id`` (layer/row, and /part where the feature has several), ``label`` (1
        landslide, 0 not), ``kind`` and ``role`` (str, missing where not given), ``geometry``
        (valid polygons). ``attrs["merged"]`` names spellings taken for one class.

    Raises
    ------
    InputError
        A column is in no layer, the positive class does not occur, a role is unknown, or
        geometries are not polygons.

    Notes
    -----
    Classes and roles are compared without regard to case and to blanks around them; blank
    text is missing.
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
        frame = gpd.GeoDataFrame(
            {
                "inventory_id": [f"{name}/{row}" for row in range(len(layer))],
                "class": as_text(classes),
                "kind": _optional(layer, kind_column),
                "role": _optional(layer, role_column).str.lower(),
            },
            geometry=layer.geometry.to_numpy(),
            crs=layer.crs,
        )
        parts.append(_separate_parts(frame))
    inventory = pd.concat(parts, ignore_index=True)
    inventory["class"], merged = one_spelling(inventory["class"])
    _check(inventory, positive_class)
    positive = {folded(name) for name in positive_class}
    inventory = inventory[inventory["class"].notna()].reset_index(drop=True)
    inventory["label"] = inventory["class"].str.casefold().isin(positive).astype(int)
    inventory = inventory.drop(columns="class")
    inventory.attrs["merged"] = merged
    return inventory


def _separate_parts(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each part of a MultiPolygon a row, and every row a valid geometry."""
    parts = frame.reset_index(drop=True).explode()
    part = parts.groupby(level=0).cumcount()
    several = part.groupby(level=0).transform("size") > 1
    parts["inventory_id"] += np.where(several, "/" + part.astype(str), "")
    # Only now: a polygon that crosses itself is one slope, though it becomes several parts.
    parts.geometry = shapely.make_valid(parts.geometry.to_numpy())
    return parts.reset_index(drop=True)


def _optional(layer: gpd.GeoDataFrame, column: str | None) -> pd.Series:
    if column is None or column not in layer.columns:
        return pd.Series(None, layer.index, dtype="str")
    return as_text(layer[column]).str.strip()


def _check(inventory: gpd.GeoDataFrame, positive_class: Sequence[str]) -> None:
    """Refuse an inventory without the positive class, with other geometries or unknown roles."""
    present = sorted(set(inventory["class"].dropna()))
    known = {name.casefold() for name in present}
    absent = [name for name in positive_class if folded(name) not in known]
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


def contradictions(inventory: gpd.GeoDataFrame) -> list[tuple[str, str]]:
    """Return landslides and other slopes that cover more than half of each other.

    Parameters
    ----------
    inventory : GeoDataFrame
        As `read_classes` returns it.

    Returns
    -------
    list of (str, str)
        ``inventory_id`` of the landslide and of the other slope, more than half of the smaller of
        which lies in both.
    """
    slides, others = (inventory[inventory["label"] == label] for label in (1, 0))
    first, second = slides.geometry.to_numpy(), others.geometry.to_numpy()
    i, j = shapely.STRtree(second).query(first, predicate="intersects")
    smaller = np.minimum(shapely.area(first[i]), shapely.area(second[j]))
    both = shapely.area(shapely.intersection(first[i], second[j])) > CONTRADICTING_SHARE * smaller
    slide_ids = slides["inventory_id"].iloc[i[both]]
    other_ids = others["inventory_id"].iloc[j[both]]
    return sorted(zip(slide_ids, other_ids, strict=True))


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


def reason_not_to_learn(labels: pd.DataFrame, folds: int, negatives: str = "mapped") -> str | None:
    """Return why no model can be trained on these labels; None where one can.

    Parameters
    ----------
    labels : DataFrame
        Table `hotslope.learning.tables.LABELS`.
    folds : int
        Folds of the validation; each needs slopes of both classes.
    negatives : str, default "mapped"
        ``learning.negatives``; what the rows of label 0 are.
    """
    if labels.empty:
        return NO_CANDIDATES
    slopes = labels[labels["label"].notna()].groupby("label")["inventory_id"].nunique()
    landslides, others = (int(slopes.get(value, 0)) for value in (1, 0))
    needed = max(folds, FEWEST_SLOPES)
    if min(landslides, others) >= needed:
        return None
    reason = (
        f"No model was trained: candidates overlap {landslides} mapped landslides and {others} "
        f"{_NEGATIVES[negatives]}, where {needed} of each are needed (validation.folds, and at "
        f"least {FEWEST_SLOPES}). Map more slopes of both classes, or lower inventory.min_overlap."
    )
    if negatives == "mapped" and landslides >= needed:
        reason += (
            " learning.negatives: unlabelled trains on landslides alone, with all other candidates "
            "as rows of unknown class; stable_ground on ground that does not move."
        )
    return reason


def summarise_labels(
    labels: pd.DataFrame, folds: int, negatives: str = "mapped"
) -> dict[str, int | str | None]:
    """Count labels, and report at the terminal why they are too few, where they are.

    Parameters
    ----------
    labels : DataFrame
        Table `hotslope.learning.tables.LABELS`, as the inventory gives it.
    folds, negatives
        See `reason_not_to_learn`.

    Returns
    -------
    dict
        ``candidates``, ``landslides``, ``others``, ``without_label``, ``reason_not_to_learn``;
        ``negatives`` and ``meaning`` of the scores, where negatives are not mapped.
    """
    rows = labels
    if negatives == "unlabelled":
        rows = candidates_without_landslide(labels)
    elif negatives == "stable_ground":
        # A piece of ground for every landslide, as it is meant.
        slides = labels[labels["label"] == 1]
        rows = pd.concat([slides, slides.assign(label=0)]) if len(slides) else slides
    reason = reason_not_to_learn(rows, folds, negatives)
    summary: dict[str, int | str | None] = {
        "candidates": len(labels),
        "landslides": int((labels["label"] == 1).sum()),
        "others": int((labels["label"] == 0).sum()),
        "without_label": int(labels["label"].isna().sum()),
        "reason_not_to_learn": reason,
    }
    if negatives != "mapped":
        summary |= {"negatives": negatives, "meaning": MEANINGS[negatives]}
    logger.info("labels: %s", summary)
    if reason:
        print(f"\nhotslope: {reason}\n", file=sys.stderr)
    return summary
