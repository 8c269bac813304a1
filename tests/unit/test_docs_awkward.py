"""The page of awkward areas names tests that there are."""

import re
from pathlib import Path

import pytest

from awkward_areas import FOUND

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "awkward_areas.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split("|") for line in PAGE.splitlines() if re.match(r"\| .*`test_", line)]
RUN = "test_awkward_areas.test_the_body_is_found_and_nothing_else"


def test_forty_and_more_are_listed_once() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) >= 40
    assert all(len(row) == 3 for row in ROWS)


def test_every_area_that_is_run_is_listed() -> None:
    assert PAGE.count(f"`{RUN}`") == len(FOUND)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+\.test_\w+)`", PAGE))))
def test_what_is_named_is_a_test(name: str) -> None:
    module, function = name.split(".")
    texts = [path.read_text(encoding="utf-8") for path in ROOT.glob(f"tests/*/{module}.py")]
    assert any(f"def {function}(" in text for text in texts)
