"""What every rule must have, read from the rule files' texts."""

import re
from pathlib import Path

import pytest

import tracks
from hotslope.points.formats import TRACK_KEYS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "workflow" / "rules").glob("*.smk"))
#: Rule files of stages that have several, beside that of their name.
STAGE_OF = {"labels": "learning", "figures": "maps", "viewers": "maps", "provenance": "maps"}
#: Functions of all rules, included before any of them.
SHARED = ("common", "inputs", "results")
STAGES = [file.stem for file in FILES if file.stem not in (*SHARED, *STAGE_OF)]
RULES = [
    (STAGE_OF.get(file.stem, file.stem), name, body)
    for file in FILES
    if file.stem not in SHARED
    for name, body in re.findall(
        r"^ *rule (\w+):\n(.*?)(?=^ *rule |\Z)", file.read_text(encoding="utf-8"), re.M | re.S
    )
]


def test_every_stage_has_one_name_everywhere() -> None:
    package = ROOT / "workflow" / "scripts" / "hotslope"
    folders = {path.name for path in package.iterdir() if (path / "__init__.py").exists()}
    assert folders == set(STAGES)
    snakefile = (ROOT / "Snakefile").read_text(encoding="utf-8")
    assert re.findall(r'include: "workflow/rules/(\w+)\.smk"', snakefile) == [
        *SHARED, "simulation", "interferometry", "points", "terrain", "motion", "candidates",
        "change", "factors", "exposure", "labels", "learning", "maps", "figures", "viewers",
        "provenance",
    ]  # fmt: skip


@pytest.mark.parametrize(("stage", "name", "body"), RULES, ids=[name for _, name, _ in RULES])
def test_rule_is_complete(stage: str, name: str, body: str) -> None:
    assert body.lstrip().startswith('"""'), "docstring"
    assert f'science=science("{name}")' in body
    assert f'"../scripts/{name}.py"' in body
    assert f'"results/logs/{stage}/{name}' in body
    assert "conda:" in body
    # Others are set for all rules at once: see the test of their resources.
    for resource in re.findall(r"^ +(?:mem_mb|runtime)=.*", body, re.M):
        assert re.fullmatch(r" +(mem_mb|runtime)=growing\(\d+\),", resource), resource
    for figure in re.findall(r'caption="([^"]+)"', body):
        assert (ROOT / "workflow" / "rules" / figure).exists(), figure
    assert ("cache:" in body) != ("benchmark:" in body), "cache or benchmark, not both"
    assert "run:" not in body
    assert "message:" not in body


CACHED = [(name, body) for _, name, body in RULES if 'cache: "omit-software"' in body]


@pytest.mark.parametrize(("name", "body"), CACHED, ids=[name for name, _ in CACHED])
def test_cached_rule_has_its_wildcards_among_its_parameters(name: str, body: str) -> None:
    """Snakemake's cache tells jobs apart by parameters and inputs, and not by wildcards."""
    outputs, params = (
        re.search(rf"^    {directive}:\n((?:        .*\n|\n)+)", body, re.M)
        for directive in ("output", "params")
    )
    assert outputs is not None
    assert params is not None
    for wildcard in set(re.findall(r"{(\w+)}", outputs[1])):
        assert f"{wildcard}=lambda wildcards: wildcards.{wildcard}" in params[1], name


def test_terrain_and_trends_are_cached() -> None:
    terrain = {name for stage, name, _ in RULES if stage == "terrain"}
    assert {name for name, _ in CACHED} == terrain | {"classify_trends"}


def test_every_script_has_its_rule() -> None:
    scripts = {path.stem for path in (ROOT / "workflow" / "scripts").glob("*.py")}
    assert scripts == {name for _, name, _ in RULES}


def test_the_truth_is_read_by_no_rule() -> None:
    naming = {name for _, name, body in RULES if "truth" in body or "events.parquet" in body}
    assert naming == {"simulate_area", "simulate_stack", "simulate_images", "simulate_releases"}


def test_rules_and_readers_agree_on_the_keys_of_every_track() -> None:
    assert set(tracks.TRACK_KEYS) == TRACK_KEYS
