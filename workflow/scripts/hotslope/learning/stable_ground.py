"""Ground at rest to compare mapped landslides with: as large, and as well measured."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import shapely
from shapely.affinity import translate

from hotslope.candidates.outlines import points_inside
from hotslope.learning.negatives import without_roles

#: Places tried per landslide; the best that fits is taken.
TRIES = 400
#: Ground nearer to a candidate than this is not taken for stable, m.
CLEARANCE_M = 100.0
#: A piece holds at least this share of the landslide's points of each track, and at most 1 / this.
LEAST_POINTS_SHARE = 0.5
#: Greatest difference from the R-index of the track's view of the landslide, 0 to 1.
GREATEST_VIEW_DIFFERENCE = 0.25


def stable_pieces(
    slides: np.ndarray,
    moving: np.ndarray,
    bounds_m: tuple[float, float, float, float],
    points: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    views: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Lay the outline of each landslide on ground that was measured alike and does not move.

    Parameters
    ----------
    slides : ndarray of shapely geometry, shape (n,)
        Candidates that are mapped landslides.
    moving : ndarray of shapely geometry, shape (m,)
        Ground that is no stable ground: all candidates and all mapped landslides.
    bounds_m : tuple of float
        West, south, east and north of the study area.
    points : mapping of str to (ndarray, ndarray, ndarray)
        Track → easting and northing (m), and whether the point moves at the threshold or faster.
    views : mapping of str to callable
        Track → function of easting and northing (ndarray of float64) that returns the R-index of
        the track's view there, 0 where hidden, NaN where unknown; empty without terrain.
    rng : numpy.random.Generator

    Returns
    -------
    pieces : ndarray of shapely geometry, shape (k,)
        No two overlap; k ≤ n.
    slide : ndarray of int64, shape (k,)
        Landslide that each was laid out for.

    Notes
    -----
    A piece has no moving point and is clear of `moving` by `CLEARANCE_M`. It holds about as many
    points of each track as its landslide, and each track sees it about as well: otherwise models
    would learn where points are dense and slopes face the sensor.
    """
    found: list[shapely.Geometry] = []
    owner: list[int] = []
    tree = shapely.STRtree(moving)
    counts = {track: _counts(slides, x, y, moves) for track, (x, y, moves) in points.items()}
    for number, slide in enumerate(slides):
        trials = _laid_out(slide, bounds_m, rng)
        near, _ = tree.query(trials, predicate="dwithin", distance=CLEARANCE_M)
        trials = np.delete(trials, np.unique(near))
        if found:
            taken = shapely.STRtree(found).query(trials, predicate="intersects")[0]
            trials = np.delete(trials, np.unique(taken))
        difference = np.zeros(len(trials))
        for track, (x, y, moves) in points.items():
            wanted = counts[track][0][number]
            here, fast = _counts(trials, x, y, moves)
            ratio = np.abs(np.log((here + 1) / (wanted + 1)))
            fits = (fast == 0) & (ratio <= -np.log(LEAST_POINTS_SHARE))
            difference += np.where(fits, ratio, np.inf)
        for view in views.values():
            apart = np.abs(_view(view, trials) - _view(view, np.array([slide])))
            difference += np.where(apart <= GREATEST_VIEW_DIFFERENCE, apart, np.inf)
        if len(trials) and np.isfinite(difference.min()):
            found.append(trials[int(np.argmin(difference))])
            owner.append(number)
    return np.array(found, dtype=object), np.array(owner, dtype=np.int64)


def with_stable_ground(labels: pd.DataFrame, pieces: pd.DataFrame) -> pd.DataFrame:
    """Let pieces of stable ground be the rows that landslides are told apart from.

    Parameters
    ----------
    labels : DataFrame
        Table `hotslope.learning.tables.LABELS`, of the candidates.
    pieces : DataFrame
        ``candidate_id``, ``x_m`` and ``y_m`` of the pieces.

    Returns
    -------
    DataFrame
        The same table with a row of label 0 per piece. Candidates that are mapped as something
        else than a landslide have no label: they move.
    """
    slides = labels["label"] == 1
    known = without_roles(labels).assign(label=labels["label"].where(slides.fillna(False)))
    ground = known.head(0).reindex(range(len(pieces)))
    ground = ground.assign(
        candidate_id=pieces["candidate_id"].to_numpy(),
        label=pd.array([0] * len(pieces), dtype="Int8"),
        inventory_id=pieces["candidate_id"].to_numpy(),
        x_m=pieces["x_m"].to_numpy(),
        y_m=pieces["y_m"].to_numpy(),
    ).astype(known.dtypes.to_dict())
    return pd.concat([known, ground], ignore_index=True)


def _laid_out(
    slide: shapely.Geometry,
    bounds_m: tuple[float, float, float, float],
    rng: np.random.Generator,
) -> np.ndarray:
    """Return copies of an outline at random places inside the bounds; none of one that is wider."""
    west, south, east, north = bounds_m
    left, bottom, right, top = slide.bounds
    room = (east - west) - (right - left), (north - south) - (top - bottom)
    if min(room) <= 0:
        return np.empty(0, dtype=object)
    offsets = rng.uniform(0, 1, (TRIES, 2)) * room + (west - left, south - bottom)
    return np.array([translate(slide, dx, dy) for dx, dy in offsets], dtype=object)


def _counts(
    polygons: np.ndarray, x: np.ndarray, y: np.ndarray, moves: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return how many points each polygon holds, and how many of them move."""
    polygon, point = points_inside(polygons, x, y)
    count = len(polygons)
    return (
        np.bincount(polygon, minlength=count),
        np.bincount(polygon[moves[point]], minlength=count),
    )


def _view(view: Callable[[np.ndarray, np.ndarray], np.ndarray], polygons: np.ndarray) -> np.ndarray:
    """Return the R-index at the centre of each polygon; 0 where hidden or unknown."""
    centres = shapely.centroid(polygons)
    return np.nan_to_num(view(shapely.get_x(centres), shapely.get_y(centres)))
