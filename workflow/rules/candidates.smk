# Candidates: outlines of moving ground, per track and then over all tracks.
# Reads points, hot spots, and rate and background (method: rate) of each track, and slope
# and aspect where there is a DEM. Makes results/candidates/{track}.gpkg, candidates.gpkg,
# stability.parquet and extraction.json; on demand radius_sensitivity.csv, the candidates by
# both methods over radii.


if TILES and config["candidates"]["method"] == "rate":

    ruleorder: gather_outlines > outline_candidates

else:

    ruleorder: outline_candidates > gather_outlines


rule outline_candidates:
    """Outlines of the ground that one track sees moving toward or away."""
    input:
        points="results/points/{track}.parquet",
        hotspots="results/motion/{track}_hotspots.parquet",
        rate=(
            "results/motion/{track}_rate.tif"
            if config["candidates"]["method"] == "rate"
            else []
        ),
        background=(
            "results/motion/{track}_background.tif"
            if config["candidates"]["method"] == "rate"
            else []
        ),
        every_points=(
            expand("results/points/{track}.parquet", track=TRACKS)
            if config["candidates"]["method"] == "paper"
            else []
        ),
        every_hotspots=(
            expand("results/motion/{track}_hotspots.parquet", track=TRACKS)
            if config["candidates"]["method"] == "paper"
            else []
        ),
        every_radius=(
            expand(radius_file(DENSITY_RADIUS_M), track=TRACKS)
            if config["candidates"]["method"] == "paper"
            else []
        ),
        gate_radius=(
            radius_file(config["hotspots"]["radius_m"])
            if config["candidates"]["method"] == "rate"
            else []
        ),
    output:
        outlines="results/candidates/{track}.gpkg",
    log:
        "results/logs/candidates/outline_candidates_{track}.log",
    benchmark:
        "results/benchmarks/candidates/outline_candidates_{track}.tsv"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        **GRID,
        **GATE,
        science=science("outline_candidates"),
        track=lambda wildcards: wildcards.track,
        points_used=of_method("paper", "points"),
        cut=of_method("paper", "cut"),
        cut_value=of_method("paper", "cut_value"),
        # Only the paper's rule draws a density of its own.
        radius_m=(
            DENSITY_RADIUS_M if config["candidates"]["method"] == "paper" else None
        ),
        stability_threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
        significance=config["hotspots"]["significance"],
        min_points=of_method("rate", "min_points"),
        min_area_m2=config["candidates"]["min_area_m2"],
        opening_cells=of_method("rate", "opening_cells"),
    script:
        "../scripts/outline_candidates.py"


rule measure_gate:
    """Centre and spread of the rates of a track, with which its tiles are compared."""
    input:
        points="results/points/{track}.parquet",
        background="results/motion/{track}_background.tif",
        radius=radius_file(config["hotspots"]["radius_m"]),
    output:
        moments=temp("results/candidates/tiles/{track}_moments.json"),
    log:
        "results/logs/candidates/measure_gate_{track}.log",
    benchmark:
        "results/benchmarks/candidates/measure_gate_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        science=science("measure_gate"),
        gate_radius_m=GATE["gate_radius_m"],
        gate_center=GATE["gate_center"],
    script:
        "../scripts/measure_gate.py"


rule score_gate_tile:
    """Gi* of the rates of one tile, which sees a halo of one radius."""
    input:
        points="results/points/{track}.parquet",
        background="results/motion/{track}_background.tif",
        moments="results/candidates/tiles/{track}_moments.json",
        radius=radius_file(config["hotspots"]["radius_m"]),
    output:
        scores=temp("results/candidates/tiles/{track}_{tile}_gate.parquet"),
    log:
        "results/logs/candidates/score_gate_tile_{track}_{tile}.log",
    benchmark:
        "results/benchmarks/candidates/score_gate_tile_{track}_{tile}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        **GRID,
        science=science("score_gate_tile"),
        gate_radius_m=GATE["gate_radius_m"],
        min_neighbours=GATE["min_neighbours"],
        window=tile_window,
    script:
        "../scripts/score_gate_tile.py"


rule gather_gate:
    """Scores of the gate of a track from its tiles, corrected over all of them."""
    input:
        points="results/points/{track}.parquet",
        scores=expand(
            "results/candidates/tiles/{{track}}_{tile}_gate.parquet", tile=TILES
        ),
    output:
        gate=temp("results/candidates/tiles/{track}_gate.parquet"),
    log:
        "results/logs/candidates/gather_gate_{track}.log",
    benchmark:
        "results/benchmarks/candidates/gather_gate_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        science=science("gather_gate"),
        correction=GATE["correction"],
    script:
        "../scripts/gather_gate.py"


rule gather_outlines:
    """Outlines of one track across all tiles, from the gathered rate and gate."""
    input:
        points="results/points/{track}.parquet",
        hotspots="results/motion/{track}_hotspots.parquet",
        gate="results/candidates/tiles/{track}_gate.parquet",
        rate="results/motion/{track}_rate.tif",
        background="results/motion/{track}_background.tif",
    output:
        outlines="results/candidates/{track}.gpkg",
    log:
        "results/logs/candidates/gather_outlines_{track}.log",
    benchmark:
        "results/benchmarks/candidates/gather_outlines_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        **GRID,
        science=science("gather_outlines"),
        track=lambda wildcards: wildcards.track,
        stability_threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
        significance=config["hotspots"]["significance"],
        min_points=config["candidates"]["min_points"],
        min_area_m2=config["candidates"]["min_area_m2"],
        opening_cells=config["candidates"]["opening_cells"],
    script:
        "../scripts/gather_outlines.py"


rule merge_candidates:
    """Candidates: outlines of all tracks that are one moving body."""
    input:
        outlines=expand("results/candidates/{track}.gpkg", track=TRACKS),
        points=expand("results/points/{track}.parquet", track=TRACKS),
        hotspots=expand("results/motion/{track}_hotspots.parquet", track=TRACKS),
        backgrounds=(
            expand("results/motion/{track}_background.tif", track=TRACKS)
            if config["candidates"]["method"] == "rate"
            else []
        ),
        slope=terrain_file("slope"),
        aspect=terrain_file("aspect"),
        visibility=visibility_files(),
    output:
        candidates="results/candidates/candidates.gpkg",
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
        **GRID,
        science=science("merge_candidates"),
        tracks=TRACKS,
        looking=LOOKING if config["terrain"]["dem"] else [],
        stability_threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
        significance=config["hotspots"]["significance"],
        min_overlap=config["candidates"]["min_overlap"],
        min_points=config["decomposition"]["min_points"],
        shared_error_mm_yr=config["decomposition"]["shared_error_mm_yr"],
        max_condition_number=config["decomposition"]["max_condition_number"],
    script:
        "../scripts/merge_candidates.py"


rule measure_stability:
    """How far each candidate depends on the points drawn, the bandwidth and the threshold."""
    input:
        candidates="results/candidates/candidates.gpkg",
        points=expand("results/points/{track}.parquet", track=TRACKS),
        backgrounds=expand("results/motion/{track}_background.tif", track=TRACKS),
        gates=expand(
            "results/candidates/tiles/{track}_gate.parquet",
            track=TRACKS if TILES else [],
        ),
        gate_radii=expand(radius_file(config["hotspots"]["radius_m"]), track=TRACKS),
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
        **GRID,
        **GATE,
        science=science("measure_stability"),
        tracks=TRACKS,
        replicas=config["candidates"]["stability_replicas"] if stability_file() else 0,
        seed=config["candidates"]["seed"],
        bandwidth_m=config["candidates"]["bandwidth_m"],
        statistic=config["candidates"]["statistic"],
        stability_threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
        significance=config["hotspots"]["significance"],
        min_points=config["candidates"]["min_points"],
        min_area_m2=config["candidates"]["min_area_m2"],
        opening_cells=config["candidates"]["opening_cells"],
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
        backgrounds=expand("results/motion/{track}_background.tif", track=TRACKS),
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
    threads: 2
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **GRID,
        science=science("sweep_radius"),
        tracks=TRACKS,
        radii_m=config["hotspots"]["sensitivity_radii_m"],
        density_radius_m=config["density"]["radius_m"],
        center=config["hotspots"]["center"],
        gate_center=config["candidates"]["gate_center"],
        hotspots_background=config["hotspots"]["background"],
        min_neighbours=config["hotspots"]["min_neighbours"],
        correction=config["hotspots"]["correction"],
        points_used=config["candidates"]["points"],
        cut=config["candidates"]["cut"],
        cut_value=config["candidates"]["cut_value"],
        stability_threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
        significance=config["hotspots"]["significance"],
        min_points=config["candidates"]["min_points"],
        min_area_m2=config["candidates"]["min_area_m2"],
        opening_cells=config["candidates"]["opening_cells"],
        min_overlap=config["candidates"]["min_overlap"],
    script:
        "../scripts/sweep_radius.py"
