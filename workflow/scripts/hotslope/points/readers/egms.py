"""European Ground Motion Service, levels L2a and L2b: zip archives, csv, Parquet, folders."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hotslope.errors import InputError
from hotslope.points.acquisitions import find_epochs
from hotslope.points.archives import TextSource, text_source, zip_members
from hotslope.points.collection import Collection, collect, column_types
from hotslope.points.coordinates import Window
from hotslope.points.delimited import read_batches, read_header
from hotslope.points.joining import refuse_other_pass
from hotslope.points.layouts import (
    LINE_OF_SIGHT,
    LONLAT,
    Layout,
    find_columns,
    listed,
    refuse_duplicates,
    require_columns,
)
from hotslope.points.parquet import BATCH_ROWS, open_parquet, undamaged
from hotslope.points.roles import plain_files

#: Schema column → names in the releases 2015–2021 … 2019–2023 and 2020–2024. Longitude and
#: latitude are used; easting and northing (EPSG:3035) only repeat them.
ALIASES: dict[str, tuple[str, ...]] = {
    "point_id": ("pid",),
    "lon": ("longitude",),
    "lat": ("latitude",),
    "height_m": ("height_ortho", "height"),
    "velocity_mm_yr": ("mean_velocity",),
    "velocity_std_mm_yr": ("mean_velocity_std",),
    "coherence": ("temporal_coherence",),
    "incidence_deg": ("incidence_angle",),
    "los_east": ("los_east",),
    "los_north": ("los_north",),
    "los_up": ("los_up",),
}
PARQUET = (".parquet", ".geoparquet")
#: Name of a file as delivered: level, relative orbit, burst, swath, polarisation and years.
_DELIVERED = re.compile(r"EGMS_(L2[ab])_(\d{3})_\d{4}_IW\d_[VH]{2}_(\d{4}_\d{4})", re.IGNORECASE)
#: What must be one in all files, in the order of `_DELIVERED`, and what to do where it is not.
_MIXTURES = {
    "levels": "Give files of one level: L2a and L2b have other references",
    "relative orbits": "Give each relative orbit a track of its own: lines of sight differ",
    "releases": "Give files of one release, or write points: {releases: [[…], […]]} to join them",
}
_NEEDED = (
    "point_id",
    "lon",
    "lat",
    "velocity_mm_yr",
    "coherence",
    *LINE_OF_SIGHT,
)


def read(path: Any, window: Window, most: int | None = None) -> list[Collection]:
    """Read the points of one track of the European Ground Motion Service.

    Parameters
    ----------
    path : str or list of str
        Zip archives as delivered, csv or Parquet files with the columns of these, or folders
        that hold them; several bursts of one track are joined.
    window : Window
        What to keep.
    most : int, optional
        Read no more than about so many points of each file.

    Returns
    -------
    list of Collection
        One per table.

    Raises
    ------
    InputError
        Among others level L3, which holds east or vertical motion and no line of sight, and
        files of several levels, releases or relative orbits.
    """
    collections = []
    for file in files_of(path):
        if file.suffix.lower() in PARQUET:
            collections.append(_read_parquet(str(file), window, most))
            continue
        zipped = file.suffix.lower() == ".zip"
        found = zip_members(str(file), ".csv") if zipped else [text_source(str(file))]
        collections += [_read_csv(source, window, most) for source in found]
    refuse_other_pass(collections)
    _refuse_mixture([each.layout.place for each in collections])
    return collections


def _refuse_mixture(places: Sequence[str]) -> None:
    """Raise an InputError where names tell of levels, releases or orbits that do not go together.

    Their points are at other places, metres apart, of other references or lines of sight: each
    piece of ground would be counted twice.
    """
    named = {place: match.groups() for place in places if (match := _DELIVERED.search(place))}
    for index, (what, remedy) in enumerate(_MIXTURES.items()):
        found = {parts[index].upper(): place for place, parts in named.items()}
        if len(found) > 1:
            shown = ", ".join(sorted(found)).replace("_", "-")
            raise InputError(
                " + ".join(found.values()), f"files of several {what}: {shown}", remedy
            )


def files_of(path: Any) -> list[Path]:
    """Return the files behind files and folders, in the order given."""
    takes = "a zip, a csv, a Parquet file, a folder, or a list of them"
    found: list[Path] = []
    for name in plain_files(path, "egms", takes):
        if Path(name).is_dir():
            known = (".zip", ".csv", *PARQUET)
            inside = sorted(file for file in Path(name).iterdir() if file.suffix.lower() in known)
            if not inside:
                raise InputError(
                    name, "no zip or csv or Parquet file in the folder", "Correct the path"
                )
            found += inside
        else:
            found.append(Path(name))
    return found


def _read_parquet(path: str, window: Window, most: int | None) -> Collection:
    with open_parquet(path) as file:
        names = [str(name) for name in file.schema_arrow.names]
        layout = find_layout(names, path)
        wanted = list(dict.fromkeys([*layout.columns.values(), *layout.epochs]))
        batches = undamaged(file.iter_batches(batch_size=BATCH_ROWS, columns=wanted), path)
        return collect(batches, layout, window, 1, most)


def _read_csv(source: TextSource, window: Window, most: int | None) -> Collection:
    names = read_header(source, ",")
    layout = find_layout(names, source.place)
    types = column_types(layout)
    batches = read_batches(source, names, types, ",", 1)
    return collect(batches, layout, window, 2, most)


def find_layout(names: list[str], place: str) -> Layout:
    """Return the layout of a csv file of either column generation."""
    refuse_duplicates(names, place)
    found = find_columns({name.lower(): name for name in names}, ALIASES)
    if "los_east" not in found and "lat" not in found and "point_id" in found:
        raise InputError(
            place,
            f"level L3 (east or vertical motion on 100 m cells); columns {listed(names, 8)}",
            "Download level L2a or L2b, which keep the line of sight; L3 goes under "
            "decomposition.egms_l3, to be compared with",
        )
    require_columns(found, _NEEDED, names, place, "Give a file of level L2a or L2b")
    return Layout(place, found, find_epochs(names, place), {}, LONLAT, "the export")
