"""Mean displacement series of candidates: by hand, with gaps, and through the script."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.candidates.tables import CANDIDATES
from hotslope.files import write_layers
from hotslope.maps.series import from_start, mean_and_spread, trend_groups
from hotslope.maps.style import TREND_GROUP_COLOURS
from hotslope.maps.tables import SERIES
from hotslope.motion.tables import TRENDS
from hotslope.points.tables import POINTS
from maps_area import CRS, series

NAN = np.nan


def test_series_start_at_the_mean_of_their_first_three_epochs() -> None:
    moved_mm = np.array([[5.0, 7, 9, 11], [NAN, 1, 2, 3], [NAN, NAN, NAN, 4]])
    expected = [[-2.0, 0, 2, 4], [NAN, -1, 0, 1], [NAN, NAN, NAN, 0]]
    np.testing.assert_allclose(from_start(moved_mm), expected)


def test_trends_are_shown_in_groups_that_have_names() -> None:
    groups = trend_groups(np.array([-1, 0, 1, 2, 5], dtype=np.int8))
    names = np.array(list(TREND_GROUP_COLOURS))[groups].tolist()
    assert names == ["not separable", "uncorrelated", "linear", "non-linear", "non-linear"]


def test_series_without_an_epoch_stay_unknown() -> None:
    assert np.isnan(from_start(np.full((1, 3), NAN))).all()
    assert from_start(np.zeros((2, 0))).shape == (2, 0)


def test_mean_and_spread_by_hand() -> None:
    moved_mm = np.array([[1.0, 2], [3, NAN], [10, NAN]])
    count, mean, std = mean_and_spread(moved_mm, np.array([0, 0, 2]), 3)
    np.testing.assert_array_equal(count, [[2, 1], [0, 0], [1, 0]])
    np.testing.assert_allclose(mean, [[2, 2], [NAN, NAN], [10, NAN]])
    np.testing.assert_allclose(std, [[1, 0], [NAN, NAN], [0, NAN]])


def write_track(folder: Path, track: str, places: list[tuple[float, float]]) -> None:
    """Points that move 1, 2, 3 … mm per epoch, of trend 0, 1, 2, …"""
    count = len(places)
    x, y = np.array(places, dtype=float).reshape(-1, 2).T
    identifiers = pd.Series([f"{track}{number}" for number in range(count)], dtype="str")
    points = POINTS.empty().reindex(range(count)).assign(point_id=identifiers, x_m=x, y_m=y)
    points = points.assign(lon=101.0, lat=36.0, velocity_mm_yr=1.0)
    for epoch in range(4):
        moved = (np.arange(count) + 1.0) * epoch
        points[f"d_2020010{epoch + 1}"] = moved.astype(np.float32)
    POINTS.write(folder / f"{track}.parquet", points)
    trend = np.arange(count).astype(np.int8)
    TRENDS.write(
        folder / f"{track}_trends.parquet", pd.DataFrame({"point_id": identifiers, "trend": trend})
    )


def summarise(folder: Path, outlines: list[shapely.Geometry], tracks: list[str]) -> pd.DataFrame:
    identifiers = pd.Series([f"PLC{number}" for number in range(len(outlines))], dtype="str")
    frame = gpd.GeoDataFrame({"candidate_id": identifiers}, geometry=outlines, crs=CRS)
    write_layers(folder / "candidates.gpkg", {"candidates": frame}, CANDIDATES.metadata())
    series(folder, tracks)
    return SERIES.read(folder / "series.parquet")


def test_script_summarises_each_candidate_track_and_trend(tmp_path: Path) -> None:
    write_track(tmp_path, "down", [(5, 5), (6, 6), (7, 7), (8, 8), (50, 50)])
    write_track(tmp_path, "up", [(55, 55)])
    boxes = [shapely.box(0, 0, 10, 10), shapely.box(45, 45, 60, 60), shapely.box(90, 90, 91, 91)]
    found = summarise(tmp_path, boxes, ["down", "up"])
    keys = found[["candidate_id", "track", "trend", "n_points"]].drop_duplicates()
    assert [tuple(row) for row in keys.itertuples(index=False)] == [
        ("PLC0", "down", "uncorrelated", 1),
        ("PLC0", "down", "linear", 1),
        # Codes 2 and 3.
        ("PLC0", "down", "non-linear", 2),
        ("PLC1", "down", "non-linear", 1),
        ("PLC1", "up", "uncorrelated", 1),
    ]
    bent = found[(found["candidate_id"] == "PLC0") & (found["trend"] == "non-linear")]
    np.testing.assert_allclose(bent["mean_mm"], [-3.5, 0, 3.5, 7])
    np.testing.assert_allclose(bent["std_mm"], [0.5, 0, 0.5, 1])
    assert list(bent["date"]) == ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"]


def test_script_without_candidates_or_points(tmp_path: Path) -> None:
    write_track(tmp_path, "down", [(5, 5)])
    assert summarise(tmp_path, [], ["down"]).empty
    write_track(tmp_path, "down", [])
    assert summarise(tmp_path, [shapely.box(0, 0, 10, 10)], ["down"]).empty
