# Factors: what each candidate is made of, faces and lies near.
# Reads the candidates, terrain, map layers, points and trends of all tracks;
# makes results/factors/factors.parquet and a report of what is missing.


if not LEARNS_ALONE:

    rule extract_factors:
        """Conditioning factors, one row per candidate."""
        input:
            candidates="results/candidates/candidates.gpkg",
            terrain=factor_rasters(),
            lithology=layer_file("lithology"),
            land_use=layer_file("land_use"),
            faults=layer_file("faults"),
            rivers=layer_file("rivers"),
            roads=layer_file("roads"),
            points=expand("results/points/{track}.parquet", track=TRACKS),
            trends=expand("results/motion/{track}_trends.parquet", track=TRACKS),
            summaries=expand("results/motion/{track}_trends.json", track=TRACKS),
            stable_ground=stable_ground_file(),
        output:
            **only_if(stable_ground_file(), training_factors=TRAINING_FACTORS),
            factors="results/factors/factors.parquet",
            report="results/factors/factors.json",
        log:
            "results/logs/factors/extract_factors.log",
        benchmark:
            "results/benchmarks/factors/extract_factors.tsv"
        priority: 50
        conda:
            "../../envs/geo.yaml"
        threads: 1
        resources:
            mem_mb=growing(2000),
            runtime=growing(20),
        params:
            science=science("extract_factors"),
            names=config["factors"],
            layers=config["layers"],
            crs=GRID["crs"],
            flat_slope_deg=config["terrain"]["flat_slope_deg"],
        script:
            "../scripts/extract_factors.py"
