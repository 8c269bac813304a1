# Maps: everything that the other stages made, as layers and rasters.
# Reads points, terrain, candidates, factors and what was learnt; makes
# results/maps/potential_landslides.gpkg and results/maps/coverage.tif.


rule map_potential_landslides:
    """Everything known about each candidate, with every model's probability."""
    input:
        candidates="results/candidates/candidates.gpkg",
        factors="results/factors/factors.parquet",
        stability=stability_file(),
        exposure=exposure_file(),
        labels="results/learning/labels.parquet" if has_models() else [],
        probabilities=model_files("probabilities.parquet"),
        metrics=model_files("metrics.json"),
        main_factors=model_files("main_factors.parquet"),
        applicability=applied_file("applicability.parquet"),
    output:
        landslides="results/maps/potential_landslides.gpkg",
        parquet="results/maps/potential_landslides.parquet",
    log:
        "results/logs/maps/map_potential_landslides.log",
    benchmark:
        "results/benchmarks/maps/map_potential_landslides.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        science=science("map_potential_landslides"),
        tracks=TRACKS,
        models=shown_models(),
        negatives=NEGATIVES,
    script:
        "../scripts/map_potential_landslides.py"


rule map_coverage:
    """Where motion was or could be measured, and why not elsewhere."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        dropped=expand("results/points/{track}_dropped.parquet", track=TRACKS),
        visibility=visibility_files(),
        slope=terrain_file("slope"),
    output:
        coverage="results/maps/coverage.tif",
        names="results/maps/coverage.tif.aux.xml",
        style="results/maps/coverage.qml",
        measuring="results/maps/tracks_measuring.tif",
        shares="results/maps/coverage.json",
    log:
        "results/logs/maps/map_coverage.log",
    benchmark:
        "results/benchmarks/maps/map_coverage.tsv"
    conda:
        "../../envs/maps.yaml"
    resources:
        mem_mb=growing(1500),
    params:
        **GRID,
        science=science("map_coverage"),
        tracks=TRACKS,
        looking=LOOKING if config["terrain"]["dem"] else [],
        reach_m=config["coverage"]["reach_m"],
    script:
        "../scripts/map_coverage.py"


rule summarise_run:
    """What came out, in numbers: points, candidates, quality, first places to look, what is missing."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        summaries=expand("results/points/{track}_summary.json", track=TRACKS),
        errors=expand("results/motion/{track}_rate_errors.json", track=TRACKS),
        landslides="results/maps/potential_landslides.parquet",
        coverage="results/maps/coverage.json",
        picture="results/maps/figures/potential_landslides.png",
        extraction="results/candidates/extraction.json",
        factors="results/factors/factors.json",
        labels=only_with_models("results/learning/labels.json"),
        test_metrics=only_with_models("results/learning/test_metrics.csv"),
        change="results/change/change.gpkg" if config["previous"] else [],
        applied=applied_file("metrics.json"),
    output:
        summary=report(
            "results/summary.txt",
            caption="../report/summary.rst",
            category="0 Summary",
        ),
        page="results/summary.html",
        sheet="results/summary.pdf",
        opening="results/maps/report/opening.html",
        candidates="results/maps/report/candidates.html",
    log:
        "results/logs/maps/summarise_run.log",
    benchmark:
        "results/benchmarks/maps/summarise_run.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        science=science("summarise_run"),
        page_texts=texts("workflow/report/pages"),
        study_area_name=STUDY_AREA_NAME,
        tracks=TRACKS,
        models=shown_models(),
        sheets=config["maps"]["site_sheets"],
        stability_threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
    script:
        "../scripts/summarise_run.py"
