"""Rasters in files without a name."""

import gc
from pathlib import Path

import numpy as np
import pytest

from hotslope.scratch_rows import ScratchRows

ALL = slice(None)


@pytest.mark.parametrize("value", [np.inf, np.nan, 0.0, -3.5])
def test_rows_hold_the_value_until_they_are_written(tmp_path: Path, value: float) -> None:
    rows, expected = ScratchRows(tmp_path, (9, 4), value), np.full((9, 4), value)
    random = np.random.default_rng(1)
    for part in (slice(6, 9), slice(2, 4), slice(3, 7)):
        np.testing.assert_array_equal(rows[slice(0, 9), ALL], expected)
        expected[part] = random.normal(size=(part.stop - part.start, 4))
        rows[part, ALL] = expected[part]
    np.testing.assert_array_equal(rows[slice(0, 9), ALL], expected)
    np.testing.assert_array_equal(rows[slice(1, 5), slice(2, 4)], expected[1:5, 2:4])


def test_parts_of_arrays_are_written_as_they_are_seen(tmp_path: Path) -> None:
    rows, padded = ScratchRows(tmp_path, (3, 4), 0.0), np.arange(30.0).reshape(5, 6)
    rows[slice(0, 3), ALL] = padded[1:-1, 1:-1]
    np.testing.assert_array_equal(rows[slice(0, 3), ALL], padded[1:-1, 1:-1])


def test_nothing_is_left_in_the_folder_and_no_file_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    rows = ScratchRows(tmp_path, (3, 4), 0.0)
    rows[slice(0, 3), ALL] = np.ones((3, 4))
    assert list(tmp_path.iterdir()) == []
    del rows
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ScratchRows(tmp_path / "missing", (3, 4), 0.0)
