"""Pages of the documentation hold each section once: a merge of two edits may leave both."""

from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_repeats_a_heading(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    headings = Counter(line for line in lines if line.startswith("#"))
    assert [heading for heading, count in headings.items() if count > 1] == []
