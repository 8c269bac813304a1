"""Rasters of classes, and units and statistics of every raster, as GDAL and QGIS read them."""

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import rasterio

from hotslope.class_rasters import VISIBILITY_CLASSES, class_raster_by_rows
from hotslope.grid import Grid
from hotslope.maps.coverage import COVERAGE_CLASSES
from hotslope.rasters import raster_by_rows, read_raster, write_raster

GRID = Grid.from_bounds([500000.0, 4000000.0, 501000.0, 4000500.0], 12.5, "EPSG:32647")


@pytest.mark.parametrize("classes", [VISIBILITY_CLASSES, COVERAGE_CLASSES])
def test_classes_are_integers_with_colours_names_and_a_style(tmp_path: Path, classes) -> None:
    codes = np.arange(GRID.shape[0] * GRID.shape[1]).reshape(GRID.shape) % len(classes.names)
    given = np.where(np.arange(GRID.shape[1]) < 3, np.nan, codes)
    path = tmp_path / "class.tif"
    with class_raster_by_rows(path, classes, GRID, {"reach_m": "100"}) as write:
        write(slice(0, 25), given[:25])
        write(slice(25, GRID.shape[0]), given[25:])

    np.testing.assert_array_equal(read_raster(path)[0], given)
    with rasterio.open(path) as source:
        assert source.dtypes == ("uint8",)
        assert source.nodata == 255
        assert source.descriptions == ("class",)
        assert source.colorinterp == (rasterio.enums.ColorInterp.palette,)
        colours = source.colormap(1)
        assert source.tags()["reach_m"] == "100"
    names = [each.text for each in ET.parse(f"{path}.aux.xml").iter("Category")]
    assert names == list(classes.names)
    # The style leaves the first class clear; the others have the colours of the file.
    entries = {
        each.get("value"): each for each in ET.parse(tmp_path / "class.qml").iter("paletteEntry")
    }
    assert set(entries) == {str(code) for code in range(1, len(names))}
    for code, name in enumerate(names):
        red, green, blue, _ = colours[code]
        assert classes.colours[code] == f"#{red:02x}{green:02x}{blue:02x}"
        if code:
            assert entries[str(code)].get("color") == classes.colours[code]
            assert entries[str(code)].get("label") == name


def test_units_and_statistics_are_those_of_the_bands(tmp_path: Path) -> None:
    ramp = np.linspace(-1.0, 3.0, GRID.shape[0] * GRID.shape[1]).reshape(GRID.shape)
    bands = {"rate_mm_yr": np.where(ramp > 2.0, np.nan, ramp), "support": np.abs(ramp)}
    write_raster(tmp_path / "a.tif", bands, GRID, units=["mm/yr", ""])
    with raster_by_rows(
        tmp_path / "b.tif", list(bands), GRID, {}, "float64", units=["mm/yr", ""]
    ) as write:
        write(slice(0, GRID.shape[0]), list(bands.values()))
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()
    with rasterio.open(tmp_path / "a.tif") as source:
        assert [unit or "" for unit in source.units] == ["mm/yr", ""]
        for index, values in enumerate(bands.values(), start=1):
            statistics = {name: float(text) for name, text in source.tags(index).items()}
            assert statistics["STATISTICS_MINIMUM"] == pytest.approx(np.nanmin(values))
            assert statistics["STATISTICS_MAXIMUM"] == pytest.approx(np.nanmax(values))
            assert statistics["STATISTICS_MEAN"] == pytest.approx(np.nanmean(values))
            assert statistics["STATISTICS_STDDEV"] == pytest.approx(np.nanstd(values))
