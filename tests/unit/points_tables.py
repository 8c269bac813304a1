"""Reading the table of `points_files`, however it is written."""

import numpy as np

from hotslope.points.formats import read_points
from points_files import BOUNDS_M, CRS, EPOCHS, places, series


def read(path, **options):
    """Read a table with the study bounds."""
    return read_points(str(path), "table", crs=CRS, bounds_m=BOUNDS_M, **options)


def assert_is_the_table(found) -> None:
    """Whatever the container, these are the points of `table_text`."""
    points, displacement, dates = found
    velocity, expected = series()
    x_m, _ = places()
    assert dates == EPOCHS
    order = np.argsort(points["x_m"].to_numpy())
    np.testing.assert_allclose(points["x_m"].to_numpy()[order], np.sort(x_m), atol=0.01)
    truth = np.argsort(x_m)
    np.testing.assert_allclose(
        points["velocity_mm_yr"].to_numpy()[order], velocity[truth], atol=1e-3
    )
    np.testing.assert_allclose(displacement[order], expected[truth], atol=1e-3)
