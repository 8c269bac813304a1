"""Files of a track by their role."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotslope.errors import InputError


def file_roles(path: Any, roles: Sequence[str], main: str, format: str) -> dict[str, str]:
    """Return role → file of a format that takes one file for each.

    Parameters
    ----------
    path : str, list of one str, or mapping
        A single file has the role `main`.
    roles : sequence of str
        Roles that the format knows.
    main : str
        The role that must be there.
    format : str
        Named in messages.

    Raises
    ------
    InputError
        An unknown role, no file of the main role, or several files of one role.
    """
    if isinstance(path, str):
        return {main: path}
    if not isinstance(path, Mapping):
        path = list(path)
        if len(path) == 1:
            return {main: path[0]}
        raise InputError(
            "tracks.<track>.points",
            f"{len(path)} files without a role",
            f"Format {format} takes one file, or a mapping of {', '.join(roles)} to files",
        )
    refuse_unknown_roles(path, roles, main, format)
    for role, file in path.items():
        if not isinstance(file, str):
            raise InputError(f"tracks.<track>.points.{role}", f"{len(file)} files", "Give one file")
    return dict(path)


def refuse_unknown_roles(
    path: Mapping[str, Any], roles: Sequence[str], main: str, format: str
) -> None:
    """Raise an InputError where a role is unknown or the main one is missing."""
    unknown = [role for role in path if role not in roles]
    if unknown:
        raise InputError(
            f"tracks.<track>.points.{unknown[0]}",
            f"is no role of format {format}",
            f"Use {', '.join(roles)}",
        )
    if main not in path:
        raise InputError("tracks.<track>.points", f"names no {main}", f"Add {main}: and its file")


def file_list(files: Any) -> list[str]:
    """Return one or several files as a list."""
    return [files] if isinstance(files, str) else list(files)
