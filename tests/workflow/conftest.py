"""One finished run of a tiny study area, shared by the tests that look at it."""

from collections.abc import Iterator

import pytest
import yaml

from runner import ROOT, Planner, Run, merged

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


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A copy of the project in which the tiny area has been run on two cores."""
    run = Run.make(tmp_path_factory.mktemp("tiny"))
    result = run.snakemake("--cores", "2", "--configfile", run.config("tiny", tiny_config()))
    assert result.returncode == 0, result.stdout
    return run


@pytest.fixture(scope="session")
def planner() -> Iterator[Planner]:
    """What would run again in the tiny area, asked many times."""
    planner = Planner()
    yield planner
    planner.pool.shutdown()
