"""Terrain derivatives against surfaces whose derivatives are known in closed form."""

import numpy as np
import pytest

from hotslope.terrain.derivatives import surface_derivatives
from hotslope.terrain.hydrology import specific_contributing_area

CELL_M = 10.0
COLUMN, ROW = np.meshgrid(np.arange(121), np.arange(121))
X_M, Y_M = (COLUMN - 60) * CELL_M, (60 - ROW) * CELL_M


def shape_of(p, q, r, s, t):
    """Slope, downslope azimuth and Zevenbergen–Thorne curvatures of partial derivatives."""
    g = p**2 + q**2
    return {
        "slope": np.degrees(np.arctan(np.sqrt(g))),
        "aspect": np.degrees(np.arctan2(-p, -q)) % 360.0,
        "profile_curvature": (p**2 * r + 2 * p * q * s + q**2 * t) / g,
        "plan_curvature": -(q**2 * r - 2 * p * q * s + p**2 * t) / g,
    }


def quadratic():
    a, b, c, d, e = 1e-4, -3e-4, 2e-4, 0.3, 0.1
    z = 1500.0 + a * X_M**2 + b * Y_M**2 + c * X_M * Y_M + d * X_M + e * Y_M
    r, t, s = (np.full(X_M.shape, value) for value in (2 * a, 2 * b, c))
    return z, shape_of(2 * a * X_M + c * Y_M + d, 2 * b * Y_M + c * X_M + e, r, s, t)


def hill(height_m=150.0, spread_m=250.0):
    h = height_m * np.exp(-(X_M**2 + Y_M**2) / (2 * spread_m**2))
    v = spread_m**2
    p, q = -h * X_M / v, -h * Y_M / v
    r, t, s = h * (X_M**2 / v - 1) / v, h * (Y_M**2 / v - 1) / v, h * X_M * Y_M / v**2
    with np.errstate(invalid="ignore"):  # the very top is flat
        return 2000.0 + h, shape_of(p, q, r, s, t)


@pytest.mark.parametrize(
    ("surface", "slope_deg", "curvature"),
    [
        # A third-order fit is exact on a quadratic, up to the float32 of the engine's slope.
        (quadratic, 1e-5, 2e-9),
        # Elsewhere it errs by the fourth derivative times the cell squared: of a Gaussian,
        # height / spread^4 * cell^2 is 4e-6 1/m, to be taken a few times over.
        (hill, 0.01, 1.2e-5),
    ],
)
def test_slope_and_curvatures(surface, slope_deg, curvature) -> None:
    elevation_m, true = surface()
    derived = surface_derivatives(elevation_m, CELL_M)
    # Where the ground is nearly level neither direction nor curvatures along it are defined.
    sloping = np.isfinite(derived["slope"]) & (true["slope"] > 2.0)
    assert sloping.sum() > 6000
    error = {name: (derived[name] - values)[sloping] for name, values in true.items()}
    assert np.abs(error["slope"]).max() < slope_deg
    assert np.abs((error["aspect"] + 180.0) % 360.0 - 180.0).max() < 0.05
    assert np.abs(error["plan_curvature"]).max() < curvature
    assert np.abs(error["profile_curvature"]).max() < curvature
    # The test is worth something only where there is something to find.
    assert np.abs(true["profile_curvature"][sloping]).max() > 50 * curvature


def test_area_of_a_cone() -> None:
    """Round a cone, water from the top spreads over half the radius: As = r / 2."""
    radius_m = np.hypot(X_M, Y_M)
    area_m = specific_contributing_area(2000.0 - 0.5 * radius_m, CELL_M)
    ring = (radius_m > 250) & (radius_m < 500)
    ratio = area_m[ring] / (radius_m[ring] / 2)
    # Half a cell of the cell's own area (2 % at 250 m), and flow counted across the cell's edge
    # whatever its direction. D8 and D∞ err by tens of per cent here, and scatter.
    assert abs(ratio.mean() - 1) < 0.08
    assert ratio.std() < 0.03


def test_area_of_a_plane_in_any_direction() -> None:
    """Far from the sides As is the distance to the upper edge, along the flow."""
    for azimuth_deg in (180.0, 195.0, 210.0, 225.0):
        east, north = np.sin(np.radians(azimuth_deg)), np.cos(np.radians(azimuth_deg))
        area_m = specific_contributing_area(2000 - 0.3 * (X_M * east + Y_M * north), CELL_M)
        length_m = (30 + 1) * CELL_M / -north
        # Along a row the area is uniform but near the side from which the flow comes.
        assert area_m[30, 5] == pytest.approx(length_m, rel=0.12), azimuth_deg
