# Maps: everything that the other stages made, as a GeoPackage and as figures.
# Reads points, motion, candidates, factors and what was learnt; makes
# results/maps/potential_landslides.gpkg and results/maps/figures/*.png.
# Figures wait for models only where they show what models said.


rule map_potential_landslides:
    """Everything known about each candidate, with every model's probability."""
    input:
        candidates="results/candidates/candidates.gpkg",
        factors="results/factors/factors.parquet",
        stability=stability_file(),
        labels="results/learning/labels.parquet" if has_models() else [],
        probabilities=model_files("probabilities.parquet"),
        metrics=model_files("metrics.json"),
        main_factors=model_files("main_factors.parquet"),
    output:
        landslides="results/maps/potential_landslides.gpkg",
    log:
        "results/logs/maps/map_potential_landslides.log",
    benchmark:
        "results/benchmarks/maps/map_potential_landslides.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("map_potential_landslides"),
        models=MODELS if has_models() else [],
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
    log:
        "results/logs/maps/map_coverage.log",
    benchmark:
        "results/benchmarks/maps/map_coverage.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        **GRID,
        science=science("map_coverage"),
        tracks=TRACKS,
        looking=LOOKING if config["terrain"]["dem"] else [],
        reach_m=config["coverage"]["reach_m"],
    script:
        "../scripts/map_coverage.py"


rule plot_velocity:
    """Figure: line-of-sight velocity of every track."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        elevation=terrain_file("elevation"),
    output:
        figure=report(
            "results/maps/figures/velocity.png",
            caption="../report/plot_velocity.rst",
            category="Motion",
        ),
    log:
        "results/logs/maps/plot_velocity.log",
    benchmark:
        "results/benchmarks/maps/plot_velocity.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        **FIGURE_AREA,
        science=science("plot_velocity"),
        tracks=TRACKS,
    script:
        "../scripts/plot_velocity.py"


rule plot_trends:
    """Figure: trend classes of the points of every track."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        trends=expand("results/motion/{track}_trends.parquet", track=TRACKS),
        summaries=expand("results/motion/{track}_trends.json", track=TRACKS),
        elevation=terrain_file("elevation"),
    output:
        figure=report(
            "results/maps/figures/trends.png",
            caption="../report/plot_trends.rst",
            category="Motion",
        ),
    log:
        "results/logs/maps/plot_trends.log",
    benchmark:
        "results/benchmarks/maps/plot_trends.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        **FIGURE_AREA,
        science=science("plot_trends"),
        tracks=TRACKS,
    script:
        "../scripts/plot_trends.py"


rule plot_hotspots:
    """Figure: hot and cold spots of every track."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        hotspots=expand("results/motion/{track}_hotspots.parquet", track=TRACKS),
        elevation=terrain_file("elevation"),
    output:
        figure=report(
            "results/maps/figures/hotspots.png",
            caption="../report/plot_hotspots.rst",
            category="Motion",
        ),
    log:
        "results/logs/maps/plot_hotspots.log",
    benchmark:
        "results/benchmarks/maps/plot_hotspots.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        **FIGURE_AREA,
        science=science("plot_hotspots"),
        tracks=TRACKS,
        significance=config["hotspots"]["significance"],
    script:
        "../scripts/plot_hotspots.py"


rule plot_density:
    """Figure: signed kernel density of hot spots of every track."""
    input:
        density=expand("results/motion/{track}_density.tif", track=TRACKS),
        elevation=terrain_file("elevation"),
    output:
        figure=report(
            "results/maps/figures/density.png",
            caption="../report/plot_density.rst",
            category="Motion",
        ),
    log:
        "results/logs/maps/plot_density.log",
    benchmark:
        "results/benchmarks/maps/plot_density.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        **FIGURE_AREA,
        science=science("plot_density"),
        tracks=TRACKS,
    script:
        "../scripts/plot_density.py"


rule plot_candidates:
    """Figure: potential landslide candidates and the tracks that saw them."""
    input:
        candidates="results/candidates/candidates.gpkg",
        stability=stability_file(),
        elevation=terrain_file("elevation"),
    output:
        figure=report(
            "results/maps/figures/candidates.png",
            caption="../report/plot_candidates.rst",
            category="Candidates",
        ),
    log:
        "results/logs/maps/plot_candidates.log",
    benchmark:
        "results/benchmarks/maps/plot_candidates.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        **FIGURE_AREA,
        science=science("plot_candidates"),
        tracks=TRACKS,
    script:
        "../scripts/plot_candidates.py"


rule plot_radius:
    """Figure: the radius of hot spots chosen per track, for hotspots.radius_m: auto."""
    input:
        radius=expand("results/motion/{track}_radius.json", track=TRACKS),
    output:
        figure=report(
            "results/maps/figures/radius.png",
            caption="../report/plot_radius.rst",
            category="Motion",
        ),
    log:
        "results/logs/maps/plot_radius.log",
    benchmark:
        "results/benchmarks/maps/plot_radius.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        science=science("plot_radius"),
        tracks=TRACKS,
        study_area_name=config["study_area"]["name"],
    script:
        "../scripts/plot_radius.py"


rule plot_radius_sensitivity:
    """Figure: how candidates depend on the radius of hot spots; made on demand."""
    input:
        sensitivity="results/candidates/radius_sensitivity.csv",
    output:
        figure=report(
            "results/maps/figures/radius_sensitivity.png",
            caption="../report/plot_radius_sensitivity.rst",
            category="Candidates",
        ),
    log:
        "results/logs/maps/plot_radius_sensitivity.log",
    benchmark:
        "results/benchmarks/maps/plot_radius_sensitivity.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        science=science("plot_radius_sensitivity"),
        radius_m=config["hotspots"]["radius_m"],
        study_area_name=config["study_area"]["name"],
    script:
        "../scripts/plot_radius_sensitivity.py"


rule plot_extraction:
    """Figure: candidates against reference outlines, with examples."""
    input:
        candidates="results/candidates/candidates.gpkg",
        reference=given(config["candidates"]["reference"]),
        boundary=given(config["study_area"]["boundary"]),
        extraction="results/candidates/extraction.json",
        elevation=terrain_file("elevation"),
    output:
        figure=report(
            "results/maps/figures/extraction.png",
            caption="../report/plot_extraction.rst",
            category="Candidates",
        ),
    log:
        "results/logs/maps/plot_extraction.log",
    benchmark:
        "results/benchmarks/maps/plot_extraction.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        **FIGURE_AREA,
        science=science("plot_extraction"),
        boundary=config["study_area"]["boundary"],
    script:
        "../scripts/plot_extraction.py"


rule plot_correlation:
    """Figure: how strongly the factors say the same thing."""
    input:
        factors="results/factors/factors.parquet",
    output:
        figure=report(
            "results/maps/figures/correlation.png",
            caption="../report/plot_correlation.rst",
            category="Factors",
        ),
    log:
        "results/logs/maps/plot_correlation.log",
    benchmark:
        "results/benchmarks/maps/plot_correlation.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("plot_correlation"),
        factors=config["factors"],
        max_correlation=config["screening"]["max_correlation"],
        study_area_name=config["study_area"]["name"],
    script:
        "../scripts/plot_correlation.py"


rule plot_information_gain:
    """Figure: what each factor says about the label, beside chance."""
    input:
        screening="results/learning/screening.csv",
    output:
        figure=report(
            "results/maps/figures/information_gain.png",
            caption="../report/plot_information_gain.rst",
            category="Factors",
        ),
    log:
        "results/logs/maps/plot_information_gain.log",
    benchmark:
        "results/benchmarks/maps/plot_information_gain.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("plot_information_gain"),
        study_area_name=config["study_area"]["name"],
    script:
        "../scripts/plot_information_gain.py"


rule plot_roc:
    """Figure: ROC curves of all models."""
    input:
        roc="results/learning/roc.csv",
        test_metrics="results/learning/test_metrics.csv",
    output:
        figure=report(
            "results/maps/figures/roc.png",
            caption="../report/plot_roc.rst",
            category="Models",
        ),
    log:
        "results/logs/maps/plot_roc.log",
    benchmark:
        "results/benchmarks/maps/plot_roc.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("plot_roc"),
        models=MODELS,
        study_area_name=config["study_area"]["name"],
    script:
        "../scripts/plot_roc.py"


rule plot_potential_landslides:
    """Figure: the map of potential landslides."""
    input:
        landslides="results/maps/potential_landslides.gpkg",
        coverage="results/maps/coverage.tif",
        elevation=terrain_file("elevation"),
    output:
        figure=report(
            "results/maps/figures/potential_landslides.png",
            caption="../report/plot_potential_landslides.rst",
            category="Map",
        ),
    log:
        "results/logs/maps/plot_potential_landslides.log",
    benchmark:
        "results/benchmarks/maps/plot_potential_landslides.tsv"
    conda:
        "../../envs/maps.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        **FIGURE_AREA,
        science=science("plot_potential_landslides"),
        models=MODELS if has_models() else [],
    script:
        "../scripts/plot_potential_landslides.py"
