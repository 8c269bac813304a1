"""The rate at which displacement between neighbouring dates is ambiguous."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from hotslope.columns import DAYS_PER_YEAR


def ambiguous_rate_mm_yr(wavelength_m: float, gap_days: float) -> float:
    """Return the rate of a quarter of a wavelength per gap, mm/yr.

    Parameters
    ----------
    wavelength_m : float
        Of the radar, m.
    gap_days : float
        Between neighbouring dates, days.

    Returns
    -------
    float
        λ / (4 Δt): at this rate the phase turns by half a cycle from one date to the next, and
        motion toward the sensor cannot be distinguished from motion away.
    """
    return 1_000.0 * wavelength_m / 4.0 / (gap_days / DAYS_PER_YEAR)


def describe_dates(dates: Sequence[dt.date], wavelength_m: float) -> dict[str, Any]:
    """Return first and last date, and ambiguous rates, for the summary of a track."""
    gaps = np.diff([date.toordinal() for date in sorted(dates)])
    rates = {
        name: ambiguous_rate_mm_yr(wavelength_m, float(gap(gaps))) if gaps.size else None
        for name, gap in (("median_interval", np.median), ("longest_interval", np.max))
    }
    return {
        "first_date": str(min(dates)) if dates else None,
        "last_date": str(max(dates)) if dates else None,
        "ambiguity_mm_yr": rates,
    }
