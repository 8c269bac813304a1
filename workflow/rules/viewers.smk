# Interactive products: the web map and the QGIS project.
# Reads points, motion, candidates and the layers of maps.smk; makes results/maps/series.parquet,
# results/maps/hotspots.gpkg, results/maps/series/, results/maps/web/, results/maps/hotslope.qgz and results/maps/sheets/.


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
        change="results/change/change.gpkg" if config["previous"] else [],
        differences="results/change/differences.parquet" if config["previous"] else [],
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
        page_texts=texts("workflow/web"),
        tracks=TRACKS,
        models=shown_models(),
        significance=config["hotspots"]["significance"],
    script:
        "../scripts/build_web_map.py"


rule export_hotspots:
    """Points in significant clusters of motion or beyond the threshold, with their velocities."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        trends=expand("results/motion/{track}_trends.parquet", track=TRACKS),
        hotspots=expand("results/motion/{track}_hotspots.parquet", track=TRACKS),
    output:
        layers="results/maps/hotspots.gpkg",
    log:
        "results/logs/maps/export_hotspots.log",
    benchmark:
        "results/benchmarks/maps/export_hotspots.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        science=science("export_hotspots"),
        tracks=TRACKS,
        significance=config["hotspots"]["significance"],
        threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
        crs=GRID["crs"],
    script:
        "../scripts/export_hotspots.py"


rule build_qgis_project:
    """The QGIS project: layers with styles, a print layout, series as map tips."""
    input:
        landslides="results/maps/potential_landslides.gpkg",
        hotspots="results/maps/hotspots.gpkg",
        outlines=expand("results/candidates/{track}.gpkg", track=TRACKS),
        density=expand("results/motion/{track}_density.tif", track=TRACKS),
        coverage="results/maps/coverage.tif",
        elevation=terrain_file("elevation"),
        series="results/maps/series.parquet",
    output:
        project="results/maps/hotslope.qgz",
        pictures=directory("results/maps/series"),
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
        models=shown_models(),
    script:
        "../scripts/build_qgis_project.py"


rule export_catalogue:
    """Examples: INSPIRE hazard areas, a STAC item and a pygeoapi configuration; made on demand."""
    input:
        landslides="results/maps/potential_landslides.gpkg",
        coverage="results/maps/coverage.tif",
        picture="results/maps/figures/potential_landslides.png",
        points=expand("results/points/{track}.parquet", track=TRACKS),
    output:
        hazard="results/exports/hazard_areas.gpkg",
        item="results/exports/stac_item.json",
        service="results/exports/pygeoapi.json",
    log:
        "results/logs/maps/export_catalogue.log",
    benchmark:
        "results/benchmarks/maps/export_catalogue.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        **FIGURE_AREA,
        science=science("export_catalogue"),
    script:
        "../scripts/export_catalogue.py"


rule draw_sheets:
    """A sheet for the field per candidate, the first places to look: map, profile, series, reasons."""
    input:
        landslides="results/maps/potential_landslides.gpkg",
        series="results/maps/series.parquet",
        points=expand("results/points/{track}.parquet", track=TRACKS),
        elevation=terrain_file("elevation"),
    output:
        sheets=directory("results/maps/sheets"),
    log:
        "results/logs/maps/draw_sheets.log",
    benchmark:
        "results/benchmarks/maps/draw_sheets.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        science=science("draw_sheets"),
        tracks=TRACKS,
        models=shown_models(),
        sheets=config["maps"]["site_sheets"],
        study_area_name=STUDY_AREA_NAME,
        crs=GRID["crs"],
    script:
        "../scripts/draw_sheets.py"
