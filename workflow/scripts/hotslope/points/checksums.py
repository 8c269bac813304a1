"""Files that must be whole and of the content that was meant."""

import hashlib
from pathlib import Path

from hotslope.errors import InputError


def sha256_of(path: str | Path) -> str:
    """Return the SHA-256 of a file's content, 64 hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_other_content(path: str | Path, expected: str, place: str) -> None:
    """Raise an InputError where a file has another SHA-256 than the config gives.

    Parameters
    ----------
    path : str or Path
        File to read.
    expected : str
        SHA-256, hexadecimal, in either case.
    place : str
        What the user calls the file: its path or address.
    """
    found = sha256_of(path)
    if found != expected.lower():
        raise InputError(
            f"checksums, {place}",
            f"the file has SHA-256 {found}, where the config expects {expected.lower()}",
            "Fetch the file again; if it is meant to be another now, correct checksums",
        )


def refuse_incomplete(path: str | Path, size_bytes: int, place: str) -> None:
    """Raise an InputError where a file that was fetched is not as long as its source tells.

    Parameters
    ----------
    path : str or Path
        The fetched file.
    size_bytes : int
        Length that the storage tells; 0 where it tells none, and nothing can be compared.
    place : str
        Address of the source.
    """
    found = Path(path).stat().st_size
    if size_bytes and found != size_bytes:
        raise InputError(
            place,
            f"{found:,} bytes came of {size_bytes:,}: the file is not whole",
            "Run again to fetch it again; of a server that packs files on their way, give the "
            "SHA-256 under checksums, which is then compared instead",
        )
