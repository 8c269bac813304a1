import numpy as np
import pytest

from hotslope.terrain.derivatives import fitted_slope, surface_derivatives

CELL_M = 10.0
EAST, SOUTH = np.meshgrid(np.arange(41) - 20.0, np.arange(41) - 20.0)
X_M, Y_M = EAST * CELL_M, -SOUTH * CELL_M
# The engine hands out slope and aspect as float32.
FLOAT32 = 1e-6


def inner(values: np.ndarray) -> np.ndarray:
    return values[2:-2, 2:-2]


@pytest.mark.parametrize("azimuth_deg", [0, 30, 45, 90, 135, 180, 225, 270, 300, 315])
def test_plane_faces_where_it_falls(azimuth_deg: float) -> None:
    downhill = X_M * np.sin(np.radians(azimuth_deg)) + Y_M * np.cos(np.radians(azimuth_deg))
    derived = surface_derivatives(2000.0 - 0.5 * downhill, CELL_M)
    np.testing.assert_allclose(inner(derived["slope"]), np.degrees(np.arctan(0.5)), rtol=FLOAT32)
    turned = (inner(derived["aspect"]) - azimuth_deg + 180.0) % 360.0 - 180.0
    np.testing.assert_allclose(turned, 0.0, atol=360 * FLOAT32)
    for name in ("plan_curvature", "profile_curvature"):
        np.testing.assert_allclose(inner(derived[name]), 0.0, atol=1e-9)


def test_flat_ground_faces_nowhere() -> None:
    derived = surface_derivatives(np.full((9, 9), 5.0), CELL_M)
    assert np.isnan(derived["aspect"]).all()
    for name in ("slope", "plan_curvature", "profile_curvature"):
        assert (inner(derived[name]) == 0.0).all()


def test_spur_diverges_and_foot_is_concave() -> None:
    spur = surface_derivatives(1000.0 + 0.3 * Y_M - 1e-3 * X_M**2, CELL_M)
    assert (inner(spur["plan_curvature"])[:, 18] > 0).all()
    foot = surface_derivatives(1000.0 + 0.3 * Y_M + 5e-4 * Y_M**2, CELL_M)
    np.testing.assert_allclose(inner(foot["profile_curvature"]), 1e-3, rtol=1e-6)


@pytest.mark.parametrize("name", ["slope", "aspect", "plan_curvature", "profile_curvature"])
def test_gaps_and_edges_have_no_value(name: str) -> None:
    whole = 1000.0 + 0.3 * X_M + 1e-4 * Y_M**2
    holed = whole.copy()
    holed[20, 10] = np.nan
    derived = surface_derivatives(holed, CELL_M)[name]
    expected = np.zeros(whole.shape, dtype=bool)
    expected[[0, 1, -2, -1]] = expected[:, [0, 1, -2, -1]] = True
    expected[18:23, 8:13] = True
    np.testing.assert_array_equal(np.isnan(derived), expected)
    np.testing.assert_array_equal(
        derived[~expected], surface_derivatives(whole, CELL_M)[name][~expected]
    )


def test_fitted_slope_is_the_slope_of_the_derivatives() -> None:
    ground = 1000.0 + 0.3 * X_M + 1e-4 * Y_M**2
    np.testing.assert_array_equal(
        fitted_slope(ground, CELL_M), surface_derivatives(ground, CELL_M)["slope"]
    )


def test_no_window_fits_a_tiny_raster() -> None:
    derived = surface_derivatives(np.ones((4, 4)), CELL_M)
    assert all(np.isnan(values).all() for values in derived.values())
