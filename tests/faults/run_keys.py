"""Change every key of the config: what is made anew has the bytes of a fresh run elsewhere.

For each key of the schema a value is drawn from a seed, set in the config of a copy of a finished
small run, and the run is finished again. Then the same config is run in an empty folder. Every
result of the fresh run must have the same bytes in the copy, what the copy holds beyond it must be
named as left over, another run must have nothing to do, and only rules may have run again that
tests/workflow/rerun_cases.py names for the key. Where a value is refused, both runs must say so
in the same words.

Outcomes are kept in results/faults/, so a harness that is stopped goes on where it was, as long as
the workflow stays what it is. `--minutes 5` begins no key after that time, and the keys that are
left count as not tried; they come in an order that is drawn from `--seed`, as the values are.
"""

import argparse
import json
import re
import shutil
import time
from pathlib import Path

import numpy as np

from key_values import Key, all_keys, drawn_change
from outcomes import TIMEOUT_S, Outcomes, arguments_of, finished_area, options_of, removed
from rerun_cases import RERUNS, key_of
from rerun_cases_by_density import RERUNS_BY_DENSITY
from rule_sets import PROVENANCE
from runner import Run, digests, rules_in
from small_runs import AREAS, INPUTS, copy_inputs, started, write_inputs

SEED = 20261128
#: Both runs of one key, on two cores (s).
EXPECTED_S = 90
#: Areas whose rules are those of the cases of reruns; in others, other rules depend on a key.
COMPARED = ("one track", "two tracks", "density", "labels", "given table", "all models")
#: What names the files that are left over, and so differs where some are.
OF_LEFT_OVER = (
    "results/README.md",
    "results/ro-crate-metadata.json",
    "results/maps/report/provenance.html",
)
MANIFEST = "results/manifest.json"
#: How a run is refused whose results are of another study area.
FOREIGN = "holds results of another study area"


class FinishedAreas:
    """The small runs, each finished when it is first asked for.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.finished: dict[str, Run] = {}

    @property
    def inputs(self) -> Path:
        """The inputs of all of them, written on first use."""
        inputs = self.folder / INPUTS
        if not inputs.exists():
            write_inputs(removed(self.folder / "inputs.new"))
            (self.folder / "inputs.new").rename(inputs)
        return inputs

    def of(self, name: str) -> Run:
        """Return a small run, finished."""
        if name not in self.finished:
            place = self.folder / name.replace(" ", "_")
            work = place / "work"
            if not (work / INPUTS).exists():
                work.mkdir(parents=True, exist_ok=True)
                copy_inputs(self.inputs, work)
            area = AREAS[name]
            print(f"finishing the area: {name}", flush=True)
            self.finished[name] = finished_area(place, area.config, *area.targets)
        return self.finished[name]

    def with_earlier_run(self) -> Path:
        """Return the inputs with candidates and points of a finished run beside them."""
        earlier = self.inputs / "earlier"
        for part in ("candidates", "points"):
            if not (earlier / part).exists():
                shutil.copytree(self.of("one track").folder / "results" / part, earlier / part)
        return self.inputs


def refusals(output: str) -> list[str]:
    """List what a run says of why it stopped, each sentence once.

    What is said of models that are not trained is no refusal.
    """
    told = re.findall(r"hotslope: (.+)", output)
    return sorted({line for line in told if "is trained, because" not in line})


def allowed_rules(key: Key) -> set[str] | None:
    """Return the rules that may run again, or None where nothing says which."""
    if key.area not in COMPARED or key.name.startswith(("factor_table", "tracks.", "layers")):
        return None
    cases = [*RERUNS.items(), *RERUNS_BY_DENSITY.items()]
    sets = [rules for case, (_, rules) in cases if key_of(case) == key_of(key.name)]
    return set().union(*sets, PROVENANCE) if sets else None


def try_key(key: Key, areas: FinishedAreas, options: argparse.Namespace) -> dict:
    """Change one key in a copy of a finished run, and compare with a fresh run."""
    folder = removed(options.folder / f"key_{key.name}")
    rng = np.random.default_rng([options.seed, *key.name.encode()])
    area = AREAS[key.area]
    needs_earlier = key.area == "earlier run" or key.name == "previous"
    inputs = areas.with_earlier_run() if needs_earlier else areas.inputs
    finished = areas.of(key.area)
    value, change = drawn_change(key, area, rng, finished.folder)
    config = change(area.config)
    copy = finished.copied(folder / "copy")
    if not (copy.folder / INPUTS / "earlier").exists() and needs_earlier:
        shutil.copytree(inputs / "earlier", copy.folder / INPUTS / "earlier")
    arguments = arguments_of(copy, config, *area.targets)
    result = copy.snakemake(*arguments, timeout_s=TIMEOUT_S)
    outcome = {"area": key.area, "value": value, "refused": result.returncode != 0}
    if FOREIGN in result.stdout:
        unchanged = digests(copy.folder) == digests(finished.folder)
        return outcome | {"failed": not unchanged, "told": FOREIGN}
    fresh = started(inputs, folder / "fresh")
    expected = fresh.snakemake(*arguments_of(fresh, config, *area.targets), timeout_s=TIMEOUT_S)
    outcome |= {"told": refusals(result.stdout)}
    if result.returncode or expected.returncode:
        alike = refusals(result.stdout) == refusals(expected.stdout) != []
        failed = not alike or not (result.returncode and expected.returncode)
        outcome |= {"failed": failed}
        if failed:
            outcome |= {"output": result.stdout[-3000:], "expected": expected.stdout[-3000:]}
        else:
            removed(folder)
        return outcome
    outcome |= compared(copy, fresh)
    rerun = rules_in(result.stdout)
    allowed = allowed_rules(key)
    outcome["rerun"] = len(rerun)
    outcome["needless"] = sorted(rerun - allowed) if allowed is not None else []
    outcome["not_done"] = sorted(rules_in(copy.snakemake("--dry-run", *arguments).stdout))
    outcome["failed"] = any(
        outcome[each] for each in ("differing", "missing", "unnamed", "needless", "not_done")
    )
    if not outcome["failed"]:
        removed(folder)
    return outcome


def compared(copy: Run, fresh: Run) -> dict[str, list[str]]:
    """Compare the results of a changed run with those of a fresh one."""
    found, expected = digests(copy.folder), digests(fresh.folder)
    extra = {name for name in found.keys() - expected.keys() if not name.startswith("resources/")}
    differing = {name for name in expected.keys() & found.keys() if expected[name] != found[name]}
    unnamed = set(extra)
    if MANIFEST in expected:
        ours, theirs = (
            json.loads((run.folder / MANIFEST).read_text(encoding="utf-8")) for run in (copy, fresh)
        )
        left = ours["left_over"]
        unnamed = {
            name
            for name in extra
            if not any(name == each or name.startswith(f"{each}/") for each in left)
        }
        if ours == theirs | {"left_over": left}:
            differing.discard(MANIFEST)
        if left:
            differing.difference_update(OF_LEFT_OVER)
    return {
        "differing": sorted(differing),
        "missing": sorted(expected.keys() - found.keys()),
        "unnamed": sorted(unnamed) if MANIFEST in expected else [],
    }


def chosen_keys(options: argparse.Namespace) -> list[Key]:
    """Return the keys that are asked for, in the order of the seed."""
    every = all_keys()
    keys = [every[number] for number in np.random.default_rng(options.seed).permutation(len(every))]
    if options.areas:
        keys = [key for key in keys if key.area in options.areas]
    if options.keys:
        keys = [
            key
            for key in keys
            if any(key.name == each or key.name.startswith(f"{each}.") for each in options.keys)
        ]
    return keys


def main() -> None:
    """Try the keys whose outcome is not known, and print all."""
    parser = options_of(__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="of order and values")
    parser.add_argument("--areas", nargs="+", choices=AREAS, help="in which small runs")
    parser.add_argument("--keys", nargs="+", help="names of keys, or of sections")
    parser.add_argument(
        "--minutes", type=float, default=np.inf, help="begin nothing more after this time"
    )
    options = parser.parse_args()
    end = time.monotonic() + 60 * options.minutes
    outcomes = Outcomes(options.folder, f"keys_{options.seed}")
    keys = chosen_keys(options)
    left = [key for key in keys if key.name not in outcomes.known]
    minutes = min(len(left) * EXPECTED_S / 60, options.minutes)
    print(
        f"seed {options.seed}: {len(keys)} keys, {len(left)} of them to be tried, about "
        f"{minutes:.0f} minutes",
        flush=True,
    )
    areas = FinishedAreas(options.folder)
    tried = []
    for key in sorted(keys, key=lambda key: key.name not in outcomes.known):
        if key.name not in outcomes.known and time.monotonic() > end:
            break
        outcome = outcomes.of(key.name, lambda key=key: try_key(key, areas, options))
        tried.append(outcome)
        told = (
            "FAILED"
            if outcome["failed"]
            else "refused alike"
            if outcome["refused"]
            else f"{outcome['rerun']} rules, same bytes"
        )
        print(
            f"{len(tried)}: {key.name} = {outcome['value']!r}, {outcome['duration_s']} s: {told}",
            flush=True,
        )
        if outcome["failed"]:
            print(json.dumps(outcome, indent=1, ensure_ascii=False), flush=True)
    refused = sum(outcome["refused"] and not outcome["failed"] for outcome in tried)
    wrong = sum(outcome["failed"] for outcome in tried)
    print(
        f"{len(tried)} of {len(keys)} keys tried, {refused} of them refused alike, {wrong} failed"
    )
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
