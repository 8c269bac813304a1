"""Gi* and Moran's I against R's spdep and esda of PySAL."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hotslope.motion.hotspots import getis_ord_star
from hotslope.motion.moran import moran_curve


def reference_folder():
    folder = os.environ.get("HOTSLOPE_REAL_DATA")
    if folder is None:
        if "CI" in os.environ:
            pytest.fail("HOTSLOPE_REAL_DATA must be set in CI")
        pytest.skip("HOTSLOPE_REAL_DATA is unset")
    return Path(folder) / "getis_ord_reference"


@pytest.mark.parametrize("radius_m", [30, 60, 90, 120, 150])
def test_spdep(radius_m):
    points = pd.read_csv(reference_folder() / "points.csv")
    expected = pd.read_csv(reference_folder() / "spdep_localG.csv")[f"Gstar{radius_m}"].to_numpy()
    z, _, _ = getis_ord_star(points["x"], points["y"], points["val"], radius_m)
    # spdep prints 15 digits; the points lie on the distance exactly.
    np.testing.assert_allclose(z, expected, rtol=0, atol=1e-9 * np.maximum(np.abs(z), 1e-3).min())


def test_worked_example_of_esda():
    x = np.array([10.0, 20, 40, 15, 30, 30])
    y = np.array([10.0, 10, 10, 20, 20, 30])
    z, _, _ = getis_ord_star(x, y, [2, 3, 3.2, 5, 8, 7], 15.0)
    assert z[0] == pytest.approx(-1.39727626, abs=5e-9)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mean", [2.0, -2.0])
def test_esda(mean):
    from esda.getisord import G_Local
    from libpysal.weights import DistanceBand

    rng = np.random.default_rng(3)
    x, y = rng.uniform(0, 2000, (2, 600))
    value = rng.normal(mean, 4, 600)
    weights = DistanceBand(np.column_stack([x, y]), 150.0, binary=True, silence_warnings=True)
    # permutations=0: the analytic score; esda's flips its sign with that of the mean.
    local = G_Local(value, weights, transform="B", permutations=0, star=True)
    expected = np.asarray(local.Zs) * np.sign(value.mean())
    z, _, neighbours = getis_ord_star(x, y, value, 150.0)
    np.testing.assert_array_equal(neighbours, [len(weights.neighbors[i]) + 1 for i in range(600)])
    floor = np.maximum(np.abs(expected), 1e-3)
    assert np.max(np.abs(z - expected) / floor) < 1e-9


@pytest.mark.filterwarnings("ignore")
def test_moran_of_esda():
    from esda import Moran
    from libpysal.weights import DistanceBand

    rng = np.random.default_rng(5)
    x, y = rng.uniform(0, 2000, (2, 700))
    # Heavy tails tell the two scores apart: that of permutations knows the kurtosis.
    value = rng.standard_t(3, 700) * 4 + 3 * np.sin(x / 200)
    distances = np.array([60.0, 100.0, 250.0, 700.0])
    curve = moran_curve(x, y, value, distances)
    for k, distance_m in enumerate(distances):
        weights = DistanceBand(
            np.column_stack([x, y]), distance_m, binary=True, silence_warnings=True
        )
        moran = Moran(value, weights, transformation="B", permutations=0)
        got = [curve.moran_i[k], curve.z[k], curve.z_normal[k], curve.neighbours[k]]
        expected = [moran.I, moran.z_rand, moran.z_norm, weights.mean_neighbors]
        np.testing.assert_allclose(got, expected, rtol=1e-9)
