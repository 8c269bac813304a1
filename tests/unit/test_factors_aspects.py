import numpy as np
import pytest

from hotslope.factors.aspects import (
    aspect_classes,
    downslope_east,
    downslope_north,
    resultant_length,
    steepness_of,
)

FLAT_DEG = 2.0


def downslope(slope_deg: np.ndarray, aspect_deg: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return downslope_east(slope_deg, aspect_deg), downslope_north(slope_deg, aspect_deg)


@pytest.mark.parametrize(
    ("azimuth_deg", "name"),
    [
        (0, "n"),
        (22.4, "n"),
        (22.6, "ne"),
        (90, "e"),
        (135, "se"),
        (180, "s"),
        (202.6, "sw"),
        (270, "w"),
        (337.4, "nw"),
        (337.6, "n"),
        (359.9, "n"),
    ],
)
def test_sectors(azimuth_deg: float, name: str) -> None:
    east, north = (
        part(np.array([20.0]), np.array([azimuth_deg]))
        for part in (downslope_east, downslope_north)
    )
    steepness = steepness_of(np.array([20.0]))
    assert aspect_classes(east, north, steepness, FLAT_DEG)[0] == name
    assert resultant_length(east, north, steepness) == pytest.approx(1.0)


def test_flat_is_judged_by_steepness_not_by_cancelling() -> None:
    slopes_deg = np.array([[30.0, 30.0], [1.0, 1.0], [0.0, 0.0], [np.nan, np.nan]])
    aspects_deg = np.array([[90.0, 271.0], [90.0, 90.0], [np.nan, np.nan], [np.nan, np.nan]])
    east, north = downslope(slopes_deg, aspects_deg)
    steepness = steepness_of(slopes_deg).mean(axis=1)
    east, north = east.mean(axis=1), north.mean(axis=1)
    classes = aspect_classes(east, north, steepness, FLAT_DEG)
    assert list(classes) == ["n", "flat", "flat", None]
    resultant = resultant_length(east, north, steepness)
    assert resultant[0] < 0.02
    np.testing.assert_allclose(resultant[1:], [1.0, np.nan, np.nan])


def test_directions_either_side_of_north_average_to_north() -> None:
    east, north = (
        part(np.array([20.0, 20.0]), np.array([350.0, 10.0]))
        for part in (downslope_east, downslope_north)
    )
    mean = east.mean(keepdims=True), north.mean(keepdims=True), steepness_of(np.array([20.0]))
    assert aspect_classes(*mean, FLAT_DEG)[0] == "n"


def test_no_candidates() -> None:
    none = np.empty(0)
    assert aspect_classes(none, none, none, FLAT_DEG).shape == (0,)
    assert resultant_length(none, none, none).shape == (0,)
