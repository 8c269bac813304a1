"""Layouts: which column of a file holds what, in which unit and CRS."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotslope.errors import InputError

#: Millimetres per unit.
MILLIMETRES = {"mm": 1.0, "cm": 10.0, "m": 1000.0}
#: CRS of columns called lon and lat.
LONLAT = "EPSG:4326"
#: Columns of the unit vector from the ground to the sensor.
LINE_OF_SIGHT = ("los_east", "los_north", "los_up")
#: No incidence angle of a side-looking radar in degrees is this small; all in radians are.
MAX_RADIANS = 1.6


@dataclass(frozen=True)
class Layout:
    """Where a file keeps the columns of the points table.

    Parameters
    ----------
    place : str
        The file, as messages name it.
    columns : mapping of str to str
        Schema column → column of the file. Coordinates are under ``lon`` and ``lat``, or
        ``x_m`` and ``y_m``.
    epochs : mapping of str to datetime.date
        Displacement column of the file → acquisition date, in order of time.
    factors : mapping of str to float
        Schema column, or ``displacement`` → factor to the schema's unit; 1 where absent.
    crs : str or None
        CRS of the coordinates; None: that of the study area.
    key : str
        Config key a user corrects columns by.
    missing : tuple of float
        Numbers of the file that mark missing values, in its units.
    """

    place: str
    columns: Mapping[str, str]
    epochs: Mapping[str, dt.date]
    factors: Mapping[str, float]
    crs: str | None
    key: str
    missing: tuple[float, ...] = ()

    @property
    def coordinates(self) -> tuple[str, str]:
        """Schema names of the two coordinates, eastward first."""
        return ("lon", "lat") if "lon" in self.columns else ("x_m", "y_m")


def factors_to_mm(
    velocity_unit: str, displacement_unit: str, wavelength_m: float | None = None
) -> dict[str, float]:
    """Return the `factors` of a layout: schema column, or ``displacement`` → factor to mm.

    Displacements in ``rad`` are phase, positive away from the sensor: of one radian, the path
    there and back is longer by λ / 2π.
    """
    if displacement_unit == "rad":
        if wavelength_m is None:
            raise InputError(
                "wavelength_m",
                "missing, though displacement_unit is rad",
                "Give the radar wavelength in metres (Sentinel-1: 0.0555)",
            )
        displacement = -phase_to_mm(wavelength_m)
    else:
        displacement = MILLIMETRES[displacement_unit]
    return {
        "velocity_mm_yr": MILLIMETRES[velocity_unit],
        "velocity_std_mm_yr": MILLIMETRES[velocity_unit],
        "displacement": displacement,
    }


def phase_to_mm(wavelength_m: float) -> float:
    """Return how far the ground moves along the line of sight for one radian of phase, mm."""
    return 1000.0 * wavelength_m / (4.0 * math.pi)


def refuse_duplicates(names: Sequence[str], place: str) -> None:
    """Raise an InputError where two columns share a name."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(
            place, f"the column {twice[0]!r} occurs more than once", "Rename or drop one of them"
        )


def find_columns(names: Mapping[str, str], aliases: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return schema column → file column, by the first alias found of each.

    Parameters
    ----------
    names : mapping of str to str
        Normalised name → name in the file.
    aliases : mapping of str to sequence of str
        Schema column → normalised names, the preferred first.
    """
    found = {}
    for column, candidates in aliases.items():
        for alias in candidates:
            if alias in names:
                found[column] = names[alias]
                break
    return found


def require_columns(
    found: Mapping[str, str], needed: Sequence[str], names: Sequence[str], place: str, remedy: str
) -> None:
    """Raise an InputError that names the first schema column missing in `found`."""
    for column in needed:
        if column not in found:
            raise InputError(
                place, f"no column for {column}; the columns are {listed(names)}", remedy
            )


def listed(names: Sequence[str], most: int = 30) -> str:
    """Join names for a message, cut after `most`."""
    text = ", ".join(str(name) for name in names[:most])
    return f"{text}, … ({len(names)} in all)" if len(names) > most else text
