"""CPU time of what is made for readers, as a share of an earlier demo: ``time_reports.py EARLIER``.

`EARLIER` is a clone of an earlier commit in which `make demo` has run, as it has in this one. In
turn, the whole demo is made anew there and the summary, sheets, manifest, list of files and crate
here.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from watch_jobs import Run, watch

ROOT = Path(__file__).resolve().parents[2]
RULES = ("summarise_run", "draw_sheets", "write_manifest", "describe_results")


def main() -> None:
    """Print the CPU seconds of each round and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("earlier", type=Path)
    parser.add_argument("--sheets", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sheets = Path(folder) / "sheets.yaml"
        sheets.write_text(f"maps: {{site_sheets: {options.sheets}}}\n", encoding="utf-8")
        configs = ("--configfile", "config/config.yaml", str(sheets))
        for _ in range(options.rounds):
            demo = _watched(options.earlier.resolve(), Path(folder), "--forceall")
            ours = _watched(ROOT, Path(folder), *configs, "--forcerun", *RULES)
            _print(demo, ours)


def _watched(clone: Path, folder: Path, *arguments: str) -> Run:
    """Run Snakemake in a clone; the program ends where it fails."""
    command = [str(clone / ".venv" / "bin" / "snakemake"), "--cores", "1", *arguments]
    run = watch(command, clone, folder / "snakemake.log")
    if run.code:
        sys.exit((folder / "snakemake.log").read_text(encoding="utf-8"))
    return run


def _print(demo: Run, ours: Run) -> None:
    seconds = {rule: sum(job.cpu_s for job in ours.jobs if job.rule == rule) for rule in RULES}
    whole = sum(job.cpu_s for job in demo.jobs)
    parts = ", ".join(f"{rule} {value:.1f}" for rule, value in seconds.items())
    total = sum(seconds.values())
    print(f"{total:.1f} ({parts}) of {whole:.1f} CPU s: {total / whole:.1%}", flush=True)


if __name__ == "__main__":
    main()
