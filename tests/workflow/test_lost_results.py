"""A result that was removed is made again, also where what was made from it remains."""

import json

import pytest

from runner import Run
from tiny_area import tiny_config


@pytest.fixture(scope="module")
def copied(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return finished.copied(tmp_path_factory.mktemp("lost"))


def makers(run: Run) -> dict[str, str]:
    """Map every result of the run to the rule that makes it, as the manifest says."""
    manifest = json.loads((run.folder / "results" / "manifest.json").read_text(encoding="utf-8"))
    return {result["path"]: result["rule"] for result in manifest["results"]}


def planned_without(run: Run, name: str) -> set[str]:
    """Rules that a dry run lists while a file or folder is away."""
    path, away = run.folder / name, run.folder / "away"
    path.rename(away)
    try:
        return run.planned(run.config("again", tiny_config()))
    finally:
        away.rename(path)


@pytest.mark.parametrize(
    "stage", ["points", "terrain", "motion", "candidates", "factors", "learning", "maps"]
)
def test_lost_stage_is_made_again(copied: Run, stage: str) -> None:
    folder = f"results/{stage}"
    lost = {rule for name, rule in makers(copied).items() if name.startswith(f"{folder}/")}
    assert lost
    assert planned_without(copied, folder) >= lost


@pytest.mark.parametrize(
    "name", ["results/motion/ascending_density.tif", "results/learning/validation_summary.csv"]
)
def test_lost_file_is_made_again(copied: Run, name: str) -> None:
    assert makers(copied)[name] in planned_without(copied, name)
