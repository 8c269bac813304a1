"""Random fields of the errors of rates at the points of a track."""

import numpy as np
from scipy import fft
from scipy.ndimage import map_coordinates

from hotslope.motion.variogram import Variogram

#: Nodes of a field per range of its correlation, and smallest spacing of nodes, m.
_NODES_PER_RANGE = 8
_LEAST_SPACING_M = 25.0
#: Fields are drawn on a torus that exceeds the extent of the points by this many ranges.
_MARGIN_RANGES = 6.0


def draw_errors(
    x: np.ndarray,
    y: np.ndarray,
    own_std_mm_yr: np.ndarray,
    variogram: Variogram,
    random: np.random.Generator,
) -> np.ndarray:
    """Draw errors of rates at points, mm/yr.

    Parameters
    ----------
    x, y : ndarray, float64, shape (points,)
        Projected coordinates, m.
    own_std_mm_yr : ndarray, float64, shape (points,)
        Uncorrelated part of each point.
    variogram : Variogram
        Its structure is the part that neighbours share.
    random : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    ndarray, float64, shape (points,)
        Normal errors with covariance diag(own²) + sill · ρ(d/range), ρ that of the variogram.
    """
    errors = own_std_mm_yr * random.standard_normal(x.size)
    if variogram.sill > 0 and x.size:
        errors += _shared(x, y, variogram, random)
    return errors


def _shared(
    x: np.ndarray, y: np.ndarray, variogram: Variogram, random: np.random.Generator
) -> np.ndarray:
    """Draw the shared part: a field on a torus (circulant embedding), interpolated to the points.

    Interpolation between nodes reduces the variance; each point is scaled to restore it.
    """
    spacing = max(variogram.range_m / _NODES_PER_RANGE, _LEAST_SPACING_M)
    margin = _MARGIN_RANGES * variogram.range_m
    rows, columns = (
        fft.next_fast_len(int(np.ceil((np.ptp(part) + margin) / spacing)) + 2, real=True)
        for part in (y, x)
    )
    power = fft.rfft2(_torus_covariance(rows, columns, spacing, variogram), overwrite_x=True).real
    amplitude = np.sqrt(np.maximum(power, 0.0))
    del power  # a field may have some ten million nodes
    white = fft.rfft2(random.standard_normal((rows, columns)), overwrite_x=True)
    white *= amplitude
    field = fft.irfft2(white, s=(rows, columns), overwrite_x=True)
    row, column = (y - y.min()) / spacing, (x - x.min()) / spacing
    drawn = map_coordinates(field, [row, column], order=1, mode="grid-wrap")
    side, diagonal = variogram.correlation(spacing * np.array([1.0, np.sqrt(2.0)]))
    return drawn / np.sqrt(_interpolated_variance(row % 1, column % 1, side, diagonal))


def _torus_covariance(
    rows: int, columns: int, spacing_m: float, variogram: Variogram
) -> np.ndarray:
    """Covariance of the nodes of a torus with its first node, shape (rows, columns).

    It is that of a quarter, mirrored: nodes as far on the other side share as much.
    """
    down, right = np.arange(rows // 2 + 1), np.arange(columns // 2 + 1)
    quarter = variogram.covariance(spacing_m * np.hypot(down[:, None], right))
    half = np.concatenate([quarter, quarter[:, (columns - 1) // 2 : 0 : -1]], axis=1)
    return np.concatenate([half, half[(rows - 1) // 2 : 0 : -1]])


def _interpolated_variance(
    down: np.ndarray, right: np.ndarray, side: float, diagonal: float
) -> np.ndarray:
    """Variance of a bilinear mean of four nodes over that of a node, from their correlations."""
    a, b = down * (1 - down), right * (1 - right)
    vertical, horizontal = 1 - 2 * a, 1 - 2 * b  # sums of squared weights along each axis
    return (
        vertical * horizontal
        + 2 * a * horizontal * side
        + 2 * b * vertical * side
        + 4 * a * b * diagonal
    )
