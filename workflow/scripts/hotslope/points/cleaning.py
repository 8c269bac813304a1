"""Rows and epochs of an export that hold no measurement: left out, and counted."""

import datetime as dt

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from hotslope.columns import DAYS_PER_YEAR
from hotslope.errors import InputError
from hotslope.points.acquisitions import MIN_EPOCHS
from hotslope.points.epoch_columns import take_points
from hotslope.points.left_out import LeftOut

#: Points of different files nearer than this are one place, measured in two bursts or frames.
SAME_PLACE_M = 1.0
#: Points of one file nearer than this have the same coordinates but for their rounding.
SAME_COORDINATES_M = 0.01
#: A series farther from 0 than this before and after an epoch is not exactly 0 there.
AWAY_MM = 5.0
#: Share of exact zeros from which an epoch is looked at, and at least twice that of most epochs: of
#: values rounded to 0.1 mm a few percent are 0 by chance, to 1 mm a fifth.
MANY_ZEROS = 0.1
#: So many points must be away, and this share of them be 0, for the zeros of an epoch to be gaps.
MIN_AWAY, ZERO_SHARE = 5, 0.5
#: Share of velocities of exactly 0 from which they are those of masked cells.
MASKED_SHARE = 0.05
#: Motion faster than this, or a larger step, cannot be followed by radar phase.
FASTEST_MM_YR, LARGEST_STEP_MM = 10_000.0, 1000.0


def refuse_impossible(
    points: pd.DataFrame, displacement_mm: np.ndarray, dates: list[dt.date], place: str
) -> None:
    """Raise an InputError for motion that no radar measures.

    Notes
    -----
    Where most points are that fast a unit is wrong, which has its own message.
    """
    remedy = (
        "Name it under missing_values (formats table and gamma_ipta) if it marks missing values; "
        "else correct it"
    )
    if "velocity_mm_yr" in points:
        velocity = points["velocity_mm_yr"].to_numpy()
        bad = np.abs(velocity) > FASTEST_MM_YR
        if bad.any() and bad.mean() < 0.5:
            row = int(np.argmax(bad))
            raise InputError(
                f"{place}, point {points['point_id'].iloc[row]}, column velocity_mm_yr",
                f"{velocity[row]:g} mm/yr is faster than radar phase can follow "
                f"({FASTEST_MM_YR:,.0f}); {int(bad.sum()):,} such points",
                remedy,
            )
    if not dates or not len(points):
        return
    # From the first epoch on, and from any reference epoch within the span.
    largest = LARGEST_STEP_MM + FASTEST_MM_YR * (dates[-1] - dates[0]).days / DAYS_PER_YEAR
    low, high = np.nanmin(displacement_mm, initial=0.0), np.nanmax(displacement_mm, initial=0.0)
    if max(-low, high) <= largest:
        return
    beyond = np.abs(displacement_mm) > largest
    if beyond.any(axis=1).mean() >= 0.5:
        return
    row, epoch = (int(index[0]) for index in np.nonzero(beyond))
    raise InputError(
        f"{place}, point {points['point_id'].iloc[row]}, epoch {dates[epoch]}",
        f"a displacement of {displacement_mm[row, epoch]:g} mm is more than ground moves in the "
        f"time; {int(beyond.any(axis=1).sum()):,} such points",
        remedy,
    )


def without_empty_epochs(
    displacement_mm: np.ndarray, dates: list[dt.date], left_out: LeftOut
) -> tuple[np.ndarray, list[dt.date]]:
    """Return the epochs that hold a value for any point."""
    if not len(displacement_mm):
        return displacement_mm, dates
    filled = np.array([not np.isnan(column).all() for column in displacement_mm.T], dtype=bool)
    if filled.all():
        return displacement_mm, dates
    left_out.empty_epochs = [
        date.isoformat() for date, kept in zip(dates, filled, strict=True) if not kept
    ]
    kept = [date for date, some in zip(dates, filled, strict=True) if some]
    return np.asfortranarray(displacement_mm[:, filled]), kept


def zeros_to_gaps(displacement_mm: np.ndarray, dates: list[dt.date], left_out: LeftOut) -> None:
    """Put NaN in place of zeros that cannot be measured, in place.

    An epoch that is 0 for all points is the reference; of several, the first one is. In another
    epoch with many zeros, points that are well away from 0 on the same side in the two nearest
    epochs without (one on each side, where there is one) are not exactly 0: there 0 is a gap.
    """
    if not len(dates):
        return
    shares = _zero_shares(displacement_mm)
    by_chance = np.quantile(shares, 0.25)
    many = np.flatnonzero(shares >= min(max(MANY_ZEROS, 2.0 * by_chance), 1.0))
    reference = np.flatnonzero(shares == 1.0)[:1]
    sound = np.setdiff1d(np.arange(len(dates)), many)
    for epoch in np.setdiff1d(many, [0, *reference]):
        near = _nearest(sound, epoch)
        if len(near) < 2:
            continue
        first, second = displacement_mm[:, near[0]], displacement_mm[:, near[1]]
        away = (np.minimum(first, second) > AWAY_MM) | (np.maximum(first, second) < -AWAY_MM)
        column = displacement_mm[:, epoch]
        away &= np.isfinite(column)
        zero = column == 0.0
        if away.sum() >= MIN_AWAY and (zero & away).sum() >= ZERO_SHARE * away.sum():
            displacement_mm[zero, epoch] = np.nan
            left_out.zeros_as_gaps[dates[epoch].isoformat()] = int(zero.sum())


def _zero_shares(displacement_mm: np.ndarray) -> np.ndarray:
    """Return which share of the values of each epoch is exactly 0; 0 where there is none.

    Series that are 0 throughout say nothing about epochs, and do not count.
    """
    shares = _shares_of_zeros(displacement_mm)
    if (shares[1:] < MANY_ZEROS).all():
        return shares  # without series of zeros they are smaller still
    masked = _all_zero(displacement_mm)
    return _shares_of_zeros(take_points(displacement_mm, ~masked)) if masked.any() else shares


def _shares_of_zeros(displacement_mm: np.ndarray) -> np.ndarray:
    counts = [
        (np.count_nonzero(column == 0.0), np.count_nonzero(~np.isnan(column)))
        for column in displacement_mm.T
    ]
    zeros, present = np.array(counts, dtype=np.float64).reshape(-1, 2).T
    return zeros / np.maximum(present, 1.0)


def _nearest(epochs: np.ndarray, epoch: int) -> np.ndarray:
    """Return the two epochs about one: one on each side, or both on the one side there is."""
    first = int(np.searchsorted(epochs, epoch)) - 1
    first = min(max(first, 0), max(len(epochs) - 2, 0))
    return epochs[first : first + 2]


def measured(
    points: pd.DataFrame,
    displacement_mm: np.ndarray,
    dates: list[dt.date],
    files: int,
    left_out: LeftOut,
) -> np.ndarray:
    """Return which points are not masked cells and have a velocity; bool, shape (points,).

    Notes
    -----
    One point per file may be 0 throughout: the reference of the processing. Displacements that
    are all 0 beside a velocity are masked too, unless so slow a point may be rounded to 0.
    """
    zero = _all_zero(displacement_mm)
    if not displacement_mm.shape[1] and "velocity_mm_yr" in points:
        zero = _zero_beside_decimals(points)
    without = np.zeros(len(points), dtype=bool)
    if "velocity_mm_yr" in points:
        velocity = points["velocity_mm_yr"].to_numpy()
        without = np.isnan(velocity)
        years = (dates[-1] - dates[0]).days / DAYS_PER_YEAR if dates else 0.0
        zero &= (velocity == 0) | without | (np.abs(velocity) * years > AWAY_MM)
        zero |= _one_number(velocity, displacement_mm)
    if zero.sum() <= files and len(points) > files:
        zero[:] = False
    left_out.points_all_zero = int(zero.sum())
    left_out.points_without_velocity = int((without & ~zero).sum())
    return ~(zero | without)


def _all_zero(displacement_mm: np.ndarray) -> np.ndarray:
    """Return which series hold nothing but zeros and gaps; bool, shape (points,)."""
    zero = np.zeros(len(displacement_mm), dtype=bool)
    if not displacement_mm.shape[1]:
        return zero
    rows = np.arange(len(displacement_mm))
    for column in displacement_mm.T:
        if not rows.size:
            break
        values = column[rows]
        rows = rows[(values == 0.0) | np.isnan(values)]
    zero[rows] = True
    return zero


def _one_number(velocity_mm_yr: np.ndarray, displacement_mm: np.ndarray) -> np.ndarray:
    """Return which points hold the same number as velocity and at all epochs; bool, (points,)."""
    same = np.zeros(len(velocity_mm_yr), dtype=bool)
    if displacement_mm.shape[1] < MIN_EPOCHS:
        return same
    rows = np.flatnonzero(velocity_mm_yr.astype(np.float32) == displacement_mm[:, 0])
    for column in displacement_mm.T[1:]:
        rows = rows[column[rows] == displacement_mm[rows, 0]]
    same[rows] = True
    return same


def _zero_beside_decimals(points: pd.DataFrame) -> np.ndarray:
    """Return which velocities without a series are 0 and not rounded to it; bool, (points,).

    Many exact zeros among numbers of two and more decimals are masked cells.
    """
    velocity = points["velocity_mm_yr"].to_numpy()
    zero = velocity == 0
    others = velocity[~zero & np.isfinite(velocity)]
    rounded = np.isclose(others * 10.0, np.round(others * 10.0), rtol=0, atol=1e-6)
    return zero & (zero.mean() > MASKED_SHARE) & (not others.size or rounded.mean() < ZERO_SHARE)


def one_per_place(
    points: pd.DataFrame, displacement_mm: np.ndarray, sources: np.ndarray, left_out: LeftOut
) -> np.ndarray:
    """Return which points to keep so that each place counts once; bool, shape (points,).

    Parameters
    ----------
    points : DataFrame
        With ``x_m, y_m`` in metres, and ``point_id``.
    displacement_mm : ndarray, shape (points, epochs)
        NaN where missing.
    sources : ndarray of int, shape (points,)
        File of each point.

    Notes
    -----
    Kept is the point with most epochs, then the highest coherence, then the first identifier,
    which depends on no order of files or rows.
    """
    place = _places(points["x_m"].to_numpy(), points["y_m"].to_numpy(), sources)
    if place is None:
        return np.ones(len(points), dtype=bool)
    counts = np.bincount(place)
    shared = np.flatnonzero(counts[place] > 1)
    coherence = points["coherence"].to_numpy() if "coherence" in points else np.ones(len(points))
    table = pd.DataFrame({
        "place": place[shared],
        "gaps": np.isnan(take_points(displacement_mm, shared)).sum(axis=1),
        "coherence": coherence[shared],
        "point_id": np.asarray(points["point_id"].array[shared]).astype(str),
        "row": shared,
    })  # fmt: skip
    order = {"place": True, "gaps": True, "coherence": False, "point_id": True}
    ranked = table.sort_values(list(order), ascending=list(order.values()))
    best = ranked.drop_duplicates("place")
    keep = np.ones(len(points), dtype=bool)
    keep[shared] = False
    keep[best["row"].to_numpy()] = True
    left_out.points_repeated = int((~keep).sum())
    return keep


def _places(x_m: np.ndarray, y_m: np.ndarray, sources: np.ndarray) -> np.ndarray | None:
    """Return a number per place; None where no two points share one."""
    coordinates = np.column_stack([x_m, y_m])
    if len(np.unique(sources)) < 2:
        cells = np.round(coordinates / SAME_COORDINATES_M).astype(np.int64)
        cells -= cells.min(axis=0, initial=0)
        number = cells[:, 0] * (cells[:, 1].max(initial=0) + 1) + cells[:, 1]
        found, place = np.unique(number, return_inverse=True)
        return place if len(found) < len(place) else None
    pairs = cKDTree(coordinates).query_pairs(SAME_PLACE_M, output_type="ndarray")
    first, second = pairs.T
    apart = np.hypot(*(coordinates[first] - coordinates[second]).T)
    pairs = pairs[(sources[first] != sources[second]) | (apart < SAME_COORDINATES_M)]
    if not len(pairs):
        return None
    ones = np.ones(len(pairs), dtype=bool)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(x_m), len(x_m)))
    return connected_components(graph, directed=False)[1]
