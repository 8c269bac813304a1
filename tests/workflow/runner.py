"""Runs Snakemake on a copy of the project, in a folder of its own, as a user would."""

import hashlib
import io
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PARTS = ["Snakefile", "config", "envs", "workflow"]


@dataclass(frozen=True)
class Run:
    """A copy of the project and a working folder for it."""

    project: Path
    folder: Path

    @classmethod
    def make(cls, folder: Path) -> "Run":
        project = folder / "project"
        project.mkdir()
        ignore = shutil.ignore_patterns("__pycache__")
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, project / part, ignore=ignore)
            else:
                shutil.copy2(source, project / part)
        (folder / "work").mkdir()
        return cls(project, folder / "work")

    def snakemake(
        self, *arguments: str, timeout_s: float = 900, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess:
        """Run Snakemake in the working folder; standard output and error come as one text."""
        command = [
            sys.executable,
            "-m",
            "snakemake",
            "--snakefile",
            str(self.project / "Snakefile"),
        ]
        return subprocess.run(
            [*command, "--directory", str(self.folder), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout_s,
            check=False,
            env=environment,
        )

    def config(self, name: str, content: dict) -> str:
        """Write a config file and return its path."""
        path = self.folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return str(path)

    def planned(self, *configs: str, arguments: tuple[str, ...] = ()) -> set[str]:
        """Names of the rules that a dry run lists."""
        result = self.snakemake("--dry-run", *arguments, "--configfile", *configs)
        assert result.returncode == 0, result.stdout
        return rules_in(result.stdout)


class Planner:
    """Dry runs in one process, which starts Snakemake once: 0.5 s each instead of 2 s.

    It keeps the modules of the rule files, and with them the digests of the package: for one
    copy of the project, and not for tests that edit it.
    """

    def __init__(self) -> None:
        self.pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    def planned(self, run: Run, config: str) -> set[str]:
        """Names of the rules that a dry run lists."""
        snakefile = str(run.project / "Snakefile")
        folder = str(run.folder)
        arguments = ["--snakefile", snakefile, "--directory", folder, "--configfile", config]
        code, output = self.pool.submit(_dry_run, arguments).result(timeout=300)
        assert code == 0, output
        return rules_in(output)


def _dry_run(arguments: list[str]) -> tuple[object, str]:
    """Call Snakemake in this process; return its exit code and what it printed."""
    from snakemake.cli import main

    text = io.StringIO()
    with redirect_stdout(text), redirect_stderr(text):
        try:
            main(["--dry-run", *arguments])
        except SystemExit as end:
            return end.code, text.getvalue()
    return None, text.getvalue()


def digests(folder: Path) -> dict[str, str]:
    """Digest of every result and simulated input, by name; logs and benchmarks left out."""
    skipped = ("results/logs", "results/benchmarks")
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    names = [(path, str(path.relative_to(folder))) for path in files]
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path, name in names
        if name.startswith(("results/", "resources/")) and not name.startswith(skipped)
    }


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
