"""The table of changes: the clearest track of each candidate, and how far it is acted on."""

import datetime as dt
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hotslope.change.false_alerts import (
    false_discovery_rates,
    family_wise,
    noise_probability,
)
from hotslope.change.tables import (
    ALERT,
    CHANGE,
    MODELLED,
    NONE,
    NOT_MEASURED,
    NOT_SEPARABLE,
    UNKNOWN,
    WATCH,
)
from hotslope.change.track_change import BodyChange, ChangeSettings
from hotslope.columns import CANDIDATE_ID


def change_table(
    candidates: gpd.GeoDataFrame,
    dates: Mapping[str, Sequence[dt.date]],
    changes: Mapping[str, Sequence[BodyChange | None]],
    counts: Mapping[str, tuple[Sequence[int], Sequence[int]]],
    settings: ChangeSettings,
) -> gpd.GeoDataFrame:
    """Describe the change of each candidate by the track that shows it most clearly.

    Parameters
    ----------
    candidates : GeoDataFrame
        Rows of `hotslope.candidates.tables.CANDIDATES`.
    dates, changes : mapping of str to sequence
        Per track: its acquisitions, and what it shows of each candidate.
    counts : mapping of str to pair of sequence of int
        Per track: points inside and around each candidate.
    settings : ChangeSettings
        Thresholds.

    Returns
    -------
    GeoDataFrame
        Rows of `hotslope.change.tables.CHANGE`.
    """
    rows = [_row(number, dates, changes, counts, settings) for number in range(len(candidates))]
    columns = [name for name in CHANGE.schema.columns if name not in (CANDIDATE_ID, "status")]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(0, CANDIDATE_ID, candidates[CANDIDATE_ID].to_numpy())
    given = candidates["status"].to_numpy() if "status" in candidates else ""
    table.insert(1, "status", given)
    p = table["p_change"].to_numpy(dtype=np.float64)
    table["q_change"] = false_discovery_rates(p)
    table["p_noise_change"] = noise_probability(p)
    table["tests"] = int(np.isfinite(p).sum())
    table["p_family"] = family_wise(p, int(np.isfinite(p).sum()))
    clear = (table["q_change"] <= settings.fdr) & (
        table["change_mm_yr"].abs() >= settings.threshold_mm_yr
    )
    table["level"] = np.select(
        [np.isnan(p), clear & (table["season"] == MODELLED), clear],
        [NOT_MEASURED, ALERT, WATCH],
        default=NONE,
    )
    kinds = {name: str(column.dtype) for name, column in CHANGE.schema.columns.items()}
    table = table.astype(kinds)[list(kinds)]
    return gpd.GeoDataFrame(table, geometry=candidates.geometry.array, crs=candidates.crs)


def _row(
    number: int,
    dates: Mapping[str, Sequence[dt.date]],
    changes: Mapping[str, Sequence[BodyChange | None]],
    counts: Mapping[str, tuple[Sequence[int], Sequence[int]]],
    settings: ChangeSettings,
) -> dict[str, object]:
    """Describe one candidate, without what depends on all of them."""
    seen = {track: of[number] for track, of in changes.items()}
    measured = {track: change for track, change in seen.items() if change is not None}
    row: dict[str, object] = {"track": "", "n_inside": 0, "n_around": 0}
    if not measured:
        return row | {"season": UNKNOWN, "motion": ""}
    track = min(measured, key=lambda name: measured[name].p)
    change, first, last = measured[track], dates[track][0], dates[track][-1]
    inside, around = counts[track]
    onset = change.onset
    return {
        "track": track,
        "n_inside": inside[number],
        "n_around": around[number],
        "rate_before_mm_yr": change.before_mm_yr,
        "change_mm_yr": change.change_mm_yr,
        "change_std_mm_yr": change.std_mm_yr,
        "p_change": min(1.0, len(measured) * change.p),
        "season": MODELLED if change.season else NOT_SEPARABLE,
        "window_begin": (last - dt.timedelta(days=settings.window_days)).isoformat(),
        "window_end": last.isoformat(),
        "motion": onset.motion,
        "onset": _date(first, onset.day),
        "onset_low": _date(first, onset.low_day),
        "onset_high": _date(first, onset.high_day),
        "onset_before_mm_yr": onset.before_mm_yr,
        "onset_after_mm_yr": onset.after_mm_yr,
        "step_mm": onset.step_mm,
    }


def _date(first: dt.date, day: float) -> str | None:
    """Return the date of a day since the first acquisition; None where there is none."""
    return None if np.isnan(day) else (first + dt.timedelta(days=round(float(day)))).isoformat()


def count_earlier_tests(table: gpd.GeoDataFrame, history: pd.DataFrame) -> gpd.GeoDataFrame:
    """Count the tests of all updates so far, so that p of many updates is not taken for one.

    Parameters
    ----------
    table : GeoDataFrame
        From `change_table`.
    history : DataFrame
        Of the earlier run, rows of `hotslope.candidates.tables.HISTORY`: a test for each run in
        which a body was a candidate, those that are gone included.
    """
    tests = table["tests"].iloc[:1].sum() + int(history["runs"].sum())
    p = table["p_change"].to_numpy(dtype=np.float64)
    return table.assign(tests=tests, p_family=family_wise(p, tests)).astype({"tests": "int64"})


def outline_changes(table: gpd.GeoDataFrame, history: pd.DataFrame) -> gpd.GeoDataFrame:
    """Add the ground that each body has gained and lost since an earlier run, m² of the map.

    Parameters
    ----------
    table : GeoDataFrame
        From `change_table`.
    history : DataFrame
        Of the earlier run, rows of `hotslope.candidates.tables.HISTORY`.
    """
    before = dict(
        zip(history[CANDIDATE_ID], shapely.from_wkb(history["outline"].to_numpy()), strict=True)
    )
    outlines = [before.get(name) for name in table[CANDIDATE_ID]]
    known = np.array([outline is not None for outline in outlines], dtype=bool)
    now = table.geometry.to_numpy()
    gained, lost = np.full(len(table), np.nan), np.full(len(table), np.nan)
    then = np.array([outline for outline in outlines if outline is not None], dtype=object)
    gained[known] = shapely.area(shapely.difference(now[known], then))
    lost[known] = shapely.area(shapely.difference(then, now[known]))
    return table.assign(area_gained_m2=gained, area_lost_m2=lost)
