"""The page of refusals names functions that there are."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "refusals.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| what")
]
CODE: dict[str, str] = defaultdict(str)
for suffix in ("py", "smk"):
    for path in (ROOT / "workflow").rglob(f"*.{suffix}"):
        CODE[path.stem] += path.read_text()


def test_eighty_kinds_and_more_are_listed():
    assert len(ROWS) >= 80
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`([a-z][\w.]*)`", str([r[-1] for r in ROWS]))))
)
def test_what_refuses_is_in_the_code(name):
    *modules, function = name.split(".")
    places = [CODE[module] for module in modules] or list(CODE.values())
    found = any(re.search(rf"\b(def|class) {function}\b", text) for text in places)
    # A counter of the summary, or a module.
    assert found or function in CODE or any(f"{function}:" in text for text in places)
