import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.maps.joins import join_by_point

POINTS = pd.DataFrame({"point_id": ["b", "a", "c"], "x_m": [1.0, 2.0, 3.0]}, index=[7, 8, 9])


@pytest.mark.parametrize("order", [["b", "a", "c"], ["c", "b", "a"]])
def test_values_follow_their_points(order: list[str]) -> None:
    found = pd.DataFrame({"point_id": order, "trend": [ord(name) for name in order]})
    joined = join_by_point(POINTS, found, "trends.parquet")
    assert joined.to_dict("list") == {
        "point_id": ["b", "a", "c"],
        "x_m": [1.0, 2.0, 3.0],
        "trend": [98, 97, 99],
    }


@pytest.mark.parametrize("others", [["a", "b"], ["a", "b", "z"], ["a", "b", "c", "d"]])
def test_other_points_are_refused(others: list[str]) -> None:
    found = pd.DataFrame({"point_id": others, "trend": 1})
    with pytest.raises(InputError, match="other points") as caught:
        join_by_point(POINTS, found, "trends.parquet")
    assert caught.value.place == "trends.parquet"
