"""Kernels of the points stage: regression, order, coherence filter, line of sight, boundary."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
import shapely

from hotslope.errors import InputError
from hotslope.points.boundaries import make_boundary, within
from hotslope.points.ordering import curve_order, hilbert_distance
from hotslope.points.rates import regression_velocity
from hotslope.points.sight import Sight, add_line_of_sight, sight_points
from hotslope.points.track_statistics import coherence_losses, summarise
from hotslope.points.velocity_checks import compare_velocity, refuse_contradiction

DATES = [dt.date(2020, 1, 1) + dt.timedelta(days=12 * index) for index in range(10)]


def test_hilbert_curve_visits_each_cell_once_and_steps_to_a_neighbour():
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(16), np.arange(16)))
    distance = hilbert_distance(column, row, 4)
    assert sorted(distance) == list(range(256))
    order = np.argsort(distance)
    steps = np.abs(np.diff(column[order])) + np.abs(np.diff(row[order]))
    assert (steps == 1).all()


def test_order_depends_on_nothing_but_the_points():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(7e5, 7.01e5, 500), rng.uniform(3.9e6, 3.901e6, 500)
    x[100:110], y[100:110] = x[0], y[0]
    ids = np.array([f"P{index}" for index in range(500)], dtype=object)
    first = ids[curve_order(x, y, ids)]
    shuffle = rng.permutation(500)
    again = ids[shuffle][curve_order(x[shuffle], y[shuffle], ids[shuffle])]
    assert first.tolist() == again.tolist()


@pytest.mark.parametrize("count", [0, 1])
def test_order_of_hardly_any_points(count):
    x = np.full(count, 7e5)
    assert curve_order(x, x, np.array(["a"] * count, dtype=object)).tolist() == list(range(count))


def test_regression_with_gaps_and_too_few_values():
    years = np.array([(date - DATES[0]).days for date in DATES]) / 365.25
    series = np.tile(5 + 12 * years, (3, 1))
    series[1, [0, 4, 5]] = np.nan
    series[2, 2:] = np.nan
    velocity, error, residual = regression_velocity(series, DATES)
    np.testing.assert_allclose(velocity[:2], 12)
    np.testing.assert_allclose(residual[:2], 0, atol=1e-9)
    np.testing.assert_allclose(error[:2], 0, atol=1e-9)
    assert np.isnan(velocity[2])
    assert regression_velocity(np.empty((0, 10)), DATES)[0].size == 0


def compared(velocity, regression):
    velocity, regression = np.asarray(velocity, float), np.asarray(regression, float)
    check = compare_velocity(
        velocity, regression, np.full(len(regression), 0.5), np.full(len(regression), 3.0)
    )
    refuse_contradiction(check, "file")
    return check


@pytest.mark.parametrize("factor", [0.6, 1.0, 1.9])
def test_velocity_near_the_regression_passes(factor):
    regression = np.linspace(5, 60, 50)
    assert compared(regression * factor, regression).agrees is True


@pytest.mark.parametrize("factor", [-1000, -1, -0.7, 0.001, 0.01, 0.1, 0.3, 3, 10, 100, 1000])
def test_velocity_of_another_unit_or_sign_is_refused(factor):
    regression = np.linspace(5, 60, 50)
    with pytest.raises(InputError, match="velocity column"):
        compared(regression * factor, regression)


def test_a_stable_area_decides_nothing():
    still = np.random.default_rng(0).normal(0, 0.3, 50)
    assert compared(still, still).agrees is None


def test_unit_of_a_stable_area_shows_in_its_spread():
    still = np.random.default_rng(0).normal(0, 0.3, 50)
    with pytest.raises(InputError, match="unit"):
        compared(still / 1000, still)


def test_velocity_of_a_longer_series_passes_and_is_told():
    """A few clear slopes of a short series, and slow velocities of a long one."""
    rng = np.random.default_rng(0)
    regression = rng.normal(0, 0.8, 1000)
    regression[:40] = rng.normal(0, 6, 40)
    check = compared(rng.normal(0, 0.2, 1000), regression)
    assert check.agrees is False


def test_coherence_filter_counts_the_fast_points_it_drops():
    velocity = np.array([0.0, 50.0, -50.0, 3.0, 80.0])
    coherence = np.array([0.9, 0.5, 0.7, 0.69, np.nan])
    keep, report = coherence_losses(velocity, coherence, 0.7)
    assert keep.tolist() == [True, False, True, False, True]
    assert report["dropped"] == 2
    assert report["fast_dropped"] == 1
    assert report["fast_dropped_share"] == pytest.approx(1 / 3)
    assert report["kept_without_coherence"] == 1
    keep, report = coherence_losses(velocity, None, 0.7)
    assert keep.all()
    assert report["kept_without_coherence"] == 5


def test_summary_figures():
    points = pd.DataFrame({"velocity_mm_yr": [0.0, -10.0, 10.5, 120.0, -130.0], "y_m": 100.0})
    points["x_m"] = [0.0, 100.0, 200.0, 300.0, 700.0]
    series = np.zeros((5, 10), dtype=np.float32)
    series[0, 0] = np.nan
    summary = summarise(points, series, DATES, area_km2=2.5)
    assert summary["density_per_km2"] == 2
    # Five points in two of the cells of 500 m that count as covered.
    assert summary["points_per_covered_m2"] == 5 / (2 * 500**2)
    assert summary["share_within_10_mm_yr"] == pytest.approx(0.4)
    assert summary["velocity_mm_yr"]["min"] == -130
    assert summary["velocity_mm_yr"]["max"] == 120
    assert summary["histogram"]["below"] == summary["histogram"]["above"] == 1
    assert sum(summary["histogram"]["counts"]) == 3
    assert (summary["epochs"], summary["span_days"]) == (10, 108)
    assert summary["missing_displacement_share"] == pytest.approx(0.02)


def test_line_of_sight_of_the_file_is_kept():
    points = pd.DataFrame({"los_east": [0.6], "los_north": [0.0], "los_up": [0.8]})
    assert add_line_of_sight(points, Sight("ascending", 20, 348)) == "file"
    assert points["incidence_deg"].iloc[0] == pytest.approx(36.87, abs=0.01)
    assert points["los_east"].iloc[0] == 0.6


def test_line_of_sight_of_the_config_or_none():
    points = pd.DataFrame({"point_id": ["a", "b"]})
    assert add_line_of_sight(points, Sight("ascending", 37, 348)) == "config"
    assert (points["los_east"] < 0).all()
    np.testing.assert_allclose((points[["los_east", "los_north", "los_up"]] ** 2).sum(axis=1), 1.0)
    bare = pd.DataFrame({"point_id": ["a"]})
    assert add_line_of_sight(bare, Sight("ascending")) == "none"
    assert bare[["incidence_deg", "los_east"]].isna().all(axis=None)
    assert bare["incidence_deg"].dtype == np.float64


def vectors(east, north, lat=35.0):
    """Points whose files have a line of sight."""
    up = np.sqrt(1 - east**2 - north**2)
    columns = {"los_east": east, "los_north": north, "los_up": up, "lat": lat}
    return pd.DataFrame({name: [value] * 3 for name, value in columns.items()})


@pytest.mark.parametrize(
    ("sight", "lat"),
    [
        (Sight("ascending", 37.0, 348.0), 35.0),
        (Sight("ascending", 37.0, -12.0), 35.0),
        (Sight("descending", 39.0, 192.0), 35.0),
        (Sight("descending", 39.0, -168.0), 35.0),
        (Sight("descending", None, None), 35.0),
        # Turning over the pole, and on an aeroplane, any heading is one.
        (Sight("ascending", 37.0, 300.0), 78.0),
        (Sight("descending", 45.0, 78.0, platform="airborne"), 35.0),
    ],
)
def test_headings_that_sensors_have(sight, lat):
    points = pd.DataFrame({"point_id": ["a"], "lat": [lat]})
    assert sight_points(points, sight, "tracks.a") in ("config", "none")


@pytest.mark.parametrize(
    ("sight", "place", "said"),
    [
        (Sight("ascending", 37.0, 192.0), "heading_deg", "192 flies south"),
        (Sight("ascending", 37.0, 6.073), "heading_deg", "in radians (348.0 degrees)"),
        (Sight("ascending", 37.0, -0.209), "heading_deg", "in radians (348.0 degrees)"),
        (Sight("descending", 37.0, 3.351), "heading_deg", "in radians (192.0 degrees)"),
        (Sight("descending", 37.0, 348.0), "heading_deg", "348 flies north"),
        (Sight("descending", 39.5, -102.6), "heading_deg", "-102.6 is 77 degrees off"),
        (Sight("ascending", 37.0, 78.0), "heading_deg", "78 is 78 degrees off"),
        (Sight("ascending", 37.0, 300.0), "heading_deg", "300 is 60 degrees off"),
        (Sight("descending", 0.689, 192.0), "incidence_deg", "0.689 is an angle in radians (39.5"),
    ],
)
def test_angles_that_no_satellite_has_are_refused_by_key(sight, place, said):
    with pytest.raises(InputError) as caught:
        sight_points(pd.DataFrame({"lat": [35.0]}), sight, "tracks.a")
    assert caught.value.place == f"tracks.a.{place}"
    assert said in caught.value.problem
    assert caught.value.remedy.startswith("Give") or "correct one" in caught.value.remedy


@pytest.mark.parametrize(
    ("sight", "east", "north", "fits"),
    [
        (Sight("ascending"), -0.6, -0.12, True),
        (Sight("descending"), 0.622, -0.132, True),
        (Sight("descending", looking="left"), -0.622, 0.132, True),
        (Sight("ascending"), 0.6, -0.12, False),
        (Sight("descending"), -0.6, -0.12, False),
        (Sight("descending", looking="left"), 0.622, -0.132, False),
        (Sight("descending"), 0.139, -0.621, False),
        (Sight("descending", platform="airborne"), 0.139, -0.621, True),
    ],
)
def test_lines_of_sight_of_the_file_against_pass_and_side(sight, east, north, fits):
    if fits:
        assert sight_points(vectors(east, north), sight, "tracks.a") == "file"
    else:
        with pytest.raises(InputError, match=r"tracks\.a"):
            sight_points(vectors(east, north), sight, "tracks.a")


def test_left_looking_sensor_sees_from_the_other_side():
    right, left = (pd.DataFrame({"point_id": ["a"]}) for _ in range(2))
    add_line_of_sight(right, Sight("descending", 39.5, 192.0))
    add_line_of_sight(left, Sight("descending", 39.5, 192.0, looking="left"))
    assert right[["los_east", "los_north", "los_up"]].iloc[0].round(3).tolist() == [
        0.622,
        -0.132,
        0.772,
    ]
    assert left["los_east"].iloc[0] == -right["los_east"].iloc[0]
    assert left["los_north"].iloc[0] == -right["los_north"].iloc[0]
    assert left["los_up"].iloc[0] == right["los_up"].iloc[0]


def test_boundary_of_polygons_or_of_a_line_with_buffer():
    x, y = np.array([5.0, 15.0, 5.0]), np.array([5.0, 5.0, 25.0])
    squares = np.array([shapely.box(0, 0, 10, 10), shapely.box(0, 20, 10, 30)])
    assert within(make_boundary(squares, None, "f"), x, y).tolist() == [True, False, True]
    line = np.array([shapely.LineString([(0, 0), (20, 0)])])
    assert within(make_boundary(line, 6.0, "f"), x, y).tolist() == [True, True, False]
    with pytest.raises(InputError, match="polygons"):
        make_boundary(line, None, "f")
    with pytest.raises(InputError, match="lines"):
        make_boundary(squares, 6.0, "f")
