"""Reading of the candidates of an earlier run, whose identities are kept."""

import json
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from hotslope.candidates.history import first_history
from hotslope.candidates.place_codes import place_codes
from hotslope.candidates.tables import HISTORY
from hotslope.columns import CANDIDATE_ID
from hotslope.errors import InputError
from hotslope.grid import Bounds
from hotslope.points.damage import whole
from hotslope.points.vectors import layer_names, vector_info

KEY = "previous"
LAYER = "candidates"
#: Ends of the names of the files beside the candidates that are read with them.
HISTORY_NAME, DATES_END = "history.parquet", "_rate_errors.json"


def read_previous(
    path: str, beside_paths: Sequence[str], crs: str, bounds_m: Bounds
) -> pd.DataFrame:
    """Read the history of the candidates of an earlier run.

    Parameters
    ----------
    path : str
        GeoPackage with a layer `candidates`, or with one layer.
    beside_paths : sequence of str
        Of the same run: its history, where it has one, and the errors of the rates of its tracks,
        which hold its dates.
    crs : str
        CRS of the project.
    bounds_m : tuple of float
        Study area.

    Returns
    -------
    DataFrame
        Rows of `hotslope.candidates.tables.HISTORY`; without a history, that of a first run.

    Raises
    ------
    InputError
        No polygons with identifiers that differ, another CRS, another area, or a history of other
        candidates.
    """
    frame = _read_candidates(path, CRS.from_user_input(crs))
    outlines = frame.geometry.to_numpy()
    if len(outlines) and not shapely.intersects(shapely.box(*bounds_m), outlines).any():
        west, south, east, north = frame.total_bounds
        raise InputError(
            f"{KEY}: {path}",
            f"is of another area: its {len(outlines)} candidates lie in [{west:.0f}, {south:.0f}, "
            f"{east:.0f}, {north:.0f}], outside study_area.bounds_m",
            "Give an earlier run of this area, or null",
        )
    names = [name for name in beside_paths if Path(name).name == HISTORY_NAME]
    if not names:
        seen = last_acquisition([name for name in beside_paths if name.endswith(DATES_END)])
        ids = frame[CANDIDATE_ID].tolist()
        return first_history(ids, place_codes(outlines, crs), outlines, seen)
    history = HISTORY.read(names[0])
    unknown = set(frame[CANDIDATE_ID]) - set(history[CANDIDATE_ID])
    if unknown:
        raise InputError(
            f"{KEY}: {names[0]}",
            f"lacks {min(unknown)} of {path}: it is the history of other candidates",
            "Give both files of one run, or move the history away",
        )
    return history


def _read_candidates(path: str, crs: CRS) -> gpd.GeoDataFrame:
    """Read identifiers and outlines; refuse what are none, and another CRS."""
    place = f"{KEY}: {path}"
    layers = layer_names(path, KEY) if Path(path).is_file() else []
    info = vector_info(path, LAYER if LAYER in layers else None, KEY)
    if CRS.from_user_input(info["crs"]) != crs:
        raise InputError(
            place,
            f"has the CRS {info['crs']}, not {crs.to_string()}",
            "Give a run in the CRS of study_area.crs, or null",
        )
    if CANDIDATE_ID not in info["fields"]:
        raise InputError(
            place, f"has no column {CANDIDATE_ID}", "Give the candidates of an earlier run, or null"
        )
    with whole(KEY, path):
        frame = gpd.read_file(path, layer=info["layer_name"], columns=[CANDIDATE_ID])
    ids = frame[CANDIDATE_ID]
    if len(frame) and (ids.isna().any() or ids.duplicated().any() or ids.dtype != "str"):
        raise InputError(
            place,
            f"{CANDIDATE_ID} is not a different text in every row",
            "Give the candidates of an earlier run as it left them, or null",
        )
    kinds = set(frame.geom_type.dropna()) - {"Polygon", "MultiPolygon"}
    if kinds or frame.geometry.isna().any():
        raise InputError(
            place, f"holds {sorted(kinds) or 'rows without geometry'}", "Give outlines as polygons"
        )
    return frame.set_geometry(frame.geometry.make_valid())


def last_acquisition(error_summary_paths: Sequence[str]) -> str | None:
    """Read the last acquisition of any track from the summaries of the errors of its rates."""
    dates = [
        json.loads(Path(path).read_text(encoding="utf-8")).get("last_date")
        for path in error_summary_paths
    ]
    return max((date for date in dates if date), default=None)
