"""A read-only installation, read-only inputs, results elsewhere, and a full file system."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from awkward_areas import FOUND, write_area
from runner import ROOT, Run, digests

NAMESPACE = ["unshare", "--mount", "--map-root-user"]
mounts = pytest.mark.skipif(
    subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode != 0,
    reason="this machine allows no mounts of one's own (user namespaces)",
)
TARGETS = ("results/candidates/candidates.gpkg", "results/points/inputs.json")


def mounted_script(run: Run, command: list[str]) -> str:
    """Shell script of a run where project and inputs are read-only and results lie elsewhere."""
    folders = [shlex.quote(str(folder)) for folder in (run.project, run.folder / "inputs")]
    results = shlex.quote(str(run.folder / "results"))
    lines = ["set -e", f"mkdir -p {results} {results}_copied"]
    for folder in folders:
        lines += [f"mount --bind {folder} {folder}", f"mount -o remount,bind,ro {folder}"]
    lines += [
        f"mount -t tmpfs hotslope {results}",
        shlex.join(command),
        f"! touch {folders[0]}/written 2>/dev/null",
        f"cp -a {results}/. {results}_copied",
    ]
    return "\n".join(lines)


def arguments_in(run: Run) -> list[str]:
    """Arguments of a run as far as its candidates."""
    return ["--cores", "2", "--configfile", str(run.folder / "area.yaml"), "--", *TARGETS]


@mounts
@pytest.mark.slow
def test_results_do_not_depend_on_where_and_how_folders_are_mounted(tmp_path: Path) -> None:
    area = FOUND["points on corners of cells"]
    plain, mounted = (Run.here(tmp_path / name) for name in ("plain", "mounted"))
    for run in (plain, mounted):
        run.config("area", write_area(area, run.folder / "inputs"))
    expected = plain.snakemake(*arguments_in(plain))
    assert expected.returncode == 0, expected.stdout

    places = ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(mounted.folder)]
    command = [sys.executable, "-m", "snakemake", *places, *arguments_in(mounted)]
    ended = subprocess.run(
        [*NAMESPACE, "bash", "-c", mounted_script(mounted, command)],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (mounted.folder / "results").rmdir()
    (mounted.folder / "results_copied").rename(mounted.folder / "results")
    assert digests(mounted.folder) == digests(plain.folder)


#: Writes tables and a layer, for which the small file system of the working folder has no room.
FILL = """
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.files import write_csv, write_layers, write_table
from hotslope.jobs import machine_fault

numbers = np.random.default_rng(0).normal(size=(60_000, 3))
table = pd.DataFrame(numbers, columns=["a", "b", "c"])
discs = shapely.buffer(shapely.points(numbers[:3000, :2]), 3)
layer = gpd.GeoDataFrame(geometry=discs, crs="EPSG:32633")
WRITERS = {
    "a.gpkg": lambda path: write_layers(path, {"discs": layer}),
    "a.parquet": lambda path: write_table(path, table, {}),
    "a.csv": lambda path: write_csv(path, table),
}
for name, write in WRITERS.items():
    try:
        write(Path(name))
    except Exception as error:
        print(name, machine_fault(error))
print(sorted(path.name for path in Path().iterdir()))
"""


@mounts
def test_a_full_disk_is_told_by_every_writer(tmp_path: Path) -> None:
    disk = shlex.quote(str(tmp_path))
    python = shlex.join([sys.executable, "-c", FILL])
    lines = ["set -e", f"mount -t tmpfs -o size=100k hotslope {disk}", f"cd {disk}", python]
    ended = subprocess.run(
        [*NAMESPACE, "bash", "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "workflow" / "scripts")},
    )
    assert ended.returncode == 0, ended.stderr
    *told, left = ended.stdout.splitlines()
    assert [line.split()[0] for line in told] == ["a.gpkg", "a.parquet", "a.csv"]
    assert all("the disk is full" in line for line in told), told
    assert left == "[]"
