"""Ground that a body could reach: a cone of one angle over a DEM."""

from typing import NamedTuple

import numpy as np
import shapely
from rasterio.features import geometry_mask, shapes
from scipy import ndimage

from hotslope.compiled import compiled
from hotslope.grid import Grid
from hotslope.rasters import Cells

#: Cells that touch at a corner are neighbours.
_NEIGHBOURS = np.ones((3, 3), dtype=bool)


class Reach(NamedTuple):
    """Ground below a body.

    Parameters
    ----------
    ground : shapely geometry
        Outside the outline; empty where nothing is reached.
    length_m : float
        From the outline to the middle of the farthest cell; 0 where nothing is reached.
    is_cut : bool
        Whether it meets cells without elevation or the edge of the DEM.
    """

    ground: shapely.Geometry
    length_m: float
    is_cut: bool


def reached_cells(
    elevation_m: np.ndarray,
    inside: np.ndarray,
    cell_size_m: float,
    reach_angle_deg: float,
    max_reach_m: float,
) -> np.ndarray:
    """Find the cells below a body that lie within an angle of reach.

    Parameters
    ----------
    elevation_m : ndarray, float64, shape (rows, columns)
        NaN for no data, which neither reaches nor is reached.
    inside : ndarray of bool, shape (rows, columns)
        Cells of the body.
    cell_size_m : float
        Edge of a cell.
    reach_angle_deg : float
        Least angle below the horizontal, more than 0, from a cell of the body to one it reaches.
    max_reach_m : float
        Largest horizontal distance from the nearest cell of the body.

    Returns
    -------
    ndarray of bool, shape (rows, columns)
        Cells outside the body, joined with it through reached cells, corners included.

    Notes
    -----
    Every cell of the body is tried as the top, so that a body on a ridge reaches down both sides.
    The cone is straight. Ground behind a ridge that rises out of it is left out where no reached
    cells lead around.
    """
    tangent = float(np.tan(np.radians(reach_angle_deg)))
    below = _cone(elevation_m, inside, cell_size_m, tangent)
    if inside.any():
        below &= ndimage.distance_transform_edt(~inside, sampling=cell_size_m) <= max_reach_m
    labels, _ = ndimage.label(below | inside, structure=_NEIGHBOURS)
    joined = np.isin(labels, np.unique(labels[inside])) & below
    return joined & ~inside


@compiled
def _cone(
    elevation: np.ndarray, inside: np.ndarray, cell_size_m: float, tangent: float
) -> np.ndarray:
    """Cells below the cones of all cells of the body.

    A cell in the cone of a higher one has its own cone within that one, and is not tried.
    """
    rows, columns = elevation.shape
    lowest = np.inf
    for row in range(rows):
        for column in range(columns):
            lowest = min(lowest, elevation[row, column])  # a NaN is never the lesser one
    tops = np.flatnonzero(inside.ravel() & ~np.isnan(elevation.ravel()))
    tops = tops[np.argsort(-elevation.ravel()[tops], kind="mergesort")]
    below = np.zeros((rows, columns), dtype=np.bool_)
    for top_cell in tops:
        top_row, top_column = top_cell // columns, top_cell % columns
        if below[top_row, top_column]:
            continue
        top = elevation[top_row, top_column]
        span = int(min((top - lowest) / tangent / cell_size_m, rows + columns))
        for row in range(max(top_row - span, 0), min(top_row + span + 1, rows)):
            for column in range(max(top_column - span, 0), min(top_column + span + 1, columns)):
                distance_m = cell_size_m * np.hypot(row - top_row, column - top_column)
                if top - elevation[row, column] >= tangent * distance_m:
                    below[row, column] = True
    return below


def reach_of(
    outline: shapely.Geometry,
    elevation_m: Cells,
    grid: Grid,
    reach_angle_deg: float,
    max_reach_m: float,
) -> Reach:
    """Find the ground that a candidate could reach.

    Parameters
    ----------
    outline : shapely geometry
        Candidate, in the CRS of the grid.
    elevation_m : ndarray or RasterBand, float64, shape ``grid.shape``
        Looked at near the candidate alone.
    grid : Grid
    reach_angle_deg, max_reach_m
        As in `reached_cells`.

    Returns
    -------
    Reach
    """
    rows, columns = _window(outline, grid, max_reach_m)
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return Reach(shapely.MultiPolygon(), 0.0, True)
    part = grid.window(rows, columns)
    heights = elevation_m[rows, columns]
    inside = geometry_mask(
        [outline], out_shape=part.shape, transform=part.transform, all_touched=True, invert=True
    )
    reached = reached_cells(heights, inside, grid.cell_size_m, reach_angle_deg, max_reach_m)
    if not reached.any():
        return Reach(shapely.MultiPolygon(), 0.0, False)
    pieces = shapes(
        reached.astype(np.uint8), mask=reached, connectivity=8, transform=part.transform
    )
    ground = shapely.union_all([shapely.geometry.shape(piece) for piece, _ in pieces])
    row, column = np.nonzero(reached)
    middles = shapely.points(part.x_centres_m()[column], part.y_centres_m()[row])
    return Reach(
        shapely.difference(ground, outline),
        float(shapely.distance(middles, outline).max()),
        _meets_nothing(heights, reached),
    )


def _window(outline: shapely.Geometry, grid: Grid, max_reach_m: float) -> tuple[slice, slice]:
    """Rows and columns of the grid near an outline, two cells more than its reach on each side."""
    left, bottom, right, top = shapely.bounds(outline)
    (first_row, last_row), (first_column, last_column) = grid.rows_columns(
        np.array([left, right]), np.array([top, bottom])
    )
    margin = int(np.ceil(max_reach_m / grid.cell_size_m)) + 2
    return (
        slice(max(int(first_row) - margin, 0), min(int(last_row) + margin + 1, grid.shape[0])),
        slice(
            max(int(first_column) - margin, 0), min(int(last_column) + margin + 1, grid.shape[1])
        ),
    )


def _meets_nothing(heights_m: np.ndarray, reached: np.ndarray) -> bool:
    """Whether reached cells have a neighbour without elevation; beyond the window there is none."""
    unknown = np.pad(np.isnan(heights_m), 1, constant_values=True)
    return bool(np.any(ndimage.binary_dilation(unknown, _NEIGHBOURS)[1:-1, 1:-1] & reached))
