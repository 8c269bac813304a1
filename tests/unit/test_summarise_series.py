"""Mean series of candidates where a track has no displacement series."""

import numpy as np
import pandas as pd

import maps_area
from hotslope.columns import epoch_columns
from hotslope.maps.tables import SERIES
from hotslope.points.tables import POINTS


def test_a_track_without_series_has_no_rows(tmp_path):
    rng = np.random.default_rng(5)
    for track in maps_area.TRACKS:
        maps_area.points_of_track(tmp_path, track, 400, rng)
    maps_area.candidates_with_all(tmp_path, 8, rng)
    path = tmp_path / "ascending.parquet"
    points = pd.read_parquet(path)
    POINTS.write(path, points.drop(columns=epoch_columns(list(points))))
    maps_area.series(tmp_path, maps_area.TRACKS)
    assert set(SERIES.read(tmp_path / "series.parquet")["track"]) == {"descending"}
    maps_area.series(tmp_path, ["ascending"])
    assert SERIES.read(tmp_path / "series.parquet").empty
