"""What is exposed: measured, ranked, told; and no probability changes by it."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from hotslope.candidates.tables import CANDIDATES
from hotslope.errors import InputError
from hotslope.exposure.layer_files import check_exposure
from hotslope.exposure.objects import count_objects, length_within
from hotslope.exposure.ranking import rank_by_exposure
from hotslope.exposure.tables import EXPOSURE, EXPOSURE_RANK, LAYER
from hotslope.factors.distances import segments
from hotslope.files import write_layers
from hotslope.grid import Grid
from hotslope.maps.exposure_words import exposed_briefly, exposure_lines
from hotslope.maps.first_places import PRIORITY_NOTE, first_places, priority_rank, ranked
from hotslope.maps.overview import place_titles, places_of_run
from hotslope.maps.run_summary import warnings_of
from hotslope.maps.tables import PRIORITY, PRIORITY_RANK
from hotslope.rasters import write_raster
from hotslope.schemas import read_layer
from maps_area import landslides, write_area
from measure_exposure import measure_exposure

CRS = "EPSG:32647"
LEFT, BOTTOM = 700_000.0, 4_000_000.0
GRID = Grid.from_bounds([LEFT, BOTTOM, LEFT + 1000, BOTTOM + 600], 10.0, CRS)


def box(xmin: float, ymin: float, xmax: float, ymax: float) -> shapely.Polygon:
    return shapely.box(LEFT + xmin, BOTTOM + ymin, LEFT + xmax, BOTTOM + ymax)


def line(*ends: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(np.add(ends, (LEFT, BOTTOM)))


@pytest.fixture
def area(tmp_path: Path) -> dict[str, Any]:
    """A slope of 30 degrees to the east, a body on it and one that lies alone on a plateau."""
    outlines = [box(100, 280, 140, 320), box(20, 20, 60, 60)]
    candidates = gpd.GeoDataFrame({"candidate_id": ["A", "B"]}, geometry=outlines, crs=CRS)
    write_layers(tmp_path / "candidates.gpkg", {"candidates": candidates}, CANDIDATES.metadata())
    x, y = np.meshgrid(GRID.x_centres_m() - LEFT, GRID.y_centres_m() - BOTTOM)
    elevation_m = np.where(y < 100, 5000.0, 2000.0 - np.tan(np.radians(30.0)) * x)
    write_raster(tmp_path / "elevation.tif", {"elevation_m": elevation_m.astype(np.float32)}, GRID)
    layers = {
        # On it, below it (a point and a polygon), above it, and beyond the reach.
        "buildings": [
            box(110, 290, 120, 300),
            shapely.Point(LEFT + 300, BOTTOM + 300),
            box(320, 290, 330, 300),
            box(40, 290, 50, 300),
            box(700, 290, 710, 300),
        ],
        # Down the slope through the body; the same again, which counts once.
        "roads": [line((90, 300), (240, 300)), line((90, 300), (240, 300))],
        "rivers": [line((250, 0), (250, 600))],
    }
    for name, shapes in layers.items():
        frame = gpd.GeoDataFrame(geometry=shapes, crs=CRS)
        frame.to_file(tmp_path / "layers.gpkg", layer=name, engine="pyogrio")
    exposure = {name: {"path": str(tmp_path / "layers.gpkg"), "layer": name} for name in layers} | {
        "reach_angle_deg": 20.0,
        "max_reach_m": 300.0,
    }
    return {
        "candidates_path": str(tmp_path / "candidates.gpkg"),
        "elevation_path": str(tmp_path / "elevation.tif"),
        "exposure_path": str(tmp_path / "exposure.gpkg"),
        "exposure": exposure,
        "crs": CRS,
    }


def measured(area: dict[str, Any]) -> pd.DataFrame:
    measure_exposure(**area)
    return read_layer(EXPOSURE, area["exposure_path"], LAYER).set_index("candidate_id")


def test_what_lies_on_a_body_and_below_it(area: dict[str, Any]) -> None:
    found = measured(area)
    first, second = found.loc["A"], found.loc["B"]
    assert first[["buildings_on_it", "buildings_in_reach"]].tolist() == [1, 2]
    assert first["roads_on_it_m"] == pytest.approx(40.0)
    assert first["roads_in_reach_m"] == pytest.approx(100.0)
    assert first["rivers_on_it_m"] == 0
    # The cone of its uppermost cells, 145 m above the river, opens by 50.9 degrees to either side.
    assert first["rivers_in_reach_m"] == pytest.approx(30 + 2 * 145 * np.tan(0.889), abs=20)
    nearest_m = first[["nearest_building_m", "nearest_road_m", "nearest_river_m"]]
    assert nearest_m.tolist() == pytest.approx([0, 0, 110])
    assert first["reach_length_m"] == pytest.approx(295.0, abs=6)
    assert not first["reach_is_cut"]
    assert second["exposed"] == "nothing"
    assert second["reach_length_m"] == second["reach_area_m2"] == 0
    assert second["nearest_river_m"] == 190
    assert found[EXPOSURE_RANK].tolist() == [1, 2]
    assert first.geometry.area == pytest.approx(1600 + first["reach_area_m2"])


def test_a_layer_that_is_not_given_is_missing_and_the_next_counts(area: dict[str, Any]) -> None:
    area["exposure"]["buildings"] = {"path": None, "layer": None}
    found = measured(area)
    assert (
        found[["buildings_on_it", "buildings_in_reach", "nearest_building_m"]].isna().all(axis=None)
    )
    assert found["exposed"].tolist() == ["roads", "nothing"]


def test_without_a_dem_there_is_no_reach(area: dict[str, Any]) -> None:
    area["elevation_path"] = None
    found = measured(area)
    assert found[["reach_length_m", "buildings_in_reach", "roads_in_reach_m"]].isna().all(axis=None)
    assert found["buildings_on_it"].tolist() == [1, 0]


def test_no_candidates_give_a_valid_empty_layer(area: dict[str, Any]) -> None:
    none = gpd.read_file(area["candidates_path"], layer="candidates")[:0]
    write_layers(area["candidates_path"], {"candidates": none}, CANDIDATES.metadata())
    assert measured(area).empty


def test_same_inputs_same_bytes(area: dict[str, Any]) -> None:
    measure_exposure(**area)
    first = Path(area["exposure_path"]).read_bytes()
    measure_exposure(**area)
    assert Path(area["exposure_path"]).read_bytes() == first


def test_objects_are_counted_once_each() -> None:
    outlines = np.array([box(0, 0, 10, 10), box(5, 0, 15, 10)])
    reaches = np.array([box(10, 0, 30, 10), shapely.Polygon()])
    objects = np.array([box(8, 0, 12, 4), box(20, 0, 22, 2), shapely.Point(LEFT + 90, BOTTOM)])
    on_it, in_reach = count_objects(outlines, reaches, objects)
    assert on_it.tolist() == [1, 1]
    assert in_reach.tolist() == [1, 0]


def test_half_of_the_banks_of_a_wide_river_is_its_length() -> None:
    pieces = segments(np.array([box(-100, 40, 300, 60), line((0, 10), (200, 10))]))
    lengths = length_within(np.array([box(0, 0, 100, 100), box(900, 0, 910, 10)]), pieces)
    assert lengths.tolist() == [200.0, 0.0]


def exposures() -> pd.DataFrame:
    """Two houses; a house and a road; a long road; a river; nothing near; nothing nearer."""
    return pd.DataFrame(
        {
            "buildings_on_it": [0, 1, 0, 0, 0, 0],
            "buildings_in_reach": [2, 0, 0, 0, 0, 0],
            "nearest_building_m": [30.0, 0, 500, 400, 300, 200],
            "roads_on_it_m": [0.0, 50, 0, 0, 0, 0],
            "roads_in_reach_m": [0.0, 10, 900, 0, 0, 0],
            "nearest_road_m": [90.0, 0, 20, 100, 100, 100],
            "rivers_on_it_m": 0.0,
            "rivers_in_reach_m": [0.0, 0, 0, 40, 0, 0],
            "nearest_river_m": [90.0, 90, 90, 10, 90, 80],
        }
    )


def test_buildings_come_before_roads_before_rivers_before_what_is_near() -> None:
    table = exposures()
    exposed, rank = rank_by_exposure(table)
    assert exposed == ["buildings", "buildings", "roads", "rivers", "nothing", "nothing"]
    assert rank.tolist() == [1, 2, 3, 4, 6, 5]
    exposed, rank = rank_by_exposure(table[::-1].reset_index(drop=True))
    assert rank.tolist() == [5, 6, 4, 3, 2, 1]
    assert rank_by_exposure(table[:0])[1].size == 0


def exposed_landslides() -> pd.DataFrame:
    table = exposures()
    exposed, rank = rank_by_exposure(table)
    return table.assign(
        candidate_id=list("abcdef"),
        area_m2=[1e4, 6e4, 2e4, 5e4, 4e4, 3e4],
        grade="A",
        tracks="up",
        exposed=exposed,
        reach_length_m=[100.0, 0, 0, 0, 0, 0],
        reach_is_cut=True,
        **{EXPOSURE_RANK: rank},
    )


def test_priority_is_the_sum_of_two_places() -> None:
    table = exposed_landslides()
    # By area: 6, 1, 5, 2, 3, 4; with exposure 1, 2, 3, 4, 6, 5: sums 7, 3, 8, 6, 9, 9.
    assert priority_rank(table, []).tolist() == [3, 1, 4, 2, 5, 6]
    table = table.assign(**{PRIORITY_RANK: priority_rank(table, [])})
    PRIORITY.check(table, "here")
    assert ranked(table, [])["candidate_id"].tolist() == list("bdacef")
    lines = first_places(table, [])
    assert lines[0] == "b: 6 ha, grade A, 1 building"
    assert lines[1] == "d: 5 ha, grade A, 40 m of river"
    assert PRIORITY_NOTE in warnings_of(table, {}, 10, [], {})
    assert PRIORITY_NOTE not in warnings_of(table.drop(columns=PRIORITY_RANK), {}, 10, [], {})
    titles = place_titles(["up"], [], exposure=True)
    place = places_of_run(table, ["up"], [])[0]
    assert dict(zip(titles, place.cells, strict=True))["exposed"] == "1 building"


def test_the_rule_stands_beside_the_number() -> None:
    table = exposed_landslides().assign(**{PRIORITY_RANK: np.arange(1, 7)})
    lines = exposure_lines(table.iloc[0].to_dict())
    assert lines == [
        "Buildings: 0 on it, 2 in its reach, the nearest 30 m away",
        "Roads: 0 m on it, 0 m in its reach, the nearest 90 m away",
        "Rivers: 0 m on it, 0 m in its reach, the nearest 90 m away",
        "Reach: 100 m, cut off at the edge of the DEM",
        "Priority 1: sum of the place by probability (or score, unsupervised rank or area) and of "
        "exposure_rank, least first. Exposure rank 1: buildings on it or in its reach, then metres "
        "of road, then of river",
    ]
    assert [exposed_briefly(row) for row in table.to_dict("records")] == [
        "2 buildings", "1 building", "900 m of road", "40 m of river", "nothing exposed",
        "nothing exposed",
    ]  # fmt: skip
    assert exposure_lines({"candidate_id": "a"}) == []


def test_exposure_orders_the_map_and_changes_no_probability(tmp_path: Path) -> None:
    folder = write_area(tmp_path, 400)
    before = gpd.read_parquet(folder / "landslides.parquet")
    outlines = before.geometry
    buildings = gpd.GeoDataFrame(geometry=outlines[[6]].centroid, crs=before.crs)
    buildings.to_file(folder / "buildings.gpkg", engine="pyogrio")
    measure_exposure(
        candidates_path=str(folder / "candidates.gpkg"),
        elevation_path=str(folder / "elevation.tif"),
        exposure_path=str(folder / "exposure.gpkg"),
        exposure={
            "buildings": {"path": str(folder / "buildings.gpkg"), "layer": None},
            "reach_angle_deg": 20.0,
            "max_reach_m": 500.0,
        },
        crs=str(before.crs),
    )
    landslides(folder, folder / "with.gpkg", exposure_path=str(folder / "exposure.gpkg"))
    after = gpd.read_parquet(folder / "with.parquet")
    pd.testing.assert_frame_equal(after[list(before)], before)
    added = set(after) - set(before)
    assert {PRIORITY_RANK, EXPOSURE_RANK, "exposed", "buildings_on_it"} < added
    # A column of a layer that is not configured is left out.
    assert not any("road" in name or "river" in name for name in added)
    assert after[EXPOSURE_RANK][6] == 1
    assert sorted(after[PRIORITY_RANK]) == list(range(1, len(after) + 1))
    file = gpd.read_file(folder / "with.gpkg", layer="potential_landslides")
    assert list(file.columns).index("exposed") < list(file.columns).index("label")


@pytest.mark.parametrize(
    ("layer", "shapes", "message"),
    [
        ("buildings", [line((0, 0), (10, 0))], r"exposure\.buildings.*holds LineString, not Point"),
        ("roads", [box(0, 0, 10, 10)], r"exposure\.roads.*holds Polygon, not LineString"),
        ("rivers", [shapely.Point(LEFT, BOTTOM)], r"exposure\.rivers.*holds Point"),
        ("roads", [shapely.Point(9e5, 1e6)], r"exposure\.roads"),
    ],
)
def test_wrong_layers_are_refused(
    tmp_path: Path, layer: str, shapes: list[shapely.Geometry], message: str
) -> None:
    gpd.GeoDataFrame(geometry=shapes, crs=CRS).to_file(tmp_path / "wrong.gpkg", engine="pyogrio")
    exposure = {layer: {"path": str(tmp_path / "wrong.gpkg"), "layer": None}}
    with pytest.raises(InputError, match=message):
        check_exposure(exposure, GRID.bounds_m, pyproj.CRS(CRS), has_dem=True)


def test_sound_layers_are_told_with_what_no_dem_means(area: dict[str, Any]) -> None:
    found, warnings = check_exposure(area["exposure"], GRID.bounds_m, pyproj.CRS(CRS), has_dem=True)
    assert warnings == []
    assert found["buildings"]["objects"] == 5
    assert found["roads"]["features"] == 2
    _, warnings = check_exposure(area["exposure"], GRID.bounds_m, pyproj.CRS(CRS), has_dem=False)
    assert len(warnings) == 1
    assert "without terrain.dem" in warnings[0]
    assert check_exposure({}, GRID.bounds_m, pyproj.CRS(CRS), has_dem=False) == ({}, [])
