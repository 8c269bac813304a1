"""Coordinate reference systems, checked at the door by kind."""

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from hotslope.errors import InputError


def known_crs(text: str, place: str) -> CRS:
    """Return the CRS that `text` names, or raise an InputError that names `place`."""
    try:
        return CRS.from_user_input(text)
    except CRSError:
        raise InputError(
            place, f"{text!r} is no known CRS", "Give a projected CRS such as EPSG:32647"
        ) from None


def projected_crs(text: str, place: str = "study_area.crs") -> CRS:
    """Return a projected CRS in metres, or say why `text` is none.

    Parameters
    ----------
    text : str
        Anything PROJ understands, such as ``EPSG:32647``.
    place : str
        Config key or file named in the message.

    Raises
    ------
    InputError
        Unknown, geographic, or not in metres.
    """
    crs = known_crs(text, place)
    if not crs.is_projected:
        raise InputError(
            place,
            f"{text!r} is not projected",
            "Give a projected CRS in metres such as the UTM zone of the area",
        )
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if units != {"metre"}:
        raise InputError(
            place, f"{text!r} has units of {sorted(units)}", "Give a projected CRS in metres"
        )
    return crs


def project_lonlat(
    lon_deg: np.ndarray, lat_deg: np.ndarray, crs: CRS
) -> tuple[np.ndarray, np.ndarray]:
    """Project WGS 84 longitude and latitude (degrees) to `crs`; x and y in metres."""
    transformer = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return transformer.transform(lon_deg, lat_deg)


def unproject_lonlat(x_m: np.ndarray, y_m: np.ndarray, crs: CRS) -> tuple[np.ndarray, np.ndarray]:
    """Inverse of `project_lonlat`: WGS 84 longitude and latitude in degrees."""
    transformer = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return transformer.transform(x_m, y_m)
