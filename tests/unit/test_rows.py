"""Tables of one track hold the same points, row by row, or are not read together."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hotslope.errors import InputError
from hotslope.rows import check_same_points

NAMES = [f"p{number}" for number in range(7)]


def write(path: Path, names: list[str], kind: pa.DataType, group: int) -> Path:
    table = pa.table({"point_id": pa.array(names, kind), "z": np.zeros(len(names))})
    pq.write_table(table, path, row_group_size=group)
    return path


@pytest.fixture
def points_path(tmp_path: Path) -> Path:
    return write(tmp_path / "points.parquet", NAMES, pa.string(), 3)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("rows", [None, [], [0], [1, 4, 6]])
def test_the_same_points_pass_however_they_are_stored(
    tmp_path: Path, points_path: Path, kind: pa.DataType, rows: list[int] | None
) -> None:
    other = write(tmp_path / "other.parquet", NAMES, kind, 4)
    wanted = None if rows is None else np.array(rows, dtype=np.int64)
    check_same_points(points_path, other, wanted)


@pytest.mark.parametrize("names", [NAMES[::-1], NAMES[:-1], [*NAMES, "p7"], ["P0", *NAMES[1:]], []])
def test_any_other_row_is_refused(tmp_path: Path, points_path: Path, names: list[str]) -> None:
    other = write(tmp_path / "other.parquet", names, pa.string(), 3)
    with pytest.raises(InputError, match=r"other\.parquet: does not hold the points of"):
        check_same_points(points_path, other)


def test_only_the_rows_asked_for_count(tmp_path: Path, points_path: Path) -> None:
    other = write(tmp_path / "other.parquet", [*NAMES[:5], "x", "p6"], pa.string(), 3)
    check_same_points(points_path, other, np.array([0, 4, 6]))
    with pytest.raises(InputError):
        check_same_points(points_path, other, np.array([4, 5]))
