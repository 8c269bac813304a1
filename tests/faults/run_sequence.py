"""Change a parameter thirty times in one folder, and back: the first bytes again.

Six changes of the config of a small area, run as far as its factors, one after the other, five
times over; then its own config again. Each state must have the same bytes whenever it comes
back, the processor time of a change must not grow from round to round, and beside the results
the folder must grow by no more than Snakemake's own log of each run.
"""

import resource

import numpy as np

from outcomes import TIMEOUT_S, arguments_of, options_of, removed
from run_keys import FinishedAreas
from runner import Run, differing, digests, merged
from small_runs import AREAS

AREA = AREAS["to factors"]
#: None of them makes files that another lacks.
CHANGES = {
    "radius": {"hotspots": {"radius_m": 150}},
    "threshold": {"candidates": {"stability_threshold_mm_yr": 8}},
    "trends": {"trends": {"significance": 0.05}},
    "terrain": {"terrain": {"tpi_window_m": 300}},
    "cells": {"density": {"cell_size_m": 20}},
    "factors": {"terrain": {"flat_slope_deg": 4}},
}
ROUNDS = 5
#: How much more processor time than in the first round a change may take in the last. What else
#: the machine does makes some percent.
MOST_TIMES_LONGER = 1.2
#: How much a run may add to the folder beside its results (bytes).
MOST_ADDED = 250_000
#: One change, on two cores (s).
EXPECTED_S = 25


def processor_time_s() -> float:
    """Return the processor time of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def folder_size(run: Run) -> int:
    """Return how many bytes a working folder holds."""
    return sum(path.stat().st_size for path in run.folder.rglob("*") if path.is_file())


def visit(run: Run, config: dict) -> dict:
    """Run a config to its end; return its processor time, its bytes and the size of the folder."""
    began = processor_time_s()
    result = run.snakemake(*arguments_of(run, config, *AREA.targets), timeout_s=TIMEOUT_S)
    if result.returncode != 0:
        raise SystemExit(result.stdout)
    return {
        "processor_s": processor_time_s() - began,
        "digests": digests(run.folder),
        "size": folder_size(run),
    }


def faults_of(start: dict, visits: dict[str, list[dict]], back: dict) -> list[str]:
    """Name what is not as it should be, and print the figures."""
    faults = [
        f"{name}, round {number}: other bytes of {names}"
        for name, states in visits.items()
        for number, state in enumerate(states[1:], 2)
        if (names := differing(states[0]["digests"], state["digests"]))
    ]
    names = differing(start["digests"], back["digests"])
    faults += [f"back: other bytes of {names}"] if names else []
    longer = np.median(
        [each[-1]["processor_s"] / each[0]["processor_s"] for each in visits.values()]
    )
    added = (back["size"] - start["size"]) / (ROUNDS * len(CHANGES) + 1)
    print(f"last round against the first: {longer:.2f} times the processor time of a change")
    print(f"each run added {added / 1000:.0f} kB to {start['size'] / 1e6:.1f} MB")
    faults += [f"{longer:.2f} times the time"] if longer > MOST_TIMES_LONGER else []
    faults += [f"{added:.0f} bytes added by each run"] if added > MOST_ADDED else []
    return faults


def main() -> None:
    """Make the changes, go back, and print what differs."""
    options = options_of(__doc__).parse_args()
    number = ROUNDS * len(CHANGES)
    print(f"{number} changes and back, about {number * EXPECTED_S / 60:.0f} minutes", flush=True)
    finished = FinishedAreas(options.folder).of("to factors")
    run = finished.copied(removed(options.folder / "sequence"))
    config = AREA.config
    start = visit(run, config)
    visits: dict[str, list[dict]] = {name: [] for name in CHANGES}
    for round_number in range(1, ROUNDS + 1):
        for name, change in CHANGES.items():
            visits[name].append(visit(run, merged(config, change)))
            time_s = visits[name][-1]["processor_s"]
            print(f"round {round_number}, {name}: {time_s:.1f} s of processor time", flush=True)
    faults = faults_of(start, visits, visit(run, config))
    print("\n".join(faults) or f"{number} changes and back: the same bytes")
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
