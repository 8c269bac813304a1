# Figures of the stage maps: one job draws those that show the same results.
# Reads points, terrain, motion, candidates, factors, what was learnt and the layers of maps.smk;
# makes results/maps/figures/*.png. Figures wait for models only where they show results of models.


rule plot_study_area:
    """Figures: the study area, and maps of the conditioning factors; made on demand."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        terrain=factor_rasters(),
        elevation=terrain_file("elevation"),
        lithology=layer_file("lithology"),
        land_use=layer_file("land_use"),
        faults=layer_file("faults"),
        rivers=layer_file("rivers"),
        roads=layer_file("roads"),
        boundary=given(config["study_area"]["boundary"]),
    output:
        **vector_figures("study_area", "factors"),
        study_area=report(
            "results/maps/figures/study_area.png",
            caption="../report/study_area.rst",
            category="1 Motion",
        ),
        factors=report(
            "results/maps/figures/factors.png",
            caption="../report/factors.rst",
            category="3 Factors",
        ),
    log:
        "results/logs/maps/plot_study_area.log",
    benchmark:
        "results/benchmarks/maps/plot_study_area.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        **FIGURE_AREA,
        science=science("plot_study_area"),
        tracks=TRACKS,
        names=config["factors"],
        layers=escaped(config["layers"]),
        boundary=escaped(config["study_area"]["boundary"]),
    script:
        "../scripts/plot_study_area.py"


rule plot_motion:
    """Figures: line-of-sight velocity and trend classes of every track."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        trends=expand("results/motion/{track}_trends.parquet", track=TRACKS),
        summaries=expand("results/motion/{track}_trends.json", track=TRACKS),
        elevation=terrain_file("elevation"),
    output:
        **vector_figures("velocity", "trends"),
        velocity=report(
            "results/maps/figures/velocity.png",
            caption="../report/velocity.rst",
            category="1 Motion",
        ),
        trends=report(
            "results/maps/figures/trends.png",
            caption="../report/trends.rst",
            category="1 Motion",
        ),
    log:
        "results/logs/maps/plot_motion.log",
    benchmark:
        "results/benchmarks/maps/plot_motion.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        **FIGURE_AREA,
        science=science("plot_motion"),
        tracks=TRACKS,
    script:
        "../scripts/plot_motion.py"


rule plot_hotspots:
    """Figures: hot and cold spots of every track, their density and chosen radius."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        hotspots=expand("results/motion/{track}_hotspots.parquet", track=TRACKS),
        density=expand("results/motion/{track}_density.tif", track=TRACKS),
        radius=chosen_radius_files(),
        elevation=terrain_file("elevation"),
    output:
        **vector_figures(
            "hotspots",
            "density",
            radius=config["hotspots"]["radius_m"] == "auto",
        ),
        **only_if(
            config["hotspots"]["radius_m"] == "auto",
            radius=report(
                "results/maps/figures/radius.png",
                caption="../report/radius.rst",
                category="1 Motion",
            ),
        ),
        hotspots=report(
            "results/maps/figures/hotspots.png",
            caption="../report/hotspots.rst",
            category="1 Motion",
        ),
        density=report(
            "results/maps/figures/density.png",
            caption="../report/density.rst",
            category="1 Motion",
        ),
    log:
        "results/logs/maps/plot_hotspots.log",
    benchmark:
        "results/benchmarks/maps/plot_hotspots.tsv"
    conda:
        "../../envs/maps.yaml"
    resources:
        mem_mb=growing(1500),
    params:
        **FIGURE_AREA,
        science=science("plot_hotspots"),
        tracks=TRACKS,
        significance=config["hotspots"]["significance"],
    script:
        "../scripts/plot_hotspots.py"


rule plot_candidates:
    """Figures: potential landslide candidates, and beside reference outlines."""
    input:
        candidates="results/candidates/candidates.gpkg",
        stability=stability_file(),
        reference=given(config["candidates"]["reference"]),
        boundary=given(config["study_area"]["boundary"]),
        measured=extraction_file(),
        elevation=terrain_file("elevation"),
    output:
        **vector_figures("candidates", extraction=config["candidates"]["reference"]),
        **only_if(
            config["candidates"]["reference"],
            extraction=report(
                "results/maps/figures/extraction.png",
                caption="../report/extraction.rst",
                category="2 Candidates",
            ),
        ),
        candidates=report(
            "results/maps/figures/candidates.png",
            caption="../report/candidates.rst",
            category="2 Candidates",
        ),
    log:
        "results/logs/maps/plot_candidates.log",
    benchmark:
        "results/benchmarks/maps/plot_candidates.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        **FIGURE_AREA,
        science=science("plot_candidates"),
        reference_layer=escaped(config["candidates"]["reference_layer"]),
        tracks=TRACKS,
        boundary=escaped(config["study_area"]["boundary"]),
    script:
        "../scripts/plot_candidates.py"


rule plot_radius_sensitivity:
    """Figure: how candidates depend on the radius of hot spots; made on demand."""
    input:
        sensitivity="results/candidates/radius_sensitivity.csv",
    output:
        **vector_figures("radius_sensitivity"),
        figure=report(
            "results/maps/figures/radius_sensitivity.png",
            caption="../report/radius_sensitivity.rst",
            category="2 Candidates",
        ),
    log:
        "results/logs/maps/plot_radius_sensitivity.log",
    benchmark:
        "results/benchmarks/maps/plot_radius_sensitivity.tsv"
    conda:
        "../../envs/maps.yaml"
    resources:
        runtime=growing(5),
    params:
        science=science("plot_radius_sensitivity"),
        radius_m=config["hotspots"]["radius_m"],
        study_area_name=STUDY_AREA_NAME,
    script:
        "../scripts/plot_radius_sensitivity.py"


rule plot_learning:
    """Figures: correlation of factors, their information gain, ROC curves of models."""
    input:
        factors="results/factors/factors.parquet",
        screening="results/learning/screening.csv",
        roc="results/learning/roc.csv",
        test_metrics="results/learning/test_metrics.csv",
    output:
        **vector_figures("correlation", "information_gain", "roc"),
        correlation=report(
            "results/maps/figures/correlation.png",
            caption="../report/correlation.rst",
            category="3 Factors",
        ),
        information_gain=report(
            "results/maps/figures/information_gain.png",
            caption="../report/information_gain.rst",
            category="3 Factors",
        ),
        roc=report(
            "results/maps/figures/roc.png",
            caption="../report/roc.rst",
            category="4 Models",
        ),
    log:
        "results/logs/maps/plot_learning.log",
    benchmark:
        "results/benchmarks/maps/plot_learning.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        science=science("plot_learning"),
        factors=config["factors"],
        max_correlation=config["screening"]["max_correlation"],
        models=MODELS,
        study_area_name=STUDY_AREA_NAME,
        negatives=NEGATIVES,
    script:
        "../scripts/plot_learning.py"


rule plot_potential_landslides:
    """Figure: the map of potential landslides."""
    input:
        landslides="results/maps/potential_landslides.gpkg",
        coverage="results/maps/coverage.tif",
        shares="results/maps/coverage.json",
        elevation=terrain_file("elevation"),
    output:
        **vector_figures("potential_landslides"),
        figure=report(
            "results/maps/figures/potential_landslides.png",
            caption="../report/potential_landslides.rst",
            category="5 Map",
        ),
    log:
        "results/logs/maps/plot_potential_landslides.log",
    benchmark:
        "results/benchmarks/maps/plot_potential_landslides.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        **FIGURE_AREA,
        science=science("plot_potential_landslides"),
        models=shown_models(),
    script:
        "../scripts/plot_potential_landslides.py"
