"""Whatever bytes a file holds, a reader gives points that pass all checks, or an InputError.

And it leaves no file open and no temporary file behind.
"""

import os
import random
import tempfile
from pathlib import Path

import numpy as np
import pytest

import file_damage
import raster_products as products
import test_points_gamma_binary as gamma_binary
import test_points_sarvey as sarvey
import test_points_stamps as stamps
from hotslope.errors import InputError
from hotslope.points.formats import read_points
from open_files import open_files
from points_files import CRS, egms_text, gamma_files, table_text, write

#: Inputs per reader; `make test-fuzz` tries 20,000 of text and 2,000 of binary files.
TEXT_INPUTS = int(os.environ.get("HOTSLOPE_FUZZ_TEXT", "250"))
BINARY_INPUTS = int(os.environ.get("HOTSLOPE_FUZZ_BINARY", "40"))
#: Number of the first: each input depends on its number alone, and other ones are other inputs.
FIRST = int(os.environ.get("HOTSLOPE_FUZZ_FIRST", "0"))
#: Of so many inputs some are still sound.
ENOUGH = 40


def egms_parquet(folder: Path) -> str:
    import pandas as pd

    frame = pd.read_csv(write(folder, "a.csv", egms_text()))
    frame.to_parquet(folder / "a.parquet")
    return str(folder / "a.parquet")


def with_decimal_commas(folder: Path) -> str:
    head, body = table_text(delimiter=";").split("\n", 1)
    return write(folder, "a.csv", f"{head}\n{body.replace('.', ',')}")


def geoparquet(folder: Path, encoding: str) -> str:
    import geopandas as gpd
    import pandas as pd

    table = pd.read_csv(write(folder, "a.csv", table_text()))
    shapes = gpd.points_from_xy(table.pop("lon"), table.pop("lat"))
    (folder / "a.csv").unlink()
    gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326").to_parquet(
        folder / "a.parquet", geometry_encoding=encoding, schema_version="1.1.0"
    )
    return str(folder / "a.parquet")


def mat(folder: Path) -> str:
    stamps.savemat(folder / "a.mat", stamps.variables())
    return str(folder / "a.mat")


def exported(folder: Path) -> str:
    sarvey.export().to_file(folder / "a.gpkg")
    return str(folder / "a.gpkg")


TEXT = {
    "egms": ("egms", lambda folder: write(folder, "a.csv", egms_text())),
    "gamma": ("gamma_ipta", gamma_files),
    "table": ("table", lambda folder: write(folder, "a.csv", table_text())),
    "table of blanks": (
        "table",
        lambda folder: write(folder, "a.txt", table_text(delimiter="  ")),
    ),
    "table of decimal commas": ("table", with_decimal_commas),
    "stamps": (
        "stamps",
        lambda folder: write(folder, "a.csv", stamps.CSV["visualizer"] + stamps.rows()),
    ),
}
BINARY = {
    "mintpy": ("mintpy", products.write_mintpy),
    "hdfeos5": ("mintpy", products.write_hdfeos5),
    "licsbas": ("licsbas", products.write_licsbas),
    "opera_disp": ("opera_disp", products.write_opera),
    "dolphin": ("dolphin", products.write_dolphin),
    "hyp3": ("hyp3", products.write_hyp3),
    "gamma_points": ("gamma_ipta", gamma_binary.files),
    "mat": ("stamps", mat),
    "sarvey": ("sarvey", sarvey.write_hdf5),
    "sarvey export": ("sarvey", exported),
    "egms parquet": ("egms", egms_parquet),
    "geoparquet": ("table", lambda folder: geoparquet(folder, "WKB")),
    "geoarrow": ("table", lambda folder: geoparquet(folder, "geoarrow")),
}
HDF5 = b"\x89HDF"


class Sound:
    """The sound files of one format, written once; what is damaged is put right again.

    Parameters
    ----------
    name : str
        A key of `TEXT` or `BINARY`.
    folder : Path
        Where to write them.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.format, writer = (TEXT | BINARY)[name]
        self.path = writer(folder)
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        self.contents = {file: file.read_bytes() for file in files}

    def read(self) -> bool:
        """Read the files as they are now; return whether they gave valid points."""
        refusal = None
        try:
            points, displacement_mm, dates = read_points(self.path, self.format, crs=CRS)
        except InputError as error:
            refusal = error
        if refusal is not None:
            assert all((refusal.place, refusal.problem, refusal.remedy))
            return False
        assert displacement_mm.shape == (len(points), len(dates))
        assert points["point_id"].is_unique
        assert np.isfinite(points[["x_m", "y_m", "velocity_mm_yr"]].to_numpy()).all()
        return True

    def damage(self, number: int) -> Path:
        """Damage one of the files, always in the same way for one number; return which."""
        rng = random.Random(f"{self.name} {number}")
        file = rng.choice(list(self.contents))
        content = self.contents[file]
        if content.startswith(HDF5) and rng.random() < 0.5:
            file_damage.damage_hdf5(file, rng)
        else:
            kinds = file_damage.TEXT if self.name in TEXT else file_damage.BINARY
            file.write_bytes(file_damage.damaged(content, kinds, rng))
        return file


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, which must be empty in the end."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def try_inputs(sound: Sound, inputs: int, temporary: Path) -> None:
    """Read so many damaged inputs; none may end otherwise than in points or an InputError."""
    assert sound.read()
    before = open_files()
    accepted = 0
    for number in range(FIRST, FIRST + inputs):
        file = sound.damage(number)
        try:
            accepted += sound.read()
        except BaseException as error:
            again = f"HOTSLOPE_FUZZ_FIRST={number} HOTSLOPE_FUZZ_TEXT=1 HOTSLOPE_FUZZ_BINARY=1"
            error.add_note(f"{sound.name}, {file.name}, input {number}: again by {again}")
            raise
        file.write_bytes(sound.contents[file])
    assert accepted or inputs < ENOUGH, "no input was sound enough to be checked beyond its layout"
    assert open_files() == before
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("name", TEXT)
def test_text(name, tmp_path, temporary):
    try_inputs(Sound(name, tmp_path), TEXT_INPUTS, temporary)


# pyogrio's own handler of errors fails on messages of GDAL that quote bytes of the file.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", BINARY)
def test_binary(name, tmp_path, temporary):
    try_inputs(Sound(name, tmp_path), BINARY_INPUTS, temporary)
