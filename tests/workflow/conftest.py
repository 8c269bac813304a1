"""One finished run of a tiny study area, shared by the tests that look at it."""

import fcntl
import os

import pytest
import yaml

from runner import ROOT, Run, merged

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow tests first, so that no worker begins one when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The tiny area, run once for all workers; tests that change it take a copy.

    On four cores, so that jobs of its two tracks have two threads each.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    run = Run(ROOT, folder / "tiny" / "work", tmp_path_factory.mktemp("configs"))
    failure = folder / "tiny_failure.txt"
    with (folder / "tiny.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not failure.exists():
            made = Run.here(folder / "tiny")
            result = made.snakemake(
                *("--cores", "4", "--configfile", made.config("tiny", tiny_config())),
                timeout_s=1800,
            )
            failure.write_text(result.stdout if result.returncode else "", encoding="utf-8")
    assert failure.read_text(encoding="utf-8") == ""
    return run
