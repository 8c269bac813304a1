"""The history of candidates: a row for every body that was ever one."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from hotslope.candidates.identities import (
    ABSORBED,
    FIRST,
    GONE,
    OUTSIDE,
    continue_identities,
    new_ids,
)
from hotslope.columns import CANDIDATE_ID
from hotslope.grid import Bounds


def first_history(
    ids: Sequence[str], codes: Sequence[str], outlines: np.ndarray, seen: str | None
) -> pd.DataFrame:
    """Return the history of candidates of which no earlier run is known.

    Parameters
    ----------
    ids, codes : sequence of str
        Identifier and code of the place of each.
    outlines : ndarray of shapely geometry, shape (n,)
    seen : str or None
        Last acquisition of the run, YYYY-MM-DD; None where it is not known.

    Returns
    -------
    DataFrame
        Rows of `hotslope.candidates.tables.HISTORY`.
    """
    count = len(ids)
    return pd.DataFrame(
        {
            CANDIDATE_ID: _texts(ids),
            "status": _texts([FIRST] * count),
            "place_code": _texts(codes),
            "first_seen": _texts([seen] * count),
            "parent_ids": _texts([""] * count),
            "last_seen": _texts([seen] * count),
            "runs": np.ones(count, dtype=np.int64),
            "absorbed_by": _texts([""] * count),
            "outline": _packed(outlines),
        }
    )


def continue_history(
    history: pd.DataFrame,
    outlines: np.ndarray,
    codes: Sequence[str],
    seen: str | None,
    bounds_m: Bounds,
) -> pd.DataFrame:
    """Continue a history by the candidates of a run.

    Parameters
    ----------
    history : DataFrame
        Rows of `hotslope.candidates.tables.HISTORY`.
    outlines : ndarray of shapely geometry, shape (n,)
        Candidates of the run, from north to south.
    codes : sequence of str
        Codes of their places.
    seen : str or None
        Last acquisition of the run, YYYY-MM-DD.
    bounds_m : tuple of float
        Study area: of bodies outside it nothing is known.

    Returns
    -------
    DataFrame
        One row per candidate, in their order, then the bodies that are none in this run, in the
        order of `history`.
    """
    earlier = shapely.from_wkb(history["outline"].to_numpy())
    present = ~history["status"].isin([GONE, ABSORBED]).to_numpy()
    found = continue_identities(earlier, present, outlines)
    used = history[CANDIDATE_ID].tolist()
    kept = found.continues >= 0
    fresh = iter(new_ids(int((~kept).sum()), used))
    ids = [used[row] if row >= 0 else next(fresh) for row in found.continues]

    now = first_history(ids, codes, outlines, seen)
    now["status"] = _texts(found.status)
    old = history.iloc[found.continues[kept]]
    for column in ("place_code", "first_seen"):
        now.loc[kept, column] = old[column].to_numpy()
    now.loc[kept, "runs"] = old["runs"].to_numpy() + 1
    before = [history["parent_ids"].iloc[row] if row >= 0 else "" for row in found.continues]
    now["parent_ids"] = _texts(
        [
            _joined(known, [used[parent] for parent in parents], own)
            for known, parents, own in zip(before, found.parents, ids, strict=True)
        ]
    )
    return pd.concat([now, _absent(history, found.continues, found.absorbed_by, ids, bounds_m)])


def _absent(
    history: pd.DataFrame,
    continues: np.ndarray,
    absorbed_by: np.ndarray,
    ids: Sequence[str],
    bounds_m: Bounds,
) -> pd.DataFrame:
    """Rows of bodies that are no candidates of the run, with what became of them."""
    rows = np.setdiff1d(np.arange(len(history)), continues)
    table = history.iloc[rows].copy()
    taker = absorbed_by[rows]
    middle = shapely.point_on_surface(shapely.from_wkb(table["outline"].to_numpy()))
    west, south, east, north = bounds_m
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    before = table["status"].to_numpy(dtype=str)
    settled = np.isin(before, [GONE, ABSORBED])
    now = np.where(taker >= 0, ABSORBED, np.where(inside, GONE, OUTSIDE))
    table["status"] = _texts(np.where(settled, before, now).tolist())
    names = [ids[number] if number >= 0 else "" for number in taker]
    table["absorbed_by"] = _texts(
        np.where(settled, table["absorbed_by"].to_numpy(dtype=str), names).tolist()
    )
    return table


def _joined(known: str, parents: Sequence[str], own: str) -> str:
    """List parents once, those known before first, without the body itself."""
    names = [name for name in (*known.split(","), *parents) if name and name != own]
    return ",".join(dict.fromkeys(names))


def _texts(values: Sequence[str | None]) -> pd.api.extensions.ExtensionArray:
    return pd.array(list(values), dtype="str")


def _packed(outlines: np.ndarray) -> pd.Series:
    return pd.Series(list(shapely.to_wkb(outlines)), dtype="object")
