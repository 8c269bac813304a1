"""Candidates measured against polygons of reference, and references of no use."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from candidates_area import AREA, BODY, measure, merge, outline, write_track
from hotslope.errors import InputError


def test_measuring_needs_polygons_and_stays_in_the_area(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    outline(tmp_path, "descending")
    merge(tmp_path, ["descending"], terrain=False)
    west, east = (
        gpd.GeoDataFrame(geometry=[box], crs=AREA["crs"])
        for box in (
            shapely.box(500400, 4000600, 500600, 4001000),
            shapely.box(500600, 4000600, 500800, 4001000),
        )
    )
    outside = gpd.GeoDataFrame(geometry=[shapely.box(510000, 4e6, 511000, 4001000)], crs=west.crs)
    pd.concat([west, outside]).to_file(tmp_path / "west.gpkg")
    east.to_crs("EPSG:4326").to_file(tmp_path / "east.gpkg")
    paths = [str(tmp_path / "west.gpkg"), str(tmp_path / "east.gpkg")]
    measured = measure(tmp_path, paths)
    assert measured["iou"] == pytest.approx(1.0, abs=1e-6)
    assert measured["counts"]["references"] == 2
    # Where a file lies on this machine is not told.
    names = ["west.gpkg", "east.gpkg"]
    assert measured["reference"] == names
    assert [layer["reference"] for layer in measured["layers"]] == names
    for layer in measured["layers"]:
        assert layer["accuracy"] == pytest.approx(0.5, abs=1e-6)
        assert layer["missing"] == pytest.approx(0.0, abs=1e-6)
        assert layer["counts"]["references"] == 1
    half = measure(tmp_path, paths, boundary=str(tmp_path / "west.gpkg"))
    assert half["accuracy"] == pytest.approx(0.5)
    far = measure(tmp_path, paths[:1], bounds_m=[0, 0, 100, 100])
    assert far["missing"] is None
    assert "note" in far
    lines = gpd.GeoDataFrame(geometry=west.boundary, crs=west.crs)
    lines.to_file(tmp_path / "lines.gpkg")
    with pytest.raises(InputError, match="lines"):
        measure(tmp_path, [str(tmp_path / "lines.gpkg")])


def test_references_with_nothing_to_compare_are_told(tmp_path):
    write_track(tmp_path, "descending", -20.0)
    outline(tmp_path, "descending")
    merge(tmp_path, ["descending"], terrain=False)
    frames = {
        "empty": gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"),
        "outside": gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 100, 100)], crs=AREA["crs"]),
        "apart": gpd.GeoDataFrame(
            geometry=[shapely.box(501500, 4000100, 501600, 4000200)], crs=AREA["crs"]
        ).to_crs("EPSG:4326"),
        "body": gpd.GeoDataFrame(geometry=[BODY], crs=AREA["crs"]).to_crs("EPSG:3857"),
    }
    for name, frame in frames.items():
        frame.to_file(tmp_path / f"{name}.gpkg")
    paths = [str(tmp_path / f"{name}.gpkg") for name in frames]
    measured = measure(tmp_path, paths)
    assert "note" not in measured
    assert measured["counts"]["references"] == 2
    assert [layer.get("note", "")[:27] for layer in measured["layers"]] == [
        "The reference holds no outl",
        "No reference outline lies i",
        "No reference outline overla",
        "",
    ]
    assert [layer["missing"] for layer in measured["layers"]][:3] == [None, None, 1.0]
    # A box drawn in another projection, straight between its corners: some centimetres.
    assert measured["layers"][3]["iou"] == pytest.approx(1.0, abs=1e-3)
