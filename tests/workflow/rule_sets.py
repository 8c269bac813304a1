"""What a change remakes: a rule and all that follows from it, in the order of the data."""

# What describes all results: remade with any of them, and by any key but those without effect.
PROVENANCE = {"write_manifest", "describe_results"}
MODELS = {
    "train_model", "describe_models", "validate_model", "compare_models", "assess_reliability",
    "plot_learning",
    "map_potential_landslides", "plot_potential_landslides", "build_web_map",
    "build_qgis_project", "draw_sheets", "summarise_run",
}  # fmt: skip
# What follows from training alone, and not from folds.
FITTED = {"train_model", "describe_models"}
# Folds are drawn of all rows, whatever their roles: training alone follows the split.
TRAINING = MODELS - {"validate_model"}
LEAKS = {"check_leakage", "assess_reliability"}
FOLDS = (MODELS - FITTED) | {"check_leakage"}
SCREEN = {"screen_factors", "plot_learning"}
LEARNING = MODELS | SCREEN | {"check_leakage"}
# A table of another source: nothing but learning.
GIVEN_TABLE = {
    "read_factor_table", "split_candidates", "screen_factors", "train_model", "describe_models",
    "validate_model", "compare_models", "check_leakage", "assess_reliability",
}  # fmt: skip
SPLIT = {"split_candidates"} | TRAINING | SCREEN
LABELS = {"label_candidates", "split_candidates"} | LEARNING
FACTORS = {"extract_factors"} | LEARNING
# With layers of what may be exposed. No rule of learning is among them.
RANKED = {
    "map_potential_landslides", "plot_potential_landslides", "build_web_map", "build_qgis_project",
    "draw_sheets", "summarise_run",
}  # fmt: skip
EXPOSED = {"measure_exposure"} | RANKED
# With an earlier run.
CHANGE = {"measure_change", "write_bulletin"}
EXTRACTION = {"measure_extraction", "plot_candidates", "summarise_run"}
SHOWN_STABILITY = {
    "map_potential_landslides", "plot_candidates", "plot_potential_landslides", "build_web_map",
    "build_qgis_project", "draw_sheets", "summarise_run",
}  # fmt: skip
SERIES = {"summarise_series", "build_web_map", "build_qgis_project", "draw_sheets"}
STABILITY = {"measure_stability"} | SHOWN_STABILITY
MERGED = {"merge_candidates"} | EXTRACTION | STABILITY | FACTORS | LABELS | SERIES
OUTLINES = {"outline_by_rate"} | MERGED
NOISE = {"draw_noise"} | MERGED
ERRORS = {"estimate_rate_errors", "decompose_motion"} | NOISE
GATE = {"score_gate"} | OUTLINES
# The density rule has no gate and no stability.
OUTLINES_BY_DENSITY = {"outline_by_density"} | MERGED - {"measure_stability"}
DENSITY = {"map_density", "plot_hotspots", "build_qgis_project"}
HOTSPOTS = {"find_hotspots", "export_hotspots"} | DENSITY | OUTLINES
TRENDS = {"classify_trends", "plot_motion", "export_hotspots"} | FACTORS | SERIES
RATE = {"map_rate"} | OUTLINES
COVERAGE = {
    "map_coverage", "plot_potential_landslides", "build_web_map", "build_qgis_project",
    "summarise_run",
}  # fmt: skip
VISIBILITY = {"map_visibility"} | COVERAGE | MERGED
GEOMETRY = {"decompose_motion"} | VISIBILITY
POINTS = (
    {"import_points", "plot_motion", "estimate_background"}
    | ERRORS
    | HOTSPOTS
    | GATE
    | TRENDS
    | RATE
    | GEOMETRY
)
MAPS = {
    "plot_motion", "plot_hotspots", "plot_candidates", "plot_potential_landslides", "build_web_map",
    "build_qgis_project", "draw_sheets", "summarise_run",
}  # fmt: skip
# The page of the run shows the map of potential landslides.
FIGURES = MAPS | {"plot_learning"}
# Elevation lies below every map; slope and aspect serve the merging, slope the coverage.
RELIEF = MAPS | COVERAGE | MERGED
# One job makes seven rasters of the same DEM.
MORPHOMETRY = {"derive_morphometry"} | RELIEF
HYDROLOGY = {"derive_hydrology"} | FACTORS
TERRAIN = {"prepare_dem"} | MORPHOMETRY | HYDROLOGY | VISIBILITY
# Every dataset given is opened again where its key changes.
OPENED = {"check_inputs"}
STUDY_AREA = OPENED | TERRAIN | POINTS
EVERYTHING = {"simulate_area"} | STUDY_AREA
