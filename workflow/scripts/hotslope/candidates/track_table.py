"""The table of one track's outlines."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from hotslope.candidates.gate import significant
from hotslope.candidates.outlines import compactness, region_outlines, wider_than
from hotslope.candidates.point_attributes import (
    SENSE_NAMES,
    any_inside,
    describe_points,
    mean_line_of_sight,
)
from hotslope.candidates.rate_rule import region_of_points
from hotslope.candidates.runs import RunLabels
from hotslope.grid import Grid
from hotslope.map_distortion import ground_areas_m2


def track_table(
    regions: Mapping[int, np.ndarray | RunLabels],
    grid: Grid,
    points: pd.DataFrame,
    doubtful: np.ndarray,
    track: str,
    *,
    threshold_mm_yr: float,
    significance: float,
    background_reach_m: float = np.inf,
) -> gpd.GeoDataFrame:
    """Outline the regions of a track and describe each by its points.

    Parameters
    ----------
    regions : dict of int to ndarray of int32, shape ``grid.shape``, or RunLabels
        Numbered regions of each sense: +1 toward, -1 away.
    grid : Grid
        Their georeference.
    points : DataFrame
        From `hotslope.candidates.evidence.track_evidence`; those in no region may be missing.
    doubtful : ndarray of bool, shape (points,)
        Points at which the removed background may hold part of a wide body's motion.
    track : str
        Its name.
    threshold_mm_yr, significance : float
        Which points count as moving, and as significant.
    background_reach_m : float
        Outlines into which a circle of this radius fits may be truncated, because the background
        removed there was smoothed from the body's own points; infinity where none was removed.

    Returns
    -------
    GeoDataFrame
        Rows of `hotslope.candidates.tables.TRACK_CANDIDATES`, toward first, each from north to
        south.
    """
    tables = []
    for sign, labels in regions.items():
        region = region_of_points(labels, grid, points["x_m"].to_numpy(), points["y_m"].to_numpy())
        inside = region > 0
        outline = region[inside] - 1
        here = points[inside]
        z, q = here["z"].to_numpy(), here["q"].to_numpy()
        here = here.assign(
            moving=here["relative_mm_yr"].to_numpy() * sign >= threshold_mm_yr,
            significant=significant(z, q, sign, significance),
        )
        polygons = region_outlines(labels, grid.transform)
        count = len(polygons)
        table = gpd.GeoDataFrame(geometry=polygons, crs=grid.crs)
        table["track"] = track
        table["sign"] = SENSE_NAMES[sign]
        table = table.join(describe_points(outline, count, here))
        table["area_m2"] = ground_areas_m2(polygons, CRS.from_user_input(grid.crs))
        table["compactness"] = compactness(polygons)
        table["may_be_truncated"] = any_inside(outline, count, doubtful[inside])
        table["may_be_truncated"] |= wider_than(polygons, background_reach_m)
        tables.append(table.join(mean_line_of_sight(outline, count, here)))
    table = pd.concat(tables, ignore_index=True)
    numbers = [f"{track}_{number:04d}" for number in range(1, len(table) + 1)]
    table.insert(0, "outline_id", pd.array(numbers, dtype="str"))
    return table
