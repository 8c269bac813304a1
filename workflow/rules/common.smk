# Shared by all rules: settings made of the config, resources, progress.
# Functions only, like inputs.smk and results.smk. Nothing here imports the package: each cluster
# job parses these files again, in a driver that has Snakemake and nothing else.

import os
import sys
from pathlib import Path

from carried_models import carried_model
from config_files import IMAGES, STACKS, simulated_folder
from config_schema import check_keys
from configuration import foreign_data, prepare_config, simulated_bounds
from failures import reasons_of_failure
from progress import follow
from markup import escaped
from science import parameters, science
from snakemake.resources import Resources
from tracks import has_sight, is_interferometric

# --- configuration ---------------------------------------------------------------------------


for file in workflow.configfiles:
    check_keys(file)
prepare_config(config)
SIMULATED = simulated_folder(config)
RELEASES = f"{SIMULATED}release_{{release}}/"
RELEASE_NUMBERS = range(1, config["simulation"]["releases"]["count"] + 1)


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
# A model of another area, which is applied: then none is trained.
APPLIED = carried_model(config)
MODELS = [] if APPLIED else list(config["models"])
GRID = {
    "bounds_m": config["study_area"]["bounds_m"],
    "cell_size_m": config["density"]["cell_size_m"],
    "crs": config["study_area"]["crs"],
}
# Learning alone: from a given table, or from the tables of other areas.
LEARNS_ALONE = bool(config["factor_table"]["path"] or config["learning"]["train_on"])
SPATIAL_FOLDS = {
    key: config["validation"][key] for key in ("blocks", "block_size_m", "buffer_m")
}
if config["learning"]["train_on"]:
    SPATIAL_FOLDS["blocks"] = "areas"
# Whether spatial folds keep catchments whole, which then are found first.
IN_CATCHMENTS = SPATIAL_FOLDS["blocks"] == "catchments"
# Models whose Shapley values are exact.
FORESTS = ["random_forest", "extra_trees"]
# Whether the models are also scored by one division, as published.
FOLLOWS_PAPER = config["validation"]["protocol"] == "paper"
# What simulated areas are made of, measured once or in several releases.
SIMULATED_AREA = {
    "crs": config["study_area"]["crs"],
    "bounds_m": simulated_bounds(config),
    "seed": config["simulation"]["seed"],
    "density_per_km2": config["simulation"]["density_per_km2"],
    "incidence_deg": {
        name: config["tracks"].get(name, {}).get("incidence_deg") or angle
        for name, angle in (("descending", 39.5), ("ascending", 37.0))
    },
    "heading_deg": {
        name: config["tracks"].get(name, {}).get("heading_deg") or angle
        for name, angle in (("descending", 192.0), ("ascending", 348.0))
    },
    "landslides_per_km2": config["simulation"]["landslides_per_km2"],
    "false_movers_per_km2": config["simulation"]["false_movers_per_km2"],
    "fast_share": config["simulation"]["fast_share"],
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


def protect_cache():
    """Write files of the shared cache as the umask has it; Snakemake lets everyone write them."""
    cache = workflow.output_file_cache
    mask = os.umask(0)
    os.umask(mask)
    for permissions in ("file_permissions", "dir_permissions"):
        # A cache in a storage has none.
        if hasattr(cache, permissions):
            setattr(cache, permissions, getattr(cache, permissions) & ~mask)


def shared_threads():
    """Threads of a job of one track: the tracks side by side share the cores.

    No result depends on it.
    """
    return max((workflow.resource_settings.cores or 1) // max(len(TRACKS), 1), 1)


# --- progress --------------------------------------------------------------------------------


def show_summary():
    """Print what came out of the run."""
    summary = Path(
        "results/learning/reliability.md" if LEARNS_ALONE else "results/summary.txt"
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
