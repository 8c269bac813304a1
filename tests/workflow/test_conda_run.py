"""A tiny area through `snakemake --sdm conda`, every rule in the environment it names.

Snakemake adds the packages of its own Python to those of the rules, and would hide what an
environment lacks: it runs from a virtual environment that has Snakemake and its plugins alone.
There is a double for conda; conda_double.py says what that shows and what not.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import conda_double
from runner import Run, digests, merged
from test_environments import ENVIRONMENT_OF, ROOT, SCRIPTS, conda_pins, pins
from tiny_area import tiny_config

pytestmark = [
    pytest.mark.environments,
    pytest.mark.slow,
    pytest.mark.xdist_group("environments"),
    pytest.mark.skipif(
        shutil.which("python3.11") is None and "CI" not in os.environ,
        reason="no python3.11, the Python of envs/*.yaml",
    ),
]

#: On demand only, beside what `all` asks for: with them and the automatic radius most rules run.
TARGETS = (
    "all",
    "results/maps/figures/radius_sensitivity.png",
    "results/maps/figures/study_area.png",
    "results/exports/stac_item.json",
    "results/exports/ascending_insar_explorer.gpkg",
    "results/learning/random_forest/shapley.parquet",
)
#: They run where `method: paper` does, where a factor table, other areas, a model or interferograms
#: are given, where negatives are chosen, or between one run and the next: of these only the imports
#: are tried.
OF_OTHER_CONFIGS = {
    "outline_by_density", "read_factor_table", "join_areas", "apply_model", "simulate_stack",
    "simulate_images", "simulate_releases", "invert_interferograms", "plot_network",
    "choose_negatives", "draw_stable_ground", "begin_history", "continue_identities",
    "measure_change", "measure_exposure", "write_bulletin", "follow_paper", "find_catchments",
}  # fmt: skip
#: They name the packages installed where they are written; the environment of maps has fewer.
WITH_PACKAGES = {
    "results/manifest.json",
    "results/maps/report/provenance.html",
    "results/ro-crate-metadata.json",
}
#: What Snakemake brings and rules need too.
OF_SNAKEMAKE = {"jinja2"}


def every_rule_config() -> dict:
    return merged(tiny_config(), {"hotspots": {"radius_m": "auto"}})


@dataclass
class CondaRun:
    """The finished run, its driver and what was told."""

    run: Run
    driver: Path
    output: str

    def environment(self, name: str) -> Path:
        """Folder of the environment made of ``envs/{name}.yaml``."""
        wanted = (ROOT / "envs" / f"{name}.yaml").read_text(encoding="utf-8")
        folder = self.run.folder / ".snakemake" / "conda"
        copies = [path for path in folder.glob("*.yaml") if path.read_text("utf-8") == wanted]
        assert len(copies) == 1
        return copies[0].with_suffix("")


def packages_of_rules() -> set[str]:
    """Every package that an environment file names."""
    return {name for file in (ROOT / "envs").glob("*.yaml") for name in conda_pins(file)}


def make_driver(folder: Path) -> Path:
    """A virtual environment of the pins that no rule needs; return its Python."""
    # Plugins of clusters bring packages of the rules: that of Slurm numpy and pandas.
    pinned = [
        f"{name}=={number}"
        for name, number in pins().items()
        if name not in packages_of_rules() and "executor" not in name
    ]
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-compile", *pinned], check=True)
    return python


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CondaRun]:
    folder = tmp_path_factory.mktemp("conda")
    try:
        driver = make_driver(folder / "driver")
        programs = conda_double.install(folder / "conda", driver)
        run = Run.make(folder)
        config = run.config("tiny", every_rule_config())
        options = ("--sdm", "conda", "--cores", "2", "--configfile", config)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
            patch.setattr(sys, "executable", str(driver))
            result = run.snakemake(*TARGETS, *options, timeout_s=1800)
        assert result.returncode == 0, result.stdout
        yield CondaRun(run, driver, result.stdout)
    finally:
        shutil.rmtree(folder)


def test_the_driver_has_nothing_of_the_rules(made: CondaRun) -> None:
    listed = subprocess.run(
        [made.driver, "-m", "pip", "list", "--format=freeze"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    names = {line.split("==")[0].lower() for line in listed.splitlines()}
    assert "snakemake" in names
    needed = packages_of_rules() - OF_SNAKEMAKE
    assert not names & {conda_double.PIP_NAME.get(name, name) for name in needed}


def test_every_rule_ran_in_its_environment(made: CondaRun) -> None:
    ran = set(re.findall(r"^(?:local)?rule (\w+):$", made.output, re.MULTILINE))
    # All inputs of the demo are local, and it needs no tiles.
    assert ran - {"all"} == ENVIRONMENT_OF.keys() - {"fetch_input"} - OF_OTHER_CONFIGS
    assert made.output.count("Activating conda environment") >= len(ran) - 1


@pytest.mark.parametrize("name", sorted(set(ENVIRONMENT_OF.values())))
def test_environment_imports_its_scripts_without_the_driver(made: CondaRun, name: str) -> None:
    """The driver's packages, which Snakemake lends to scripts, are out of reach here."""
    scripts = sorted(script for script, of in ENVIRONMENT_OF.items() if of == name)
    python = made.environment(name) / "bin" / "python"
    code = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); import {', '.join(scripts)}"
    result = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_results_are_those_of_the_ordinary_run(
    made: CondaRun, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plain = Run.here(tmp_path_factory.mktemp("plain"))
    config = plain.config("tiny", every_rule_config())
    result = plain.snakemake(*TARGETS, "--cores", "2", "--configfile", config)
    assert result.returncode == 0, result.stdout
    one, two = digests(made.run.folder), digests(plain.folder)
    assert one.keys() == two.keys()
    assert {name for name in one if one[name] != two[name]} <= WITH_PACKAGES
    manifests = [
        json.loads((run.folder / "results" / "manifest.json").read_text(encoding="utf-8"))
        for run in (made.run, plain)
    ]
    ours, theirs = (manifest.pop("software")["packages"].items() for manifest in manifests)
    assert "rocrate" in dict(ours)
    assert ours <= theirs
    assert manifests[0] == manifests[1]
