"""The encoding of text in Shapefiles, which often declare none."""

import codecs
import re
from collections.abc import Iterable
from pathlib import Path

import pyogrio

from hotslope.errors import InputError

#: Language bytes of a .dbf that name no encoding: none, and "that of the system".
_UNDECLARED = (0x00, 0x57)
_LANGUAGE_BYTE = 29
#: Encodings offered in a refusal besides the western one: common ones of other scripts.
_OTHERS = ("GB18030", "cp1251", "shift_jis", "cp1252")
_WESTERN = "ISO-8859-1"


def text_encoding(
    path: str, layer: str | None, column: str | None, encoding: str | None, key: str
) -> str | None:
    """Return the encoding in which to read a text column of a vector file.

    Parameters
    ----------
    path : str
        Vector file.
    layer : str or None
        None: its only layer.
    column : str or None
        None: no text is read.
    encoding : str or None
        What the config names; None where it names nothing.
    key : str
        Config key of the file, such as ``layers.lithology``.

    Returns
    -------
    str or None
        None where the file itself declares it, or is plain ASCII.

    Raises
    ------
    InputError
        Unknown `encoding`, text that it cannot decode, or a Shapefile that declares none and can be
        read in two ways.

    Notes
    -----
    Text that is valid UTF-8 beyond ASCII is UTF-8: other encodings hardly ever give it by chance.
    Single accented letters among ASCII ones are western European. Nothing else is guessed.
    """
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise InputError(
                f"{key}.encoding", f"{encoding!r} is no known encoding", "Give one such as GB18030"
            ) from None
    if column is None or (encoding is None and not _undeclared(Path(path))):
        return encoding
    texts = _bytes(path, layer, column)
    foreign = [text for text in texts if not text.isascii()]
    if encoding is not None:
        _refuse_undecodable(foreign, encoding, f"{key}.encoding", path)
        return encoding
    if not foreign:
        return None
    if all(_decoded(text, "UTF-8") for text in foreign):
        return "UTF-8"
    if not any(re.search(rb"[\x80-\xff]{2}", text) for text in foreign):
        return _WESTERN
    readings = {name: _decoded(foreign[0], name) for name in (_WESTERN, *_OTHERS)}
    shown = [f"{text!r} ({name})" for name, text in readings.items() if text]
    raise InputError(
        f"{key}: {path}",
        f"declares no encoding, and {column!r} can be read as {' or '.join(shown[:3])}",
        f"Set {key}.encoding to the right one, or add a .cpg file that names it",
    )


def layer_encoding(
    path: str, layer: str | None, columns: Iterable[str | None], encoding: str | None, key: str
) -> str | None:
    """Return the encoding in which to read several text columns of a vector file.

    As `text_encoding`, which judges each by itself; columns that the layer lacks do not count.
    """
    fields = set(pyogrio.read_info(path, layer=layer)["fields"])
    found = [
        text_encoding(path, layer, column, encoding, key) for column in columns if column in fields
    ]
    return next((each for each in found if each is not None), encoding)


def _undeclared(path: Path) -> bool:
    """Whether a file is a Shapefile without .cpg whose .dbf names no language."""
    table = path.with_suffix(".dbf")
    if path.suffix.lower() != ".shp" or not table.exists():
        return False
    if any(path.with_suffix(suffix).exists() for suffix in (".cpg", ".CPG", ".cst")):
        return False
    with table.open("rb") as file:
        header = file.read(_LANGUAGE_BYTE + 1)
    return len(header) > _LANGUAGE_BYTE and header[_LANGUAGE_BYTE] in _UNDECLARED


def _bytes(path: str, layer: str | None, column: str) -> list[bytes]:
    """Return the distinct texts of a column as they are stored in the file."""
    _, _, _, fields = pyogrio.raw.read(
        path, layer=layer, columns=[column], read_geometry=False, encoding=_WESTERN
    )
    values = {value for value in fields[0] if isinstance(value, str)} if fields else set()
    # For files that hold Unicode, such as a GeoPackage, GDAL ignores the encoding.
    stored = (value.encode(_WESTERN, errors="ignore") for value in values)
    return sorted(stored)


def _decoded(text: bytes, encoding: str) -> str | None:
    try:
        return text.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse_undecodable(texts: list[bytes], encoding: str, key: str, path: str) -> None:
    for text in texts:
        if _decoded(text, encoding) is None:
            raise InputError(
                key,
                f"{encoding!r} cannot decode {text!r} in {path}",
                "Correct it, or leave it out where a .cpg file names the encoding",
            )
