# Exposure: what lies on candidates and in their reach, where the config names layers of it.
# Reads the candidates, elevation, and the layers of section exposure; makes
# results/exposure/exposure.gpkg. It serves the order of candidates, never their probability.


if exposure_file():

    rule measure_exposure:
        """Buildings, roads and rivers on each candidate and within its angle of reach."""
        input:
            candidates="results/candidates/candidates.gpkg",
            elevation=terrain_file("elevation"),
            layers=exposed_layers(),
        output:
            exposure="results/exposure/exposure.gpkg",
        log:
            "results/logs/exposure/measure_exposure.log",
        benchmark:
            "results/benchmarks/exposure/measure_exposure.tsv"
        conda:
            "../../envs/geo.yaml"
        threads: 1
        resources:
            mem_mb=growing(2000),
            runtime=growing(20),
        params:
            science=science("measure_exposure"),
            exposure=dict(sorted(config["exposure"].items())),
            crs=GRID["crs"],
        script:
            "../scripts/measure_exposure.py"
