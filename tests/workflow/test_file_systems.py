"""A read-only installation, read-only inputs, and results on a file system of their own."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from awkward_areas import FOUND, write_area
from runner import ROOT, Run, digests

pytestmark = pytest.mark.slow
NAMESPACE = ["unshare", "--mount", "--map-root-user"]
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


@pytest.mark.skipif(
    subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode != 0,
    reason="this machine allows no mounts of one's own (user namespaces)",
)
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
