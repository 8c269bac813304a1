# What a run makes: its final files, and what the driver knows of it for the manifest.
# Functions only, like common.smk.

from functools import cache

from snakemake.exceptions import WorkflowError

from provenance import (
    PROJECT_PARTS,
    citation,
    describe_inputs,
    differing_area,
    docstrings_of,
    jobs_behind,
    keep_description,
    outputs_of,
    portable_config,
)


def model_cards():
    """Cards of the models that are trained."""
    return expand("results/learning/{model}/README.md", model=MODELS)


def paper_results():
    """Scores of the published protocol, where it is asked for."""
    return ["results/learning/paper_table.csv"] if FOLLOWS_PAPER else []


def table_results():
    """Final files where a factor table is given."""
    names = [
        "screening.csv",
        "test_metrics.csv",
        "validation_summary.csv",
        "label_shuffles.csv",
        "reliability.md",
    ]
    return [
        *(f"results/learning/{name}" for name in names),
        *paper_results(),
        *model_cards(),
    ]


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
        "results/maps/web/index.html",
        "results/maps/hotslope.qgz",
        "results/summary.txt",
        "results/summary.html",
    ]
    if config["maps"]["site_sheets"]:
        results.append("results/maps/sheets")
    if config["previous"]:
        results += ["results/candidates/history.parquet", BULLETIN]
    if sees_both_sides():
        results += ["results/motion/east_up.tif"]
    if config["hotspots"]["radius_m"] == "auto":
        figures.append("radius")
    if config["candidates"]["reference"]:
        figures.append("extraction")
    if INTERFEROMETRIC:
        figures.append("network")
    if has_models():
        figures += ["correlation", "information_gain", "roc"]
        results += [
            "results/learning/validation.csv",
            "results/learning/test_metrics.csv",
            "results/learning/label_shuffles.csv",
            "results/learning/reliability.md",
            *paper_results(),
            *model_cards(),
        ]
    kinds = ["png", *config["maps"]["vector_figures"]]
    return results + expand(
        "results/maps/figures/{figure}.{kind}", figure=figures, kind=kinds
    )


# What the opening of all inputs leaves; wanted even while the bounds are missing.
CHECKED = "results/points/inputs.json"
# What has changed: wanted where there is an earlier run.
BULLETIN = "results/change/bulletin.html"
# Results that are made when they are asked for by name.
ON_DEMAND = [
    BULLETIN,
    "results/maps/figures/radius_sensitivity.png",
    "results/exports/stac_item.json",
    "results/candidates/history.parquet",
    "results/maps/figures/study_area.png",
    "results/maps/figures/factors.png",
    *expand("results/exports/{track}_insar_explorer.gpkg", track=TRACKS),
    *expand(
        "results/learning/{model}/shapley.parquet",
        model=[name for name in trained_models() if name in FORESTS],
    ),
]
# What is made from the manifest, and so is not in it.
MANIFEST = "results/manifest.json"
FROM_MANIFEST = ["results/README.md", "results/ro-crate-metadata.json"]


def final_results():
    """Final files of the run; the rest is made on the way to them."""
    if LEARNS_ALONE:
        return table_results()
    return [CHECKED, *study_results()]


def provenance_results():
    """Documentation of a folder of results; a table alone has none, nor has an area without bounds."""
    if LEARNS_ALONE or not study_results():
        return []
    return [MANIFEST, *FROM_MANIFEST]


@cache
def run_jobs():
    """Every job of the run as the manifest describes it, but for those of the manifest."""
    return jobs_behind(workflow.rules, final_results())


def run_results():
    """Every file of the run, those between included: one that is lost is made again."""
    return [*outputs_of(run_jobs()), *provenance_results()]


@cache
def offered_results():
    """Results that are made on demand, with what they are made from."""
    return sorted(set(outputs_of(jobs_behind(workflow.rules, ON_DEMAND))))


@cache
def describe_run():
    """What the driver knows of the run: jobs, rules, inputs, parameters."""
    return {
        "jobs": run_jobs(),
        "rules": docstrings_of(workflow.rules),
        "inputs": describe_inputs(CONFIGURED, RAW, CONTENTS),
        "offered": offered_results(),
        "settings": portable_config(config),
    }


def refuse_foreign_results():
    """Stop before results of another study area are overwritten, which a forgotten config does."""
    differences = differing_area(MANIFEST, portable_config(config))
    if differences:
        raise WorkflowError(
            f"hotslope: {Path('results').resolve()} holds results of another study area "
            f"({'; '.join(differences)}). Was --configfile forgotten? Otherwise give this run a "
            "folder of its own (--directory FOLDER), or put the results aside: "
            "mv results results_before."
        )
