"""Files and zip archives of text tables, opened without unpacking to disk."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from hotslope.errors import InputError

#: Text of points shrinks three to ten times; a member beyond this is no table.
MAX_RATIO = 100.0
#: One European tile of the Ground Motion Service unpacks to some gigabytes.
MAX_BYTES = 64 * 1024**3
#: How GDAL marks paths of members of zip archives.
ZIPPED = "/vsizip/"
#: First bytes of files that are no text yet.
_PACKED = {"gzip": b"\x1f\x8b", "zip": b"PK\x03\x04"}


@dataclass(frozen=True)
class TextSource:
    """A text table that can be opened again and again.

    Parameters
    ----------
    place : str
        Name in messages: the file, or ``archive.zip/member.csv``.
    opener : callable
        Returns a new binary stream.
    """

    place: str
    opener: Callable[[], BinaryIO]

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the stream; faults of the archive become an InputError."""
        try:
            with self.opener() as stream:
                yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise InputError(
                self.place, f"the archive is damaged ({error})", "Fetch the archive again"
            ) from None


def require_file(path: str, key: str = "tracks") -> Path:
    """Return an existing, not empty file, or raise an InputError."""
    file = Path(path)
    if not file.is_file():
        raise InputError(str(path), "no such file", f"Correct the path under {key}")
    if file.stat().st_size == 0:
        raise InputError(str(path), "the file is empty", "Export it again")
    return file


def is_geodatabase(path: str) -> bool:
    """Whether a path is an Esri file geodatabase, which is a folder."""
    return Path(path).suffix.lower() == ".gdb" and Path(path).is_dir()


def text_source(path: str) -> TextSource:
    """Return the source of a plain text file."""
    file = require_file(path)
    with open(file, "rb") as stream:
        start = stream.read(4)
    for packer, signature in _PACKED.items():
        if start.startswith(signature):
            raise InputError(str(path), f"the file is packed ({packer})", "Unpack it")
    return TextSource(str(path), lambda: open(file, "rb"))


def zip_names(path: str) -> list[str]:
    """Return the names of the members of a zip archive.

    Raises
    ------
    InputError
        As `zip_members`, but for a suffix that is not there.
    """
    return [member.filename for member in _safe_members(path)]


def zipped_path(path: str, member: str) -> str:
    """Return the path by which GDAL reads a member of a zip archive."""
    return f"{ZIPPED}{path}/{member}"


def zip_members(path: str, suffix: str) -> list[TextSource]:
    """Return the members of a zip archive that end in `suffix`, in order of name.

    What a Mac adds beside each file (``._name``) is none of them.

    Raises
    ------
    InputError
        Truncated or encrypted archive, a path that climbs out, a member that unpacks to more
        than `MAX_RATIO` times its size or more than `MAX_BYTES`, or no such member.
    """
    names = sorted(
        member.filename
        for member in _safe_members(path)
        if member.filename.lower().endswith(suffix)
        and not PurePosixPath(member.filename).name.startswith("._")
    )
    if not names:
        raise InputError(
            str(path), f"no {suffix} file in the archive", "Give the archive as it was delivered"
        )
    return [_member_source(Path(path), str(path), name) for name in names]


def _safe_members(path: str) -> list[zipfile.ZipInfo]:
    """Return the members of a zip archive; refuse one that is damaged or unsafe."""
    try:
        with zipfile.ZipFile(require_file(path)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, EOFError) as error:
        raise InputError(
            str(path), f"the zip archive is damaged or truncated ({error})", "Fetch it again"
        ) from None
    for member in members:
        _refuse_unsafe(member, str(path))
    return members


def _member_source(file: Path, path: str, name: str) -> TextSource:
    def opener() -> BinaryIO:
        with zipfile.ZipFile(file) as archive:
            return archive.open(name)  # type: ignore[return-value]

    return TextSource(f"{path}/{name}", opener)


def _refuse_unsafe(member: zipfile.ZipInfo, path: str) -> None:
    place = f"{path}/{member.filename}"
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or PureWindowsPath(member.filename).drive:
        raise InputError(
            place, "the path climbs out of the archive's folder", "Fetch it from its source again"
        )
    if member.flag_bits & 0x1:
        raise InputError(place, "the member is encrypted", "Give an archive without a password")
    ratio = member.file_size / max(member.compress_size, 1)
    # zipfile never yields more than the size declared here, so a lie cannot pass.
    if member.file_size > MAX_BYTES or (member.file_size > 1024**2 and ratio > MAX_RATIO):
        raise InputError(
            place,
            f"unpacks to {member.file_size:,} bytes, {ratio:.0f} times its size",
            "This is no table of points; fetch the archive again",
        )
