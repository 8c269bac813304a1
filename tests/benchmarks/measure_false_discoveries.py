"""Candidates before and after what looks like noise is rejected, on areas with and without bodies.

    python tests/benchmarks/measure_false_discoveries.py [kind …] [--tuning] [--processes 1]

Prints the figures of each kind of area. Seeds for tuning (--tuning) and for reporting differ.
"""

import argparse
import tempfile
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from candidate_areas import AreaKind, simulate
from candidate_rules import find_candidates
from compare_candidates import pooled

from hotslope.candidates.accuracy import extraction_accuracy
from hotslope.candidates.tables import CANDIDATES
from hotslope.schemas import read_layer

#: What each kind of area changes of the simulation's defaults; seeds follow below.
CHANGES: dict[str, dict[str, Any]] = {
    "default": {},
    "mild": {"delay_mm": 1.5, "drift_mm_yr": 2.0},
    "rough": {"delay_mm": 3.2, "drift_mm_yr": 5.0},
    "sparse": {"density_factor": 60 / 264},
    "fast": {"speed_factor": 3.0},
    "big": {"area_factor": 4.0, "bodies_per_km2": 0.19},
    "short": {"epochs": 9},
}
#: First seed of the areas used for tuning, and of those for reported figures; each kind has a
#: hundred seeds of its own, the second fifty for areas without bodies.
TUNING, REPORTING = 81_000, 82_000
AREAS, EMPTY_AREAS = 3, 5


def kinds(first_seed: int) -> dict[str, AreaKind]:
    """Return every kind of area, with bodies and without."""
    chosen = {}
    for number, (name, changes) in enumerate(CHANGES.items()):
        seed = first_seed + 100 * number
        kind = AreaKind(tuple(range(seed, seed + AREAS)), **changes)
        chosen[name] = kind
        empty = tuple(range(seed + 50, seed + 50 + EMPTY_AREAS))
        if name not in ("fast", "big"):  # without bodies they are default areas
            chosen[f"{name}, nothing moves"] = replace(kind, seeds=empty, bodies_per_km2=0.0)
    return chosen


def run_area(kind: AreaKind, seed: int) -> dict[str, Any]:
    """Simulate one area; return its candidates, what was rejected, and the truth."""
    with tempfile.TemporaryDirectory() as folder:
        study, truth = simulate(kind, seed, Path(folder))
        kept = find_candidates(study)
        rejected = read_layer(CANDIDATES, study.path("candidates.gpkg"), "rejected")
        return {
            "truth": truth.motion.geometry,
            "ground_m2": (1_000 * kind.size_km) ** 2,
            "kept": kept,
            "all": pd.concat([kept, rejected], ignore_index=True),
            "rejected": rejected,
        }


def summarise(areas: list[dict[str, Any]]) -> dict[str, Any]:
    """Figures of a kind of area before and after rejection."""
    row: dict[str, Any] = {}
    ground = sum(area["ground_m2"] for area in areas)
    has_bodies = any(len(area["truth"]) for area in areas)
    for name, key in (("before", "all"), ("after", "kept")):
        found = [area[key] for area in areas]
        row[f"candidates {name}"] = sum(map(len, found))
        row[f"areas with any {name}"] = sum(len(one) > 0 for one in found)
        row[f"extracted % {name}"] = 100 * sum(one.area.sum() for one in found) / ground
        if has_bodies:
            measured = extraction_accuracy(
                pooled([one.geometry for one in found]), pooled([area["truth"] for area in areas])
            )
            for share in ("accuracy", "missing", "iou", "f1", "objects_found", "objects_true"):
                row[f"{share} {name}"] = measured[share]
    reasons = pd.concat([area["rejected"] for area in areas])["reason"]
    row["rejected as noise"] = int(reasons.str.startswith("not told").sum())
    row["rejected as contradicted"] = int(reasons.str.startswith("at rest").sum())
    return row


def main() -> None:
    """Run the kinds named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    every = kinds(TUNING if options.tuning else REPORTING)
    for name in options.kinds or every:
        kind = every[name]
        with get_context("spawn").Pool(options.processes) as pool:
            areas = pool.starmap(run_area, [(kind, seed) for seed in kind.seeds], chunksize=1)
        print(f"{name}:")
        for figure, value in summarise(areas).items():
            print(f"  {figure}: {np.round(value, 3)}", flush=True)


if __name__ == "__main__":
    main()
