"""The manifest of the results: what files hold, byte by byte, and which belong to no run."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

#: Snakemake's own mark in folders that it made.
_MARK = ".snakemake_timestamp"


def describe_path(path: str | Path) -> dict[str, Any]:
    """Measure a file, or a folder with all that is in it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    dict
        `bytes` and `sha256`; of a folder also `files`, their number, and `sha256` is that of the
        lines ``sha256  name`` of its files, in the order of their names.

    Raises
    ------
    FileNotFoundError
        There is nothing at `path`, which is not the same as an empty file.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(str(path))
    if path.is_file():
        return {"bytes": path.stat().st_size, "sha256": _sha256_of(path)}
    inside = sorted(each for each in path.rglob("*") if each.is_file() and each.name != _MARK)
    lines = [f"{_sha256_of(each)}  {each.relative_to(path).as_posix()}\n" for each in inside]
    return {
        "bytes": sum(each.stat().st_size for each in inside),
        "files": len(inside),
        "sha256": hashlib.sha256("".join(lines).encode()).hexdigest(),
    }


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listed(manifest: Mapping[str, Any]) -> list[str]:
    """List the files that a manifest names as results or as left over."""
    return [*(result["path"] for result in manifest["results"]), *manifest["left_over"]]


def left_over(
    previous: Collection[str], results: Collection[str], offered: Collection[str]
) -> list[str]:
    """Name files of earlier runs that are still there and are no results of this one.

    Parameters
    ----------
    previous : collection of str
        Files that the manifest before this names; others are the user's own.
    results : collection of str
        What this run makes.
    offered : collection of str
        What it makes on demand.
    """
    strangers = set(previous) - set(results) - set(offered)
    return sorted(path for path in strangers if Path(path).exists())


def pinned_names(requirements: str) -> list[str]:
    """List the packages that the text of a requirements file pins."""
    return re.findall(r"^([A-Za-z0-9][\w.-]*)==", requirements, re.M)


def flat_settings(settings: Mapping[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """List settings by their full keys, such as ``points.min_coherence``."""
    rows: list[tuple[str, Any]] = []
    for name, value in settings.items():
        key = f"{above}.{name}".lstrip(".")
        rows += flat_settings(value, key) if isinstance(value, dict) and value else [(key, value)]
    return rows


def parts_of_inputs(inputs: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """List the files of all inputs of a manifest."""
    return [part for each in inputs for part in each.get("parts", [each])]
