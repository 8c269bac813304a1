"""Random fields with a power-law spectrum: rough ground, rock bodies, atmosphere."""

import numpy as np
from scipy import fft, ndimage

from hotslope.grid import Grid


def power_law_field(
    shape: tuple[int, int],
    cell_size_m: float,
    exponent: float,
    largest_m: float,
    random: np.random.Generator,
    elongation: float = 1.0,
) -> np.ndarray:
    """Gaussian field of mean about 0 and standard deviation 1 with a power-law spectrum.

    Parameters
    ----------
    shape : tuple of int
        Rows, columns.
    cell_size_m : float
        Edge of a cell, m.
    exponent : float
        Power falls with wave number k as k to minus this (turbulent troposphere 8/3 to
        11/3, ground about 3 to 4).
    largest_m : float
        Wavelength beyond which the spectrum is flat, m.
    random : numpy.random.Generator
        Source of random numbers.
    elongation : float
        Stretch of the field from west to east.

    Returns
    -------
    ndarray, float32, shape `shape`

    Notes
    -----
    Drawn on a larger, periodic grid and cut out, so that opposite edges are not alike.
    The standard deviation is that of the whole process, not of the piece: long waves
    leave a mean in a small piece, as they do in nature.
    """
    margin = int(np.ceil(largest_m / cell_size_m))
    rows, columns = (fft.next_fast_len(size + margin, real=True) for size in shape)
    white = random.standard_normal((rows, columns), dtype=np.float32)
    k_north = fft.fftfreq(rows, cell_size_m)[:, None]
    k_east = fft.rfftfreq(columns, cell_size_m)[None, :] * elongation
    squared = k_north**2 + k_east**2 + 1.0 / largest_m**2
    amplitude = (squared ** (-exponent / 4)).astype(np.float32)
    amplitude[0, 0] = 0.0
    # Parseval: the variance is the mean power; inner columns of a half spectrum count twice.
    weight = np.full(amplitude.shape[1], 2.0)
    weight[0] = 1.0
    if columns % 2 == 0:
        weight[-1] = 1.0
    variance = float(((amplitude.astype(np.float64) ** 2).sum(axis=0) * weight).sum())
    amplitude *= np.float32(np.sqrt(rows * columns / variance))
    field = fft.irfft2(fft.rfft2(white) * amplitude, s=(rows, columns))
    return np.ascontiguousarray(field[: shape[0], : shape[1]], dtype=np.float32)


def sample(values: np.ndarray, grid: Grid, x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
    """Bilinear value of a raster at points, float64; outside, the nearest edge."""
    rows = (grid.transform.f - np.asarray(y_m)) / grid.cell_size_m - 0.5
    columns = (np.asarray(x_m) - grid.transform.c) / grid.cell_size_m - 0.5
    return ndimage.map_coordinates(
        values, [rows, columns], order=1, mode="nearest", output=np.float64
    )


def resample(values: np.ndarray, source: Grid, target: Grid) -> np.ndarray:
    """Bilinear values of a raster at the cell centres of another grid, float32.

    Done one axis after the other, which needs no coordinate arrays of the target's size.
    """

    def weights(position: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        position = np.clip(position, 0, size - 1)
        lower = np.minimum(position.astype(np.int64), max(size - 2, 0))
        return lower, (position - lower).astype(np.float32)

    cell = source.cell_size_m
    row, down = weights((source.transform.f - target.y_centres_m()) / cell - 0.5, source.shape[0])
    column, right = weights(
        (target.x_centres_m() - source.transform.c) / cell - 0.5, source.shape[1]
    )
    values = np.asarray(values, dtype=np.float32)
    wide = values[:, column] * (1 - right) + values[:, column + 1] * right
    return wide[row] * (1 - down)[:, None] + wide[row + 1] * down[:, None]


def nearest(values: np.ndarray, source: Grid, target: Grid) -> np.ndarray:
    """Value of the cell that holds each cell centre of another grid; dtype kept."""
    rows, _ = source.rows_columns(
        np.full(target.shape[0], source.transform.c), target.y_centres_m()
    )
    _, columns = source.rows_columns(
        target.x_centres_m(), np.full(target.shape[1], source.transform.f)
    )
    rows = np.clip(rows, 0, source.shape[0] - 1)
    columns = np.clip(columns, 0, source.shape[1] - 1)
    return values[np.ix_(rows, columns)]


def downslope(elevation_m: np.ndarray, cell_size_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Slope and downslope azimuth by central differences.

    Parameters
    ----------
    elevation_m : ndarray, shape (rows, columns)
        North-up raster of heights, m.
    cell_size_m : float
        Edge of a cell, m.

    Returns
    -------
    slope_deg, azimuth_deg : ndarray, float32
        Azimuth clockwise from north, of the direction in which the ground falls.
    """
    south, east = np.gradient(np.asarray(elevation_m, dtype=np.float32), np.float32(cell_size_m))
    slope = np.degrees(np.arctan(np.hypot(east, south)))
    azimuth = np.degrees(np.arctan2(-east, south)) % 360.0
    return slope.astype(np.float32), azimuth.astype(np.float32)
