"""Partial files: whose they are, and when they are removed; layers without rows."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from hotslope.errors import InputError
from hotslope.files import ABANDONED_S, atomic_path, write_csv, write_layers

HOST = socket.gethostname().replace(".", "_")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def dead() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_two_writers_never_share_a_partial_file(tmp_path: Path) -> None:
    code = (
        "import sys, hotslope.files as f\n"
        "with f.atomic_path(sys.argv[1]) as partial:\n"
        "    partial.write_text('first, ')\n"
        "    print(partial, flush=True)\n"
        "    sys.stdin.readline()\n"
        "    partial.write_text(partial.read_text() + 'whole')\n"
    )
    target = tmp_path / "table.csv"
    first = subprocess.Popen(
        [sys.executable, "-c", code, target],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "workflow/scripts"},
        cwd=Path(__file__).parents[2],
    )
    assert first.stdout is not None
    theirs = Path(first.stdout.readline().strip())
    with atomic_path(target) as own:
        assert own != theirs
        own.write_text("second", encoding="utf-8")
    assert target.read_text(encoding="utf-8") == "second"
    assert theirs.read_text(encoding="utf-8") == "first, "
    first.communicate("\n", timeout=60)
    assert first.returncode == 0
    assert target.read_text(encoding="utf-8") == "first, whole"
    assert names(tmp_path) == {"table.csv"}


def test_what_a_dead_writer_left_is_removed(tmp_path: Path, dead: int) -> None:
    for left in ("map.gpkg", "map.gpkg-journal", "map.gpkg.aux.xml"):
        name, suffix = left.split(".", 1)
        (tmp_path / f".{name}.{HOST}-{dead}-0.partial.{suffix}").touch()
    with atomic_path(tmp_path / "map.gpkg") as partial:
        partial.touch()
    assert names(tmp_path) == {"map.gpkg"}


def test_what_others_write_stays(tmp_path: Path, dead: int) -> None:
    others = {
        f".map.{HOST}-{os.getppid()}-7.partial.gpkg",  # a living process
        f".map.elsewhere-{dead}-7.partial.gpkg",  # another host
        f".map.{HOST}-{dead}-7.partial.tif",  # another file
        f".map.old.{HOST}-{dead}-7.partial.gpkg",
        ".map.partial.gpkg",
    }
    for name in others:
        (tmp_path / name).touch()
    with atomic_path(tmp_path / "map.gpkg") as partial:
        partial.touch()
    assert names(tmp_path) == others | {"map.gpkg"}


def test_after_a_day_the_writer_on_another_host_counts_as_dead(tmp_path: Path) -> None:
    left = tmp_path / ".map.elsewhere-1-7.partial.gpkg"
    left.touch()
    old = time.time() - ABANDONED_S - 1
    os.utime(left, (old, old))
    with atomic_path(tmp_path / "map.gpkg") as partial:
        partial.touch()
    assert names(tmp_path) == {"map.gpkg"}


def test_a_failed_writer_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    target.write_text("before", encoding="utf-8")

    def fail() -> None:
        with atomic_path(target) as partial:
            partial.write_text("half", encoding="utf-8")
            raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        fail()
    assert target.read_text(encoding="utf-8") == "before"
    assert names(tmp_path) == {"table.csv"}


def test_a_layer_without_rows_is_of_polygons(tmp_path: Path) -> None:
    row = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2)], crs="EPSG:32633")
    write_layers(tmp_path / "layers.gpkg", {"points": row, "none": row[:0]})
    kinds = [
        pyogrio.read_info(tmp_path / "layers.gpkg", layer=layer)["geometry_type"]
        for layer in ("points", "none")
    ]
    assert kinds == ["Point", "Polygon"]


def test_no_text_of_a_csv_is_a_formula_of_a_spreadsheet(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "=1+1": ['=HYPERLINK("http://x")', "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", None],
            "bin": ["-2.5 to 3", "+inf", "loess = soft", "\t=1"],
            "number": [-1.5, 0.1, 2.0, float("nan")],
        }
    )
    write_csv(tmp_path / "a.csv", table)
    read = pd.read_csv(tmp_path / "a.csv", dtype="str", keep_default_na=False)
    assert list(read) == ["'=1+1", "bin", "number"]
    assert all(text == "" or text.startswith("'") for text in read["'=1+1"])
    assert read["bin"].tolist() == ["-2.5 to 3", "+inf", "loess = soft", "'\t=1"]
    assert read["number"].tolist() == ["-1.5", "0.1", "2.0", ""]


@pytest.mark.parametrize(
    ("free", "error", "raised"),
    [
        (0, RuntimeError("Failed to commit transaction"), OSError),
        (0, InputError("a.csv", "has no row", "Add some"), InputError),
        (1 << 30, RuntimeError("Failed to commit transaction"), RuntimeError),
    ],
)
def test_a_full_disk_is_told_whatever_the_library_says(
    free: int, error: Exception, raised: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free))
    with pytest.raises(raised) as caught, atomic_path(tmp_path / "a.gpkg"):
        raise error
    assert getattr(caught.value, "errno", None) == (errno.ENOSPC if raised is OSError else None)
    assert list(tmp_path.iterdir()) == []
