"""No script loads a module of the package that its digest overlooks: an edit would go unseen."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import science

SCRIPTS = sorted(path.stem for path in science.SCRIPTS.glob("*.py"))
#: Imports every script in a process of its own, forked where the large libraries are loaded.
LOAD = """
import importlib
import json
import os
import sys

import geopandas
import matplotlib.pyplot
import numba
import rasterio
import sklearn.ensemble

sys.path.insert(0, sys.argv[1])
for script in sys.argv[2:]:
    if os.fork():
        os.wait()
        continue
    importlib.import_module(script)
    loaded = [name for name in sys.modules if name.split(".")[0] == "hotslope"]
    os.write(1, (json.dumps([script, loaded]) + "\\n").encode())
    os._exit(0)
"""


def digested(script: str) -> set[Path]:
    """Return the files of the package whose texts the digest of a script holds."""
    found: set[Path] = set()
    waiting = [science.SCRIPTS / f"{script}.py"]
    while waiting:
        new = science.imported_files(waiting.pop()) - found
        found |= new
        waiting.extend(new)
    return found


@pytest.fixture(scope="module")
def loaded() -> dict[str, list[str]]:
    ended = subprocess.run(
        [sys.executable, "-c", LOAD, str(science.SCRIPTS), *SCRIPTS],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(line) for line in ended.stdout.splitlines())


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_module_that_is_loaded_is_in_the_digest(
    script: str, loaded: dict[str, list[str]]
) -> None:
    assert script in loaded, "it cannot be imported"
    files = {file for name in loaded[script] for file in science.module_files(name)}
    assert len(files) > 1
    assert sorted(files - digested(script)) == []


def test_every_module_of_the_package_is_in_some_digest() -> None:
    known = set().union(*(digested(script) for script in SCRIPTS))
    every = set((science.SCRIPTS / "hotslope").rglob("*.py"))
    assert {file.name for file in every - known} <= {"__init__.py"}
