# Shared by all rules; the validated config, the tracks, and science() digests.
# Functions only. Nothing here imports the package: each cluster job parses this file
# again, in a driver that has Snakemake and nothing else.

import ast
import hashlib
import os
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from progress import follow
from tiles import is_exact, tile_windows

SCHEMA_FILE = Path(workflow.basedir) / "config" / "config.schema.yaml"
SCRIPTS = Path(workflow.basedir) / "workflow" / "scripts"
# Inputs given by their address are fetched to here: https://host/dem.tif to
# resources/remote/https/host/dem.tif.
REMOTE = "resources/remote/"
# Scheme of an address, and the storage plugin of Snakemake that fetches it.
PLUGINS = {"s3": "s3", "https": "http", "http": "http"}


# --- configuration ---------------------------------------------------------------------------


def refuse(key, problem, remedy):
    """Stop before any job: one line that names the key, the value and what to do."""
    raise WorkflowError(f"hotslope: config {key}: {problem}. {remedy}.")


def allowed(error):
    """What the schema allows where `error` was found, in words."""
    check, value = error.validator, error.validator_value
    if check in ("additionalProperties", "unevaluatedProperties"):
        known = error.schema.get("properties") or {}
        return f"Allowed keys: {', '.join(sorted(known))}" if known else error.message
    if check == "enum":
        return f"Allowed: {', '.join(map(str, value))}"
    if check == "type":
        return f"Allowed: {value if isinstance(value, str) else ' or '.join(value)}"
    if check == "required":
        return "Add the missing key"
    return f"Allowed: {check} {value}"


def check_schema(settings):
    """Check the config against its schema; the first fault is told in one line."""
    schema = load_configfile(SCHEMA_FILE)
    error = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(schema).iter_errors(settings)
    )
    if error is None:
        return
    key = ".".join(map(str, error.absolute_path)) or "(top level)"
    value = str(error.instance)
    value = value if len(value) < 60 else f"{value[:57]}..."
    if error.validator in ("additionalProperties", "unevaluatedProperties", "required"):
        refuse(key, error.message, allowed(error))
    refuse(key, f"{value!r} is not allowed ({error.message})", allowed(error))


def expanded(setting):
    """A path, or paths in a list or mapping, with ~ and environment variables filled in."""
    if isinstance(setting, dict):
        return {role: expanded(item) for role, item in setting.items()}
    if isinstance(setting, list):
        return [expanded(item) for item in setting]
    if isinstance(setting, str):
        return os.path.expanduser(os.path.expandvars(setting))
    return setting


def path_settings(settings):
    """Each place of the config that names files: dotted key, section, key within it."""
    yield "study_area.boundary", settings["study_area"], "boundary"
    yield "terrain.dem", settings["terrain"], "dem"
    yield "candidates.reference", settings["candidates"], "reference"
    yield "inventory.path", settings["inventory"], "path"
    for track, options in settings["tracks"].items():
        yield f"tracks.{track}.points", options, "points"
    for layer, options in settings["layers"].items():
        yield f"layers.{layer}.path", options, "path"


def simulated_folder(settings):
    """Where a simulated study area is written; its files need not exist beforehand."""
    return f"resources/{settings['simulation']['name']}/"


def files_in(setting):
    """Every file that a path setting names (a boundary holds a number beside its file)."""
    if isinstance(setting, dict):
        return [file for item in setting.values() for file in files_in(item)]
    if isinstance(setting, list):
        return [file for item in setting for file in files_in(item)]
    return [setting] if isinstance(setting, str) else []


def contents(setting):
    """Every file that a path setting names, those in folders one by one: a folder as input
    would hide from Snakemake, and from its cache, that one of its files has changed."""
    files = []
    for file in files_in(setting):
        inside = sorted(os.listdir(file)) if os.path.isdir(file) else []
        found = [os.path.join(file, name) for name in inside]
        files += [path for path in found if os.path.isfile(path)] if inside else [file]
    return files


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


def brought_here(key, setting):
    """A path setting in which the place to which it is fetched stands for each address."""
    if isinstance(setting, dict):
        return {role: brought_here(key, item) for role, item in setting.items()}
    if isinstance(setting, list):
        return [brought_here(key, item) for item in setting]
    if isinstance(setting, str) and "://" in setting:
        check_address(key, setting)
        return REMOTE + setting.replace("://", "/", 1)
    return setting


def check_checksums(settings):
    """Give each checksum the path under which the rules know its file; refuse names of none."""
    known = {
        file
        for _, section, name in path_settings(settings)
        for file in contents(section[name])
    }
    checksums = {}
    for name, digest in settings["checksums"].items():
        file = brought_here("checksums", expanded(name))
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
    validate(settings, str(SCHEMA_FILE))
    simulated = simulated_folder(settings)
    for key, section, name in path_settings(settings):
        section[name] = brought_here(key, expanded(section[name]))
        for file in files_in(section[name]):
            made = file.startswith((simulated, REMOTE))
            if not made and not os.path.exists(file):
                refuse(
                    key,
                    f"no file {file!r}",
                    "Give a path that exists, seen from the working folder",
                )
    check_checksums(settings)


prepare_config(config)
SIMULATED = simulated_folder(config)


def has_sight(track):
    """Whether the config tells that the points of a track will have a line of sight."""
    options = config["tracks"][track]
    columns = options.get("columns") or {}
    incidence = options["incidence_deg"] is not None or "incidence_deg" in columns
    by_angles = options["heading_deg"] is not None and incidence
    return options["format"] == "egms" or "los_up" in columns or by_angles


TRACKS = list(config["tracks"])
# Tracks that know where they look from; only these tell motion of the ground from motion
# along the line of sight.
LOOKING = [track for track in TRACKS if has_sight(track)]
# What every track has; its other keys are options of its format.
TRACK_KEYS = (
    "pass",
    "format",
    "points",
    "incidence_deg",
    "heading_deg",
    "los_sign",
    "wavelength_m",
)
MODELS = list(config["models"])
GRID = {
    "bounds_m": config["study_area"]["bounds_m"],
    "cell_size_m": config["density"]["cell_size_m"],
    "crs": config["study_area"]["crs"],
}
if config["scale"]["tile_size_m"] and not is_exact(GRID["cell_size_m"]):
    refuse(
        "density.cell_size_m",
        f"{GRID['cell_size_m']} is not exact in binary, so tiles would differ in rounding",
        "Use 12.5, 10 or 25, say, or set scale.tile_size_m to null",
    )
# Rows and columns of each tile by its name; none where the study area is done at once.
TILES = tile_windows(
    GRID["bounds_m"], GRID["cell_size_m"], config["scale"]["tile_size_m"]
)
DENSITY_RADIUS_M = config["density"]["radius_m"] or config["hotspots"]["radius_m"]
# Gi* of the gate of the rate rule.
GATE = {
    "gate_radius_m": config["hotspots"]["radius_m"],
    "gate_center": config["candidates"]["gate_center"],
    "correction": config["hotspots"]["correction"],
    "min_neighbours": config["hotspots"]["min_neighbours"],
}


wildcard_constraints:
    track="|".join(TRACKS),
    model="|".join(MODELS) or "none",
    tile="r[0-9]+_c[0-9]+",


# --- inputs and parameters -------------------------------------------------------------------


def given(path):
    """An optional input: the files named, or none."""
    return files_in(path)


def layer_file(layer):
    """The file of a map layer as an optional input."""
    return given(config["layers"][layer]["path"])


def radius_file(radius_m):
    """The file in which the radius of the track at hand is chosen, where it is auto."""
    return "results/motion/{track}_radius.json" if radius_m == "auto" else []


def track_option(key):
    """A function of wildcards: one setting of the track at hand."""
    return lambda wildcards: config["tracks"][wildcards.track][key]


def tile_window(wildcards):
    """Rows and columns of the tile at hand in the study grid: begin, end, begin, end."""
    return TILES[wildcards.tile]


def track_files(wildcards):
    """Every file of the track at hand."""
    return contents(config["tracks"][wildcards.track]["points"])


def format_options(wildcards):
    """What the format of the track at hand is told beside its files."""
    track = config["tracks"][wildcards.track]
    return {key: value for key, value in track.items() if key not in TRACK_KEYS}


def configured_files():
    """Every file that the config names."""
    return [
        file
        for _, section, name in path_settings(config)
        for file in contents(section[name])
    ]


def remote_address(wildcards):
    """The address of a file that is fetched."""
    scheme, _, place = wildcards.place.partition("/")
    return f"{scheme}://{place}"


def remote_file(wildcards):
    """The file at an address, as its storage plugin knows it."""
    address = remote_address(wildcards)
    plugin = PLUGINS[address.partition(":")[0]]
    return getattr(storage, plugin)(address)


def remote_size(wildcards):
    """Length that the storage tells of a file, bytes; 0 where it tells none."""
    return remote_file(wildcards).flags["storage_object"].size()


def remote_time(wildcards):
    """When a file was changed, as its storage tells, seconds since 1970; 0 where it does not."""
    return remote_file(wildcards).flags["storage_object"].mtime()


def checksum(wildcards):
    """The checksum that the config gives a file that is fetched, or none."""
    return config["checksums"].get(REMOTE + wildcards.place)


def visibility_files():
    """Visibility of the ground per track, where there is a DEM."""
    if not config["terrain"]["dem"]:
        return []
    return expand("results/terrain/{track}_visibility.tif", track=LOOKING)


def sees_both_sides():
    """Whether tracks of both passes are at hand, so that east and up can be told apart."""
    return {config["tracks"][track]["pass"] for track in LOOKING} == {
        "ascending",
        "descending",
    }


def decomposed_tracks():
    """Tracks for east and up; where too few know where they look from, the rule refuses."""
    return LOOKING if sees_both_sides() else TRACKS


def has_models():
    """Whether anything can be learnt: models need labels."""
    return bool(config["inventory"]["path"] and MODELS)


def stability_file():
    """Stability of the candidates, an optional input: the rate rule has one, unless off."""
    candidates = config["candidates"]
    measured = candidates["method"] == "rate" and candidates["stability_replicas"] > 0
    return ["results/candidates/stability.parquet"] if measured else []


def study_results():
    """Final files that the inputs given allow; none while the bounds are missing."""
    if GRID["bounds_m"] is None:
        return []
    figures = [
        "velocity",
        "trends",
        "hotspots",
        "density",
        "candidates",
        "potential_landslides",
    ]
    results = [
        *expand("results/points/{track}_summary.json", track=TRACKS),
        "results/candidates/extraction.json",
        "results/factors/factors.json",
        "results/maps/potential_landslides.gpkg",
    ]
    if sees_both_sides():
        results += ["results/motion/east_up.tif"]
    if config["hotspots"]["radius_m"] == "auto":
        figures.append("radius")
    if config["candidates"]["reference"]:
        figures.append("extraction")
    if has_models():
        figures += ["correlation", "information_gain", "roc"]
        results += [
            "results/learning/validation.csv",
            "results/learning/test_metrics.csv",
            "results/learning/label_shuffles.csv",
        ]
    return results + expand("results/maps/figures/{figure}.png", figure=figures)


# --- resources -------------------------------------------------------------------------------


def growing(amount):
    """Memory or run time of a job: `amount`, and at each retry as much again."""
    return lambda wildcards, attempt: amount * attempt


# --- progress --------------------------------------------------------------------------------


def follow_jobs():
    """Tell a person at a terminal how far the run is; elsewhere, nothing."""
    jobs = workflow.dag.stats()[1]
    rules = {rule: jobs[rule] for rule in jobs if rule not in ("all", "total")}
    follow(logger, sys.stderr, rules, Path("results/benchmarks"))


# --- science digests -------------------------------------------------------------------------


def module_files(name):
    """Files of a package module and of the packages above it; none for a function's name."""
    parts = name.split(".")
    candidates = [
        SCRIPTS.joinpath(*parts[:depth], "__init__.py")
        for depth in range(1, len(parts) + 1)
    ]
    candidates.append(SCRIPTS.joinpath(*parts).with_suffix(".py"))
    return {file for file in candidates if file.exists()}


@cache
def imported_files(file):
    """Package files that a Python file imports by itself, as its text says."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise WorkflowError(
                    f"{file}: write 'from hotslope…' in full: science() follows no dots"
                )
            names = [
                node.module,
                *(f"{node.module}.{alias.name}" for alias in node.names),
            ]
        elif isinstance(node, ast.Name | ast.Attribute):
            if getattr(node, "id", getattr(node, "attr", "")) in (
                "__import__",
                "import_module",
            ):
                raise WorkflowError(
                    f"{file}: dynamic imports hide dependencies: import statically"
                )
        for name in names:
            if name.split(".")[0] == "hotslope":
                found |= module_files(name)
    return frozenset(found)


@cache
def science(script):
    """Digest of the texts of all package files that a script imports, directly or not."""
    found, waiting = set(), [SCRIPTS / f"{script}.py"]
    while waiting:
        new = imported_files(waiting.pop()) - found
        found |= new
        waiting.extend(new)
    digest = hashlib.sha256()
    for file in sorted(found):
        digest.update(f"{file.relative_to(SCRIPTS)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]
