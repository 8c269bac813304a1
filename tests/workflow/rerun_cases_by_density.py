"""What is changed in the config of the tiny area by density, and which rules then rerun.

The candidates of this area are outlined by density.
"""

from rule_sets import DENSITY, ERRORS, OUTLINES_BY_DENSITY

BY_DENSITY = {"candidates": {"method": "paper", "cut": "quantile", "cut_value": 0.9}}
RERUNS_BY_DENSITY = {
    "candidates.points": ({"candidates": {"points": "all"}}, OUTLINES_BY_DENSITY),
    "candidates.cut": ({"candidates": {"cut": "value"}}, OUTLINES_BY_DENSITY),
    "candidates.cut_value": ({"candidates": {"cut_value": 0.8}}, OUTLINES_BY_DENSITY),
    "candidates.stability_threshold_mm_yr": (
        {"candidates": {"stability_threshold_mm_yr": 8}},
        OUTLINES_BY_DENSITY | {"export_hotspots"},
    ),
    "density.radius_m": ({"density": {"radius_m": 150}}, DENSITY | OUTLINES_BY_DENSITY),
    "candidates.statistic": ({"candidates": {"statistic": "mean"}}, set()),
    "candidates.bandwidth_m": ({"candidates": {"bandwidth_m": 150}}, set()),
    # The errors of the rates are those of either method.
    "candidates.background": (
        {"candidates": {"background": "none"}},
        ERRORS - {"draw_noise", "measure_stability"},
    ),
    "candidates.min_points": ({"candidates": {"min_points": 1}}, set()),
    "candidates.gate_center": ({"candidates": {"gate_center": "mean"}}, set()),
    "candidates.opening_cells": ({"candidates": {"opening_cells": 2}}, set()),
    "candidates.stability_replicas": ({"candidates": {"stability_replicas": 5}}, set()),
    "candidates.noise_fields": ({"candidates": {"noise_fields": 50}}, set()),
}
