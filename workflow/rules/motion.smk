# Motion: how the points of a track move, and where they move together.
# Reads the points of a track; makes trend classes, hot spots, and rasters of density,
# background and rate, which the candidates are outlined from. Of tracks from both sides:
# east and up motion. With hotspots.radius_m: auto, also the radius of the hot spots. With
# scale.tile_size_m, hot spots, density and rate are made tile by tile and gathered.
# One thread per job: the kernels take a second or two of a job, reading and packing the rest,
# so that two tracks side by side use two cores better than two threads for each in turn.


if TILES:

    ruleorder: gather_scores > find_hotspots
    ruleorder: gather_rasters > map_density
    ruleorder: gather_rasters > map_rate

else:

    ruleorder: find_hotspots > gather_scores
    ruleorder: map_density > gather_rasters
    ruleorder: map_rate > gather_rasters


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
        # Unused by the script: the cache tells jobs apart by parameters, not by wildcards.
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
    output:
        radius="results/motion/{track}_radius.json",
    log:
        "results/logs/motion/choose_radius_{track}.log",
    benchmark:
        "results/benchmarks/motion/choose_radius_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 2
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        science=science("choose_radius"),
        bounds_m=GRID["bounds_m"],
        crs=GRID["crs"],
    script:
        "../scripts/choose_radius.py"


rule find_hotspots:
    """Getis–Ord Gi* of line-of-sight velocity, per point of a track."""
    input:
        points="results/points/{track}.parquet",
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
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("find_hotspots"),
        radius_m=config["hotspots"]["radius_m"],
        center=config["hotspots"]["center"],
        background=config["hotspots"]["background"],
        min_neighbours=config["hotspots"]["min_neighbours"],
        correction=config["hotspots"]["correction"],
        bounds_m=GRID["bounds_m"],
        crs=GRID["crs"],
    script:
        "../scripts/find_hotspots.py"


rule measure_moments:
    """Centre and spread of the velocities of a track, and their background, for its tiles."""
    input:
        points="results/points/{track}.parquet",
        radius=radius_file(config["hotspots"]["radius_m"]),
    output:
        moments=temp("results/motion/tiles/{track}_moments.json"),
        background=temp("results/motion/tiles/{track}_background.tif"),
    log:
        "results/logs/motion/measure_moments_{track}.log",
    benchmark:
        "results/benchmarks/motion/measure_moments_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        science=science("measure_moments"),
        radius_m=config["hotspots"]["radius_m"],
        center=config["hotspots"]["center"],
        background=config["hotspots"]["background"],
        bounds_m=GRID["bounds_m"],
        crs=GRID["crs"],
    script:
        "../scripts/measure_moments.py"


rule score_tile:
    """Getis–Ord Gi* of the points of one tile, which sees a halo of one radius."""
    input:
        points="results/points/{track}.parquet",
        moments="results/motion/tiles/{track}_moments.json",
        background="results/motion/tiles/{track}_background.tif",
        radius=radius_file(config["hotspots"]["radius_m"]),
    output:
        scores=temp("results/motion/tiles/{track}_{tile}_scores.parquet"),
    log:
        "results/logs/motion/score_tile_{track}_{tile}.log",
    benchmark:
        "results/benchmarks/motion/score_tile_{track}_{tile}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        **GRID,
        science=science("score_tile"),
        radius_m=config["hotspots"]["radius_m"],
        min_neighbours=config["hotspots"]["min_neighbours"],
        window=tile_window,
    script:
        "../scripts/score_tile.py"


rule gather_scores:
    """Hot spots of a track from its tiles, corrected over all of them."""
    input:
        points="results/points/{track}.parquet",
        scores=expand(
            "results/motion/tiles/{{track}}_{tile}_scores.parquet", tile=TILES
        ),
    output:
        hotspots="results/motion/{track}_hotspots.parquet",
    log:
        "results/logs/motion/gather_scores_{track}.log",
    benchmark:
        "results/benchmarks/motion/gather_scores_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        science=science("gather_scores"),
        correction=config["hotspots"]["correction"],
    script:
        "../scripts/gather_scores.py"


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
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(15),
    params:
        **GRID,
        science=science("map_density"),
        radius_m=DENSITY_RADIUS_M,
    script:
        "../scripts/map_density.py"


rule map_density_tile:
    """Kernel density of hot-spot scores in the cells of one tile."""
    input:
        points="results/points/{track}.parquet",
        hotspots="results/motion/{track}_hotspots.parquet",
        radius=radius_file(DENSITY_RADIUS_M),
    output:
        density=temp("results/motion/tiles/{track}_{tile}_density.tif"),
    log:
        "results/logs/motion/map_density_tile_{track}_{tile}.log",
    benchmark:
        "results/benchmarks/motion/map_density_tile_{track}_{tile}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        **GRID,
        science=science("map_density_tile"),
        radius_m=DENSITY_RADIUS_M,
        window=tile_window,
    script:
        "../scripts/map_density_tile.py"


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
        method=config["candidates"]["background"],
        bounds_m=GRID["bounds_m"],
        crs=GRID["crs"],
    script:
        "../scripts/estimate_background.py"


rule map_rate:
    """Local rate near moving points, less the background, on the study grid."""
    input:
        points="results/points/{track}.parquet",
        background="results/motion/{track}_background.tif",
    output:
        rate="results/motion/{track}_rate.tif",
    log:
        "results/logs/motion/map_rate_{track}.log",
    benchmark:
        "results/benchmarks/motion/map_rate_{track}.tsv"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
    params:
        **GRID,
        science=science("map_rate"),
        bandwidth_m=config["candidates"]["bandwidth_m"],
        statistic=config["candidates"]["statistic"],
        stability_threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
    script:
        "../scripts/map_rate.py"


rule choose_bandwidth:
    """Bandwidth of the local rate of a track, for its tiles."""
    input:
        points="results/points/{track}.parquet",
    output:
        bandwidth=temp("results/motion/tiles/{track}_bandwidth.json"),
    log:
        "results/logs/motion/choose_bandwidth_{track}.log",
    benchmark:
        "results/benchmarks/motion/choose_bandwidth_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        science=science("choose_bandwidth"),
        bandwidth_m=config["candidates"]["bandwidth_m"],
    script:
        "../scripts/choose_bandwidth.py"


rule map_rate_tile:
    """Local rate near moving points, less the background, in the cells of one tile."""
    input:
        points="results/points/{track}.parquet",
        background="results/motion/{track}_background.tif",
        bandwidth="results/motion/tiles/{track}_bandwidth.json",
    output:
        rate=temp("results/motion/tiles/{track}_{tile}_rate.tif"),
    log:
        "results/logs/motion/map_rate_tile_{track}_{tile}.log",
    benchmark:
        "results/benchmarks/motion/map_rate_tile_{track}_{tile}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        **GRID,
        science=science("map_rate_tile"),
        statistic=config["candidates"]["statistic"],
        stability_threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
        window=tile_window,
    script:
        "../scripts/map_rate_tile.py"


rule gather_rasters:
    """Density or rate of a track on the study grid, from its tiles."""
    input:
        tiles=expand("results/motion/tiles/{{track}}_{tile}_{{raster}}.tif", tile=TILES),
    output:
        raster="results/motion/{track}_{raster}.tif",
    log:
        "results/logs/motion/gather_rasters_{track}_{raster}.log",
    benchmark:
        "results/benchmarks/motion/gather_rasters_{track}_{raster}.tsv"
    wildcard_constraints:
        raster="density|rate",
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        **GRID,
        science=science("gather_rasters"),
        windows=list(TILES.values()),
    script:
        "../scripts/gather_rasters.py"


rule decompose_motion:
    """East and up motion per cell, from tracks that look from different sides."""
    input:
        points=expand("results/points/{track}.parquet", track=decomposed_tracks()),
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
