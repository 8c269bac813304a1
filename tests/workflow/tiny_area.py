"""The config of the tiny study area."""

import yaml

from runner import ROOT, merged

#: Where users have their inputs.
INPUTS = "inputs"
TINY = {
    "study_area": {"name": "tiny", "bounds_m": [690000, 3980000, 694000, 3984000]},
    # Many bodies, so that there are enough to learn from.
    "simulation": {"size_km": [4, 4], "landslides_per_km2": 1.5, "false_movers_per_km2": 1.5},
    "models": {
        "random_forest": {},
        "logistic_regression": {},
        "cnn": {"epochs": 20},
    },
    "validation": {"repeats": 10, "shuffles": 40},
    "screening": {"permutations": 50},
}


def tiny_config() -> dict:
    """The demo's config on a smaller area, with short training."""
    demo = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
    config = merged(demo, TINY)
    config["models"] = TINY["models"]
    return config


def users_config() -> dict:
    """The tiny area as users have theirs: raw files that no rule makes."""
    return yaml.safe_load(yaml.safe_dump(tiny_config()).replace("resources/demo/", f"{INPUTS}/"))
