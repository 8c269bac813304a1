"""Longitude is cyclic: both conventions are read, and areas across 180 degrees."""

import numpy as np
import pandas as pd
import pytest
from pyproj import CRS, Transformer

from hotslope.errors import InputError
from hotslope.points.arrays import collect_arrays
from hotslope.points.cells import Block, CellGrid, collect_cells
from hotslope.points.coordinates import Window, locate
from hotslope.points.formats import read_points
from hotslope.points.study import check_bounds
from points_files import COUNT, EPOCHS, NAMES, table_text, write

PLACES = {
    "California": ("EPSG:32610", (550000.0, 4150000.0, 553000.0, 4153000.0)),
    "Fiji": ("EPSG:32760", (817000.0, 8136000.0, 823000.0, 8142000.0)),
    "Qinghai": ("EPSG:32647", (700000.0, 3960000.0, 701000.0, 3961000.0)),
}


def turned(lon: np.ndarray, convention: str) -> np.ndarray:
    if convention == "-360":
        return lon % 360 - 360
    return lon % 360 if convention == "0-360" else (lon + 180) % 360 - 180


@pytest.mark.parametrize("convention", ["-180", "0-360", "-360"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("clipped", [True, False])
def test_points_of_either_convention_are_read(tmp_path, place, convention, clipped):
    crs, bounds = PLACES[place]
    rng = np.random.default_rng(7)
    x_m, y_m = (rng.uniform(bounds[i], bounds[i + 2], COUNT) for i in (0, 1))
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x_m, y_m)
    frame = pd.read_csv(write(tmp_path, "p.csv", table_text()))
    frame["lon"] = turned(lon, convention)
    frame["lat"] = lat
    frame.to_csv(tmp_path / "q.csv", index=False)
    points, displacement_mm, _ = read_points(
        str(tmp_path / "q.csv"), "table", crs=crs, bounds_m=bounds if clipped else None
    )
    assert displacement_mm.shape == (COUNT, len(NAMES))
    np.testing.assert_allclose(points["x_m"], x_m, atol=0.01)
    np.testing.assert_allclose(points["y_m"], y_m, atol=0.01)
    assert points["lon"].between(-180, 180).all()
    if place == "Fiji":
        assert points["lon"].min() < -179 < 179 < points["lon"].max()


@pytest.mark.parametrize(
    ("crs", "west_m", "fits"),
    [
        ("EPSG:32760", 817000.0, True),  # zone 60, across 180 degrees
        ("EPSG:32701", 180000.0, True),  # the same area in zone 1
        ("EPSG:32760", 1_900_000.0, False),
        ("EPSG:32701", -900_000.0, False),
        ("EPSG:3832", 3_300_000.0, True),  # PDC Mercator is used on both sides of 180 degrees
        ("EPSG:3832", -7_000_000.0, False),
    ],
)
def test_bounds_across_180_degrees_are_compared_with_the_area_of_use(crs, west_m, fits):
    bounds = (west_m, 8136000.0, west_m + 6000.0, 8142000.0)
    if crs == "EPSG:3832":
        bounds = (west_m, -1_900_000.0, west_m + 6000.0, -1_890_000.0)
    if fits:
        assert check_bounds(bounds, CRS(crs)) == bounds
        return
    with pytest.raises(InputError, match="outside the area of use"):
        check_bounds(bounds, CRS(crs))


@pytest.mark.parametrize("convention", ["-180", "0-360"])
@pytest.mark.parametrize("place", PLACES)
def test_points_held_as_arrays_are_read_in_either_convention(place, convention):
    crs, bounds = PLACES[place]
    window = Window(CRS(crs), bounds)
    x_m, y_m = (np.linspace(*bounds[axis::2], COUNT + 2)[1:-1] for axis in (0, 1))
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x_m, y_m)
    points = pd.DataFrame({"lon": turned(lon, convention), "lat": lat})
    series = np.ones((COUNT, len(EPOCHS)))
    found = collect_arrays("a.mat", points, series, EPOCHS, "EPSG:4326", window)
    assert len(found.points) == COUNT
    np.testing.assert_allclose(locate(found.points, found.crs, window)["x_m"], x_m, atol=0.01)


@pytest.mark.parametrize("convention", ["-180", "0-360"])
@pytest.mark.parametrize("place", PLACES)
def test_cells_are_read_in_either_convention(place, convention):
    crs, bounds = PLACES[place]
    window = Window(CRS(crs), bounds)
    xmin, ymin, xmax, ymax = window.box("EPSG:4326")
    lon, lat = np.linspace(xmin, xmax, 9)[1:-1], np.linspace(ymax, ymin, 7)[1:-1]
    grid = CellGrid("a.h5", turned(lon, convention), lat, "EPSG:4326")

    def read(rows: slice, columns: slice) -> Block:
        shape = (len(EPOCHS), rows.stop - rows.start, columns.stop - columns.start)
        return Block(np.ones(shape, dtype="f4"))

    found = collect_cells(grid, EPOCHS, read, window)
    assert len(found.points) == lon.size * lat.size
    project = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x_m, y_m = project.transform(*np.meshgrid(lon, lat))
    located = locate(found.points, found.crs, window)
    np.testing.assert_allclose(located["x_m"], x_m.ravel(), atol=0.01)
    np.testing.assert_allclose(located["y_m"], y_m.ravel(), atol=0.01)
