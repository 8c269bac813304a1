"""Sheets of candidates: profile by hand, what to check, a page per candidate, nothing missing."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from draw_sheets import draw_sheets
from hotslope.grid import Grid
from hotslope.maps.field_checks import ALWAYS, field_checks
from hotslope.maps.object_windows import window_round
from hotslope.maps.sheet import Sheet
from hotslope.maps.slope_profile import slope_profile
from maps_area import CRS, MODELS, TRACKS, landslides, series, write_area
from peers import program

GRID = Grid.from_bounds([0.0, 0.0, 1000.0, 1000.0], 5.0, CRS)
BOX = shapely.box(400, 400, 600, 600)


def plane(east: float, north: float) -> np.ndarray:
    """Heights that fall by so much per metre to the east and to the north."""
    rows, columns = np.indices(GRID.shape)
    x, y = 5.0 * columns + 2.5, 1000 - 5.0 * rows - 2.5
    return 1000 - east * x - north * y


# --- the profile -----------------------------------------------------------------------------


@pytest.mark.parametrize(("east", "north"), [(0.3, 0.0), (0.0, -0.3), (0.3, 0.4), (-0.1, 0.2)])
def test_a_profile_of_a_plane_falls_straight_down_it(east: float, north: float) -> None:
    profile = slope_profile(plane(east, north), GRID, BOX)
    assert profile is not None
    steepness = np.hypot(east, north)
    fall = np.diff(profile.elevation_m) / np.diff(profile.distance_m)
    np.testing.assert_allclose(fall, -steepness, rtol=1e-6)
    step = np.array([np.diff(profile.x_m)[0], np.diff(profile.y_m)[0]])
    np.testing.assert_allclose(step / np.hypot(*step), [east / steepness, north / steepness])
    np.testing.assert_allclose(profile.distance_m[-1], 900)
    within = shapely.contains_xy(BOX, profile.x_m, profile.y_m)
    np.testing.assert_array_equal(profile.inside, within)
    assert 0 < profile.inside.sum() < len(within)


def test_there_is_no_profile_of_flat_or_unknown_ground() -> None:
    assert slope_profile(np.full(GRID.shape, 7.0), GRID, BOX) is None
    assert slope_profile(np.full(GRID.shape, np.nan), GRID, BOX) is None


def test_windows_are_square_and_leave_a_margin() -> None:
    assert window_round(shapely.box(0, 0, 400, 100)) == (-200, -350, 600, 450)
    assert window_round(shapely.Point(0, 0).buffer(1)) == pytest.approx((-250, -250, 250, 250))


# --- what to check ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidate", "words"),
    [
        ({"agreement": "opposite"}, "subsidence"),
        ({"agreement": "consistent"}, None),
        ({"grade": "D"}, "confirm that the ground moves"),
        ({"grade": "A"}, None),
        ({"confidence": "low"}, "walk its edges"),
        ({"may_be_truncated": True}, "too small"),
        ({"may_be_truncated": False}, None),
        ({"trend_nonlinear": 0.3}, "fresh signs"),
        ({"trend_nonlinear": np.nan}, None),
        ({"distance_to_rivers": 0.0}, "erosion of the foot"),
        ({"distance_to_rivers": np.nan}, None),
        ({"distance_to_roads": 99.0}, "road surface"),
        ({"distance_to_roads": 100.0}, None),
        ({"hidden_share_up": 0.5}, "layover or shadow"),
        ({"hidden_share_down": 0.5}, None),
    ],
)
def test_checks_follow_from_what_is_known(candidate: dict, words: str | None) -> None:
    checks = field_checks(candidate, ["up"])
    assert checks[: len(ALWAYS)] == list(ALWAYS)
    added = checks[len(ALWAYS) :]
    assert len(added) == (words is not None)
    assert all(str(words) in check for check in added)


# --- pages -----------------------------------------------------------------------------------


def test_long_words_are_cut_and_paragraphs_are_broken() -> None:
    sheet = Sheet()
    sheet.text("word " * 60, size=9, width_mm=60)
    sheet.lines(["a" * 200], size=9, left_mm=10, width_mm=60)
    paragraph, line = (text.get_text() for text in sheet.figure.texts)
    assert len(line) - len("word ") < max(map(len, paragraph.split("\n"))) <= len(line)
    assert line.endswith("a…")


def drawn(area: Path, folder: Path, **changes: object) -> dict[str, bytes]:
    options = {
        "landslides_path": str(area / "landslides.gpkg"),
        "series_path": str(area / "series.parquet"),
        "points_paths": [str(area / f"{track}.parquet") for track in TRACKS],
        "elevation_path": str(area / "elevation.tif"),
        "sheets_folder": str(folder),
        "tracks": TRACKS,
        "models": MODELS,
        "sheets": 2,
        "study_area_name": "贵德 {x} $5 $6 <b>",
        "crs": CRS,
        **changes,
    }
    draw_sheets(**options)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_area(tmp_path_factory.mktemp("area"), 300)
    series(folder, TRACKS)
    return folder


def test_the_most_probable_get_a_page_each_with_the_same_bytes_twice(
    area: Path, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "PLC9999.pdf").touch()
    pages = drawn(area, tmp_path / "a")
    table = pd.read_parquet(area / "landslides.parquet")
    first = table.nlargest(2, "probability_random_forest")["candidate_id"]
    assert list(pages) == sorted(f"{name}.pdf" for name in first)
    for page in pages.values():
        assert len(re.findall(rb"/Type /Page\b(?!s)", page)) == 1
    assert drawn(area, tmp_path / "b", sheets=1) == {
        f"{first.iloc[0]}.pdf": pages[f"{first.iloc[0]}.pdf"]
    }


def test_a_page_has_its_texts(area: Path, tmp_path: Path) -> None:
    (name,) = drawn(area, tmp_path, sheets=1)
    command = [program("pdftotext", "poppler-utils"), "-layout", str(tmp_path / name), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert f"candidate {name.removesuffix('.pdf')}" in text
    assert "{x} $5 $6 <b>" in text
    for words in ("What to check in the field", "Profile down the slope", "Elevation", "WGS 84"):
        assert words in text


def test_without_dem_models_or_candidates(area: Path, tmp_path: Path) -> None:
    landslides(area, tmp_path / "bare.gpkg", models=[])
    bare = {"landslides_path": str(tmp_path / "bare.gpkg"), "models": [], "elevation_path": None}
    assert len(drawn(area, tmp_path / "bare", sheets=1, **bare)) == 1
    empty = write_area(tmp_path / "empty", 0)
    series(empty, TRACKS)
    assert drawn(empty, tmp_path / "none") == {}
