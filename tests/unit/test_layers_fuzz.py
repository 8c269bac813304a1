"""Whatever bytes a DEM, a layer, an inventory or a table of factors holds: sound, or an InputError.

As test_points_fuzz does for points: an input depends on its kind and number alone.
"""

import os
import random
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

import file_damage
from check_inputs import check_inputs
from hotslope.errors import InputError
from hotslope.learning.given_table import read_table, split_table
from open_files import open_files
from points_files import BOUNDS_M, CRS, egms_text, write

#: Inputs per kind.
INPUTS = int(os.environ.get("HOTSLOPE_FUZZ_LAYERS", "30"))
FIRST = int(os.environ.get("HOTSLOPE_FUZZ_FIRST", "0"))
WEST, SOUTH, EAST, NORTH = BOUNDS_M
BOX = shapely.box(*BOUNDS_M)
LINE = shapely.LineString([(WEST, SOUTH), (EAST, NORTH)])
CLASSES = gpd.GeoDataFrame({"class": ["slide", "other"]}, geometry=[BOX, BOX], crs=CRS)


def raster(path: Path, values: np.ndarray) -> Path:
    """Write a raster over the study area and 1 km beyond."""
    profile = {
        "driver": "GTiff",
        "width": values.shape[1],
        "height": values.shape[0],
        "count": 1,
        "dtype": values.dtype,
        "crs": CRS,
        "transform": from_origin(WEST - 1000, NORTH + 1000, 100, 100),
    }
    with rasterio.open(path, "w", **profile) as target:
        target.write(values, 1)
    return path


def table_of_factors(path: Path) -> Path:
    rng = np.random.default_rng(1)
    pd.DataFrame(
        {
            "x": rng.uniform(0, 1000, 30).round(),
            "y": rng.uniform(0, 1000, 30).round(),
            "class": np.where(rng.random(30) < 0.5, "landslide", "other"),
            "height": rng.normal(2000, 100, 30).round(1),
            "rock": rng.choice(["loess", "granite"], 30),
        }
    ).to_csv(path, index=False)
    return path


def layer(path: Path, frame: gpd.GeoDataFrame) -> Path:
    frame.to_file(path)
    return path


LINES = gpd.GeoDataFrame({"name": ["f"]}, geometry=[LINE], crs=CRS)
INVENTORY = {"class_column": "class", "positive_class": "slide", "kind_column": None}
#: How the file of a kind is written, and where it stands in the config.
KINDS: dict[str, tuple[Callable[[Path], Path], Callable[[str], dict]]] = {
    "dem": (
        lambda folder: raster(folder / "a.tif", np.full((30, 30), 2000, dtype=np.int16)),
        lambda path: {"terrain": {"dem": path}},
    ),
    "land cover": (
        lambda folder: raster(folder / "a.tif", np.full((30, 30), 2, dtype=np.uint8)),
        lambda path: {"layers": {"land_use": {"path": path, "classes": {2: "trees"}}}},
    ),
    "GeoPackage": (
        lambda folder: layer(folder / "a.gpkg", CLASSES),
        lambda path: {"layers": {"lithology": {"path": path, "layer": None, "column": "class"}}},
    ),
    "GeoJSON": (
        lambda folder: layer(folder / "a.geojson", LINES.to_crs("EPSG:4326")),
        lambda path: {"layers": {"faults": {"path": path, "layer": None}}},
    ),
    "Shapefile": (
        lambda folder: layer(folder / "a.shp", CLASSES),
        lambda path: {
            "inventory": {"path": path, "layer": None, "role_column": None, **INVENTORY}
        },
    ),
    "boundary": (
        lambda folder: layer(folder / "a.gpkg", CLASSES[:1]),
        lambda path: {
            "study_area": {"crs": CRS, "bounds_m": list(BOUNDS_M), "boundary": path}
        },
    ),
}  # fmt: skip


def checked(folder: Path, points: str, change: dict) -> None:
    """Check the inputs of a study area that has one dataset beside its points."""
    track = {"pass": "ascending", "format": "egms", "points": points}
    sections = {
        "study_area": {"crs": CRS, "bounds_m": list(BOUNDS_M), "boundary": None},
        "tracks": {"up": track},
        "terrain": {"dem": None},
        "layers": {},
        "inventory": {"path": None},
        "reference": None,
    }
    check_inputs(inputs_path=str(folder / "inputs.json"), **{**sections, **change})


def read_factors(path: str) -> None:
    columns = {
        "x_column": "x",
        "y_column": "y",
        "class_column": "class",
        "positive_class": "landslide",
        "group_column": None,
        "factors": None,
    }
    split_table(read_table(path), path, **columns)


def try_inputs(kind: str, folder: Path, read: Callable[[], None]) -> None:
    """Damage one of the files in a folder so many times, and read them each time."""
    contents = {file: file.read_bytes() for file in sorted(folder.iterdir())}
    read()
    before = open_files()
    text = any(file.suffix in (".csv", ".geojson") for file in contents)
    for number in range(FIRST, FIRST + INPUTS):
        rng = random.Random(f"{kind} {number}")
        file = rng.choice(list(contents))
        mutations = file_damage.TEXT if text else file_damage.BINARY
        file.write_bytes(file_damage.damaged(contents[file], mutations, rng))
        try:
            with suppress(InputError):
                read()
        except BaseException as error:
            error.add_note(f"{kind}, {file.name}: again by HOTSLOPE_FUZZ_FIRST={number}")
            raise
        # What GDAL writes beside a file belongs to the damaged one.
        for written in set(folder.iterdir()) - set(contents):
            written.unlink()
        file.write_bytes(contents[file])
    assert open_files() == before


# What GDAL says of damage goes to the log of a job.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("kind", [*KINDS, "factors"])
def test_damaged_datasets_are_refused_or_read(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets, temporary = tmp_path / "datasets", tmp_path / "temporary"
    for folder in (datasets, temporary):
        folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    if kind == "factors":
        path = str(table_of_factors(datasets / "a.csv"))
        try_inputs(kind, datasets, lambda: read_factors(path))
    else:
        writer, section = KINDS[kind]
        points = write(tmp_path, "points.csv", egms_text())
        change = section(str(writer(datasets)))
        try_inputs(kind, datasets, lambda: checked(tmp_path, points, change))
    assert list(temporary.iterdir()) == []
