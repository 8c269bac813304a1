"""What the harnesses of make test-faults share: a finished area, and outcomes that are kept."""

import argparse
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from provenance import texts_digest
from runner import ROOT, Run

FOLDER = ROOT / "results" / "faults"
#: Longest run of a small area (s).
TIMEOUT_S = 1200


def arguments_of(run: Run, config: dict, *targets: str) -> tuple[str, ...]:
    """Arguments of every run of a config."""
    options = ("--cores", "2", "--rerun-incomplete", "--configfile", run.config("tested", config))
    return (*options, "--", *targets) if targets else options


def finished_area(folder: Path, config: dict, *targets: str) -> Run:
    """Return an area, run to its end; an earlier one is used again where nothing changed."""
    run = Run(ROOT, folder / "work")
    run.folder.mkdir(parents=True, exist_ok=True)
    result = run.snakemake(*arguments_of(run, config, *targets), timeout_s=TIMEOUT_S)
    if result.returncode != 0:
        raise SystemExit(result.stdout)
    return run


def removed(folder: Path) -> Path:
    """Return a folder after removing what is in it, and itself."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


class Outcomes:
    """Outcomes of tries by name, kept in a file as long as the workflow stays what it is.

    Parameters
    ----------
    folder : Path
        Where the file is.
    kind : str
        What is tried.
    """

    def __init__(self, folder: Path, kind: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        workflow = texts_digest(str(ROOT), "Snakefile", "config", "workflow")
        self.file = folder / f"{kind}_{workflow}.jsonl"
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        self.known = {outcome["name"]: outcome for outcome in map(json.loads, lines)}

    def of(self, name: str, attempt: Callable[[], dict]) -> dict:
        """Return the outcome of a try, made now where it is not known."""
        if name not in self.known:
            began = time.monotonic()
            outcome = {"name": name, **attempt()}
            outcome["duration_s"] = round(time.monotonic() - began)
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(outcome) + "\n")
            self.known[name] = outcome
        return self.known[name]


def options_of(description: str | None) -> argparse.ArgumentParser:
    """Return a parser of the options that the harnesses share."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--folder", type=lambda text: Path(text).resolve(), default=FOLDER, help="where it works"
    )
    return parser
