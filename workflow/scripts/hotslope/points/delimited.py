"""Delimited text, read in batches by pyarrow; faults located by line and column."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv

from hotslope.errors import InputError
from hotslope.points.archives import TextSource

#: Bytes per batch: blocks of 8 MB, which outgrow the cache of the processor, take twice its time.
BLOCK_SIZE = 1024**2
#: How files write a missing number.
MISSING = ("", "nan", "NaN", "NAN", "NA", "null", "NULL", "None")
#: The same set out in blanks, which pyarrow does not strip: some before, at most one behind.
_MISSING_PADDED = tuple(
    text.rjust(width) + end for text in MISSING for width in range(33) for end in ("", " ")
)
#: Delimiters and their names in messages.
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank"}


def read_header(source: TextSource, delimiter: str) -> list[str]:
    """Return the column names of the first line.

    Raises
    ------
    InputError
        Empty file, not UTF-8, or a line that another delimiter splits.
    """
    with source.open() as stream:
        first = stream.readline()
    if not first.strip():
        raise InputError(source.place, "the first line is empty", "The columns must be named there")
    # Some tools mark the line of names as a comment.
    header = decode_line(first, source.place, 1).lstrip("# ")
    names = split_line(header, delimiter, source.place)
    if len(names) == 1:
        refuse_delimiter(source.place, names[0], delimiter)
    return [name.strip() for name in names]


def split_line(line: str, delimiter: str, place: str) -> list[str]:
    """Split one line of delimited text, or raise an InputError that names its `place`."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error as error:
        raise InputError(
            place,
            f"the line cannot be split into values ({error})",
            "Check the delimiter and the quotation marks",
        ) from None


def refuse_delimiter(place: str, line: str, delimiter: str) -> None:
    """Raise an InputError that names the delimiter which would split the line."""
    other = max((mark for mark in DELIMITERS if mark != delimiter), key=line.count)
    hint = f"; {DELIMITERS[other]} occurs {line.count(other)} times" if other in line else ""
    raise InputError(
        place,
        f"line 1 has one column only when split at {delimiter!r}{hint}",
        "Give the file's delimiter (format table: key delimiter) or export with that one",
    )


def read_batches(
    source: TextSource,
    names: Sequence[str],
    types: Mapping[str, pa.DataType],
    delimiter: str,
    header_lines: int,
    decimal: str = ".",
) -> Iterator[pa.RecordBatch]:
    """Yield record batches of the columns in `types`.

    Parameters
    ----------
    source : TextSource
        The file.
    names : sequence of str
        Names of all columns, in the file's order.
    types : mapping of str to pyarrow.DataType
        Columns to read.
    delimiter : str
        One character.
    header_lines : int
        Lines to skip.
    decimal : str
        Decimal mark.

    Raises
    ------
    InputError
        First line at fault, with column and value.
    """
    try:
        with (
            source.open() as stream,
            _open_csv(stream, names, types, delimiter, header_lines, decimal) as reader,
        ):
            yield from reader
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        reason = str(error)
        raise find_fault(source, names, types, delimiter, header_lines, reason, decimal) from None


def _open_csv(
    stream: BinaryIO,
    names: Sequence[str],
    types: Mapping[str, pa.DataType],
    delimiter: str,
    header_lines: int,
    decimal: str,
) -> pa_csv.CSVStreamingReader:
    return pa_csv.open_csv(
        stream,
        read_options=pa_csv.ReadOptions(
            column_names=list(names),
            skip_rows=header_lines,
            block_size=BLOCK_SIZE,
            # A job has the one core that its rule asks for.
            use_threads=False,
        ),
        parse_options=pa_csv.ParseOptions(delimiter=delimiter),
        convert_options=pa_csv.ConvertOptions(
            include_columns=list(types),
            column_types=dict(types),
            null_values=list(_MISSING_PADDED),
            strings_can_be_null=False,
            decimal_point=decimal,
        ),
    )


def find_fault(
    source: TextSource,
    names: Sequence[str],
    types: Mapping[str, pa.DataType],
    delimiter: str,
    header_lines: int,
    reason: str,
    decimal: str = ".",
) -> InputError:
    """Return the InputError of the first line that cannot be read; slow, for failures only."""
    numeric = [
        (index, name)
        for index, name in enumerate(names)
        if name in types and not pa.types.is_string(types[name])
    ]
    lines = 0
    with source.open() as stream:
        for number, line in enumerate(stream, start=1):
            if number <= header_lines or not line.strip():
                continue
            lines += 1
            fault = _fault_of_line(line, number, source.place, names, numeric, delimiter, decimal)
            if fault is not None:
                return fault
    if not lines:
        return InputError(source.place, "the file holds no points", "Export it again")
    return InputError(source.place, f"cannot be read ({reason})", "Export it again")


def _fault_of_line(
    line: bytes,
    number: int,
    place: str,
    names: Sequence[str],
    numeric: list[tuple[int, str]],
    delimiter: str,
    decimal: str,
) -> InputError | None:
    try:
        text = decode_line(line, place, number)
        values = split_line(text, delimiter, f"{place}, line {number}")
    except InputError as error:
        return error
    if len(values) != len(names):
        return InputError(
            f"{place}, line {number}",
            f"{len(values)} values where {len(names)} columns are named",
            "Check the delimiter, and whether the file was cut short",
        )
    for index, name in numeric:
        text = values[index].strip()
        if text not in MISSING and not _is_number(text, decimal):
            return InputError(
                f"{place}, line {number}, column {name}",
                f"{text!r} is no number",
                "Correct the value or the key decimal (format table), or leave it empty where it "
                "is missing",
            )
    return None


def _is_number(text: str, decimal: str) -> bool:
    if "_" in text or (decimal != "." and "." in text):
        return False  # 1_000 is a number to Python alone
    try:
        float(text.replace(decimal, "."))
    except ValueError:
        return False
    return True


def decode_line(line: bytes, place: str, number: int) -> str:
    """Return one line of text without its end, or raise an InputError that names it."""
    try:
        text = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{place}, line {number}",
            f"the byte 0x{line[error.start]:02x} is not UTF-8",
            "Save the file as UTF-8",
        ) from None
    if "\r" in text:
        raise InputError(
            f"{place}, line {number}",
            "a carriage return stands within the line, or ends each line alone",
            "Save the file with line feeds",
        )
    return text


def read_lines(source: TextSource) -> list[str]:
    """Return the lines of a small text file, without blank ones."""
    with source.open() as stream:
        lines = [decode_line(line, source.place, n) for n, line in enumerate(stream, start=1)]
    return [line.strip() for line in lines if line.strip()]
