"""Map layers as check_inputs reads them, before any work."""

import contextlib
import sqlite3
import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine
from pyproj import CRS

from hotslope.errors import InputError
from hotslope.factors.layer_files import check_layers
from hotslope.factors.layers import read_lines, read_units

UTM = CRS.from_epsg(32647)
BOUNDS_M = (700_000.0, 4_000_000.0, 701_000.0, 4_001_000.0)
HALVES = [
    shapely.box(700_000, 4_000_000, 700_500, 4_001_000),
    shapely.box(700_500, 4_000_000, 701_000, 4_001_000),
]
LINE = shapely.LineString([(700_000, 4_000_000), (701_000, 4_001_000)])


def vector(path: Path, shapes: list[Any], crs: str = "EPSG:32647", **options: Any) -> str:
    units = [f"unit {number}" for number in range(len(shapes))]
    frame = gpd.GeoDataFrame({"unit": units}, geometry=shapes, crs="EPSG:32647").to_crs(crs)
    pyogrio.write_dataframe(frame, path, **options)
    return str(path)


def lithology(path: str, **options: Any) -> dict[str, dict[str, Any]]:
    return {"lithology": {"path": path, "layer": None, "column": "unit", "classes": None} | options}


def with_styles(path: str) -> str:
    """Add the table that QGIS makes of 'save style as default in the database'."""
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)")
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES "
            "('layer_styles', 'attributes', 'layer_styles', '2024-01-01T00:00:00.000Z')"
        )
    return path


def test_tables_without_geometry_are_no_layers(tmp_path: Path) -> None:
    path = with_styles(vector(tmp_path / "map.gpkg", HALVES))
    found, warnings = check_layers(lithology(path), BOUNDS_M, UTM)
    assert found["lithology"]["layer"] == "map"
    assert found["lithology"]["classes"] == ["unit 0", "unit 1"]
    assert warnings == []
    with pytest.raises(InputError, match="'layer_styles' is a table without geometry"):
        check_layers(lithology(path, layer="layer_styles", column="styleQML"), BOUNDS_M, UTM)


def test_spellings_of_a_unit_are_one_and_blank_ones_are_missing(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"unit": ["Marl", "marl ", "Marl", "  "]}, geometry=[HALVES[0]] * 4, crs=UTM
    )
    frame.to_file(tmp_path / "map.gpkg")
    found, warnings = check_layers(
        lithology(str(tmp_path / "map.gpkg"), classes={"marl": "soft"}), BOUNDS_M, UTM
    )
    assert found["lithology"]["classes"] == ["Marl"]
    assert warnings == [
        "layers.lithology.column: 'Marl' (2), 'marl ' (1) taken for one class, 'Marl'"
    ]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3035", "EPSG:32648"])
def test_layers_of_another_crs_are_taken_to_the_project(tmp_path: Path, crs: str) -> None:
    path = vector(tmp_path / "map.gpkg", HALVES, crs)
    check_layers(lithology(path), BOUNDS_M, UTM)
    units = read_units(path, None, "unit", "EPSG:32647", "layers.lithology")
    np.testing.assert_allclose(units.area, 500_000.0, rtol=2e-4)


def stored(path: Path, wkb: bytes, kind: str, axes: str = "") -> str:
    """A GeoPackage whose one feature has a geometry that geopandas cannot write."""
    shape = LINE if kind == "LineString" else HALVES[0]
    vector(path, [shape], SPATIAL_INDEX="NO", geometry_type=kind)
    header = b"GP" + struct.pack("<BBi", 0, 1, 32647)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE map SET geom = ?", (header + wkb,))
        more = ("Z" in axes, "M" in axes)
        database.execute("UPDATE gpkg_geometry_columns SET z = ?, m = ?", more)
    return str(path)


RING = [(700_000, 4_000_000), (701_000, 4_000_000), (701_000, 4_001_000), (700_000, 4_000_000)]


# pyogrio says that it leaves measures out.
@pytest.mark.filterwarnings("ignore:Measured:UserWarning")
@pytest.mark.parametrize("kind", ["Z", "M", "ZM"])
def test_heights_and_measures_are_left_out(tmp_path: Path, kind: str) -> None:
    text = ", ".join(f"{x} {y}{' 5' * len(kind)}" for x, y in RING)
    polygon, line = (
        shapely.to_wkb(shapely.from_wkt(shape), output_dimension=4, flavor="iso")
        for shape in (f"POLYGON {kind} (({text}))", f"LINESTRING {kind} ({text})")
    )
    path = stored(tmp_path / "map.gpkg", polygon, "Polygon", kind)
    found, _ = check_layers(lithology(path), BOUNDS_M, UTM)
    assert found["lithology"]["classes"] == ["unit 0"]
    units = read_units(path, None, "unit", "EPSG:32647", "layers.lithology")
    assert units.area.tolist() == [500_000.0]
    assert not units.has_z.any()
    (tmp_path / "map.gpkg").unlink()
    path = stored(tmp_path / "map.gpkg", line, "LineString", kind)
    check_layers({"faults": {"path": path}}, BOUNDS_M, UTM)
    read = read_lines(path, None, "EPSG:32647", "layers.faults")
    assert shapely.length(read)[0] == pytest.approx(2000 + 1000 * 2**0.5)


def test_curves_are_read_as_many_short_lines(tmp_path: Path) -> None:
    """A disc of radius 400 m, drawn as two arcs."""
    arcs = [(700_100, 0), (700_500, 400), (700_900, 0), (700_500, -400), (700_100, 0)]
    circle = struct.pack("<BII", 1, 8, len(arcs)) + b"".join(
        struct.pack("<dd", x, 4_000_500 + y) for x, y in arcs
    )
    disc = struct.pack("<BII", 1, 10, 1) + circle
    path = stored(tmp_path / "map.gpkg", disc, "Unknown")
    found, _ = check_layers(lithology(path), BOUNDS_M, UTM)
    assert found["lithology"]["classes"] == ["unit 0"]
    units = read_units(path, None, "unit", "EPSG:32647", "layers.lithology")
    np.testing.assert_allclose(units.area, np.pi * 400.0**2, rtol=2e-3)


def test_invalid_polygons_are_repaired_and_missing_ones_reported(tmp_path: Path) -> None:
    bow_tie = shapely.Polygon(
        [(700_000, 4_000_000), (701_000, 4_001_000), (701_000, 4_000_000), (700_000, 4_001_000)]
    )
    path = vector(tmp_path / "map.gpkg", [bow_tie, None, shapely.Polygon()])
    found, warnings = check_layers(lithology(path), BOUNDS_M, UTM)
    assert found["lithology"]["without_geometry"] == 2
    assert warnings == [
        "layers.lithology: 2 of 3 features have no geometry and are left out",
    ]
    units = read_units(path, None, "unit", "EPSG:32647", "layers.lithology")
    assert units.area.tolist() == [500_000.0]


COLLECTION = shapely.GeometryCollection([HALVES[0], LINE])


@pytest.mark.parametrize(
    ("name", "shapes", "kind", "message"),
    [
        ("lithology", [None, None], "Polygon", "holds no geometry"),
        ("lithology", [shapely.Polygon()], "Polygon", "holds no geometry"),
        ("lithology", [], "Polygon", "the layer is empty"),
        ("lithology", [HALVES[0], COLLECTION], "Unknown", "GeometryCollection among its polygons"),
        ("lithology", [HALVES[0], LINE], "Unknown", "LineString among its polygons"),
        ("lithology", [LINE], "LineString", "holds LineString, not Polygon or MultiPolygon"),
        ("faults", [None], "LineString", "holds no geometry"),
        ("faults", [LINE, HALVES[0]], "Unknown", "holds polygons among its lines"),
        ("faults", [LINE, shapely.Point(700_500, 4_000_500)], "Unknown", "holds points"),
        ("rivers", [shapely.Point(700_500, 4_000_500)], "Point", "holds Point, not"),
        ("roads", [shapely.affinity.translate(LINE, 200_000)], "LineString", "apart from"),
    ],
)
def test_layers_without_use_are_refused_by_key_and_file(
    tmp_path: Path, name: str, shapes: list[Any], kind: str, message: str
) -> None:
    path = vector(tmp_path / "map.gpkg", shapes, geometry_type=kind)
    layers = {name: lithology(path)["lithology"]}
    with pytest.raises(InputError, match=message) as refusal:
        check_layers(layers, BOUNDS_M, UTM)
    assert str(refusal.value).startswith(f"layers.{name}")
    assert path in str(refusal.value)


def test_layer_without_crs_is_refused(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"unit": ["a"]}, geometry=HALVES[:1], crs="EPSG:32647")
    frame.to_file(tmp_path / "map.shp")
    (tmp_path / "map.prj").unlink()
    with pytest.raises(InputError, match=r"layers\.lithology: .*map\.shp: the layer has no CRS"):
        check_layers(lithology(str(tmp_path / "map.shp")), BOUNDS_M, UTM)


def test_encoding_is_asked_for_and_applied(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"unit": ["花岗岩", "黄土"]}, geometry=HALVES, crs="EPSG:32647")
    frame.to_file(tmp_path / "map.shp", encoding="GBK")
    (tmp_path / "map.cpg").unlink()
    path = str(tmp_path / "map.shp")
    with pytest.raises(InputError, match=r"'花岗岩' \(GB18030\)"):
        check_layers(lithology(path), BOUNDS_M, UTM)
    found, _ = check_layers(lithology(path, encoding="GBK"), BOUNDS_M, UTM)
    assert found["lithology"]["classes"] == ["花岗岩", "黄土"]


NORTH_UP = Affine(10.0, 0, 699_900, 0, -10.0, 4_001_100)


# rasterio itself multiplies transforms in the way that affine is about to retire.
@pytest.mark.filterwarnings("ignore:Use .@. matmul:PendingDeprecationWarning")
@pytest.mark.parametrize(
    ("profile", "message"),
    [
        ({"count": 4, "photometric": "RGB"}, "has 4 bands, as a picture has"),
        ({"count": 2}, "has 2 bands"),
        ({"dtype": "float32"}, "holds float32, not codes"),
        ({"crs": None}, "no CRS"),
        ({"transform": Affine(10.0, 0, 699_900, 0, 10.0, 3_999_900)}, "not north up"),
        ({"transform": Affine(10.0, 1.0, 699_900, 1.0, -10.0, 4_001_100)}, "not north up"),
        ({"scale": 0.1}, "a quantity, not codes"),
        ({"transform": Affine(10.0, 0, 100_000, 0, -10.0, 4_001_100)}, "apart from"),
    ],
)
@pytest.mark.parametrize("classes", [None, {1: "water"}])
def test_rasters_that_hold_no_codes_are_refused(
    tmp_path: Path, profile: dict[str, Any], message: str, classes: dict[int, str] | None
) -> None:
    options = dict(profile)
    scale = options.pop("scale", 1.0)
    defaults = {"count": 1, "dtype": "uint8", "crs": "EPSG:32647", "transform": NORTH_UP}
    path = str(tmp_path / "cover.tif")
    with rasterio.open(
        path, "w", driver="GTiff", height=120, width=120, **{**defaults, **options}
    ) as target:
        target.write(np.ones((target.count, 120, 120), target.dtypes[0]))
        if scale != 1.0:
            target.scales = (scale,)
    layers = {"land_use": {"path": path, "classes": classes}}
    with pytest.raises(InputError, match=message) as refusal:
        check_layers(layers, BOUNDS_M, UTM)
    assert str(refusal.value).startswith("layers.land_use")
    assert path in str(refusal.value)
