"""Which rules rerun after a change of a key of the config: of every key, and no others."""

import pytest
import yaml

from rerun_cases import RERUNS, UNCHANGED, key_of
from rerun_cases_by_density import BY_DENSITY, RERUNS_BY_DENSITY
from rule_sets import PROVENANCE
from runner import ROOT, Run, merged
from tiny_area import tiny_config


def with_provenance(key: str, expected: set[str]) -> set[str]:
    """Add the rules of the manifest, which holds all keys that may have an effect.

    A run of a given factor table has none: it makes no results of a study area.
    """
    without = key.startswith("scale.") or key == "factor_table.path"
    return expected if without else expected | PROVENANCE


@pytest.mark.parametrize("key", RERUNS)
def test_change_of_a_key_reruns_exactly(finished: Run, key: str) -> None:
    change, expected = RERUNS[key]
    config = finished.config("changed", merged(tiny_config(), change))
    assert finished.planned(config) == with_provenance(key, expected)


@pytest.fixture(scope="module")
def by_density(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The tiny area as if it had been run by `method: paper`: what was made counts as of today."""
    run = finished.copied(tmp_path_factory.mktemp("density"))
    config = run.config("density", merged(tiny_config(), BY_DENSITY))
    result = run.snakemake("--touch", "--cores", "1", "--configfile", config)
    assert result.returncode == 0, result.stdout
    assert run.planned(config) == set()
    return run


@pytest.mark.xdist_group("density")
@pytest.mark.parametrize("key", RERUNS_BY_DENSITY)
def test_change_of_a_key_of_the_other_method_reruns_exactly(by_density: Run, key: str) -> None:
    change, expected = RERUNS_BY_DENSITY[key]
    config = by_density.config("changed", merged(merged(tiny_config(), BY_DENSITY), change))
    assert by_density.planned(config) == with_provenance(key, expected)


def test_every_key_of_the_config_has_its_reruns() -> None:
    schema = yaml.safe_load((ROOT / "config" / "config.schema.yaml").read_text(encoding="utf-8"))
    known = set()
    for section, content in schema["properties"].items():
        # Tracks have names of the user's: their keys are those of every track.
        entries = content.get("additionalProperties") or content
        keys = entries.get("properties") or content.get("properties") or {}
        known |= {f"{section}.{key}" for key in keys} or {section}
    told = set(map(key_of, RERUNS))
    assert known - told == set(UNCHANGED)
    assert told <= known
