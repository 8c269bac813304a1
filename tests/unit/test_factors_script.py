"""extract_factors on three candidates, with and without its datasets."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine

from extract_factors import extract_factors
from hotslope.candidates.tables import CANDIDATES
from hotslope.errors import InputError
from hotslope.factors.catalogue import FACTORS, SIDE_COLUMNS
from hotslope.factors.tables import read_factors
from hotslope.files import write_json, write_layers
from hotslope.grid import Grid
from hotslope.motion.tables import TRENDS
from hotslope.points.tables import POINTS
from hotslope.rasters import write_raster

CRS = "EPSG:32647"
LEFT, BOTTOM = 700_000.0, 4_000_000.0
GRID = Grid.from_bounds([LEFT, BOTTOM, LEFT + 1000, BOTTOM + 1000], 12.5, CRS)


def box(xmin: float, ymin: float, xmax: float, ymax: float) -> shapely.Polygon:
    return shapely.box(LEFT + xmin, BOTTOM + ymin, LEFT + xmax, BOTTOM + ymax)


def line(*ends: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(np.add(ends, (LEFT, BOTTOM)))


def write_layer(path: Path, name: str, shapes: list, crs: str = CRS, **columns: list) -> None:
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_crs(crs)
    frame.to_file(path, layer=name, engine="pyogrio")


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Any]:
    """Three candidates: one inside, one whose terrain ends half way, one beyond everything."""
    shapes = [box(100, 100, 300, 300), box(900, 100, 1100, 300), box(3000, 0, 3100, 100)]
    candidates = gpd.GeoDataFrame({"candidate_id": ["A", "B", "C"]}, geometry=shapes, crs=CRS)
    write_layers(tmp_path / "candidates.gpkg", {"candidates": candidates}, CANDIDATES.metadata())
    terrain = []
    for name, value in {"slope": 20, "aspect": 355, "elevation": 1500, "spi": 50, "twi": 6}.items():
        terrain.append(str(tmp_path / f"{name}.tif"))
        write_raster(terrain[-1], {name: np.full(GRID.shape, value, np.float32)}, GRID)
    layers = tmp_path / "layers.gpkg"
    write_layer(
        layers,
        "lithology",
        [box(0, 0, 250, 999), box(250, 0, 1200, 999)],
        unit=["loess", "granite"],
    )
    # Another CRS must come out the same.
    write_layer(layers, "faults", [line((0, 50), (2000, 50))], crs="EPSG:4326")
    write_layer(layers, "rivers", [line((200, 0), (200, 999)), line((1110, 0), (1110, 999))])
    with rasterio.open(
        tmp_path / "cover.tif",
        "w",
        driver="GTiff",
        height=50,
        width=60,
        count=1,
        dtype="uint8",
        crs=CRS,
        transform=Affine(20, 0, LEFT, 0, -20, BOTTOM + 1000),
        nodata=0,
    ) as target:
        cover = np.full((50, 60), 11, np.uint8)
        cover[:, 12:] = 5
        target.write(cover, 1)
    tracks = {"points_paths": [], "trends_paths": [], "summaries_paths": []}
    for track, codes in {"up": [0, 1, 2], "down": [5, 1, 0]}.items():
        points = pd.DataFrame(0.0, index=range(3), columns=list(POINTS.schema.columns))
        points["point_id"] = [f"{track}{index}" for index in range(3)]
        points["x_m"], points["y_m"] = LEFT + np.array([150.0, 160, 950]), BOTTOM + 200.0
        trends = pd.DataFrame({"point_id": points["point_id"], "trend": np.array(codes, np.int8)})
        POINTS.write(tmp_path / f"{track}.parquet", points)
        TRENDS.write(tmp_path / f"{track}_trends.parquet", trends)
        season = "not separable" if track == "up" else "annual term in every model"
        write_json(tmp_path / f"{track}_trends.json", {"season": season})
        tracks["summaries_paths"].append(str(tmp_path / f"{track}_trends.json"))
        tracks["points_paths"].append(str(tmp_path / f"{track}.parquet"))
        tracks["trends_paths"].append(str(tmp_path / f"{track}_trends.parquet"))
    nothing = {"path": None, "layer": None}
    return {
        "candidates_path": str(tmp_path / "candidates.gpkg"),
        "terrain_paths": terrain,
        **tracks,
        "factors_path": str(tmp_path / "factors.parquet"),
        "report_path": str(tmp_path / "factors.json"),
        "names": list(FACTORS),
        "layers": {
            "lithology": {
                "path": str(layers),
                "layer": "lithology",
                "column": "unit",
                "classes": {"loess": "soft", "granite": "hard"},
            },
            "land_use": {
                "path": str(tmp_path / "cover.tif"),
                "classes": {11: "rangeland", 5: "crops"},
            },
            "faults": {"path": str(layers), "layer": "faults"},
            "rivers": {"path": str(layers), "layer": "rivers"},
            "roads": nothing,
        },
        "crs": CRS,
        "flat_slope_deg": 2.0,
    }


def test_factors_of_three_candidates(inputs: dict[str, Any]) -> None:
    extract_factors(**inputs)
    table = read_factors(inputs["factors_path"]).set_index("candidate_id")
    missing = np.nan
    expected = {
        "slope": [20, 20, missing],
        "elevation": [1500, 1500, missing],
        "spi": [50, 50, missing],
        "distance_to_faults": [50, 50, None],
        "distance_to_rivers": [0, 10, 1890],
        "trend_uncorrelated": [0.25, 0.5, missing],
        "trend_linear": [0.5, 0, missing],
        "trend_nonlinear": [0.25, 0.5, missing],
        "aspect_resultant": [1, 1, missing],
        "lithology_share": [0.75, 1, missing],
        "land_use_share": [0.7, 1, missing],
        "n_trend_points": [4, 2, 0],
    }
    for name, values in expected.items():
        known = [value is not None for value in values]
        # A millimetre: the fault makes a detour through longitude and latitude.
        np.testing.assert_allclose(
            table[name][known], np.array(values, dtype=float)[known], atol=1e-3, err_msg=name
        )
    for name, values in {
        "aspect": ["n", "n", None],
        "lithology": ["soft", "hard", None],
        "land_use": ["rangeland", "crops", None],
    }.items():
        assert table[name].astype(object).where(table[name].notna(), None).tolist() == values
    order = [*FACTORS, *SIDE_COLUMNS]
    assert list(table.columns) == [name for name in order if name in table]

    report = json.loads(Path(inputs["report_path"]).read_text())
    assert report["candidates"] == 3
    assert report["dropped"]["distance_to_roads"] == "layers.roads.path is null"
    assert report["factors"]["slope"]["missing"] == report["factors"]["land_use"]["missing"] == 1
    assert report["factors"]["slope"]["lowest_coverage"] == 0
    assert report["factors"]["distance_to_rivers"]["missing"] == 0


def test_trends_of_other_points_are_refused(inputs: dict[str, Any]) -> None:
    path = inputs["trends_paths"][0]
    TRENDS.write(path, TRENDS.read(path)[::-1])
    with pytest.raises(InputError, match="does not hold the points of"):
        extract_factors(**inputs)
    assert not Path(inputs["factors_path"]).exists()


def test_without_terrain_and_layers_trends_remain(inputs: dict[str, Any]) -> None:
    nothing = {name: {"path": None} for name in inputs["layers"]} | {"roads": None}
    extract_factors(**{**inputs, "terrain_paths": [], "layers": nothing})
    table = read_factors(inputs["factors_path"])
    assert list(table.columns) == [
        "candidate_id",
        "trend_uncorrelated",
        "trend_linear",
        "trend_nonlinear",
        "n_trend_points",
    ]
    report = json.loads(Path(inputs["report_path"]).read_text())
    assert report["dropped"]["slope"] == "terrain.dem is null"
    assert report["season_not_separable"] == ["up"]
    assert len(report["dropped"]) == 14


def test_no_candidates_give_a_valid_empty_table(inputs: dict[str, Any]) -> None:
    extract_factors(**inputs)
    dtypes = read_factors(inputs["factors_path"]).dtypes
    path = inputs["candidates_path"]
    none = gpd.read_file(path, layer="candidates")[:0]
    write_layers(path, {"candidates": none}, CANDIDATES.metadata())
    extract_factors(**inputs)
    empty = read_factors(inputs["factors_path"])
    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, dtypes)


def test_same_inputs_same_bytes(inputs: dict[str, Any]) -> None:
    outputs = [Path(inputs["factors_path"]), Path(inputs["report_path"])]
    extract_factors(**inputs)
    first = [path.read_bytes() for path in outputs]
    extract_factors(**inputs)
    assert [path.read_bytes() for path in outputs] == first


@pytest.mark.parametrize(
    ("layer", "change", "message"),
    [
        ("lithology", {"classes": {"loess": "soft"}}, r"layers\.lithology\.classes.*'granite'"),
        ("lithology", {"column": None}, r"layers\.lithology\.column.*Give one of unit"),
        ("land_use", {"classes": {5: "crops"}}, r"layers\.land_use\.classes.*'11'"),
        ("rivers", {"layer": None}, r"layers\.rivers\.layer.*Name one"),
        ("rivers", {"layer": "roads"}, r"layers\.rivers\.layer.*'roads'"),
    ],
)
def test_wrong_layers_are_refused(
    inputs: dict[str, Any], layer: str, change: dict[str, Any], message: str
) -> None:
    inputs["layers"][layer] |= change
    with pytest.raises(InputError, match=message):
        extract_factors(**inputs)
    assert not Path(inputs["factors_path"]).exists()
