"""Which unit was read as another, from the ratio of a velocity column to its series."""

import math
from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

from hotslope.points.layouts import MILLIMETRES

#: A ratio belongs to a power of ten where it differs from it by less than this factor.
NEAR = 2.0
#: Ratios of one unit to another.
FACTORS = (1000.0, 100.0, 10.0, 0.1, 0.01, 0.001)


class Units(NamedTuple):
    """The units by which a file is read.

    Attributes
    ----------
    velocity, displacement : str
        A key of `MILLIMETRES`; displacements may be in ``rad`` too.
    keys : bool
        Whether the config can name others; else the format says which they are.
    """

    velocity: str = "mm"
    displacement: str = "mm"
    keys: bool = True


#: Of a file in millimetres.
IN_MM = Units()


def units_of(options: Mapping[str, object], defaults: Mapping[str, object]) -> Units:
    """Return the units of a reader with these options, of those it has with their defaults."""
    if "velocity_unit" not in defaults:
        return Units(keys=False)
    velocity, displacement = (
        str(options.get(key, defaults[key])) for key in ("velocity_unit", "displacement_unit")
    )
    return Units(velocity, displacement)


def is_unit_ratio(ratio: float) -> bool:
    """Whether a ratio of either sign is one of two units."""
    return any(_near(abs(ratio), factor) for factor in FACTORS)


def explain_ratio(ratio: float, units: Units) -> tuple[str, str]:
    """Return which units explain a ratio of column to regression, and the remedy.

    Parameters
    ----------
    ratio : float
        Of the velocity column to the regression through the series, either sign.
    units : Units
        As they were read.

    Notes
    -----
    One unit that is wrong is likelier than two. What explains the ratio with as few changes as
    possible is named; there may be several such explanations.
    """
    found = sorted(
        (len(changes), changes)
        for velocity, displacement in product(MILLIMETRES, _displacement_units(units))
        if (changes := _changes(units, velocity, displacement))
        and _near(abs(ratio), _expected_ratio(units, velocity, displacement))
    )
    if not found:
        return "the unit of one of them is wrong", "Correct velocity_unit or displacement_unit"
    likely = [changes for count, changes in found if count == found[0][0]]
    problem = ", or ".join(
        " and ".join(f"{what} in {new} are read as {old}" for what, _, old, new in changes)
        for changes in likely
    )
    if not units.keys:
        return problem, "Correct the file: this format has its values in fixed units"
    remedy = ", or ".join(
        " and ".join(f"{key}: {new}" for _, key, _, new in changes) for changes in likely
    )
    return problem, f"Set {remedy}"


def _displacement_units(units: Units) -> tuple[str, ...]:
    """Return the units that displacements may have instead; phase is told by other ratios."""
    return ("rad",) if units.displacement == "rad" else tuple(MILLIMETRES)


def _changes(units: Units, velocity: str, displacement: str) -> tuple[tuple[str, ...], ...]:
    """Return what, key, old and new unit of each unit that differs."""
    pairs = (
        ("displacements", "displacement_unit", units.displacement, displacement),
        ("velocities", "velocity_unit", units.velocity, velocity),
    )
    return tuple(pair for pair in pairs if pair[2] != pair[3])


def _expected_ratio(units: Units, velocity: str, displacement: str) -> float:
    """Return column over regression as read, where the file has other units."""
    length = {**MILLIMETRES, "rad": 1.0}
    of_series = length[displacement] / length[units.displacement]
    return of_series * length[units.velocity] / length[velocity]


def _near(ratio: float, factor: float) -> bool:
    return ratio > 0 and abs(math.log(ratio / factor)) <= math.log(NEAR)
