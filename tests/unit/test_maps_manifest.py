"""Documentation of the results folder: checksums, left-over files, and the page of all files."""

import hashlib
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hotslope
from contents import Contents
from describe_results import describe_results
from hotslope.maps.fields import UNITS
from hotslope.maps.file_contents import TABLES
from hotslope.maps.limits import SIGN_CONVENTION, WHAT_IT_IS_NOT
from hotslope.maps.manifest import describe_path, left_over, listed, pinned_names
from hotslope.schemas import Table
from maps_area import MODELS, TRACKS, write_area
from provenance import (
    citation,
    describe_inputs,
    differing_area,
    keep_description,
    portable,
    portable_config,
)
from write_manifest import write_manifest

ROOT = Path(__file__).parents[2]
NAME = "<script>alert(1)</script> *a* `b` 滑坡"
SETTINGS = {
    "study_area": {"name": NAME, "crs": "EPSG:32647"},
    "tracks": {key: {} for key in TRACKS},
    "models": {key: {} for key in MODELS},
}


def written(folder: Path, jobs: list[dict], **changes: object) -> dict:
    run = {
        "jobs": jobs,
        "rules": {"some_rule": "Some *files*.", "other_rule": "Others."},
        "inputs": [
            {"name": "dem.tif", "parts": [["dem.tif", 3, "ab"]]},
            {"name": "a.shp", "parts": [["a.shp", 3, "ab"], ["a.dbf", 4, "cd"]]},
        ],
        "offered": [],
        "settings": SETTINGS,
        **changes,
    }
    write_manifest(
        run_path=keep_description(run, folder / "described"),
        requirements_path=str(ROOT / "requirements.txt"),
        project_path=str(ROOT / "pyproject.toml"),
        manifest_path=str(folder / "manifest.json"),
    )
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def job(*outputs: str, rule: str = "some_rule") -> dict:
    return {"rule": rule, "parameters": "0123", "outputs": list(outputs)}


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of results within the working folder, with one file of a run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "a.csv").write_text("x_m,name\n", encoding="utf-8")
    return Path("results")


def test_a_folder_is_known_by_all_that_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "b.txt").write_bytes(b"bb")
    (folder / "a.txt").write_bytes(b"a")
    (folder / ".snakemake_timestamp").touch()
    digests = [hashlib.sha256(content).hexdigest() for content in (b"a", b"bb")]
    lines = f"{digests[0]}  a.txt\n{digests[1]}  in/b.txt\n"
    expected = {"bytes": 3, "files": 2, "sha256": hashlib.sha256(lines.encode()).hexdigest()}
    assert describe_path(folder) == expected
    assert describe_path(folder / "a.txt") == {"bytes": 1, "sha256": digests[0]}


def test_results_carry_rule_parameters_and_checksum(results: Path) -> None:
    manifest = written(results, [job("results/a.csv")])
    (found,) = manifest["results"]
    content = Path("results/a.csv").read_bytes()
    assert found == {
        "path": "results/a.csv",
        "rule": "some_rule",
        "parameters": "0123",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    assert list(manifest["rules"]) == ["some_rule"]
    assert [each["name"] for each in manifest["inputs"]] == ["dem.tif", "a.shp"]
    assert manifest["software"]["packages"]["numpy"]
    text = (results / "manifest.json").read_text(encoding="utf-8")
    assert str(results.absolute().parent) not in text


def test_what_a_rule_makes_elsewhere_is_measured_there(results: Path, tmp_path: Path) -> None:
    """As the simulation does, where the config names an absolute folder."""
    made = tmp_path / "elsewhere" / "dem.tif"
    made.parent.mkdir()
    made.write_bytes(b"dem")
    raw = tmp_path / "raw.csv"
    raw.write_bytes(b"raw!")
    inputs = describe_inputs([str(made), str(raw)], {str(raw)}, Contents(tmp_path / "memory"))
    found = {each["name"]: each for each in written(results, [], inputs=inputs)["inputs"]}
    for path in (made, raw):
        assert found[path.name] == {"name": path.name, **describe_path(path)}
    assert str(tmp_path) not in (results / "manifest.json").read_text(encoding="utf-8")


def test_what_is_missing_is_not_measured_as_empty(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="gone"):
        describe_path(tmp_path / "gone")


def test_every_table_of_a_stage_describes_its_files() -> None:
    package = Path(hotslope.__file__).parent
    # The table of factors depends on the config, and the simulation makes inputs.
    stages = {path.parent.name for path in package.glob("*/tables.py")} - {"factors", "simulation"}
    known = {id(table) for table in TABLES.values()}
    for stage in stages:
        module = importlib.import_module(f"hotslope.{stage}.tables")
        tables = [each for each in vars(module).values() if isinstance(each, Table)]
        assert tables, stage
        assert {id(table) for table in tables} <= known, stage


def test_only_files_of_an_earlier_manifest_are_left_over(results: Path) -> None:
    for name in ("old.tif", "demanded.png", "mine.txt"):
        (results / name).touch()
    first = [job("results/a.csv", "results/old.tif", "results/demanded.png", "results/gone.tif")]
    (results / "gone.tif").touch()
    assert written(results, first)["left_over"] == []
    (results / "gone.tif").unlink()
    second = {"jobs": [job("results/a.csv")], "offered": ["results/demanded.png"]}
    assert written(results, **second)["left_over"] == ["results/old.tif"]
    # Named as long as it lies there, also by later runs.
    assert written(results, **second)["left_over"] == ["results/old.tif"]


def test_a_manifest_that_cannot_be_read_names_nothing(results: Path) -> None:
    (results / "manifest.json").write_text("{", encoding="utf-8")
    assert written(results, [job("results/a.csv")])["left_over"] == []


def test_tidy_moves_what_is_left_over_and_nothing_else(results: Path) -> None:
    (results / "maps").mkdir()
    (results / "maps" / "old.tif").write_text("old")
    (results / "mine.txt").touch()
    written(results, [job("results/a.csv", "results/maps/old.tif")])
    written(results, [job("results/a.csv")])
    (results / "outdated" / "maps").mkdir(parents=True)
    (results / "outdated" / "maps" / "old.tif").write_text("older")
    script = ROOT / "workflow" / "tidy_results.py"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert done.stdout == "results/maps/old.tif -> results/outdated/maps/old_2.tif\n"
    assert (results / "outdated" / "maps" / "old.tif").read_text() == "older"
    assert (results / "outdated" / "maps" / "old_2.tif").read_text() == "old"
    assert (results / "mine.txt").exists()
    assert written(results, [job("results/a.csv")])["left_over"] == []


@pytest.mark.usefixtures("results")
def test_left_over_by_hand() -> None:
    assert left_over(["results/a.csv", "results/b.csv"], [], []) == ["results/a.csv"]
    assert listed({"results": [{"path": "a"}], "left_over": ["b"]}) == ["a", "b"]
    assert pinned_names("numpy==2\n# scipy==1\ntorch>=3\na-b.c==1\n") == ["numpy", "a-b.c"]


def test_settings_hold_no_place_on_this_machine() -> None:
    setting = {"/home/somebody/a.tif": ["/data/", "b/c.tif", 3, None], "scale": {"b": 1}}
    assert portable(setting) == {"a.tif": ["data", "b/c.tif", 3, None], "scale": {"b": 1}}
    assert portable_config(setting) == {"a.tif": ["data", "b/c.tif", 3, None]}


# --- the page of all files -------------------------------------------------------------------


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages of the files of a tiny area."""
    folder = tmp_path_factory.mktemp("area")
    area = write_area(folder / "results" / "maps", 100)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        files = [str(path.relative_to(folder)) for path in sorted(area.iterdir())]
        written(Path("results"), [job(*files)])
        describe_results(
            manifest_path="results/manifest.json",
            project_folder=str(ROOT),
            project_parts=["Snakefile"],
            citation=citation(ROOT),
            readme_path=str(folder / "README.md"),
            provenance_path=str(folder / "provenance.html"),
            crate_path=str(folder / "ro-crate-metadata.json"),
            workflow_folder=str(folder / "workflow"),
        )
    return folder


@pytest.fixture(scope="module")
def page(described: Path) -> str:
    return (described / "README.md").read_text(encoding="utf-8")


def test_the_report_has_parameters_inputs_and_versions(described: Path) -> None:
    part = (described / "provenance.html").read_text(encoding="utf-8")
    assert (
        '<td class="key name">study_area.crs</td><td class="key">&#34;EPSG:32647&#34;</td>' in part
    )
    assert "<script" not in part
    assert '<td class="key">a.dbf</td>' in part
    assert f"numpy {np.__version__}" in part


def test_the_page_lists_every_file_and_every_column(page: str, tmp_path: Path) -> None:
    area = write_area(tmp_path, 100)
    for path in area.iterdir():
        assert f"- `maps/{path.name}` (" in page
    for path in (area / "ascending.parquet", area / "landslides.parquet"):
        for name in pd.read_parquet(path).columns:
            if not re.match(r"d_\d{8}|geometry", name):
                assert f"`{name}`" in page, name
    assert "`d_YYYYMMDD` (mm): line-of-sight displacement" in page


def test_columns_with_a_unit_in_their_name_carry_it(page: str) -> None:
    units = {f"({unit})" for unit in UNITS.values()}
    names = re.findall(r"^  - `(\w+)`( \([^)]+\))?:", page, re.M)
    assert len(names) > 60
    for name, unit in names:
        if any(name.endswith(f"_{end}") for end in UNITS):
            assert unit.strip() in units, name


def test_the_page_says_what_the_map_is_not(page: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for text in (page, readme):
        assert SIGN_CONVENTION in text
        for name, why in WHAT_IT_IS_NOT.items():
            assert f"- **{name}**: {why}" in text


def test_names_and_docstrings_do_not_become_markup(page: str) -> None:
    assert "<script>" not in page
    assert "# Results: \\<script\\>alert(1)\\</script\\> \\*a\\* \\`b\\` 滑坡" in page
    assert "Some \\*files\\*." in page


def test_results_of_another_area_are_known_by_tracks_crs_and_bounds(tmp_path: Path) -> None:
    ours = {
        "study_area": {"name": "here", "crs": "EPSG:32647", "bounds_m": [0, 0, 100, 100]},
        "tracks": {"a": {"pass": "ascending"}, "b": {}},
    }
    manifest = tmp_path / "manifest.json"
    assert differing_area(manifest, ours) == []
    manifest.write_text("{", encoding="utf-8")
    assert differing_area(manifest, ours) == []
    for change, told in (
        ({"study_area": {**ours["study_area"], "name": "there"}}, []),
        ({"tracks": {"b": {"pass": "ascending"}, "a": {}}}, []),
        ({"tracks": {"a": {}}}, ["tracks: ['a'], not ['a', 'b']"]),
        (
            {"study_area": {**ours["study_area"], "crs": "EPSG:32648"}},
            ["study_area.crs: EPSG:32648, not EPSG:32647"],
        ),
        (
            {"study_area": {**ours["study_area"], "bounds_m": [0, 0, 100, 200]}},
            ["study_area.bounds_m: [0, 0, 100, 200], not [0, 0, 100, 100]"],
        ),
    ):
        manifest.write_text(json.dumps({"settings": {**ours, **change}}), encoding="utf-8")
        assert differing_area(manifest, ours) == told


def test_descriptions_of_old_runs_are_removed(tmp_path: Path) -> None:
    kept = [keep_description({"jobs": [number]}, tmp_path) for number in range(30)]
    assert all(Path(path).exists() for path in kept)
    for path in kept[:28]:
        os.utime(path, (1_700_000_000, 1_700_000_000))
    again = keep_description({"jobs": [0]}, tmp_path)
    assert again == kept[0]
    keep_description({"jobs": ["new"]}, tmp_path)
    left = set(tmp_path.glob("*.json"))
    assert len(left) == 20
    assert {Path(kept[0]), Path(kept[28]), Path(kept[29])} <= left
