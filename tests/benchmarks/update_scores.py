"""Scores of updates: identities, alerts and onsets beside the truth, from tables of candidates."""

import itertools
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest
from update_areas import RELEASES

from hotslope.candidates.identities import MERGED, REARRANGED, SPLIT
from hotslope.change.tables import ACCELERATING, ALERT
from hotslope.columns import DAYS_PER_YEAR
from hotslope.simulation.events import LOST, ONSET
from hotslope.simulation.releases import FIRST_DAYS

_NAMINGS = (SPLIT, MERGED, REARRANGED)
#: Candidates whose true change is smaller are stable, mm/yr.
STABLE_MM_YR = 2.0
#: Onsets have series of so many days on either side.
SIDE_DAYS = 360.0


def identities(areas: list[pd.DataFrame]) -> dict[str, tuple[int, int]]:
    """Count bodies that keep their identifier over all releases, and identifiers given away.

    A body has the identifier of the candidate that shares most ground with it; bodies that lose
    coherence, or are seen in one release only, are left out. An identifier is given away if its
    candidate covers other bodies than before, and none of those.
    """
    kept, bodies, away, ids = 0, 0, 0, 0
    for area in areas:
        seen = area[(area["body"] >= 0) & (area["event"] != LOST)]
        main = seen.sort_values("shared_m2").groupby(["body", "release"])["candidate_id"].last()
        for _, names in main.groupby(level="body"):
            if len(names) > 1:
                bodies += 1
                kept += len(set(names)) == 1
        for _, rows in area.sort_values("release").groupby("candidate_id"):
            covered = [set(names.split()) for names in rows["bodies"] if names]
            ids += bool(covered)
            away += any(not one & two for one, two in itertools.pairwise(covered))
    return {"kept": (kept, bodies), "given to another body": (away, ids)}


def namings(areas: list[pd.DataFrame]) -> dict[str, tuple[int, int]]:
    """Count splits and merges that the status names, and those it names where there is none.

    The truth comes from the bodies that candidates cover, not from overlaps of outlines: a
    candidate is merged if it covers bodies of several candidates of the release before, and split
    if another one covers a body of one of these too.
    """
    right, true, wrong, named = 0, 0, 0, 0
    for area in areas:
        covered = area.assign(covered=[frozenset(names.split()) for names in area["bodies"]])
        releases = dict(list(covered.groupby("release")))
        for number, now in releases.items():
            before = releases.get(number - 1)
            if before is None:
                continue
            for row in now.to_dict("records"):
                if not row["covered"]:
                    continue
                earlier = [other for other in before["covered"] if other & row["covered"]]
                parts = sum(any(part & other for other in earlier) for part in now["covered"])
                truth = _naming(split=parts > 1 and bool(earlier), merged=len(earlier) > 1)
                true += truth != ""
                right += truth != "" and row["status"] == truth
                told = row["status"] in _NAMINGS
                named += told
                wrong += told and truth == ""
    return {
        "splits and merges named right": (right, true),
        "splits and merges named where bodies show none": (wrong, named),
    }


def _naming(*, split: bool, merged: bool) -> str:
    """Return the status of a candidate that split, merged, or did both; else nothing."""
    if split and merged:
        return REARRANGED
    return SPLIT if split else MERGED if merged else ""


def alerts(areas: list[pd.DataFrame]) -> dict[str, tuple[int, int]]:
    """Count changes that raised an alert, by their true size, and alerts of stable candidates."""
    every = pd.concat(areas)
    every = every[(every["release"] > 1) & (every["level"] != "not measured")]
    raised = every["level"] == ALERT
    true = every["true_change_mm_yr"].abs()
    clear = true >= np.maximum(10.0, 3.7 * every["change_std_mm_yr"])
    groups = {
        "recall, 20 mm/yr and more": true >= 20,
        "recall, 10 mm/yr and 3.7 standard errors and more": clear,
        "recall, 10 to 20 mm/yr": (true >= 10) & (true < 20),
        "recall, 5 to 10 mm/yr": (true >= 5) & (true < 10),
        "false alerts": true < STABLE_MM_YR,
    }
    return {name: (int((raised & of).sum()), int(of.sum())) for name, of in groups.items()}


def ever_false(areas: list[pd.DataFrame]) -> tuple[int, int]:
    """Count candidates, stable in all updates, that had an alert in any of them."""
    raised, count = 0, 0
    for area in areas:
        updates = area[(area["release"] > 1) & (area["level"] != "not measured")]
        for _, rows in updates.groupby("candidate_id"):
            if (rows["true_change_mm_yr"].abs() < STABLE_MM_YR).all():
                count += 1
                raised += bool((rows["level"] == ALERT).any())
    return raised, count


def onsets(areas: list[pd.DataFrame], low: float, high: float) -> dict[str, Any]:
    """Median error, days, and coverage of the intervals of onsets in the last release."""
    last = pd.concat([area[area["release"] == RELEASES.count] for area in areas])
    side = SIDE_DAYS / DAYS_PER_YEAR
    size = last["true_onset_mm_yr"].abs()
    chosen = last[
        (last["event"] == ONSET)
        & last["at_years"].between(side, RELEASES.span_years - side)
        & (size >= low)
        & (size < high)
    ]
    dated = chosen[chosen["motion"] == ACCELERATING]

    def years(column: str) -> np.ndarray:
        return (pd.to_datetime(dated[column]) - pd.Timestamp(FIRST_DAYS[0])).dt.days.to_numpy() / (
            DAYS_PER_YEAR
        )

    at = dated["at_years"].to_numpy()
    error = np.full(len(chosen), np.inf)
    error[: len(dated)] = np.abs(years("onset") - at) * DAYS_PER_YEAR
    held = (years("onset_low") <= at) & (at <= years("onset_high"))
    return {
        "count": len(chosen),
        "dated": len(dated),
        "median": float(np.median(error)) if len(chosen) else np.nan,
        "held": int(held.sum()),
    }


def share(count: int, of: int) -> str:
    """Return a share with its 95 % interval and its counts."""
    if not of:
        return "none to count"
    interval = binomtest(count, of).proportion_ci(method="wilson")
    numbers = (count / of, interval.low, interval.high)
    share, low, high = (f"{number:.3f}" for number in numbers)
    return f"{share} ({low} to {high}), {count} of {of}"
