"""Releases of one track joined: matching, offsets, rates, cycles, and what is refused."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from hotslope.errors import InputError
from hotslope.points.left_out import LeftOut, pooled
from hotslope.points.release_ties import CYCLE_MM, has_cycle, robust_plane
from hotslope.points.releases import (
    CYCLES,
    LOST,
    NEW,
    OFFSET,
    OFFSET_STD,
    STATE,
    Release,
    join_releases,
    match_points,
)
from import_points import import_points
from points_files import BOUNDS_M, COUNT, CRS, egms_text, write

DATES = [dt.date(2018, 1, 3) + dt.timedelta(days=12 * step) for step in range(150)]
YEARS = np.array([(date - DATES[0]).days for date in DATES]) / 365.25
SIDE_M = 6000.0


def area(count: int = 300, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Points and their true series over all dates, mm."""
    rng = np.random.default_rng(seed)
    points = pd.DataFrame({"point_id": [f"A{number}" for number in range(count)]})
    points["x_m"], points["y_m"] = rng.uniform(0, SIDE_M, (2, count))
    for name, value in (("los_east", -0.6), ("los_north", -0.1), ("los_up", 0.79)):
        points[name] = value
    points["velocity_mm_yr"] = rng.normal(0.0, 5.0, count)
    truth = points["velocity_mm_yr"].to_numpy()[:, None] * YEARS
    return points, truth + rng.normal(0.0, 1.0, truth.shape)


def pair(*, new_ids: bool = False, common: int = 60) -> tuple[Release, Release, np.ndarray]:
    """Two releases, the later one with another first date and a plane of rates of its own."""
    points, truth = area()
    begin = 150 - (150 + common) // 2
    end = begin + common
    rate = 1.0 + 0.5 * (points["x_m"].to_numpy() - SIDE_M / 2) / 10_000
    offset = -truth[:, begin]
    later = truth[:, begin:] + offset[:, None] + rate[:, None] * (YEARS[begin:] - YEARS[begin])
    later = np.round(later + np.random.default_rng(9).normal(0.0, 1.0, later.shape), 1)
    renamed = points.assign(point_id="B" + points["point_id"]) if new_ids else points
    first = Release(points, truth[:, :end].astype(np.float32), DATES[:end])
    return first, Release(renamed, later.astype(np.float32), DATES[begin:]), rate


@pytest.mark.parametrize("new_ids", [False, True])
def test_offset_and_rate_between_releases_are_found(new_ids):
    first, second, rate = pair(new_ids=new_ids)
    joined, (tie,) = join_releases([first, second], ["one", "two"])
    assert joined.dates == DATES
    assert len(joined.points) == 300
    assert (tie["matched"], tie["lost"], tie["new"], tie["common_epochs"]) == (300, 0, 0, 60)
    assert tie["rate_shift_mm_yr"] == pytest.approx(1.0, abs=0.15)
    # In the frame of the later release: the true rate with its plane.
    invented = joined.points["velocity_mm_yr"] - first.points["velocity_mm_yr"] - rate
    assert np.quantile(np.abs(invented), 0.95) <= 0.3
    assert np.median(joined.points[OFFSET_STD]) < 0.4
    assert not joined.points[CYCLES].any()
    assert np.isfinite(joined.displacement_mm).all()
    # The order in which they are named does not matter.
    again, _ = join_releases([second, first], ["two", "one"])
    np.testing.assert_array_equal(again.displacement_mm, joined.displacement_mm)


def test_a_common_step_is_a_change_of_the_reference_and_no_motion():
    first, second, _ = pair()
    shifted = second._replace(displacement_mm=second.displacement_mm + 37.0)
    plain, (tie,) = join_releases([first, second], ["one", "two"])
    joined, (other,) = join_releases([first, shifted], ["one", "two"])
    assert other["reference_shift_mm"] - tie["reference_shift_mm"] == pytest.approx(37.0, abs=1e-3)
    rates = (each.points["velocity_mm_yr"].to_numpy() for each in (plain, joined))
    assert next(rates) == pytest.approx(next(rates), abs=1e-3)


def test_lost_and_new_points_stay_with_a_mark():
    first, second, _ = pair()
    second = Release(second.points.iloc[40:], second.displacement_mm[40:], second.dates)
    first = Release(first.points.iloc[:280], first.displacement_mm[:280], first.dates)
    joined, (tie,) = join_releases([first, second], ["one", "two"])
    assert joined.points[STATE].value_counts().to_dict() == {"joined": 240, LOST: 40, NEW: 20}
    assert (tie["lost"], tie["new"]) == (40, 20)
    lost = (joined.points[STATE] == LOST).to_numpy()
    assert np.isnan(joined.displacement_mm[lost][:, -30:]).all()
    new = (joined.points[STATE] == NEW).to_numpy()
    assert np.isnan(joined.displacement_mm[new][:, :30]).all()
    assert joined.points[OFFSET].isna().to_numpy().tolist() == (lost | new).tolist()
    assert joined.points["point_id"].is_unique


def test_cycles_are_flagged_and_do_not_move_the_offset():
    first, second, _ = pair()
    plain, _ = join_releases([first, second], ["one", "two"])
    spoilt = second.displacement_mm.copy()
    spoilt[:5, 45:] += CYCLE_MM
    joined, (tie,) = join_releases([first, second._replace(displacement_mm=spoilt)], ["one", "two"])
    assert tie["cycles"] == 5
    assert np.flatnonzero(joined.points[CYCLES]).tolist() == [0, 1, 2, 3, 4]
    moved = joined.points[OFFSET] - plain.points[OFFSET]
    assert np.abs(moved).max() < 2.0


def test_what_counts_as_a_cycle():
    rows = np.zeros((4, 10))
    rows[0, 2:5] = CYCLE_MM * 1.2
    rows[1, 2:4] = CYCLE_MM
    rows[2, 2:5] = CYCLE_MM * 0.5
    rows[3, 2:5] = [CYCLE_MM, -CYCLE_MM, CYCLE_MM]
    assert has_cycle(rows).tolist() == [True, False, False, False]


def test_a_plane_is_not_moved_by_outliers():
    rng = np.random.default_rng(4)
    x, y = rng.uniform(-5000, 5000, (2, 500))
    value = 1.0 + 0.5 * x / 10_000 - 0.2 * y / 10_000 + rng.normal(0, 0.1, 500)
    value[:50] += 40.0
    value[50] = np.nan
    assert robust_plane(value, x, y) == pytest.approx([1.0, 0.5, -0.2], abs=0.08)
    assert robust_plane(np.ones(500), x, y).tolist() == [1.0, 0.0, 0.0]


def test_an_identifier_that_moved_to_another_place_is_no_match():
    first = pd.DataFrame({"point_id": ["a", "b"], "x_m": [0.0, 500.0], "y_m": [0.0, 0.0]})
    second = pd.DataFrame({"point_id": ["b", "c"], "x_m": [2.0, 503.0], "y_m": [0.0, 0.0]})
    one, two = match_points(first, second)
    assert (one.tolist(), two.tolist()) == ([0, 1], [0, 1])
    far = second.assign(x_m=second["x_m"] + 20.0)
    assert len(match_points(first, far)[0]) == 0


def test_what_cannot_be_joined_is_refused():
    first, second, _ = pair()
    apart = Release(second.points, second.displacement_mm[:, 70:], second.dates[70:])
    with pytest.raises(InputError, match="releases: one: has 0 acquisitions in common with two"):
        join_releases([first, apart], ["one", "two"])
    single = Release(second.points.iloc[:1], second.displacement_mm[:1], second.dates)
    with pytest.raises(InputError, match="has 1 points in common with two"):
        join_releases([first, single], ["one", "two"])
    turned = second.points.assign(los_east=0.6)
    with pytest.raises(InputError, match=r"a line of sight 7\d\.\d degrees from that of two"):
        join_releases([first, second._replace(points=turned)], ["one", "two"])
    noise = np.random.default_rng(1).normal(0.0, 60.0, second.displacement_mm.shape)
    with pytest.raises(InputError, match="they contradict each other"):
        join_releases(
            [first, second._replace(displacement_mm=second.displacement_mm + noise)],
            ["one", "two"],
        )


def test_releases_of_a_track_are_imported_as_one(tmp_path):
    text = egms_text()
    # The earlier release lacks the last two dates, the later one the first two.
    early = write(tmp_path, "a.csv", _without(text, last=2))
    late = write(tmp_path, "b.csv", _without(text, first=2))
    summary = _imported(tmp_path, [early, [late]])
    (tie,) = summary["releases"]
    assert (tie["matched"], tie["common_epochs"]) == (COUNT, 8)
    assert tie["place"] == "a.csv"
    assert summary["velocity_from"] == "series"
    table = pq.read_table(tmp_path / "up.parquet").to_pandas()
    assert sum(name.startswith("d_2") for name in table) == 12
    assert set(table[STATE]) == {"joined"}
    assert table[OFFSET].abs().max() < 0.01


def test_a_batch_of_few_acquisitions_adds_to_long_series(tmp_path):
    text = egms_text()
    # The later batch has seven of the twelve dates, too few for trends by itself.
    early = write(tmp_path, "a.csv", _without(text, last=2))
    late = write(tmp_path, "b.csv", _without(text, first=5))
    summary = _imported(tmp_path, [early, late])
    assert summary["epochs_too_few"] is None
    assert (summary["points_read"], summary["points_outside_bounds"]) == (COUNT, 0)
    table = pq.read_schema(tmp_path / "up.parquet")
    assert sum(name.startswith("d_2") for name in table.names) == 12


def test_points_lost_from_releases_of_one_year_keep_apart():
    """Releases that number their points anew, each of which has points of its own."""
    points, truth = area()
    names = [f"{number}" for number in range(COUNT)]
    parts = np.array_split(np.arange(COUNT), 12)
    releases = []
    for number in range(4):
        held = np.sort(np.concatenate([*parts[:8], parts[8 + number]]))
        own = points.iloc[held].assign(point_id=names[: held.size])
        end = 100 + number
        series = truth[held, :end].astype(np.float32)
        releases.append(Release(own.reset_index(drop=True), series, DATES[:end]))
    assert len({release.dates[-1].year for release in releases[:3]}) == 1
    joined, _ = join_releases(releases, ["one", "two", "three", "four"])
    assert joined.points["point_id"].is_unique
    assert len(joined.points) == COUNT
    assert joined.points["point_id"].str.contains(":").sum() > 0


def test_what_is_left_out_of_releases_adds_up():
    one = LeftOut(points_all_zero=2, empty_epochs=["2020-01-01"], zeros_as_gaps={"2020-03-01": 4})
    two = LeftOut(6, 1, 3, 5, ["2020-01-01", "2020-02-01"], {"2020-03-01": 1})
    dates = [dt.date(2020, 2, 1) + dt.timedelta(days=12 * step) for step in range(8)]
    both = pooled([one, two], dates, 7)
    expected = LeftOut(None, 3, 10, 5, ["2020-01-01"], {"2020-03-01": 5})
    assert both == expected
    assert both.points == one.points + two.points + 7
    assert pooled([one, two], dates[:5], 0).epochs_too_few == 5


def _without(text: str, first: int = 0, last: int = 0) -> str:
    """An export without some of its twelve dates, which are its last columns."""
    rows = [line.split(",") for line in text.strip().split("\n")]
    kept = [[*row[:-12], *row[-12:][first : 12 - last]] for row in rows]
    return "\n".join(map(",".join, kept)) + "\n"


def _imported(folder: Path, releases: list) -> dict:
    """Import releases of a track; return its summary."""
    import_points(
        source={"releases": releases},
        format="egms",
        options={},
        points_path=str(folder / "up.parquet"),
        summary_path=str(folder / "up.json"),
        track="up",
        pass_direction="ascending",
        crs=CRS,
        bounds_m=list(BOUNDS_M),
        min_coherence=0.5,
    )
    return json.loads((folder / "up.json").read_text())
