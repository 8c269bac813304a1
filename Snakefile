# hotslope: from InSAR points to a map of potential landslides.
# One file per stage, in the order in which data flows; each begins with what it makes.
from snakemake.utils import min_version

min_version("9.27")

# The demo is configured only where the user gives no config file of their own:
# Snakemake merges config files, and the demo's tracks would join the user's.
if not workflow.overwrite_configfiles:

    configfile: f"{workflow.basedir}/config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/results.smk"
include: "workflow/rules/simulation.smk"
include: "workflow/rules/interferometry.smk"
include: "workflow/rules/points.smk"
include: "workflow/rules/terrain.smk"
include: "workflow/rules/motion.smk"
include: "workflow/rules/candidates.smk"
include: "workflow/rules/change.smk"
include: "workflow/rules/factors.smk"
include: "workflow/rules/exposure.smk"
include: "workflow/rules/labels.smk"
include: "workflow/rules/learning.smk"
include: "workflow/rules/maps.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/viewers.smk"
include: "workflow/rules/provenance.smk"


rule all:
    """Everything that the inputs given allow."""
    default_target: True
    input:
        lambda wildcards: run_results(),


for each in workflow.rules:
    set_default_resources(each)
    # Parameters of fetch_input ask the network; they are not evaluated a second time.
    if each.params and each.name != "fetch_input":
        each.set_params(parameters=parameters(each, raw_contents))
        take_literally(each.params)


onstart:
    refuse_foreign_results()
    protect_cache()
    follow_jobs()
    warn_of_foreign_data()
    if not shown_models() and not LEARNS_ALONE:
        logger.info(
            "hotslope: no model is trained, because inventory.path is null or models is empty."
        )


onsuccess:
    show_summary()


onerror:
    for reason in reasons_of_failure(log):
        logger.error(f"hotslope: {reason}")
