"""Files that the config names: paths, addresses on the web, checksums.

Imported by the other modules of the rules; plain Python, without the package.
"""

import glob
import os
from urllib.parse import urlsplit

from config_schema import refuse
from contents import parts_of

#: Inputs given by their address are fetched to here: https://host/dem.tif to
#: resources/remote/https/host/dem.tif.
REMOTE = "resources/remote/"
#: Candidates in a folder of results, and what else of such a folder an update reads.
CANDIDATES = os.path.join("candidates", "candidates.gpkg")
HISTORY = "history.parquet"
DATES = os.path.join("..", "motion", "*_rate_errors.json")
#: Layers of section exposure, beside its numbers.
EXPOSED = ("buildings", "roads", "rivers")
#: Where simulate_stack and simulate_images write: whole folders, whose files are not inputs one by
#: one.
STACKS = "resources/stack/"
IMAGES = "resources/images/"
#: Scheme of an address, and the storage plugin of Snakemake that fetches it.
PLUGINS = {"s3": "s3", "https": "http", "http": "http"}


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
    yield "previous", settings, "previous"
    yield "learning.model", settings["learning"], "model"
    yield "learning.train_on", settings["learning"], "train_on"
    for component in ("east", "up"):
        key = f"decomposition.egms_l3.{component}"
        yield key, settings["decomposition"]["egms_l3"], component
    for track, options in settings["tracks"].items():
        yield f"tracks.{track}.points", options, "points"
    for layer, options in settings["layers"].items():
        yield f"layers.{layer}.path", options, "path"
    for layer in EXPOSED:
        yield f"exposure.{layer}.path", settings["exposure"][layer], "path"


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
    return [
        part
        for file in files_in(setting)
        for part in ([file] if file.startswith((STACKS, IMAGES)) else parts_of(file))
    ]


def configured_files(settings):
    """List every file that the config names, with all that belong to them."""
    files = [
        file
        for _, section, name in path_settings(settings)
        for file in files_with_parts(section[name])
    ]
    return files + beside_previous(settings)


def previous_candidates(setting):
    """Return the candidates of an earlier run, of which the folder of results may be given."""
    if setting is None or not os.path.isdir(setting):
        return setting
    file = os.path.join(setting, CANDIDATES)
    if not os.path.isfile(file):
        refuse(
            "previous",
            f"{setting!r} holds no {CANDIDATES}",
            "Give the folder of results of a finished run, or a GeoPackage",
        )
    return file


def beside_previous(settings):
    """List the history and the dates that belong to the candidates of an earlier run."""
    if settings["previous"] is None:
        return []
    folder = os.path.dirname(settings["previous"])
    history = os.path.join(folder, HISTORY)
    dates = sorted(glob.glob(os.path.normpath(os.path.join(glob.escape(folder), DATES))))
    return [file for file in (history, *dates) if os.path.isfile(file)]


def check_previous(settings):
    """Refuse candidates that this very run makes."""
    file = settings["previous"]
    results = os.path.realpath("results") + os.sep
    if file is not None and os.path.realpath(file).startswith(results):
        refuse(
            "previous",
            f"{file!r} is among the results that this run makes",
            "Put the earlier results aside first: mv results results_before",
        )


def simulated_folder(settings):
    """Return where a simulated study area is written; its files need not exist beforehand."""
    return f"resources/{settings['simulation']['name']}/"


def is_made(file, settings):
    """Whether a rule makes an input, which need not exist beforehand."""
    return file.startswith((simulated_folder(settings), STACKS, IMAGES, REMOTE))


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


def check_path(key, path):
    """Refuse braces in a path, which Snakemake would take for wildcards, markup and controls."""
    if "{" in path or "}" in path:
        refuse(
            key,
            f"{path!r} holds braces, which Snakemake takes for wildcards",
            "Rename the file or folder, or give a link to it without { and }",
        )
    if "<" in path or ">" in path:
        refuse(
            key,
            f"{path!r} holds < or >, which would be markup in the report",
            "Rename the file or folder, or give a link to it without < and >",
        )
    if not path.isprintable():
        refuse(key, f"{path!r} holds control characters", "Write the path without them")


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
    if any(sign in address for sign in "{}*<>") or not address.isprintable():
        refuse(key, f"{address!r} holds wildcards", "Name one file")
    steps = parts.path.split("/")[1:]
    if " " in address or not parts.netloc or not steps:
        refuse(key, f"{address!r} is no address of a file", "Give scheme://place/file")
    if any(step in ("", ".", "..") for step in steps):
        refuse(key, f"{address!r} names no file", "Name files one by one, without '..'")


def check_existence(key, file, settings):
    """Refuse a file that is not there and that no rule makes."""
    if is_made(file, settings) or os.path.exists(file):
        return
    if any(sign in file for sign in "*?"):
        refuse(
            key,
            f"no file {file!r}: patterns are not filled in",
            "Name the files in a list, or (format egms) their folder",
        )
    refuse(key, f"no file {file!r}", "Give a path that exists, seen from the working folder")


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
