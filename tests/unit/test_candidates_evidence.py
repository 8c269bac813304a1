"""Where the background removed may be a body's own motion."""

import numpy as np

from hotslope.candidates.evidence import doubtful_points


def test_background_is_compared_with_the_modal_rate_of_the_track():
    """The reference point of this track moves by 5 mm/yr: stable ground has that rate."""
    velocity_mm_yr = np.append(np.random.default_rng(0).normal(5.0, 0.5, 500), [40.0, 40.0])
    background_mm_yr = np.full(502, 5.0)
    background_mm_yr[-2:] = [8.0, 10.0]
    doubtful = doubtful_points(velocity_mm_yr, background_mm_yr)
    assert np.flatnonzero(doubtful).tolist() == [501]


def test_nothing_is_doubtful_where_no_background_was_removed():
    assert not doubtful_points(np.full(10, 9.0), np.zeros(10)).any()
