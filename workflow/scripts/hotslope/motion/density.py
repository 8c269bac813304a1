"""Quartic kernel density of weighted points, summed exactly at cell centres."""

import math
from functools import partial

import numpy as np

from hotslope.compiled import compiled
from hotslope.grid import Grid
from hotslope.motion.bands import BandedPoints, band_points, in_blocks

#: Width of the blocks that points are taken in, in radii: what a band reaches within a block
#: stays in the processor's cache (rows as wide as the study area do not).
RADII_AT_A_TIME = 64
#: What `signed_densities` returns, as bands of a raster.
DENSITY_BANDS = ("signed", "hot", "cold")
DENSITY_UNIT = "1/m2"
#: Metadata of rasters of `signed_densities`.
DENSITY_TAGS = {
    "description": "sum of z scores per area",
    "sign": "hot, positive: toward the sensor; cold, negative: away from it",
}


def quartic_density(
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray,
    radius_m: float,
    grid: Grid,
    *,
    threads: int = 1,
) -> np.ndarray:
    """Quartic (biweight) kernel density of weighted points at the cell centres of a grid.

    Parameters
    ----------
    x, y : array_like, shape (points,)
        Projected coordinates, m; points beyond the grid reach into it.
    weight : array_like, shape (points,)
        Weight of each point, of either sign.
    radius_m : float
        Radius d at which the kernel ends, m.
    grid : Grid
        Where the density is wanted.
    threads : int
        Number of threads; the result has the same bits for any.

    Returns
    -------
    ndarray, float64, shape ``grid.shape``
        D = 1/d² Σ 3/π w (1 − (r/d)²)² over the points nearer than d; unit of weight per m².

    Raises
    ------
    ValueError
        Shapes differ, a number is not finite, or the radius is not positive.

    Notes
    -----
    The sum is exact; a convolution of points binned to cells would move each of them by up to
    half a cell.

    References
    ----------
    .. [1] Silverman, B. W. (1986). Density estimation for statistics and data analysis.
       Chapman and Hall, equation 4.5.
    """
    scale = 3.0 / (math.pi * float(radius_m) ** 2)
    weight = np.asarray(weight, dtype=np.float64) * scale
    return quartic_sum(x, y, weight, radius_m, grid, threads=threads)


def signed_densities(
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray,
    radius_m: float,
    grid: Grid,
    *,
    threads: int = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Densities of all weights, of the positive and of the negative ones.

    Parameters
    ----------
    x, y, weight, radius_m, grid, threads
        As in `quartic_density`; points whose weight is NaN are left out.

    Returns
    -------
    signed, hot, cold : ndarray, float64, shape ``grid.shape``
        ``hot`` ≥ 0, ``cold`` ≤ 0 and their sum ``signed``; each point is summed once.
    """
    x, y, weight = np.asarray(x), np.asarray(y), np.asarray(weight)
    positive, negative = weight > 0, weight < 0
    hot = quartic_density(
        x[positive], y[positive], weight[positive], radius_m, grid, threads=threads
    )
    cold = quartic_density(
        x[negative], y[negative], weight[negative], radius_m, grid, threads=threads
    )
    return hot + cold, hot, cold


def quartic_sum(
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray,
    radius_m: float,
    grid: Grid,
    *,
    threads: int = 1,
) -> np.ndarray:
    """Σ w (1 − (r/d)²)² at cell centres: `quartic_density` without its constant.

    Parameters
    ----------
    x, y, weight, radius_m, grid, threads
        As in `quartic_density`.

    Returns
    -------
    ndarray, float64, shape ``grid.shape``
        The sums. Each thread fills rows of its own, and every cell takes its points in an order
        that follows from their coordinates alone: the same bits for any input order, threads
        and tiles.
    """
    points = band_points(x, y, weight, radius_m)
    sums = np.zeros(grid.shape)
    in_blocks(partial(_sum_rows, points, float(radius_m), grid, sums), grid.shape[0], threads)
    return sums


def _sum_rows(
    points: BandedPoints, radius_m: float, grid: Grid, sums: np.ndarray, begin: int, end: int
) -> None:
    """Fill rows begin…end − 1."""
    centres_x, centres_y = grid.x_centres_m(), grid.y_centres_m()
    # Only bands within reach of these rows; one more on either side, for rounding.
    reached = np.array([centres_y[end - 1] - radius_m, centres_y[begin] + radius_m])
    south, north = np.floor(reached / points.height_m).astype(np.int64) - points.first_band
    bands = points.starts[max(south - 1, 0) : max(north + 3, 0)]
    _add_kernels(
        points.x, points.y, points.value, bands, radius_m, centres_x, centres_y,
        grid.cell_size_m, begin, end, sums.reshape(-1),
    )  # fmt: skip


@compiled
def _add_kernels(
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray,
    starts: np.ndarray,
    radius_m: float,
    centres_x: np.ndarray,
    centres_y: np.ndarray,
    cell_m: float,
    begin: int,
    end: int,
    sums: np.ndarray,
) -> None:
    """Add each point's kernel to the rows begin…end − 1 of `sums`, whose rows follow one another.

    Points come block by block, in each band by band, and from west to east: the order in which
    every cell takes them. Blocks are counted from x = 0, so that it is the same in any grid.
    """
    across = int(2 * radius_m / cell_m) + 3
    squares, rests = np.empty(across), np.empty(across)
    block_m = RADII_AT_A_TIME * radius_m
    first = int(np.floor((centres_x[0] - radius_m) / block_m))
    last = int(np.floor((centres_x[-1] + radius_m) / block_m))
    nexts = starts[:-1].copy()
    for block in range(first, last + 1):
        past_m = (block + 1) * block_m
        for band in range(starts.size - 1):
            i = nexts[band]
            while i < starts[band + 1] and x[i] < past_m:
                _add_kernel(
                    x[i], y[i], weight[i], radius_m, centres_x, centres_y, cell_m,
                    begin, end, squares, rests, sums,
                )  # fmt: skip
                i += 1
            nexts[band] = i


@compiled
def _add_kernel(
    x: float,
    y: float,
    weight: float,
    radius_m: float,
    centres_x: np.ndarray,
    centres_y: np.ndarray,
    cell_m: float,
    begin: int,
    end: int,
    squares: np.ndarray,
    rests: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Add one kernel to the cells of a square, in the rows begin…end − 1.

    Cells of the square beyond the radius get an exact zero: straight loops without a condition
    use the processor's vectors and are faster than visiting the circle alone. What a column or
    a row has in common is computed before, for all of them at once.
    """
    inverse, diameter = 1.0 / radius_m, 2.0 * radius_m / cell_m
    west = (x - radius_m - centres_x[0]) / cell_m
    north = (centres_y[0] - y - radius_m) / cell_m
    # A millionth of a cell more, so that no rounding leaves out a cell just within the radius.
    left = max(int(np.ceil(west - 1e-6)), 0)
    right = min(int(np.floor(west + diameter + 1e-6)) + 1, centres_x.size)
    top = max(int(np.ceil(north - 1e-6)), begin)
    bottom = min(int(np.floor(north + diameter + 1e-6)) + 1, end)
    if right <= left or bottom <= top:
        return
    # Unsigned, so that no index is checked for counting from the end.
    width, height = np.uint64(right - left), np.uint64(bottom - top)
    for k in range(width):
        u = (centres_x[np.uint64(left) + k] - x) * inverse
        squares[k] = u * u
    for j in range(height):
        v = (centres_y[np.uint64(top) + j] - y) * inverse
        rests[j] = 1.0 - v * v
    start = np.uint64(top * centres_x.size + left)
    for j in range(height):
        rest = rests[j]
        for k in range(width):
            kernel = max(rest - squares[k], 0.0)
            sums[start + k] += weight * (kernel * kernel)
        start += np.uint64(centres_x.size)
