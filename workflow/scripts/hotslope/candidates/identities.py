"""Which candidates of one run continue bodies of an earlier one: the graph of their overlaps."""

import re
from typing import NamedTuple

import numpy as np
import shapely

#: Least common ground of two outlines of one body, as a share of the smaller.
MIN_SHARE = 0.3
#: Least common ground with the last outline of a body that was gone, as a share of the larger.
MIN_SHARE_RETURNED = 0.3

CONTINUED, SPLIT, MERGED, REARRANGED = "continued", "split", "merged", "split and merged"
NEW, RETURNED = "new", "returned"
GONE, ABSORBED, OUTSIDE = "gone", "absorbed", "outside"
#: Of the candidates of a run that follows no other.
FIRST = "first"
#: Of candidates that are there, and of bodies that are not.
PRESENT = (CONTINUED, SPLIT, MERGED, REARRANGED, NEW, RETURNED)
ABSENT = (GONE, ABSORBED, OUTSIDE)

_NUMBERED = re.compile(r"PLC(\d+)")


class Continuation(NamedTuple):
    """How outlines continue earlier ones.

    Attributes
    ----------
    continues : ndarray, int64, shape (new,)
        Earlier outline whose identity each keeps; -1: it gets a new one.
    parents : list of ndarray of int64
        Earlier outlines that each shares its ground with, in their order.
    status : list of str
        One of `PRESENT` for each.
    absorbed_by : ndarray, int64, shape (earlier,)
        The outline that took most of each earlier one that is not continued; -1: none did.
    """

    continues: np.ndarray
    parents: list[np.ndarray]
    status: list[str]
    absorbed_by: np.ndarray


def continue_identities(
    earlier: np.ndarray, present: np.ndarray, outlines: np.ndarray
) -> Continuation:
    """Find which earlier outline each outline continues.

    Parameters
    ----------
    earlier : ndarray of shapely geometry, shape (earlier,)
        Last outline of every body that was ever a candidate.
    present : ndarray of bool, shape (earlier,)
        Whether it was one in the latest run; others were gone or absorbed by then.
    outlines : ndarray of shapely geometry, shape (new,)
        Outlines of this run.

    Returns
    -------
    Continuation

    Notes
    -----
    Outlines are linked where they share `MIN_SHARE` of the smaller one. An identity goes along
    the link of the largest common area, each to one outline and each outline to one identity: of
    a body that splits the largest part keeps it, of bodies that merge the largest. An outline
    that continues none takes up the identity of a body that was gone, where they share
    `MIN_SHARE_RETURNED` of the larger. Equal areas are decided by the order of the outlines.
    """
    first, second, common_m2 = _common_ground(earlier, outlines)
    area = shapely.area(earlier), shapely.area(outlines)
    smaller = np.minimum(area[0][first], area[1][second])
    larger = np.maximum(area[0][first], area[1][second])
    linked = present[first] & (common_m2 >= MIN_SHARE * smaller)
    continues: np.ndarray = np.full(len(outlines), -1, dtype=np.int64)
    _assign(continues, first[linked], second[linked], common_m2[linked])
    live = continues >= 0
    back = ~present[first] & ~live[second] & (common_m2 >= MIN_SHARE_RETURNED * larger)
    _assign(continues, first[back], second[back], common_m2[back])

    links = np.column_stack([first[linked], second[linked]])
    children = np.bincount(links[:, 0], minlength=len(earlier))
    parents = [np.sort(links[links[:, 1] == number, 0]) for number in range(len(outlines))]
    returned = ~live & (continues >= 0)
    status = [
        _status(len(own), bool((children[own] > 1).any()), bool(back_again))
        for own, back_again in zip(parents, returned, strict=True)
    ]
    absorbed_by: np.ndarray = np.full(len(earlier), -1, dtype=np.int64)
    order = np.lexsort((-second[linked], common_m2[linked]))
    absorbed_by[links[order, 0]] = links[order, 1]  # the last one written shares most
    absorbed_by[continues[continues >= 0]] = -1
    return Continuation(continues, parents, status, absorbed_by)


def _common_ground(
    earlier: np.ndarray, outlines: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of earlier and new outlines that overlap, in order, and their common area, m²."""
    second, first = shapely.STRtree(earlier).query(outlines, predicate="intersects")
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    return first, second, shapely.area(shapely.intersection(earlier[first], outlines[second]))


def _assign(
    continues: np.ndarray, first: np.ndarray, second: np.ndarray, common_m2: np.ndarray
) -> None:
    """Give identities along pairs, the largest common area first, none twice."""
    taken = set(continues[continues >= 0].tolist())
    for pair in np.lexsort((second, first, -common_m2)):
        if continues[second[pair]] < 0 and int(first[pair]) not in taken:
            continues[second[pair]] = first[pair]
            taken.add(int(first[pair]))


def _status(parents: int, of_split: bool, returned: bool) -> str:
    """Name what became of the bodies of which an outline shares the ground."""
    if parents == 0:
        return RETURNED if returned else NEW
    if parents > 1:
        return REARRANGED if of_split else MERGED
    return SPLIT if of_split else CONTINUED


def new_ids(count: int, used: list[str]) -> list[str]:
    """Return identifiers PLC0001, … beyond the highest number that was ever used.

    Examples
    --------
    >>> new_ids(2, ["PLC0007", "Los Reartes", "PLC0003"])
    ['PLC0008', 'PLC0009']
    """
    numbers = [int(match[1]) for match in map(_NUMBERED.fullmatch, used) if match]
    highest = max(numbers, default=0)
    return [f"PLC{number:04d}" for number in range(highest + 1, highest + 1 + count)]
