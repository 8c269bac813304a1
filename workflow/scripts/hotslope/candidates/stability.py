"""Dependence of an outline on the sample of points and on two settings."""

import numpy as np
import pandas as pd
import shapely
from rasterio.features import geometry_mask

from hotslope.candidates.repetitions import View, repeated_regions
from hotslope.compiled import compiled
from hotslope.grid import Grid

#: A repeated extraction holds a candidate if it covers this share of its area.
CONTAINED_SHARE = 0.5
#: Windows reach this many bandwidths beyond a candidate: moving points farther off cannot
#: have shaped it.
MARGIN_BANDWIDTHS = 1.0
#: Confidence is high from these on, see `confidence`.
HIGH_STABILITY, HIGH_IOU = 0.9, 0.6
#: Draws that are counted at a time; the generator gives the same ones for any number.
_DRAWS_AT_A_TIME = 500_000
#: Confidence is low below this stability.
LOW_STABILITY = 0.5


def drawn_counts(
    count: int, replicas: int, seed: int, track: int, wanted: np.ndarray | None = None
) -> np.ndarray:
    """Draw as many points as there are, with replacement, once per replica.

    Parameters
    ----------
    count : int
        Points of the track.
    replicas : int
        Number of draws.
    seed, track : int
        Each replica of each track has a generator of its own.
    wanted : ndarray of int, optional
        The points whose counts are wanted; all where not given.

    Returns
    -------
    ndarray of uint8, shape (replicas, points wanted)
        How often each point was drawn.
    """
    wanted = np.arange(count) if wanted is None else wanted
    counts = np.zeros((replicas, wanted.size), dtype=np.uint8)
    for replica in range(replicas if count else 0):
        generator = np.random.default_rng([seed, track, replica])
        drawn = np.zeros(count, dtype=np.uint8)
        for begin in range(0, count, _DRAWS_AT_A_TIME):
            size = min(_DRAWS_AT_A_TIME, count - begin)
            _count_draws(generator.integers(0, count, size=size), drawn)
        counts[replica] = drawn[wanted]
    return counts


@compiled
def _count_draws(draws: np.ndarray, drawn: np.ndarray) -> None:
    """Add draws to how often each point was drawn."""
    for point in draws:
        drawn[point] += 1


def candidate_cells(polygon: shapely.Geometry, window: Grid) -> np.ndarray:
    """Cells of a window whose centre lies in a polygon; bool, shape ``window.shape``."""
    return geometry_mask([polygon], window.shape, window.transform, invert=True)


def matching_cells(labels: np.ndarray, candidate: np.ndarray) -> np.ndarray:
    """Cells of the regions that are the candidate again.

    Parameters
    ----------
    labels : ndarray of int32, shape (..., rows, columns)
        Regions 1 … n of one track, each in one extraction; 0 outside.
    candidate : ndarray of bool, shape (rows, columns)
        Cells of the candidate.

    Returns
    -------
    ndarray of bool, shape (..., rows, columns)
        Regions that share `CONTAINED_SHARE` of the smaller of region and candidate.

    Notes
    -----
    A neighbour whose rim overlaps the candidate in another track does not count; a body that
    falls apart counts with all its pieces, and one that grows together with a neighbour
    counts whole.
    """
    areas = np.bincount(labels.ravel())
    common = np.bincount(labels[..., candidate].ravel(), minlength=areas.size)
    matches = common >= CONTAINED_SHARE * np.minimum(areas, np.count_nonzero(candidate))
    matches &= common > 0
    matches[0] = False
    return matches[labels]


def recovery(candidate: np.ndarray, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the candidate's cells that were found again, and intersection over union.

    Parameters
    ----------
    candidate : ndarray of bool, shape (rows, columns)
        Cells of the candidate.
    found : ndarray of bool, shape (..., rows, columns)
        Cells of each extraction.

    Returns
    -------
    share, overlap : ndarray, float64, shape (...)
    """
    cells = np.count_nonzero(candidate)
    common = np.count_nonzero(candidate & found, axis=(-2, -1))
    united = np.count_nonzero(candidate | found, axis=(-2, -1))
    return common / max(cells, 1), common / np.maximum(united, 1)


def measure_candidate(candidate: np.ndarray, window: Grid, views: list[View]) -> dict[str, float]:
    """Outline a candidate again from resampled points, and with other settings.

    Parameters
    ----------
    candidate : ndarray of bool, shape ``window.shape``
        Cells of the candidate.
    window : Grid
        The ground around it.
    views : list of View
        Tracks that outlined it, at least one, with equally many replicas.

    Returns
    -------
    dict
        ``stability``: share of the replicas that hold the candidate; ``stability_iou``: mean
        intersection over union of replicas and candidate; ``stability_bandwidth``,
        ``stability_threshold``: the smaller intersection over union with the outlines of less and
        more bandwidth, and of a lower and a higher threshold.
    """
    found = np.zeros((), dtype=bool)
    for view in views:
        found = found | matching_cells(repeated_regions(view, window), candidate)
    shares, overlaps = recovery(candidate, found)
    replicas = len(views[0].counts)
    least = overlaps[replicas:].reshape(-1, 2).min(axis=1)
    return {
        "stability": float(np.mean(shares[:replicas] >= CONTAINED_SHARE)),
        "stability_iou": float(np.mean(overlaps[:replicas])),
        "stability_bandwidth": float(least[0]),
        "stability_threshold": float(least[1]),
    }


def confidence(table: pd.DataFrame) -> np.ndarray:
    """Return the confidence in outlines as one word.

    Parameters
    ----------
    table : DataFrame
        Columns of `measure_candidate`.

    Returns
    -------
    ndarray of str, shape (candidates,)
        ``high``: `stability` of `HIGH_STABILITY` or more, and every intersection over union
        `HIGH_IOU` or more; ``low``: `stability` below `LOW_STABILITY`, or a candidate that a
        variant loses (intersection over union 0); ``medium``: the rest.
    """
    overlaps = table[["stability_iou", "stability_bandwidth", "stability_threshold"]].to_numpy()
    least = overlaps.min(axis=1) if len(table) else np.zeros(0)
    stability = table["stability"].to_numpy()
    return np.select(
        [
            (stability >= HIGH_STABILITY) & (least >= HIGH_IOU),
            (stability < LOW_STABILITY) | (least == 0),
        ],
        ["high", "low"],
        default="medium",
    )
