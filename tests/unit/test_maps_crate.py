"""The crate of a run: every result and input is in it, and a validator finds it in order."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import rocrate
import yaml

from hotslope.files import write_json
from hotslope.maps.crate import run_crate
from hotslope.maps.crate_folder import write_crate
from hotslope.maps.manifest import flat_settings
from peers import peer_python
from provenance import PROJECT_PARTS, citation, texts_digest

ROOT = Path(__file__).parents[2]
MANIFEST = {
    "software": {"hotslope": "0.1.0", "python": "3.11.7", "packages": {"snakemake": "9.27.1"}},
    "settings": {
        "study_area": {"name": "<b>贵德</b>", "crs": "EPSG:32647", "bounds_m": [0, 0, 1, 1]},
        "inventory": {"path": None},
        "models": {},
    },
    "inputs": [
        {"name": "dem.tif", "bytes": 3, "sha256": "ab" * 32},
        {
            "name": "faults.shp",
            "parts": [
                {"name": "faults.shp", "bytes": 4, "sha256": "cd" * 32},
                {"name": "faults.dbf", "bytes": 5, "sha256": "ef" * 32},
            ],
        },
        {"name": "copy of dem.tif", "bytes": 3, "sha256": "ab" * 32},
    ],
    "rules": {"a_rule": "Some files."},
    "results": [
        {
            "path": "results/points/up.parquet", "rule": "a_rule", "parameters": "00",
            "bytes": 7, "sha256": "01" * 32,
        },
        {
            "path": "results/maps/web/data", "rule": "a_rule", "parameters": "00",
            "bytes": 8, "files": 2, "sha256": "02" * 32,
        },
    ],
    "left_over": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of results of `MANIFEST`, with its crate."""
    results = tmp_path_factory.mktemp("run") / "results"
    for name in ("points/up.parquet", "maps/web/data/a.js", "README.md"):
        (results / name).parent.mkdir(parents=True, exist_ok=True)
        (results / name).write_text("x", encoding="utf-8")
    write_json(results / "manifest.json", MANIFEST)
    write_crate(
        MANIFEST,
        citation(ROOT),
        ROOT,
        PROJECT_PARTS,
        str(results / "ro-crate-metadata.json"),
        str(results / "workflow"),
    )
    return results


@pytest.fixture(scope="module")
def entities(folder: Path) -> dict[str, dict]:
    graph = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    found = {entity["@id"]: entity for entity in graph}
    assert len(found) == len(graph)
    return found


def test_every_part_is_there_with_its_checksum(folder: Path, entities: dict[str, dict]) -> None:
    parts = {part["@id"] for part in entities["./"]["hasPart"]}
    assert parts == {
        "workflow/", "workflow/Snakefile", "points/up.parquet", "maps/web/data/", "README.md"
    }  # fmt: skip
    for part in parts:
        assert (folder / part).exists(), part
    assert entities["points/up.parquet"]["sha256"] == "01" * 32
    assert entities["points/up.parquet"]["description"] == "Some files."
    assert entities["maps/web/data/"]["@type"] == "Dataset"


def test_the_run_has_its_inputs_parameters_and_results(entities: dict[str, dict]) -> None:
    run = entities["#run"]
    assert run["instrument"] == {"@id": "workflow/Snakefile"} == entities["./"]["mainEntity"]
    results = {each["@id"] for each in run["result"]}
    assert results == {"points/up.parquet", "maps/web/data/"}
    objects = [entities[each["@id"]] for each in run["object"]]
    inputs = {each["name"]: each for each in objects if each["@type"] == "CreativeWork"}
    assert {name: each["sha256"][:2] for name, each in inputs.items()} == {
        "dem.tif": "ab", "faults.shp": "cd", "faults.dbf": "ef", "copy of dem.tif": "ab"
    }  # fmt: skip
    parameters = {each["name"] for each in objects if each["@type"] == "PropertyValue"}
    assert parameters == {key for key, _ in flat_settings(MANIFEST["settings"])}


def test_programs_are_named_by_their_package_urls(entities: dict[str, dict]) -> None:
    needed = {each["@id"] for each in entities["workflow/Snakefile"]["softwareRequirements"]}
    assert needed == {"pkg:generic/python@3.11.7", "pkg:pypi/snakemake@9.27.1"}


def test_every_reference_is_described(entities: dict[str, dict]) -> None:
    text = json.dumps(list(entities.values()))
    named = set(re.findall(r'{"@id": "((?:#|pkg:)[^"]+)"}', text))
    assert named
    assert named <= set(entities)


def test_the_crate_names_no_place_on_this_machine(folder: Path) -> None:
    text = (folder / "ro-crate-metadata.json").read_text(encoding="utf-8")
    assert str(folder.parent) not in text
    assert str(ROOT) not in text
    assert not re.search(r'"/(home|root|tmp|work|data)', text)


def test_the_copied_workflow_is_what_ran(folder: Path) -> None:
    for name in ("Snakefile", "workflow/rules/maps.smk", "config/config.yaml", "LICENSE"):
        assert (folder / "workflow" / name).read_bytes() == (ROOT / name).read_bytes()
    assert not list((folder / "workflow").rglob("__pycache__"))


def test_the_validator_finds_it_in_order(folder: Path) -> None:
    script = ROOT / "tests" / "crate" / "validate_crate.py"
    context = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
    command = [peer_python("roc-validator"), script, folder, context]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    issues = json.loads(run.stdout.splitlines()[-1])
    assert [issue for issue in issues if issue[0] == "REQUIRED"] == []
    # No one publishes the results of a user; the developers have no address on the web; packages
    # are named by package URLs, which the profile does not take for addresses.
    assert {check for _, check, _ in issues} <= {
        "ro-crate-1.1_22.3", "ro-crate-1.1_31.2", "process-run-crate-0.5_3.2",
        "process-run-crate-0.5_5.1",
    }  # fmt: skip


def test_two_crates_of_a_run_differ_in_their_time_alone() -> None:
    one, two = (
        json.dumps(run_crate(MANIFEST, citation(ROOT), "workflow", date)).replace(date, "")
        for date in ("2026-01-01T00:00:00+00:00", "2026-02-02T00:00:00+00:00")
    )
    assert one == two


def test_people_are_named_as_they_cite_themselves() -> None:
    people = [
        {"given-names": "Li", "family-names": "Wei", "orcid": "https://orcid.org/0000-0000-0000-0000"},
        {"name": "A survey"},
    ]  # fmt: skip
    cited = citation(ROOT) | {"authors": people}
    crate = run_crate(MANIFEST, cited, "workflow", "2026-01-01T00:00:00+00:00")
    root = next(each for each in crate["@graph"] if each["@id"] == "./")
    assert [author["@id"] for author in root["author"]] == [
        "https://orcid.org/0000-0000-0000-0000", "#author-A-survey"
    ]  # fmt: skip


def test_the_project_has_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    codemeta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert project["version"] == cited["version"] == codemeta["version"]
    assert codemeta["license"].endswith(f"/{cited['license']}")


def test_texts_are_known_by_content_and_name_wherever_the_project_is(tmp_path: Path) -> None:
    digests = []
    for folder, text in (("a", "x"), ("b", "x"), ("c", "y")):
        (tmp_path / folder / "in").mkdir(parents=True)
        (tmp_path / folder / "in" / "page.html").write_text(text, encoding="utf-8")
        digests.append(texts_digest(str(tmp_path / folder), "in"))
    assert digests[0] == digests[1] != digests[2]
