"""Points are drawn with what was found out about them, and with nothing else."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.files import write_table
from hotslope.maps.joins import read_points_with
from hotslope.motion.tables import TRENDS
from hotslope.points.tables import POINTS

NAMES = ["b", "a", "c"]
PLACES = pd.DataFrame({"point_id": NAMES, "x_m": [1.0, 2.0, 3.0], "y_m": [4.0, 5.0, 6.0]})


@pytest.fixture
def points_path(tmp_path: Path) -> str:
    path = str(tmp_path / "points.parquet")
    write_table(path, PLACES, POINTS.metadata())
    return path


def trends_of(folder: Path, names: list[str]) -> str:
    path = str(folder / "trends.parquet")
    codes = np.arange(len(names), dtype=np.int8)
    TRENDS.write(path, pd.DataFrame({"point_id": pd.Series(names, dtype="str"), "trend": codes}))
    return path


def test_values_stand_beside_their_points(tmp_path: Path, points_path: str) -> None:
    table = read_points_with(points_path, TRENDS, trends_of(tmp_path, NAMES), ["trend"])
    assert table.to_dict("list") == {
        "x_m": [1.0, 2.0, 3.0],
        "y_m": [4.0, 5.0, 6.0],
        "trend": [0, 1, 2],
    }


@pytest.mark.parametrize(
    "others", [["a", "b", "c"], ["b", "a"], ["b", "a", "z"], ["b", "a", "c", "d"], []]
)
def test_other_points_are_refused(tmp_path: Path, points_path: str, others: list[str]) -> None:
    path = trends_of(tmp_path, others)
    with pytest.raises(InputError, match="does not hold the points of") as caught:
        read_points_with(points_path, TRENDS, path, ["trend"])
    assert caught.value.place == path


def test_no_points_have_no_values(tmp_path: Path, points_path: str) -> None:
    write_table(points_path, PLACES[:0], POINTS.metadata())
    table = read_points_with(points_path, TRENDS, trends_of(tmp_path, []), ["trend"])
    assert table.empty
    assert list(table) == ["x_m", "y_m", "trend"]
