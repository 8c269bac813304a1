"""Outlines of moving points by simpler rules, which candidates are compared with."""

from collections.abc import Callable

import candidate_rules  # first: it puts the package on the path
import geopandas as gpd
import numpy as np
import shapely
from sklearn.cluster import DBSCAN

from hotslope.columns import VELOCITY, X, Y
from hotslope.points.tables import POINTS
from hotslope.points.track_statistics import point_density_per_m2

#: Points move beyond this, mm/yr; that many of them make a cluster.
THRESHOLD_MM_YR = 10.0
LEAST_POINTS = 5
#: Influence of a point, in units of the spacing of the points of its track.
INFLUENCE = 1.3
Cluster = Callable[[np.ndarray, np.ndarray, np.ndarray, float], np.ndarray]


def two_sigma(x: np.ndarray, y: np.ndarray, velocity: np.ndarray, reach_m: float) -> np.ndarray:
    """Outline clusters of points faster than twice the standard deviation of the track.

    Discs of influence around these points are joined where they overlap; areas of five points
    and more stay (Barra et al. 2017, doi:10.3390/rs9101002).
    """
    moving = np.abs(velocity) > 2 * velocity.std()
    points = shapely.points(x[moving], y[moving])
    parts = shapely.get_parts(shapely.union_all(shapely.buffer(points, reach_m)))
    part, _ = shapely.STRtree(points).query(parts, predicate="contains")
    return parts[np.bincount(part, minlength=parts.size) >= LEAST_POINTS]


def density_clusters(
    x: np.ndarray, y: np.ndarray, velocity: np.ndarray, reach_m: float
) -> np.ndarray:
    """Outline clusters of fast points by DBSCAN: discs of influence around their points.

    Neighbours are points whose discs overlap, as in `two_sigma`.
    """
    moving = np.abs(velocity) > THRESHOLD_MM_YR
    places = np.column_stack([x, y])[moving]
    if not len(places):
        return np.array([], dtype=object)
    labels = DBSCAN(eps=2 * reach_m, min_samples=LEAST_POINTS).fit_predict(places)
    discs = shapely.buffer(shapely.points(places), reach_m)
    return np.array([shapely.union_all(discs[labels == one]) for one in range(labels.max() + 1)])


PEERS: dict[str, Cluster] = {"two sigma": two_sigma, "DBSCAN": density_clusters}


def peer_outlines(study: candidate_rules.Study, cluster: Cluster) -> gpd.GeoDataFrame:
    """Outline moving points of both tracks; what overlaps is one candidate."""
    found = []
    for track in study.tracks:
        points = POINTS.read_numbers(study.path(f"{track}.parquet"), [X, Y, VELOCITY])
        x, y, velocity = (points[column].to_numpy() for column in (X, Y, VELOCITY))
        reach_m = INFLUENCE / np.sqrt(point_density_per_m2(x, y))
        found.append(cluster(x, y, velocity, reach_m))
    parts = shapely.get_parts(shapely.union_all(np.concatenate(found)))
    return gpd.GeoDataFrame(geometry=parts, crs=study.crs).clip(shapely.box(*study.bounds_m))
