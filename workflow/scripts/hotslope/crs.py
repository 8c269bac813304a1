"""Coordinate reference systems, checked at the door by kind."""

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from hotslope.errors import InputError

#: Projections whose metres are not metres on the ground, by a word of their method's name.
_STRETCHED = ("pseudo mercator", "equidistant cylindrical", "plate carree", "pseudo-mercator")


def known_crs(text: str, place: str) -> CRS:
    """Return the CRS that `text` names, or raise an InputError that names `place`."""
    try:
        return CRS.from_user_input(text)
    except CRSError:
        raise InputError(
            place, f"{text!r} is no known CRS", "Give a projected CRS such as EPSG:32647"
        ) from None


def projected_crs(text: str, place: str = "study_area.crs") -> CRS:
    """Return a CRS in which lengths and directions can be computed, or say why `text` is none.

    Parameters
    ----------
    text, place : str
        As in `metric_crs`.

    Raises
    ------
    InputError
        As `metric_crs`; one of the projections of web maps, whose lengths are wrong everywhere
        but at the equator; axes to the west or south.
    """
    crs = metric_crs(text, place)
    _refuse_stretched(crs, text, place)
    _refuse_turned_axes(crs, text, place)
    return crs


def metric_crs(text: str, place: str) -> CRS:
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


def _refuse_stretched(crs: CRS, text: str, place: str) -> None:
    operation = crs.coordinate_operation
    method = "" if operation is None else operation.method_name
    spherical_mercator = "Mercator" in method and "Spherical" in method
    if spherical_mercator or any(word in method.lower() for word in _STRETCHED):
        raise InputError(
            place,
            f"{text!r} ({crs.name}) is made for pictures: its metres are not metres on the ground",
            "Give a projected CRS such as the UTM zone of the area",
        )


def _refuse_turned_axes(crs: CRS, text: str, place: str) -> None:
    # Polar projections name their axes by the meridians along which they run.
    turned = [axis for axis in crs.axis_info[:2] if axis.name.lower() in ("westing", "southing")]
    if turned:
        raise InputError(
            place,
            f"{text!r} ({crs.name}) has an axis that points {turned[0].direction}",
            "Give a CRS with axes to the east and north, such as the UTM zone of the area",
        )


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
