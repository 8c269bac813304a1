"""Pins are held against advisories: which versions one affects, and that none is overlooked."""

from pathlib import Path

import pytest
import yaml
from packaging.version import Version

from audit_dependencies import PINS, ROOT, found_in, in_range, is_affected, pinned

ADVISORY = {
    "id": "PYSEC-1",
    "details": "Evaluates what it reads.",
    "aliases": ["CVE-1"],
    "affected": [
        {
            "package": {"name": "Some.Package", "ecosystem": "PyPI"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [
                        {"introduced": "0"},
                        {"fixed": "1.4"},
                        {"introduced": "2.0"},
                        {"fixed": "2.2.1"},
                    ],
                }
            ],
            "versions": ["3.0.dev1"],
        }
    ],
}


def write(folder: Path, advisory: dict) -> Path:
    place = folder / "vulns" / "some-package"
    place.mkdir(parents=True)
    (place / "PYSEC-1.yaml").write_text(yaml.safe_dump(advisory), encoding="utf-8")
    return folder


AFFECTED = ("0.1", "1.3.9", "2.0", "2.2", "3.0.dev1")
SOUND = ("1.4", "1.10", "2.2.1", "3.0")


@pytest.mark.parametrize("version", [*AFFECTED, *SOUND])
def test_versions_between_introduction_and_fix_are_affected(version: str) -> None:
    assert is_affected(version, ADVISORY["affected"][0]) == (version in AFFECTED)


def test_the_last_affected_version_is_affected() -> None:
    events = [{"introduced": "1"}, {"last_affected": "1.5"}]
    assert in_range(Version("1.5"), events)
    assert not in_range(Version("1.5.1"), events)


def test_advisories_are_found_by_the_canonical_name(tmp_path: Path) -> None:
    database = write(tmp_path, ADVISORY)
    lines, number = found_in(database, pinned("Some_Package==2.1 \\\n    --hash=sha256:0\n"))
    assert lines == ["some-package 2.1: PYSEC-1 (CVE-1): Evaluates what it reads."]
    assert number == 1


def test_withdrawn_advisories_count_for_nothing(tmp_path: Path) -> None:
    database = write(tmp_path, ADVISORY | {"withdrawn": "2025-01-01T00:00:00Z"})
    assert found_in(database, {("some-package", "2.1")}) == ([], 0)


def test_every_pin_of_the_project_is_read() -> None:
    for name in PINS:
        text = (ROOT / name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if "==" in line and line[0] not in "# "]
        assert len(pinned(text)) == len(lines) > 0, name
