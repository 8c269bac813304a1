"""The candidates of each radius, by both rules, from one script."""

import pandas as pd
import pytest

from candidates_area import BODY, CUT, GRID, REGIONS, merge, outline_paper, write_slope, write_track
from find_hotspots import find_hotspots
from hotslope.candidates.settings import HotspotSettings
from sweep_radius import sweep_radius


def sweep(folder, tracks, **changes):
    sweep_radius(
        **{
            "points_paths": [str(folder / f"{track}.parquet") for track in tracks],
            "rate_paths": [str(folder / f"{track}_rate.tif") for track in tracks],
            "background_paths": [str(folder / f"{track}_background.tif") for track in tracks],
            "hotspots_background_paths": [],
            "slope_path": str(folder / "slope.tif"),
            "aspect_path": str(folder / "aspect.tif"),
            "sensitivity_path": str(folder / "sensitivity.csv"),
            "tracks": list(tracks),
            "radii_m": [100, 200],
            "density_radius_m": None,
            "hotspots": HotspotSettings(
                center="mean", gate_center="median", min_neighbours=3, correction="fdr"
            ),
            "density": CUT,
            "regions": REGIONS,
            "min_overlap": 0.25,
            "grid": GRID,
            **changes,
        }
    )
    table = pd.read_csv(folder / "sensitivity.csv")
    return table.set_index(["method", "radius_m"])


def test_sweep_makes_the_candidates_of_each_radius(tmp_path):
    tracks = ["descending", "ascending"]
    write_track(tmp_path, "descending", -20.0)
    write_track(tmp_path, "ascending", 30.0)
    write_slope(tmp_path, 15.0, 270.0)
    swept = sweep(tmp_path, tracks)
    assert list(swept.index) == [("rate", 100), ("paper", 100), ("rate", 200), ("paper", 200)]
    assert (swept["candidates"] == 1).all()
    assert swept.loc[("rate", 100), "area_m2"] == pytest.approx(BODY.area)
    assert swept.loc[("rate", 100), "mesh_size_m2"] == pytest.approx(BODY.area)
    assert swept.loc[("rate", 100), "candidates_per_km2"] == pytest.approx(1e6 / BODY.area)
    # Hot spots by the rule's own script, outlines and merging give the same ground.
    for track in tracks:
        find_hotspots(
            points_path=str(tmp_path / f"{track}.parquet"),
            background_path=None,
            hotspots_path=str(tmp_path / f"{track}_hotspots.parquet"),
            radius_m=100.0,
            center="mean",
            min_neighbours=3,
            correction="fdr",
            strip_memory_mb=512,
            threads=1,
        )
    for track in tracks:
        outline_paper(tmp_path, track, tracks, radius_m=100.0)
    found = merge(tmp_path, tracks, background=False)
    assert swept.loc[("paper", 100), "area_m2"] == pytest.approx(found.union_all().area)
    fixed = sweep(tmp_path, tracks, density_radius_m=100.0)
    assert fixed.loc[("paper", 100)].equals(swept.loc[("paper", 100)])


def test_sweep_where_nothing_moves(tmp_path):
    write_track(tmp_path, "descending", 0.0)
    swept = sweep(tmp_path, ["descending"], slope_path=None, aspect_path=None)
    assert (swept[["candidates", "area_m2"]] == 0).all(axis=None)
    assert swept["mesh_size_m2"].isna().all()
