"""How a delimited text writes its values: delimiter, decimal mark and encoding."""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from hotslope.errors import InputError
from hotslope.points.archives import TextSource
from hotslope.points.delimited import DELIMITERS, decode_line, split_line

#: Bytes decoded at a time.
_BLOCK_BYTES = 1 << 20
#: Lines after the header from which the decimal mark is taken.
_SAMPLE_LINES = 100
_QUOTED = re.compile(r'"[^"]*"')
_DECIMAL_COMMA = re.compile(r"^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$")
_DECIMAL_POINT = re.compile(r"^[+-]?\d*\.\d+(?:[eE][+-]?\d+)?$")


@dataclass(frozen=True)
class Dialect:
    """Delimiter and decimal mark, one character each."""

    delimiter: str
    decimal: str


def encoded_source(source: TextSource, encoding: str | None, key: str) -> TextSource:
    """Return a source that gives UTF-8, whatever the encoding of the file."""
    if encoding is None:
        return source
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise InputError(
            key, f"{encoding!r} is no known encoding", "Give one such as cp1252"
        ) from None
    return _changed(source, lambda stream: _recoded(stream, encoding, key, source.place))


def single_blanks(source: TextSource) -> TextSource:
    """Return a source whose values are divided by one blank each, not by runs of blanks."""
    return _changed(source, _squeezed)


def _changed(source: TextSource, change: Callable[[BinaryIO], Iterator[bytes]]) -> TextSource:
    """Return a source whose content is changed piece by piece."""

    def opener() -> BinaryIO:
        stream = source.opener()
        return io.BufferedReader(_Pieces(stream, change(stream)))  # type: ignore[return-value]

    return replace(source, opener=opener)


class _Pieces(io.RawIOBase):
    """A stream of pieces that are made of another stream."""

    def __init__(self, stream: BinaryIO, pieces: Iterator[bytes]) -> None:
        self._stream = stream
        self._pieces = pieces
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._waiting:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._waiting = piece
        count = min(len(buffer), len(self._waiting))
        buffer[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


def _recoded(stream: BinaryIO, encoding: str, key: str, place: str) -> Iterator[bytes]:
    """Yield what a stream holds as UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)()
    more = True
    while more:
        block = stream.read(_BLOCK_BYTES)
        more = bool(block)
        try:
            yield decoder.decode(block, final=not more).encode("utf-8")
        except UnicodeError as error:
            raise InputError(
                key, f"{encoding!r} cannot decode {place} ({error})", "Correct it"
            ) from None


def _squeezed(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a stream with one blank in place of runs of blanks and tabs."""
    for line in stream:
        yield (line.strip() if b'"' in line else b" ".join(line.split())) + b"\n"


def find_dialect(source: TextSource, delimiter: str | None, decimal: str | None) -> Dialect:
    """Return the dialect of a text whose first line names the columns.

    Parameters
    ----------
    source : TextSource
        The file, UTF-8.
    delimiter, decimal : str or None
        As the config gives them; None: taken from the file.

    Notes
    -----
    The delimiter is what occurs most often in the first line, and blanks where nothing else does.
    The decimal mark is a comma where values of the first lines have one and none has a point.
    """
    with source.open() as stream:
        lines = [stream.readline() for _ in range(_SAMPLE_LINES + 1)]
    header = _QUOTED.sub("", decode_line(lines[0], source.place, 1))
    if header.lower().startswith("sep="):
        raise InputError(
            f"{source.place}, line 1",
            f"{header!r} is a mark for a spreadsheet, not the names of columns",
            "Delete that line",
        )
    if delimiter is None:
        counts = {mark: header.count(mark) for mark in DELIMITERS if mark != " "}
        most = max(counts, key=lambda mark: counts[mark])
        delimiter = most if counts[most] else " "
    if decimal is None:
        decimal = "." if delimiter == "," else _decimal(lines[1:], source.place, delimiter)
    if decimal == delimiter:
        raise InputError("decimal", f"{decimal!r} is the delimiter too", "Correct one of them")
    return Dialect(delimiter, decimal)


def _decimal(lines: list[bytes], place: str, delimiter: str) -> str:
    commas = False
    for number, line in enumerate(lines, start=2):
        text = decode_line(line, place, number)
        values = text.split() if delimiter == " " else split_line(text, delimiter, place)
        for value in map(str.strip, values):
            if _DECIMAL_POINT.match(value):
                return "."
            commas = commas or bool(_DECIMAL_COMMA.match(value))
    return "," if commas else "."
