"""Terrain and trends shared between working folders through Snakemake's output cache."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import rasterio

from points_files import egms_text
from runner import Run, merged
from tiny_area import tiny_config, users_config

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cache")]

TRACKS = ("descending", "ascending")
RELIEF = ["elevation", "slope", "aspect", "plan_curvature", "profile_curvature", "tpi", "tri"]
WATER = ["contributing_area", "spi", "twi"]
TERRAIN = [f"results/terrain/{name}.tif" for name in ["dem", *RELIEF, *WATER]]
SEEN = [
    f"results/terrain/{track}_visibility{ending}"
    for track in TRACKS
    for ending in (".tif", "_class.tif", "_class.tif.aux.xml", "_class.qml")
]
TRENDS = [
    f"results/motion/{track}_trends.{kind}" for track in TRACKS for kind in ("parquet", "json")
]
CACHED = [*TERRAIN, *SEEN, *TRENDS]
HOTSPOTS = [f"results/motion/{track}_hotspots.parquet" for track in TRACKS]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass
class Shared:
    """Raw inputs, a cache, and working folders that share both."""

    folder: Path

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    def state(self) -> dict[str, tuple[str, int]]:
        """Content and time of change of every file in the cache."""
        files = sorted(path for path in self.cache.rglob("*") if path.is_file())
        return {path.name: (digest(path), path.stat().st_mtime_ns) for path in files}

    def work(self, name: str) -> Run:
        """A working folder with the raw inputs and no results."""
        run = Run.here(self.folder / name)
        shutil.copytree(self.folder / "inputs", run.folder / "inputs")
        return run

    def make(self, run: Run, change: dict, *arguments: str) -> set[str]:
        """Make terrain, trends and hot spots; return the files that were new to the cache."""
        config = run.config("mine", merged(users_config(), change))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(self.cache))
            result = run.snakemake(
                *CACHED, *HOTSPOTS, "--cores", "2", *arguments, "--configfile", config
            )
        assert result.returncode == 0, result.stdout
        return set(re.findall(r"^Moving output file (\S+) to cache", result.stdout, re.MULTILINE))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    shared = Shared(tmp_path_factory.mktemp("cache"))
    shared.cache.mkdir()
    simulated = Run.here(shared.folder / "simulated")
    config = simulated.config("tiny", tiny_config())
    result = simulated.snakemake("--cores", "1", "--until", "simulate_area", "--configfile", config)
    assert result.returncode == 0, result.stdout
    shutil.move(simulated.folder / "resources" / "demo", shared.folder / "inputs")
    yield shared
    shutil.rmtree(shared.folder)


@pytest.fixture(scope="module")
def first(shared: Shared) -> Run:
    run = shared.work("first")
    assert shared.make(run, {}, "--cache") == set(CACHED)
    return run


@pytest.fixture(scope="module")
def before(shared: Shared, first: Run) -> dict[str, tuple[str, int]]:  # noqa: ARG001
    """The cache as the first folder left it."""
    return shared.state()


def test_another_radius_in_another_copy_takes_terrain_and_trends(
    shared: Shared, first: Run, before: dict
) -> None:
    (shared.folder / "copy").mkdir()
    copy = Run.make(shared.folder / "copy").project
    second = replace(shared.work("second"), project=copy)
    assert shared.make(second, {"hotspots": {"radius_m": 150}}, "--cache") == set()
    for name in CACHED:
        path = second.folder / name
        assert path.is_symlink(), name
        assert path.resolve() == (first.folder / name).resolve(), name
    for name in HOTSPOTS:
        assert not (second.folder / name).is_symlink(), name
        assert digest(second.folder / name) != digest(first.folder / name), name
    assert shared.state() == before


@pytest.mark.usefixtures("first")
def test_the_cache_is_written_as_the_umask_has_it(shared: Shared) -> None:
    mask = os.umask(0)
    os.umask(mask)
    for path in shared.cache.iterdir():
        assert path.stat().st_mode & mask == 0, path.name


def test_nothing_is_left_to_do_where_results_are_links(first: Run) -> None:
    config = first.config("mine", users_config())
    result = first.snakemake("--dry-run", *CACHED, *HOTSPOTS, "--configfile", config)
    assert "Nothing to be done" in result.stdout, result.stdout


def test_no_result_stands_in_another_ones_place(first: Run) -> None:
    assert len({(first.folder / name).resolve() for name in CACHED}) == len(CACHED)
    for name in [*RELIEF, *WATER]:
        with rasterio.open(first.folder / f"results/terrain/{name}.tif") as raster:
            assert raster.descriptions == (name,)
    for stage, kind in (("terrain", "visibility.tif"), ("motion", "trends.parquet")):
        one, other = (first.folder / f"results/{stage}/{track}_{kind}" for track in TRACKS)
        assert digest(one) != digest(other)


def test_another_dem_is_not_taken_for_the_first(shared: Shared, first: Run, before: dict) -> None:
    third = shared.work("third")
    path = third.folder / "inputs" / "dem.tif"
    with rasterio.open(path, "r+", IGNORE_COG_LAYOUT_BREAK="YES") as dem:
        elevation_m = dem.read(1)
        elevation_m[elevation_m.shape[0] // 2, elevation_m.shape[1] // 2] += 1
        dem.write(elevation_m, 1)
    assert shared.make(third, {}, "--cache") == {*TERRAIN, *SEEN}
    for name in ("dem", "slope", "tpi"):
        path = third.folder / f"results/terrain/{name}.tif"
        assert digest(path) != digest(first.folder / f"results/terrain/{name}.tif"), name
    after = shared.state()
    assert {name: after[name] for name in before} == before


def test_jobs_replace_links_and_never_write_through_them(shared: Shared, first: Run) -> None:
    """Made again without the cache, in a folder whose results are links into it."""
    before = shared.state()
    rules = ["prepare_dem", "derive_morphometry", "derive_hydrology", "map_visibility"]
    shared.make(first, {"terrain": {"tpi_window_m": 300}}, "--forcerun", *rules, "classify_trends")
    assert not any((first.folder / name).is_symlink() for name in CACHED)
    assert shared.state() == before


@pytest.mark.usefixtures("first")
def test_a_file_in_a_folder_of_points_counts_as_content(shared: Shared) -> None:
    """Folders are inputs by their files: the cache could not read a folder at all."""
    run = shared.work("folder")
    (run.folder / "bursts").mkdir()
    points = run.folder / "bursts" / "one.csv"
    points.write_text(egms_text(), encoding="utf-8")
    track = {"pass": "ascending", "format": "egms", "points": "bursts"}
    study = {"crs": "EPSG:32647", "bounds_m": [700000, 3960000, 701000, 3961000]}
    config = run.config("folder", {"study_area": study, "tracks": {"mine": track}})
    target = "results/motion/mine_trends.parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(shared.cache))
        arguments = (target, "--cores", "1", "--cache", "--configfile", config)
        result = run.snakemake(*arguments)
        assert result.returncode == 0, result.stdout
        one = (run.folder / target).resolve()
        points.write_text(egms_text().replace("2000.1", "2000.2"), encoding="utf-8")
        result = run.snakemake(*arguments)
    assert result.returncode == 0, result.stdout
    assert (run.folder / target).resolve() != one
