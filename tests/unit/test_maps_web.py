"""The web map: its data, its page, and what must not depend on names or come from outside."""

import base64
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from hotslope.candidates.tables import CANDIDATES, STABILITY
from hotslope.exposure.tables import EXPOSURE
from hotslope.factors.catalogue import FACTORS, SIDE_COLUMNS
from hotslope.maps.attributes import describe_attributes
from hotslope.maps.point_tiles import STEPS, TILE_CELLS, deepest_level, point_tiles, quantised
from hotslope.maps.tables import PRIORITY
from hotslope.maps.web_data import columns_of, outline, point_codes, receive
from hotslope.points.tables import POINTS
from maps_area import landslides, write_area
from web_area import ROOT, web_map, write_change, write_series

WEB = ROOT / "workflow" / "web"


@pytest.fixture(scope="module", params=[600, 0], ids=["points", "empty"])
def area(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_area(tmp_path_factory.mktemp("area"), request.param)
    write_series(folder)
    return folder


def received(path: Path) -> list:
    """Arguments of the one call that a file of data holds."""
    match = re.fullmatch(r"hotslope\.receive\((.*)\);\n", path.read_text(encoding="ascii"))
    assert match is not None
    return json.loads(f"[{match[1]}]")


# --- points ----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 5_000, 80_000])
def test_each_point_is_in_one_tile(count: int) -> None:
    rng = np.random.default_rng(5)
    x, y = rng.random((2, count))
    tiles = list(point_tiles(x, y))
    members = np.concatenate([tile.members for tile in tiles] or [np.zeros(0, dtype=np.int64)])
    np.testing.assert_array_equal(np.sort(members), np.arange(count))
    for tile in tiles:
        size = 1 << tile.level
        np.testing.assert_array_equal((x[tile.members] * size).astype(int), tile.column)
        np.testing.assert_array_equal((y[tile.members] * size).astype(int), tile.row)
    assert len({tile.name for tile in tiles}) == len(tiles)


def test_levels_but_the_last_show_one_point_to_a_cell() -> None:
    x, y = np.random.default_rng(6).random((2, 200_000))
    last = deepest_level(len(x))
    assert last == 2
    for tile in point_tiles(x, y):
        cells = TILE_CELLS << tile.level
        cell = (x[tile.members] * cells).astype(int) + (y[tile.members] * cells).astype(int) * cells
        if tile.level < last:
            assert len(np.unique(cell)) == len(cell) <= TILE_CELLS**2


def test_the_coarsest_level_is_a_fair_sample() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.random((2, 300_000))
    fast = rng.random(len(x)) < 0.05
    (first,) = [tile for tile in point_tiles(x, y) if tile.level == 0]
    assert 0.045 < fast[first.members].mean() < 0.055


def test_coordinates_come_back_to_a_step() -> None:
    share = np.array([0.5, 0.6, 0.7499, 0.75])
    steps = quantised(share, 2, 2)
    assert steps.dtype == np.dtype("<u2")
    np.testing.assert_allclose((steps / STEPS + 2) / 4, share, atol=0.5 / STEPS / 4)


def test_codes_of_points() -> None:
    hotspots = pd.DataFrame({"z": [3.0, -3, 1, np.nan, 3], "q": [0.01, 0.001, 0.5, np.nan, 0.02]})
    codes = point_codes(np.array([0, 1, 2, 5, -1]), hotspots, 0.01)
    np.testing.assert_array_equal(codes, [4, 9, 2, 14, 3])


# --- texts -----------------------------------------------------------------------------------


def test_data_are_ascii_without_missing_numbers() -> None:
    text = receive("kind", {"name": "滑坡\u2028</script>"}, [None])
    assert text.isascii()
    assert json.loads(text[len("hotslope.receive(") : -3].split(",", 1)[1].rsplit(",", 1)[0]) == {
        "name": "滑坡\u2028</script>"
    }
    frame = pd.DataFrame({"a": [np.nan, 1 / 3], "b": ["x", None], "c": [True, False]})
    assert columns_of(frame) == [[None, 0.333333], ["x", None], [True, False]]
    with pytest.raises(ValueError, match="not JSON compliant"):
        receive("kind", np.inf)


def test_outlines_keep_holes_and_parts() -> None:
    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 6, 6))
    both = shapely.union_all([ring, shapely.box(20, 20, 21, 21)])
    parts = outline(shapely.affinity.translate(both, 100, 200), (100.0, 200.0))
    assert [len(rings) for rings in parts] == [2, 1]
    assert sum(len(ring) for rings in parts for ring in rings) == 3 * 10


def test_attributes_know_their_track_model_unit_and_group() -> None:
    names = [
        "candidate_id", "velocity_mm_yr_up", "velocity_mm_yr_up_2", "probability_std_cnn",
        "downslope_mm_yr", "distance_to_faults", "area_m2", "slope", "mean_slope_deg", "kind",
    ]  # fmt: skip
    found = describe_attributes(names, ["up", "up_2"], ["cnn"])
    assert [(each.stem, each.of, each.unit, each.group) for each in found] == [
        ("candidate_id", "", "", "identity"),
        ("velocity_mm_yr", "up", "mm/yr", "motion"),
        ("velocity_mm_yr", "up_2", "mm/yr", "motion"),
        ("probability_std", "cnn", "", "class"),
        ("downslope_mm_yr", "", "mm/yr", "motion"),
        ("distance_to_faults", "", "m", "factors"),
        ("area_m2", "", "m²", "shape"),
        ("slope", "", "°", "factors"),
        ("mean_slope_deg", "", "°", "shape"),
        ("kind", "", "", "class"),
    ]
    assert found[1].label == "Velocity, up"
    (same_name,) = describe_attributes(["velocity_mm_yr_cnn"], ["cnn"], ["cnn"])
    assert (same_name.stem, same_name.of, same_name.group) == ("velocity_mm_yr", "cnn", "motion")


# --- the page --------------------------------------------------------------------------------


def test_web_map_holds_every_candidate_and_point(area: Path, tmp_path: Path) -> None:
    index = web_map(area, tmp_path)
    (kind, meta) = received(tmp_path / "data" / "meta.js")
    assert kind == "meta"
    _, columns, outlines = received(tmp_path / "data" / "candidates.js")
    names = [attribute["name"] for attribute in meta["attributes"]]
    expected = pd.read_parquet(area / "stability.parquet")["candidate_id"].tolist()
    assert columns[names.index("candidate_id")] == expected
    assert len(outlines) == len(expected)
    for track in meta["tracks"]:
        points = POINTS.read_numbers(area / f"{track['name']}.parquet", ["x_m", "y_m"])
        assert track["points"] == len(points) == sum(track["tiles"].values())
        for name, count in track["tiles"].items():
            path = tmp_path / "data" / "points" / track["name"] / f"{name}.js"
            assert len(base64.b64decode(received(path)[3])) == 7 * count
    scripts = re.findall(r'(?:src|href)="([^"#:]+)"', index.read_text(encoding="utf-8"))
    assert len(scripts) > 10
    for script in scripts:
        assert (tmp_path / script).is_file(), script


def test_web_map_has_the_same_bytes_twice_and_leaves_nothing_old(
    area: Path, tmp_path: Path
) -> None:
    web_map(area, tmp_path / "a")
    (tmp_path / "b" / "data").mkdir(parents=True)
    (tmp_path / "b" / "data" / "old.js").write_text("old")
    web_map(area, tmp_path / "b")
    files = [
        {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        for folder in (tmp_path / "a", tmp_path / "b")
    ]
    assert files[0] == files[1]


def test_web_map_without_dem_or_models(area: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.gpkg"
    landslides(area, bare, models=[])
    rasters = {"elevation": None, "coverage": str(area / "coverage.tif")}
    web_map(area, tmp_path, landslides_path=str(bare), raster_paths=rasters, models=[])
    _, meta = received(tmp_path / "data" / "meta.js")
    assert meta["relief"] is False
    assert meta["leading_model"] is None
    assert not (tmp_path / "data" / "relief.png").exists()


def test_changes_are_shown_where_they_were_measured(area: Path, tmp_path: Path) -> None:
    web_map(area, tmp_path / "without")
    assert received(tmp_path / "without" / "data" / "meta.js")[1]["change"] is False
    assert not (tmp_path / "without" / "data" / "change").exists()
    web_map(area, tmp_path, change_paths=write_change(area))
    assert received(tmp_path / "data" / "meta.js")[1]["change"] is True
    names = pd.read_parquet(area / "stability.parquet")["candidate_id"].tolist()
    found: dict = {}
    for path in (tmp_path / "data").glob("change/*.js"):
        found |= received(path)[2]
    # The last is not measured.
    assert list(found) == names[:-1]
    for change in found.values():
        assert change["level"] == "alert"
        assert change["onset"] == "2020-05-14"
        assert len(change["dates"]) == len(change["values"]) == 53
        assert change["values"][1] == -0.3


def test_no_name_becomes_markup(area: Path, tmp_path: Path) -> None:
    name = "</script><script>alert(1)</script>"
    index = web_map(area, tmp_path, study_area_name=name)
    assert index.read_bytes() == (WEB / "index.html").read_bytes()
    assert received(tmp_path / "data" / "meta.js")[1]["study_area_name"] == name
    # The one way in which text could become markup.
    for path in (WEB / "page").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for risk in ("insertAdjacentHTML", "outerHTML", "document.write", "eval(", "innerHTML ="):
            assert risk not in text, path.name


def strings() -> str:
    return (WEB / "page" / "strings.js").read_text(encoding="utf-8")


def test_every_text_is_there_in_both_languages() -> None:
    english, chinese = strings().split("  zh: {")
    keys = [set(re.findall(r"^    (\w+):", part, re.M)) for part in (english, chinese)]
    assert keys[0] == keys[1]
    page = "\n".join(path.read_text(encoding="utf-8") for path in WEB.glob("page/*.js"))
    page += (WEB / "index.html").read_text(encoding="utf-8")
    used = set(re.findall(r'hotslope\.text\("(\w+)"', page))
    used |= set(re.findall(r'data-(?:text|label)="(\w+)"', page))
    assert used - keys[0] == set()
    dead = keys[0] - used - {"groups", "columns", "values", *("velocity", "trend", "spot")}
    assert dead - {"minimum", "maximum", "raises", "lowers"} == set()


def test_every_column_has_a_chinese_name() -> None:
    block = re.search(r"columns: \{(.*?)\n    \}", strings().split("  zh: {")[1], re.S)
    assert block is not None
    translated = set(re.findall(r"^      (\w+):", block[1], re.M))
    endings = re.compile(r"_(mm_yr|m2|deg|mm|m)$")

    names = {*CANDIDATES.schema.columns, *STABILITY.schema.columns, *FACTORS, *SIDE_COLUMNS}
    names |= {*EXPOSURE.schema.columns, *PRIORITY.schema.columns}
    assert {endings.sub("", name) for name in names} - translated == set()


def test_openlayers_is_the_published_file() -> None:
    """As in the package ol 10.11.0 of npm; docs/method/maps.md says how it got here."""
    folder = WEB / "page" / "ol"
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()
    }
    assert digests == {
        "ol.js": "a4e607e98b56846d543e2131161720845c7a80170d5f00aa2bc8b6c4e0f9194a",
        "ol.css": "abc8afd72cc10bd29cc143f443bae4a6804bd3cb3fb262e6b6a6bc6c924ea34f",
        "LICENSE.md": "6c4347b83a8c9feef18d57b18e3b6c44cf901b3c344a4a1fbd837e421555ab8e",
    }
