"""Identities of candidates from run to run: the graph of overlaps, the history, what is refused."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from begin_history import begin_history
from candidates_area import GRID, merge, outline, write_slope, write_track
from continue_identities import continue_identities as continue_script
from hotslope.candidates.history import continue_history, first_history
from hotslope.candidates.history_files import read_previous
from hotslope.candidates.identities import continue_identities
from hotslope.candidates.place_codes import geohash, place_codes
from hotslope.candidates.tables import HISTORY
from hotslope.errors import InputError

CRS = "EPSG:32647"
BOUNDS_M = (0.0, 0.0, 10_000.0, 10_000.0)


def boxes(*bounds) -> np.ndarray:
    return np.array([shapely.box(*each) for each in bounds], dtype=object)


def follow(earlier, later, present=None):
    present = np.ones(len(earlier), bool) if present is None else np.array(present)
    return continue_identities(earlier, present, later)


#: earlier outlines, later outlines, whom each continues, its status, who absorbed the earlier ones
CASES = {
    "the same": ([(0, 0, 4, 4)], [(1, 0, 5, 4)], [0], ["continued"], [-1]),
    "grown to nine times": ([(4, 4, 8, 8)], [(0, 0, 12, 12)], [0], ["continued"], [-1]),
    "side by side": ([(0, 0, 4, 4)], [(3.5, 0, 9, 4)], [-1], ["new"], [-1]),
    "touching": ([(0, 0, 4, 4)], [(4, 0, 8, 4)], [-1], ["new"], [-1]),
    "in two, the larger keeps": (
        [(0, 0, 10, 4)],
        [(0, 0, 3, 4), (4, 0, 10, 4)],
        [-1, 0],
        ["split", "split"],
        [-1],
    ),
    "into one, the larger keeps": (
        [(0, 0, 3, 4), (4, 0, 10, 4)],
        [(0, 0, 10, 4)],
        [1],
        ["merged"],
        [0, -1],
    ),
    "equal halves, the first keeps": (
        [(0, 0, 10, 4)],
        [(0, 0, 5, 4), (5, 0, 10, 4)],
        [0, -1],
        ["split", "split"],
        [-1],
    ),
    "split and merged": (
        [(0, 0, 6, 4), (8, 0, 12, 4)],
        [(0, 0, 3, 4), (3.5, 0, 12, 4)],
        [0, 1],
        ["split", "split and merged"],
        [-1, -1],
    ),
    "none before": ([], [(0, 0, 1, 1)], [-1], ["new"], []),
    "none after": ([(0, 0, 1, 1)], [], [], [], [-1]),
}


@pytest.mark.parametrize("name", CASES)
def test_who_continues_whom(name):
    earlier, later, continues, status, absorbed_by = CASES[name]
    found = follow(boxes(*earlier), boxes(*later))
    assert found.continues.tolist() == continues
    assert found.status == status
    assert found.absorbed_by.tolist() == absorbed_by


def test_a_body_that_was_gone_returns_only_where_no_present_one_goes_on():
    gone = boxes((0, 0, 4, 4), (20, 0, 24, 4))
    found = follow(gone, boxes((0, 0, 4, 4)), [False, True])
    assert (found.continues.tolist(), found.status) == ([0], ["returned"])
    # The present body has the smaller share of the ground, and yet goes on.
    found = follow(boxes((0, 0, 4, 4), (0, 0, 4, 2)), boxes((0, 0, 4, 4)), [False, True])
    assert (found.continues.tolist(), found.status) == ([1], ["continued"])
    # A wide body over a small one that was gone is another one.
    found = follow(boxes((0, 0, 1, 1)), boxes((0, 0, 4, 4)), [False])
    assert (found.continues.tolist(), found.status) == ([-1], ["new"])


def test_no_identity_goes_to_two_outlines_whatever_the_order():
    rng = np.random.default_rng(7)
    corner = rng.uniform(0, 100, (80, 2))
    size = rng.uniform(2, 25, (80, 2))
    outlines = shapely.box(*corner.T, *(corner + size).T)
    found = follow(outlines[:40], outlines[40:])
    kept = found.continues[found.continues >= 0]
    assert len(kept) > 15
    assert len(set(kept.tolist())) == len(kept)
    order = rng.permutation(40)
    again = follow(outlines[:40], outlines[40:][order])
    assert again.continues.tolist() == found.continues[order].tolist()


def test_history_of_a_body_that_splits_goes_and_comes_back():
    ids = ["PLC0001", "PLC0002"]
    history = first_history(
        ids, ["a", "b"], boxes((0, 0, 100, 40), (500, 0, 600, 40)), "2020-12-30"
    )
    steps = [
        ("2021-12-30", [(0, 0, 60, 40), (70, 0, 100, 40)]),  # splits; the other is gone
        ("2022-12-30", [(0, 0, 100, 40), (900, 0, 950, 40)]),  # one again; a new one
        ("2023-12-30", [(0, 0, 60, 40), (70, 0, 100, 40), (500, 0, 600, 40)]),
    ]
    told = []
    for seen, outlines in steps:
        codes = ["c"] * len(outlines)
        history = continue_history(history, boxes(*outlines), codes, seen, BOUNDS_M)
        history = HISTORY.complete(history.reset_index(drop=True), "here")
        told.append(dict(zip(history["candidate_id"], history["status"], strict=True)))
    assert told == [
        {"PLC0001": "split", "PLC0003": "split", "PLC0002": "gone"},
        {"PLC0001": "merged", "PLC0004": "new", "PLC0003": "absorbed", "PLC0002": "gone"},
        {"PLC0001": "split", "PLC0003": "split", "PLC0002": "returned", "PLC0004": "gone"},
    ]
    rows = history.set_index("candidate_id")
    assert rows["first_seen"].to_dict() == {
        "PLC0001": "2020-12-30",
        "PLC0003": "2021-12-30",
        "PLC0002": "2020-12-30",
        "PLC0004": "2022-12-30",
    }
    assert rows["runs"].to_dict() == {"PLC0001": 4, "PLC0003": 2, "PLC0002": 2, "PLC0004": 1}
    assert rows.loc["PLC0001", "parent_ids"] == "PLC0003"
    assert rows.loc["PLC0003", "parent_ids"] == "PLC0001"
    assert rows.loc["PLC0004", "last_seen"] == "2022-12-30"


def test_nothing_is_known_of_bodies_outside_the_area():
    history = first_history(["PLC0001"], ["a"], boxes((0, 0, 100, 40)), None)
    history = continue_history(history, boxes(), [], None, (5000.0, 0.0, 9000.0, 9000.0))
    assert history["status"].tolist() == ["outside"]
    history = continue_history(history, boxes((0, 0, 100, 40)), ["b"], None, BOUNDS_M)
    assert history[["candidate_id", "status", "place_code"]].to_numpy().tolist() == [
        ["PLC0001", "continued", "a"]
    ]


def test_geohash_of_published_places():
    # Examples of the encyclopedia's article on geohash.
    assert geohash(10.40744, 57.64911, 11) == "u4pruydqqvj"
    assert geohash(-5.6, 42.6, 5) == "ezs42"


def test_code_of_a_place_follows_the_core_and_not_the_rim():
    body = shapely.box(700_000, 3_960_000, 700_400, 3_960_400)
    tongue = shapely.box(700_400, 3_960_190, 700_900, 3_960_210)
    plain, grown = place_codes(np.array([body, body.union(tongue)]), CRS)
    assert plain == grown
    assert len(plain) == 7


def write_previous(path: Path, ids=("PLC0001",), crs=CRS, **columns) -> str:
    west, south, _, _ = GRID.bounds_m
    outlines = [shapely.box(west, south, west + 100, south + 100)] * len(ids)
    table = {"candidate_id": list(ids)} | columns
    frame = gpd.GeoDataFrame(table, geometry=outlines, crs=GRID.crs).to_crs(crs)
    frame.to_file(path, layer="candidates")
    return str(path)


def test_a_previous_that_does_not_fit_is_refused(tmp_path):
    path = write_previous(tmp_path / "before.gpkg", ["PLC0001", "PLC0001"])
    with pytest.raises(InputError, match="different text in every row"):
        read_previous(path, [], GRID.crs, GRID.bounds_m)
    path = write_previous(tmp_path / "utm.gpkg", crs="EPSG:32646")
    with pytest.raises(InputError, match="has the CRS EPSG:32646, not EPSG"):
        read_previous(path, [], GRID.crs, GRID.bounds_m)
    path = write_previous(tmp_path / "far.gpkg")
    far = tuple(value + 50_000.0 for value in GRID.bounds_m)
    with pytest.raises(InputError, match="is of another area: its 1 candidates lie in"):
        read_previous(path, [], GRID.crs, far)
    frame = gpd.read_file(path).rename(columns={"candidate_id": "id"})
    frame.to_file(tmp_path / "nameless.gpkg", layer="candidates")
    with pytest.raises(InputError, match="has no column candidate_id"):
        read_previous(str(tmp_path / "nameless.gpkg"), [], GRID.crs, GRID.bounds_m)
    with pytest.raises(InputError, match=r"none\.gpkg: no such file.*previous"):
        read_previous(str(tmp_path / "none.gpkg"), [], GRID.crs, GRID.bounds_m)
    other = tmp_path / "history.parquet"
    HISTORY.write(other, first_history(["PLC0009"], ["a"], boxes((0, 0, 1, 1)), None))
    with pytest.raises(
        InputError, match=r"lacks PLC0001 of .*far\.gpkg: it is the history of other"
    ):
        read_previous(path, [str(other)], GRID.crs, GRID.bounds_m)


def test_scripts_keep_an_identity_and_continue_the_numbers(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    write_slope(tmp_path, 15.0, 270.0)
    outline(tmp_path, "descending")
    merged = merge(tmp_path, ["descending"])
    dates = tmp_path / "descending_rate_errors.json"
    dates.write_text(json.dumps({"last_date": "2021-06-01"}), encoding="utf-8")
    previous = write_previous(tmp_path / "before.gpkg", ["PLC0007"])
    body = merged.geometry.iloc[0]
    far = shapely.box(*GRID.bounds_m[:2], GRID.bounds_m[0] + 50, GRID.bounds_m[1] + 50)
    gpd.GeoDataFrame(
        {"candidate_id": ["PLC0007", "PLC0031"]}, geometry=[body.buffer(-30), far], crs=GRID.crs
    ).to_file(previous, layer="candidates")
    continue_script(
        merged_path=str(tmp_path / "candidates.gpkg"),
        error_summary_paths=[str(dates)],
        previous_path=previous,
        beside_paths=[],
        candidates_path=str(tmp_path / "kept.gpkg"),
        history_path=str(tmp_path / "history.parquet"),
        grid=GRID,
    )
    kept = gpd.read_file(tmp_path / "kept.gpkg", layer="candidates")
    assert kept[["candidate_id", "status", "parent_ids"]].to_numpy().tolist() == [
        ["PLC0007", "continued", ""]
    ]
    assert kept.geometry.iloc[0].equals(body)
    history = HISTORY.read(tmp_path / "history.parquet")
    assert history["status"].tolist() == ["continued", "gone"]
    assert history["last_seen"].fillna("").tolist() == ["2021-06-01", ""]
    begin_history(
        candidates_path=str(tmp_path / "candidates.gpkg"),
        error_summary_paths=[str(dates)],
        history_path=str(tmp_path / "first.parquet"),
        crs=GRID.crs,
    )
    first = HISTORY.read(tmp_path / "first.parquet")
    assert first["status"].tolist() == ["first"]
    assert first["first_seen"].tolist() == ["2021-06-01"]
    assert pd.Series(first["place_code"]).tolist() == place_codes(np.array([body]), GRID.crs)
