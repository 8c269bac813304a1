"""The guard around every script, in processes of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: What Snakemake does before a script.
PREAMBLE = """
import gc, sys, types
sys.path.insert(0, "workflow/scripts")
snakemake = types.SimpleNamespace(log=[])
from hotslope.jobs import job_log
print("collector while loading:", gc.isenabled())
"""
GLOBAL = "snakemake = types.SimpleNamespace(log=[])\n"
PLAIN, NOTEBOOK = PREAMBLE.replace(GLOBAL, ""), PREAMBLE.replace(GLOBAL, "import snakemake\n")


def run(tmp_path: Path, text: str) -> tuple[subprocess.CompletedProcess, str]:
    """Run a script; return how it ended and what its log says."""
    path, log = tmp_path / "script.py", tmp_path / "logs" / "script.log"
    path.write_text(text.replace("LOG", repr(str(log))), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, path], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    return ended, log.read_text(encoding="utf-8")


def test_job_keeps_the_collector_off_while_it_loads(tmp_path):
    work = "with job_log(LOG):\n    print('work with the collector:', gc.isenabled())\n"
    ended, log = run(tmp_path, PREAMBLE + work)
    assert (ended.returncode, ended.stderr, log) == (0, "", "")
    assert ended.stdout.splitlines() == [
        "collector while loading: False",
        "work with the collector: True",
    ]


@pytest.mark.parametrize("no_job", [PLAIN, NOTEBOOK], ids=["plain", "notebook"])
def test_anything_but_a_job_goes_on_and_keeps_its_collector(tmp_path, no_job):
    ended, _ = run(tmp_path, no_job + "with job_log(LOG):\n    pass\nprint('after')\n")
    assert ended.returncode == 0
    assert ended.stdout.splitlines()[:2] == ["collector while loading: True", "after"]


@pytest.mark.parametrize("preamble", [PREAMBLE, PLAIN], ids=["job", "plain"])
def test_input_error_is_one_line_and_code_1(tmp_path, preamble):
    work = """
from hotslope.errors import InputError
with job_log(LOG):
    raise InputError("points.csv, line 3", "velocity is 'x'", "Write a number")
"""
    ended, log = run(tmp_path, preamble + work)
    assert ended.returncode == 1
    assert ended.stderr == "\nhotslope: points.csv, line 3: velocity is 'x'. Write a number.\n\n"
    assert log.count("\n") == 1
    assert "ERROR points.csv, line 3" in log


def test_unexpected_error_leaves_its_traceback_in_the_log(tmp_path):
    ended, log = run(tmp_path, PREAMBLE + "with job_log(LOG):\n    1 / 0\n")
    assert ended.returncode == 1
    assert "please report it" in log
    assert "ZeroDivisionError" in log


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("OSError(28, 'No space left on device', 'a.tif')", "the disk is full"),
        ("OSError(30, 'Read-only file system', 'a.tif')", "the file system is read-only"),
        ("PermissionError(13, 'Permission denied', 'a.csv')", "permission is denied"),
        ("RuntimeError('GDAL: write failed: No space left on device')", "the disk is full"),
        ("MemoryError('Unable to allocate 8 GiB')", "memory ran out"),
    ],
)
def test_faults_of_the_machine_are_told_as_such(tmp_path, error, words):
    ended, log = run(tmp_path, PREAMBLE + f"with job_log(LOG):\n    raise {error}\n")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr + log
    assert "report it" not in ended.stderr + log
    assert words in ended.stderr
    assert words in log


def test_a_fault_of_the_program_keeps_its_traceback(tmp_path):
    ended, log = run(tmp_path, PREAMBLE + "with job_log(LOG):\n    raise KeyError('x')\n")
    assert ended.returncode == 1
    assert "please report it" in log
    assert "Traceback" in log


def test_jobs_use_neither_data_of_another_program_nor_the_locale(tmp_path, monkeypatch):
    monkeypatch.setenv("PROJ_DATA", str(tmp_path))
    monkeypatch.setenv("GDAL_DATA", str(Path(sys.prefix) / "share" / "gdal"))
    work = """
import locale, os
print(os.environ.get("PROJ_DATA"), os.environ.get("GDAL_DATA"), locale.setlocale(locale.LC_ALL))
from pyproj import Transformer
print(Transformer.from_crs(32647, 4326).transform(700000, 3960000)[0])
import rasterio.crs
print(rasterio.crs.CRS.from_epsg(32647).is_projected)
with job_log(LOG):
    pass
"""
    ended, _ = run(tmp_path, PREAMBLE + work)
    assert ended.returncode == 0, ended.stderr
    first, latitude, projected, *_ = ended.stdout.splitlines()[1:]
    assert first == f"None {sys.prefix}/share/gdal C.UTF-8"
    assert float(latitude) == pytest.approx(35.76, abs=0.01)
    assert projected == "True"
