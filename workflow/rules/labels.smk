# Labels: the rows that models learn from.
# Reads candidates and the inventory, a factor table of another source, or the tables of other
# areas; makes results/learning/labels.parquet.


if config["factor_table"]["path"]:

    rule read_factor_table:
        """Factors, labels and places from a table of another source."""
        input:
            table=raw_file(config["factor_table"]["path"]),
        output:
            factors="results/factors/factors.parquet",
            labels="results/learning/labels.parquet",
            summary="results/learning/labels.json",
        log:
            "results/logs/learning/read_factor_table.log",
        benchmark:
            "results/benchmarks/learning/read_factor_table.tsv"
        conda:
            "../../envs/learning.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(10),
        params:
            science=science("read_factor_table"),
            columns=without(config["factor_table"], "path"),
            folds=config["validation"]["folds"],
            negatives=NEGATIVES,
        script:
            "../scripts/read_factor_table.py"

elif config["learning"]["train_on"]:

    rule join_areas:
        """Factors and labels of several areas, side by side."""
        input:
            tables=given(config["learning"]["train_on"]),
        output:
            factors="results/factors/factors.parquet",
            labels="results/learning/labels.parquet",
            summary="results/learning/labels.json",
        log:
            "results/logs/learning/join_areas.log",
        benchmark:
            "results/benchmarks/learning/join_areas.tsv"
        conda:
            "../../envs/learning.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(10),
        params:
            science=science("join_areas"),
            areas=training_areas(config),
            folds=config["validation"]["folds"],
        script:
            "../scripts/join_areas.py"

else:

    rule label_candidates:
        """Label, kind and role of each candidate, by overlap with the inventory."""
        input:
            candidates="results/candidates/candidates.gpkg",
            inventory=raw_file(config["inventory"]["path"]),
        output:
            labels="results/learning/labels.parquet",
            summary=report(
                "results/learning/labels.json",
                caption="../report/label_candidates.rst",
                category="4 Models",
            ),
        log:
            "results/logs/learning/label_candidates.log",
        benchmark:
            "results/benchmarks/learning/label_candidates.tsv"
        priority: 50
        conda:
            "../../envs/learning.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(10),
        params:
            science=science("label_candidates"),
            layer=escaped(config["inventory"]["layer"]),
            encoding=escaped(config["inventory"]["encoding"]),
            class_column=escaped(config["inventory"]["class_column"]),
            positive_class=escaped(config["inventory"]["positive_class"]),
            kind_column=escaped(config["inventory"]["kind_column"]),
            role_column=escaped(config["inventory"]["role_column"]),
            min_overlap=config["inventory"]["min_overlap"],
            folds=config["validation"]["folds"],
            negatives=NEGATIVES,
        script:
            "../scripts/label_candidates.py"


if NEGATIVES != "mapped":

    rule choose_negatives:
        """Rows that mapped landslides are told apart from, where these are not mapped too."""
        input:
            labels="results/learning/labels.parquet",
            stable_ground=stable_ground_file(),
        output:
            labels=TRAINING_LABELS,
        log:
            "results/logs/learning/choose_negatives.log",
        benchmark:
            "results/benchmarks/learning/choose_negatives.tsv"
        priority: 50
        conda:
            "../../envs/geo.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(5),
        params:
            science=science("choose_negatives"),
        script:
            "../scripts/choose_negatives.py"


if NEGATIVES == "stable_ground":

    rule draw_stable_ground:
        """Ground at rest, as large and as well measured as the mapped landslides."""
        input:
            candidates="results/candidates/candidates.gpkg",
            labels="results/learning/labels.parquet",
            inventory=raw_file(config["inventory"]["path"]),
            points=expand("results/points/{track}.parquet", track=TRACKS),
            backgrounds=expand(removed_background(), track=TRACKS),
            visibility=visibility_files(),
        output:
            ground="results/learning/stable_ground.gpkg",
        log:
            "results/logs/learning/draw_stable_ground.log",
        benchmark:
            "results/benchmarks/learning/draw_stable_ground.tsv"
        priority: 50
        conda:
            "../../envs/geo.yaml"
        threads: 1
        resources:
            mem_mb=growing(2000),
            runtime=growing(20),
        params:
            science=science("draw_stable_ground"),
            inventory=without(config["inventory"], "path", "min_overlap"),
            tracks=TRACKS,
            threshold_mm_yr=config["candidates"]["stability_threshold_mm_yr"],
            bounds_m=GRID["bounds_m"],
            seed=config["learning"]["seed"],
        script:
            "../scripts/draw_stable_ground.py"
