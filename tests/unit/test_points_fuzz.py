"""Whatever bytes a file holds, a reader gives points that pass all checks, or an InputError."""

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import raster_products as products
import test_points_gamma_binary as gamma_binary
import test_points_sarvey as sarvey
import test_points_stamps as stamps
from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_files import CRS, egms_text, gamma_files, table_text, write

#: Inputs per reader; `make test-fuzz` tries 20,000 of text and 2,000 of binary files.
TEXT_INPUTS = int(os.environ.get("HOTSLOPE_FUZZ_TEXT", "150"))
BINARY_INPUTS = int(os.environ.get("HOTSLOPE_FUZZ_BINARY", "40"))


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
FRAGMENTS = [b"", b"\0", b",", b"\n", b'"', b"nan", b"-", b"1e999", b"\xff\xfe", b"99999999"]
EDITS = st.lists(
    st.tuples(
        st.integers(0, 2**24),
        st.integers(0, 6),
        st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=6)),
    ),
    min_size=1,
    max_size=5,
)


class Originals(dict):
    """What is the same in all examples is not printed with each."""

    def __repr__(self) -> str:
        return "originals"


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """Sound files of every format, written once: name → what `points` is."""
    found = Originals()
    for name, (_, writer) in (TEXT | BINARY).items():
        folder = tmp_path_factory.mktemp(name.replace(" ", "_"))
        found[name] = (folder, writer(folder))
    return found


def spoiled(content: bytes, edits, cut: int | None) -> bytes:
    data = bytearray(content)
    for place, length, replacement in edits:
        start = place % (len(data) + 1)
        data[start : start + length] = replacement
    return bytes(data if cut is None else data[: cut % (len(data) + 1)])


def attempt(name: str, originals, which: int, edits, cut: int | None) -> None:
    """Spoil one file of a format in a copy of its folder, and read."""
    format = (TEXT | BINARY)[name][0]
    folder, path = originals[name]
    with tempfile.TemporaryDirectory() as copies:
        copy = Path(copies) / "in"
        shutil.copytree(folder, copy)
        files = sorted(file for file in copy.rglob("*") if file.is_file())
        file = files[which % len(files)]
        file.write_bytes(spoiled(file.read_bytes(), edits, cut))
        refusal = None
        try:
            points, displacement, dates = read_points(moved(path, folder, copy), format, crs=CRS)
        except InputError as error:
            refusal = error
    if refusal is not None:
        assert all((refusal.place, refusal.problem, refusal.remedy))
        return
    assert len(points) == len(displacement)
    assert displacement.shape[1] == len(dates)
    assert points["point_id"].is_unique
    assert np.isfinite(points[["x_m", "y_m", "velocity_mm_yr"]].to_numpy()).all()


def moved(path, source: Path, target: Path):
    if isinstance(path, dict):
        return {role: moved(file, source, target) for role, file in path.items()}
    if isinstance(path, list):
        return [moved(file, source, target) for file in path]
    return path.replace(str(source), str(target))


def fuzzed(inputs: int):
    return settings(
        max_examples=inputs,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


CUT = st.one_of(st.none(), st.none(), st.integers(0, 2**24))


@pytest.mark.parametrize("name", TEXT)
@fuzzed(TEXT_INPUTS)
@given(which=st.integers(0, 50), edits=EDITS, cut=CUT)
def test_text(name, originals, which, edits, cut):
    attempt(name, originals, which, edits, cut)


# pyogrio's own handler of errors fails on messages of GDAL that quote bytes of the file.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", BINARY)
@fuzzed(BINARY_INPUTS)
@given(which=st.integers(0, 50), edits=EDITS, cut=CUT)
def test_binary(name, originals, which, edits, cut):
    attempt(name, originals, which, edits, cut)
