"""The rate at which neighbouring dates are ambiguous."""

import datetime as dt

import pytest

from hotslope.motion.ambiguity import ambiguous_rate_mm_yr, describe_dates


def test_a_quarter_of_a_wavelength_per_gap():
    # C band, 12 days: 55.4658 mm / 4 per 12 days.
    assert ambiguous_rate_mm_yr(0.0554658, 12) == pytest.approx(13.86645 * 365.25 / 12)
    assert ambiguous_rate_mm_yr(0.0554658, 24) == pytest.approx(211.03, abs=0.01)


def test_median_and_longest_gap():
    dates = [dt.date(2020, 1, day) for day in (1, 7, 13, 31)]
    found = describe_dates(dates, 0.0554658)
    assert found["first_date"] == "2020-01-01"
    assert found["last_date"] == "2020-01-31"
    rates = found["ambiguity_mm_yr"]
    assert rates["median_interval"] == pytest.approx(3 * rates["longest_interval"])


@pytest.mark.parametrize("dates", [[], [dt.date(2020, 1, 1)]])
def test_without_a_gap_nothing_is_ambiguous(dates):
    found = describe_dates(dates, 0.0554658)
    assert found["ambiguity_mm_yr"] == {"median_interval": None, "longest_interval": None}
