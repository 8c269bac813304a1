"""Compare the pinned packages with known vulnerabilities, without network: make audit.

Reads a checkout of the advisories of the Python Packaging Authority
(https://github.com/pypa/advisory-database: one YAML file per vulnerability, in the format of
OSV), and every pin of `requirements*.txt` and `requirements.lock`. Names each advisory that
affects a pinned version, and ends with 1 where there is any.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parents[2]
PINS = ("requirements.txt", "requirements-dev.txt", "requirements.lock")


def pinned(text: str) -> set[tuple[str, str]]:
    """List name and version of what the text of a requirements file pins."""
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    return {(canonicalize_name(name), version) for name, version in found}


def is_affected(version: str, affected: dict) -> bool:
    """Whether a version is among those that an entry of an advisory affects."""
    if version in affected.get("versions", ()):
        return True
    return any(
        in_range(Version(version), each["events"])
        for each in affected.get("ranges", ())
        if each["type"] == "ECOSYSTEM"
    )


def in_range(version: Version, events: Iterable[dict]) -> bool:
    """Whether a version lies between an introduction and the fix, or last version, after it."""
    inside = False
    for at, kind in sorted(_moments(events)):
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def _moments(events: Iterable[dict]) -> Iterator[tuple[Version, str]]:
    for event in events:
        for kind, text in event.items():
            # Of what cannot be compared, the list of versions tells.
            try:
                yield Version(text), kind
            except InvalidVersion:
                continue


def advisories_of(database: Path, name: str) -> Iterator[dict]:
    """Read the advisories of a package that were not withdrawn."""
    for path in sorted((database / "vulns" / name).glob("*.yaml")):
        advisory = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        if "withdrawn" not in advisory:
            yield advisory


def found_in(database: Path, pins: Iterable[tuple[str, str]]) -> tuple[list[str], int]:
    """List the advisories that affect pins, and count those that were read."""
    lines, number = [], 0
    for name, version in sorted(pins):
        for advisory in advisories_of(database, name):
            number += 1
            entries = [
                entry
                for entry in advisory["affected"]
                if canonicalize_name(entry["package"]["name"]) == name
            ]
            if any(is_affected(version, entry) for entry in entries):
                aliases = ", ".join(advisory.get("aliases", ()))
                summary = " ".join(advisory.get("details", "").split())[:200]
                lines.append(f"{name} {version}: {advisory['id']} ({aliases}): {summary}")
    return lines, number


def main() -> None:
    """Print what affects the pins."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="checkout of the advisory database")
    database = parser.parse_args().database
    if not (database / "vulns").is_dir():
        sys.exit(f"{database} has no folder 'vulns': give a checkout of pypa/advisory-database.")
    pins = set().union(*(pinned((ROOT / name).read_text(encoding="utf-8")) for name in PINS))
    lines, number = found_in(database, pins)
    print("\n".join(lines))
    print(f"{len(lines)} of {number} advisories of {len(pins)} pinned packages affect them.")
    sys.exit(bool(lines))


if __name__ == "__main__":
    main()
