"""How phase follows from height: slant ranges and incidence of a satellite over a round Earth."""

import numpy as np

_EARTH_RADIUS_M = 6_371_000.0


def slant_range_m(incidence_deg: np.ndarray, orbit_height_m: float) -> np.ndarray:
    """Return the distance from the ground to the satellite.

    Parameters
    ----------
    incidence_deg : ndarray
        Angle between the vertical at the target and the line of sight, degrees.
    orbit_height_m : float
        Height of the orbit above the ground, m.

    Examples
    --------
    >>> float(slant_range_m(39.0, 693_000.0).round(-3))
    858000.0
    """
    incidence = np.radians(incidence_deg)
    level = _EARTH_RADIUS_M * np.sin(incidence)
    return np.sqrt((_EARTH_RADIUS_M + orbit_height_m) ** 2 - level**2) - _EARTH_RADIUS_M * np.cos(
        incidence
    )


def height_sensitivity(incidence_deg: np.ndarray, orbit_height_m: float) -> np.ndarray:
    """Return the apparent displacement per metre of height and metre of baseline, mm/m².

    Notes
    -----
    A scatterer Δh above the height used in processing seems to move by B⊥ Δh / (R sin θ) toward
    the sensor, as in MintPy (Fattahi & Amelung 2013, IEEE TGRS 51, 4249).
    """
    reach = slant_range_m(incidence_deg, orbit_height_m) * np.sin(np.radians(incidence_deg))
    return 1000.0 / reach
