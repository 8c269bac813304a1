"""How far the ranking of candidates without labels agrees with the truth of simulated areas.

Measures every criterion alone and all together; nothing was chosen on these areas. Writes
results/experiments/rankings.json.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import geopandas as gpd
import numpy as np
import pandas as pd
from candidate_areas import AreaKind, simulate  # first: it puts the package on the path
from candidate_rules import find_candidates
from threadpoolctl import threadpool_limits

from hotslope.candidates.ranking import rank_without_labels, ranking_criteria
from hotslope.files import write_json
from hotslope.learning.metrics import area_under_curve
from hotslope.learning.validation import mean_interval

#: Seeds that serve nowhere else in this repository.
SEEDS = tuple(range(83111, 83116))
#: More bodies than by default, for more candidates per area.
BODIES_PER_KM2 = 0.75
#: A candidate is a landslide where as much of it lies in landslides.
LEAST_SHARE = 0.5


def is_landslide(candidates: gpd.GeoDataFrame, landslides: gpd.GeoSeries) -> np.ndarray:
    """Return which candidates lie in landslides by half of their area or more, int64."""
    inside = candidates.geometry.intersection(landslides.union_all()).area
    return (inside >= LEAST_SHARE * candidates.area).to_numpy(dtype=np.int64)


def score_area(seed: int) -> list[dict[str, object]]:
    """Return the AUC of landslides against other candidates by each ranking of an area."""
    kind = AreaKind((seed,), bodies_per_km2=BODIES_PER_KM2)
    with tempfile.TemporaryDirectory() as folder:
        study, truth = simulate(kind, seed, Path(folder))
        candidates = find_candidates(study, noise_fields=0)
    label = is_landslide(candidates, truth.landslides)
    criteria = ranking_criteria(candidates, list(study.tracks))
    rankings = {name: criteria[[name]] for name in criteria} | {"all": criteria}
    return [
        {
            "seed": seed,
            "candidates": label.size,
            "landslides": int(label.sum()),
            "ranking": name,
            "auc": area_under_curve(
                label, rank_without_labels(part)["unsupervised_score"].to_numpy()
            ),
        }
        for name, part in rankings.items()
    ]


def main() -> None:
    """Print and write the mean AUC of each ranking over the areas with its 95 % interval."""
    with threadpool_limits(1):
        scores = pd.DataFrame([row for seed in SEEDS for row in score_area(seed)])
    found = {}
    for name, part in scores.groupby("ranking", sort=False):
        mean, low, high = mean_interval(part["auc"].to_numpy(), 0.95)
        found[name] = {"auc": mean, "low": low, "high": high, "least": part["auc"].min()}
        print(f"{name}: AUC {mean:.3f} ({low:.3f} to {high:.3f}), least {part['auc'].min():.3f}")
    print(scores.drop_duplicates("seed")[["seed", "candidates", "landslides"]].to_string())
    write_json("results/experiments/rankings.json", {"areas": list(SEEDS), "rankings": found})


if __name__ == "__main__":
    main()
