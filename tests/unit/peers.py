"""Python of other tools, which live in environments of their own beside the project's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip the test that needs what this machine lacks; in CI, which installs it, fail."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


def program(name: str, package: str) -> str:
    """Path of an installed program of a Debian package."""
    path = shutil.which(name)
    return path or lacking(f"no {name}: apt install {package}")


def peer_python(package: str) -> str:
    """Python that imports a package; the test is skipped where none is known.

    ``HOTSLOPE_PEERS`` is a folder with one virtual environment per package, named like it.
    """
    folder = os.environ.get("HOTSLOPE_PEERS")
    if folder is None:
        lacking("HOTSLOPE_PEERS names no folder with environments of other tools")
    python = Path(folder) / package / "bin" / "python"
    if not python.exists():
        lacking(f"{package} is not installed under {folder}")
    return str(python)


def run_peer(package: str, script: Path, *arguments: str) -> None:
    """Run a script with the Python of a package."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    done = subprocess.run(
        [peer_python(package), str(script), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    print(done.stdout, file=sys.stderr)
