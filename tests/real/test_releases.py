"""A real track cut into two releases that overlap, the later one processed anew."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from hotslope.points.formats import read_points
from hotslope.points.rates import regression_velocity
from hotslope.points.release_ties import CYCLE_MM
from hotslope.points.releases import (
    CYCLES,
    OFFSET,
    STATE,
    Release,
    describe_ties,
    join_releases,
)

FOLDER = os.environ.get("HOTSLOPE_REAL_DATA")
if FOLDER is None and not os.environ.get("CI"):
    pytest.skip("HOTSLOPE_REAL_DATA is not set", allow_module_level=True)
DATA = Path(FOLDER or "HOTSLOPE_REAL_DATA is not set")
TRACK = "egms_ustica/EGMS_L2b_022_0845_IW2_VV_2020_2024_1.zip"
COMMON = 60


def test_releases_of_ustica_are_tied_without_inventing_motion():
    points, series, dates = read_points(str(DATA / TRACK), "egms", crs="EPSG:32633")
    points.attrs = {}
    count = len(dates)
    begin = (count - COMMON) // 2
    end = begin + COMMON
    days = np.array([date.toordinal() for date in dates], dtype=np.float64)
    years = (days - days[begin]) / 365.25
    x, y = (points[name] - points[name].median() for name in ("x_m", "y_m"))
    rate = (1.0 + 0.5 * x / 10_000 - 0.5 * y / 10_000).to_numpy()

    # The later release: another first date, 0.1 mm, a plane of rates, noise of 1 mm, filtered
    # ends, cycles in 1 % and other identifiers.
    rng = np.random.default_rng(1)
    later = series[:, begin:].astype(np.float64)
    smooth = gaussian_filter1d(later, 1.5, axis=1, mode="nearest")
    later[:, :3], later[:, -3:] = smooth[:, :3], smooth[:, -3:]
    first = series[:, begin]
    later += rate[:, None] * years[begin:] - first[:, None] + rng.normal(0.0, 1.0, later.shape)
    cycle = rng.random(len(points)) < 0.01
    place = rng.integers(5, later.shape[1] - 5, len(points))
    for row in np.flatnonzero(cycle):
        later[row, place[row] :] += rng.choice([-1, 1]) * CYCLE_MM
    renamed = points.assign(point_id=[f"N{number}" for number in range(len(points))])
    joined, (tie,) = join_releases(
        [
            Release(points, series[:, :end], dates[:end]),
            Release(renamed, np.round(later, 1).astype(np.float32), dates[begin:]),
        ],
        ["2020_2022", "2022_2024"],
    )
    assert "60 acquisitions" in describe_ties(tie)
    assert tie["matched"] == len(points)
    assert tie["rate_shift_mm_yr"] == pytest.approx(1.0, abs=0.1)

    weights = np.ones(COMMON)
    weights[:3] = weights[-3:] = 0.25
    middle = np.average(years[begin:end], weights=weights)
    error = np.abs(joined.points[OFFSET].to_numpy() - (rate * middle - first))
    assert np.median(error) <= 1.0
    true_rate, _, _ = regression_velocity(series, dates)
    invented = joined.points["velocity_mm_yr"].to_numpy() - true_rate - rate
    assert np.quantile(np.abs(invented), 0.95) <= 0.3
    assert (joined.points[STATE] == "joined").all()
    shown = cycle & (place < COMMON - 3)
    assert joined.points[CYCLES].to_numpy()[shown].mean() >= 0.8
