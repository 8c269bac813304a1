# Change: what has become of the candidates since an earlier run (previous), and how their rates
# have changed in the last days.
# Reads candidates, points, errors and noise of each track; makes results/change/change.gpkg,
# differences.parquet and the bulletin, on demand where there is no earlier run.


rule measure_change:
    """Change of rate of each candidate relative to its surroundings, its onset and kind."""
    input:
        **previous_files(),
        candidates="results/candidates/candidates.gpkg",
        points=expand("results/points/{track}.parquet", track=TRACKS),
        backgrounds=expand(removed_background(), track=TRACKS),
        error_summaries=expand("results/motion/{track}_rate_errors.json", track=TRACKS),
        trends=expand("results/motion/{track}_trends.json", track=TRACKS),
    output:
        change="results/change/change.gpkg",
        series="results/change/differences.parquet",
    log:
        "results/logs/change/measure_change.log",
    benchmark:
        "results/benchmarks/change/measure_change.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2500),
        runtime=growing(20),
    params:
        science=science("measure_change"),
        tracks=TRACKS,
        settings=config["change"],
        grid=GRID,
    script:
        "../scripts/measure_change.py"


rule write_bulletin:
    """What is new, what sped up and where to look first: a page, also as PDF and JSON."""
    input:
        change="results/change/change.gpkg",
        series="results/change/differences.parquet",
        history="results/candidates/history.parquet" if config["previous"] else [],
        exposure=exposure_file(),
    output:
        page="results/change/bulletin.html",
        sheet="results/change/bulletin.pdf",
        record="results/change/bulletin.json",
        picture=report(
            "results/maps/figures/change.png",
            caption="../report/change.rst",
            category="2 Candidates",
        ),
    log:
        "results/logs/change/write_bulletin.log",
    benchmark:
        "results/benchmarks/change/write_bulletin.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        **FIGURE_AREA,
        science=science("write_bulletin"),
        page_texts=texts("workflow/report/pages"),
        settings=config["change"],
    script:
        "../scripts/write_bulletin.py"
