"""Layover and shadow against rays cast one by one over the DEM, cell by cell."""

import numpy as np
import pytest
from scipy import ndimage

from hotslope.terrain.geometry import line_of_sight, visibility

CELL_M = 20.0
STEP_M = 5.0
MARGIN = 60


def rough_ground(seed, relief_m):
    noise = np.random.default_rng(seed).normal(size=(160, 160))
    ground = ndimage.gaussian_filter(noise, 6) + 0.15 * ndimage.gaussian_filter(noise, 2)
    return relief_m * ground / ground.std()


def heights_along(ground, direction, distance_m):
    """Elevation at a horizontal distance from every cell; NaN beyond the DEM."""
    rows, columns = np.indices(ground.shape)
    east, north = (distance_m * part / CELL_M for part in direction)
    places = [rows - north, columns + east]
    return ndimage.map_coordinates(ground, places, order=1, mode="constant", cval=np.nan)


def cast_rays(ground, los):
    """Shadow, then layover: who stands on the ray, and who has the same slant range."""
    across = np.hypot(los[0], los[1])
    toward = np.array(los[:2]) / across
    distances = np.arange(STEP_M, 1500.0, STEP_M)
    shadow = np.zeros(ground.shape, dtype=bool)
    for distance in distances:
        shadow |= heights_along(ground, toward, distance) > ground + distance * los[2] / across
    layover = np.zeros(ground.shape, dtype=bool)
    lit = (~shadow).astype(float)
    for distance in distances:
        rise = distance * across / los[2]
        for direction, side in ((-toward, 1.0), (toward, -1.0)):
            other = heights_along(ground, direction, distance)
            sends = heights_along(lit, direction, distance) > 0.5
            layover |= sends & (side * (other - ground) > rise)
    return layover & ~shadow, shadow


@pytest.mark.parametrize(
    ("incidence", "heading", "relief_m"),
    [
        (39.5, 192.0, 90.0),
        (37.0, 348.0, 90.0),
        (23.0, 350.0, 60.0),
        (60.0, 190.0, 140.0),
        (39.0, 275.0, 90.0),
        (39.0, 80.0, 90.0),
        (45.0, 45.0, 90.0),
    ],
)
def test_layover_and_shadow_are_those_of_rays(incidence, heading, relief_m):
    ground = rough_ground(int(heading), relief_m)
    los = tuple(float(part) for part in line_of_sight(incidence, heading))
    found = visibility(ground, CELL_M, los)
    layover, shadow = cast_rays(ground, los)
    inner = np.s_[MARGIN // 2 : -MARGIN // 2, MARGIN // 2 : -MARGIN // 2]
    expected = np.select([shadow, layover], [2.0, 1.0], 0.0)
    assert (expected[inner] > 0).mean() > 0.05
    differs = (found.classes != expected)[inner]
    # Profiles are one cell apart: borders lie within a cell of the rays', nothing else differs.
    border = ndimage.maximum_filter(expected, 3) != ndimage.minimum_filter(expected, 3)
    assert differs.mean() < 0.03
    assert (differs & ~border[inner]).mean() < 0.001
