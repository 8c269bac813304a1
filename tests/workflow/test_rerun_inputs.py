"""Which rules rerun after an edit of an input: by its content, whatever its date says."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rule_sets import EXTRACTION, FACTORS, LABELS, OPENED, POINTS, PROVENANCE, TERRAIN
from runner import Run
from tiny_area import INPUTS, users_config

pytestmark = pytest.mark.xdist_group("inputs")
#: What is made again of each file.
READERS = {
    "descending/items.txt": OPENED | POINTS,
    "descending/disp_tab.txt": OPENED | POINTS,
    "ascending/items.txt": OPENED | POINTS,
    "ascending/disp_tab.txt": OPENED | POINTS,
    "dem.tif": OPENED | TERRAIN,
    "land_cover.tif": OPENED | FACTORS,
    "layers.gpkg": OPENED | FACTORS,
    "inventory.gpkg": OPENED | LABELS,
    "reference.gpkg": OPENED | EXTRACTION,
}


@pytest.fixture(scope="module")
def owned(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The tiny area with inputs of the user's, as if it had been run with them."""
    run = finished.copied(tmp_path_factory.mktemp("inputs"))
    shutil.copytree(run.folder / "resources" / "demo", run.folder / INPUTS)
    config = run.config("users", users_config())
    result = run.snakemake("--touch", "--cores", "1", "--configfile", config)
    assert result.returncode == 0, result.stdout
    assert planned(run) == set()
    return run


@pytest.fixture
def unchanged(owned: Run) -> Iterator[Run]:
    """The same, whose inputs are put back in the end: then nothing is to be done again."""
    kept = owned.folder / "kept"
    shutil.copytree(owned.folder / INPUTS, kept)
    yield owned
    shutil.rmtree(owned.folder / INPUTS)
    kept.rename(owned.folder / INPUTS)
    assert planned(owned) == set()


def planned(run: Run) -> set[str]:
    return run.planned(run.config("users", users_config()))


def change_a_byte(path: Path) -> None:
    """Change one byte in the middle, and keep size and date."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def add_an_old_copy(path: Path) -> None:
    """Put another file of an older date in its place, as `mv` and `rsync -a` do."""
    other = path.with_name("other")
    other.write_bytes(path.read_bytes() + b"\n")
    os.utime(other, (1_500_000_000, 1_500_000_000))
    other.replace(path)


@pytest.mark.parametrize("edit", [change_a_byte, add_an_old_copy])
@pytest.mark.parametrize("name", READERS)
def test_another_content_reruns_exactly_what_reads_it(
    unchanged: Run, name: str, edit: Callable[[Path], None]
) -> None:
    edit(unchanged.folder / INPUTS / name)
    assert planned(unchanged) == READERS[name] | PROVENANCE


@pytest.mark.parametrize("date_s", [1_500_000_000, None], ids=["older", "now"])
@pytest.mark.parametrize("name", READERS)
def test_another_date_reruns_nothing(unchanged: Run, name: str, date_s: int | None) -> None:
    path = unchanged.folder / INPUTS / name
    os.utime(path, None if date_s is None else (date_s, date_s))
    assert planned(unchanged) == set()


def test_exchanged_folders_of_two_tracks_are_noticed(unchanged: Run) -> None:
    folder = unchanged.folder / INPUTS
    (folder / "descending").rename(folder / "other")
    (folder / "ascending").rename(folder / "descending")
    (folder / "other").rename(folder / "ascending")
    assert planned(unchanged) == OPENED | POINTS | PROVENANCE


def test_changes_that_a_database_still_keeps_apart_are_noticed(unchanged: Run) -> None:
    (unchanged.folder / INPUTS / "layers.gpkg-wal").write_bytes(b"pages")
    assert planned(unchanged) == OPENED | FACTORS | PROVENANCE
