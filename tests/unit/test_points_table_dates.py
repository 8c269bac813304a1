"""Names of displacement columns: dates as other programs write them."""

import pytest

from hotslope.errors import InputError
from hotslope.points.acquisitions import find_epochs
from points_faults import refusal
from points_files import EPOCHS, NAMES, table_text, write
from points_tables import assert_is_the_table, read


def with_names(names: list[str], delimiter: str = ",") -> str:
    text = table_text(delimiter=delimiter)
    first, rest = text.split("\n", 1)
    for old, new in zip(NAMES, names, strict=True):
        first = first.replace(old, new)
    return first + "\n" + rest


WRITTEN = {
    "plain": "{0:%Y%m%d}",
    "D": "D{0:%Y%m%d}",
    "d_": "d_{0:%Y%m%d}",
    "D_": "D_{0:%Y%m%d}",
    "ISO": "{0:%Y-%m-%d}",
    "slashes": "{0:%Y/%m/%d}",
    "points, of R": "X{0:%Y.%m.%d}",
    "underscores": "disp_{0:%Y_%m_%d}",
    "def_": "def_{0:%Y%m%d}",
    "word": "displacement {0:%Y%m%d}",
    "time": "{0:%Y-%m-%d} 05:45:01",
    "a number": "{0:%Y%m%d}.0",
    "unit": "D{0:%Y%m%d} [mm]",
    "compact time": "{0:%Y%m%d}T054501",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_dates_are_found_as_they_are_written(tmp_path, name):
    names = [WRITTEN[name].format(date) for date in EPOCHS]
    assert_is_the_table(read(write(tmp_path, "a.csv", with_names(names))))


@pytest.mark.parametrize("pattern", ["{0}-{1}-{2}", "{0}{1}{2}", "def_{0}_{1}_{2}"])
def test_months_in_letters(tmp_path, pattern):
    months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    names = [pattern.format(f"{d.day:02d}", months[d.month - 1], d.year) for d in EPOCHS]
    assert_is_the_table(read(write(tmp_path, "a.csv", with_names(names))))


@pytest.mark.parametrize("pattern", ["%d-%m-%Y", "%d/%m/%Y", "D_%m.%d.%Y"])
def test_dates_that_begin_with_the_day_or_month_are_refused(tmp_path, pattern):
    names = [date.strftime(pattern) for date in EPOCHS]
    error = refusal(write(tmp_path, "a.csv", with_names(names)), "table")
    assert f"column {names[0]}" in error.place
    assert "day or the month" in error.problem
    assert "YYYYMMDD" in error.remedy


def test_columns_of_another_quantity_are_not_taken_for_displacement():
    dated = [f"{date:%Y%m%d}" for date in EPOCHS]
    both = [f"def_{date}" for date in dated] + [f"std_{date}" for date in dated]
    with pytest.raises(
        InputError, match=r"def_20200104 … \(12\), std_20200104.*displacement_prefix"
    ):
        find_epochs(both, "a.csv")
    assert list(find_epochs(both, "a.csv", "def_")) == both[:12]
    assert list(find_epochs([*dated, *both[12:]], "a.csv")) == dated
    with pytest.raises(InputError, match="could be the displacements: std_20200104"):
        find_epochs(both[12:], "a.csv")
    with pytest.raises(InputError, match=r"displacement_prefix: no column .*'def_', 'std_'"):
        find_epochs(both, "a.csv", "los_")


def test_pairs_of_dates_are_no_epochs():
    pairs = ["20200104_20200116", "ifg_20200116_20200128", "velocity", "rmse_2020"]
    assert find_epochs(pairs, "a.csv") == {}
