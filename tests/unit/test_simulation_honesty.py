"""Labels come from causes and stay uncertain: neither a coin nor a rigged game."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from hotslope.grid import Grid
from hotslope.simulation import cover
from hotslope.simulation.landscape import build_landscape
from hotslope.simulation.observation import name_histories
from hotslope.simulation.placement import place_bodies


def true_factors(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Factors at the centres of an area's bodies, non-linear history, and label."""
    area = Grid.from_bounds([690000, 3980000, 702000, 3990000], 12.5, "EPSG:32647")
    land = build_landscape(area, seed)
    bodies = place_bodies(land, area, 45, 45, 0.05, 2, seed)
    row, column = land.grid.rows_columns(
        np.array([body.x_m for body in bodies]), np.array([body.y_m for body in bodies])
    )
    azimuth = np.radians(land.azimuth_deg)
    fields = (
        land.slope_deg,
        (land.slope_deg - 25) ** 2,
        land.elevation_m,
        np.cos(azimuth),
        np.sin(azimuth),
        land.weakness,
        np.log1p(land.river_distance_m),
        np.log1p(land.fault_distance_m),
        np.log1p(land.road_distance_m),
        land.cover == cover.CROPS,
        land.cover == cover.BARE,
    )
    factors = np.column_stack([field[row, column] for field in fields]).astype(float)
    curved = np.array([name != "linear" for name in name_histories(bodies, land, seed)])
    return factors, curved, np.array([body.is_landslide for body in bodies])


@pytest.mark.slow
def test_labels_are_learnable_but_not_given_away():
    areas = [true_factors(seed) for seed in range(100, 106)]
    factors, curved, label = (np.concatenate(parts) for parts in zip(*areas, strict=True))
    area = np.repeat(np.arange(len(areas)), [len(part[2]) for part in areas])

    def score(columns: np.ndarray) -> float:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3))
        chance = cross_val_predict(
            model, columns, label, groups=area, cv=GroupKFold(len(areas)), method="predict_proba"
        )
        return float(roc_auc_score(label, chance[:, 1]))

    # Whole areas are held out. 540 bodies: the standard error of an AUC is 0.02.
    assert 0.72 < score(factors) < 0.86
    assert 0.42 < score(curved[:, None].astype(float)) < 0.58
