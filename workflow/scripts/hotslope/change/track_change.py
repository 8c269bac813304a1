"""Changes of the candidates of one track, and of control bodies on its quiet ground."""

from dataclasses import dataclass, field

import numpy as np
import shapely

from hotslope.change.false_alerts import inflation_of
from hotslope.change.onset import Onset, Search, find_onset, onset_search
from hotslope.change.rate_change import (
    MIN_EPOCHS,
    MIN_WINDOW_EPOCHS,
    ChangeDesign,
    change_design,
    rate_change,
)
from hotslope.change.surroundings import MIN_POINTS

#: Bodies of quiet points by which the standard errors of a track are checked.
CONTROLS = 100


@dataclass(frozen=True)
class ChangeSettings:
    """When a change of rate counts.

    Attributes
    ----------
    window_days : float
        Length of the window at the end of the series, days.
    threshold_mm_yr : float
        Least change of an alert.
    fdr : float
        Largest share of noise among changes as clear as one of an alert.
    ring_m : tuple of float
        Least and largest distance of the surroundings, m.
    """

    window_days: float
    threshold_mm_yr: float
    fdr: float
    ring_m: tuple[float, float]


@dataclass(frozen=True)
class BodyChange:
    """What one track shows of one body.

    Attributes
    ----------
    before_mm_yr, change_mm_yr, std_mm_yr, p : float
        See `hotslope.change.rate_change.RateChange`, with the standard error checked by controls.
    season : bool
        Whether a season is among the terms.
    onset : Onset
        Of the whole series.
    """

    before_mm_yr: float
    change_mm_yr: float
    std_mm_yr: float
    p: float
    season: bool
    onset: Onset


@dataclass
class TrackDesigns:
    """Designs of the epochs that the series of a track have, made once per set of them.

    Attributes
    ----------
    days : ndarray, float64, shape (epochs,)
        Acquisition times of the track.
    correlation : ndarray, float64, shape (epochs, epochs)
        Of its noise.
    window_days : float
        As in `ChangeSettings`.
    """

    days: np.ndarray
    correlation: np.ndarray
    window_days: float
    _made: dict[bytes, ChangeDesign | None] = field(default_factory=dict)
    _searches: dict[bytes, Search] = field(default_factory=dict)

    @property
    def begin_day(self) -> float:
        """Begin of the window, which all series of the track have in common."""
        return float(self.days[-1]) - self.window_days

    def of(self, seen: np.ndarray) -> ChangeDesign | None:
        """Return the design of the epochs seen; None where these are too few."""
        key = seen.tobytes()
        if key not in self._made:
            days = self.days[seen]
            late = int((days > self.begin_day).sum())
            early = days.size - late
            enough = late >= MIN_WINDOW_EPOCHS and early >= MIN_EPOCHS - MIN_WINDOW_EPOCHS
            self._made[key] = (
                change_design(days, self.correlation[np.ix_(seen, seen)]) if enough else None
            )
        return self._made[key]

    def search_of(self, seen: np.ndarray, design: ChangeDesign) -> Search:
        """Return what is tried as onsets in these epochs."""
        key = seen.tobytes()
        if key not in self._searches:
            self._searches[key] = onset_search(design)
        return self._searches[key]


def control_inflation(series_mm: np.ndarray, designs: TrackDesigns) -> tuple[float, int]:
    """Return by how much standard errors are too small on quiet ground, and of how many bodies.

    Parameters
    ----------
    series_mm : ndarray, float64, shape (controls, epochs)
        Difference series of bodies of quiet points, mm; NaN where missing.
    designs : TrackDesigns
    """
    z = []
    for series in series_mm:
        seen = np.isfinite(series)
        design = designs.of(seen)
        if design is not None:
            found = rate_change(series[None, seen], design, designs.begin_day)
            z.append(float(found.change_mm_yr[0] / found.std_mm_yr[0]))
    return inflation_of(np.array(z)), len(z)


def body_change(
    series_mm: np.ndarray, designs: TrackDesigns, inflation: float
) -> BodyChange | None:
    """Measure the change of one body; None where its series is too short.

    Parameters
    ----------
    series_mm : ndarray, float64, shape (epochs,)
        Its difference series, mm; NaN where missing.
    designs : TrackDesigns
    inflation : float
        From `control_inflation`.
    """
    seen = np.isfinite(series_mm)
    design = designs.of(seen)
    if design is None:
        return None
    found = rate_change(series_mm[None, seen], design, designs.begin_day)
    return BodyChange(
        float(found.before_mm_yr[0]),
        float(found.change_mm_yr[0]),
        float(found.std_mm_yr[0]) * inflation,
        float(found.p_values(inflation)[0]),
        design.season,
        find_onset(series_mm[seen], designs.search_of(seen, design)),
    )


def control_places(
    x: np.ndarray, y: np.ndarray, quiet: np.ndarray, others: shapely.Geometry, radius_m: float
) -> np.ndarray:
    """Return discs around quiet points, evenly taken from all, apart from all outlines.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Places of the points of a track, along a space-filling curve, m.
    quiet : ndarray of bool, shape (points,)
    others : shapely geometry
        All outlines.
    radius_m : float
        Of the discs, m.
    """
    rows = np.flatnonzero(quiet)
    if rows.size < MIN_POINTS:
        return np.zeros(0, dtype=object)
    chosen = rows[np.unique(np.linspace(0, rows.size - 1, CONTROLS).astype(np.int64))]
    discs = shapely.buffer(shapely.points(x[chosen], y[chosen]), radius_m)
    return discs[~shapely.intersects(discs, others)]
