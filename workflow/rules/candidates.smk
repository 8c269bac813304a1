# Candidates: outlines of moving ground, per track and then over all tracks.
# Reads points, hot spots, and rate, background and gate (method: rate) of each track, and slope
# and aspect where there is a DEM. Makes results/candidates/{track}.gpkg, candidates.gpkg,
# stability.parquet and extraction.json; with an earlier run (previous) identities are kept and
# history.parquet is made, which is made on demand without; on demand radius_sensitivity.csv, the candidates by
# both methods over radii.


if BY_RATE:

    rule outline_by_rate:
        """Outlines of the ground that one track sees moving, by its local rate."""
        input:
            points="results/points/{track}.parquet",
            summary="results/points/{track}_summary.json",
            hotspots="results/motion/{track}_hotspots.parquet",
            gate="results/motion/{track}_gate.parquet",
            rate="results/motion/{track}_rate.tif",
            background=removed_background(),
        output:
            outlines="results/candidates/{track}.gpkg",
        log:
            "results/logs/candidates/outline_by_rate_{track}.log",
        benchmark:
            "results/benchmarks/candidates/outline_by_rate_{track}.tsv"
        priority: 50
        conda:
            "../../envs/geo.yaml"
        threads: 1
        resources:
            mem_mb=growing(2000),
            runtime=growing(20),
        params:
            science=science("outline_by_rate"),
            track=lambda wildcards: wildcards.track,
            regions=REGIONS,
            grid=GRID,
        script:
            "../scripts/outline_by_rate.py"

else:

    rule outline_by_density:
        """Outlines of the ground that one track sees moving, by the density of Gi*."""
        input:
            points=expand("results/points/{track}.parquet", track=TRACKS),
            hotspots=expand("results/motion/{track}_hotspots.parquet", track=TRACKS),
            radius=expand(radius_file(DENSITY_RADIUS_M), track=TRACKS),
        output:
            outlines="results/candidates/{track}.gpkg",
        log:
            "results/logs/candidates/outline_by_density_{track}.log",
        benchmark:
            "results/benchmarks/candidates/outline_by_density_{track}.tsv"
        priority: 50
        conda:
            "../../envs/geo.yaml"
        threads: 1
        resources:
            mem_mb=growing(2000),
            runtime=growing(10),
        params:
            science=science("outline_by_density"),
            tracks=TRACKS,
            track=lambda wildcards: wildcards.track,
            radius_m=DENSITY_RADIUS_M,
            density=CUT,
            threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
            significance=config["hotspots"]["significance"],
            min_area_m2=config["candidates"]["min_area_m2"],
            grid=GRID,
        script:
            "../scripts/outline_by_density.py"


if DRAWS_NOISE:

    rule draw_noise:
        """Outlines that the rate rule would make of one track's errors alone."""
        input:
            points="results/points/{track}.parquet",
            summary="results/points/{track}_summary.json",
            errors="results/motion/{track}_rate_errors.parquet",
            error_summary="results/motion/{track}_rate_errors.json",
            radius=radius_file(config["hotspots"]["radius_m"]),
        output:
            noise="results/candidates/{track}_noise.json",
        log:
            "results/logs/candidates/draw_noise_{track}.log",
        benchmark:
            "results/benchmarks/candidates/draw_noise_{track}.tsv"
        priority: 50
        conda:
            "../../envs/geo.yaml"
        threads: 1
        resources:
            mem_mb=growing(1500),
            runtime=growing(20),
        params:
            science=science("draw_noise"),
            bandwidth_m=config["candidates"]["bandwidth_m"],
            statistic=config["candidates"]["statistic"],
            regions=REGIONS,
            radius_m=config["hotspots"]["radius_m"],
            gate={
                "center": config["candidates"]["gate_center"],
                "min_neighbours": config["hotspots"]["min_neighbours"],
                "correction": config["hotspots"]["correction"],
            },
            fields=config["candidates"]["noise_fields"],
            seed=lambda wildcards: [
                config["candidates"]["seed"],
                TRACKS.index(wildcards.track),
            ],
            grid=GRID,
        script:
            "../scripts/draw_noise.py"


rule merge_candidates:
    """Candidates: outlines of all tracks that are one moving body."""
    input:
        outlines=expand("results/candidates/{track}.gpkg", track=TRACKS),
        points=expand("results/points/{track}.parquet", track=TRACKS),
        hotspots=expand("results/motion/{track}_hotspots.parquet", track=TRACKS),
        backgrounds=expand(removed_background(), track=TRACKS),
        errors=expand("results/motion/{track}_rate_errors.parquet", track=TRACKS),
        error_summaries=expand("results/motion/{track}_rate_errors.json", track=TRACKS),
        noise=noise_files(),
        slope=terrain_file("slope"),
        aspect=terrain_file("aspect"),
        visibility=visibility_files(),
    output:
        candidates=(
            "results/candidates/merged.gpkg"
            if config["previous"]
            else "results/candidates/candidates.gpkg"
        ),
    log:
        "results/logs/candidates/merge_candidates.log",
    benchmark:
        "results/benchmarks/candidates/merge_candidates.tsv"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2500),
        runtime=growing(10),
    params:
        science=science("merge_candidates"),
        tracks=TRACKS,
        looking=LOOKING if config["terrain"]["dem"] else [],
        merging={
            "threshold_mm_yr": config["candidates"]["stability_threshold_mm_yr"],
            "significance": config["hotspots"]["significance"],
            "min_overlap": config["candidates"]["min_overlap"],
            "fdr": config["candidates"]["fdr"],
        },
        decomposition={
            key: config["decomposition"][key]
            for key in ("min_points", "shared_error_mm_yr", "max_condition_number")
        },
        grid=GRID,
    script:
        "../scripts/merge_candidates.py"


if config["previous"]:

    rule continue_identities:
        """Candidates with the identifiers of the bodies that they continue, and the history of all."""
        input:
            **previous_files(),
            merged="results/candidates/merged.gpkg",
            error_summaries=expand(
                "results/motion/{track}_rate_errors.json", track=TRACKS
            ),
        output:
            candidates="results/candidates/candidates.gpkg",
            history="results/candidates/history.parquet",
        log:
            "results/logs/candidates/continue_identities.log",
        benchmark:
            "results/benchmarks/candidates/continue_identities.tsv"
        priority: 50
        conda:
            "../../envs/geo.yaml"
        params:
            science=science("continue_identities"),
            grid=GRID,
        script:
            "../scripts/continue_identities.py"

else:

    rule begin_history:
        """The first history of candidates, with their dates and codes of place."""
        input:
            candidates="results/candidates/candidates.gpkg",
            error_summaries=expand(
                "results/motion/{track}_rate_errors.json", track=TRACKS
            ),
        output:
            history="results/candidates/history.parquet",
        log:
            "results/logs/candidates/begin_history.log",
        benchmark:
            "results/benchmarks/candidates/begin_history.tsv"
        conda:
            "../../envs/geo.yaml"
        params:
            science=science("begin_history"),
            crs=GRID["crs"],
        script:
            "../scripts/begin_history.py"


# The density rule has no stability.
if BY_RATE:

    rule measure_stability:
        """How far each candidate depends on the points drawn, the bandwidth and the threshold."""
        input:
            candidates="results/candidates/candidates.gpkg",
            points=expand("results/points/{track}.parquet", track=TRACKS),
            summaries=expand("results/points/{track}_summary.json", track=TRACKS),
            backgrounds=expand(removed_background(), track=TRACKS),
            gates=expand("results/motion/{track}_gate.parquet", track=TRACKS),
        output:
            stability="results/candidates/stability.parquet",
        log:
            "results/logs/candidates/measure_stability.log",
        benchmark:
            "results/benchmarks/candidates/measure_stability.tsv"
        priority: 60
        conda:
            "../../envs/geo.yaml"
        threads: 1
        resources:
            mem_mb=growing(1500),
            runtime=growing(30),
        params:
            science=science("measure_stability"),
            tracks=TRACKS,
            replicas=config["candidates"]["stability_replicas"],
            seed=config["candidates"]["seed"],
            bandwidth_m=config["candidates"]["bandwidth_m"],
            statistic=config["candidates"]["statistic"],
            regions=REGIONS,
            grid=GRID,
        script:
            "../scripts/measure_stability.py"


rule measure_extraction:
    """Accuracy of the candidates against reference outlines, by area and by object."""
    input:
        candidates="results/candidates/candidates.gpkg",
        reference=given(config["candidates"]["reference"]),
        boundary=given(config["study_area"]["boundary"]),
    output:
        extraction="results/candidates/extraction.json",
    log:
        "results/logs/candidates/measure_extraction.log",
    benchmark:
        "results/benchmarks/candidates/measure_extraction.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        science=science("measure_extraction"),
        reference_layer=config["candidates"]["reference_layer"],
        boundary=config["study_area"]["boundary"],
        bounds_m=config["study_area"]["bounds_m"],
        crs=config["study_area"]["crs"],
        resamples=config["candidates"]["resamples"],
        seed=config["candidates"]["seed"],
    script:
        "../scripts/measure_extraction.py"


rule sweep_radius:
    """Candidates by both methods over a range of radii of the hot spots."""
    input:
        points=expand("results/points/{track}.parquet", track=TRACKS),
        rates=expand("results/motion/{track}_rate.tif", track=TRACKS),
        backgrounds=expand(
            background_file(config["candidates"]["background"]), track=TRACKS
        ),
        hotspots_backgrounds=expand(
            background_file(config["hotspots"]["background"]), track=TRACKS
        ),
        slope=terrain_file("slope"),
        aspect=terrain_file("aspect"),
    output:
        sensitivity="results/candidates/radius_sensitivity.csv",
    log:
        "results/logs/candidates/sweep_radius.log",
    benchmark:
        "results/benchmarks/candidates/sweep_radius.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        science=science("sweep_radius"),
        tracks=TRACKS,
        radii_m=config["hotspots"]["sensitivity_radii_m"],
        density_radius_m=config["density"]["radius_m"],
        hotspots={
            "center": config["hotspots"]["center"],
            "gate_center": config["candidates"]["gate_center"],
            "min_neighbours": config["hotspots"]["min_neighbours"],
            "correction": config["hotspots"]["correction"],
        },
        density=CUT,
        regions=REGIONS,
        min_overlap=config["candidates"]["min_overlap"],
        grid=GRID,
    script:
        "../scripts/sweep_radius.py"
