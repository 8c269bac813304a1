"""How far an outline depends on the points that happen to be there, and on two settings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from rasterio.features import geometry_mask

from hotslope.candidates.rate_rule import rate_regions
from hotslope.grid import Grid
from hotslope.motion.rate import local_rate

#: A repeated extraction holds a candidate if it covers this share of its area.
CONTAINED_SHARE = 0.5
#: The bandwidth is varied by this share of itself.
BANDWIDTH_CHANGE = 0.25
#: The threshold is varied by this, mm/yr, or by half of itself where that is less.
THRESHOLD_CHANGE_MM_YR = 2.0
#: Windows reach this many bandwidths beyond a candidate: moving points farther off cannot
#: have shaped it.
MARGIN_BANDWIDTHS = 1.0
#: Points this many bandwidths beyond a window can reach its cells, the widest variant included.
REACH_BANDWIDTHS = 2.0
#: Confidence is high from these on, see `confidence`.
HIGH_STABILITY, HIGH_IOU = 0.9, 0.6
#: Confidence is low below this stability.
LOW_STABILITY = 0.5


@dataclass(frozen=True)
class RateRule:
    """Settings of the rate rule for one track; see `local_rate` and `rate_regions`."""

    bandwidth_m: float
    statistic: str
    threshold_mm_yr: float
    significance: float
    min_points: int
    min_cells: int
    opening_cells: int

    def varied(self) -> dict[str, list["RateRule"]]:
        """Return the rules with less and more bandwidth, and with a lower and higher threshold."""
        change = min(THRESHOLD_CHANGE_MM_YR, self.threshold_mm_yr / 2)
        return {
            "bandwidth": [
                replace(self, bandwidth_m=self.bandwidth_m * (1 + sign * BANDWIDTH_CHANGE))
                for sign in (-1, 1)
            ],
            "threshold": [
                replace(self, threshold_mm_yr=self.threshold_mm_yr + sign * change)
                for sign in (-1, 1)
            ],
        }

    def regions(self, points: pd.DataFrame, grid: Grid, sign: int) -> np.ndarray:
        """Outline the points of a track in one sense; labels of `rate_regions`."""
        rate, _ = local_rate(
            points["x_m"].to_numpy(),
            points["y_m"].to_numpy(),
            points["relative_mm_yr"].to_numpy(),
            self.bandwidth_m,
            grid,
            threshold_mm_yr=self.threshold_mm_yr,
            statistic=self.statistic,
        )
        return rate_regions(
            rate,
            grid,
            points,
            sign,
            threshold_mm_yr=self.threshold_mm_yr,
            significance=self.significance,
            min_points=self.min_points,
            min_cells=self.min_cells,
            opening_cells=self.opening_cells,
        )


@dataclass(frozen=True)
class View:
    """One track's part in a candidate: its points nearby, its sense, its rule.

    Parameters
    ----------
    points : DataFrame
        Points of the track around the candidate, as `rate_regions` takes them.
    counts : ndarray of uint8, shape (replicas, points)
        How often each point was drawn, rows of `drawn_counts`.
    sign : int
        +1 toward, -1 away: the sense in which the track outlined the candidate.
    rule : RateRule
        What it was outlined by.
    """

    points: pd.DataFrame
    counts: np.ndarray
    sign: int
    rule: RateRule

    def replica(self, number: int) -> pd.DataFrame:
        """Return the points of a replica, each as often as it was drawn."""
        return self.points.iloc[np.repeat(np.arange(len(self.points)), self.counts[number])]


def view_of(
    points: pd.DataFrame, counts: np.ndarray, sign: int, rule: RateRule, window: Grid
) -> View:
    """Take the points of a track (sorted by x) that can reach the cells of a window."""
    reach_m = REACH_BANDWIDTHS * rule.bandwidth_m
    west, south, east, north = window.bounds_m
    strip = slice(*np.searchsorted(points["x_m"].to_numpy(), [west - reach_m, east + reach_m]))
    y = points["y_m"].to_numpy()[strip]
    near = (y >= south - reach_m) & (y <= north + reach_m)
    return View(points.iloc[strip][near], counts[:, strip][:, near], sign, rule)


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
        draws = generator.integers(0, count, size=count)
        counts[replica] = np.bincount(draws, minlength=count)[wanted]
    return counts


def rows_around(
    x_m: np.ndarray, y_m: np.ndarray, polygons: np.ndarray, reach_m: float
) -> np.ndarray:
    """Points within reach of the bounds of any polygon.

    Parameters
    ----------
    x_m, y_m : ndarray, float64, shape (points,)
        Coordinates, x ascending.
    polygons : ndarray of shapely geometry, shape (n,)
        What they are near to.
    reach_m : float
        How near, m.

    Returns
    -------
    ndarray of int64, shape (rows,)
        Ascending.
    """
    near = np.zeros(x_m.size, dtype=bool)
    for west, south, east, north in shapely.bounds(polygons).reshape(-1, 4):
        first = np.searchsorted(x_m, west - reach_m, side="left")
        strip = slice(first, np.searchsorted(x_m, east + reach_m, side="right"))
        y = y_m[strip]
        near[strip] |= (y >= south - reach_m) & (y <= north + reach_m)
    return np.flatnonzero(near)


def window_around(polygon: shapely.Geometry, margin_m: float, grid: Grid) -> Grid:
    """Return the part of the grid within a margin of a polygon's bounds."""
    west, south, east, north = shapely.bounds(polygon)
    rows, columns = grid.rows_columns(
        np.array([west - margin_m, east + margin_m]), np.array([north + margin_m, south - margin_m])
    )
    rows = np.clip(rows, 0, grid.shape[0] - 1)
    columns = np.clip(columns, 0, grid.shape[1] - 1)
    return grid.window(
        slice(int(rows[0]), int(rows[1]) + 1), slice(int(columns[0]), int(columns[1]) + 1)
    )


def candidate_cells(polygon: shapely.Geometry, window: Grid) -> np.ndarray:
    """Cells of a window whose centre lies in a polygon; bool, shape ``window.shape``."""
    return geometry_mask([polygon], window.shape, window.transform, invert=True)


def matching_cells(labels: np.ndarray, candidate: np.ndarray) -> np.ndarray:
    """Cells of the regions that are the candidate again.

    Parameters
    ----------
    labels : ndarray of int32, shape (rows, columns)
        Regions 1 … n of one track; 0 outside.
    candidate : ndarray of bool, shape (rows, columns)
        Cells of the candidate.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
        Regions that share `CONTAINED_SHARE` of the smaller of region and candidate.

    Notes
    -----
    A neighbour whose rim overlaps the candidate in another track does not count; a body that
    falls apart counts with all its pieces, and one that grows together with a neighbour
    counts whole.
    """
    areas = np.bincount(labels.ravel())
    common = np.bincount(labels[candidate], minlength=areas.size)
    matches = common >= CONTAINED_SHARE * np.minimum(areas, np.count_nonzero(candidate))
    matches &= common > 0
    matches[0] = False
    return matches[labels]


def recovery(candidate: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    """Share of the candidate's cells that were found again, and intersection over union."""
    cells, united = int(candidate.sum()), int((candidate | found).sum())
    common = int((candidate & found).sum())
    return common / max(cells, 1), common / max(united, 1)


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
    replicas = list(_replicas(candidate, window, views))
    shares, overlaps = np.array(replicas).T
    measured = {
        "stability": float(np.mean(shares >= CONTAINED_SHARE)),
        "stability_iou": float(np.mean(overlaps)),
    }
    varied = [view.rule.varied() for view in views]
    for name in ("bandwidth", "threshold"):
        overlaps = []
        for variant in range(2):
            parts = [
                (view.points, view.sign, rules[name][variant])
                for view, rules in zip(views, varied, strict=True)
            ]
            overlaps.append(recovery(candidate, _found(candidate, window, parts))[1])
        measured[f"stability_{name}"] = min(overlaps)
    return measured


def _replicas(
    candidate: np.ndarray, window: Grid, views: list[View]
) -> Iterator[tuple[float, float]]:
    """Yield share and intersection over union of each replica."""
    for number in range(len(views[0].counts)):
        parts = [(view.replica(number), view.sign, view.rule) for view in views]
        yield recovery(candidate, _found(candidate, window, parts))


def _found(
    candidate: np.ndarray, window: Grid, parts: list[tuple[pd.DataFrame, int, RateRule]]
) -> np.ndarray:
    """Cells of the candidate's regions in an extraction by all its tracks."""
    found = np.zeros(window.shape, dtype=bool)
    for points, sign, rule in parts:
        found |= matching_cells(rule.regions(points, window, sign), candidate)
    return found


def confidence(table: pd.DataFrame) -> np.ndarray:
    """Say in one word how far outlines can be trusted.

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
