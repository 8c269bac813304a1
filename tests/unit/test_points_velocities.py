"""Velocities beside a series, of a series, and without one."""

import io

import numpy as np
import pandas as pd
import pytest

from hotslope.points.unit_faults import Units, explain_ratio
from hotslope.points.velocity_checks import compare_velocity, refuse_contradiction
from points_faults import refusal
from points_files import COUNT, EPOCHS, NAMES, egms_text, series, table_text, write
from points_tables import read


@pytest.mark.parametrize("factor", [0.001, 0.1, 1000.0])
def test_velocities_of_the_series_do_not_hide_another_unit(tmp_path, factor):
    table = pd.read_csv(io.StringIO(table_text()))
    table[NAMES] *= factor
    path = write(tmp_path, "a.csv", table.to_csv(index=False))
    assert "unit" in str(refusal(path, "table", velocity_from="series"))


@pytest.mark.parametrize(
    ("column", "factor", "told", "remedy"),
    [
        ("series", 0.1, "displacements in cm are read as mm", "Set displacement_unit: cm"),
        ("series", 0.001, "displacements in m are read as mm", "Set displacement_unit: m"),
        ("velocity", 0.1, "velocities in cm are read as mm", "Set velocity_unit: cm"),
        ("velocity", 0.001, "velocities in m are read as mm", "Set velocity_unit: m"),
    ],
)
@pytest.mark.parametrize("still", [False, True])
def test_the_unit_that_is_wrong_is_named_with_its_key(
    tmp_path, column, factor, told, remedy, still
):
    """Also where nothing moves: of the same series both have the same noise."""
    table = pd.read_csv(io.StringIO(table_text()))
    if still:
        years = np.array([(date - EPOCHS[0]).days for date in EPOCHS]) / 365.25
        table[NAMES] -= np.outer(table["velocity_mm_yr"], years)
        table["velocity_mm_yr"] = np.polyfit(years, table[NAMES].T, 1)[0] * 1.05
    table[NAMES if column == "series" else "velocity_mm_yr"] *= factor
    text = table.to_csv(index=False)
    error = refusal(write(tmp_path, "a.csv", text), "table")
    assert told in error.problem
    assert error.remedy == remedy
    key, unit = remedy.removeprefix("Set ").split(": ")
    points, _, _ = read(write(tmp_path, "b.csv", text), **{key: unit})
    assert points.attrs["velocity_check"]["slope"] == pytest.approx(1.0, abs=0.1)


def test_units_of_formats_without_keys_are_to_be_corrected_in_the_file(tmp_path):
    names, *lines = egms_text().splitlines()
    head = names.split(",").index(NAMES[0])
    rows = [line.split(",") for line in lines]
    for row in rows:
        row[head:] = [f"{float(value) / 10:.3f}" for value in row[head:]]
    path = write(tmp_path, "a.csv", "\n".join([names, *map(",".join, rows)]) + "\n")
    error = refusal(path, "egms")
    assert "displacements in cm are read as mm" in error.problem
    assert "Correct the file" in error.remedy


@pytest.mark.parametrize(
    ("units", "ratio", "remedy"),
    [
        (("m", "m"), 0.001, "Set displacement_unit: mm"),
        (("m", "m"), 0.1, "Set displacement_unit: mm and velocity_unit: cm"),
        (("mm", "m"), 0.1, "Set velocity_unit: cm"),
        (("mm", "cm"), -100.0, "Set displacement_unit: m"),
        (("mm", "rad"), 0.1, "Set velocity_unit: cm"),
    ],
)
def test_units_that_explain_a_ratio_with_least_changes(units, ratio, remedy):
    assert explain_ratio(ratio, Units(*units))[1] == remedy


def test_a_short_series_beside_velocities_of_a_long_one_is_no_unit():
    """The regression is mostly noise, five times as wide as the velocities."""
    rng = np.random.default_rng(0)
    velocity = rng.normal(0, 1.0, 2000)
    regression = velocity + rng.normal(0, 5.0, 2000)
    error, noise = np.full(2000, 5.0), np.full(2000, 3.0)
    refuse_contradiction(compare_velocity(velocity, regression, error, noise), "file")


def test_velocities_of_the_series_where_the_column_has_the_other_sign(tmp_path):
    table = pd.read_csv(io.StringIO(table_text()))
    table["velocity_mm_yr"] *= -1
    path = write(tmp_path, "a.csv", table.to_csv(index=False))
    points, _, _ = read(path, velocity_from="series")
    assert np.median(points["velocity_mm_yr"][1::2]) == pytest.approx(40, abs=2)
    assert points.attrs["velocity_check"]["median_ratio"] == pytest.approx(-1, abs=0.1)


def test_a_velocity_that_differs_honestly_is_kept(tmp_path):
    """Another reference and a seasonal model: offset and scale of some per cent."""
    table = pd.read_csv(io.StringIO(table_text()))
    honest = table["velocity_mm_yr"] * 0.93 - 2.5
    table["velocity_mm_yr"] = honest
    points, _, _ = read(write(tmp_path, "a.csv", table.to_csv(index=False)))
    np.testing.assert_allclose(points["velocity_mm_yr"], honest, atol=1e-3)


def cut(epochs: int, velocity: bool = True) -> str:
    table = pd.read_csv(io.StringIO(table_text()))
    table = table.drop(columns=NAMES[epochs:])
    return (table if velocity else table.drop(columns="velocity_mm_yr")).to_csv(index=False)


@pytest.mark.parametrize("epochs", [0, 1, 2, 7])
def test_velocities_with_few_epochs_or_none(tmp_path, epochs):
    points, displacement, dates = read(write(tmp_path, "a.csv", cut(epochs)))
    np.testing.assert_allclose(points["velocity_mm_yr"], series()[0], atol=1e-3)
    assert displacement.shape == (COUNT, epochs)
    assert dates == EPOCHS[:epochs]
    (sentence,) = points.attrs["cleaning"].sentences()
    assert sentence.startswith(f"{epochs} epochs")
    assert "only the velocities are used" in sentence


def test_velocities_of_few_epochs_are_those_of_the_series(tmp_path):
    points, _, _ = read(write(tmp_path, "a.csv", cut(5, velocity=False)))
    assert points.attrs["velocity_from"] == "series"
    assert np.median(points["velocity_mm_yr"][1::2]) == pytest.approx(40, abs=10)
    for epochs in (0, 2):
        error = refusal(write(tmp_path, "a.csv", cut(epochs, velocity=False)), "table")
        assert f"no velocity column, and {epochs} epochs" in error.problem
        assert "YYYYMMDD" in error.remedy


def test_masked_cells_without_series_are_left_out(tmp_path):
    table = pd.read_csv(io.StringIO(cut(0)))
    table.loc[table.index % 4 == 0, "velocity_mm_yr"] = 0.0
    points, _, _ = read(write(tmp_path, "a.csv", table.to_csv(index=False)))
    assert len(points) == COUNT * 3 // 4
    assert points.attrs["cleaning"].points_all_zero == COUNT // 4
    table["velocity_mm_yr"] = table["velocity_mm_yr"].round(0)
    points, _, _ = read(write(tmp_path, "b.csv", table.to_csv(index=False)))
    assert len(points) == COUNT


def test_a_column_of_zeros_beside_series_that_move_is_refused(tmp_path):
    names, *lines = table_text().splitlines()
    column = names.split(",").index("velocity_mm_yr")
    rows = [line.split(",") for line in lines]
    for row in rows:
        row[column] = "0"
    path = write(tmp_path, "a.csv", "\n".join([names, *map(",".join, rows)]) + "\n")
    error = refusal(path, "table")
    assert "velocity column is 0 where 20 series move" in error.problem
    assert "velocity_from: series" in error.remedy
    assert len(read(path, velocity_from="series")[0]) == COUNT
