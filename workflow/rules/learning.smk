# Learning: which candidates are landslides, and which move for another reason.
# Reads factors and labels (labels.smk); makes results/learning/: roles, bins, screening, and per
# model its fit, test predictions, folds and a probability per candidate.
# Everything that learns from labels learns on training rows only. One thread per job: sums of
# linear algebra depend on the number of threads.


rule split_candidates:
    """Training, inner validation and test rows, by class and by slope."""
    input:
        labels=TRAINING_LABELS,
    output:
        split="results/learning/split.parquet",
    log:
        "results/logs/learning/split_candidates.log",
    benchmark:
        "results/benchmarks/learning/split_candidates.tsv"
    priority: 50
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(5),
    params:
        science=science("split_candidates"),
        test_fraction=config["split"]["test_fraction"],
        validation_fraction=config["split"]["validation_fraction"],
        folds=config["validation"]["folds"],
        seed=config["learning"]["seed"],
    script:
        "../scripts/split_candidates.py"


rule screen_factors:
    """Bins and screening of the factors, with what chance alone would give."""
    input:
        factors=TRAINING_FACTORS,
        labels=TRAINING_LABELS,
        split="results/learning/split.parquet",
    output:
        bins="results/learning/bins.json",
        screening="results/learning/screening.csv",
    log:
        "results/logs/learning/screen_factors.log",
    benchmark:
        "results/benchmarks/learning/screen_factors.tsv"
    priority: 50
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("screen_factors"),
        factors=LEARNT_FACTORS,
        binning=config["binning"],
        screening=config["screening"],
        repeats=config["validation"]["repeats"],
        folds=config["validation"]["folds"],
        seed=config["learning"]["seed"],
    script:
        "../scripts/screen_factors.py"


rule train_model:
    """One model fitted on the training rows: threshold, test predictions, main factors."""
    input:
        factors=TRAINING_FACTORS,
        labels=TRAINING_LABELS,
        split="results/learning/split.parquet",
    output:
        predictions="results/learning/{model}/test_predictions.parquet",
        metrics="results/learning/{model}/metrics.json",
        fitted=directory("results/learning/{model}/fitted"),
        main_factors="results/learning/{model}/main_factors.parquet",
        partial_dependence="results/learning/{model}/partial_dependence.csv",
    log:
        "results/logs/learning/train_model_{model}.log",
    benchmark:
        "results/benchmarks/learning/train_model_{model}.tsv"
    priority: 50
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        science=science("train_model"),
        model=lambda wildcards: wildcards.model,
        options=model_options,
        factors=LEARNT_FACTORS,
        binning=config["binning"],
        screening=config["screening"],
        folds=config["validation"]["folds"],
        target_recall=config["learning"]["target_recall"],
        seed=config["learning"]["seed"],
        negatives=NEGATIVES,
    script:
        "../scripts/train_model.py"


rule describe_models:
    """What each trained model is, for machines and in words, for use in another area."""
    input:
        fitted=expand("results/learning/{model}/fitted", model=MODELS),
    output:
        descriptions=expand("results/learning/{model}/model.json", model=MODELS),
        cards=expand("results/learning/{model}/README.md", model=MODELS),
    log:
        "results/logs/learning/describe_models.log",
    benchmark:
        "results/benchmarks/learning/describe_models.tsv"
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(5),
    params:
        science=science("describe_models"),
        origin=model_origin(),
    script:
        "../scripts/describe_models.py"


rule explain_trees:
    """On demand: Shapley values of a forest for every candidate."""
    input:
        factors="results/factors/factors.parquet",
        fitted="results/learning/{model}/fitted",
    output:
        shapley="results/learning/{model}/shapley.parquet",
    log:
        "results/logs/learning/explain_trees_{model}.log",
    benchmark:
        "results/benchmarks/learning/explain_trees_{model}.tsv"
    wildcard_constraints:
        model="|".join(FORESTS),
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("explain_trees"),
    script:
        "../scripts/explain_trees.py"


if IN_CATCHMENTS:

    rule find_catchments:
        """The catchment of each candidate, for folds that keep catchments whole."""
        input:
            dem="results/terrain/dem.tif",
            labels=TRAINING_LABELS,
        output:
            catchments="results/learning/catchments.parquet",
        log:
            "results/logs/learning/find_catchments.log",
        benchmark:
            "results/benchmarks/learning/find_catchments.tsv"
        conda:
            "../../envs/geo.yaml"
        threads: 1
        resources:
            mem_mb=growing(3000),
            runtime=growing(20),
        params:
            science=science("find_catchments"),
            size_km2=config["validation"]["catchment_km2"],
        script:
            "../scripts/find_catchments.py"


rule validate_model:
    """One model over repeated stratified and spatial folds, and a probability per candidate."""
    input:
        **catchments_of_candidates(),
        factors=TRAINING_FACTORS,
        labels=TRAINING_LABELS,
    output:
        validation="results/learning/{model}/validation.parquet",
        probabilities="results/learning/{model}/probabilities.parquet",
        calibration="results/learning/{model}/calibration.json",
        importance="results/learning/{model}/importance.csv",
    log:
        "results/logs/learning/validate_model_{model}.log",
    benchmark:
        "results/benchmarks/learning/validate_model_{model}.tsv"
    priority: 60
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=growing(1500),
        runtime=growing(60),
    params:
        science=science("validate_model"),
        model=lambda wildcards: wildcards.model,
        options=model_options,
        factors=LEARNT_FACTORS,
        binning=config["binning"],
        screening=config["screening"],
        folds={
            "repeats": config["validation"]["repeats"],
            "n_folds": config["validation"]["folds"],
            **SPATIAL_FOLDS,
        },
        set_confidence=config["learning"]["set_confidence"],
        seed=config["learning"]["seed"],
        negatives=NEGATIVES,
    script:
        "../scripts/validate_model.py"


rule compare_models:
    """All models side by side: test metrics, folds, paired tests, ROC curves."""
    input:
        predictions=expand(
            "results/learning/{model}/test_predictions.parquet", model=MODELS
        ),
        metrics=expand("results/learning/{model}/metrics.json", model=MODELS),
        validation=expand("results/learning/{model}/validation.parquet", model=MODELS),
    output:
        test_metrics="results/learning/test_metrics.csv",
        validation="results/learning/validation.csv",
        summary="results/learning/validation_summary.csv",
        comparison="results/learning/model_comparison.csv",
        roc="results/learning/roc.csv",
    log:
        "results/logs/learning/compare_models.log",
    benchmark:
        "results/benchmarks/learning/compare_models.tsv"
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("compare_models"),
        models=MODELS,
        seed=config["learning"]["seed"],
        negatives=NEGATIVES,
    script:
        "../scripts/compare_models.py"


if FOLLOWS_PAPER:

    rule follow_paper:
        """Table 1 and ROC curves of one division, as published, beside those of others."""
        input:
            factors=TRAINING_FACTORS,
            labels=TRAINING_LABELS,
            split="results/learning/split.parquet",
        output:
            table=report(
                "results/learning/paper_table.csv",
                caption="../report/paper_table.rst",
                category="4 Models",
            ),
            roc="results/learning/paper_roc.csv",
        log:
            "results/logs/learning/follow_paper.log",
        benchmark:
            "results/benchmarks/learning/follow_paper.tsv"
        conda:
            "../../envs/learning.yaml"
        threads: 1
        resources:
            mem_mb=growing(1500),
            runtime=growing(30),
        params:
            science=science("follow_paper"),
            models={model: options_of(model) for model in MODELS},
            factors=LEARNT_FACTORS,
            binning=config["binning"],
            screening=config["screening"],
            test_fraction=config["split"]["test_fraction"],
            repeats=config["validation"]["repeats"],
            folds=config["validation"]["folds"],
            seed=config["learning"]["seed"],
            negatives=NEGATIVES,
        script:
            "../scripts/follow_paper.py"


rule check_leakage:
    """Validation on shuffled labels: a mean AUC away from 0.5 stops the workflow."""
    input:
        **catchments_of_candidates(),
        factors=TRAINING_FACTORS,
        labels=TRAINING_LABELS,
    output:
        shuffles="results/learning/label_shuffles.csv",
        suspicions="results/learning/suspicions.csv",
    log:
        "results/logs/learning/check_leakage.log",
    benchmark:
        "results/benchmarks/learning/check_leakage.tsv"
    priority: 60
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(30),
    params:
        science=science("check_leakage"),
        model=config["validation"]["shuffle_model"],
        factors=LEARNT_FACTORS,
        binning=config["binning"],
        screening=config["screening"],
        shuffles=config["validation"]["shuffles"],
        folds=config["validation"]["folds"],
        spatial=SPATIAL_FOLDS,
        seed=config["learning"]["seed"],
    script:
        "../scripts/check_leakage.py"


rule assess_reliability:
    """How far probabilities can be trusted, and what these labels can and cannot tell apart."""
    input:
        labels=TRAINING_LABELS,
        probabilities=expand(
            "results/learning/{model}/probabilities.parquet", model=MODELS
        ),
        calibrations=expand("results/learning/{model}/calibration.json", model=MODELS),
        summary="results/learning/validation_summary.csv",
        shuffles="results/learning/label_shuffles.csv",
        suspicions="results/learning/suspicions.csv",
    output:
        reliability="results/learning/reliability.json",
        verdict=report(
            "results/learning/reliability.md",
            caption="../report/reliability.rst",
            category="4 Models",
        ),
        calibration_curve="results/learning/calibration_curve.csv",
        precision_recall="results/learning/precision_recall.csv",
    log:
        "results/logs/learning/assess_reliability.log",
    benchmark:
        "results/benchmarks/learning/assess_reliability.tsv"
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        science=science("assess_reliability"),
        models=MODELS,
        negatives=NEGATIVES,
    script:
        "../scripts/assess_reliability.py"


if APPLIED:

    rule apply_model:
        """Probabilities by a model that was trained elsewhere, and where it is applicable."""
        input:
            factors="results/factors/factors.parquet",
            fitted=given(files_with_parts(config["learning"]["model"])),
        output:
            probabilities=f"results/learning/{APPLIED}/probabilities.parquet",
            metrics=f"results/learning/{APPLIED}/metrics.json",
            main_factors=f"results/learning/{APPLIED}/main_factors.parquet",
            applicability=f"results/learning/{APPLIED}/applicability.parquet",
        log:
            "results/logs/learning/apply_model.log",
        benchmark:
            "results/benchmarks/learning/apply_model.tsv"
        conda:
            "../../envs/learning.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(10),
        params:
            science=science("apply_model"),
            model=config["learning"]["model"],
            classes=configured_classes(),
            measures=measures(),
            set_confidence=config["learning"]["set_confidence"],
        script:
            "../scripts/apply_model.py"
