"""Which objects are shown as examples of what extraction found, missed and made up."""

from collections.abc import Sequence

import numpy as np
import shapely

from hotslope.candidates.accuracy import MIN_OBJECT_SHARE
from hotslope.candidates.reference_outlines import covered_share


def choose_examples(
    candidates: np.ndarray, reference: np.ndarray
) -> dict[str, shapely.Geometry | None]:
    """Choose one object of each kind, by rule and not by taste.

    Parameters
    ----------
    candidates, reference : ndarray of shapely polygons
        Valid, with an area.

    Returns
    -------
    dict
        ``found``: the reference object whose covered share is the median of those found;
        ``missed``: the largest reference object missed; ``false``: the largest false
        candidate. None where there is none. Found and true as in
        `hotslope.candidates.accuracy.extraction_accuracy`.
    """
    covered = covered_share(reference, candidates)
    hit = covered_share(candidates, reference)
    found = np.flatnonzero(covered >= MIN_OBJECT_SHARE)
    typical = found[np.argsort(covered[found], kind="stable")]
    return {
        "found": reference[typical[(typical.size - 1) // 2]] if typical.size else None,
        "missed": _largest(reference[covered < MIN_OBJECT_SHARE]),
        "false": _largest(candidates[hit < MIN_OBJECT_SHARE]),
    }


def _largest(polygons: np.ndarray) -> shapely.Geometry | None:
    return polygons[int(np.argmax(shapely.area(polygons)))] if polygons.size else None


def split_ground(
    candidates: np.ndarray, reference: np.ndarray
) -> Sequence[tuple[str, shapely.Geometry]]:
    """Ground of both, of candidates only, and of the reference only."""
    extracted, true = map(shapely.disjoint_subset_union_all, (candidates, reference))
    return (
        ("both", _polygonal(shapely.intersection(extracted, true))),
        ("candidate only", _polygonal(shapely.difference(extracted, true))),
        ("reference only", _polygonal(shapely.difference(true, extracted))),
    )


def _polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """Polygons of a geometry, without the lines and points in which outlines touch."""
    parts = shapely.get_parts(geometry)
    return shapely.disjoint_subset_union_all(parts[shapely.get_dimensions(parts) == 2])
