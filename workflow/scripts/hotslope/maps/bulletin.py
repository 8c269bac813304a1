"""What a bulletin says: which candidates to look at first, and what became of the others."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from hotslope.candidates.identities import ABSORBED, CONTINUED, GONE, NEW, OUTSIDE, RETURNED
from hotslope.change.tables import ALERT, NOT_MEASURED, NOT_SEPARABLE, STEP, WATCH
from hotslope.columns import CANDIDATE_ID
from hotslope.exposure.tables import EXPOSURE, NOTHING, OBJECTS
from hotslope.maps.exposure_words import exposed_briefly
from hotslope.maps.names import counted, percent

TITLES = (
    "candidate",
    "level",
    "change (mm/yr)",
    "before",
    "since",
    "motion",
    "noise",
    "track",
)
#: Rows of the table of a page.
MOST_ROWS = 12
#: Identifiers named in a line: as many as a line of the sheet holds.
_MOST_NAMES = 8
#: Alerts stand out among all tests where noise gives one as clear with at most this probability.
_FAMILY = 0.05
_GRAVITY = {name: place for place, name in enumerate((*OBJECTS, NOTHING))}


def with_exposure(change: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """Add what is exposed to rows of changes.

    Parameters
    ----------
    change : DataFrame
        Rows of `hotslope.change.tables.CHANGE`.
    exposure : DataFrame
        Columns of `hotslope.exposure.tables.EXPOSURE` among others, or without them where no layer
        is configured; then the changes are as they were.
    """
    known = [name for name in EXPOSURE.schema.columns if name in exposure]
    if "exposed" not in known:
        return change
    return change.merge(exposure[known], on=CANDIDATE_ID, how="left", validate="1:1")


def ranked(change: pd.DataFrame) -> pd.DataFrame:
    """Return alerts, then those to watch, each from the surest and largest change on.

    Among either, where it is known what is exposed, those with buildings come first, then those
    with roads, with rivers and with nothing.

    Parameters
    ----------
    change : DataFrame
        Rows of `hotslope.change.tables.CHANGE`, with the columns of
        `hotslope.exposure.tables.EXPOSURE` where a layer of it is configured.
    """
    chosen = change[change["level"].isin([ALERT, WATCH])]
    grave = (
        chosen["exposed"].map(_GRAVITY) if "exposed" in chosen else pd.Series(0, index=chosen.index)
    )
    # A hundredth more or less of noise is of no account beside the size of a change.
    order = np.lexsort(
        (
            chosen[CANDIDATE_ID],
            -chosen["change_mm_yr"].abs(),
            chosen["p_noise_change"].round(2),
            grave,
            chosen["level"] != ALERT,
        )
    )
    return chosen.iloc[order]


def tiles_of(change: pd.DataFrame, history: pd.DataFrame | None) -> list[tuple[str, str]]:
    """Return the numbers of a bulletin with their labels."""
    tiles = [
        ("alerts", f"{(change['level'] == ALERT).sum():,}"),
        ("to watch", f"{(change['level'] == WATCH).sum():,}"),
        ("candidates", f"{len(change):,}"),
    ]
    if history is not None:
        status = history["status"]
        tiles += [
            ("new", f"{status.isin([NEW, RETURNED]).sum():,}"),
            ("gone or absorbed", f"{status.isin([GONE, ABSORBED]).sum():,}"),
        ]
    return tiles


def titles_of(change: pd.DataFrame) -> list[str]:
    """Return the titles of the cells of `rows_of`."""
    return [*TITLES, *(["exposed"] if "exposed" in change else [])]


def rows_of(chosen: pd.DataFrame) -> list[list[str]]:
    """Return the cells of `titles_of` for rows of `ranked`."""
    return [
        [
            row[CANDIDATE_ID],
            row["level"],
            f"{row['change_mm_yr']:+.0f} ± {row['change_std_mm_yr']:.0f}",
            f"{row['rate_before_mm_yr']:+.0f}",
            _since(row),
            row["motion"],
            percent(row["p_noise_change"]),
            row["track"],
            *([exposed_briefly(row)] if "exposed" in row else []),
        ]
        for row in chosen.to_dict("records")
    ]


def _since(row: Mapping[Any, Any]) -> str:
    """Say when the rate changed, with its interval."""
    if not isinstance(row["onset"], str):
        return ""
    if row["motion"] == STEP:
        return f"{row['onset']} ({row['step_mm']:+.0f} mm)"
    return f"{row['onset']} ({row['onset_low']} to {row['onset_high']})"


def describe_change(change: pd.DataFrame) -> list[str]:
    """Say in a few lines what has changed, for the summary of the run."""
    status = change["status"].value_counts().sort_index()
    alerts, watched = (int((change["level"] == level).sum()) for level in (ALERT, WATCH))
    lines = [f"{alerts:,} alerts, {watched:,} to watch (results/change/bulletin.html)"]
    if len(change):
        lines.append(", ".join(f"{count:,} {name}" for name, count in status.items()))
    lines += [
        f"{row[0]}: {row[1]}, {row[2]} mm/yr, {row[5]}" for row in rows_of(ranked(change).head(3))
    ]
    return lines


def describe_bodies(history: pd.DataFrame) -> list[str]:
    """Name the bodies that did not simply go on, by what became of them."""
    lines = []
    for status, rows in history.groupby("status", sort=True):
        if status in (CONTINUED, OUTSIDE):
            lines.append(f"{status!s}: {len(rows):,}")
            continue
        lines.append(f"{status!s}: {len(rows):,} ({_shortened(rows[CANDIDATE_ID].tolist())})")
    return lines


def notes_of(change: pd.DataFrame) -> list[str]:
    """Say what limits the bulletin."""
    notes = []
    short = int((change["season"] == NOT_SEPARABLE).sum())
    if short:
        notes.append(
            f"Season not separable in {counted(short, 'candidate')}: series span less than two "
            "years, so a change may be a season. They are to watch, never alerts."
        )
    notes += _of_all_updates(change)
    missing = int((change["level"] == NOT_MEASURED).sum())
    if missing:
        notes.append(
            f"{counted(missing, 'candidate')} not measured: too few points inside or around, or "
            "too few acquisitions within the window."
        )
    return notes


def _of_all_updates(change: pd.DataFrame) -> list[str]:
    """Say which alerts stand out among the tests of all updates, and how many may be noise."""
    alerts = change[change["level"] == ALERT]
    if alerts.empty:
        return []
    tests = int(alerts["tests"].iloc[0])
    sure = alerts["p_family"] <= _FAMILY
    names = alerts.loc[~sure, CANDIDATE_ID].tolist()
    words = f"{sure.sum():,} of {counted(len(alerts), 'alert')}" if names else "All alerts"
    rest = f" Not among them: {_shortened(names)}." if names else ""
    expected = alerts["p_noise_change"].sum()
    return [
        f"{words} stand out among all {tests:,} tests of all candidates in all updates so far: "
        f"noise alone gives one as clear with a probability of at most {_FAMILY:.0%}.{rest} "
        f"Expected alerts of noise in this update: "
        f"{'fewer than 0.01' if expected < 0.01 else format(expected, '.2g')}."
    ]


def _shortened(names: list[str]) -> str:
    """List identifiers, not more than a line holds."""
    rest = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + rest


def reading_of(settings: Mapping[str, Any], *, exposure: bool = False) -> list[str]:
    """Say how the levels are defined and, with `exposure`, what is exposed means."""
    near_m, far_m = settings["ring_m"]
    exposed = (
        [
            "Exposed: buildings on a candidate or in its reach, else the length of roads, else of "
            "rivers that it could dam. Among alerts, and among those to watch, candidates are "
            "listed in that order; it changes no level and no probability."
        ]
        if exposure
        else []
    )
    return [
        *exposed,
        f"Change: line-of-sight rate of the last {settings['window_days']:g} days less that before "
        f"(mm/yr, + toward the sensor) of the mean of a body less that of quiet points {near_m:g} "
        f"to {far_m:g} m around it, with its standard error.",
        f"Alert: a change of {settings['threshold_mm_yr']:g} mm/yr or more, with at most "
        f"{settings['fdr']:.0%} of noise among changes as clear. Watch: the same, where a season "
        "cannot be separated.",
        "Noise: probability that the change is none. Since: onset with its 90 % interval, in the "
        "series dark.",
        "What is listed is motion of the radar's targets and no forecast: a visit decides.",
    ]


def record_of(
    name: str,
    change: pd.DataFrame,
    history: pd.DataFrame | None,
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the bulletin for machines; missing values are null."""
    chosen = ranked(change)
    columns = [column for column in chosen if column != "geometry"]
    events = [
        {column: _plain(row[column]) for column in columns}
        for row in chosen[columns].to_dict("records")
    ]
    return {
        "study_area": name,
        "settings": dict(settings),
        "counts": {
            level: int((change["level"] == level).sum()) for level in (ALERT, WATCH, NOT_MEASURED)
        }
        | {"candidates": len(change)},
        "events": events,
        "bodies": {}
        if history is None
        else {
            str(status): rows[CANDIDATE_ID].tolist()
            for status, rows in history.groupby("status", sort=True)
        },
        "notes": notes_of(change),
    }


def _plain(value: Any) -> Any:
    """Turn a cell of a table into what JSON holds."""
    if isinstance(value, str):
        return value
    return None if pd.isna(value) else value
