"""How much of something lies on each of some polygons, and how far the nearest is."""

import numpy as np
import shapely


def count_objects(
    outlines: np.ndarray, reaches: np.ndarray, objects: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Count objects on outlines and, beyond them, in their reaches.

    Parameters
    ----------
    outlines, reaches : ndarray of shapely geometry, shape (n,)
        Candidates and the ground below each.
    objects : ndarray of shapely geometry, shape (m,)
        Buildings as single points or polygons.

    Returns
    -------
    on_it, in_reach : ndarray, float64, shape (n,)
        What touches an outline is on it, and not in its reach.
    """
    tree, count = shapely.STRtree(objects), len(outlines)
    on_it = tree.query(outlines, predicate="intersects")
    below = tree.query(reaches, predicate="intersects")
    pairs = [candidate * len(objects) + building for candidate, building in (on_it, below)]
    below = below[:, ~np.isin(pairs[1], pairs[0])]
    return (
        np.bincount(on_it[0], minlength=count).astype(np.float64),
        np.bincount(below[0], minlength=count).astype(np.float64),
    )


def length_within(polygons: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Measure the length of lines within polygons.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Some may be empty.
    pieces : ndarray of shapely geometry
        From `hotslope.factors.distances.segments`: segments of lines, and whole polygons of wide
        rivers, of which half of the banks counts.

    Returns
    -------
    ndarray, float64, shape (n,)
        Metres. What lies twice in the layer counts once.
    """
    areal = shapely.get_dimensions(pieces) == 2
    banks = shapely.boundary(pieces[areal])
    return _lengths(polygons, pieces[~areal]) + 0.5 * _lengths(polygons, banks)


def _lengths(polygons: np.ndarray, lines: np.ndarray) -> np.ndarray:
    lengths = np.zeros(len(polygons))
    polygon, line = shapely.STRtree(lines).query(polygons, predicate="intersects")
    for number in np.unique(polygon):
        near = np.sort(line[polygon == number])
        within = shapely.intersection(polygons[number], lines[near])
        lengths[number] = shapely.length(shapely.union_all(within))
    return lengths
