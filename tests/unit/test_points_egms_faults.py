"""Faults of EGMS exports: level, line of sight, and files that do not go together."""

import pytest

from points_faults import in_line, refusal
from points_files import NAMES, egms_text, write, write_zip


def test_egms_level_3_is_refused(tmp_path):
    header = "pid,easting,northing,height,rmse,mean_velocity,mean_velocity_std,acceleration,"
    path = write(tmp_path, "l3.csv", header + ",".join(NAMES) + "\n")
    error = refusal(path, "egms")
    assert "L3" in error.problem
    assert "L2a or L2b" in error.remedy


def test_egms_without_line_of_sight_is_refused(tmp_path):
    path = write(tmp_path, "no_los.csv", egms_text().replace("los_up", "los_vertical", 1))
    assert "los_up" in refusal(path, "egms").problem


def test_egms_with_a_line_of_sight_that_is_no_unit_vector(tmp_path):
    path = write(tmp_path, "a.csv", in_line(egms_text(), 3, "0.788", "7.88"))
    error = refusal(path, "egms")
    assert "point E1" in error.place
    assert "unit vector" in error.problem


def test_files_of_two_passes_are_not_joined(tmp_path):
    other = egms_text().replace("-0.604", "0.604").replace("\nE", "\nF")
    paths = [write(tmp_path, "a.csv", egms_text()), write(tmp_path, "b.csv", other)]
    assert "mixed" in refusal(paths, "egms").problem


@pytest.mark.parametrize(
    ("other", "several"),
    [
        ("EGMS_L2a_117_0227_IW2_VV_2019_2023_1", "levels: L2A, L2B"),
        ("EGMS_L2b_044_0227_IW2_VV_2019_2023_1", "relative orbits: 044, 117"),
        ("EGMS_L2b_117_0226_IW2_VV_2020_2024_1", "releases: 2019-2023, 2020-2024"),
    ],
)
def test_files_that_measure_the_same_ground_anew_are_not_joined(tmp_path, other, several):
    names = ["EGMS_L2b_117_0227_IW2_VV_2019_2023_1", other]
    text = egms_text()
    paths = [write_zip(tmp_path, f"{name}.zip", {f"{name}.csv": text}) for name in names]
    error = refusal(paths, "egms")
    assert all(path in error.place for path in paths)
    assert error.problem == f"files of several {several}"


def test_the_same_file_twice(tmp_path):
    path = write(tmp_path, "a.csv", egms_text())
    assert "more than once" in refusal([path, path], "egms").problem


def test_folder_without_tables(tmp_path):
    assert "no zip or csv" in refusal(str(tmp_path), "egms").problem
