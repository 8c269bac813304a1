"""Runs Snakemake on the project, in a folder of its own, as a user would."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import yaml

from provenance import PROJECT_PARTS

ROOT = Path(__file__).parents[2]
RULES = str(Path("workflow") / "rules")
#: Holds what hides development tools from jobs.
AS_INSTALLED = Path(__file__).parent / "as_installed"
#: What other processes write while a folder is copied.
PASSING = ("log", "locks", "hotslope_digests.json.*", "hotslope_run_*.json.*")


@dataclass(frozen=True)
class Run:
    """A copy of the project and a working folder for it.

    Parameters
    ----------
    project : Path
        Folder of the Snakefile: the checkout itself, whose machine code is kept, or a copy.
    folder : Path
        Working folder.
    configs : Path, optional
        Where config files are written; by default, the working folder.
    """

    project: Path
    folder: Path
    configs: Path | None = None

    @classmethod
    def here(cls, folder: Path) -> "Run":
        """Run the checkout itself: for tests that do not edit it."""
        work = folder / "work"
        work.mkdir(parents=True)
        return cls(ROOT, work)

    @classmethod
    def make(cls, folder: Path) -> "Run":
        """Run a copy of the project without machine code, which may be edited."""
        project = folder / "project"
        project.mkdir()
        ignore = shutil.ignore_patterns("__pycache__")
        for part in PROJECT_PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, project / part, ignore=ignore)
            else:
                shutil.copy2(source, project / part)
        (folder / "work").mkdir()
        return cls(project, folder / "work")

    def copied(self, folder: Path) -> "Run":
        """Copy the working folder, so that it may be changed."""
        ignore = shutil.ignore_patterns(*PASSING)
        shutil.copytree(self.folder, folder / "work", ignore=ignore, symlinks=True)
        return Run(self.project, folder / "work")

    def snakemake(
        self, *arguments: str, timeout_s: float = 900, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess:
        """Run Snakemake in the working folder; standard output and error come as one text."""
        options = ["--snakefile", str(self.project / "Snakefile"), "--directory", str(self.folder)]
        command = [*options, *arguments]
        if "--dry-run" in arguments:
            future = planner().submit(_snakemake, command, environment or dict(os.environ))
            code, output = future.result(timeout_s)
            return subprocess.CompletedProcess(command, code, output)
        return subprocess.run(
            [sys.executable, "-m", "snakemake", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout_s,
            check=False,
            env=_as_installed(environment or dict(os.environ)),
        )

    def config(self, name: str, content: dict) -> str:
        """Write a config file and return its path."""
        path = (self.configs or self.folder) / f"{name}.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return str(path)

    def planned(self, *configs: str, arguments: tuple[str, ...] = ()) -> set[str]:
        """Names of the rules that a dry run lists."""
        result = self.snakemake("--dry-run", *arguments, "--configfile", *configs)
        assert result.returncode == 0, result.stdout
        return rules_in(result.stdout)


def _as_installed(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment in which Python reads `AS_INSTALLED` as it starts."""
    path = [str(AS_INSTALLED), *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(path)}


#: In the process for dry runs: files of the project with time of change and size, as last read.
_read_from: list[tuple[Path, int, int]] = []


@cache
def planner() -> ProcessPoolExecutor:
    """A process for dry runs, which loads Snakemake once: 0.5 s each instead of 2 s."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _snakemake(arguments: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Call Snakemake in this process; return its exit code and what it printed."""
    from snakemake.cli import main

    _refresh_rule_files(Path(arguments[arguments.index("--snakefile") + 1]).parent)
    os.environ.clear()
    os.environ.update(environment)
    text = io.StringIO()
    code: object = None
    with redirect_stdout(text), redirect_stderr(text):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
    return code if isinstance(code, int) else int(code is not None), text.getvalue()


def _refresh_rule_files(project: Path) -> None:
    """Have the modules of the rule files read again where a text of the project has changed.

    They hold the digests of all modules of the package, which take a second to make.
    """
    files = sorted((project / "workflow").rglob("*.py"))
    state = [(file, file.stat().st_mtime_ns, file.stat().st_size) for file in files]
    if state == _read_from:
        return
    _read_from[:] = state
    sys.path[:] = [folder for folder in sys.path if not folder.endswith(RULES)]
    for name, module in list(sys.modules.items()):
        if str(Path(getattr(module, "__file__", None) or "").parent).endswith(RULES):
            del sys.modules[name]


def digests(folder: Path) -> dict[str, str]:
    """Digest of every result and simulated input, by name; logs and benchmarks left out."""
    skipped = ("results/logs", "results/benchmarks")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = [(path, str(path.relative_to(folder))) for path in files]
    return {
        name: hashlib.sha256(_content(path)).hexdigest()
        for path, name in names
        if name.startswith(("results/", "resources/")) and not name.startswith(skipped)
    }


def differing(first: dict[str, str], other: dict[str, str]) -> list[str]:
    """Name the files in which two states, as `digests` gives them, differ."""
    return sorted(
        name for name in first.keys() | other.keys() if first.get(name) != other.get(name)
    )


def _content(path: Path) -> bytes:
    """Return what a file holds, but for the time in the crate, which says when it was made."""
    content = path.read_bytes()
    if path.name == "ro-crate-metadata.json":
        content = re.sub(rb'"(datePublished|endTime)": "[^"]*"', b"", content)
    return content


def rules_in(output: str) -> set[str]:
    """Rule names of the job table that Snakemake prints."""
    match = re.search(r"^Job stats:\n(.*?)\n\n", output, re.MULTILINE | re.DOTALL)
    if match is None:
        assert "Nothing to be done" in output, output
        return set()
    rows = [line.split() for line in match[1].splitlines()[2:]]
    return {row[0] for row in rows} - {"total", "all"}


def merged(base: dict, change: dict) -> dict:
    """Return `base` with the keys of `change`, section by section."""
    both = dict(base)
    for key, value in change.items():
        nested = isinstance(value, dict) and isinstance(both.get(key), dict)
        both[key] = merged(both[key], value) if nested else value
    return both
