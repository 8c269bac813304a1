"""Checking the config and filling it in, before any job: imported by common.smk.

Each cluster job reads the rule files again, in a driver that has Snakemake and nothing else:
plain Python, without the package.
"""

import os

from snakemake.utils import validate

from carried_models import find_tables
from config_files import (
    check_checksums,
    check_existence,
    check_path,
    check_previous,
    expanded,
    files_in,
    localised,
    path_settings,
    previous_candidates,
)
from config_schema import SCHEMA_FILE, check_finite, check_schema, refuse

#: Sizes of cells, and how many cells the largest study area may have.
CELLS = ("density.cell_size_m", "decomposition.cell_size_m")
MOST_CELLS = 5e9
#: Distances that may not exceed the study area, and what would come of it.
ALL_NEIGHBOURS = "every point would be a neighbour of every other, and nothing could stand out"
REACHES = {
    "hotspots.radius_m": ALL_NEIGHBOURS,
    "density.radius_m": ALL_NEIGHBOURS,
    "candidates.bandwidth_m": ALL_NEIGHBOURS,
    "coverage.reach_m": "all of it would count as measured",
}


#: Roles of files that two tracks may share: names of columns, heights and masks measure no motion.
SHARED_ROLES = ("items", "height", "mask")


def foreign_data(environment, prefix):
    """Return the variables that lead PROJ or GDAL to the data of another program."""
    home = os.path.realpath(prefix) + os.sep
    return {
        name: environment[name]
        for name in ("PROJ_DATA", "PROJ_LIB", "GDAL_DATA")
        if environment.get(name) and not os.path.realpath(environment[name]).startswith(home)
    }


def simulated_bounds(settings):
    """Return the bounds of a simulated area; with a size, only the lower left of the study area's.

    So the area is not simulated again where the study area is cut back within it.
    """
    bounds_m, size_km = settings["study_area"]["bounds_m"], settings["simulation"]["size_km"]
    if bounds_m is None or size_km is None:
        return bounds_m
    left, bottom = bounds_m[:2]
    return [left, bottom, left + 1000 * size_km[0], bottom + 1000 * size_km[1]]


def check_tracks(settings):
    """Refuse a file that two tracks share: one measurement would confirm itself."""
    owner = {}
    for track, options in settings["tracks"].items():
        points = options["points"]
        if isinstance(points, dict):
            points = [item for role, item in points.items() if role not in SHARED_ROLES]
        for file in files_in(points):
            other = owner.setdefault(os.path.realpath(file), track)
            if other != track:
                refuse(
                    f"tracks.{track}.points",
                    f"{file!r} is also a file of tracks.{other}, which would confirm itself",
                    "Give each track the files of its own pass",
                )


def refuse_images(settings):
    """Refuse radar images as such, before the schema does with a list of formats."""
    tracks = settings.get("tracks")
    for track, options in tracks.items() if isinstance(tracks, dict) else ():
        if isinstance(options, dict) and options.get("format") == "slc":
            refuse(
                f"tracks.{track}.format",
                "'slc' is not read: hotslope begins with unwrapped interferograms",
                "Make them of the images (dolphin, ISCE, GAMMA, or on demand by HyP3 and LiCSAR) "
                "and set format: unwrapped; see docs/method/interferometry.md",
            )


def order_hint(bounds_m):
    """Suggest the order of bounds that was meant, where west, east, south, north makes sense.

    `check_inputs` knows more orders, by the CRS; an area this large does not get there.
    """
    west, east, south, north = bounds_m
    read = (south - west) * (north - east)
    meant = (east - west) * (north - south)
    if not (west < east and south < north and meant < read / 100):
        return ""
    return (
        ". The order of study_area.bounds_m is west, south, east, north; "
        f"[{west}, {south}, {east}, {north}] may be meant"
    )


def check_negatives(settings):
    """Refuse stable ground where there is no ground, but a table of factors."""
    if settings["learning"]["negatives"] == "stable_ground" and settings["factor_table"]["path"]:
        refuse(
            "learning.negatives",
            "stable_ground needs points, and a factor table has none",
            "Choose mapped or unlabelled, or remove factor_table.path",
        )


def check_blocks(settings):
    """Refuse catchments where nothing says how water flows."""
    unknown = settings["factor_table"]["path"] or not settings["terrain"]["dem"]
    if settings["validation"]["blocks"] == "catchments" and unknown:
        refuse(
            "validation.blocks",
            "catchments are found in a DEM, and there is none",
            "Choose squares or k_means, or give terrain.dem",
        )


def check_sizes(settings):
    """Refuse lengths that make no sense in a study area of this size."""
    bounds_m = settings["study_area"]["bounds_m"]
    if bounds_m is None:
        return
    width, height = bounds_m[2] - bounds_m[0], bounds_m[3] - bounds_m[1]
    if min(width, height) <= 0:
        return  # reported by check_inputs, with the order that was meant
    area = f"the study area of {width:g} by {height:g} m"
    for key in CELLS:
        section, name = key.split(".")
        size = settings[section][name]
        if size > min(width, height):
            refuse(key, f"cells of {size:g} m are larger than {area}", "Give smaller cells")
        cells = (width / size) * (height / size)
        if cells > MOST_CELLS:
            refuse(
                key,
                f"cells of {size:g} m divide {area} into {cells:.2g} cells",
                f"Give larger cells: at most {MOST_CELLS:.0e} can be computed"
                + order_hint(bounds_m),
            )
    for key, effect in REACHES.items():
        section, name = key.split(".")
        reach = settings[section][name]
        if isinstance(reach, (int, float)) and reach > max(width, height):
            refuse(key, f"{reach:g} m is more than {area}: {effect}", "Give a smaller one")


def prepare_config(settings):
    """Validate, fill in defaults, expand paths, and refuse files that do not exist."""
    for section in ("layers", "exposure"):
        layers = settings.get(section)
        if isinstance(layers, dict):
            # A layer may be null as a whole: it is missing.
            settings[section] = {
                name: {} if layer is None else layer for name, layer in layers.items()
            }
    refuse_images(settings)
    check_schema(settings)
    check_finite(settings)
    validate(settings, str(SCHEMA_FILE))
    find_tables(settings)
    for key, section, name in path_settings(settings):
        section[name] = localised(key, expanded(section[name]))
        if key == "previous":
            section[name] = previous_candidates(section[name])
        for file in files_in(section[name]):
            check_path(key, file)
            check_existence(key, file, settings)
    check_previous(settings)
    check_tracks(settings)
    check_negatives(settings)
    check_blocks(settings)
    check_sizes(settings)
    check_checksums(settings)
