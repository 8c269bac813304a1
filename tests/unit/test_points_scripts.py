"""The two scripts of the points stage on a tiny study area."""

import copy
import json
import pathlib

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from check_inputs import check_inputs
from hotslope.errors import InputError
from hotslope.points.tables import POINTS
from import_points import import_points
from points_files import BOUNDS_M, COUNT, CRS, EPOCHS, egms_text, gamma_files, write


def run(folder, **changes):
    """Import the gamma files of the tiny area; return table path and summary."""
    arguments = {
        "source": changes.pop("source", None) or gamma_files(folder),
        "format": "gamma_ipta",
        "options": {},
        "points_path": str(folder / "track.parquet"),
        "summary_path": str(folder / "track_summary.json"),
        "track": "track",
        "pass_direction": "descending",
        "crs": CRS,
        "bounds_m": list(BOUNDS_M),
        "min_coherence": 0.7,
        "incidence_deg": 39.5,
        "heading_deg": 192.0,
        **changes,
    }
    import_points(**arguments)
    return arguments["points_path"], json.loads((folder / "track_summary.json").read_text())


def test_import_writes_a_geoparquet_that_geopandas_opens(tmp_path):
    path, summary = run(tmp_path)
    frame = gpd.read_parquet(path)
    assert frame.crs.to_epsg() == 32647
    assert len(frame) == summary["points"] == COUNT
    np.testing.assert_array_equal(frame.geometry.x, frame["x_m"])
    np.testing.assert_array_equal(frame.geometry.y, frame["y_m"])
    epochs = [name for name in frame if name.startswith("d_")]
    assert epochs == [f"d_{date:%Y%m%d}" for date in EPOCHS]
    assert (frame[epochs].dtypes == np.float32).all()
    assert len(POINTS.read(path)) == COUNT
    assert list(POINTS.read(path, ["point_id", "x_m"])) == ["point_id", "x_m"]
    assert summary["density_per_km2"] == COUNT
    assert summary["line_of_sight"] == "config"
    assert summary["velocity_check"]["agrees"] is True


def test_import_gives_the_same_bytes_whatever_the_order_of_the_file(tmp_path):
    first = open_bytes(run(tmp_path)[0])
    assert open_bytes(run(tmp_path)[0]) == first
    files = gamma_files(tmp_path)
    lines = (tmp_path / "disp_tab.txt").read_text().splitlines()
    (tmp_path / "disp_tab.txt").write_text("\n".join(reversed(lines)) + "\n")
    assert open_bytes(run(tmp_path, source=files)[0]) == first


def open_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def test_los_sign_turns_velocity_and_series_but_not_the_line_of_sight(tmp_path):
    plain = gpd.read_parquet(run(tmp_path)[0])
    turned = gpd.read_parquet(run(tmp_path, los_sign=-1)[0])
    np.testing.assert_array_equal(turned["velocity_mm_yr"], -plain["velocity_mm_yr"])
    np.testing.assert_array_equal(turned["d_20200128"], -plain["d_20200128"])
    np.testing.assert_array_equal(turned["los_east"], plain["los_east"])


def test_nothing_left_is_refused_with_what_took_it(tmp_path):
    with pytest.raises(InputError, match=r"points\.min_coherence"):
        run(tmp_path, min_coherence=0.99)
    far = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 9, 9)], crs=CRS)
    far.to_file(tmp_path / "far.gpkg")
    with pytest.raises(InputError, match=r"covers \[0, 0, 9, 9\]"):
        run(tmp_path, boundary=str(tmp_path / "far.gpkg"))
    with pytest.raises(InputError, match=r"heading_deg"):
        run(tmp_path, pass_direction="ascending")


def test_missing_bounds_are_refused_by_their_key(tmp_path):
    with pytest.raises(InputError, match=r"study_area\.bounds_m.*inputs\.json"):
        run(tmp_path, bounds_m=None)


def test_boundary_in_another_crs_masks(tmp_path):
    half = gpd.GeoDataFrame(
        geometry=[shapely.box(700000, 3960000, 700500, 3961000)], crs=CRS
    ).to_crs("EPSG:4326")
    half.to_file(tmp_path / "half.gpkg")
    path, summary = run(tmp_path, boundary=str(tmp_path / "half.gpkg"))
    frame = gpd.read_parquet(path)
    assert 0 < len(frame) < COUNT
    assert (frame["x_m"] <= 700500.1).all()
    assert summary["area_km2"] == pytest.approx(0.5, rel=1e-3)
    assert summary["points_outside_boundary"] == COUNT - len(frame)


# --- check_inputs ------------------------------------------------------------------------------


def raster(path, crs=CRS, values=None, left=699000.0, top=3962000.0, cell=100.0, down=-1):
    values = np.ones((30, 30), dtype=np.uint8) if values is None else values
    profile = {"count": 1, "height": values.shape[0], "width": values.shape[1]}
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        dtype=values.dtype,
        crs=crs,
        transform=Affine(cell, 0.0, left, 0.0, down * cell, top),
        **profile,
    ) as target:
        target.write(values, 1)
    return str(path)


@pytest.fixture
def area(tmp_path):
    """A sound set of datasets and the config sections that name them."""
    box = shapely.box(*BOUNDS_M)
    gpd.GeoDataFrame({"unit": ["granite", "loess"]}, geometry=[box, box], crs=CRS).to_file(
        tmp_path / "layers.gpkg", layer="lithology"
    )
    line = shapely.LineString([(700000, 3960000), (705000, 3965000)])
    gpd.GeoDataFrame({"name": ["f"]}, geometry=[line], crs=CRS).to_file(
        tmp_path / "layers.gpkg", layer="faults"
    )
    gpd.GeoDataFrame(
        {"class": ["slide", "other"], "kind": ["old", None]}, geometry=[box, box], crs=CRS
    ).to_file(tmp_path / "inventory.gpkg", layer="inventory")
    gpd.GeoDataFrame(geometry=[box], crs=CRS).to_file(tmp_path / "reference.gpkg")
    cover = np.full((30, 30), 2, dtype=np.uint8)
    cover[15, 15] = 9
    return {
        "study_area": {"crs": CRS, "bounds_m": list(BOUNDS_M), "boundary": None},
        "tracks": {
            "up": {
                "pass": "ascending",
                "format": "egms",
                "points": write(tmp_path, "a.csv", egms_text()),
            }
        },
        "terrain": {"dem": raster(tmp_path / "dem.tif")},
        "layers": {
            "lithology": {
                "path": str(tmp_path / "layers.gpkg"),
                "layer": "lithology",
                "column": "unit",
                "classes": {"granite": "hard"},
            },
            "land_use": {
                "path": raster(tmp_path / "cover.tif", values=cover),
                "classes": {2: "trees"},
            },
            "faults": {"path": str(tmp_path / "layers.gpkg"), "layer": "faults"},
            "rivers": None,
        },
        "inventory": {
            "path": str(tmp_path / "inventory.gpkg"),
            "layer": "inventory",
            "class_column": "class",
            "positive_class": "slide",
            "kind_column": "kind",
            "role_column": None,
        },
        "reference": str(tmp_path / "reference.gpkg"),
    }


def test_sound_inputs_are_described_and_unmapped_classes_named(tmp_path, area):
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
    found = json.loads((tmp_path / "inputs.json").read_text())
    assert found["tracks"]["up"]["epochs"] == len(EPOCHS)
    assert found["inventory"]["classes"] == ["other", "slide"]
    assert found["layers"]["land_use"]["classes"] == ["2", "9"]
    assert found["warnings"] == [
        "layers.lithology.classes: no group for loess; found are granite, loess",
        "layers.land_use.classes: no group for 9; found are 2, 9",
    ]


def test_the_smallest_config_is_enough(tmp_path, area):
    bare = {**area, "terrain": {"dem": None}, "layers": {}, "inventory": {"path": None}}
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **{**bare, "reference": None})
    assert json.loads((tmp_path / "inputs.json").read_text())["warnings"] == []


#: dotted key, wrong value (a callable makes the file), what the message says
WRONG = [
    ("study_area.crs", "EPSG:4326", ["study_area.crs", "not projected"]),
    ("study_area.bounds_m", [0, 0, -1, 1], ["study_area.bounds_m", "spans nothing"]),
    ("study_area.bounds_m", [101, 35, 102, 36], ["study_area.bounds_m", "looks like degrees"]),
    ("study_area.bounds_m", [7e6, 4e6, 7.1e6, 4.1e6], ["study_area.bounds_m", "area of use"]),
    ("study_area.boundary", "no.gpkg", ["no.gpkg", "no such file", "study_area.boundary"]),
    ("tracks", {}, ["tracks", "there are none"]),
    ("tracks.up.points", "no.csv", ["tracks.up, no.csv", "no such file"]),
    ("tracks.up.pass", "descending", ["tracks.up.pass", "point west"]),
    ("tracks.up.heading_deg", 192.0, ["tracks.up.heading_deg", "flies south"]),
    ("terrain.dem", "no.tif", ["no.tif", "terrain.dem"]),
    ("terrain.dem", "apart", ["terrain.dem", "apart from the study area"]),
    ("terrain.dem", "nocrs", ["terrain.dem", "no CRS"]),
    ("layers.lithology.column", "unitt", ["layers.lithology.column", "'unitt' not in", "unit"]),
    ("layers.lithology.column", None, ["layers.lithology.column", "missing"]),
    ("layers.lithology.layer", "x", ["layers.lithology.layer", "'x' not in", "lithology, faults"]),
    ("layers.faults.layer", None, ["layers.faults.layer", "lithology, faults", "Name one"]),
    ("layers.faults.layer", "lithology", ["layers.faults", "holds Polygon, not LineString"]),
    ("layers.land_use.path", "apart", ["layers.land_use", "apart from the study area"]),
    ("inventory.layer", "x", ["inventory.layer", "'x' not in"]),
    ("inventory.class_column", "klass", ["inventory.class_column", "'klass'", "class, kind"]),
    ("inventory.positive_class", "x", ["inventory.positive_class", "'x'", "other, slide"]),
    ("inventory.kind_column", "x", ["inventory.kind_column", "'x' not in"]),
    ("reference", "layers", ["candidates.reference: ", "lithology, faults", "a file of one layer"]),
    ("reference", "no.gpkg", ["no.gpkg", "candidates.reference"]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "expected"), WRONG, ids=[f"{w[0]}={w[1]}" for w in WRONG])
def test_what_is_wrong_is_refused_by_its_key(tmp_path, area, key, value, expected):
    made = {
        "apart": {"left": 100000.0},
        "nocrs": {"crs": None},
    }
    if value in ("apart", "nocrs"):
        value = raster(tmp_path / "wrong.tif", **made[value])
    if value == "layers":
        value = area["layers"]["faults"]["path"]
    changed = copy.deepcopy(area)
    *parents, last = key.split(".")
    section = changed
    for parent in parents:
        section = section[parent]
    section[last] = value
    with pytest.raises(InputError) as caught:
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **changed)
    for part in expected:
        assert part in str(caught.value)
    assert not (tmp_path / "inputs.json").exists()


def test_no_bounds_are_suggested_in_the_wrong_zone(tmp_path, area):
    area["study_area"] |= {"bounds_m": None, "crs": "EPSG:32633"}
    with pytest.raises(InputError, match=r"outside the area of use.*study_area\.crs"):
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)


def test_a_dem_in_degrees_will_do(tmp_path, area):
    area["terrain"]["dem"] = raster(
        tmp_path / "degrees.tif", crs="EPSG:4326", left=101.2, top=35.78, cell=0.001
    )
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
    found = json.loads((tmp_path / "inputs.json").read_text(encoding="utf-8"))
    assert found["dem"]["crs"] == "EPSG:4326"


def test_a_dem_from_south_to_north_will_do(tmp_path, area):
    area["terrain"]["dem"] = raster(tmp_path / "up.tif", top=3959000.0, down=1)
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
    found = json.loads((tmp_path / "inputs.json").read_text(encoding="utf-8"))
    assert found["dem"]["covered_share"] == 1


def test_a_layer_that_is_cut_short(tmp_path, area):
    land = pathlib.Path(area["layers"]["land_use"]["path"])
    land.write_bytes(land.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"layers\.land_use: .*cut short"):
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)


def test_rivers_may_be_polygons(tmp_path, area):
    rivers = {"path": area["layers"]["faults"]["path"], "layer": "lithology"}
    area["layers"]["rivers"] = rivers
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)


def test_missing_bounds_are_suggested_ready_to_paste(tmp_path, area):
    import yaml

    area["study_area"]["bounds_m"] = None
    with pytest.raises(InputError) as caught:
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
    pasted = yaml.safe_load(str(caught.value).split("\n", 1)[1])
    xmin, ymin, xmax, ymax = pasted["study_area"]["bounds_m"]
    assert xmin <= BOUNDS_M[0] + 100 <= BOUNDS_M[2] - 100 <= xmax
    assert ymin <= BOUNDS_M[1] + 100 <= BOUNDS_M[3] - 100 <= ymax
    area["study_area"]["bounds_m"] = pasted["study_area"]["bounds_m"]
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
