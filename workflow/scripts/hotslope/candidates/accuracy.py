"""How well candidates match reference outlines, by area and by object."""

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

#: An object counts as found (or true) where at least this share of it lies in the other set.
MIN_OBJECT_SHARE = 0.1
#: Percentiles of the bootstrap interval.
INTERVAL = (2.5, 97.5)


def extraction_accuracy(
    candidates: gpd.GeoDataFrame | gpd.GeoSeries,
    reference: gpd.GeoDataFrame | gpd.GeoSeries,
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> dict:
    """Compare candidate outlines with reference outlines.

    Parameters
    ----------
    candidates, reference : GeoDataFrame or GeoSeries
        Polygons; overlapping ones of a set count once. The reference is reprojected to the
        candidates' CRS.
    resamples : int
        Bootstrap samples of the intervals.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    dict
        - ``accuracy``: common area / extracted area
        - ``missing``: reference area not extracted / reference area
        - ``iou``: common area / area of both together
        - ``f1``: harmonic mean of accuracy and 1 - missing
        - ``objects_found``: share of reference objects found
        - ``objects_true``: share of candidates that are true
        - ``areas``: ``extracted_m2``, ``reference_m2``, ``common_m2``
        - ``counts``: ``candidates``, ``candidates_true``, ``candidates_false``,
          ``references``, ``references_found``, ``references_missed``, ``clusters``
        - ``intervals``: [2.5 %, 97.5 %] of each of the six shares

        A share whose denominator is 0 is NaN.

    Notes
    -----
    Areas are those of the vector outlines, nothing is rasterised. The bootstrap draws
    clusters of touching polygons of both sets, because the errors of a candidate and of the
    reference it covers are one error. An object is found where at least `MIN_OBJECT_SHARE`
    of it is covered; a candidate is true by the same rule.

    The definitions are ours: Zhang et al. (2023) give 71.02 % accuracy and 7.89 % missing
    without saying of what.

    Examples
    --------
    >>> candidates = gpd.GeoSeries([shapely.box(0, 0, 100, 100)], crs="EPSG:32647")
    >>> reference = gpd.GeoSeries([shapely.box(50, 0, 150, 100)], crs="EPSG:32647")
    >>> found = extraction_accuracy(candidates, reference)
    >>> {name: round(found[name], 2) for name in ("accuracy", "missing", "iou", "f1")}
    {'accuracy': 0.5, 'missing': 0.5, 'iou': 0.33, 'f1': 0.5}
    """
    extracted = _polygons(candidates)
    true = _polygons(_in_crs_of(candidates, reference))
    sums = _cluster_sums(extracted, true)
    total = sums.sum(axis=0)
    common, extracted_area, true_area, found, references, hits, count = total
    return {
        **{name: float(value) for name, value in _shares(total).items()},
        "areas": {
            "extracted_m2": float(extracted_area),
            "reference_m2": float(true_area),
            "common_m2": float(common),
        },
        "counts": {
            "candidates": int(count),
            "candidates_true": int(hits),
            "candidates_false": int(count - hits),
            "references": int(references),
            "references_found": int(found),
            "references_missed": int(references - found),
            "clusters": len(sums),
        },
        "intervals": {
            name: _interval(values)
            for name, values in _shares(_resampled_sums(sums, resamples, seed).T).items()
        },
    }


def _in_crs_of(
    candidates: gpd.GeoDataFrame | gpd.GeoSeries, reference: gpd.GeoDataFrame | gpd.GeoSeries
) -> gpd.GeoDataFrame | gpd.GeoSeries:
    """Reproject the reference where both CRS are known and differ."""
    if candidates.crs is None or reference.crs is None or candidates.crs == reference.crs:
        return reference
    return reference.to_crs(candidates.crs)


def _polygons(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> np.ndarray:
    """Return valid geometries with an area, as a plain array."""
    geometries = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
    geometries = shapely.make_valid(
        geometries[~shapely.is_missing(geometries)], method="structure", keep_collapsed=False
    )
    return geometries[shapely.area(geometries) > 0]


def _cluster_sums(extracted: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Sum areas and objects over each cluster of touching polygons.

    Returns
    -------
    ndarray, float64, shape (clusters, 7)
        Common, extracted and reference area; reference objects found and in all; candidates
        true and in all.
    """
    polygons = np.concatenate([extracted, true])
    count = len(polygons)
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    links = coo_array((np.ones(len(first)), (first, second)), shape=(count, count))
    clusters, cluster = connected_components(links, directed=False)
    is_extracted = np.arange(count) < len(extracted)
    sums = np.zeros((clusters, 7))
    for index in range(clusters):
        here = cluster == index
        ours, theirs = polygons[here & is_extracted], polygons[here & ~is_extracted]
        our_union, their_union = shapely.union_all(ours), shapely.union_all(theirs)
        sums[index] = (
            shapely.area(shapely.intersection(our_union, their_union)),
            shapely.area(our_union),
            shapely.area(their_union),
            _covered(theirs, our_union),
            len(theirs),
            _covered(ours, their_union),
            len(ours),
        )
    return sums


def _covered(objects: np.ndarray, cover: shapely.Geometry) -> int:
    """Count objects of which at least `MIN_OBJECT_SHARE` lies in `cover`."""
    share = shapely.area(shapely.intersection(objects, cover)) / shapely.area(objects)
    return int(np.count_nonzero(share >= MIN_OBJECT_SHARE))


def _resampled_sums(sums: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    """Sum up clusters drawn with replacement; shape (resamples, 7)."""
    clusters = len(sums)
    if clusters == 0:
        return np.zeros((resamples, sums.shape[1]))
    generator = np.random.default_rng(seed)
    draws = generator.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples)
    # Not a matrix product: its last bits depend on the number of threads.
    return np.einsum("rc,ck->rk", draws.astype(np.float64), sums)


def _shares(sums: np.ndarray) -> dict[str, np.ndarray]:
    """Return the six shares of sums as `_cluster_sums` orders them, along the first axis."""
    common, extracted, true, found, references, hits, count = np.asarray(sums, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "accuracy": common / extracted,
            "missing": (true - common) / true,
            "iou": common / (extracted + true - common),
            "f1": 2 * common / (extracted + true),
            "objects_found": found / references,
            "objects_true": hits / count,
        }


def _interval(values: np.ndarray) -> list[float]:
    """Return the bootstrap interval of the defined values; NaN where there is none."""
    defined = values[np.isfinite(values)]
    if defined.size == 0:
        return [float("nan"), float("nan")]
    return [float(bound) for bound in np.percentile(defined, INTERVAL)]
