# Provenance: documentation of the results folder.
# Reads all results; makes results/manifest.json and, from it, results/README.md, the RO-Crate and
# the last part of the report.


rule write_manifest:
    """Every result with its rule, the digest of its parameters and its checksum; left-over files."""
    input:
        results=lambda wildcards: outputs_of(run_jobs()),
    output:
        # Kept while it is made anew: it names the results of earlier runs.
        manifest=update(MANIFEST),
    log:
        "results/logs/maps/write_manifest.log",
    benchmark:
        "results/benchmarks/maps/write_manifest.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        science=science("write_manifest"),
        versions=texts("requirements.txt", "pyproject.toml"),
        run=lambda wildcards: keep_description(describe_run()),
    script:
        "../scripts/write_manifest.py"


rule describe_results:
    """What each file holds, in which unit, and which rule makes it; the run as an RO-Crate."""
    input:
        manifest=MANIFEST,
    output:
        readme="results/README.md",
        provenance="results/maps/report/provenance.html",
        # The folder of results becomes the crate.
        crate="results/ro-crate-metadata.json",
        workflow=directory("results/workflow"),
    log:
        "results/logs/maps/describe_results.log",
    benchmark:
        "results/benchmarks/maps/describe_results.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        science=science("describe_results"),
        page_texts=texts("workflow/report/pages"),
        project_parts=PROJECT_PARTS,
        project_texts=texts(*PROJECT_PARTS),
        citation=lambda wildcards: citation(workflow.basedir),
    script:
        "../scripts/describe_results.py"
