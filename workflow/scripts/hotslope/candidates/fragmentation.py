"""How much ground candidates cover, and in how many pieces."""

import numpy as np
import shapely


def describe_pieces(polygons: np.ndarray) -> dict[str, float]:
    """Measure number, area and fragmentation of candidates.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Candidates, in metres.

    Returns
    -------
    dict of str to float
        - ``candidates``: how many
        - ``area_m2``: ground covered; what two share counts once
        - ``median_area_m2``: of a candidate
        - ``candidates_per_km2``: per km² of the ground covered: fragmentation
        - ``mesh_size_m2``: effective mesh size Σ a² / Σ a, the mean area of the candidate in
          which a random place of that ground lies

        Without candidates the last three are NaN.

    References
    ----------
    .. [1] Jaeger, J. A. G. (2000). Landscape division, splitting index, and effective mesh
       size. Landscape Ecology 15, 115–130.
    """
    areas = shapely.area(polygons)
    covered = float(shapely.area(shapely.disjoint_subset_union_all(polygons)))
    some = areas.size > 0
    return {
        "candidates": areas.size,
        "area_m2": covered,
        "median_area_m2": float(np.median(areas)) if some else np.nan,
        "candidates_per_km2": 1e6 * areas.size / covered if some else np.nan,
        "mesh_size_m2": float((areas**2).sum() / areas.sum()) if some else np.nan,
    }
