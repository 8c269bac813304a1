# Points: reads the raw exports of every track (tracks.<track>.points) and, to check them
# early, every other configured dataset; makes one clean table of points per track, and on demand an
# export of it for other programs.
# Inputs given by an address are fetched to resources/remote/ first.


rule fetch_input:
    """A file given by its address, put among the inputs once it is known to be whole."""
    input:
        fetched=remote_file,
    output:
        file="resources/remote/{place}",
    log:
        "results/logs/points/fetch_input_{place}.log",
    # For a rule that is cached and reads this file: known by its params, not fetched
    # again for its content.
    cache: "hash-omit-storage-content"
    retries: 1
    # Nodes of a cluster often reach no network.
    localrule: True
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(60),
    params:
        science=science("fetch_input"),
        address=remote_address,
        size_bytes=remote_size,
        changed=remote_time,
        sha256=checksum,
    script:
        "../scripts/fetch_input.py"


rule check_inputs:
    """Every configured dataset opened early; refuses what is missing or wrong by its key."""
    input:
        files=raw(CONFIGURED),
    output:
        inputs="results/points/inputs.json",
    log:
        "results/logs/points/check_inputs.log",
    benchmark:
        "results/benchmarks/points/check_inputs.tsv"
    priority: 100
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("check_inputs"),
        study_area={
            key: config["study_area"][key] for key in ("crs", "bounds_m", "boundary")
        },
        # Settings that do not concern the files do not have them opened again.
        tracks={
            track: without(
                options,
                "los_sign",
                *([] if measures_phase(options) else ["wavelength_m"]),
            )
            for track, options in config["tracks"].items()
        },
        terrain={key: config["terrain"][key] for key in ("dem", "margin_m")},
        layers=config["layers"],
        # How far candidates reach does not concern the files.
        exposure={name: config["exposure"][name] for name in EXPOSED},
        inventory=without(config["inventory"], "min_overlap"),
        reference=files_in(config["candidates"]["reference"]),
        reference_layer=config["candidates"]["reference_layer"],
        egms_l3=config["decomposition"]["egms_l3"],
        previous=config["previous"],
        beside_previous=beside_previous(config),
        checksums=config["checksums"],
        interferometry=config["interferometry"] if INTERFEROMETRIC else None,
        model=applied_model(),
    script:
        "../scripts/check_inputs.py"


rule import_points:
    """Raw points of a track: read, checked, clipped, filtered by coherence, ordered in space."""
    input:
        points=points_files,
        boundary=raw(files_with_parts(config["study_area"]["boundary"])),
    output:
        points="results/points/{track}.parquet",
        summary="results/points/{track}_summary.json",
        dropped="results/points/{track}_dropped.parquet",
    log:
        "results/logs/points/import_points_{track}.log",
    benchmark:
        "results/benchmarks/points/import_points_{track}.tsv"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
    params:
        science=science("import_points"),
        source=points_option("points"),
        format=points_option("format"),
        options=format_options,
        track=lambda wildcards: wildcards.track,
        pass_direction=track_option("pass"),
        los_sign=points_option("los_sign"),
        incidence_deg=track_option("incidence_deg"),
        heading_deg=track_option("heading_deg"),
        crs=config["study_area"]["crs"],
        bounds_m=config["study_area"]["bounds_m"],
        boundary=config["study_area"]["boundary"],
        min_coherence=config["points"]["min_coherence"],
    script:
        "../scripts/import_points.py"


rule export_points:
    """Points of a track for InSAR Explorer and viewers like it; made on demand."""
    input:
        points="results/points/{track}.parquet",
    output:
        export="results/exports/{track}_insar_explorer.gpkg",
    log:
        "results/logs/points/export_points_{track}.log",
    benchmark:
        "results/benchmarks/points/export_points_{track}.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    params:
        science=science("export_points"),
        track=lambda wildcards: wildcards.track,
        crs=config["study_area"]["crs"],
    script:
        "../scripts/export_points.py"
