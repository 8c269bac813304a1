"""Which outlines of several tracks are one body."""

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hotslope.candidates.sense import expected_sense, faces_apart, same_view, slope_of
from hotslope.terrain.downslope import MIN_SLOPE_DEG

#: From this share of the smaller outline on, two outlines lie on the same ground; below,
#: they may be neighbours that overlap at the rim.
SAME_GROUND_SHARE = 0.5


def overlapping_pairs(
    polygons: np.ndarray, track: np.ndarray, min_overlap: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Find outlines of different tracks that share ground.

    Parameters
    ----------
    polygons : ndarray of shapely geometry, shape (n,)
        Valid outlines of all tracks.
    track : ndarray of int, shape (n,)
        Track of each.
    min_overlap : float
        Least common area as a share of the smaller outline, above 0.

    Returns
    -------
    first, second : ndarray of int64, shape (pairs,)
        Indices, first < second, in order.
    overlap : ndarray of shapely geometry, shape (pairs,)
        The common ground.
    share : ndarray, float64, shape (pairs,)
        Its share of the smaller outline.

    Notes
    -----
    Touching is not enough: kernels reach beyond a body by up to their bandwidth, so outlines
    of neighbours overlap at the rim.
    """
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    chosen = (first < second) & (track[first] != track[second])
    order = np.lexsort((second[chosen], first[chosen]))
    first, second = first[chosen][order], second[chosen][order]
    overlap = shapely.intersection(polygons[first], polygons[second])
    area = shapely.area(polygons)
    share = shapely.area(overlap) / np.minimum(area[first], area[second])
    enough = share >= min_overlap
    return first[enough], second[enough], overlap[enough], share[enough]


def one_body(
    sign: tuple[np.ndarray, np.ndarray],
    los: tuple[np.ndarray, np.ndarray],
    gradient: np.ndarray,
    own_gradient: tuple[np.ndarray, np.ndarray],
    share: np.ndarray,
) -> np.ndarray:
    """Whether two overlapping outlines can be the same moving body.

    Parameters
    ----------
    sign : pair of ndarray of int, shape (pairs,)
        +1 toward, -1 away, of the first and the second outline.
    los : pair of ndarray, float64, shape (pairs, 3)
        Their lines of sight, ground to sensor.
    gradient : ndarray, float64, shape (pairs, 2)
        Mean gradient of the common ground, NaN without terrain.
    own_gradient : pair of ndarray, float64, shape (pairs, 2)
        Mean gradient of each whole outline.
    share : ndarray, float64, shape (pairs,)
        Common ground as a share of the smaller outline.

    Returns
    -------
    ndarray of bool, shape (pairs,)

    Notes
    -----
    Tracks that look the same way must see the same sign. Of others, a pair is one body if
    one motion explains both signs:

    - downslope: every track that sees motion down the common slope shows the expected sign.
      A track blind to that slope may show either, for no body moves exactly downslope;
    - vertical: away in both (subsidence); toward in both (uplift) only on the same ground,
      because a slope does not expect it;
    - without terrain, whatever signs; on flat ground equal ones, that is vertical motion.

    Neighbours on slopes that face apart (the sides of a ridge or a gully) overlap at the rim
    and can show any pair of signs there. They join only where the common slope expects both
    signs, or where the overlap is more than a rim (`SAME_GROUND_SHARE`).
    """
    first, second = sign
    equal = first == second
    expected = expected_sense(gradient, los[0]), expected_sense(gradient, los[1])
    downslope = ((first == expected[0]) | (expected[0] == 0)) & (
        (second == expected[1]) | (expected[1] == 0)
    )
    proven = downslope & (expected[0] != 0) & (expected[1] != 0)
    slope = slope_of(gradient)
    plausible = np.where(slope < MIN_SLOPE_DEG, equal, downslope)
    same_ground = share >= SAME_GROUND_SHARE
    vertical = equal & ((first < 0) | same_ground)
    rim = faces_apart(*own_gradient) & ~same_ground
    return np.where(same_view(*los), equal, proven | ((vertical | plausible) & ~rim))


def number_bodies(
    count: int,
    first: np.ndarray,
    second: np.ndarray,
    common_m2: np.ndarray,
    track: np.ndarray,
    sign: np.ndarray,
) -> np.ndarray:
    """Gather connected outlines into bodies, none with both signs of one track.

    Parameters
    ----------
    count : int
        Number of outlines.
    first, second : ndarray of int, shape (pairs,)
        Outlines that can be one body.
    common_m2 : ndarray, float64, shape (pairs,)
        Common ground of each pair; the largest joins first where bodies compete.
    track, sign : ndarray of int, shape (count,)
        Track and sign of each outline.

    Returns
    -------
    ndarray of int64, shape (count,)
        Body of each outline, 0, 1, … in the order of each body's first outline.

    Notes
    -----
    A chain of pairs may link outlines of one track that move in opposite senses: neighbours
    on one large body of the other track. Such a component is joined anew pair by pair, and
    pairs that would bring both signs together are left out.
    """
    links = coo_array((np.ones(len(first)), (first, second)), shape=(count, count))
    _, body = connected_components(links, directed=False)
    body = body.astype(np.int64)
    both = np.unique(np.column_stack([body, track, sign]), axis=0)
    repeated = (np.diff(both[:, :2], axis=0) == 0).all(axis=1)
    for torn in np.unique(both[1:][repeated, 0]):
        members = np.flatnonzero(body == torn)
        pairs = np.flatnonzero(body[first] == torn)
        pairs = pairs[np.lexsort((second[pairs], first[pairs], -common_m2[pairs]))]
        links_here = [(int(first[pair]), int(second[pair])) for pair in pairs]
        body[members] = _join_without_conflict(members, links_here, track, sign) + count
    return pd.factorize(body)[0].astype(np.int64)


def _join_without_conflict(
    members: np.ndarray, links: list[tuple[int, int]], track: np.ndarray, sign: np.ndarray
) -> np.ndarray:
    """Join outlines link by link; return the smallest member of each one's group."""
    group = {int(member): [int(member)] for member in members}
    for one, other in links:
        if group[one] is group[other]:
            continue
        joined = sorted(group[one] + group[other])
        signs = {(int(track[member]), int(sign[member])) for member in joined}
        if len(signs) == len({name for name, _ in signs}):
            for member in joined:
                group[member] = joined
    return np.array([group[int(member)][0] for member in members], dtype=np.int64)
