"""Checking the config and filling it in, before any job: imported by common.smk.

Each cluster job reads the rule files again, in a driver that has Snakemake and nothing else:
plain Python, without the package.
"""

import difflib
import math
import os
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import yaml
from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from contents import parts_of

SCHEMA_FILE = Path(__file__).parents[2] / "config" / "config.schema.yaml"
#: Inputs given by their address are fetched to here: https://host/dem.tif to
#: resources/remote/https/host/dem.tif.
REMOTE = "resources/remote/"
#: Scheme of an address, and the storage plugin of Snakemake that fetches it.
PLUGINS = {"s3": "s3", "https": "http", "http": "http"}
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
#: What a check of the schema asks for.
WORDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minItems": "with at least {} values",
    "maxItems": "with at most {} values",
    "uniqueItems": "with each value once",
    "minLength": "with at least {} characters",
    "maxLength": "with at most {} characters",
    "minProperties": "with at least {} keys",
    "pattern": "text like {}",
}


def refuse(key, problem, remedy):
    """Stop before any job: one line that names the key, the value and what to do."""
    raise WorkflowError(f"hotslope: config {key}: {problem}. {remedy}.")


def known_keys(schema, settings):
    """Name the keys of a section, with those that its conditions add (options of a format)."""
    known = set(schema.get("properties") or {})
    for rule in schema.get("allOf") or []:
        if jsonschema.Draft202012Validator(rule["if"]).is_valid(settings):
            known |= known_keys(rule["then"], settings)
    return known


def allowed(error):
    """Say in words what the schema allows where `error` was found."""
    check, value = error.validator, error.validator_value
    if check in ("additionalProperties", "unevaluatedProperties"):
        known = known_keys(error.schema, error.instance)
        if not known:
            return error.message
        return f"{suggestion(error.instance, known)}Allowed keys: {', '.join(sorted(known))}"
    if check == "required":
        return "Add the missing key"
    return f"Allowed: {in_words({check: value}) or f'{check} {value}'}"


def suggestion(settings, known):
    """Suggest the known key that an unknown one resembles."""
    for name in settings:
        if name not in known:
            for meant in difflib.get_close_matches(str(name), known, 1):
                return f"Did you mean {meant!r} for {name!r}? "
    return ""


def in_words(schema):
    """Say in words what a part of the schema asks of a value."""
    said = []
    for check, value in schema.items():
        if check in ("anyOf", "oneOf"):
            said.append("; or ".join(map(in_words, value)))
        elif check in ("enum", "const"):
            said.append(", ".join(map(str, value if check == "enum" else [value])))
        elif check == "type":
            said.append(value if isinstance(value, str) else " or ".join(value))
        elif check == "items":
            said.append(f"of {in_words(value)}")
        elif check == "not":
            said.append(f"anything but {in_words(value)}")
        elif check in WORDS:
            said.append(WORDS[check].format(value))
    return " ".join(said)


def foreign_data(environment, prefix):
    """Return the variables that lead PROJ or GDAL to the data of another program."""
    home = os.path.realpath(prefix) + os.sep
    return {
        name: environment[name]
        for name in ("PROJ_DATA", "PROJ_LIB", "GDAL_DATA")
        if environment.get(name) and not os.path.realpath(environment[name]).startswith(home)
    }


def check_finite(settings, key=""):
    """Refuse .nan and .inf, which pass the schema: no comparison catches them."""
    if isinstance(settings, (dict, list)):
        inside = settings.items() if isinstance(settings, dict) else enumerate(settings)
        for name, item in inside:
            check_finite(item, f"{key}.{name}".lstrip("."))
    elif isinstance(settings, float) and not math.isfinite(settings):
        refuse(key, f"{settings} is not allowed", "Give a finite number")


def check_path(key, path):
    """Refuse braces in a path, which Snakemake would take for wildcards, and control characters."""
    if "{" in path or "}" in path:
        refuse(
            key,
            f"{path!r} holds braces, which Snakemake takes for wildcards",
            "Rename the file or folder, or give a link to it without { and }",
        )
    if not path.isprintable():
        refuse(key, f"{path!r} holds control characters", "Write the path without them")


def check_keys(file):
    """Refuse a key that is given twice in a section of a YAML file, of which the last would win."""
    try:
        with open(file, encoding="utf-8") as stream:
            waiting = [(yaml.compose(stream, yaml.SafeLoader), "")]
    except (yaml.YAMLError, OSError, UnicodeDecodeError):
        return  # reported by Snakemake, which has read it or will
    seen = set()
    while waiting:
        node, section = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += [(item, section) for item in node.value]
        if not isinstance(node, yaml.MappingNode):
            continue
        lines = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            dotted = f"{section}.{name}".lstrip(".")
            if name in lines and name != "<<":
                refuse(
                    dotted,
                    f"is given twice, in lines {lines[name]} and {line} of {file}",
                    "Keep one of them",
                )
            lines[name] = line
            waiting.append((value, dotted))


def check_schema(settings):
    """Check the config against its schema; the first fault is reported in one line."""
    schema = load_configfile(SCHEMA_FILE)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(settings))
    # A wrong value of an option that depends on the format makes its key count as unknown too.
    plain = [error for error in errors if error.validator != "unevaluatedProperties"]
    error = jsonschema.exceptions.best_match(plain or errors)
    if error is None:
        return
    key = ".".join(map(str, error.absolute_path)) or "(top level)"
    value = str(error.instance)
    value = value if len(value) < 60 else f"{value[:57]}..."
    if error.validator in ("additionalProperties", "unevaluatedProperties", "required"):
        refuse(key, error.message, allowed(error))
    refuse(key, f"{value!r} is not allowed ({error.message})", allowed(error))


def expanded(setting):
    """Fill ~ and environment variables into a path, or into paths in a list or mapping."""
    if isinstance(setting, dict):
        return {role: expanded(item) for role, item in setting.items()}
    if isinstance(setting, list):
        return [expanded(item) for item in setting]
    if isinstance(setting, str):
        return os.path.expanduser(os.path.expandvars(setting))
    return setting


def path_settings(settings):
    """Yield each place of the config that names files: dotted key, section, key within it."""
    yield "study_area.boundary", settings["study_area"], "boundary"
    yield "terrain.dem", settings["terrain"], "dem"
    yield "candidates.reference", settings["candidates"], "reference"
    yield "inventory.path", settings["inventory"], "path"
    yield "factor_table.path", settings["factor_table"], "path"
    for component in ("east", "up"):
        key = f"decomposition.egms_l3.{component}"
        yield key, settings["decomposition"]["egms_l3"], component
    for track, options in settings["tracks"].items():
        yield f"tracks.{track}.points", options, "points"
    for layer, options in settings["layers"].items():
        yield f"layers.{layer}.path", options, "path"


def simulated_folder(settings):
    """Return where a simulated study area is written; its files need not exist beforehand."""
    return f"resources/{settings['simulation']['name']}/"


def is_made(file, settings):
    """Whether a rule makes an input, which need not exist beforehand."""
    return file.startswith((simulated_folder(settings), REMOTE))


def simulated_bounds(settings):
    """Return the bounds of a simulated area; with a size, only the lower left of the study area's.

    So the area is not simulated again where the study area is cut back within it.
    """
    bounds_m, size_km = settings["study_area"]["bounds_m"], settings["simulation"]["size_km"]
    if bounds_m is None or size_km is None:
        return bounds_m
    left, bottom = bounds_m[:2]
    return [left, bottom, left + 1000 * size_km[0], bottom + 1000 * size_km[1]]


def files_in(setting):
    """List the files that a path setting names (a boundary holds a number beside its file)."""
    if isinstance(setting, dict):
        return [file for item in setting.values() for file in files_in(item)]
    if isinstance(setting, list):
        return [file for item in setting for file in files_in(item)]
    return [setting] if isinstance(setting, str) else []


def files_with_parts(setting):
    """List the files that a path setting names, with all that belong to them.

    Otherwise Snakemake and its cache would not see that one of them has changed: a file in a
    folder, the attributes of a Shapefile, the tiles of a virtual raster.
    """
    return [part for file in files_in(setting) for part in parts_of(file)]


def configured_files(settings):
    """List every file that the config names, with all that belong to them."""
    return [
        file
        for _, section, name in path_settings(settings)
        for file in files_with_parts(section[name])
    ]


def check_tracks(settings):
    """Refuse a file that two tracks share: one measurement would confirm itself."""
    owner = {}
    for track, options in settings["tracks"].items():
        points = options["points"]
        if isinstance(points, dict):
            # These name columns only: two exports of one processor may share them.
            points = [item for role, item in points.items() if role != "items"]
        for file in files_in(points):
            other = owner.setdefault(os.path.realpath(file), track)
            if other != track:
                refuse(
                    f"tracks.{track}.points",
                    f"{file!r} is also a file of tracks.{other}, which would confirm itself",
                    "Give each track the files of its own pass",
                )


def order_hint(bounds_m):
    """Word the order of bounds that was meant, where west, east, south, north makes more sense."""
    west, east, south, north = bounds_m
    read = (south - west) * (north - east)
    meant = (east - west) * (north - south)
    if not (west < east and south < north and meant < read / 100):
        return ""
    return (
        ". The order of study_area.bounds_m is west, south, east, north; "
        f"[{west}, {south}, {east}, {north}] may be meant"
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
        cells = width * height / size**2
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


def check_address(key, address):
    """Refuse an address that cannot be fetched, or that holds what no config should."""
    parts = urlsplit(address)
    if parts.scheme not in PLUGINS:
        refuse(
            key,
            f"cannot fetch {parts.scheme}://",
            f"Allowed: {', '.join(f'{scheme}://' for scheme in PLUGINS)} or a path",
        )
    # What follows may be secret: it is not repeated.
    if "@" in parts.netloc:
        refuse(
            key,
            "the address holds a user name or password",
            "Keep them in ~/.netrc (https) or ~/.aws/credentials (s3)",
        )
    if "?" in address or "#" in address:
        refuse(
            key,
            f"the address on {parts.hostname} holds '?' or '#'",
            "Give an address without, or fetch the file by hand and give its path",
        )
    if any(sign in address for sign in "{}*") or not address.isprintable():
        refuse(key, f"{address!r} holds wildcards", "Name one file")
    steps = parts.path.split("/")[1:]
    if " " in address or not parts.netloc or not steps:
        refuse(key, f"{address!r} is no address of a file", "Give scheme://place/file")
    if any(step in ("", ".", "..") for step in steps):
        refuse(key, f"{address!r} names no file", "Name files one by one, without '..'")


def localised(key, setting):
    """Replace each address in a path setting by the path to which it is fetched."""
    if isinstance(setting, dict):
        return {role: localised(key, item) for role, item in setting.items()}
    if isinstance(setting, list):
        return [localised(key, item) for item in setting]
    if isinstance(setting, str) and "://" in setting:
        check_address(key, setting)
        return REMOTE + setting.replace("://", "/", 1)
    return setting


def check_checksums(settings):
    """Key each checksum by the path that the rules use; refuse one of a file that is no input."""
    known = set(configured_files(settings))
    checksums = {}
    for name, digest in settings["checksums"].items():
        file = localised("checksums", expanded(name))
        if file not in known:
            refuse(
                "checksums",
                f"{name!r} is no input of this config",
                "Write it as the input is written",
            )
        checksums[file] = digest.lower()
    settings["checksums"] = checksums


def prepare_config(settings):
    """Validate, fill in defaults, expand paths, and refuse files that do not exist."""
    layers = settings.get("layers")
    if isinstance(layers, dict):
        # A layer may be null as a whole: it is missing.
        settings["layers"] = {
            name: {} if layer is None else layer for name, layer in layers.items()
        }
    check_schema(settings)
    check_finite(settings)
    validate(settings, str(SCHEMA_FILE))
    for key, section, name in path_settings(settings):
        section[name] = localised(key, expanded(section[name]))
        for file in files_in(section[name]):
            check_path(key, file)
            if is_made(file, settings) or os.path.exists(file):
                continue
            if any(sign in file for sign in "*?"):
                refuse(
                    key,
                    f"no file {file!r}: patterns are not filled in",
                    "Name the files in a list, or (format egms) their folder",
                )
            else:
                refuse(
                    key,
                    f"no file {file!r}",
                    "Give a path that exists, seen from the working folder",
                )
    check_tracks(settings)
    check_sizes(settings)
    check_checksums(settings)
