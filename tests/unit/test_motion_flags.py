import numpy as np

from hotslope.motion.flags import possible_unwrapping_errors, share_by_chance

CYCLE_MM = 27.7


def test_steps_near_a_multiple_of_half_the_wavelength_are_flagged():
    jump = np.array([27.7, -55.0, 0.0, 20.0, 27.7, np.nan, -83.5])
    codes = np.array([4, 5, 4, 5, 3, 0, 4])
    std = np.array([1.0, 1.0, 1.0, 1.0, 1.0, np.nan, 0.1])
    flagged = possible_unwrapping_errors(codes, jump, std, wavelength_m=2e-3 * CYCLE_MM)
    assert flagged.tolist() == [True, True, False, False, False, False, False]


def test_share_by_chance_counts_discontinuous_series_alone():
    share = share_by_chance(np.array([4, 5, 2]), np.array([1.0, 9.0, 1.0]), 2e-3 * CYCLE_MM)
    np.testing.assert_allclose(share, [6.0 / CYCLE_MM, 1.0])
