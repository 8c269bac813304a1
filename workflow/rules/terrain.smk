# Terrain: from the DEM to rasters of the shape of the ground and of the water on it.
# Reads terrain.dem; makes results/terrain/*.tif on the study grid (dem.tif on the DEM's own).
# {track}_visibility.tif also reads the points of the track, for its line of sight.


rule prepare_dem:
    """The DEM of the study area and a margin, on its own metric grid."""
    input:
        dem=raw_file(config["terrain"]["dem"]),
    output:
        prepared="results/terrain/dem.tif",
    log:
        "results/logs/terrain/prepare_dem.log",
    cache: "omit-software"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(10),
    params:
        **GRID,
        science=science("prepare_dem"),
        margin_m=config["terrain"]["margin_m"],
    script:
        "../scripts/prepare_dem.py"


rule derive_morphometry:
    """Elevation, slope, aspect, curvatures, topographic position and ruggedness."""
    input:
        dem="results/terrain/dem.tif",
    output:
        multiext(
            "results/terrain/",
            elevation="elevation.tif",
            slope="slope.tif",
            aspect="aspect.tif",
            plan_curvature="plan_curvature.tif",
            profile_curvature="profile_curvature.tif",
            tpi="tpi.tif",
            tri="tri.tif",
        ),
    log:
        "results/logs/terrain/derive_morphometry.log",
    cache: "omit-software"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(20),
        strip_mb=STRIP_MB,
    params:
        **GRID,
        science=science("derive_morphometry"),
        tpi_window_m=config["terrain"]["tpi_window_m"],
        tri=config["terrain"]["tri"],
    script:
        "../scripts/derive_morphometry.py"


rule derive_hydrology:
    """Specific contributing area, stream power index and topographic wetness index."""
    input:
        dem="results/terrain/dem.tif",
    output:
        multiext(
            "results/terrain/",
            contributing_area="contributing_area.tif",
            spi="spi.tif",
            twi="twi.tif",
        ),
    log:
        "results/logs/terrain/derive_hydrology.log",
    cache: "omit-software"
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(20),
        strip_mb=STRIP_MB,
    params:
        **GRID,
        science=science("derive_hydrology"),
        slope_floor_deg=config["terrain"]["slope_floor_deg"],
    script:
        "../scripts/derive_hydrology.py"


rule map_visibility:
    """What a track can see of the ground: layover, shadow, R-index, downslope motion."""
    input:
        dem="results/terrain/dem.tif",
        points="results/points/{track}.parquet",
    output:
        multiext(
            "results/terrain/{track}_visibility",
            visibility=".tif",
            classes="_class.tif",
            names="_class.tif.aux.xml",
            style="_class.qml",
        ),
    log:
        "results/logs/terrain/map_visibility_{track}.log",
    cache: "omit-software"
    priority: 50
    conda:
        "../../envs/geo.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        **GRID,
        science=science("map_visibility"),
        track=lambda wildcards: wildcards.track,
        smoothing_m=config["terrain"]["smoothing_m"],
    script:
        "../scripts/map_visibility.py"
