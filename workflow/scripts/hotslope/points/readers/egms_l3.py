"""European Ground Motion Service, level L3: east or up motion of cells of 100 m.

No track: L3 has no line of sight. East and up motion of a run is compared with it.
"""

import re
from typing import Any

import pandas as pd

from hotslope.errors import InputError
from hotslope.points.archives import TextSource, text_source, zip_members
from hotslope.points.collection import Collection, collect, column_types
from hotslope.points.coordinates import Window, locate
from hotslope.points.delimited import read_batches, read_header
from hotslope.points.layouts import Layout, find_columns, refuse_duplicates, require_columns
from hotslope.points.parquet import BATCH_ROWS, open_parquet, undamaged
from hotslope.points.readers.egms import PARQUET, files_of

#: Schema column → name in all releases. L3 has no longitude and latitude.
ALIASES: dict[str, tuple[str, ...]] = {
    "point_id": ("pid",),
    "x_m": ("easting",),
    "y_m": ("northing",),
    "velocity_mm_yr": ("mean_velocity",),
}
L3_CRS = "EPSG:3035"
#: Letter of the component in names such as EGMS_L3_E45N23_100km_U_2019_2023_1.zip.
_LETTER = re.compile(r"_([EU])[_.](?!.*_[EU][_.])", re.IGNORECASE)
_COMPONENTS = {"E": "east", "U": "up"}


def read_component(
    path: Any, component: str, window: Window, most: int | None = None
) -> pd.DataFrame:
    """Read one component of level L3.

    Parameters
    ----------
    path : str or list of str
        Zip archives as delivered, csv or Parquet files, or folders that hold them; the tiles of
        one component.
    component : {"east", "up"}
        Which one they should hold; the name of a file decides where it says which.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many cells of each file, whether or not they are in the window.

    Returns
    -------
    DataFrame
        ``x_m, y_m`` in the project CRS, the centres of cells, and ``velocity_mm_yr``, + east or
        + up. Without rows where no cell lies in the window.

    Raises
    ------
    InputError
        Another component or level, and what makes a csv or Parquet file unreadable.
    """
    key = f"decomposition.egms_l3.{component}"
    collections: list[Collection] = []
    for file in files_of(path):
        if file.suffix.lower() in PARQUET:
            _refuse_other_component(file.name, component, key)
            collections.append(_read_parquet(str(file), window, most, key))
            continue
        zipped = file.suffix.lower() == ".zip"
        for source in zip_members(str(file), ".csv") if zipped else [text_source(str(file))]:
            _refuse_other_component(source.place, component, key)
            collections.append(_read_csv(source, window, most, key))
    frames = [locate(each.points, each.crs, window) for each in collections]
    cells = pd.concat(frames, ignore_index=True).drop_duplicates(["x_m", "y_m"])
    cells = cells[window.holds(cells["x_m"].to_numpy(), cells["y_m"].to_numpy())]
    return cells[["x_m", "y_m", "velocity_mm_yr"]].reset_index(drop=True)


def _refuse_other_component(name: str, component: str, key: str) -> None:
    match = _LETTER.search(name)
    if match and _COMPONENTS[match[1].upper()] != component:
        raise InputError(
            key,
            f"{name} is named as the {_COMPONENTS[match[1].upper()]} component",
            "Give each component under its own key, east or up",
        )


def _read_csv(source: TextSource, window: Window, most: int | None, key: str) -> Collection:
    names = read_header(source, ",")
    layout = find_layout(names, source.place, key)
    types = column_types(layout)
    return collect(read_batches(source, names, types, ",", 1), layout, window, 2, most)


def _read_parquet(path: str, window: Window, most: int | None, key: str) -> Collection:
    with open_parquet(path) as file:
        layout = find_layout([str(name) for name in file.schema_arrow.names], path, key)
        wanted = list(layout.columns.values())
        batches = undamaged(file.iter_batches(batch_size=BATCH_ROWS, columns=wanted), path)
        return collect(batches, layout, window, 1, most)


def find_layout(names: list[str], place: str, key: str) -> Layout:
    """Return the layout of a csv file of level L3."""
    refuse_duplicates(names, place)
    lower = {name.lower(): name for name in names}
    if "los_east" in lower:
        raise InputError(
            place,
            "level L2: motion along a line of sight, not east or up",
            f"Give it as a track; {key} takes level L3",
        )
    found = find_columns(lower, ALIASES)
    require_columns(found, list(ALIASES), names, place, "Give a file of level L3")
    return Layout(place, found, {}, {}, L3_CRS, key)
