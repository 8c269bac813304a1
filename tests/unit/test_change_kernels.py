"""Change of rate, onset, control of false alerts, surroundings: on series of known truth."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.stats import norm

from hotslope.candidates.history import first_history
from hotslope.change.change_table import change_table, count_earlier_tests, outline_changes
from hotslope.change.false_alerts import (
    false_discovery_rates,
    family_wise,
    inflation_of,
    noise_probability,
)
from hotslope.change.onset import find_onset, onset_search
from hotslope.change.rate_change import change_design, kinks, rate_change
from hotslope.change.surroundings import difference_series, mean_series, members_of
from hotslope.change.track_change import ChangeSettings, TrackDesigns, body_change
from hotslope.motion.noise_models import NoiseModel

DAYS = np.arange(0.0, 1800.0, 12.0)
NOISE = NoiseModel("ar1", 0.3, 0.2, 12.0)
CORRELATION = NOISE.correlation(DAYS)
DESIGN = change_design(DAYS, CORRELATION)
YEARS = DAYS / 365.25
#: Begin of a window of 150 days.
BEGIN_DAY = DAYS[-1] - 150.0


def noise(count: int, seed: int) -> np.ndarray:
    white = np.random.default_rng(seed).standard_normal((DAYS.size, count))
    return (np.linalg.cholesky(CORRELATION) @ white).T


def test_change_of_a_series_without_noise_is_exact():
    bend = kinks(DAYS, DAYS[-1:] - 150.0)[:, 0]
    season = 3 * np.sin(2 * np.pi * YEARS) - 2 * np.cos(2 * np.pi * YEARS)
    found = rate_change((5 - 8 * YEARS + season + 20 * bend)[None], DESIGN, BEGIN_DAY)
    assert found.before_mm_yr[0] == pytest.approx(-8.0, abs=1e-6)
    assert found.change_mm_yr[0] == pytest.approx(20.0, abs=1e-6)
    assert found.std_mm_yr[0] < 1e-4
    assert found.degrees == DAYS.size - 5


def test_standard_error_and_p_are_those_of_the_noise():
    found = rate_change(noise(3000, 1), DESIGN, BEGIN_DAY)
    # The standard deviation of 3,000 has an error of 1.3 %, shares of p one of 0.4 and 0.1 %.
    assert np.std(found.change_mm_yr / found.std_mm_yr) == pytest.approx(1.0, abs=0.05)
    p = found.p_values()
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.012)
    assert np.mean(p < 0.001) < 0.004
    assert (found.p_values(1.5) > p).all()


def test_season_is_among_the_terms_from_two_years_on():
    assert DESIGN.season
    short = DAYS[DAYS < 700]
    assert not change_design(short, NOISE.correlation(short)).season


@pytest.mark.parametrize(("change", "most_days"), [(20.0, 12.0), (10.0, 24.0)])
def test_onset_is_found_and_its_interval_holds_it(change, most_days):
    search = onset_search(DESIGN)
    rng = np.random.default_rng(3)
    found = []
    for each in noise(120, 2):
        begin = rng.uniform(400.0, 1400.0)
        series = each - 8 * YEARS - change * kinks(DAYS, np.array([begin]))[:, 0]
        onset = find_onset(series, search)
        assert onset.motion == "accelerating"
        found.append((abs(onset.day - begin), onset.low_day <= begin <= onset.high_day))
    errors, covered = np.array(found, dtype=float).T
    assert np.median(errors) <= most_days
    assert 0.82 <= covered.mean() <= 0.98


def test_kinds_of_motion():
    search = onset_search(DESIGN)
    quiet = noise(100, 5)
    made = {
        "steady": -12 * YEARS,
        "seasonal": 3 * np.sin(2 * np.pi * YEARS),
        "one step": 8.0 * (DAYS > 900),
        "accelerating": -10 * kinks(DAYS, np.array([900.0]))[:, 0],
        "decelerating": -15 * YEARS + 12 * kinks(DAYS, np.array([900.0]))[:, 0],
    }
    for motion, signal in made.items():
        kinds = [find_onset(each + signal, search).motion for each in quiet]
        assert kinds.count(motion) >= 95, motion
    onset = find_onset(quiet[0] + made["decelerating"], search)
    assert onset.before_mm_yr == pytest.approx(-15.0, abs=1.5)
    assert onset.after_mm_yr == pytest.approx(-3.0, abs=1.5)
    assert find_onset(quiet[0] + made["one step"], search).step_mm == pytest.approx(8.0, abs=1.5)


def test_short_series_say_nothing():
    designs = TrackDesigns(DAYS, CORRELATION, 150.0)
    series = noise(1, 6)[0]
    assert body_change(np.where(DAYS > 1700.0, series, np.nan), designs, 1.0) is None
    assert body_change(np.where(DAYS < 1600.0, series, np.nan), designs, 1.0) is None
    gaps = np.where(np.arange(DAYS.size) % 3 == 0, np.nan, series)
    assert body_change(gaps, designs, 1.0) is not None


def test_the_window_is_that_of_the_track_where_a_series_ends_early():
    designs = TrackDesigns(DAYS, CORRELATION, 150.0)
    bent = 20 * kinks(DAYS, np.array([BEGIN_DAY]))[:, 0] + 1e-3 * noise(1, 4)[0]
    bent[-5:] = np.nan
    found = body_change(bent, designs, 1.0)
    assert found is not None
    assert found.change_mm_yr == pytest.approx(20.0, abs=0.1)


def test_points_that_begin_late_bring_no_step_into_a_mean():
    truth = np.linspace(0.0, -20.0, 40)
    levels = np.array([0.0, 50.0, -30.0])
    series = levels[:, None] + truth
    series[1, :15] = np.nan
    series[2, 30:] = np.nan
    days = 12.0 * np.arange(40)
    mean = mean_series(series, days)
    assert np.diff(mean) == pytest.approx(np.diff(truth), abs=1e-3)
    series[:, 20] = np.nan
    assert np.isnan(mean_series(series, days)[20])


def test_a_faster_point_that_ends_early_brings_no_step_into_a_mean():
    days = 12.0 * np.arange(90)
    rates = np.array([-5.0, -10.0, -15.0, -60.0, -12.0])
    series = rates[:, None] * days / 365.25
    assert mean_series(series, days) == pytest.approx(series.mean(axis=0) - series.mean(), abs=1e-9)
    series[3, 70:] = np.nan
    series[1, :25] = np.nan
    mean = mean_series(series, days)
    # A line, without step or bend, whatever its rate.
    assert np.diff(mean, 2) == pytest.approx(np.zeros(88), abs=1e-6)
    assert np.diff(mean)[0] * 365.25 / 12.0 == pytest.approx(-20.0, abs=6.0)
    alone = series[:1].copy()
    alone[0, ::2] = np.nan
    assert np.isfinite(mean_series(alone, days)).sum() == 45
    assert np.isnan(mean_series(np.full((3, 90), np.nan), days)).all()


def test_what_body_and_surroundings_share_cancels():
    common = 10.0 * (np.arange(40) > 20)
    body = np.linspace(0.0, 5.0, 40)
    series = np.stack([common + body, common + body + 3.0, common, common - 7.0])
    days = 12.0 * np.arange(40)
    found = difference_series(series, np.array([True, True, False, False]), days)
    assert found - found[0] == pytest.approx(body, abs=1e-9)


def test_surroundings_are_quiet_and_no_other_body():
    x = np.arange(0.0, 3000.0, 10.0)
    y = np.zeros(x.size)
    body, other = shapely.box(1000, -50, 1200, 50), shapely.box(1600, -50, 1800, 50)
    quiet = x < 2100.0
    found = members_of(body, shapely.union(body, other), x, y, quiet, (200.0, 1000.0))
    assert x[found.inside].tolist() == np.arange(1000.0, 1201.0, 10.0).tolist()
    around = x[found.around]
    assert around.min() == 0.0
    assert around.max() == 2090.0
    assert not ((around > 800) & (around < 1400)).any()
    assert not ((around >= 1600) & (around <= 1800)).any()


def test_inflation_follows_controls_and_never_shrinks_errors():
    z = norm.ppf((np.arange(200) + 0.5) / 200)
    assert inflation_of(2.0 * z) == pytest.approx(2.0, rel=0.02)
    assert inflation_of(0.5 * z) == 1.0
    assert inflation_of(np.array([9.0] * 5)) == 1.0
    outliers = np.concatenate([z, np.full(10, 40.0)])
    assert inflation_of(outliers) < 1.2


def test_probability_of_noise_is_the_share_of_noise():
    rng = np.random.default_rng(8)
    changed = np.arange(4000) < 400
    z = np.where(changed, rng.normal(0.0, 8.0, 4000), rng.standard_normal(4000))
    p = 2.0 * norm.sf(np.abs(z))
    found = noise_probability(p)
    assert found.mean() == pytest.approx(0.9, abs=0.03)
    sure = found < 0.05
    assert np.mean(~changed[sure]) < 0.03
    assert np.isnan(noise_probability(np.array([np.nan, 0.5]))).tolist() == [True, False]
    assert np.isnan(false_discovery_rates(np.array([0.01, np.nan]))).tolist() == [False, True]


def test_table_takes_the_clearest_track_and_counts_tracks():
    dates = [dt.date(2020, 1, 1) + dt.timedelta(days=int(day)) for day in DAYS]
    designs = TrackDesigns(DAYS, CORRELATION, 150.0)
    bend = kinks(DAYS, DAYS[-1:] - 150.0)[:, 0]
    quiet = noise(4, 9)
    shown = {
        "up": [body_change(quiet[0] - 40 * bend, designs, 1.0), None],
        "down": [body_change(quiet[1], designs, 1.0), body_change(quiet[2], designs, 1.0)],
    }
    boxes = [shapely.box(0, 0, 10, 10), shapely.box(50, 0, 60, 10)]
    candidates = gpd.GeoDataFrame({"candidate_id": ["PLC0001", "PLC0002"]}, geometry=boxes)
    settings = ChangeSettings(150.0, 10.0, 0.05, (200.0, 1000.0))
    counts = {"up": ([5, 0], [9, 0]), "down": ([6, 7], [9, 8])}
    table = change_table(
        candidates.set_crs("EPSG:32647"), {"up": dates, "down": dates}, shown, counts, settings
    )
    assert table["level"].tolist() == ["alert", "none"]
    assert table["track"].tolist() == ["up", "down"]
    assert table["n_inside"].tolist() == [5, 7]
    first = shown["up"][0]
    assert first is not None
    assert table["p_change"].iloc[0] == pytest.approx(2.0 * first.p)
    assert table["window_end"].iloc[0] == dates[-1].isoformat()
    history = first_history(["PLC0001"], ["a"], np.array([shapely.box(0, 0, 10, 5)]), None)
    grown = outline_changes(table, history)
    assert grown["area_gained_m2"].tolist()[0] == 50.0
    assert grown["area_lost_m2"].tolist()[0] == 0.0
    assert np.isnan(grown["area_gained_m2"].iloc[1])


def test_without_two_years_there_is_no_alert():
    short = DAYS[DAYS < 600]
    designs = TrackDesigns(short, NOISE.correlation(short), 150.0)
    bend = kinks(short, short[-1:] - 150.0)[:, 0]
    change = body_change(noise(1, 9)[0, : short.size] - 60 * bend, designs, 1.0)
    dates = [dt.date(2020, 1, 1) + dt.timedelta(days=int(day)) for day in short]
    candidates = gpd.GeoDataFrame(
        {"candidate_id": ["PLC0001"]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:32647"
    )
    settings = ChangeSettings(150.0, 10.0, 0.05, (200.0, 1000.0))
    table = change_table(candidates, {"up": dates}, {"up": [change]}, {"up": ([4], [9])}, settings)
    assert table["season"].tolist() == ["not separable"]
    assert table["level"].tolist() == ["watch"]


def test_in_many_updates_noise_seldom_stands_out():
    # 20 updates, 12 days apart, of 40 stable candidates: windows overlap, so tests go together.
    count, updates = 40, 20
    designs = {
        last: change_design(DAYS[:last], NOISE.correlation(DAYS[:last]))
        for last in range(DAYS.size - updates + 1, DAYS.size + 1)
    }
    smallest = []
    for seed in range(60):
        series = noise(count, 500 + seed)
        p = []
        for last, design in designs.items():
            found = rate_change(series[:, :last], design, DAYS[last - 1] - 150.0)
            p.append(found.p_values())
        smallest.append(family_wise(np.concatenate(p), count * updates).min())
    # At most 5 %; of 60 families 8 or more would be a chance of 1 % at 5 %.
    assert np.sum(np.array(smallest) <= 0.05) <= 7


def test_family_wise_extremes():
    found = family_wise(np.array([0.0, 1e-12, 0.5, 1.0, np.nan]), 1000)
    assert found[0] == 0.0
    assert found[1] == pytest.approx(1e-9)
    assert found[2] == found[3] == 1.0
    assert np.isnan(found[4])


def test_earlier_updates_are_counted_as_tests():
    boxes = [shapely.box(0, 0, 10, 10), shapely.box(50, 0, 60, 10)]
    table = gpd.GeoDataFrame(
        {"candidate_id": ["PLC0001", "PLC0002"], "tests": 2, "p_change": [1e-6, np.nan]},
        geometry=boxes,
    )
    history = first_history(["PLC0001", "PLC0009"], ["a", "b"], np.array(boxes), None)
    counted = count_earlier_tests(table, history.assign(runs=[3, 1]))
    assert counted["tests"].tolist() == [6, 6]
    assert counted["p_family"].iloc[0] == pytest.approx(6e-6, rel=1e-4)
    empty = count_earlier_tests(table.head(0), history)
    assert empty.empty
