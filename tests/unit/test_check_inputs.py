"""The script that opens every configured dataset before the work begins."""

import copy
import json
import pathlib
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine

from check_inputs import check_inputs
from hotslope.errors import InputError
from points_files import (
    BOUNDS_M,
    CRS,
    EPOCHS,
    NAMES,
    egms_text,
    write,
)


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


def dem(path, **options):
    """A plain DEM at the height of the points."""
    return raster(path, values=np.full((30, 30), 2000, dtype=np.int16), **options)


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
        "terrain": {"dem": dem(tmp_path / "dem.tif")},
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
    text = (tmp_path / "inputs.json").read_text()
    assert str(tmp_path) not in text
    found = json.loads(text)
    assert found["dem"]["path"] == "dem.tif"
    assert found["tracks"]["up"]["epochs"] == len(EPOCHS)
    assert found["inventory"]["classes"] == ["other", "slide"]
    assert found["layers"]["land_use"]["classes"] == ["2", "9"]
    assert found["warnings"] == [
        "layers.lithology.classes: no group for loess; found are granite, loess",
        "layers.land_use.classes: no group for 9; found are 2, 9",
        "inventory: 1 landslides share more than half of their area with a slope of another class "
        "(inventory/0 and inventory/1); the larger overlap with a candidate decides",
    ]


def test_inputs_are_named_without_their_folders(tmp_path, area):
    frame = gpd.GeoDataFrame(
        {"candidate_id": ["PLC0001"]}, geometry=[shapely.box(*BOUNDS_M)], crs=CRS
    )
    frame.to_file(tmp_path / "before.gpkg", layer="candidates")
    previous = str(tmp_path / "before.gpkg")
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area, previous=previous)
    text = (tmp_path / "inputs.json").read_text()
    assert json.loads(text)["previous"]["path"] == "before.gpkg"
    assert str(tmp_path) not in text


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
    ("inventory.role_column", "kind", ["inventory.role_column", "holds ['old']", "train"]),
    ("reference", "layers", ["candidates.reference_layer: ", "lithology, faults", "Name one"]),
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
    area["terrain"]["dem"] = dem(
        tmp_path / "degrees.tif", crs="EPSG:4326", left=101.2, top=35.78, cell=0.001
    )
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
    found = json.loads((tmp_path / "inputs.json").read_text(encoding="utf-8"))
    assert found["dem"]["crs"] == "EPSG:4326"


def test_a_dem_from_south_to_north_will_do(tmp_path, area):
    area["terrain"]["dem"] = dem(tmp_path / "up.tif", top=3959000.0, down=1)
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


def test_places_are_told_in_degrees_and_heights_against_the_dem(tmp_path, area):
    area["terrain"]["dem"] = raster(
        tmp_path / "low.tif", values=np.full((30, 30), 1960, dtype=np.int16)
    )
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
    found = json.loads((tmp_path / "inputs.json").read_text())
    assert found["study_area"]["centre_lonlat"] == pytest.approx([101.22, 35.77], abs=0.02)
    assert len(found["study_area"]["corners_lonlat"]) == 4
    assert found["tracks"]["up"]["heights"]["median_difference_m"] == pytest.approx(-40.1)
    assert any("the geoid is the likely cause" in sentence for sentence in found["warnings"])


def test_a_dem_at_another_height_is_refused(tmp_path, area):
    area["terrain"]["dem"] = raster(
        tmp_path / "feet.tif", values=np.full((30, 30), 6561, dtype=np.int16)
    )
    with pytest.raises(InputError, match=r"tracks\.up: height_m: .*\+4561 m"):
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
    assert not (tmp_path / "inputs.json").exists()


def test_a_copy_of_the_file_of_another_track_is_refused(tmp_path, area):
    """Under another name, as another format and with the other sign."""
    away = {"pass": "ascending", "format": "egms", "points": write(tmp_path, "b.csv", egms_text())}
    area["tracks"]["second"] = away
    with pytest.raises(InputError, match=r"tracks\.second\.points: 40 .*speeds of tracks\.up"):
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
    table = pd.read_csv(away["points"])[["pid", "longitude", "latitude", "mean_velocity", *NAMES]]
    table[["mean_velocity", *NAMES]] *= -1
    columns = {"point_id": "pid", "lon": "longitude", "lat": "latitude"}
    area["tracks"]["second"] = {
        "pass": "descending",
        "format": "table",
        "points": write(tmp_path, "c.csv", table.to_csv(index=False)),
        "columns": columns | {"velocity_mm_yr": "mean_velocity"},
    }
    with pytest.raises(InputError, match=r"would confirm itself"):
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)


#: CRS and bounds, what the message must say.
SLIPS = {
    "order of the axes": (CRS, [700000, 701000, 3960000, 3961000], "[700000, 3960000, 701000"),
    "north before east": (CRS, [3960000, 700000, 3961000, 701000], "[700000, 3960000, 701000"),
    "from the other corner": (CRS, [701000, 3961000, 700000, 3960000], "[700000, 3960000, 701000"),
    "zone": ("EPSG:32632", BOUNDS_M, "in EPSG:32647 (UTM zone 47N) they would"),
    "hemisphere": (
        "EPSG:32747",
        [700000, 3960000, 701000, 3961000],
        "in EPSG:32647 (UTM zone 47N) they would",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_slips_in_the_bounds_come_with_a_hint(tmp_path, area, name):
    crs, bounds, hint = SLIPS[name]
    area |= {"layers": {}, "inventory": {"path": None}, "reference": None}
    area["study_area"] |= {"crs": crs, "bounds_m": list(bounds)}
    with pytest.raises(InputError) as caught:
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
    assert hint in str(caught.value)
    if "UTM zone" in hint:
        assert "a.csv" in caught.value.place
    assert not (tmp_path / "inputs.json").exists()


def test_a_reference_layer_is_read_of_a_file_of_several(tmp_path, area):
    box = shapely.box(*BOUNDS_M)
    for layer in ("candidates", "potential_landslides"):
        gpd.GeoDataFrame(geometry=[box], crs=CRS).to_file(tmp_path / "map.gpkg", layer=layer)
    area |= {"reference": [area["reference"], str(tmp_path / "map.gpkg")]}
    check_inputs(
        inputs_path=str(tmp_path / "inputs.json"),
        **area,
        reference_layer="potential_landslides",
    )
    found = json.loads((tmp_path / "inputs.json").read_text())
    assert [each["layer"] for each in found["reference"]] == ["reference", "potential_landslides"]
    with pytest.raises(InputError, match=r"candidates\.reference_layer: 'x' not in"):
        check_inputs(inputs_path=str(tmp_path / "n.json"), **area, reference_layer="x")


#: Key of a layer → section of the config that gives it.
LAYERS = {
    "layers.lithology": lambda path: {
        "layers": {"lithology": {"path": path, "layer": None, "column": "unit", "classes": None}}
    },
    "layers.faults": lambda path: {"layers": {"faults": {"path": path, "layer": None}}},
    "layers.rivers": lambda path: {"layers": {"rivers": {"path": path, "layer": None}}},
    "inventory": lambda path: {
        "inventory": {"path": path, "layer": None, "class_column": "unit", "positive_class": "a"}
    },
    "candidates.reference": lambda path: {"reference": path},
    "study_area.boundary": lambda path: {
        "study_area": {"crs": CRS, "bounds_m": list(BOUNDS_M), "boundary": path}
    },
}


_LINES = ("layers.faults", "layers.rivers")
#: Key, geometry that each feature has, and suffix of the file.
NOTHING = [(key, None, suffix) for key in LAYERS for suffix in (".gpkg", ".shp", ".geojson")]
NOTHING += [(key, "POLYGON EMPTY", ".gpkg") for key in LAYERS if key not in _LINES]


@pytest.mark.parametrize(("key", "shape", "suffix"), NOTHING)
def test_layers_without_any_geometry_are_refused(tmp_path, area, key, shape, suffix):
    shapes = gpd.GeoSeries([shape and shapely.from_wkt(shape)] * 3, crs=CRS)
    kind = "LineString" if key in _LINES else "Polygon"
    layer = gpd.GeoDataFrame({"unit": ["a", "b", "c"]}, geometry=shapes)
    layer.to_file(tmp_path / f"none{suffix}", geometry_type=kind)
    given = LAYERS[key](str(tmp_path / f"none{suffix}"))
    with pytest.raises(InputError, match=r"no geometry|without geometry") as caught:
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area | given)
    assert caught.value.place.startswith(key)
    assert not (tmp_path / "inputs.json").exists()


def test_layers_of_a_file_geodatabase_and_a_zip_are_opened(tmp_path, area):
    units = gpd.read_file(area["layers"]["lithology"]["path"], layer="lithology")
    units.to_file(tmp_path / "geology.gdb", driver="OpenFileGDB", layer="units")
    units.to_file(tmp_path / "geology.shp")
    with zipfile.ZipFile(tmp_path / "geology.zip", "w") as archive:
        for part in tmp_path.glob("geology.[sdpc][hbrp]*"):
            archive.write(part, part.name)
    for name in ("geology.gdb", "geology.zip"):
        area["layers"]["lithology"] |= {"path": str(tmp_path / name), "layer": None}
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **area)
        found = json.loads((tmp_path / "inputs.json").read_text())
        assert found["layers"]["lithology"]["features"] == 2


@pytest.fixture
def chinese_inventory(tmp_path, area):
    """An inventory in the encoding of a Chinese survey, which the file does not declare."""
    box = shapely.box(*BOUNDS_M)
    frame = gpd.GeoDataFrame({"class": ["滑坡", "采矿"]}, geometry=[box, box], crs=CRS)
    frame.to_file(tmp_path / "slides.shp", encoding="GB18030")
    (tmp_path / "slides.cpg").unlink()
    area["inventory"] = {
        "path": str(tmp_path / "slides.shp"),
        "layer": None,
        "class_column": "class",
        "positive_class": "滑坡",
    }
    return area


def test_an_inventory_of_an_undeclared_encoding_is_refused_with_its_readings(
    tmp_path, chinese_inventory
):
    with pytest.raises(InputError, match=r"inventory: .*can be read as .*采矿.*encoding"):
        check_inputs(inputs_path=str(tmp_path / "inputs.json"), **chinese_inventory)


def test_an_inventory_of_a_named_encoding_is_read(tmp_path, chinese_inventory):
    chinese_inventory["inventory"]["encoding"] = "GB18030"
    check_inputs(inputs_path=str(tmp_path / "inputs.json"), **chinese_inventory)
    found = json.loads((tmp_path / "inputs.json").read_text(encoding="utf-8"))
    assert found["inventory"]["classes"] == ["滑坡", "采矿"]
