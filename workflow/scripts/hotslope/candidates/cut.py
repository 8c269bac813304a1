"""Where to cut the density of Gi* (`method: paper`)."""

import numpy as np

from hotslope.errors import InputError


def density_cut(
    strength: np.ndarray, cut: str, cut_value: float | None, moving_share: float
) -> float:
    """Return the density from which on a cell is extracted.

    Parameters
    ----------
    strength : ndarray, float64, shape (rows, columns)
        Density of |z|, per m²: the largest of hot and cold over all tracks, so that one cut
        serves every track.
    cut : {"value", "quantile", "area"}
        ``value``: `cut_value` itself. ``quantile``: that quantile (0–1) over the cells
        that the kernel reaches. ``area``: the density reached by `moving_share` of all cells,
        so that the tracks together extract as much ground as points move.
    cut_value : float, optional
        The density or quantile; unused by ``area``.
    moving_share : float
        Share of points beyond the stability threshold, the largest of all tracks, 0–1.

    Returns
    -------
    float
        The cut, always above 0; infinity where nothing can be extracted.

    Raises
    ------
    InputError
        `cut_value` is missing, or no quantile.
    """
    reached = strength[strength > 0]
    if cut == "area":
        cells = min(round(moving_share * strength.size), reached.size)
        if cells == 0:
            return np.inf
        return float(np.partition(reached, reached.size - cells)[reached.size - cells])
    if cut_value is None:
        raise InputError(
            "candidates.cut_value",
            f"is null, but cut is {cut!r}",
            "Give a number, or use cut: area",
        )
    if cut == "quantile":
        if not 0 <= cut_value <= 1:
            raise InputError(
                "candidates.cut_value", f"{cut_value} is no quantile", "Give a number from 0 to 1"
            )
        return float(np.quantile(reached, cut_value)) if reached.size else np.inf
    if cut_value <= 0:
        raise InputError(
            "candidates.cut_value", f"{cut_value} is no density", "Give a number above 0"
        )
    return float(cut_value)


def moving_share_of(velocity_mm_yr: np.ndarray, threshold_mm_yr: float) -> float:
    """Share of points that move at least as fast as the threshold; 0 without points."""
    if velocity_mm_yr.size == 0:
        return 0.0
    return float(np.mean(np.abs(velocity_mm_yr) >= threshold_mm_yr))
