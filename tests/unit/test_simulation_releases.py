"""Events and releases of simulated areas: closed forms, and releases that lie over one truth."""

import datetime as dt
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hotslope.points.releases import Release, join_releases
from hotslope.simulation.events import (
    DECELERATION,
    EVENT_KINDS,
    FAILURE,
    LOST,
    ONSET,
    REFERENCE_STEP,
    SEASONAL,
    STEADY,
    Event,
    EventSettings,
    displacement,
    draw_event,
    draw_step,
    rate,
)
from hotslope.simulation.histories import years_since
from hotslope.simulation.releases import FIRST_DAYS, ReleaseSettings, release
from hotslope.simulation.study_area import AreaSettings
from hotslope.simulation.tables import EVENTS
from simulate_releases import simulate_releases
from test_simulation_area import SETTINGS, TRACKS, read_track
from test_simulation_kernels import body

YEARS = np.array([0.0, 1.0, 2.0, 3.0])
AREA = AreaSettings(**SETTINGS)
RELEASES = ReleaseSettings(count=2, window_days=480, update_days=180)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Event(STEADY), [0, 1, 2, 3]),
        (Event(LOST, 1.5), [0, 1, 2, 3]),
        (Event(ONSET, 1.5, 0.2, 1.2), [0, 0.2, 0.4 + 0.5, 0.6 + 1.5]),
        # Rate 0.5 up to year 1, then 0.5 · 4 / (4 − t): its integral is 2 ln(4 / (4 − t)).
        (
            Event(FAILURE, 1.0, 0.5, np.nan, 4.0),
            [0, 0.5, 0.5 + 2 * np.log(4 / 3), 0.5 + 2 * np.log(2)],
        ),
        # Rate 1.1 up to year 1, then 0.1 + exp(−t / 0.5).
        (
            Event(DECELERATION, 1.0, 1.1, 0.1, 0.5),
            [0, 1.1, 1.2 + 0.5 * (1 - np.exp(-2)), 1.3 + 0.5 * (1 - np.exp(-4))],
        ),
        # The annual part is the same each year.
        (Event(SEASONAL, 0.3, 0.5, amplitude_years=0.2), [0, 0.5, 1, 1.5]),
    ],
)
def test_displacement_by_hand(event, expected):
    np.testing.assert_allclose(displacement(event, YEARS), expected, atol=1e-12)


def test_season_has_its_amplitude_and_phase():
    event = Event(SEASONAL, 0.3, 0.0, amplitude_years=0.2)
    found = displacement(event, np.array([0.0, 0.3, 0.55]))
    assert found[0] == 0
    assert found[2] - found[1] == pytest.approx(0.2)
    assert found[1] == pytest.approx(0.2 * np.sin(0.6 * np.pi))


def test_inverse_velocity_falls_linearly_to_failure():
    years = np.linspace(1.2, 4.8, 40)
    inverse = 1 / rate(Event(FAILURE, 1.0, 0.5, np.nan, 4.0), years)
    np.testing.assert_allclose(inverse, (5.0 - years) / (0.5 * 4.0))
    with pytest.raises(ValueError, match="after failure"):
        displacement(Event(FAILURE, 1.0, 0.5, np.nan, 4.0), np.array([5.0]))


@pytest.mark.parametrize("kind", [STEADY, ONSET, FAILURE, DECELERATION, LOST])
def test_rate_is_the_derivative_of_displacement(kind):
    event = Event(kind, 1.0, 0.7, 0.2, 3.0)
    years = np.array([0.2, 0.9, 1.1, 2.5, 3.4])
    step = 1e-6
    numeric = (displacement(event, years + step) - displacement(event, years - step)) / (2 * step)
    np.testing.assert_allclose(rate(event, years), numeric, rtol=1e-6)


def test_events_are_drawn_body_by_body():
    settings = EventSettings(0.5, EVENT_KINDS, {})
    drawn = [draw_event(body(number=number), settings, 4.0, 3) for number in range(400)]
    assert draw_event(body(number=17), settings, 4.0, 3) == drawn[17]
    kinds = pd.Series([event.kind for event in drawn]).value_counts(normalize=True)
    assert kinds[STEADY] == pytest.approx(0.5, abs=0.08)
    assert set(kinds.index) == {STEADY, *EVENT_KINDS}
    # No failure within the time of the releases, and series on either side of every event.
    for event in drawn:
        if event.kind not in (STEADY, SEASONAL):
            assert 0.35 * 4 <= event.at_years <= 0.92 * 4
        if event.kind == FAILURE:
            assert event.at_years + event.time_years > 4.1
    only = EventSettings(1.0, (ONSET,), {})
    assert {draw_event(body(number=number), only, 4.0, 3).kind for number in range(9)} == {ONSET}
    never = EventSettings(0.0, EVENT_KINDS, {})
    assert draw_event(body(), never, 4.0, 3) == Event(STEADY)


def test_a_reference_steps_once():
    years = np.linspace(0, 4, 100)
    step = draw_step(1, -8.0, years, 5)
    assert set(step) == {0.0, -8.0}
    assert (np.diff(step) != 0).sum() == 1
    assert not draw_step(1, 0.0, years, 5).any()


def test_windows_and_dates():
    first, second = RELEASES.windows()
    dates = RELEASES.dates(0, 1)
    years = years_since(dates, FIRST_DAYS[0])
    assert dates[0] == FIRST_DAYS[0]
    assert (dates[-1] - dates[0]).days == 660
    assert {(b - a).days % 12 for a, b in itertools.pairwise(dates)} == {0}
    days = years * 365.25
    assert days[first.holds(years)].max() == pytest.approx(480)
    assert days[second.holds(years)].min() == pytest.approx(180)
    assert days[second.holds(years)].max() == pytest.approx(660)


def test_release_lacks_lost_bodies_and_has_its_own_zero():
    dates = RELEASES.dates(0, 1)
    years = years_since(dates, FIRST_DAYS[0])
    window = RELEASES.windows()[1]
    count = 600
    points = pd.DataFrame(
        {"x_m": np.zeros(count), "y_m": np.zeros(count), "body": np.arange(count) % 3 - 1}
    )
    motion = np.outer(np.arange(count), years)
    step = np.where(years > 1.0, 5.0, 0.0)
    lost = np.array([1.5, np.inf])
    kept, series = release(points, motion, 0, years, window, (0.0, 0.0), lost, step, 0, 1)
    # A point in 25 is lacking, and those of the first body, which is lost before the end.
    assert set(kept["body"]) == {-1, 1}
    assert len(kept) == pytest.approx(400 * 0.96, abs=15)
    assert (series[:, 0] == 0).all()
    assert np.abs(series * 10 - np.round(series * 10)).max() < 1e-9
    own = years[window.holds(years)]
    rest = series - np.outer(kept.index, own - own[0])
    jump = rest[:, own > 1.05].mean() - rest[:, own < 0.95].mean()
    # The reference of this release moves, too: by some mm/yr over half a year.
    assert jump == pytest.approx(5.0, abs=2.5)
    assert len(set(kept["x_m"]) - {0.0}) == 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("releases")
    numbers = [1, 2]
    simulate_releases(
        items_paths={t: [str(folder / f"{n}/{t}/items.txt") for n in numbers] for t in TRACKS},
        table_paths={t: [str(folder / f"{n}/{t}/disp_tab.txt") for n in numbers] for t in TRACKS},
        events_path=str(folder / "events.parquet"),
        area=AREA,
        atmosphere="default",
        events=EventSettings(0.7, EVENT_KINDS, {"descending": 6.0, "ascending": 0.0}),
        releases=RELEASES,
    )
    return folder


def test_truth_of_events(folder):
    events = EVENTS.read(folder / "events.parquet")
    bodies = events[events["body_id"] >= 0]
    assert bodies["body_id"].tolist() == list(range(len(bodies)))
    assert len(bodies) >= 4
    assert (bodies["event"] != STEADY).sum() >= 2
    (step,) = events[events["event"] == REFERENCE_STEP].itertuples()
    assert (step.track, step.step_mm) == ("descending", 6.0)
    calm = bodies["event"].isin([STEADY, SEASONAL])
    assert bodies.loc[calm, "date"].isna().all()
    assert bodies.loc[~calm, "date"].between("2018-08-20", "2019-09-10").all()
    assert (bodies.loc[calm, "rate_before_mm_yr"] == bodies.loc[calm, "rate_after_mm_yr"]).all()
    onsets = bodies[bodies["event"] == ONSET]
    assert (onsets["rate_after_mm_yr"] > onsets["rate_before_mm_yr"]).all()


def test_releases_join_into_one_history(folder):
    def read(number: int) -> Release:
        table = read_track(folder / str(number), "descending")
        names = [name for name in table if name.isdigit()]
        points = pd.DataFrame(
            {
                "point_id": table["pt"].astype(int).astype(str),
                "x_m": table["easting"],
                "y_m": table["northing"],
            }
        )
        dates = [dt.datetime.strptime(name, "%Y%m%d").date() for name in names]
        series = (table[names] * 1000).to_numpy(dtype=np.float32)
        assert not series[:, 0].any()
        return Release(points, series, dates)

    first, second = read(1), read(2)
    # Numbers are those of rows: the same number is another place.
    joined, (tie,) = join_releases([first, second], ["first", "second"])
    assert tie["matched"] > 0.8 * len(first.points)
    assert tie["offset_std_mm"] < 1.0
    assert len(joined.dates) > len(first.dates) + 10
