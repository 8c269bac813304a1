"""How far rankings of candidates without labels agree with the truth of simulated areas.

``--tuning`` measures every criterion alone and together on the areas that the ranking was chosen
on; without it, on others, which are those reported. Writes results/experiments/rankings.json, or
rankings_tuning.json.
"""

import argparse
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
TUNING_SEEDS = tuple(range(83101, 83105))
SEEDS = tuple(range(83111, 83121))
#: More bodies than by default, for some forty candidates per area.
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tuning", action="store_true", help="areas of tuning, not to be reported")
    tuning = parser.parse_args().tuning
    seeds = TUNING_SEEDS if tuning else SEEDS
    with threadpool_limits(1):
        scores = pd.DataFrame([row for seed in seeds for row in score_area(seed)])
    found = {}
    for name, part in scores.groupby("ranking", sort=False):
        mean, low, high = mean_interval(part["auc"].to_numpy(), 0.95)
        found[name] = {"auc": mean, "low": low, "high": high, "least": part["auc"].min()}
        print(f"{name}: AUC {mean:.3f} ({low:.3f} to {high:.3f}), least {part['auc'].min():.3f}")
    print(scores.drop_duplicates("seed")[["seed", "candidates", "landslides"]].to_string())
    name = "rankings_tuning" if tuning else "rankings"
    write_json(f"results/experiments/{name}.json", {"areas": list(seeds), "rankings": found})


if __name__ == "__main__":
    main()
