"""Outlining a candidate again: from points drawn with replacement, and with other settings.

Windows are small and many, so all repetitions of a window lie on one sheet, one below the other:
every step is then one call.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from hotslope.candidates.gate import holds_enough, significant
from hotslope.candidates.rate_rule import GATE_REACH_CELLS, region_near_cells
from hotslope.candidates.regions import label_at_once, select_regions
from hotslope.grid import Grid
from hotslope.motion.rate_senses import rate_senses

#: The bandwidth is varied by this share of itself.
BANDWIDTH_CHANGE = 0.25
#: The threshold is varied by this, mm/yr, or by half of itself where that is less.
THRESHOLD_CHANGE_MM_YR = 2.0
#: Points this many bandwidths beyond a window can reach its cells, the widest variant included.
REACH_BANDWIDTHS = 2.0
#: Empty rows between the repetitions on a sheet: a moving point beside one must not count in
#: the next.
_MARGIN_ROWS = 2 * GATE_REACH_CELLS


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

    def variants(self) -> np.ndarray:
        """Bandwidth and threshold of the rules with less and more of each.

        Returns
        -------
        ndarray, float64, shape (4, 2)
            Bandwidths, m, and thresholds, mm/yr: less and more bandwidth, lower and higher
            threshold.
        """
        change = min(THRESHOLD_CHANGE_MM_YR, self.threshold_mm_yr / 2)
        bandwidths = [self.bandwidth_m * (1 + sign * BANDWIDTH_CHANGE) for sign in (-1, 1)]
        thresholds = [self.threshold_mm_yr + sign * change for sign in (-1, 1)]
        return np.array(
            [(bandwidth_m, self.threshold_mm_yr) for bandwidth_m in bandwidths]
            + [(self.bandwidth_m, threshold_mm_yr) for threshold_mm_yr in thresholds]
        )


class TrackPoints(NamedTuple):
    """Points of a track from west to east.

    Attributes
    ----------
    x, y : ndarray, float64, shape (points,)
        Coordinates, m.
    rate : ndarray, float64, shape (points,)
        Velocity less background, mm/yr.
    z, q : ndarray, float64, shape (points,)
        Of the gate; NaN where not evaluated.
    """

    x: np.ndarray
    y: np.ndarray
    rate: np.ndarray
    z: np.ndarray
    q: np.ndarray

    @classmethod
    def of_frame(cls, points: pd.DataFrame) -> "TrackPoints":
        """Take the columns of a table as `hotslope.candidates.rate_rule` describes it."""
        names = ("x_m", "y_m", "relative_mm_yr", "z", "q")
        return cls(*(points[name].to_numpy() for name in names))


class View(NamedTuple):
    """One track's part in a candidate: its points nearby, its sense, its rule.

    Attributes
    ----------
    points : TrackPoints
        Points of the track around the candidate.
    counts : ndarray of uint8, shape (replicas, points)
        How often each point was drawn, rows of `drawn_counts`.
    sign : int
        +1 toward, -1 away: the sense in which the track outlined the candidate.
    rule : RateRule
        What it was outlined by.
    """

    points: TrackPoints
    counts: np.ndarray
    sign: int
    rule: RateRule


def view_of(
    points: TrackPoints, counts: np.ndarray, sign: int, rule: RateRule, window: Grid
) -> View:
    """Take the points of a track that can reach the cells of a window."""
    reach_m = REACH_BANDWIDTHS * rule.bandwidth_m
    west, south, east, north = window.bounds_m
    first, past = np.searchsorted(points.x, [west - reach_m, east + reach_m])
    y = points.y[first:past]
    near = np.flatnonzero((y >= south - reach_m) & (y <= north + reach_m)) + first
    return View(TrackPoints(*(part[near] for part in points)), counts[:, near], sign, rule)


def repeated_regions(view: View, window: Grid) -> np.ndarray:
    """Outline a track's regions in a window again and again.

    Parameters
    ----------
    view : View
        The track.
    window : Grid
        The ground around a candidate.

    Returns
    -------
    ndarray of int32, shape (replicas + 4, rows, columns)
        For each replica, then for each of `RateRule.variants` with every point once, the regions
        of `hotslope.candidates.rate_rule.rate_regions`. Numbers are 1 … n over all of them; 0
        outside.
    """
    rule = view.rule
    replicas = np.full((len(view.counts), 2), [rule.bandwidth_m, rule.threshold_mm_yr])
    bandwidths, thresholds = np.concatenate([replicas, rule.variants()]).T
    x, y, rate = view.points[:3]
    once = np.ones((len(thresholds) - len(replicas), x.size), dtype=np.uint8)
    counts = np.concatenate([view.counts, once])
    senses = np.zeros((len(counts), window.shape[0] + _MARGIN_ROWS, window.shape[1]), np.int8)
    for bandwidth_m in np.unique(bandwidths):
        of = bandwidths == bandwidth_m
        senses[of, : window.shape[0]] = rate_senses(
            x, y, rate, counts[of], bandwidth_m, window,
            thresholds_mm_yr=thresholds[of], statistic=rule.statistic,
        )  # fmt: skip
    sheet = senses.reshape(-1, window.shape[1])
    labels, count = label_at_once(
        sheet == view.sign,
        sheet == -view.sign,
        min_cells=rule.min_cells,
        opening_cells=rule.opening_cells,
    )
    kept = _pass_gate(labels, count, view, counts, thresholds, window)
    labels, _ = select_regions(labels, kept)
    return labels.reshape(senses.shape)[:, : window.shape[0]]


def _pass_gate(
    sheet: np.ndarray,
    count: int,
    view: View,
    counts: np.ndarray,
    thresholds: np.ndarray,
    window: Grid,
) -> np.ndarray:
    """Whether each region of a sheet holds enough moving points; see `passes_gate`."""
    x, y, rate, z, q = view.points
    rows, columns = window.rows_columns(x, y)
    beside = (rows >= -GATE_REACH_CELLS) & (rows < window.shape[0] + GATE_REACH_CELLS)
    moving = rate * view.sign >= thresholds[:, np.newaxis]
    layer, point = np.nonzero(moving & beside & (counts > 0))
    rows = rows[point] + layer * (window.shape[0] + _MARGIN_ROWS)
    region = region_near_cells(sheet, rows, columns[point], GATE_REACH_CELLS)
    seed = significant(z, q, view.sign, view.rule.significance)[point]
    times = counts[layer, point]
    return holds_enough(
        np.repeat(region, times),
        count,
        np.ones(times.sum(), dtype=bool),
        np.repeat(seed, times),
        view.rule.min_points,
    )
