"""Outlines of the rate rule from a table of points, step by step."""

from dataclasses import replace

import numpy as np

from hotslope.candidates.rate_rule import rate_regions
from hotslope.motion.rate import local_rate


def rate_labels(points, grid, sign, rule, **changes):
    """Map the local rate of all points given, and label its regions of one sense."""
    rule = replace(rule, **changes)
    rate, _ = local_rate(
        *(points[name].to_numpy() for name in ("x_m", "y_m", "relative_mm_yr")),
        rule.bandwidth_m,
        grid,
        threshold_mm_yr=rule.threshold_mm_yr,
        statistic=rule.statistic,
    )
    options = ("threshold_mm_yr", "significance", "min_points", "min_cells", "opening_cells")
    return rate_regions(rate, grid, points, sign, **{name: getattr(rule, name) for name in options})


def same_regions(labels, others):
    """Whether two rasters hold the same regions, whatever their numbers."""
    pairs = np.unique(np.stack([labels.ravel(), others.ravel()]), axis=1)
    return all(np.unique(part).size == part.size for part in pairs) and bool(
        ((pairs > 0).sum(axis=0) != 1).all()
    )
