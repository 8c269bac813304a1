"""What is changed in the config of the tiny area, case by case, and which rules then rerun."""

from rule_sets import (
    CHANGE,
    COVERAGE,
    DENSITY,
    ERRORS,
    EVERYTHING,
    EXPOSED,
    EXTRACTION,
    FACTORS,
    FIGURES,
    FITTED,
    FOLDS,
    GATE,
    GIVEN_TABLE,
    HOTSPOTS,
    HYDROLOGY,
    LABELS,
    LEAKS,
    LEARNING,
    MERGED,
    MODELS,
    MORPHOMETRY,
    NOISE,
    OPENED,
    OUTLINES,
    OUTLINES_BY_DENSITY,
    POINTS,
    RATE,
    RELIEF,
    SCREEN,
    SHOWN_STABILITY,
    SPLIT,
    STABILITY,
    STUDY_AREA,
    TERRAIN,
    TRAINING,
    TRENDS,
    VISIBILITY,
)

DEMO = "resources/demo"

# By section.key of the schema; what follows it within the section, or after a comma, is a case.
RERUNS = {
    "study_area.name": ({"study_area": {"name": "other"}}, FIGURES | {"describe_models"}),
    "study_area.crs": ({"study_area": {"crs": "EPSG:32648"}}, EVERYTHING),
    "study_area.bounds_m": (
        {"study_area": {"bounds_m": [689000, 3979000, 693000, 3983000]}},
        EVERYTHING,
    ),
    "study_area.bounds_m, within the simulated area": (
        {"study_area": {"bounds_m": [690000, 3980000, 693000, 3983000]}},
        STUDY_AREA,
    ),
    "study_area.boundary": (
        {"study_area": {"boundary": f"{DEMO}/inventory.gpkg"}},
        OPENED | POINTS,
    ),
    "tracks.pass": (
        {"tracks": {"descending": {"pass": "ascending"}}},
        # Nothing looks from the other side any more.
        OPENED | POINTS - {"decompose_motion"},
    ),
    "tracks.format": (
        {"tracks": {"descending": {"format": "table", "points": f"{DEMO}/descending/items.txt"}}},
        OPENED | POINTS,
    ),
    "tracks.points": (
        {"tracks": {"descending": {"points": {"table": f"{DEMO}/dem.tif"}}}},
        OPENED | POINTS,
    ),
    # The simulation measures by these angles.
    "tracks.incidence_deg": ({"tracks": {"descending": {"incidence_deg": 39}}}, EVERYTHING),
    "tracks.heading_deg": ({"tracks": {"descending": {"heading_deg": 191}}}, EVERYTHING),
    "tracks.looking": ({"tracks": {"descending": {"looking": "left"}}}, OPENED | POINTS),
    "tracks.platform": ({"tracks": {"descending": {"platform": "airborne"}}}, OPENED | POINTS),
    "tracks.los_sign": ({"tracks": {"descending": {"los_sign": -1}}}, POINTS),
    "tracks.wavelength_m": ({"tracks": {"descending": {"wavelength_m": 0.031}}}, TRENDS | ERRORS),
    "tracks.velocity_from": (
        {"tracks": {"descending": {"velocity_from": "series"}}},
        OPENED | POINTS,
    ),
    # The demo's files are then inputs that no rule makes, known by their content.
    "simulation.name": ({"simulation": {"name": "other"}}, STUDY_AREA),
    "simulation.seed": ({"simulation": {"seed": 1}}, EVERYTHING),
    "simulation.size_km": ({"simulation": {"size_km": [4, 5]}}, EVERYTHING),
    "simulation.density_per_km2": (
        {"simulation": {"density_per_km2": {"descending": 200}}},
        EVERYTHING,
    ),
    "simulation.landslides_per_km2": ({"simulation": {"landslides_per_km2": 1}}, EVERYTHING),
    "simulation.false_movers_per_km2": ({"simulation": {"false_movers_per_km2": 1}}, EVERYTHING),
    "simulation.fast_share": ({"simulation": {"fast_share": 0.1}}, EVERYTHING),
    "simulation.atmosphere": ({"simulation": {"atmosphere": "rough"}}, EVERYTHING),
    "simulation.inventory_completeness": (
        {"simulation": {"inventory_completeness": 0.8}},
        EVERYTHING,
    ),
    "simulation.label_error": ({"simulation": {"label_error": 0.1}}, EVERYTHING),
    # No track of the demo is one of the releases.
    "simulation.releases": ({"simulation": {"releases": {"count": 2}}}, set()),
    "simulation.events": ({"simulation": {"events": {"share": 0.5}}}, set()),
    # No track of the demo is made of interferograms.
    **{
        f"interferometry.{key}": ({"interferometry": {key: value}}, set())
        for key, value in {
            "max_perpendicular_baseline_m": 100,
            "max_temporal_baseline_days": 50,
            "min_interferogram_coherence": 0.2,
            "min_coherence": 0.8,
            "reference": {"lon": 101.1, "lat": 35.95},
            "atmosphere": None,
            "join_pieces": True,
        }.items()
    },
    "points.thin": ({"points": {"thin": 2}}, POINTS),
    "points.min_coherence": ({"points": {"min_coherence": 0.75}}, POINTS),
    "terrain.dem": ({"terrain": {"dem": f"{DEMO}/land_cover.tif"}}, OPENED | TERRAIN),
    "terrain.dem, none": ({"terrain": {"dem": None}}, OPENED | RELIEF),
    "terrain.margin_m": ({"terrain": {"margin_m": 500}}, OPENED | TERRAIN),
    "terrain.tpi_window_m": ({"terrain": {"tpi_window_m": 300}}, MORPHOMETRY),
    "terrain.tri": ({"terrain": {"tri": "riley"}}, MORPHOMETRY),
    "terrain.slope_floor_deg": ({"terrain": {"slope_floor_deg": 0.5}}, HYDROLOGY),
    "terrain.smoothing_m": ({"terrain": {"smoothing_m": 50}}, VISIBILITY),
    "terrain.flat_slope_deg": ({"terrain": {"flat_slope_deg": 3}}, FACTORS),
    "trends.significance": ({"trends": {"significance": 0.05}}, TRENDS),
    "trends.evidence_ratio": ({"trends": {"evidence_ratio": 3}}, TRENDS),
    "trends.min_segment_epochs": ({"trends": {"min_segment_epochs": 10}}, TRENDS),
    "trends.autocorrelation": ({"trends": {"autocorrelation": "none"}}, TRENDS),
    "trends.gate": ({"trends": {"gate": "linear"}}, TRENDS),
    "trends.annual": ({"trends": {"annual": "never"}}, TRENDS),
    "hotspots.radius_m": ({"hotspots": {"radius_m": 150}}, HOTSPOTS | GATE | NOISE),
    "hotspots.radius_m, auto": (
        {"hotspots": {"radius_m": "auto"}},
        {"choose_radius"} | HOTSPOTS | GATE | NOISE,
    ),
    "hotspots.radius_m, auto, density apart": (
        {"hotspots": {"radius_m": "auto"}, "density": {"radius_m": 200}},
        {"choose_radius"} | HOTSPOTS | GATE | NOISE,
    ),
    # A figure made on demand.
    "hotspots.sensitivity_radii_m": ({"hotspots": {"sensitivity_radii_m": [200]}}, set()),
    "hotspots.significance": (
        {"hotspots": {"significance": 0.05}},
        {"plot_hotspots", "export_hotspots"} | OUTLINES | NOISE,
    ),
    "hotspots.correction": ({"hotspots": {"correction": "none"}}, HOTSPOTS | GATE | NOISE),
    "hotspots.min_neighbours": ({"hotspots": {"min_neighbours": 5}}, HOTSPOTS | GATE | NOISE),
    "hotspots.center": ({"hotspots": {"center": "median"}}, HOTSPOTS),
    "hotspots.background": ({"hotspots": {"background": "modal"}}, HOTSPOTS),
    "density.radius_m": ({"density": {"radius_m": 150}}, DENSITY),
    "density.cell_size_m": ({"density": {"cell_size_m": 25}}, TERRAIN | DENSITY | RATE | NOISE),
    "candidates.method": ({"candidates": {"method": "paper"}}, OUTLINES_BY_DENSITY),
    # Of the other method: see rerun_cases_by_density.
    "candidates.points": ({"candidates": {"points": "all"}}, set()),
    "candidates.cut": ({"candidates": {"cut": "quantile", "cut_value": 0.9}}, set()),
    "candidates.cut_value": ({"candidates": {"cut_value": 0.9}}, set()),
    "candidates.stability_threshold_mm_yr": (
        {"candidates": {"stability_threshold_mm_yr": 8}},
        RATE | NOISE | {"export_hotspots"},
    ),
    "candidates.statistic": ({"candidates": {"statistic": "mean"}}, RATE | NOISE),
    "candidates.bandwidth_m": ({"candidates": {"bandwidth_m": 150}}, RATE | NOISE),
    "candidates.background": (
        {"candidates": {"background": "none"}},
        RATE | GATE | ERRORS,
    ),
    "candidates.background_smoothing_m": (
        {"candidates": {"background_smoothing_m": 1000}},
        {"estimate_background"} | RATE | GATE | ERRORS,
    ),
    # As many as opening_cells: Snakemake by itself would see the same set of values.
    "candidates.min_points": ({"candidates": {"min_points": 1}}, OUTLINES | NOISE),
    "candidates.gate_center": ({"candidates": {"gate_center": "mean"}}, GATE | NOISE),
    "candidates.min_area_m2": ({"candidates": {"min_area_m2": 5000}}, OUTLINES | NOISE),
    "candidates.opening_cells": ({"candidates": {"opening_cells": 2}}, OUTLINES | NOISE),
    "candidates.noise_fields": ({"candidates": {"noise_fields": 50}}, NOISE),
    "candidates.noise_fields, none": ({"candidates": {"noise_fields": 0}}, MERGED),
    "candidates.fdr": ({"candidates": {"fdr": 0.1}}, MERGED),
    "candidates.min_overlap": ({"candidates": {"min_overlap": 0.5}}, MERGED),
    "candidates.reference": (
        {"candidates": {"reference": f"{DEMO}/inventory.gpkg"}},
        OPENED | EXTRACTION,
    ),
    "candidates.reference_layer": (
        {"candidates": {"reference_layer": "reference"}},
        OPENED | EXTRACTION,
    ),
    "candidates.reference, none": (
        {"candidates": {"reference": None}},
        OPENED | EXTRACTION,
    ),
    "candidates.resamples": ({"candidates": {"resamples": 200}}, EXTRACTION),
    "candidates.seed": ({"candidates": {"seed": 1}}, EXTRACTION | STABILITY | NOISE),
    "candidates.stability_replicas": ({"candidates": {"stability_replicas": 5}}, STABILITY),
    "candidates.stability_replicas, none": (
        {"candidates": {"stability_replicas": 0}},
        SHOWN_STABILITY,
    ),
    "decomposition.cell_size_m": ({"decomposition": {"cell_size_m": 50}}, {"decompose_motion"}),
    "decomposition.min_points": (
        {"decomposition": {"min_points": 3}},
        {"decompose_motion"} | MERGED,
    ),
    "decomposition.shared_error_mm_yr": (
        {"decomposition": {"shared_error_mm_yr": 2}},
        {"decompose_motion"} | MERGED,
    ),
    "decomposition.max_condition_number": (
        {"decomposition": {"max_condition_number": 5}},
        {"decompose_motion"} | MERGED,
    ),
    # A candidate's motion is relative to the background of each track instead.
    "decomposition.weights": ({"decomposition": {"weights": "none"}}, {"decompose_motion"}),
    "decomposition.reference": ({"decomposition": {"reference": "none"}}, {"decompose_motion"}),
    **{
        f"decomposition.egms_l3.{component}": (
            {"decomposition": {"egms_l3": {component: f"{DEMO}/inventory.gpkg"}}},
            OPENED | {"decompose_motion"},
        )
        for component in ("east", "up")
    },
    "decomposition.stable_mm_yr": ({"decomposition": {"stable_mm_yr": 2}}, {"decompose_motion"}),
    "layers.lithology.classes": (
        {"layers": {"lithology": {"classes": {"Late Pleistocene loess": "sub-soft"}}}},
        OPENED | FACTORS,
    ),
    "layers.lithology.encoding": (
        {"layers": {"lithology": {"encoding": "UTF-8"}}},
        OPENED | FACTORS,
    ),
    "layers.land_use.classes": (
        {"layers": {"land_use": {"classes": {11: "bare"}}}},
        OPENED | FACTORS,
    ),
    "layers.faults.layer": ({"layers": {"faults": {"layer": "roads"}}}, OPENED | FACTORS),
    "layers.rivers.path": ({"layers": {"rivers": {"path": None}}}, OPENED | FACTORS),
    "layers.roads, none": ({"layers": {"roads": None}}, OPENED | FACTORS),
    "factors": ({"factors": ["slope", "aspect"]}, FACTORS),
    "inventory.path": ({"inventory": {"path": f"{DEMO}/reference.gpkg"}}, OPENED | LABELS),
    # Nothing is learnt, and the map says so.
    "inventory.path, none": (
        {"inventory": {"path": None}},
        OPENED
        | {"map_potential_landslides", "plot_potential_landslides", "summarise_run"}
        | {"build_web_map", "build_qgis_project", "draw_sheets"},
    ),
    "inventory.layer": ({"inventory": {"layer": None}}, OPENED | LABELS),
    "inventory.encoding": ({"inventory": {"encoding": "UTF-8"}}, OPENED | LABELS),
    "inventory.class_column": ({"inventory": {"class_column": "kind"}}, OPENED | LABELS),
    "inventory.positive_class": ({"inventory": {"positive_class": "other"}}, OPENED | LABELS),
    "inventory.kind_column": ({"inventory": {"kind_column": None}}, OPENED | LABELS),
    "inventory.role_column": ({"inventory": {"role_column": "kind"}}, OPENED | LABELS),
    "inventory.min_overlap": ({"inventory": {"min_overlap": 0.5}}, LABELS),
    "factor_table.path": ({"factor_table": {"path": f"{DEMO}/dem.tif"}}, GIVEN_TABLE),
    # Without a path the columns mean nothing.
    **{
        f"factor_table.{key}": ({"factor_table": {key: value}}, set())
        for key, value in {
            "x_column": "east",
            "y_column": "north",
            "class_column": "kind",
            "positive_class": "slide",
            "group_column": "slope",
            "factors": ["slope"],
        }.items()
    },
    "learning.seed": ({"learning": {"seed": 1}}, LABELS - {"label_candidates"}),
    "learning.licence": ({"learning": {"licence": "CC-BY-4.0"}}, {"describe_models"}),
    "learning.device": ({"learning": {"device": "cuda"}}, MODELS),
    "learning.set_confidence": (
        {"learning": {"set_confidence": 0.8}},
        MODELS - FITTED,
    ),
    "learning.negatives": (
        {"learning": {"negatives": "unlabelled"}},
        LABELS | {"choose_negatives"},
    ),
    "learning.negatives, stable ground": (
        {"learning": {"negatives": "stable_ground"}},
        LABELS | {"extract_factors", "draw_stable_ground", "choose_negatives"},
    ),
    # A threshold on the map, of no account to folds.
    "learning.target_recall": ({"learning": {"target_recall": 0.9}}, TRAINING),
    "binning.max_bins": ({"binning": {"max_bins": 5}}, LEARNING),
    "binning.significance": ({"binning": {"significance": 0.05}}, LEARNING),
    "binning.min_bin_count": ({"binning": {"min_bin_count": 6}}, LEARNING),
    "screening.max_correlation": (
        {"screening": {"max_correlation": 0.8}},
        LEARNING,
    ),
    "screening.rule": ({"screening": {"rule": "paper"}}, LEARNING),
    "screening.permutations": ({"screening": {"permutations": 60}}, LEARNING),
    "split.test_fraction": ({"split": {"test_fraction": 0.4}}, SPLIT),
    "split.validation_fraction": ({"split": {"validation_fraction": 0.3}}, SPLIT),
    "models.random_forest.trees": ({"models": {"random_forest": {"trees": 40}}}, MODELS),
    "models.extra_trees": ({"models": {"extra_trees": {}}}, MODELS),
    "models.logistic_regression.inverse_penalty": (
        {"models": {"logistic_regression": {"inverse_penalty": 2}}},
        MODELS,
    ),
    "models.cnn.epochs": ({"models": {"cnn": {"epochs": 30}}}, MODELS),
    "validation.repeats": (
        {"validation": {"repeats": 11}},
        (MODELS - FITTED) | SCREEN,
    ),
    "validation.protocol": ({"validation": {"protocol": "paper"}}, {"follow_paper"}),
    # Labels must be enough for so many folds.
    "validation.folds": ({"validation": {"folds": 4}}, LABELS),
    "validation.block_size_m": ({"validation": {"block_size_m": 1500}}, FOLDS),
    "validation.blocks": ({"validation": {"blocks": "k_means"}}, FOLDS),
    "validation.blocks, of catchments": (
        {"validation": {"blocks": "catchments"}},
        FOLDS | {"find_catchments"},
    ),
    # Of catchments alone.
    "validation.catchment_km2": ({"validation": {"catchment_km2": 2}}, set()),
    "validation.buffer_m": ({"validation": {"buffer_m": 100}}, FOLDS),
    "validation.shuffles": ({"validation": {"shuffles": 41}}, LEAKS),
    "validation.shuffle_model": (
        {"validation": {"shuffle_model": "random_forest"}},
        LEAKS,
    ),
    "coverage.reach_m": ({"coverage": {"reach_m": 50}}, COVERAGE),
    "maps.site_sheets": ({"maps": {"site_sheets": 2}}, {"draw_sheets", "summarise_run"}),
    "maps.vector_figures": (
        {"maps": {"vector_figures": ["pdf"]}},
        {
            "plot_motion",
            "plot_hotspots",
            "plot_candidates",
            "plot_learning",
            # It shows the map.
            "plot_potential_landslides",
            "summarise_run",
        },
    ),
    "previous": (
        {"previous": f"{DEMO}/reference.gpkg"},
        {"continue_identities"} | CHANGE | OPENED | MERGED,
    ),
    "exposure.buildings.path": (
        {"exposure": {"buildings": {"path": f"{DEMO}/reference.gpkg"}}},
        OPENED | EXPOSED,
    ),
    "exposure.roads.layer": (
        {"exposure": {"roads": {"path": f"{DEMO}/layers.gpkg", "layer": "roads"}}},
        OPENED | EXPOSED,
    ),
    "exposure.rivers.layer": (
        {"exposure": {"rivers": {"path": f"{DEMO}/layers.gpkg", "layer": "rivers"}}},
        OPENED | EXPOSED,
    ),
    # Without layers nothing is measured.
    "exposure.reach_angle_deg": ({"exposure": {"reach_angle_deg": 25}}, set()),
    "exposure.max_reach_m": ({"exposure": {"max_reach_m": 500}}, set()),
    # Measured on demand where no earlier run is named.
    **{
        f"change.{key}": ({"change": {key: value}}, set())
        for key, value in {
            "window_days": 200,
            "threshold_mm_yr": 5,
            "fdr": 0.1,
            "ring_m": [100, 500],
        }.items()
    },
    # No result depends on it.
    "scale.strip_memory_mb": ({"scale": {"strip_memory_mb": 64}}, set()),
    "checksums": ({"checksums": {f"{DEMO}/dem.tif": "0" * 64}}, OPENED),
}

# Keys that no case above changes, and why.
UNCHANGED = {
    "trends.method": "there is one",
    "learning.model": "it takes a model from elsewhere: see test_applied_model",
    "learning.train_on": "it takes results from elsewhere: see test_applied_model",
}


def key_of(case: str) -> str:
    """Return the key of the schema that a case changes."""
    return ".".join(case.partition(",")[0].split(".")[:2])
