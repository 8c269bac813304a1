"""The inversion and the regression of MintPy on the same interferograms."""

from pathlib import Path

import numpy as np

from hotslope.columns import DAYS_PER_YEAR
from hotslope.interferometry.geometry import height_sensitivity
from hotslope.interferometry.inversion import invert_network, phase_weights
from hotslope.interferometry.network import choose_pairs, pair_matrix
from hotslope.interferometry.regression import Design, regress
from hotslope.points.layouts import phase_to_mm
from peers import run_peer

SCRIPT = Path(__file__).parent / "invert_by_mintpy.py"
COUNT, POINTS, WAVELENGTH_M = 32, 60, 0.0555


def test_series_rates_and_heights_are_those_of_mintpy(tmp_path):
    random = np.random.default_rng(23)
    days = 12.0 * np.arange(COUNT)
    years = days / DAYS_PER_YEAR
    baseline_m = 40.0 * random.standard_normal(COUNT)
    pairs = choose_pairs(
        days, baseline_m, max_perpendicular_baseline_m=160, max_temporal_baseline_days=30
    )
    per_metre = float(height_sensitivity(np.array(39.0), 693_000.0)) / 1000.0
    height_m, rate_m_yr = random.normal(0, 10, POINTS), random.normal(0, 0.03, POINTS)
    motion_m = rate_m_yr[:, None] * years + height_m[:, None] * per_metre * baseline_m
    motion_m = motion_m + random.normal(0, 0.003, (POINTS, COUNT))
    matrix = pair_matrix(pairs, COUNT)
    phase = -4 * np.pi / WAVELENGTH_M * motion_m @ matrix.T
    coherence = random.uniform(0.3, 0.95, phase.shape)
    phase += random.standard_normal(phase.shape) / np.sqrt(60 * phase_weights(coherence))
    # Unwrapping errors and gaps as they come.
    phase[::7, 5] += 2 * np.pi
    phase[::5, 11] = np.nan
    weight = phase_weights(coherence)

    steps = np.zeros((len(pairs), COUNT - 1))
    for row, (first, later) in enumerate(pairs):
        steps[row, first:later] = np.diff(years)[first:later]
    np.savez(
        tmp_path / "given.npz",
        matrix=matrix[:, 1:],
        matrix_of_steps=steps,
        step_years=np.diff(years),
        years=years,
        phase=phase,
        weight=weight,
        metres_per_metre=per_metre * baseline_m,
        wavelength_m=WAVELENGTH_M,
    )
    run_peer("mintpy", SCRIPT, str(tmp_path / "given.npz"), str(tmp_path / "mintpy.npz"))
    oracle = np.load(tmp_path / "mintpy.npz")

    found = invert_network(phase, weight, pairs, COUNT)
    # MintPy computes in single precision.
    np.testing.assert_allclose(found.phase_rad, oracle["series"], atol=2e-3)
    np.testing.assert_allclose(found.temporal_coherence, oracle["coherence"], atol=1e-4)
    displacement_mm = -phase_to_mm(WAVELENGTH_M) * found.phase_rad
    fitted = regress(displacement_mm, Design(years, baseline_m, np.zeros(COUNT, dtype=np.int64)))
    rate_mm_yr = 1000 * oracle["rate_m_yr"]
    np.testing.assert_allclose(fitted.rate_mm_yr, rate_mm_yr, rtol=0, atol=0.02)
    slope_mm_m = 1000 * per_metre * oracle["height_m"]
    np.testing.assert_allclose(fitted.slope_mm_m, slope_mm_m, rtol=0, atol=1e-3)
