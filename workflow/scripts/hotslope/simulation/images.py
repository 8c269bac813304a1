"""A small stack of single-look complex images with known truth, of the ground of `interferograms`.

Each cell of the ground is `PIXELS` by `PIXELS` pixels of the images.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from affine import Affine
from scipy.ndimage import zoom

from hotslope.grid import Grid
from hotslope.simulation.interferograms import (
    DECAY_DAYS,
    REPEAT_DAYS,
    WAVELENGTH_M,
    Ground,
    acquisition_dates,
    apparent_motion_mm,
    draw_atmosphere,
    draw_baselines,
)
from hotslope.simulation.randomness import Purpose, generator

#: Pixels along each side of a cell of the ground.
PIXELS = 4
#: Amplitude of a persistent scatterer over the standard deviation of what surrounds it.
DOMINANCE = 5.0
#: Share of the coherence of distributed scatterers that does not decay.
LASTING_SHARE = 0.4


@dataclass(frozen=True)
class Images:
    """Single-look complex images of one orbit, coregistered and geocoded.

    Parameters
    ----------
    grid : Grid
        Pixels.
    dates : tuple of datetime.date
    baseline_m : ndarray, shape (dates,)
    values : ndarray, complex64, shape (dates, rows, columns)
        An earlier times the conjugate of a later image has a phase that grows away from the sensor.
    """

    grid: Grid
    dates: tuple[dt.date, ...]
    baseline_m: np.ndarray
    values: np.ndarray


def acquire(
    ground: Ground,
    number: int,
    seed: int,
    *,
    incidence_deg: float,
    heading_deg: float,
    count: int,
    max_perpendicular_baseline_m: float = 160.0,
) -> Images:
    """Take images of the ground from one orbit.

    Parameters
    ----------
    ground : Ground
    number : int
        Of the orbit; each has dates, baselines, atmosphere and speckle of its own.
    seed : int
    incidence_deg, heading_deg : float
        Geometry, degrees.
    count : int
        Number of acquisitions.
    max_perpendicular_baseline_m : float
        Neighbours in time are not farther apart.

    Notes
    -----
    The phase of the heights is removed, but for their error. Distributed scatterers are complex
    Gaussian speckle: of a share `cover` of their power, `LASTING_SHARE` stays and the rest decays
    to 1/e in `DECAY_DAYS` (a first-order autoregression); what is beyond `cover` is new in every
    image. A persistent scatterer adds a constant amplitude in one pixel of its cell.
    """
    random = generator(seed, Purpose.IMAGES, 1 + number)
    days, dates = acquisition_dates(count, number)
    baseline_m = draw_baselines(count, max_perpendicular_baseline_m, random)
    cover = _repeated(ground.cover)
    constant = DOMINANCE * _persistent_pixels(ground, random)
    to_phase = 4e-3 * np.pi / WAVELENGTH_M
    kept = np.exp(-REPEAT_DAYS / DECAY_DAYS)
    firm = np.sqrt(LASTING_SHARE) * _speckle(cover.shape, random)
    fading = _speckle(cover.shape, random)
    values = np.empty((count, *cover.shape), dtype=np.complex64)
    motion = apparent_motion_mm(ground, days, baseline_m, incidence_deg, heading_deg)
    for index, moved in enumerate(motion):
        if index:
            fading = kept * fading + np.sqrt(1 - kept**2) * _speckle(cover.shape, random)
        new = _speckle(cover.shape, random)
        lasting = firm + np.sqrt(1 - LASTING_SHARE) * fading
        scattered = constant + np.sqrt(cover) * lasting + np.sqrt(1 - cover) * new
        seen_mm = _repeated(moved) + finer(draw_atmosphere(ground, random))
        # Each image has a phase of its own.
        phase = to_phase * seen_mm + random.uniform(-np.pi, np.pi)
        values[index] = scattered * np.exp(1j * phase)
    return Images(pixels_of(ground.grid), dates, baseline_m, values)


def pixels_of(grid: Grid) -> Grid:
    """Return the pixels of the images of a ground."""
    rows, columns = grid.shape
    corner = grid.transform @ Affine.scale(1.0 / PIXELS)
    return Grid(grid.crs, corner, (rows * PIXELS, columns * PIXELS))


def finer(values: np.ndarray) -> np.ndarray:
    """Interpolate a field of the cells to the pixels, linearly between their centres."""
    return zoom(
        np.asarray(values, dtype=np.float64), PIXELS, order=1, mode="nearest", grid_mode=True
    )


def _repeated(values: np.ndarray) -> np.ndarray:
    """Give all pixels the value of their cell."""
    return values.repeat(PIXELS, axis=0).repeat(PIXELS, axis=1)


def _persistent_pixels(ground: Ground, random: np.random.Generator) -> np.ndarray:
    """Return where persistent scatterers are: in one pixel of their cells."""
    rows, columns = np.nonzero(ground.persistent)
    within = random.integers(0, PIXELS, (2, rows.size))
    found = np.zeros((ground.grid.shape[0] * PIXELS, ground.grid.shape[1] * PIXELS), dtype=bool)
    found[rows * PIXELS + within[0], columns * PIXELS + within[1]] = True
    return found


def _speckle(shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    """Draw circular complex Gaussian numbers of unit power."""
    real, imaginary = random.standard_normal((2, *shape))
    return np.sqrt(0.5) * (real + 1j * imaginary)
