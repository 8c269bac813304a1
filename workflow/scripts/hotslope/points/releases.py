"""Several releases of one track made one: points matched, series tied over the overlap."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy
from scipy.spatial import cKDTree

from hotslope.columns import DAYS_PER_YEAR
from hotslope.errors import InputError
from hotslope.points.rates import regression_velocity
from hotslope.points.release_ties import (
    MIN_COMMON_EPOCHS,
    Ties,
    end_weights,
    plane_rate,
    scatter_of,
    tie_series,
)

KEY = "tracks.<track>.points.releases"
#: Points nearer than half a resolution cell are the same scatterer.
MATCH_M = 10.0
#: Lines of sight of one track differ by less, even where it was processed anew, degrees.
SAME_SIGHT_DEG = 2.0
#: Least common points.
MIN_COMMON_POINTS = 20
#: Series of the same points that differ by more do not describe the same motion, mm.
MOST_SCATTER_MM = 10.0
#: In how many releases a point is.
JOINED, NEW, LOST = "joined", "new", "lost"
#: Columns of the points table that say how a point was joined.
STATE, OFFSET, OFFSET_STD, CYCLES = (
    "release_state",
    "release_offset_mm",
    "release_offset_std_mm",
    "release_cycle",
)
RELEASE_COLUMNS = (STATE, OFFSET, OFFSET_STD, CYCLES)


class Release(NamedTuple):
    """Points of a track as one release has them.

    Attributes
    ----------
    points : DataFrame
        Columns of the points table, in the project CRS.
    displacement_mm : ndarray, float32, shape (points, epochs)
    dates : list of datetime.date
    """

    points: pd.DataFrame
    displacement_mm: np.ndarray
    dates: list[dt.date]


def join_releases(releases: Sequence[Release], places: Sequence[str]) -> tuple[Release, list[Any]]:
    """Join releases in the frame of the latest: its reference, its rates, its places.

    Parameters
    ----------
    releases : sequence of Release
        At least two.
    places : sequence of str
        Files of each, for messages.

    Returns
    -------
    joined : Release
        With the columns `STATE`, `OFFSET`, `OFFSET_STD` and `CYCLES`; velocities are those of the
        joined series.
    found : list of dict
        Per release but the latest, from the latest back: how it was tied.

    Raises
    ------
    InputError
        Another line of sight, no overlap in time, hardly any point in common, or series that
        contradict each other.
    """
    order = sorted(range(len(releases)), key=lambda k: (releases[k].dates or [dt.date.min])[-1])
    latest = releases[order[-1]]
    marked = latest.points.assign(**_marks(NEW))
    joined = Release(marked, latest.displacement_mm, latest.dates)
    found = []
    for number in reversed(order[:-1]):
        joined, about = _join_pair(joined, releases[number], places[order[-1]], places[number])
        found.append(about)
    return _with_rates(joined), found


def _join_pair(
    later: Release, earlier: Release, later_place: str, place: str
) -> tuple[Release, dict[str, Any]]:
    """Add an earlier release to what is joined; return it, and how it was tied."""
    common = sorted(set(later.dates) & set(earlier.dates))
    if len(common) < MIN_COMMON_EPOCHS:
        raise InputError(
            f"{KEY}: {place}",
            f"has {len(common)} acquisitions in common with {later_place}, and "
            f"{MIN_COMMON_EPOCHS} are needed to tie the series",
            "Give releases that overlap in time, or the later one alone",
        )
    columns = np.searchsorted(np.array(earlier.dates), np.array(common))
    later_columns = np.searchsorted(np.array(later.dates), np.array(common))
    one, two = match_points(earlier.points, later.points)
    difference_mm = (
        later.displacement_mm[two][:, later_columns].astype(np.float64)
        - earlier.displacement_mm[one][:, columns]
    )
    enough = np.isfinite(difference_mm).sum(axis=1) >= MIN_COMMON_EPOCHS
    one, two, difference_mm = one[enough], two[enough], difference_mm[enough]
    if len(one) < MIN_COMMON_POINTS:
        raise InputError(
            f"{KEY}: {place}",
            f"has {len(one)} points in common with {later_place}, and {MIN_COMMON_POINTS} are "
            "needed to tie the series",
            "Give releases of the same track and area",
        )
    _refuse_other_sight(earlier.points.iloc[one], later.points.iloc[two], place, later_place)
    ends = end_weights(earlier.dates)[columns], end_weights(later.dates)[later_columns]
    weights = np.minimum(*ends)
    x, y = (later.points[name].to_numpy()[two] for name in ("x_m", "y_m"))
    middle = np.median(x), np.median(y)
    days = np.array([date.toordinal() for date in common], dtype=np.float64)
    centre = float(np.average(days, weights=weights))
    ties = tie_series(difference_mm, days - centre, weights, x - middle[0], y - middle[1])
    scatter = scatter_of(difference_mm, days - centre, ties, x - middle[0], y - middle[1])
    if scatter > MOST_SCATTER_MM:
        raise InputError(
            f"{KEY}: {place}",
            f"differs from {later_place} by {scatter:.0f} mm at common points and dates, beside an "
            "offset and a rate: they contradict each other",
            "Give releases of the same track",
        )
    moved = _moved(earlier, one, ties, middle, centre)
    release = _united(later, Release(earlier.points, moved, earlier.dates), one, two, ties)
    return release, {
        "place": place,
        "first_date": str(earlier.dates[0]),
        "last_date": str(earlier.dates[-1]),
        "common_epochs": len(common),
        "matched": len(one),
        "lost": len(earlier.points) - len(one),
        "new": len(later.points) - len(two),
        "reference_shift_mm": float(np.median(ties.offset_mm)),
        "offset_spread_mm": float(scipy.stats.median_abs_deviation(ties.offset_mm, scale="normal")),
        "offset_std_mm": float(np.median(ties.offset_std_mm)),
        "rate_shift_mm_yr": float(ties.plane_mm_yr[0]),
        "rate_slope_mm_yr_per_10_km": [float(value) for value in ties.plane_mm_yr[1:]],
        "cycles": int(ties.cycle.sum()),
    }


def match_points(first: pd.DataFrame, second: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Find the points of two releases that are the same scatterer.

    Parameters
    ----------
    first, second : DataFrame
        `point_id`, `x_m` and `y_m`.

    Returns
    -------
    first_rows, second_rows : ndarray, int64, shape (pairs,)
        By identifier, where the places are nearer than `MATCH_M`; of the rest, those that are the
        nearest of each other within that distance. Each point is in one pair at most.
    """
    one, two = (frame[["x_m", "y_m"]].to_numpy(np.float64) for frame in (first, second))
    numbered = pd.DataFrame({"id": first["point_id"].to_numpy(), "one": np.arange(len(first))})
    others = pd.DataFrame({"id": second["point_id"].to_numpy(), "two": np.arange(len(second))})
    by_id = numbered.merge(others, on="id")
    pairs = by_id[["one", "two"]].to_numpy(np.int64)
    pairs = pairs[np.hypot(*(one[pairs[:, 0]] - two[pairs[:, 1]]).T) <= MATCH_M]
    left = np.setdiff1d(np.arange(len(first)), pairs[:, 0])
    right = np.setdiff1d(np.arange(len(second)), pairs[:, 1])
    if left.size and right.size:
        distance_m, nearest = cKDTree(two[right]).query(one[left])
        _, back = cKDTree(one[left]).query(two[right])
        mutual = (back[nearest] == np.arange(left.size)) & (distance_m <= MATCH_M)
        pairs = np.concatenate([pairs, np.column_stack([left[mutual], right[nearest[mutual]]])])
    pairs = pairs[np.argsort(pairs[:, 1], kind="stable")]
    return pairs[:, 0], pairs[:, 1]


def _refuse_other_sight(
    earlier: pd.DataFrame, later: pd.DataFrame, place: str, later_place: str
) -> None:
    """Refuse a release that looks along another line of sight at the same points."""
    names = ["los_east", "los_north", "los_up"]
    if not all(name in frame for frame in (earlier, later) for name in names):
        return
    one, two = earlier[names].to_numpy(np.float64), later[names].to_numpy(np.float64)
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(two, axis=1)
    cosine = np.sum(one * two, axis=1) / lengths
    if not np.isfinite(cosine).any():
        return
    angle_deg = float(np.degrees(np.arccos(np.clip(np.nanmedian(cosine), -1.0, 1.0))))
    if angle_deg > SAME_SIGHT_DEG:
        raise InputError(
            f"{KEY}: {place}",
            f"looks along a line of sight {angle_deg:.1f} degrees from that of {later_place}: it "
            "is of another track",
            "Give each track an entry of its own",
        )


def _moved(
    earlier: Release,
    rows: np.ndarray,
    ties: Ties,
    middle: tuple[float, float],
    centre: float,
) -> np.ndarray:
    """Return the series of the earlier release in the frame of the later one."""
    years = (np.array([date.toordinal() for date in earlier.dates]) - centre) / DAYS_PER_YEAR
    x, y = (earlier.points[name].to_numpy() for name in ("x_m", "y_m"))
    rate = plane_rate(ties.plane_mm_yr, x - middle[0], y - middle[1])
    offset = np.full(len(x), float(np.median(ties.offset_mm)))
    offset[rows] = ties.offset_mm
    moved = earlier.displacement_mm + offset[:, None] + rate[:, None] * years
    return moved.astype(np.float32)


def _united(
    later: Release, earlier: Release, one: np.ndarray, two: np.ndarray, ties: Ties
) -> Release:
    """Lay both series on all dates; common ones are means by the weights of the ends."""
    dates = sorted({*later.dates, *earlier.dates})
    lost = np.setdiff1d(np.arange(len(earlier.points)), one)
    count = len(later.points)
    sums = np.zeros((count + lost.size, len(dates)))
    total = np.zeros_like(sums)
    for release, rows, into in (
        (later, np.arange(count), np.arange(count)),
        (earlier, np.concatenate([one, lost]), np.concatenate([two, count + np.arange(lost.size)])),
    ):
        columns = np.searchsorted(np.array(dates), np.array(release.dates))
        series = release.displacement_mm[rows].astype(np.float64)
        weight = np.where(np.isfinite(series), end_weights(release.dates), 0.0)
        sums[np.ix_(into, columns)] += np.where(weight > 0.0, series, 0.0) * weight
        total[np.ix_(into, columns)] += weight
    displacement_mm = np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0.0)
    points = later.points.copy()
    kept: np.ndarray = np.zeros(count, dtype=bool)
    kept[two] = True
    points.loc[kept, STATE] = JOINED
    points.loc[points.index[two], OFFSET] = ties.offset_mm
    points.loc[points.index[two], OFFSET_STD] = ties.offset_std_mm
    points.loc[points.index[two], CYCLES] |= ties.cycle
    gone = earlier.points.iloc[lost].assign(**_marks(LOST))
    year = f"{earlier.dates[-1]:%Y}"
    gone["point_id"] = _other_names(gone["point_id"].tolist(), set(points["point_id"]), year)
    united = pd.concat([points, gone], ignore_index=True)
    return Release(united, displacement_mm.astype(np.float32), dates)


def _other_names(names: list[str], taken: set[str], year: str) -> list[str]:
    """Give identifiers that others have already the year, and a number where that is taken too."""
    chosen = []
    for name in names:
        new, number = name, 1
        while new in taken:
            new = f"{name}:{year}" if number == 1 else f"{name}:{year}:{number}"
            number += 1
        taken.add(new)
        chosen.append(new)
    return chosen


def _marks(state: str) -> dict[str, Any]:
    """Return the columns of points that are in one release only."""
    return {STATE: state, OFFSET: np.nan, OFFSET_STD: np.nan, CYCLES: False}


def _with_rates(joined: Release) -> Release:
    """Give each point the rate of its joined series; leave out those without one."""
    slope, error, _ = regression_velocity(joined.displacement_mm, joined.dates)
    known = np.isfinite(slope)
    points = joined.points.assign(velocity_mm_yr=slope, velocity_std_mm_yr=error)
    return Release(
        points[known].reset_index(drop=True), joined.displacement_mm[known], joined.dates
    )


def describe_ties(tie: Mapping[str, Any]) -> str:
    """Say in a sentence how a release was tied; `tie` is one of `found` of `join_releases`."""
    return (
        f"{tie['place']} ({tie['first_date']} to {tie['last_date']}): {tie['matched']:,} points "
        f"matched over {tie['common_epochs']} acquisitions, {tie['lost']:,} lost, {tie['new']:,} "
        f"new; offset {tie['reference_shift_mm']:+.1f} mm (spread {tie['offset_spread_mm']:.1f}, "
        f"standard error {tie['offset_std_mm']:.1f}), reference rate "
        f"{tie['rate_shift_mm_yr']:+.2f} mm/yr, {tie['cycles']:,} with a cycle of phase"
    )
