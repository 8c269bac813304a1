"""Stability of the candidates of two tracks, and of none."""

import pytest

from candidates_area import GRID, REGIONS, merge, outline, write_track
from hotslope.candidates.tables import STABILITY
from hotslope.errors import InputError
from measure_stability import measure_stability


def stability(folder, tracks, **changes):
    measure_stability(
        **{
            "candidates_path": str(folder / "candidates.gpkg"),
            "points_paths": [str(folder / f"{track}.parquet") for track in tracks],
            "summary_paths": [str(folder / f"{track}_summary.json") for track in tracks],
            "background_paths": [str(folder / f"{track}_background.tif") for track in tracks],
            "gate_paths": [str(folder / f"{track}_gate.parquet") for track in tracks],
            "stability_path": str(folder / "stability.parquet"),
            "tracks": list(tracks),
            "replicas": 5,
            "seed": 0,
            "bandwidth_m": 100.0,
            "statistic": "median",
            "regions": REGIONS,
            "grid": GRID,
            **changes,
        }
    )
    return STABILITY.read(folder / "stability.parquet")


def test_stability_of_two_tracks_and_of_nothing(tmp_path):
    tracks = ["descending", "ascending"]
    write_track(tmp_path, "descending", -20.0, background_mm_yr=3.0)
    write_track(tmp_path, "ascending", 30.0)
    for track in tracks:
        outline(tmp_path, track)
    merge(tmp_path, tracks, terrain=False)
    found = stability(tmp_path, tracks)
    assert found["candidate_id"].tolist() == ["PLC0001"]
    assert found["stability"].tolist() == [1.0]
    assert found["stability_iou"].iloc[0] > 0.7
    written = (tmp_path / "stability.parquet").read_bytes()
    stability(tmp_path, tracks)
    assert (tmp_path / "stability.parquet").read_bytes() == written
    for track in tracks:
        write_track(tmp_path, track, 0.0)
        outline(tmp_path, track)
    merge(tmp_path, tracks, terrain=False)
    assert stability(tmp_path, tracks).empty
    with pytest.raises(InputError, match="stability_replicas: is 0"):
        stability(tmp_path, tracks, replicas=0)
