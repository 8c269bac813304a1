"""The direction that a candidate faces."""

import numpy as np

#: Eight sectors of 45 degrees, the first centred on north, clockwise.
SECTORS = np.array(["n", "ne", "e", "se", "s", "sw", "w", "nw"], dtype=object)
FLAT = "flat"


def steepness_of(slope_deg: np.ndarray) -> np.ndarray:
    """Return the length of the downslope vector, tan(slope); NaN without data."""
    return np.tan(np.radians(slope_deg))


def downslope_east(slope_deg: np.ndarray, aspect_deg: np.ndarray) -> np.ndarray:
    """Return the east part of the downslope vector, as long as tan(slope).

    Parameters
    ----------
    slope_deg : ndarray
        Slope in degrees; NaN for no data.
    aspect_deg : ndarray
        Downslope azimuth in degrees clockwise from north; NaN on flat ground too.

    Returns
    -------
    ndarray, float64
        0 on flat ground, NaN without data.
    """
    return steepness_of(slope_deg) * np.sin(_azimuth(slope_deg, aspect_deg))


def downslope_north(slope_deg: np.ndarray, aspect_deg: np.ndarray) -> np.ndarray:
    """Return the north part; see `downslope_east`."""
    return steepness_of(slope_deg) * np.cos(_azimuth(slope_deg, aspect_deg))


def _azimuth(slope_deg: np.ndarray, aspect_deg: np.ndarray) -> np.ndarray:
    """Return the direction in radians, any where the ground is flat."""
    return np.radians(np.where((slope_deg == 0.0) & np.isnan(aspect_deg), 0.0, aspect_deg))


def aspect_classes(
    east: np.ndarray, north: np.ndarray, steepness: np.ndarray, flat_slope_deg: float
) -> np.ndarray:
    """Return the class of the mean downslope vector.

    Parameters
    ----------
    east, north : ndarray, shape (n,)
        Mean downslope vector of each candidate.
    steepness : ndarray, shape (n,)
        Mean length of the vectors, whatever their directions.
    flat_slope_deg : float
        Candidates whose mean steepness is below the tangent of this are flat.

    Returns
    -------
    ndarray of object, shape (n,)
        A name of `SECTORS`, `FLAT`, or None where there is no data.

    Notes
    -----
    Flat is judged by steepness, not by the length of the mean vector: a ridge whose two sides
    cancel is not flat, it faces two ways, as the resultant length shows.

    Examples
    --------
    >>> east, north = np.array([0.0, -0.3, 0.3]), np.array([0.3, 0.0, -0.3])
    >>> aspect_classes(east, north, np.hypot(east, north), flat_slope_deg=5.0)
    array(['n', 'w', 'se'], dtype=object)
    """
    azimuth_deg = np.degrees(np.arctan2(east, north))
    known = np.isfinite(azimuth_deg) & np.isfinite(steepness)
    sector = np.floor((np.where(known, azimuth_deg, 0.0) + 22.5) / 45.0).astype(np.int64) % 8
    classes = SECTORS[sector]
    classes[steepness < np.tan(np.radians(flat_slope_deg))] = FLAT
    classes[~known] = None
    return classes


def resultant_length(east: np.ndarray, north: np.ndarray, steepness: np.ndarray) -> np.ndarray:
    """Return how far the directions agree: 1 all one way, 0 cancelling, NaN on level ground."""
    length = np.hypot(east, north)
    return np.divide(length, steepness, out=np.full_like(length, np.nan), where=steepness > 0.0)
