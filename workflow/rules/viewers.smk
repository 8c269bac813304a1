# Interactive products: the web map and the QGIS project.
# Reads points, motion, candidates and the layers of maps.smk; makes results/maps/series.parquet,
# results/maps/series/, results/maps/web/ and results/maps/hotslope.qgz.


rule summarise_series:
    """Mean displacement series of every candidate, per track and group of trend classes."""
    input:
        candidates="results/candidates/candidates.gpkg",
        points=expand("results/points/{track}.parquet", track=TRACKS),
        trends=expand("results/motion/{track}_trends.parquet", track=TRACKS),
    output:
        series="results/maps/series.parquet",
    log:
        "results/logs/maps/summarise_series.log",
    benchmark:
        "results/benchmarks/maps/summarise_series.tsv"
    conda:
        "../../envs/maps.yaml"
    resources:
        mem_mb=growing(1500),
    params:
        science=science("summarise_series"),
        tracks=TRACKS,
        crs=GRID["crs"],
    script:
        "../scripts/summarise_series.py"


rule build_web_map:
    """The web map: a folder that opens from a disk, without network."""
    input:
        landslides="results/maps/potential_landslides.gpkg",
        series="results/maps/series.parquet",
        points=expand("results/points/{track}.parquet", track=TRACKS),
        trends=expand("results/motion/{track}_trends.parquet", track=TRACKS),
        hotspots=expand("results/motion/{track}_hotspots.parquet", track=TRACKS),
        elevation=terrain_file("elevation"),
        coverage="results/maps/coverage.tif",
        page=page_files(),
    output:
        index="results/maps/web/index.html",
        page=directory("results/maps/web/page"),
        data=directory("results/maps/web/data"),
    log:
        "results/logs/maps/build_web_map.log",
    benchmark:
        "results/benchmarks/maps/build_web_map.tsv"
    conda:
        "../../envs/maps.yaml"
    resources:
        mem_mb=growing(1500),
    params:
        **FIGURE_AREA,
        science=science("build_web_map"),
        tracks=TRACKS,
        models=trained_models(),
        significance=config["hotspots"]["significance"],
    script:
        "../scripts/build_web_map.py"


rule draw_series:
    """Pictures of the mean displacement series, one per candidate, for the map tips of QGIS."""
    input:
        candidates="results/candidates/candidates.gpkg",
        series="results/maps/series.parquet",
    output:
        pictures=directory("results/maps/series"),
    log:
        "results/logs/maps/draw_series.log",
    benchmark:
        "results/benchmarks/maps/draw_series.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        science=science("draw_series"),
        tracks=TRACKS,
    script:
        "../scripts/draw_series.py"


rule build_qgis_project:
    """The QGIS project: layers with styles, a print layout, series as map tips."""
    input:
        landslides="results/maps/potential_landslides.gpkg",
        outlines=expand("results/candidates/{track}.gpkg", track=TRACKS),
        density=expand("results/motion/{track}_density.tif", track=TRACKS),
        coverage="results/maps/coverage.tif",
        elevation=terrain_file("elevation"),
        pictures="results/maps/series",
    output:
        project="results/maps/hotslope.qgz",
    log:
        "results/logs/maps/build_qgis_project.log",
    benchmark:
        "results/benchmarks/maps/build_qgis_project.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        **FIGURE_AREA,
        science=science("build_qgis_project"),
        tracks=TRACKS,
        models=trained_models(),
    script:
        "../scripts/build_qgis_project.py"
