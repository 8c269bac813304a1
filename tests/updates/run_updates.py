"""Update a small area again and again: flat time, bounded disk, a right history: make test-updates.

A simulated area of 3 x 3 km is run for its first release of 1080 days, then updated with one more
acquisition at a time: the newest release, joined with the first, with the results of the run
before as `previous`. Half of the bodies have events. Of every update the time of the processor,
the size of the working folder and the jobs are kept in a table; at the end

- no update has made the terrain again, which does not depend on the points;
- the median time of the last third is at most 1.3 times that of the first third, and so is the
  size of the folder;
- the history counts a run more of every body that is still there, forgets none, and changes
  neither its first day nor the code of its place;
- a fresh run of the newest data with the same `previous` has the same bytes in every result.

The table is in results/updates/updates.csv. Every call begins anew.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hotslope.candidates.identities import PRESENT
from hotslope.candidates.tables import HISTORY
from runner import ROOT, Run, differing, digests, rules_in

FOLDER = ROOT / "results" / "updates"
NAME = "updates"
TARGETS = (
    "results/candidates/history.parquet",
    "results/change/bulletin.html",
    "results/maps/potential_landslides.gpkg",
)
TRACKS = {
    "descending": {"pass": "descending", "incidence_deg": 39.5, "heading_deg": 192.0},
    "ascending": {"pass": "ascending", "incidence_deg": 37.0, "heading_deg": 348.0},
}
TERRAIN = {"prepare_dem", "derive_morphometry", "derive_hydrology"}
#: Largest ratio of the last third of the updates to the first.
FLAT = 1.3
#: Longest run (s).
TIMEOUT_S = 3600


def config_of(release: int, count: int) -> dict[str, Any]:
    """Return the config of a release, the first alone or the newest joined with the first."""

    def files(track: str, number: int) -> dict[str, str]:
        folder = f"resources/{NAME}/release_{number}/{track}"
        return {"items": f"{folder}/items.txt", "table": f"{folder}/disp_tab.txt"}

    tracks = {
        track: angles
        | {
            "format": "gamma_ipta",
            "points": files(track, 1)
            if release == 1
            else {"releases": [files(track, 1), files(track, release)]},
        }
        for track, angles in TRACKS.items()
    }
    return {
        "study_area": {
            "name": NAME,
            "crs": "EPSG:32647",
            "bounds_m": [690000, 3980000, 693000, 3983000],
        },
        "simulation": {
            "name": NAME,
            "seed": 4961,
            "landslides_per_km2": 1.0,
            "false_movers_per_km2": 1.0,
            "releases": {"count": count, "window_days": 1080, "update_days": 12},
            "events": {"share": 0.5, "reference_step_mm": {"descending": 8}},
        },
        "tracks": tracks,
        "terrain": {"dem": f"resources/{NAME}/dem.tif"},
        "candidates": {"stability_replicas": 0, "noise_fields": 20},
        **({} if release == 1 else {"previous": f"results_{release - 1}"}),
    }


def make(run: Run, config: dict[str, Any]) -> tuple[float, set[str]]:
    """Run the workflow; return the time of the processor (s) and the rules that ran."""
    before = os.times()
    path = run.config("updates", config)
    result = run.snakemake(*TARGETS, "--cores", "2", "--configfile", path, timeout_s=TIMEOUT_S)
    if result.returncode != 0:
        raise SystemExit(result.stdout)
    after = os.times()
    spent_s = after.children_user + after.children_system
    return spent_s - before.children_user - before.children_system, rules_in(result.stdout)


def size_mb(folder: Path) -> float:
    """Return the size of a working folder without the simulated inputs of all releases."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    inputs = folder / "resources"
    return sum(path.stat().st_size for path in files if inputs not in path.parents) / 1e6


def put_aside(run: Run, release: int) -> None:
    """Keep the results as those of the run before, and remove the ones before them."""
    shutil.copytree(run.folder / "results", run.folder / f"results_{release}")
    shutil.rmtree(run.folder / f"results_{release - 1}", ignore_errors=True)


def faults_of_history(before: pd.DataFrame, now: pd.DataFrame) -> list[str]:
    """Say what is wrong in a history beside that of the run before."""
    faults = []
    both = before.merge(now, on="candidate_id", how="left", suffixes=("", "_now"))
    lost = both["status_now"].isna()
    if lost.any():
        faults.append(f"forgets {both.loc[lost, 'candidate_id'].tolist()}")
    expected = both["status_now"].isin(PRESENT).astype(int)
    wrong = ~lost & (both["runs_now"] - both["runs"] != expected)
    if wrong.any():
        faults.append(f"counts runs wrongly of {both.loc[wrong, 'candidate_id'].tolist()}")
    for column in ("first_seen", "place_code"):
        changed = ~lost & (both[column] != both[f"{column}_now"])
        if changed.any():
            faults.append(f"changes {column} of {both.loc[changed, 'candidate_id'].tolist()}")
    if now["candidate_id"].duplicated().any():
        faults.append("names two bodies alike")
    return faults


def differing_results(run: Run, config: dict[str, Any], folder: Path) -> list[str]:
    """Run the newest data afresh with the same `previous`; name the results that differ."""
    fresh = Run(ROOT, folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for part in ("resources", config["previous"]):
        shutil.copytree(run.folder / part, folder / part)
    make(fresh, config)
    return differing(results_of(run), results_of(fresh))


def results_of(run: Run) -> dict[str, str]:
    """Return the digests of all results, without what tells when and how long they were made."""
    found = digests(run.folder)
    return {name: digest for name, digest in found.items() if name.startswith("results/")}


def ratio(values: pd.Series) -> float:
    """Return the median of the last third of some values over that of the first third."""
    third = max(len(values) // 3, 1)
    return float(np.median(values.iloc[-third:]) / np.median(values.iloc[:third]))


def main() -> int:
    """Run all updates, print what they took, and return 1 where a check failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=30)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    run = Run(ROOT, options.folder / "work")
    run.folder.mkdir(parents=True)
    count = options.updates + 1
    make(run, config_of(1, count))
    rows, faults = [], []
    for release in range(2, count + 1):
        put_aside(run, release - 1)
        config = config_of(release, count)
        spent_s, rules = make(run, config)
        history = HISTORY.read(run.folder / "results" / "candidates" / "history.parquet")
        before = HISTORY.read(
            run.folder / f"results_{release - 1}" / "candidates" / "history.parquet"
        )
        row = {
            "update": release - 1,
            "processor_s": round(spent_s, 1),
            "folder_mb": round(size_mb(run.folder), 2),
            "jobs": len(rules),
            "bodies": len(history),
        }
        rows.append(row)
        pd.DataFrame(rows).to_csv(options.folder / "updates.csv", index=False)
        print(row, flush=True)
        found = [f"history {fault}" for fault in faults_of_history(before, history)]
        found += [f"{rule} ran again" for rule in sorted(TERRAIN & rules)]
        faults += [f"update {release - 1}: {fault}" for fault in found]
    table = pd.DataFrame(rows)
    for column in ("processor_s", "folder_mb"):
        grown = ratio(table[column])
        print(f"{column}: last third over first third {grown:.2f}")
        if grown > FLAT:
            faults.append(f"{column} grows by {grown:.2f}")
    differing = differing_results(run, config, options.folder / "fresh")
    faults += [f"{name} differs from a fresh run" for name in differing]
    print(*(faults or [f"{len(rows)} updates, no fault"]), sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
