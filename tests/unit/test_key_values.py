"""Every key of the config has a value that make test-faults tries, and the schema allows it."""

import copy
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from snakemake.common.configfile import load_configfile

from config_schema import SCHEMA_FILE
from key_values import UNTRIED, all_keys, drawn_change, value_at
from small_runs import AREAS, INPUTS

SCHEMA = load_configfile(SCHEMA_FILE)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
KEYS = {key.name: key for key in all_keys()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    (folder / INPUTS).mkdir()
    (folder / INPUTS / "dem.tif").write_bytes(b"heights")
    return folder


def test_more_than_ninety_keys_are_tried() -> None:
    assert len(KEYS) > 90
    assert not KEYS.keys() & UNTRIED.keys()


@pytest.mark.parametrize("name", KEYS)
def test_values_differ_and_are_allowed(name: str, folder: Path) -> None:
    key = KEYS[name]
    area = AREAS[key.area]
    before = copy.deepcopy(area.config)
    for seed in range(3):
        value, change = drawn_change(key, area, np.random.default_rng(seed), folder)
        config = change(area.config)
        default = key.described.get("default")
        found = value_at(config, key.path, default)
        # Classes are added to those that there are.
        assert found == value or (isinstance(value, dict) and value.items() <= found.items())
        assert value_at(area.config, key.path, default) != value
        assert list(VALIDATOR.iter_errors(config)) == []
    assert area.config == before


def test_every_section_of_the_schema_is_tried() -> None:
    assert {name.split(".")[0] for name in KEYS} == set(SCHEMA["properties"])
