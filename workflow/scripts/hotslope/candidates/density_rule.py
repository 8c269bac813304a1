"""`method: paper`: regions where the density of Gi* passes a cut."""

import numpy as np
import pandas as pd

from hotslope.candidates.regions import label_regions
from hotslope.grid import Grid
from hotslope.motion.density import quartic_density


def sense_densities(
    points: pd.DataFrame, radius_m: float, grid: Grid, least_speed_mm_yr: float
) -> tuple[np.ndarray, np.ndarray]:
    """Densities of Gi* toward and away from the sensor.

    Parameters
    ----------
    points : DataFrame
        Points of a track: `x_m`, `y_m`, `velocity_mm_yr`, and `z` (NaN where not evaluated).
    radius_m : float
        Radius of the quartic kernel.
    grid : Grid
        Where to evaluate.
    least_speed_mm_yr : float
        Points slower than this are left out; 0 takes all.

    Returns
    -------
    hot, cold : ndarray, float64, shape ``grid.shape``
        Density of z over points with z > 0, and of -z over points with z < 0, per m².

    Notes
    -----
    Apart, because the two cancel in one sum: a body seen as toward beside one seen as away
    would leave a gap where they meet.
    """
    fast = points["velocity_mm_yr"].abs() >= least_speed_mm_yr
    densities = []
    for sign in (1, -1):
        chosen = points[fast & (points["z"] * sign > 0)]
        densities.append(
            quartic_density(
                chosen["x_m"].to_numpy(),
                chosen["y_m"].to_numpy(),
                chosen["z"].to_numpy() * sign,
                radius_m,
                grid,
            )
        )
    return densities[0], densities[1]


def density_regions(
    hot: np.ndarray, cold: np.ndarray, cut: float, *, min_cells: int
) -> dict[int, np.ndarray]:
    """Label the regions beyond the cut, each sense by itself.

    Parameters
    ----------
    hot, cold : ndarray, float64, shape (rows, columns)
        From `sense_densities`.
    cut : float
        From `hotslope.candidates.cut.density_cut`.
    min_cells : int
        Smallest region.

    Returns
    -------
    dict of int to ndarray of int32
        Numbered regions of +1 toward and -1 away.

    Notes
    -----
    A cell where both pass belongs to the denser sense, so that outlines of a track share no
    ground. Nothing is opened: kernel densities have no spurs.
    """
    is_hot = (hot >= cut) & (hot >= cold)
    is_cold = (cold >= cut) & ~is_hot
    senses = {1: (is_hot, is_cold), -1: (is_cold, is_hot)}
    return {
        sign: label_regions(inside, barrier, min_cells=min_cells, opening_cells=0)[0]
        for sign, (inside, barrier) in senses.items()
    }
