"""Semivariances of rates against GSTools."""

import gstools
import numpy as np
import pytest

from hotslope.motion.variogram import LAG_EDGES_M, empirical_variogram


@pytest.mark.parametrize("seed", [1, 2])
def test_semivariances(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 5_000, (2, 1_500))
    structure = gstools.SRF(gstools.Exponential(dim=2, var=4.0, len_scale=500.0), seed=seed)
    rate_mm_yr = structure((x, y)) + rng.normal(0, 1.5, x.size)
    found = empirical_variogram(np.column_stack([x, y]), rate_mm_yr)
    _, expected, pairs = gstools.vario_estimate((x, y), rate_mm_yr, LAG_EDGES_M, return_counts=True)
    np.testing.assert_array_equal(found.pairs, pairs)
    np.testing.assert_allclose(found.semivariance, expected, rtol=1e-12)
