# Motion: how the points of a track move, and where they move together.
# Reads the points of a track; makes trend classes, hot spots, the long-wave background, and
# rasters of density and rate; for candidates by rate, Gi* of the rate (the gate). Of tracks from
# both sides: east and up motion. With hotspots.radius_m: auto, also the radius of the hot spots.


rule classify_trends:
    """Trend class of every displacement series of a track, with size and power at its noise."""
    input:
        points="results/points/{track}.parquet",
    output:
        multiext("results/motion/{track}_trends", trends=".parquet", summary=".json"),
    log:
        "results/logs/motion/classify_trends_{track}.log",
    cache: "omit-software"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        science=science("classify_trends"),
        # Unused by the script: the cache distinguishes jobs by parameters, not by wildcards.
        track=lambda wildcards: wildcards.track,
        significance=config["trends"]["significance"],
        evidence_ratio=config["trends"]["evidence_ratio"],
        min_segment_epochs=config["trends"]["min_segment_epochs"],
        autocorrelation=config["trends"]["autocorrelation"],
        gate=config["trends"]["gate"],
        annual=config["trends"]["annual"],
        wavelength_m=track_option("wavelength_m"),
    script:
        "../scripts/classify_trends.py"


rule choose_radius:
    """Radius of hot spots of a track by spatial autocorrelation, for hotspots.radius_m: auto."""
    input:
        points="results/points/{track}.parquet",
        background=background_file("modal"),
    output:
        radius="results/motion/{track}_radius.json",
    log:
        "results/logs/motion/choose_radius_{track}.log",
    benchmark:
        "results/benchmarks/motion/choose_radius_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: shared_threads()
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        science=science("choose_radius"),
    script:
        "../scripts/choose_radius.py"


rule find_hotspots:
    """Getis–Ord Gi* of line-of-sight velocity, per point of a track."""
    input:
        points="results/points/{track}.parquet",
        background=background_file(config["hotspots"]["background"]),
        radius=radius_file(config["hotspots"]["radius_m"]),
    output:
        hotspots="results/motion/{track}_hotspots.parquet",
    log:
        "results/logs/motion/find_hotspots_{track}.log",
    benchmark:
        "results/benchmarks/motion/find_hotspots_{track}.tsv"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: shared_threads()
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
        strip_mb=STRIP_MB,
    params:
        science=science("find_hotspots"),
        radius_m=config["hotspots"]["radius_m"],
        center=config["hotspots"]["center"],
        min_neighbours=config["hotspots"]["min_neighbours"],
        correction=config["hotspots"]["correction"],
    script:
        "../scripts/find_hotspots.py"


rule map_density:
    """Kernel density of hot-spot scores on the study grid: signed, hot and cold."""
    input:
        points="results/points/{track}.parquet",
        hotspots="results/motion/{track}_hotspots.parquet",
        radius=radius_file(DENSITY_RADIUS_M),
    output:
        density="results/motion/{track}_density.tif",
    log:
        "results/logs/motion/map_density_{track}.log",
    benchmark:
        "results/benchmarks/motion/map_density_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: shared_threads()
    resources:
        mem_mb=growing(2000),
        runtime=growing(15),
        strip_mb=STRIP_MB,
    params:
        science=science("map_density"),
        radius_m=DENSITY_RADIUS_M,
        grid=GRID,
    script:
        "../scripts/map_density.py"


rule estimate_background:
    """Long-wave background of line-of-sight velocity of a track."""
    input:
        points="results/points/{track}.parquet",
    output:
        background="results/motion/{track}_background.tif",
    log:
        "results/logs/motion/estimate_background_{track}.log",
    benchmark:
        "results/benchmarks/motion/estimate_background_{track}.tsv"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        science=science("estimate_background"),
        bounds_m=GRID["bounds_m"],
        crs=GRID["crs"],
        smoothing_m=config["candidates"]["background_smoothing_m"],
        with_height=config["candidates"]["background"] == "modal+height",
    script:
        "../scripts/estimate_background.py"


rule estimate_rate_errors:
    """Standard errors of the rates of a track, of each point and shared with neighbours."""
    input:
        points="results/points/{track}.parquet",
        background=background_file(config["candidates"]["background"]),
    output:
        multiext(
            "results/motion/{track}_rate_errors", errors=".parquet", summary=".json"
        ),
    log:
        "results/logs/motion/estimate_rate_errors_{track}.log",
    benchmark:
        "results/benchmarks/motion/estimate_rate_errors_{track}.tsv"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        science=science("estimate_rate_errors"),
        wavelength_m=track_option("wavelength_m"),
    script:
        "../scripts/estimate_rate_errors.py"


rule map_rate:
    """Local rate near moving points, less the background, on the study grid."""
    input:
        points="results/points/{track}.parquet",
        summary="results/points/{track}_summary.json",
        background=background_file(config["candidates"]["background"]),
    output:
        rate="results/motion/{track}_rate.tif",
    log:
        "results/logs/motion/map_rate_{track}.log",
    benchmark:
        "results/benchmarks/motion/map_rate_{track}.tsv"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: shared_threads()
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
        strip_mb=STRIP_MB,
    params:
        science=science("map_rate"),
        bandwidth_m=config["candidates"]["bandwidth_m"],
        statistic=config["candidates"]["statistic"],
        stability_threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
        grid=GRID,
    script:
        "../scripts/map_rate.py"


# Only the rate rule has a gate.
if BY_RATE:

    rule score_gate:
        """Getis–Ord Gi* of the rate less background, by which candidates are let through."""
        input:
            points="results/points/{track}.parquet",
            background=background_file(config["candidates"]["background"]),
            radius=radius_file(config["hotspots"]["radius_m"]),
        output:
            gate="results/motion/{track}_gate.parquet",
        log:
            "results/logs/motion/score_gate_{track}.log",
        benchmark:
            "results/benchmarks/motion/score_gate_{track}.tsv"
        priority: 50
        conda:
            "../../envs/geo.yaml"
        threads: shared_threads()
        resources:
            mem_mb=growing(1000),
            runtime=growing(10),
            strip_mb=STRIP_MB,
        params:
            science=science("score_gate"),
            radius_m=config["hotspots"]["radius_m"],
            center=config["candidates"]["gate_center"],
            min_neighbours=config["hotspots"]["min_neighbours"],
            correction=config["hotspots"]["correction"],
        script:
            "../scripts/score_gate.py"


rule decompose_motion:
    """East and up motion per cell, from tracks that look from different sides."""
    input:
        points=expand("results/points/{track}.parquet", track=decomposed_tracks()),
        errors=expand(
            "results/motion/{track}_rate_errors.parquet", track=decomposed_tracks()
        ),
        egms_l3=raw(files_with_parts(config["decomposition"]["egms_l3"])),
    output:
        east_up="results/motion/east_up.tif",
        report="results/motion/east_up.json",
    log:
        "results/logs/motion/decompose_motion.log",
    benchmark:
        "results/benchmarks/motion/decompose_motion.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        **config["decomposition"],
        science=science("decompose_motion"),
        tracks=decomposed_tracks(),
        bounds_m=GRID["bounds_m"],
        crs=GRID["crs"],
    script:
        "../scripts/decompose_motion.py"
