"""Terrain derivatives against gdaldem 3.6.2 and SAGA on a real DEM of 10 m, rough mountains."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from hotslope.rasters import read_raster
from hotslope.terrain.derivatives import surface_derivatives
from hotslope.terrain.hydrology import specific_contributing_area
from hotslope.terrain.relief_indices import (
    ruggedness_riley,
    ruggedness_wilson,
    topographic_position,
)

DATA = os.environ.get("HOTSLOPE_REAL_DATA")
pytestmark = pytest.mark.skipif(
    DATA is None and "CI" not in os.environ, reason="HOTSLOPE_REAL_DATA is not set"
)


def reference(name: str, band: int = 1) -> np.ndarray:
    return read_raster(Path(DATA or "HOTSLOPE_REAL_DATA is not set") / name, band)[0]


@pytest.fixture(scope="module")
def elevation_m() -> np.ndarray:
    return reference("terrain_reference/elev.tif")


@pytest.fixture(scope="module")
def derived(elevation_m: np.ndarray) -> dict[str, np.ndarray]:
    return surface_derivatives(elevation_m, 10.0)


def both(ours: np.ndarray, theirs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    known = np.isfinite(ours) & np.isfinite(theirs)
    assert known.mean() > 0.85
    return ours[known], theirs[known]


@pytest.mark.parametrize(
    ("name", "ruggedness"), [("Wilson", ruggedness_wilson), ("Riley", ruggedness_riley)]
)
def test_ruggedness(elevation_m: np.ndarray, name: str, ruggedness) -> None:
    # The reference is stored as float32 and computed from float32 heights.
    np.testing.assert_allclose(
        *both(ruggedness(elevation_m), reference(f"terrain_reference/gdal_TRI_{name}.tif")),
        atol=1e-5,
    )


def test_position_of_nine_cells(elevation_m: np.ndarray) -> None:
    # GDAL takes the mean of the eight neighbours, ours holds the cell: a factor of 9/8. Its sums
    # of float32 heights of 3000 m are good to 3000 * 2^-23.
    ours = topographic_position(elevation_m, 10.0, 30.0) * 9 / 8
    np.testing.assert_allclose(*both(ours, reference("terrain_reference/gdal_TPI.tif")), atol=1e-3)


def test_slope_between_horn_and_a_wider_fit(derived: dict[str, np.ndarray]) -> None:
    ours, horn = both(derived["slope"], reference("terrain_reference/gdal_slope.tif"))
    # 25 cells are not 9: on this ground, which changes slope by several degrees from cell to
    # cell, they differ by about a degree, without a bias that matters.
    assert np.abs(ours - horn).mean() < 1.2
    assert abs((ours - horn).mean()) < 0.5
    assert spearmanr(ours, horn).statistic > 0.985


def test_aspect(derived: dict[str, np.ndarray]) -> None:
    steep = np.where(derived["slope"] > 10, derived["aspect"], np.nan)
    theirs = reference("terrain_reference/gdal_aspect.tif")
    known = np.isfinite(steep) & np.isfinite(theirs)
    turned = (steep[known] - theirs[known] + 180.0) % 360.0 - 180.0
    assert known.sum() > 100_000
    assert abs(turned.mean()) < 0.1
    assert np.median(np.abs(turned)) < 2.0


def test_signs_of_curvature_and_size_of_catchments(
    elevation_m: np.ndarray, derived: dict[str, np.ndarray]
) -> None:
    """SAGA's 3 × 3 curvatures: plan + = divergent as ours, profile + = convex, opposite to ours."""
    attributes = "ecuador_landslides/terrain_attributes.tif"
    plan = both(derived["plan_curvature"], reference(attributes, 2))
    assert spearmanr(*plan).statistic > 0.7
    profile = both(derived["profile_curvature"], reference(attributes, 3))
    assert spearmanr(*profile).statistic < -0.6
    area = specific_contributing_area(elevation_m, 10.0) * 10.0
    carea = both(np.log10(area), reference(attributes, 5))
    assert spearmanr(*carea).statistic > 0.97
    assert abs(np.median(carea[0] - carea[1])) < 0.1


def test_profile_curvature_goes_against_position(
    elevation_m: np.ndarray, derived: dict[str, np.ndarray]
) -> None:
    """Ridges are convex: with + = concave the correlation is negative (docs/method/terrain.md)."""
    pair = both(derived["profile_curvature"], topographic_position(elevation_m, 10.0, 210.0))
    assert np.corrcoef(*pair)[0, 1] == pytest.approx(-0.67, abs=0.01)
