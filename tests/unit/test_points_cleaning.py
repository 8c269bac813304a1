"""What holds no measurement is left out and counted: masked cells, repeated places, gaps as 0."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.points.cleaning import (
    measured,
    one_per_place,
    without_empty_epochs,
    zeros_to_gaps,
)
from hotslope.points.formats import read_points
from hotslope.points.left_out import LeftOut
from points_faults import in_line
from points_files import (
    BOUNDS_M,
    COUNT,
    CRS,
    EPOCHS,
    NAMES,
    egms_text,
    lonlat,
    table_text,
    write,
)

DATES = [dt.date(2020, 1, 1) + dt.timedelta(days=12 * index) for index in range(6)]


def zero_line(row: int, name: str = "Z") -> str:
    lon, lat = lonlat()
    return f"{name}{row},{lon[row] + 2e-5:.8f},{lat[row]:.8f},0,0,0.9" + ",0" * len(NAMES)


def read(path, **options):
    return read_points(path, "table", crs=CRS, bounds_m=BOUNDS_M, **options)


def test_masked_cells_are_left_out_and_counted(tmp_path):
    zeros = "\n".join(zero_line(row) for row in range(30))
    points, displacement_mm, _ = read(write(tmp_path, "p.csv", table_text() + zeros + "\n"))
    assert points["point_id"].tolist() == [f"P{row}" for row in range(COUNT)]
    assert displacement_mm.shape == (COUNT, len(NAMES))
    left_out = points.attrs["cleaning"]
    assert (left_out.points_all_zero, left_out.points) == (30, 30)
    assert left_out.sentences()[0].startswith("30 points left out whose velocity and displacements")


def test_one_reference_point_of_zeros_stays(tmp_path):
    points, _, _ = read(write(tmp_path, "p.csv", table_text() + zero_line(3) + "\n"))
    assert len(points) == COUNT + 1
    assert points.attrs["cleaning"].points_all_zero == 0


def spoiled(columns: dict[str, str]) -> str:
    """The table with other values in the first 15 points."""
    names, *lines = table_text().splitlines()
    rows = [dict(zip(names.split(","), line.split(","), strict=True)) for line in lines]
    for row in rows[:15]:
        row.update(columns)
    return "\n".join([names, *(",".join(row.values()) for row in rows)]) + "\n"


def test_series_of_zeros_against_their_velocity_are_masked(tmp_path):
    points, _, _ = read(write(tmp_path, "p.csv", spoiled(dict.fromkeys(NAMES, "0"))))
    # Those that move by 40 mm/yr; a point of 1 mm/yr may be rounded to 0.
    assert points.attrs["cleaning"].points_all_zero == 7
    assert "P1" not in points["point_id"].to_numpy()
    assert "P0" in points["point_id"].to_numpy()


def test_one_number_in_all_columns_of_motion_is_a_mask(tmp_path):
    text = spoiled(dict.fromkeys([*NAMES, "velocity_mm_yr"], "-99"))
    points, _, _ = read(write(tmp_path, "p.csv", text))
    assert points.attrs["cleaning"].points_all_zero == 15
    assert len(points) == COUNT - 15


def test_nothing_but_masked_cells_is_refused(tmp_path):
    lines = [table_text().splitlines()[0], *(zero_line(row) for row in range(30))]
    with pytest.raises(InputError, match="all 30 points have no velocity, or are 0 in all epochs"):
        read(write(tmp_path, "p.csv", "\n".join(lines) + "\n"))


def test_first_points_that_are_all_masked_do_not_refuse_the_file(tmp_path):
    lines = table_text().splitlines()
    text = "\n".join([lines[0], *(zero_line(row) for row in range(30)), *lines[1:]]) + "\n"
    read(write(tmp_path, "p.csv", text), max_points=20)


def test_points_without_velocity_are_left_out_and_counted(tmp_path):
    text = in_line(table_text(), 9, table_text().splitlines()[8].split(",")[4], "")
    points, _, _ = read(write(tmp_path, "p.csv", text))
    assert "P7" not in set(points["point_id"])
    assert points.attrs["cleaning"].points_without_velocity == 1


def test_missing_values_named_in_the_config_are_gaps(tmp_path):
    line = table_text().splitlines()[8].split(",")
    text = in_line(table_text(), 9, line[4], "-9999")
    text = in_line(text, 12, text.splitlines()[11].split(",")[-1], "-9999.0")
    points, displacement_mm, _ = read(write(tmp_path, "p.csv", text), missing_values=[-9999])
    assert points.attrs["cleaning"].points_without_velocity == 1
    assert np.isnan(displacement_mm[points["point_id"] == "P10", -1]).all()
    assert np.isnan(displacement_mm).sum() == 1


def test_series_that_passes_minus_999_is_no_gap(tmp_path):
    frame = pd.read_csv(write(tmp_path, "p.csv", table_text()))
    frame.loc[3, NAMES] = -999.0 + np.arange(len(NAMES)) * 8.0
    frame["velocity_mm_yr"] = 0.0
    frame.to_csv(tmp_path / "q.csv", index=False)
    _, displacement_mm, _ = read(str(tmp_path / "q.csv"), velocity_from="series")
    assert displacement_mm[3, 0] == -999.0


def bursts(tmp_path, shift_deg: float = 0.0) -> list[str]:
    """The same ground in two bursts, with other identifiers and noise of their own."""
    first = egms_text()
    frame = pd.read_csv(write(tmp_path, "a.csv", first))
    frame["pid"] = "F" + frame["pid"].str[1:]
    frame["longitude"] += shift_deg
    frame[NAMES] += np.random.default_rng(4).normal(0, 0.3, (COUNT, len(NAMES)))
    frame["temporal_coherence"] = 0.95
    frame.iloc[:25].to_csv(tmp_path / "b.csv", index=False)
    return [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]


@pytest.mark.parametrize("shift_deg", [0.0, 4e-6])
def test_overlap_of_bursts_counts_once(tmp_path, shift_deg):
    paths = bursts(tmp_path, shift_deg)
    points, _, _ = read_points(paths, "egms", crs=CRS, bounds_m=BOUNDS_M)
    assert len(points) == COUNT
    assert points.attrs["cleaning"].points_repeated == 25
    # The more coherent of the two is kept, whatever the order of the files.
    assert points["point_id"].str.startswith("F").sum() == 25
    turned, _, _ = read_points(paths[::-1], "egms", crs=CRS, bounds_m=BOUNDS_M)
    assert set(turned["point_id"]) == set(points["point_id"])


def test_neighbours_farther_than_a_metre_are_two_places(tmp_path):
    points, _, _ = read_points(bursts(tmp_path, 3e-5), "egms", crs=CRS, bounds_m=BOUNDS_M)
    assert len(points) == COUNT + 25
    assert points.attrs["cleaning"].points_repeated == 0


def test_close_points_of_one_file_stay_and_equal_coordinates_count_once():
    points = pd.DataFrame({"point_id": list("abcd"), "x_m": [0.0, 0.5, 0.5, 9.0], "y_m": 0.0})
    left_out = LeftOut()
    keep = one_per_place(points, np.zeros((4, 3)), np.zeros(4, dtype=int), left_out)
    assert keep.tolist() == [True, True, False, True]
    assert left_out.points_repeated == 1


def test_files_of_one_name_and_numbers_anew_are_told_apart(tmp_path):
    frame = pd.read_csv(write(tmp_path, "p.csv", table_text()))
    paths = []
    for folder, rows in (("north", slice(0, 22)), ("south", slice(22, None))):
        (tmp_path / folder).mkdir()
        part = frame.iloc[rows].drop(columns="point_id")
        part.to_csv(tmp_path / folder / "p.csv", index=False)
        paths.append(str(tmp_path / folder / "p.csv"))
    points, _, _ = read(paths)
    assert len(points) == points["point_id"].nunique() == COUNT
    for path in paths:
        part = pd.read_csv(path)
        part.insert(0, "point_id", range(1, len(part) + 1))
        part.to_csv(path, index=False)
    points, _, _ = read(paths)
    assert len(points) == points["point_id"].nunique() == COUNT
    assert points["point_id"].str.contains("north/p:").sum() == 22


def test_file_given_twice_is_refused(tmp_path):
    path = write(tmp_path, "p.csv", table_text())
    with pytest.raises(InputError, match="Give each file once"):
        read([path, path])


def test_epoch_without_any_value_is_left_out(tmp_path):
    frame = pd.read_csv(write(tmp_path, "p.csv", table_text()))
    frame[NAMES[0]] = np.nan
    frame.to_csv(tmp_path / "q.csv", index=False)
    points, displacement_mm, dates = read(str(tmp_path / "q.csv"))
    assert displacement_mm.shape == (COUNT, len(dates)) == (COUNT, len(NAMES) - 1)
    assert points.attrs["cleaning"].empty_epochs == ["2020-01-04"]
    assert "2020-01-04" in points.attrs["cleaning"].sentences()[0]


def moving() -> np.ndarray:
    """Twenty series at 60 mm and more, 20 about 0; rounded to whole millimetres."""
    rng = np.random.default_rng(3)
    series = np.vstack([np.full((20, 6), 60.0), np.zeros((20, 6))]) + rng.normal(0, 2, (40, 6))
    return np.round(series).astype(np.float32)


def test_zeros_among_moving_points_are_gaps():
    series = moving()
    series[:, 3] = 0.0
    series[30:, 3] = 4.0
    left_out = LeftOut()
    zeros_to_gaps(series, DATES, left_out)
    assert np.isnan(series[:30, 3]).all()
    assert np.isfinite(series[:, [0, 1, 2, 4, 5]]).all()
    assert left_out.zeros_as_gaps == {"2020-02-06": 30}


@pytest.mark.parametrize("epochs", [[1], [2, 3], [5], [4, 5], [1, 2, 4]])
def test_zeros_at_several_epochs_and_at_the_ends_are_gaps(epochs):
    series = moving()
    series[:, 0] = 0.0  # the reference
    series[:, epochs] = 0.0
    before = series.copy()
    zeros_to_gaps(series, DATES, LeftOut())
    assert np.isnan(series[:, epochs]).all()
    rest = np.setdiff1d(np.arange(6), epochs)
    np.testing.assert_array_equal(series[:, rest], before[:, rest])


def test_reference_epoch_and_rounded_zeros_are_measurements():
    series = moving()
    series[:, 2] = 0.0
    before = series.copy()
    left_out = LeftOut()
    zeros_to_gaps(series, DATES, left_out)
    np.testing.assert_array_equal(series, before)
    assert left_out.sentences() == []


def test_all_epochs_filled_are_returned_as_they_are():
    series, left_out = moving(), LeftOut()
    found, dates = without_empty_epochs(series, DATES, left_out)
    assert found is series
    assert dates == DATES


def test_reference_points_of_as_many_files_stay():
    points = pd.DataFrame({"velocity_mm_yr": [0.0, 0.0, 3.0, np.nan]})
    series = np.zeros((4, 2))
    series[2] = 1.0
    left_out = LeftOut()
    assert measured(points, series, DATES[:2], 3, left_out).tolist() == [True, True, True, False]
    assert left_out.points_without_velocity == 1


def test_honest_difference_of_velocity_and_series_is_reported_and_kept(tmp_path):
    frame = pd.read_csv(write(tmp_path, "p.csv", table_text()))
    noise = np.random.default_rng(8).normal(0, 8, COUNT)
    frame["velocity_mm_yr"] = frame["velocity_mm_yr"] - 3.75 + noise
    frame.to_csv(tmp_path / "q.csv", index=False)
    points, _, _ = read(str(tmp_path / "q.csv"))
    np.testing.assert_allclose(points["velocity_mm_yr"], frame["velocity_mm_yr"])
    check = points.attrs["velocity_check"]
    # The same line by NumPy, through rates that NumPy fits to each series.
    years = [(date - EPOCHS[0]).days / 365.25 for date in EPOCHS]
    rates = np.polyfit(years, frame[NAMES].to_numpy().T, 1)[0]
    slope, offset = np.polyfit(rates, frame["velocity_mm_yr"], 1)
    correlation = np.corrcoef(rates, frame["velocity_mm_yr"])[0, 1]
    assert 0.85 < correlation < 0.97
    assert check["slope"] == pytest.approx(slope, abs=1e-4)
    assert check["offset_mm_yr"] == pytest.approx(offset, abs=1e-3)
    assert check["correlation"] == pytest.approx(correlation, abs=1e-5)
