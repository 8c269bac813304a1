"""Files of a track by their role."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hotslope.errors import InputError

_KEY = "tracks.<track>.points"


def plain_files(path: Any, format: str, takes: str = "a file or a list") -> list[str]:
    """Return the files of a format that knows no roles."""
    if isinstance(path, Mapping):
        raise InputError(_KEY, f"{path!r} is a mapping", f"Format {format} takes {takes}")
    return file_list(path)


def file_roles(
    path: Any, roles: Sequence[str], needed: Sequence[str], format: str
) -> dict[str, str]:
    """Return role → file of a format that takes one file for each.

    Parameters
    ----------
    path : str, list of one str, or mapping
        A single file has the first of the roles `needed`.
    roles : sequence of str
        Roles that the format knows.
    needed : sequence of str
        Roles that must be given.
    format : str
        Named in messages.

    Raises
    ------
    InputError
        An unknown role, a needed one that is missing, or several files of one role.
    """
    if not isinstance(path, Mapping):
        files = file_list(path)
        if len(files) > 1:
            raise InputError(
                _KEY,
                f"{len(files)} files without a role",
                f"Format {format} takes one file, or a mapping of {', '.join(roles)} to files",
            )
        path = {needed[0]: files[0]}
    check_roles(path, roles, needed, format)
    return single_files(path)


def stack_roles(
    path: Any, roles: Sequence[str], main: str, format: str
) -> tuple[list[str], dict[str, str]]:
    """Return the files or folders of a stack, and role → file of what is given beside them.

    Parameters
    ----------
    path : str, list of str or mapping
        Files without a role have the role `main`.
    roles : sequence of str
        Roles that the format knows.
    main : str
        The role of the stack, which may have several files and must be given.
    format : str
        Named in messages.

    Raises
    ------
    InputError
        An unknown role, none of the stack, or several files of another.
    """
    if not isinstance(path, Mapping):
        path = {main: path}
    check_roles(path, roles, [main], format)
    others = {role: file for role, file in path.items() if role != main}
    return file_list(path[main]), single_files(others)


def file_list(files: Any) -> list[str]:
    """Return one or several files as a list."""
    return [files] if isinstance(files, str) else list(files)


def rasters_in(files: Sequence[str], pattern: str) -> list[str]:
    """Return the rasters among files and folders, in order of name within a folder."""
    found: list[str] = []
    for name in files:
        if not Path(name).is_dir():
            found.append(name)
            continue
        inside = sorted(str(file) for file in Path(name).glob(pattern))
        if not inside:
            raise InputError(name, f"no raster {pattern} in the folder", "Correct the path")
        found += inside
    return found


def check_roles(
    path: Mapping[str, Any],
    roles: Sequence[str],
    needed: Sequence[str],
    format: str,
    key: str = _KEY,
) -> None:
    """Raise an InputError for a role that the format does not know, or a needed one missing."""
    for role in path:
        if role not in roles:
            raise InputError(
                f"{key}.{role}", f"is no role of format {format}", f"Use {', '.join(roles)}"
            )
    for role in needed:
        if role not in path:
            raise InputError(key, f"names no {role}", f"Add {role}: and its file")


def single_files(path: Mapping[str, Any], key: str = _KEY) -> dict[str, str]:
    """Return role → file, or raise an InputError where a role has several files."""
    for role, file in path.items():
        if not isinstance(file, str):
            raise InputError(f"{key}.{role}", f"{len(file)} files", "Give one file")
    return dict(path)
