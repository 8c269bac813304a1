# simulation: a study area with known truth, as the raw inputs a user would have; or a small
# stack of interferograms where the tracks name it (config/interferometry.yaml), and of radar images
# where it is asked for.
# Reads nothing but the configuration; makes resources/demo/, or the folder of another
# simulation.name, and where the tracks name them several releases of it.
# Only scoring and tests may read truth.gpkg and events.parquet.


rule simulate_area:
    """Ground, moving bodies and their InSAR measurement from both orbits, simulated."""
    output:
        descending_items=f"{SIMULATED}descending/items.txt",
        descending_table=f"{SIMULATED}descending/disp_tab.txt",
        ascending_items=f"{SIMULATED}ascending/items.txt",
        ascending_table=f"{SIMULATED}ascending/disp_tab.txt",
        dem=f"{SIMULATED}dem.tif",
        layers=f"{SIMULATED}layers.gpkg",
        land_cover=f"{SIMULATED}land_cover.tif",
        inventory=f"{SIMULATED}inventory.gpkg",
        reference=f"{SIMULATED}reference.gpkg",
        truth=f"{SIMULATED}truth.gpkg",
    log:
        "results/logs/simulation/simulate_area.log",
    benchmark:
        "results/benchmarks/simulation/simulate_area.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2500),
        runtime=growing(15),
    params:
        science=science("simulate_area"),
        area=SIMULATED_AREA,
        atmosphere=config["simulation"]["atmosphere"],
        inventory_completeness=config["simulation"]["inventory_completeness"],
        label_error=config["simulation"]["label_error"],
    script:
        "../scripts/simulate_area.py"


rule simulate_releases:
    """The same area measured over years: several releases of each track, with events."""
    output:
        descending_items=expand(
            f"{RELEASES}descending/items.txt", release=RELEASE_NUMBERS
        ),
        descending_tables=expand(
            f"{RELEASES}descending/disp_tab.txt", release=RELEASE_NUMBERS
        ),
        ascending_items=expand(
            f"{RELEASES}ascending/items.txt", release=RELEASE_NUMBERS
        ),
        ascending_tables=expand(
            f"{RELEASES}ascending/disp_tab.txt", release=RELEASE_NUMBERS
        ),
        events=f"{SIMULATED}events.parquet",
    log:
        "results/logs/simulation/simulate_releases.log",
    benchmark:
        "results/benchmarks/simulation/simulate_releases.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2500),
        runtime=growing(30),
    params:
        science=science("simulate_releases"),
        area=SIMULATED_AREA,
        atmosphere=config["simulation"]["atmosphere"],
        events=config["simulation"]["events"],
        releases=config["simulation"]["releases"],
    script:
        "../scripts/simulate_releases.py"


rule simulate_stack:
    """Small stacks of unwrapped interferograms from both orbits, simulated."""
    output:
        descending=directory(f"{STACKS}descending"),
        ascending=directory(f"{STACKS}ascending"),
        descending_baselines=f"{STACKS}descending_baselines.csv",
        ascending_baselines=f"{STACKS}ascending_baselines.csv",
        dem=f"{STACKS}dem.tif",
        reference=f"{STACKS}reference.gpkg",
        truth=f"{STACKS}truth.tif",
    log:
        "results/logs/simulation/simulate_stack.log",
    benchmark:
        "results/benchmarks/simulation/simulate_stack.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    params:
        science=science("simulate_stack"),
        crs=config["study_area"]["crs"],
        bounds_m=simulated_bounds(config),
        cell_size_m=40,
        acquisitions=60,
        slides=6,
        seed=config["simulation"]["seed"],
    script:
        "../scripts/simulate_stack.py"


rule simulate_images:
    """Small stacks of single-look complex images from both orbits, simulated, of the same ground."""
    output:
        descending=directory(f"{IMAGES}descending"),
        ascending=directory(f"{IMAGES}ascending"),
        descending_baselines=f"{IMAGES}descending_baselines.csv",
        ascending_baselines=f"{IMAGES}ascending_baselines.csv",
        dem=f"{IMAGES}dem.tif",
        reference=f"{IMAGES}reference.gpkg",
        truth=f"{IMAGES}truth.tif",
    log:
        "results/logs/simulation/simulate_images.log",
    benchmark:
        "results/benchmarks/simulation/simulate_images.tsv"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
    params:
        science=science("simulate_images"),
        crs=config["study_area"]["crs"],
        bounds_m=simulated_bounds(config),
        cell_size_m=40,
        acquisitions=60,
        slides=6,
        seed=config["simulation"]["seed"],
    script:
        "../scripts/simulate_images.py"
