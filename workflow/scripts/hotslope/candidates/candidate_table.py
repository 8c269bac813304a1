"""The table of candidates: outlines merged over tracks."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from hotslope.candidates.grades import agreement, quality_grade
from hotslope.candidates.merging import number_bodies, one_body, overlapping_pairs
from hotslope.candidates.outlines import compactness, points_inside
from hotslope.candidates.point_attributes import SENSE_NAMES, describe_points
from hotslope.candidates.slopes import outline_gradients
from hotslope.grid import Grid
from hotslope.map_distortion import ground_areas_m2
from hotslope.rasters import Cells

_SIGNS = {name: sign for sign, name in SENSE_NAMES.items()}
_COLUMNS = [
    "candidate_id",
    "tracks",
    "agreement",
    "grade",
    "n_outlines",
    "area_m2",
    "compactness",
    "share_significant",
    "mean_z",
    "may_be_truncated",
]
_PER_TRACK = [
    "n_points",
    "n_moving",
    "velocity_mm_yr",
    "velocity_p05_mm_yr",
    "velocity_p95_mm_yr",
]
_SUMS = ["n_points", "n_moving", "n_significant", "z_sum", "n_evaluated"]


def join_outlines(
    outlines: gpd.GeoDataFrame,
    slope_deg: Cells | None,
    aspect_deg: Cells | None,
    grid: Grid,
    min_overlap: float,
) -> np.ndarray:
    """Assign each outline of several tracks to a body.

    Parameters
    ----------
    outlines : GeoDataFrame
        Rows of `hotslope.candidates.tables.TRACK_CANDIDATES` of all tracks.
    slope_deg, aspect_deg : ndarray, float64, shape ``grid.shape``, RasterBand or None
        Terrain on the study grid; None without a DEM.
    grid : Grid
        The study grid.
    min_overlap : float
        See `hotslope.candidates.merging.overlapping_pairs`.

    Returns
    -------
    ndarray of int64, shape (outlines,)
        0, 1, … without gaps.
    """
    polygons = outlines.geometry.to_numpy()
    sign, track, los = _senses(outlines)
    first, second, overlap, share = overlapping_pairs(polygons, track, min_overlap)
    own = outline_gradients(polygons, slope_deg, aspect_deg, grid)
    joined = one_body(
        (sign[first], sign[second]),
        (los[first], los[second]),
        outline_gradients(overlap, slope_deg, aspect_deg, grid),
        (own[first], own[second]),
        share,
    )
    return number_bodies(
        len(outlines),
        first[joined],
        second[joined],
        shapely.area(overlap[joined]),
        track,
        sign,
    )


def body_table(
    outlines: gpd.GeoDataFrame,
    body: np.ndarray,
    slope_deg: Cells | None,
    aspect_deg: Cells | None,
    grid: Grid,
) -> tuple[gpd.GeoDataFrame, np.ndarray, np.ndarray]:
    """Unite the outlines of each body.

    Parameters
    ----------
    outlines, slope_deg, aspect_deg, grid
        As in `join_outlines`.
    body : ndarray of int64, shape (outlines,)
        From `join_outlines`.

    Returns
    -------
    table : GeoDataFrame
        One row per body, from north to south, then west to east: `candidate_id`, geometry,
        `n_outlines`, `area_m2`, `compactness`, `may_be_truncated`, `agreement`, and
        `sign_{track}` of the tracks that have outlines at all.
    gradients : ndarray, float64, shape (bodies, 2)
        Mean gradient of the ground below each, from `outline_gradients`.
    row : ndarray of int64, shape (outlines,)
        Row of the table to which each outline belongs.
    """
    polygons = outlines.geometry.to_numpy()
    count = body.max(initial=-1) + 1
    geometry = np.empty(count, dtype=object)
    for number in range(count):
        geometry[number] = shapely.union_all(polygons[body == number])
    sign, track, los = _senses(outlines)
    names = np.unique(outlines["track"].to_numpy(dtype=str))
    signs = np.zeros((count, len(names)), dtype=np.int64)
    signs[body, track] = sign
    views = np.full((count, len(names), 3), np.nan)
    views[body, track] = los
    truncated = body[outlines["may_be_truncated"].to_numpy(dtype=bool)]
    table = gpd.GeoDataFrame(geometry=geometry, crs=outlines.crs)
    table["area_m2"] = ground_areas_m2(geometry, CRS.from_user_input(outlines.crs))
    table["compactness"] = compactness(geometry)
    table["may_be_truncated"] = np.bincount(truncated, minlength=count) > 0
    table["n_outlines"] = np.bincount(body, minlength=count).astype(np.int64)
    gradients = outline_gradients(geometry, slope_deg, aspect_deg, grid)
    table["agreement"] = agreement(gradients, signs, views)
    for column, name in enumerate(names):
        table[f"sign_{name}"] = [SENSE_NAMES[value] for value in signs[:, column]]
    bounds = shapely.bounds(geometry).reshape(-1, 4)
    order = np.lexsort((bounds[:, 0], -bounds[:, 3]))
    table = table.iloc[order].reset_index(drop=True)
    numbers = [f"PLC{number:04d}" for number in range(1, count + 1)]
    table.insert(0, "candidate_id", pd.array(numbers, dtype="str"))
    return table, gradients[order], np.argsort(order)[body]


def describe_candidates(
    bodies: gpd.GeoDataFrame,
    points: dict[str, pd.DataFrame],
    *,
    threshold_mm_yr: float,
    significance: float,
) -> gpd.GeoDataFrame:
    """Describe candidates by the points of every track inside them.

    Parameters
    ----------
    bodies : GeoDataFrame
        From `body_table`.
    points : dict of str to DataFrame
        Per track, in the order of the columns: `hotslope.candidates.evidence.track_evidence`.
    threshold_mm_yr, significance : float
        Which points count as moving, and as significant.

    Returns
    -------
    GeoDataFrame
        Rows of `hotslope.candidates.tables.CANDIDATES`.

    Notes
    -----
    `n_points_{track}` and the velocities are of all points inside, also where the track has
    no outline there (`sign_{track}` none): a second track that sees nothing is evidence too.
    Significance and z are of the tracks with an outline, in that outline's sense.
    """
    count = len(bodies)
    table = bodies.copy()
    tracks: list[list[str]] = [[] for _ in range(count)]
    total = pd.DataFrame(0.0, index=range(count), columns=_SUMS)
    for track, frame in points.items():
        names = table.get(f"sign_{track}", pd.Series("none", index=table.index))
        sign = names.map(_SIGNS).to_numpy(dtype=np.int64)
        summary = _track_summary(
            table.geometry.to_numpy(), sign, frame, threshold_mm_yr, significance
        )
        total += summary[_SUMS].mul(sign != 0, axis=0)
        table[f"sign_{track}"] = names.astype("str")
        for column in _PER_TRACK:
            table[f"{column}_{track}"] = summary[column]
        for number in np.flatnonzero(sign):
            tracks[number].append(track)
    table["tracks"] = pd.array([",".join(listed) for listed in tracks], dtype="str")
    table["share_significant"] = total["n_significant"] / total["n_points"]
    table["mean_z"] = total["z_sum"] / total["n_evaluated"]
    table["grade"] = quality_grade(
        tracks=np.array([len(listed) for listed in tracks], dtype=np.int64),
        n_moving=total["n_moving"].to_numpy(),
        share_significant=table["share_significant"].to_numpy(),
        agreement=table["agreement"].to_numpy(),
        may_be_truncated=table["may_be_truncated"].to_numpy(),
    )
    columns = [f"{column}_{track}" for track in points for column in ("sign", *_PER_TRACK)]
    return table[[*_COLUMNS, *columns, "geometry"]]


def _senses(outlines: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return sign, track number and line of sight of each outline."""
    sign = outlines["sign"].map(_SIGNS).to_numpy(dtype=np.int64)
    _, track = np.unique(outlines["track"].to_numpy(dtype=str), return_inverse=True)
    return sign, track, outlines[["los_east", "los_north", "los_up"]].to_numpy(dtype=np.float64)


def _track_summary(
    polygons: np.ndarray,
    sign: np.ndarray,
    points: pd.DataFrame,
    threshold_mm_yr: float,
    significance: float,
) -> pd.DataFrame:
    """Describe polygons by one track's points: `_PER_TRACK` and `_SUMS`, a row each."""
    count = len(polygons)
    polygon, point = points_inside(polygons, points["x_m"].to_numpy(), points["y_m"].to_numpy())
    here = points[["velocity_mm_yr", "relative_mm_yr", "z", "q"]].iloc[point]
    z = here["z"].to_numpy() * sign[polygon]
    here = here.assign(
        z=z,
        moving=here["relative_mm_yr"].abs() >= threshold_mm_yr,
        significant=(here["q"].to_numpy() <= significance) & (z > 0),
    )
    known = np.isfinite(z)
    return describe_points(polygon, count, here).assign(
        n_significant=np.bincount(polygon[here["significant"]], minlength=count),
        z_sum=np.bincount(polygon[known], weights=z[known], minlength=count),
        n_evaluated=np.bincount(polygon[known], minlength=count),
    )
