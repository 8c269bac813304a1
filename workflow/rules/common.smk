# Shared by all rules: settings made of the config, inputs and parameters, resources, progress.
# Functions only. Nothing here imports the package: each cluster job parses this file
# again, in a driver that has Snakemake and nothing else.

import os
import sys
from pathlib import Path

from config_files import (
    PLUGINS,
    REMOTE,
    STACKS,
    beside_previous,
    configured_files,
    files_in,
    files_with_parts,
    is_made,
    simulated_folder,
)
from config_schema import check_keys
from configuration import foreign_data, prepare_config, simulated_bounds
from contents import Contents
from failures import reasons_of_failure
from progress import follow
from markup import escaped
from provenance import texts_digest
from science import parameters, science
from snakemake.resources import Resources
from tracks import (
    as_points,
    has_sight,
    is_interferometric,
    measures_phase,
    reader_options,
)

# --- configuration ---------------------------------------------------------------------------


for file in workflow.configfiles:
    check_keys(file)
prepare_config(config)
SIMULATED = simulated_folder(config)


BY_RATE = config["candidates"]["method"] == "rate"
# Only the rate rule is applied to noise.
DRAWS_NOISE = BY_RATE and config["candidates"]["noise_fields"] > 0
TRACKS = list(config["tracks"])
# Tracks with a line of sight: only from these can motion of the ground be derived.
LOOKING = [track for track in TRACKS if has_sight(config["tracks"][track])]
# Tracks whose points are made of interferograms.
INTERFEROMETRIC = [
    track for track in TRACKS if is_interferometric(config["tracks"][track])
]
MODELS = list(config["models"])
GRID = {
    "bounds_m": config["study_area"]["bounds_m"],
    "cell_size_m": config["density"]["cell_size_m"],
    "crs": config["study_area"]["crs"],
}
SPATIAL_FOLDS = {
    key: config["validation"][key] for key in ("blocks", "block_size_m", "buffer_m")
}
# What is learnt from: factors of candidates, or columns of a given table (all, where it is null).
LEARNT_FACTORS = (
    config["factor_table"]["factors"]
    if config["factor_table"]["path"]
    else config["factors"]
)
# Stable ground is known by its motion: models that learn from it do not see motion.
if config["learning"]["negatives"] == "stable_ground":
    LEARNT_FACTORS = [name for name in LEARNT_FACTORS if not name.startswith("trend_")]
# What mapped landslides are told apart from. Other than mapped slopes, negatives are chosen first.
NEGATIVES = config["learning"]["negatives"]
TRAINING_LABELS = (
    "results/learning/labels.parquet"
    if NEGATIVES == "mapped"
    else "results/learning/training_labels.parquet"
)
TRAINING_FACTORS = (
    "results/factors/training_factors.parquet"
    if NEGATIVES == "stable_ground"
    else "results/factors/factors.parquet"
)
# MB that a job may take for the points and cells that it works on at a time. Among resources, not
# parameters: it changes no result, so it reruns nothing.
STRIP_MB = config["scale"]["strip_memory_mb"]
DENSITY_RADIUS_M = config["density"]["radius_m"] or config["hotspots"]["radius_m"]
STUDY_AREA_NAME = escaped(config["study_area"]["name"])
# Parameters of every figure of the study area.
FIGURE_AREA = {
    "study_area_name": STUDY_AREA_NAME,
    "bounds_m": GRID["bounds_m"],
    "crs": escaped(GRID["crs"]),
}
# Conditions on a region of the rate rule.
REGIONS = {
    "threshold_mm_yr": config["candidates"]["stability_threshold_mm_yr"],
    "significance": config["hotspots"]["significance"],
    "min_points": config["candidates"]["min_points"],
    "min_area_m2": config["candidates"]["min_area_m2"],
    "opening_cells": config["candidates"]["opening_cells"],
}
# How the paper's rule cuts the density of Gi*.
CUT = {key: config["candidates"][key] for key in ("points", "cut", "cut_value")}


wildcard_constraints:
    track="|".join(TRACKS) or "none",
    model="|".join(MODELS) or "none",


# --- inputs and parameters -------------------------------------------------------------------


CONTENTS = Contents()
CONFIGURED = configured_files(config)
RAW = {file for file in CONFIGURED if not is_made(file, config)}


def raw(files):
    """Inputs that no rule makes, known by their content, whatever their dates."""
    return [ancient(file) if file in RAW else file for file in files]


def raw_contents(files):
    """What each of the files holds that no rule makes, by its name."""
    return [(file, CONTENTS.digest(file)) for file in files if file in RAW]


def raw_file(path):
    """One optional input that no rule makes."""
    return raw([path])[0] if path else []


def given(path):
    """An optional input: the files named, or none."""
    return raw(files_in(path))


def layer_file(layer):
    """The file of a map layer as an optional input."""
    return given(config["layers"][layer]["path"])


def previous_files():
    """The candidates of an earlier run and what belongs to them, optional inputs."""
    return {
        "previous": raw_file(config["previous"]),
        "beside": raw(beside_previous(config)),
    }


def radius_file(radius_m):
    """The file in which the radius of the track at hand is chosen, where it is auto."""
    return "results/motion/{track}_radius.json" if radius_m == "auto" else []


def background_file(background):
    """The long-wave background of the track at hand, where it is subtracted."""
    return "results/motion/{track}_background.tif" if background == "modal" else []


def removed_background():
    """The background of the track at hand, where the rate rule subtracts it; no other does."""
    candidates = config["candidates"]
    return background_file(candidates["background"] if BY_RATE else "none")


def noise_files():
    """Outlines of noise of every track, an optional input: none where no noise is drawn."""
    if not DRAWS_NOISE:
        return []
    return expand("results/candidates/{track}_noise.json", track=TRACKS)


def track_option(key):
    """A function of wildcards: one setting of the track at hand."""
    return lambda wildcards: config["tracks"][wildcards.track][key]


def track_files(wildcards):
    """Every file of the track at hand."""
    return raw(files_with_parts(config["tracks"][wildcards.track]["points"]))


def points_option(key):
    """A function of wildcards: one setting of the track at hand as its points are read."""
    return lambda wildcards: as_points(
        wildcards.track, config["tracks"][wildcards.track]
    )[key]


def points_files(wildcards):
    """Every file of the points of the track at hand."""
    if wildcards.track in INTERFEROMETRIC:
        return points_option("points")(wildcards)
    return track_files(wildcards)


def format_options(wildcards):
    """Options of the reader of the track at hand."""
    options = reader_options(
        as_points(wildcards.track, config["tracks"][wildcards.track])
    )
    return options | {"thin": config["points"]["thin"]}


def without(settings, *keys):
    """A section of the config but for some of its keys."""
    return {key: value for key, value in settings.items() if key not in keys}


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
    """Length of a file as its storage reports it, bytes; 0 where it reports none."""
    return remote_file(wildcards).flags["storage_object"].size()


def remote_time(wildcards):
    """When a file was changed as its storage reports it, seconds since 1970; 0 where it does not."""
    return remote_file(wildcards).flags["storage_object"].mtime()


def checksum(wildcards):
    """The checksum that the config gives a file that is fetched, or none."""
    return config["checksums"].get(REMOTE + wildcards.place)


def terrain_file(name):
    """A raster of the terrain as an optional input: there are none without a DEM."""
    return f"results/terrain/{name}.tif" if config["terrain"]["dem"] else []


def factor_rasters():
    """Rasters of the factors of the terrain, where there is a DEM."""
    if not config["terrain"]["dem"]:
        return []
    relief = ["elevation", "slope", "aspect", "plan_curvature", "profile_curvature"]
    names = [*relief, "tpi", "tri", "spi", "twi"]
    return expand("results/terrain/{name}.tif", name=names)


def visibility_files():
    """Visibility of the ground per track, where there is a DEM."""
    if not config["terrain"]["dem"]:
        return []
    return expand("results/terrain/{track}_visibility.tif", track=LOOKING)


def sees_both_sides():
    """Whether tracks of both passes are at hand, so that east and up can be separated."""
    return {config["tracks"][track]["pass"] for track in LOOKING} == {
        "ascending",
        "descending",
    }


def decomposed_tracks():
    """Tracks for east and up; where too few know where they look from, the rule refuses."""
    return LOOKING if sees_both_sides() else TRACKS


def trained_models():
    """Models that are trained: none without an inventory, which gives the labels."""
    return MODELS if config["inventory"]["path"] else []


def has_models():
    """Whether any model is trained."""
    return bool(trained_models())


def model_options(wildcards):
    """Options of the model at hand; of the network, with the device on which it trains."""
    device = (
        {"device": config["learning"]["device"]} if wildcards.model == "cnn" else {}
    )
    return config["models"][wildcards.model] | device


def model_files(name):
    """A file of every model, an optional input: there is none where nothing is learnt."""
    return expand(f"results/learning/{{model}}/{name}", model=trained_models())


def stability_file():
    """Stability of the candidates, an optional input: the rate rule has one, unless off."""
    candidates = config["candidates"]
    measured = BY_RATE and candidates["stability_replicas"] > 0
    return ["results/candidates/stability.parquet"] if measured else []


def chosen_radius_files():
    """The radius chosen for every track, an optional input: there is none where it is given."""
    if config["hotspots"]["radius_m"] != "auto":
        return []
    return expand("results/motion/{track}_radius.json", track=TRACKS)


def extraction_file():
    """The accuracy of extraction, an optional input of figures: only with reference outlines."""
    return (
        ["results/candidates/extraction.json"]
        if config["candidates"]["reference"]
        else []
    )


def only_if(condition, **files):
    """Outputs of a rule that it has only where a condition holds."""
    return files if condition else {}


def vector_figures(*names, **conditional):
    """Figures of a rule as drawings, in the formats that the config asks for.

    The figures `conditional` are made only where their condition holds.
    """
    names = [*names, *(name for name, made in conditional.items() if made)]
    files = [
        f"results/maps/figures/{name}.{kind}"
        for name in names
        for kind in config["maps"]["vector_figures"]
    ]
    return only_if(files, vectors=files)


def stable_ground_file():
    """Pieces of stable ground, an optional input: only where models learn from them."""
    if NEGATIVES != "stable_ground" or not has_models():
        return []
    return ["results/learning/stable_ground.gpkg"]


def only_with_models(file):
    """A file of the learning stage as an optional input: there is none where nothing is learnt."""
    return file if has_models() else []


def texts(*parts):
    """A function of wildcards: the digest of files and folders that are kept with the workflow."""
    return lambda wildcards: texts_digest(str(workflow.basedir), *parts)


# --- resources -------------------------------------------------------------------------------


def growing(amount):
    """Memory or run time of a job: `amount`, and at each retry as much again."""
    return lambda wildcards, attempt: amount * attempt


def take_literally(params):
    """Keep braces in parameters: they are values of the config, and no patterns of wildcards."""
    for name, value in params.items():
        if isinstance(value, (str, list)):
            setattr(params, name, lambda wildcards, value=value: value)


def set_default_resources(target):
    """Give a rule the memory and run time that neither it nor the command line names."""
    defaults = Resources.from_mapping({"mem_mb": growing(1000), "runtime": growing(10)})
    _, named = target.ruleinfo.resources or ((), {})
    overwritten = workflow.resource_settings.overwrite_resources.get(target.name, {})
    known = {*Resources.from_mapping(named), *Resources.from_mapping(overwritten)}
    for name, amount in defaults.items():
        if name not in known:
            target.resources[name] = amount


def shared_threads():
    """Threads of a job of one track: the tracks side by side share the cores.

    No result depends on it.
    """
    return max((workflow.resource_settings.cores or 1) // max(len(TRACKS), 1), 1)


# --- progress --------------------------------------------------------------------------------


def show_summary():
    """Print what came out of the run."""
    learnt_only = config["factor_table"]["path"]
    summary = Path(
        "results/learning/reliability.md" if learnt_only else "results/summary.txt"
    )
    if summary.exists():
        logger.info(f"\n{summary.read_text(encoding='utf-8')}")


def warn_of_foreign_data():
    """Tell of data of another program's PROJ or GDAL in the environment, which jobs do not use."""
    for name, place in foreign_data(os.environ, sys.prefix).items():
        logger.warning(
            f"hotslope: {name}={place} belongs to another program; it is ignored."
        )


def follow_jobs():
    """Tell a person at a terminal how far the run is; elsewhere, nothing."""
    jobs = workflow.dag.stats()[1]
    rules = {rule: jobs[rule] for rule in jobs if rule not in ("all", "total")}
    follow(logger, sys.stderr, rules, Path("results/benchmarks"))
