"""The page docs/candidate_experiments.md, of which several experiments write a part each."""

from pathlib import Path

from hotslope.files import atomic_path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "candidate_experiments.md"
#: Sections after those of compare_candidates.py, in their order.
RELIABILITY, SPARSE = "## False discoveries", "## Sparse points"
_LATER = (RELIABILITY, SPARSE)


def write_beginning(text: str) -> None:
    """Replace what stands before the later sections."""
    _write(text, {heading: section_of(heading) for heading in _LATER})


def write_section(heading: str, text: str) -> None:
    """Replace one of the later sections, or add it."""
    page = PAGE.read_text(encoding="utf-8")
    ends = [page.find(one) for one in _LATER if one in page]
    beginning = page[: min(ends)] if ends else page
    _write(beginning, {one: section_of(one) for one in _LATER} | {heading: text})


def section_of(heading: str) -> str:
    """Return a section without its heading; empty where there is none."""
    _, found, rest = PAGE.read_text(encoding="utf-8").partition(heading + "\n")
    return rest.split("\n## ")[0] if found else ""


def _write(beginning: str, sections: dict[str, str]) -> None:
    parts = [beginning.strip()]
    parts += [f"{one}\n\n{sections[one].strip()}" for one in _LATER if sections[one].strip()]
    with atomic_path(PAGE) as partial:
        partial.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
