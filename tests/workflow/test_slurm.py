"""The Slurm profile, and whole runs through a real Slurm of one node."""

import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from runner import ROOT, Run, digests, merged
from slurm_node import SlurmNode, missing_programs, slurm_node
from tiny_area import tiny_config

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("slurm")]

PROFILE = yaml.safe_load(
    (ROOT / "config" / "profiles" / "slurm" / "config.yaml").read_text(encoding="utf-8")
)
#: What this cluster has otherwise than a user's: no accounts, no accounting, and no patience.
HERE = [
    *("--default-resources", "slurm_partition=main"),
    *("--slurm-status-command", "squeue"),
    *("--slurm-init-seconds-before-status-checks", "2"),
    *("--latency-wait", "5"),
]
#: A short job and the file that it makes.
RULE, MADE = "check_inputs", "results/points/inputs.json"


@pytest.fixture(scope="module")
def node() -> Iterator[SlurmNode]:
    """Start a real Slurm; where its programs are missing, skip, but fail in CI."""
    if missing := missing_programs():
        reason = f"no {', '.join(missing)}: apt install slurm-wlm munge"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with slurm_node() as running:
        yield running


@pytest.fixture(scope="module")
def clustered(
    finished: Run, node: SlurmNode, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Run, CompletedProcess]:
    """Run the tiny area through Slurm; compiled kernels are taken from the local run."""
    run = Run(finished.project, tmp_path_factory.mktemp("slurm"))
    run.config("tiny", tiny_config())
    return run, submit(run, node)


def submit(run: Run, node: SlurmNode, *arguments: str) -> CompletedProcess:
    """Run Snakemake with the profile that users get, and what differs here."""
    profile = str(run.project / "config" / "profiles" / "slurm")
    config = str(run.folder / "tiny.yaml")
    return run.snakemake(
        *("--profile", profile, *HERE, "--configfile", config, *arguments),
        timeout_s=1800,
        environment=node.environment,
    )


def submit_cancelled(run: Run, node: SlurmNode, times: int) -> tuple[CompletedProcess, list[str]]:
    """Run one short job, cancelled so many times by someone else; return the jobs' ids too."""
    cancelled: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(submit, run, node, "--forcerun", RULE, "--", MADE)
        while len(cancelled) < times and not running.done():
            for job in set(node.job_ids(RULE)) - set(cancelled):
                node.ask("scancel", job)
                cancelled.append(job)
            time.sleep(0.2)
        return running.result(), cancelled


# --- the profile -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"hotspots": {"radius_m": "auto"}},
        {"candidates": {"method": "paper"}},
        {"exposure": {"roads": {"path": "resources/demo/layers.gpkg", "layer": "roads"}}},
    ],
    ids=["default", "auto", "paper", "exposure"],
)
def test_groups_hold_for_every_method(finished: Run, change: dict) -> None:
    """Snakemake refuses groups that wait for themselves."""
    profile = str(finished.project / "config" / "profiles" / "slurm")
    config = finished.config("grouped", merged(tiny_config(), change))
    result = finished.snakemake(
        *("--dry-run", "--profile", profile, "--configfile", config, "--forceall")
    )
    assert result.returncode == 0, result.stdout


def test_every_job_asks_for_memory_and_run_time(finished: Run) -> None:
    config = str(finished.folder / "tiny.yaml")
    result = finished.snakemake(
        *("--dry-run", "--forceall", "--configfile", config),
        *("--set-resources", "map_coverage:mem=4GB", "plot_learning:runtime=3"),
    )
    jobs = re.findall(r"^rule (\w+):\n((?:    .*\n)+)", result.stdout, re.M)
    asked = {
        name: [
            int(amount[1]) if (amount := re.search(rf"\b{resource}=(\d+)", text)) else None
            for resource in ("mem_mb", "runtime")
        ]
        for name, text in jobs
        if name != "all"
    }
    assert len(asked) > 20
    assert [name for name, amounts in asked.items() if None in amounts] == []
    assert asked["map_coverage"] == [4000, 10]
    assert asked["plot_learning"] == [1000, 3]
    assert asked["plot_hotspots"] == [1500, 10]


def test_groups_name_rules_that_exist() -> None:
    files = (ROOT / "workflow" / "rules").glob("*.smk")
    texts = [file.read_text(encoding="utf-8") for file in files]
    rules = {name for text in texts for name in re.findall(r"^ *rule (\w+):", text, re.M)}
    groups = PROFILE["groups"]
    assert set(groups) <= rules
    assert {name for name in rules if name.startswith("plot_")} <= set(groups)
    # Figures wait for nothing of each other: as many components as there are rules.
    assert PROFILE["group-components"]["figures"] == list(groups.values()).count("figures")
    assert set(PROFILE["group-components"]) <= set(groups.values())


def test_profile_holds_nothing_of_the_test_cluster() -> None:
    assert "slurm-status-command" not in PROFILE
    assert set(PROFILE["default-resources"]) == {"slurm_partition", "slurm_account"}


# --- a real Slurm ----------------------------------------------------------------------------


def test_slurm_with_one_core_a_job_gives_the_same_bytes(
    finished: Run, clustered: tuple[Run, CompletedProcess]
) -> None:
    assert PROFILE["cores"] == 1
    run, result = clustered
    assert result.returncode == 0, result.stdout
    here, there = digests(finished.folder), digests(run.folder)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


def test_short_rules_share_jobs(clustered: tuple[Run, CompletedProcess]) -> None:
    _, result = clustered
    submitted = re.findall(r"submitted with SLURM jobid (\d+)", result.stdout)
    steps = re.search(r"(\d+) of \1 steps \(100%\) done", result.stdout)
    assert steps is not None
    # Simulation, inputs, points, trends, stability, leakage, and the groups: 18 when written.
    assert len(submitted) <= 20
    assert len(submitted) < int(steps[1]) / 2


def test_cancelled_job_is_tried_again_with_more(
    clustered: tuple[Run, CompletedProcess], node: SlurmNode
) -> None:
    run, _ = clustered
    result, cancelled = submit_cancelled(run, node, times=1)
    assert result.returncode == 0, result.stdout
    assert len(cancelled) == 1
    assert f"SLURM-job '{cancelled[0]}' failed, SLURM status is: 'CANCELLED'" in result.stdout
    assert result.stdout.count("Trying to restart job") == 1
    asked = re.findall(r" mem_mb=(\d+).* runtime=(\d+)", result.stdout)
    first, second = ([int(number) for number in pair] for pair in asked)
    assert second == [2 * number for number in first]


def test_job_that_keeps_failing_is_named_with_its_logs(
    clustered: tuple[Run, CompletedProcess], node: SlurmNode
) -> None:
    run, _ = clustered
    attempts = 1 + PROFILE["retries"]
    result, cancelled = submit_cancelled(run, node, times=attempts)
    assert len(cancelled) == attempts
    assert result.returncode != 0
    last = result.stdout[result.stdout.rindex(f"Error in rule {RULE}:") :]
    assert f"SLURM-job '{cancelled[-1]}' failed" in last
    assert f"results/logs/points/{RULE}.log" in last
    assert f"slurm_logs/rule_{RULE}/{cancelled[-1]}.log" in last


def test_job_that_outgrows_its_memory_is_killed_and_gets_more(
    clustered: tuple[Run, CompletedProcess], node: SlurmNode
) -> None:
    """Slurm samples memory here; with cgroups, as on most clusters, it is stricter still."""
    run, _ = clustered
    # Less than Snakemake takes by itself: a script of a second may pass between two samples.
    limit = f"{RULE}:mem_mb=150*attempt**2"
    result = submit(run, node, "--set-resources", limit, "--forcerun", RULE, "--", MADE)
    assert result.returncode == 0, result.stdout
    killed = re.search(r"log: .*, (\S+/slurm_logs/\S+\.log) \(check", result.stdout)
    assert killed is not None, result.stdout
    assert "Exceeded job memory limit" in Path(killed[1]).read_text(encoding="utf-8")
    assert "Trying to restart job" in result.stdout
    assert "mem_mb=600," in result.stdout
