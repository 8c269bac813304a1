"""Codes of places: where a body is, in a short text that needs no earlier run."""

import numpy as np
import shapely
from pyproj import CRS

from hotslope.crs import unproject_lonlat

#: Characters of a geohash, and how many a code has: a cell of about 150 m.
_BASE_32 = "0123456789bcdefghjkmnpqrstuvwxyz"
LENGTH = 7
#: To how much the core of an outline is found, m.
_TOLERANCE_M = 1.0


def place_codes(outlines: np.ndarray, crs: str) -> list[str]:
    """Return the geohash of the core of each outline, the centre of its largest circle.

    Parameters
    ----------
    outlines : ndarray of shapely geometry, shape (n,)
        Valid outlines in `crs`.
    crs : str
        Projected CRS, m.

    Notes
    -----
    The core moves less than the rim from one run to the next. Outlines whose cores lie beside the
    edge of a cell may still change their code, and neighbours may share one: a code is a name of
    the place, and identities are kept by `hotslope.candidates.identities`.
    """
    if not len(outlines):
        return []
    cores = [shapely.maximum_inscribed_circle(each, _TOLERANCE_M) for each in outlines]
    x, y = np.array([core.coords[0] for core in cores]).T
    lon, lat = unproject_lonlat(x, y, CRS.from_user_input(crs))
    return [geohash(*place) for place in zip(lon.tolist(), lat.tolist(), strict=True)]


def geohash(lon: float, lat: float, length: int = LENGTH) -> str:
    """Return the geohash of a place.

    Parameters
    ----------
    lon, lat : float
        WGS 84, degrees.
    length : int
        Characters.

    References
    ----------
    .. [1] Morton, G. M. (1966). A computer oriented geodetic data base and a new technique in
       file sequencing. IBM, Ottawa.

    Examples
    --------
    >>> geohash(10.40744, 57.64911, 11)
    'u4pruydqqvj'
    """
    bits = 5 * length
    column = _cell(lon, 180.0, (bits + 1) // 2)
    row = _cell(lat, 90.0, bits // 2)
    code = 0
    for bit in range(bits):  # longitude and latitude in turn, the largest halves first
        part, left = (column, (bits + 1) // 2) if bit % 2 == 0 else (row, bits // 2)
        code = 2 * code + (part >> (left - 1 - bit // 2) & 1)
    return "".join(_BASE_32[code >> (5 * place) & 31] for place in reversed(range(length)))


def _cell(degrees: float, half: float, bits: int) -> int:
    """Return which of 2**bits cells from -half to half holds an angle."""
    return min(int((degrees + half) / (2.0 * half) * 2**bits), 2**bits - 1)
