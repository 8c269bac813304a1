"""What candidates are rejected for, and what is written of the rest."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from candidates_area import (
    GRID,
    REGIONS,
    merge,
    outline,
    write_errors,
    write_gate,
    write_slope,
    write_track,
)
from draw_noise import draw_noise
from hotslope.candidates.assessment import (
    TrackErrors,
    TrackRates,
    aliased,
    contradicting_tracks,
    dates_overlap,
    rejection_reasons,
    split_rejected,
    track_rates,
)
from hotslope.candidates.kinematics import SIGHT_COLUMNS, TrackReference
from hotslope.candidates.noise_outlines import GateSettings
from hotslope.candidates.tables import CANDIDATES
from hotslope.errors import InputError
from hotslope.motion.variogram import Variogram
from hotslope.schemas import read_layer
from hotslope.terrain.geometry import line_of_sight

QUIET = Variogram(1.0, 1.0, 500.0)
EAST_20 = np.array([[np.tan(np.radians(20.0)), 0.0]])


def errors(first="2019-01-01", last="2021-01-01", ambiguity=400.0):
    return TrackErrors(QUIET, first, last, ambiguity)


def rates(rate, heading, points=20, std=1.0, sampling=0.0):
    sight = np.stack(line_of_sight(39.0, heading)).astype(np.float64)[None, :]
    return TrackRates(
        np.array([points]), np.array([rate]), np.array([std]), sight, np.array([sampling])
    )


def signs(**found):
    return gpd.GeoDataFrame({f"sign_{track}": [sign] for track, sign in found.items()})


@pytest.mark.parametrize(
    ("ascending", "expected"),
    [
        (rates(0.0, 348.0), ["ascending"]),
        (rates(-9.0, 348.0), [""]),
        (rates(0.0, 348.0, points=2), [""]),
        (rates(0.0, 348.0, std=9.0), [""]),
        (rates(0.0, 348.0, sampling=9.0), [""]),
    ],
)
def test_a_track_at_rest_contradicts(ascending, expected):
    table = signs(descending="toward", ascending="none")
    seen = {"descending": rates(12.0, 192.0), "ascending": ascending}
    known = dict.fromkeys(seen, errors())
    assert contradicting_tracks(table, EAST_20, seen, known) == expected


def test_a_track_of_other_years_contradicts_nothing():
    table = signs(descending="toward", ascending="none")
    seen = {"descending": rates(12.0, 192.0), "ascending": rates(0.0, 348.0)}
    later = errors("2021-01-01", "2022-01-01")
    assert contradicting_tracks(
        table, EAST_20, seen, {"descending": errors(), "ascending": later}
    ) == [""]
    assert not dates_overlap(errors(), errors(None, None))


def test_a_track_that_agrees_with_another_outline_contradicts_nothing():
    """One of two outlined tracks fits the one at rest: its view is along the slope."""
    table = signs(descending="toward", second="toward", ascending="none")
    blind = np.array([[0.0, 1.0, 0.0]])
    nothing = np.zeros(1)
    second = TrackRates(np.array([20]), np.array([12.0]), np.array([9.0]), blind, nothing)
    seen = {"descending": rates(12.0, 192.0), "second": second, "ascending": rates(0.0, 348.0)}
    assert contradicting_tracks(table, EAST_20, seen, dict.fromkeys(seen, errors())) == [""]


def test_a_mean_has_the_error_of_where_it_was_measured():
    """Rates of 2, 4 and 9 mm/yr: variance 13 less 1 of their own, over three points."""
    x = np.array([0.5, 0.6, 0.7, 2.5])
    points = pd.DataFrame({"x_m": x, "y_m": 0.5, "relative_mm_yr": [2.0, 4.0, 9.0, -7.0]})
    points = points.assign(uncorrelated_std_mm_yr=1.0, **dict.fromkeys(SIGHT_COLUMNS, 0.6))
    reference = TrackReference(0.0, pd.Series(0.6, index=SIGHT_COLUMNS))
    cells = shapely.box([0.0, 2.0, 4.0], 0, [1.0, 3.0, 5.0], 1)
    found = track_rates(cells, points, reference, QUIET)
    np.testing.assert_allclose(found.sampling_std_mm_yr, [2.0, 7.0, np.nan])
    alike = track_rates(cells, points.assign(relative_mm_yr=5.0), reference, QUIET)
    assert alike.sampling_std_mm_yr[0] == 0.0


def test_fast_candidates_are_lower_bounds():
    table = pd.DataFrame(
        {
            "velocity_p05_mm_yr_one": [-10.0, -250.0, np.nan],
            "velocity_p95_mm_yr_one": [5.0, 0.0, np.nan],
        }
    )
    assert aliased(table, {"one": errors(ambiguity=400.0)}).tolist() == [False, True, False]
    assert not aliased(table, {"one": errors(ambiguity=None)}).any()


def test_reasons_and_numbers():
    table = gpd.GeoDataFrame(
        {
            "candidate_id": [f"PLC000{number}" for number in range(1, 6)],
            "evidence": ["one track", *["contradicted"] * 3, "several tracks"],
            "contradicted_by": ["", *["ascending"] * 3, ""],
            "q_noise": [0.2, 0.001, 1e-6, np.nan, np.nan],
            # Of 1e-3 and 1e-6, a thousand times as likely: 0.5 and 1e-3.
            "p_noise": [0.3, 1e-3, 1e-6, np.nan, np.nan],
        },
        geometry=[shapely.box(0, 0, 1, 1)] * 5,
    )
    reasons = rejection_reasons(table, 0.05)
    assert reasons.tolist() == [
        "not told from noise: q_noise above 0.05",
        "at rest in track ascending",
        "",
        "",
        "",
    ]
    kept, rejected = split_rejected(table, reasons)
    assert kept["candidate_id"].tolist() == ["PLC0001", "PLC0002", "PLC0003"]
    assert rejected["candidate_id"].tolist() == ["REJ0001", "REJ0002"]
    assert "contradicted_by" not in kept
    assert rejected["reason"].tolist() == reasons.tolist()[:2]


def test_candidates_without_errors_are_above_all_noise(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    outline(tmp_path, "descending")
    write_slope(tmp_path, 15.0, 270.0)
    strong, noise = merge(tmp_path, ["descending"]), tmp_path / "noise.json"
    assert len(strong) == 1
    assert strong["rate_mm_yr_descending"].tolist() == [-20.0]
    assert strong["q_noise"].isna().all()
    # As many outlines in a field of noise, stronger than any finite one.
    content = {"fields": 2, "exposure": 2.0, "strength": [1e9, 1e9]}
    noise.write_text(json.dumps(content))
    # The track has no errors, and its outline no finite strength: it stays above all noise.
    assert len(merge(tmp_path, ["descending"], noise=[noise])) == 1


def test_noisy_tracks_lose_candidates_like_noise(tmp_path):
    write_track(tmp_path, "descending", -20.0, noise_mm_yr=2.0)
    outline(tmp_path, "descending")
    strength = merge(tmp_path, ["descending"], terrain=False)["strength"].iloc[0]
    assert 10 < strength < 200
    noise = tmp_path / "noise.json"
    for many, kept in ((0, 1), (1, 1), (40, 0)):
        content = {"fields": 20, "exposure": 20.0, "strength": [strength + 1.0] * many}
        noise.write_text(json.dumps(content))
        found = merge(tmp_path, ["descending"], terrain=False, noise=[noise])
        rejected = read_layer(CANDIDATES, tmp_path / "candidates.gpkg", "rejected")
        assert (len(found), len(rejected)) == (kept, 1 - kept)
    assert rejected["reason"].tolist() == ["not told from noise: q_noise above 0.05"]
    assert rejected["q_noise"].tolist() == rejected["p_noise"].tolist() == [1.0]


def test_without_outlines_nothing_is_kept_or_rejected(tmp_path):
    for track in ("descending", "ascending"):
        write_track(tmp_path, track, 0.0)
        outline(tmp_path, track)
    write_slope(tmp_path, 15.0, 270.0)
    noise = tmp_path / "noise.json"
    noise.write_text(json.dumps({"fields": 2, "exposure": 2.0, "strength": [9.0]}))
    assert len(merge(tmp_path, ["descending", "ascending"], noise=[noise] * 2)) == 0
    assert len(read_layer(CANDIDATES, tmp_path / "candidates.gpkg", "rejected")) == 0


def test_noise_is_drawn_with_the_errors_of_its_own_track(tmp_path):
    for track in ("descending", "ascending"):
        write_track(tmp_path, track, -20.0, noise_mm_yr=2.0)
        write_errors(tmp_path, track, background=False)
    write_gate(tmp_path, "descending")
    settings = {
        "points_path": str(tmp_path / "descending.parquet"),
        "summary_path": str(tmp_path / "descending_summary.json"),
        "radius_path": None,
        "noise_path": str(tmp_path / "noise.json"),
        "bandwidth_m": 150.0,
        "statistic": "median",
        "regions": REGIONS,
        "radius_m": 200.0,
        "gate": GateSettings(center="median", min_neighbours=3, correction="fdr"),
        "fields": 2,
        "seed": [0, 0],
        "grid": GRID,
    }

    def draw(track):
        errors = tmp_path / f"{track}_rate_errors"
        draw_noise(errors_path=f"{errors}.parquet", error_summary_path=f"{errors}.json", **settings)

    with pytest.raises(InputError, match="does not hold the points"):
        draw("ascending")
    assert not (tmp_path / "noise.json").exists()
    draw("descending")
    assert json.loads((tmp_path / "noise.json").read_text())["fields"] == 2
