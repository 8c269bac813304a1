"""Whatever value a key of the config has: the config is prepared, or refused in one sentence."""

import copy
import random
from functools import cache
from pathlib import Path

import pytest
from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError

import config_schema
from configuration import prepare_config
from key_values import all_keys, nested
from runner import merged
from small_runs import AREAS, INPUTS

HOSTILE = [
    None, "", "x", 5e-324, " ", "é滑坡", "{x}", "<script>", "$HOME", "~", "a\0b", "../" * 40,
    "x" * 10_000,
    "*.zip", "https://", "s3://", "file:///etc/passwd", "=1+1", "nan", True, False, 0, -1, 1, 2,
    10**30, 1e308, -1e308, float("nan"), float("inf"), [], [[]], [None], ["x", "x"], [1, 1],
    [1, 2, 3, 4], {}, {"x": None}, {None: 1}, {"path": "x"}, {1: 2},
]  # fmt: skip
#: So many of them are tried per key, drawn by its name.
TRIED = 2
KEYS = {key.name: key for key in all_keys()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder in which the files that the configs name exist."""
    folder = tmp_path_factory.mktemp("work")
    names = ["dem.tif", "land_cover.tif", "points.csv", "factors.csv", "layers.gpkg"]
    names += ["inventory.gpkg", "reference.gpkg", "earlier/candidates/candidates.gpkg"]
    for track in ("descending", "ascending"):
        names += [f"{track}/items.txt", f"{track}/disp_tab.txt"]
    for name in names:
        path = folder / INPUTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


@pytest.mark.parametrize("name", KEYS)
def test_any_value_is_taken_or_refused(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(config_schema, "load_configfile", cache(load_configfile))
    key = KEYS[name]
    for value in random.Random(name).sample(HOSTILE, TRIED):
        config = merged(copy.deepcopy(AREAS[key.area].config), nested(key.path, value))
        refusal = refusal_of(config)
        assert refusal is None or refusal.startswith("hotslope: "), value


def refusal_of(config: dict) -> str | None:
    """Return how a config is refused; None where it is taken."""
    try:
        prepare_config(config)
    except WorkflowError as error:
        return str(error)
    return None


@pytest.mark.parametrize("key", ["density.cell_size_m", "decomposition.cell_size_m"])
def test_cells_too_small_for_any_number_are_refused(
    key: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    config = merged(copy.deepcopy(AREAS["two tracks"].config), nested(KEYS[key].path, 5e-324))
    assert "into inf cells. Give larger cells" in str(refusal_of(config))


def test_a_long_value_is_cut_in_its_refusal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    change = {"hotspots": {"radius_m": "x" * 100_000}}
    refusal = refusal_of(merged(copy.deepcopy(AREAS["two tracks"].config), change))
    assert refusal is not None
    assert len(refusal) < 1_000
