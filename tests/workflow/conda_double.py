"""Stands in for the `conda` command where there is none: the calls of Snakemake 9 and no other.

An environment file becomes a virtual environment with the same pins, installed by pip. So a run
shows that each environment holds all that its rules need, and that the rules work with it. It
does not show that conda's channels have these packages and can solve them together.
"""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import yaml

#: Packages that pip calls by another name than conda.
PIP_NAME = {"pytorch": "torch"}
ACTIVATE = 'export CONDA_PREFIX="$1"\nexport PATH="$1/bin:$PATH"\n'


def requirements(file: Path) -> tuple[str, list[str]]:
    """Return the Python version and the pip requirements of an environment file.

    Raises
    ------
    SystemExit
        Where the file holds anything that this double would have to guess.
    """
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if content.keys() != {"channels", "dependencies"}:
        sys.exit(f"{file}: channels and dependencies expected, found {list(content)}")
    entries = [entry for entry in content["dependencies"] if isinstance(entry, str)]
    by_pip = [entry["pip"] for entry in content["dependencies"] if isinstance(entry, dict)]
    if by_pip and "pip" not in entries:
        sys.exit(f"{file}: conda wants pip among the dependencies to install by it")
    version, pinned = "", [item for group in by_pip for item in group]
    for entry in entries:
        name, _, number = entry.partition("=")
        if name == "python":
            version = number
        elif name != "pip":
            pinned.append(f"{PIP_NAME.get(name, name)}=={number}")
    if not version or any(not item.partition("==")[2] for item in pinned):
        sys.exit(f"{file}: every dependency needs its version")
    return version, pinned


def create(file: Path, prefix: Path) -> None:
    """Make a virtual environment at `prefix` that holds what the file names."""
    version, pinned = requirements(file)
    subprocess.run([f"python{version}", "-m", "venv", "--without-pip", prefix], check=True)
    into = [sys.executable, "-m", "pip", "--python", str(prefix / "bin" / "python")]
    subprocess.run([*into, "install", "--quiet", "--no-compile", *pinned], check=True)


def answer(arguments: list[str]) -> None:
    """Answer one call."""
    match arguments:
        case ["info", "--json"]:
            home = str(Path(sys.argv[0]).resolve().parent.parent)
            print(json.dumps({"conda_prefix": home, "platform": sysconfig.get_platform()}))
        case ["--version"]:
            print("conda 26.1.0")
        case ["config", "--get", "channel_priority", "--json"]:
            print(json.dumps({"get": {"channel_priority": "strict"}}))
        case ["clean", "-y", "--tarballs"]:
            pass
        case ["env", "create", "--quiet", "--no-default-packages", "--file", file, "--prefix", to]:
            create(Path(file), Path(to))
        case _:
            sys.exit(f"this is a double of conda, which does not know: conda {arguments}")


def install(folder: Path, python: Path) -> Path:
    """Put a `conda` and its `activate` under `folder`, run by `python`; return their folder."""
    programs = folder / "bin"
    programs.mkdir(parents=True)
    (programs / "activate").write_text(ACTIVATE, encoding="utf-8")
    script = programs / "conda.py"
    script.write_bytes(Path(__file__).read_bytes())
    conda = programs / "conda"
    conda.write_text(f'#!/bin/sh\nexec "{python}" "{script}" "$@"\n', encoding="utf-8")
    conda.chmod(0o755)
    return programs


if __name__ == "__main__":
    answer(sys.argv[1:])
