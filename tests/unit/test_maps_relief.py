import numpy as np
import pytest

from hotslope.maps.relief import DARKEST, LIGHTEST, hillshade


def roof(east: float, north: float) -> np.ndarray:
    """A ridge whose halves rise toward its middle line, north up."""
    rows, columns = np.mgrid[0:41, 0:41].astype(float)
    return -np.abs((columns - 20) * east - (rows - 20) * north) * 30.0


def test_slopes_toward_the_light_are_lighter() -> None:
    # The ridge runs from south-west to north-east; the light stands in the north-west.
    grey = hillshade(roof(1.0, -1.0), 30.0)
    assert grey[10, 10] > grey[30, 30] + 0.2


def test_greys_stay_within_their_range() -> None:
    rough = np.random.default_rng(5).normal(size=(50, 60)).cumsum(axis=0).cumsum(axis=1)
    grey = hillshade(rough, 12.5)
    assert grey.min() >= DARKEST
    assert grey.max() <= LIGHTEST


def test_unknown_elevation_stays_unknown_and_harms_only_its_neighbours() -> None:
    elevation = roof(1.0, 1.0)
    elevation[5, 5] = np.nan
    grey = hillshade(elevation, 30.0)
    assert np.isnan(grey[5, 4:7]).any()
    assert np.isnan(grey).sum() <= 5


@pytest.mark.parametrize("elevation", [np.full((4, 4), np.nan), np.zeros((1, 9))])
def test_nothing_to_shade(elevation: np.ndarray) -> None:
    assert np.isnan(hillshade(elevation, 10.0)).all()


def test_flat_ground_is_even() -> None:
    grey = hillshade(np.full((6, 7), 1234.5), 10.0)
    assert np.ptp(grey) == 0.0
