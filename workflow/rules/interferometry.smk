# Interferometry: tracks of format unwrapped, a stack of unwrapped interferograms with coherence and
# baselines; none of its rules runs for tracks that are points already.
# Reads tracks.<track>.points; makes results/interferometry/{track}.parquet, which import_points reads
# as it reads any table, the network of each track, and its figure.


rule invert_interferograms:
    """Points of a track from its interferograms: network inverted, rate and height, atmosphere."""
    input:
        interferograms=track_files,
    output:
        points="results/interferometry/{track}.parquet",
        network="results/interferometry/{track}_network.json",
    log:
        "results/logs/interferometry/invert_interferograms_{track}.log",
    benchmark:
        "results/benchmarks/interferometry/invert_interferograms_{track}.tsv"
    priority: 60
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=growing(60),
    params:
        science=science("invert_interferograms"),
        source=track_option("points"),
        track=lambda wildcards: wildcards.track,
        crs=config["study_area"]["crs"],
        bounds_m=config["study_area"]["bounds_m"],
        settings=config["interferometry"],
        wavelength_m=track_option("wavelength_m"),
        orbit_height_m=track_option("orbit_height_m"),
        los_sign=track_option("los_sign"),
        incidence_deg=track_option("incidence_deg"),
        thin=config["points"]["thin"],
    script:
        "../scripts/invert_interferograms.py"


rule plot_network:
    """Figure: acquisitions and interferograms of each track by time and perpendicular baseline."""
    input:
        networks=expand(
            "results/interferometry/{track}_network.json", track=INTERFEROMETRIC
        ),
    output:
        **vector_figures("network"),
        network=report(
            "results/maps/figures/network.png",
            caption="../report/network.rst",
            category="1 Motion",
        ),
    log:
        "results/logs/interferometry/plot_network.log",
    benchmark:
        "results/benchmarks/interferometry/plot_network.tsv"
    conda:
        "../../envs/maps.yaml"
    params:
        science=science("plot_network"),
        study_area_name=STUDY_AREA_NAME,
    script:
        "../scripts/plot_network.py"
