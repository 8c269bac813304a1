"""Places on this machine: results name files, not the folders of the one who made them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def absolute_paths(settings: Any) -> list[str]:
    """Find the absolute paths in nested settings, the longest first.

    Parameters
    ----------
    settings : dict, list, str or other
        Paths are values, or names of a mapping.

    Returns
    -------
    list of str
        As they are given, and as programs write them: without a slash at the end, or two in a row.
    """
    return sorted(set(_absolute_paths(settings)), key=lambda path: (-len(path), path))


def without_places(content: Any, paths: list[str]) -> Any:
    """Replace absolute paths, in all texts of nested results, by the names of the files.

    Parameters
    ----------
    content : dict, list, str or other
    paths : list of str
        As `absolute_paths` returns them: what is in a folder comes before the folder.

    Returns
    -------
    dict, list, str or other
        Of a file in a folder that is named, the path from this folder on is left.
    """
    if isinstance(content, dict):
        return {
            without_places(name, paths): without_places(item, paths)
            for name, item in content.items()
        }
    if isinstance(content, (list, tuple)):
        return [without_places(item, paths) for item in content]
    if isinstance(content, str):
        for path in paths:
            # No part of a longer path or word.
            content = re.sub(rf"(?<!\w){re.escape(path)}(?!\w)", _name_of, content)
    return content


def _name_of(match: re.Match[str]) -> str:
    return Path(match[0]).name


def _absolute_paths(settings: Any) -> Iterator[str]:
    if isinstance(settings, dict):
        settings = [*settings, *settings.values()]
    if isinstance(settings, (list, tuple)):
        for item in settings:
            yield from _absolute_paths(item)
    elif isinstance(settings, str) and Path(settings).is_absolute() and Path(settings).name:
        yield from (settings, str(Path(settings)))
