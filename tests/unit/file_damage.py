"""Damage that files take on their way: random changes of their bytes, values and structure."""

import random
import re
import struct
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

#: What replaces a value of a text.
VALUES = [
    b"", b"nan", b"NaN", b"inf", b"-inf", b"0", b"-0.0", b"1e999", b"-9999", b"-999", b"32767",
    b"1e-320", b"1_000", b"0x10", b"1,5", b"1.2.3", b"NULL", b"true", b"--", b'"', b'"1"', b"'",
    b"20200230", b"20200101", b"99999999", b"D20200101", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"\r",
    b"181", b"-91", b"360", b"1e300", b"   7", b"7   ", b"\xc3\xa4", b"=1+1", b"1" * 400,
]  # fmt: skip
NUMBERS = [np.nan, np.inf, -np.inf, 0.0, -0.0, -9999.0, 1e30, 1e-40, 181.0, -1.0, 3.4e38]
_VALUE = re.compile(rb"[^,;|\t\r\n]+")
_DELIMITERS = (b",", b";", b"\t", b"|", b" ", b"  ")

Mutation = Callable[[bytes, random.Random], bytes]


def edit(content: bytes, rng: random.Random) -> bytes:
    """Put a few other bytes, or none, in place of a few."""
    start = rng.randrange(len(content) + 1)
    other = rng.choice(VALUES) if rng.random() < 0.5 else rng.randbytes(rng.randint(0, 6))
    return content[:start] + other + content[start + rng.randint(0, 6) :]


def cut(content: bytes, rng: random.Random) -> bytes:
    """Lose the end."""
    return content[: rng.randrange(len(content) + 1)]


def replace_value(content: bytes, rng: random.Random) -> bytes:
    """Put another value in place of one of a text."""
    found = list(_VALUE.finditer(content))
    if not found:
        return content
    value = rng.choice(found)
    return content[: value.start()] + rng.choice(VALUES) + content[value.end() :]


def swap_values(content: bytes, rng: random.Random) -> bytes:
    """Exchange two values of a text."""
    found = list(_VALUE.finditer(content))
    if len(found) < 2:
        return content
    first, second = sorted(rng.sample(found, 2), key=lambda value: value.start())
    return (
        content[: first.start()]
        + second.group()
        + content[first.end() : second.start()]
        + first.group()
        + content[second.end() :]
    )


def change_digit(content: bytes, rng: random.Random) -> bytes:
    """Misprint one digit."""
    places = [match.start() for match in re.finditer(rb"\d", content)]
    if not places:
        return content
    place = rng.choice(places)
    return content[:place] + str(rng.randrange(10)).encode() + content[place + 1 :]


def change_lines(content: bytes, rng: random.Random) -> bytes:
    """Lose, repeat or exchange lines."""
    lines = content.splitlines(keepends=True) or [b""]
    first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[first]
        case 1:
            lines.insert(second, lines[first])
        case 2:
            lines[first], lines[second] = lines[second], lines[first]
        case _:
            lines.insert(first, rng.choice([b"\n", b" \n", b"#\n", b",\n"]))
    return b"".join(lines)


def change_columns(content: bytes, rng: random.Random) -> bytes:
    """Lose, repeat or empty a column of a text."""
    mark = max(_DELIMITERS, key=content.count)
    rows = [line.split(mark) for line in content.split(b"\n")]
    column = rng.randrange(max(map(len, rows)))
    how = rng.randrange(3)
    for row in rows:
        if column < len(row):
            if how == 0:
                del row[column]
            elif how == 1:
                row.insert(column, row[column])
            else:
                row[column] = b""
    return b"\n".join(mark.join(row) for row in rows)


def change_marks(content: bytes, rng: random.Random) -> bytes:
    """Write other delimiters, decimal marks, ends of lines or letters."""
    pairs = [(b"\n", b"\r\n"), (b"\n", b"\r"), (b".", b","), (b"\n", b",\n"), (b",", b", ")]
    pairs += [(rng.choice(_DELIMITERS), rng.choice(_DELIMITERS))]
    match rng.randrange(4):
        case 0:
            return content.upper()
        case 1:
            return content.decode("latin-1").encode("utf-16")
        case _:
            return content.replace(*rng.choice(pairs))


def change_bit(content: bytes, rng: random.Random) -> bytes:
    """Turn one bit."""
    if not content:
        return content
    data = bytearray(content)
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def change_block(content: bytes, rng: random.Random) -> bytes:
    """Lose, repeat or empty a block of a binary file."""
    start = rng.randrange(len(content) + 1)
    length = rng.choice((1, 4, 8, 64, 512))
    block = content[start : start + length]
    other = rng.choice([b"", block + block, bytes(len(block)), b"\xff" * len(block)])
    return content[:start] + other + content[start + length :]


def change_number(content: bytes, rng: random.Random) -> bytes:
    """Write another number where one may lie in a binary file."""
    code = rng.choice(["<f", "<d", ">f", ">d", "<i", ">i", "<h"])
    size = struct.calcsize(code)
    start = rng.randrange(len(content) // size + 1) * size
    if code[1] in "fd":
        packed = struct.pack(code, rng.choice(NUMBERS))
    else:
        packed = struct.pack(code, rng.choice([0, -1, 1, 2**15 - 1]))
    return content[:start] + packed + content[start + size :]


TEXT: list[Mutation] = [
    edit, cut, replace_value, replace_value, replace_value, swap_values, change_digit,
    change_digit, change_lines, change_columns, change_marks,
]  # fmt: skip
BINARY: list[Mutation] = [edit, cut, change_bit, change_bit, change_block, change_number]


def damaged(content: bytes, mutations: list[Mutation], rng: random.Random) -> bytes:
    """Return what one to four of the mutations make of the content of a file."""
    for _ in range(rng.choice((1, 1, 1, 2, 2, 4))):
        content = rng.choice(mutations)(content, rng)
    return content


def damage_hdf5(path: Path, rng: random.Random) -> None:
    """Change datasets or attributes of an HDF5 file, which stays one."""
    with h5py.File(path, "r+") as file:
        objects: list[h5py.HLObject] = [file]
        file.visititems(lambda _, found: objects.append(found))
        datasets = [found for found in objects if isinstance(found, h5py.Dataset)]
        attributes = [(found, name) for found in objects for name in found.attrs]
        if attributes and rng.random() < 0.5:
            _damage_attribute(*rng.choice(attributes), rng)
        elif datasets:
            _damage_dataset(file, rng.choice(datasets), rng)


def _damage_attribute(owner: h5py.HLObject, name: str, rng: random.Random) -> None:
    if rng.random() < 0.3:
        del owner.attrs[name]
    else:
        owner.attrs[name] = rng.choice([
            "", "none", "nan", "x", "1e999", "-1", "0", "mm", "1.5.2", "20200230", -1, 0, 2**40,
            np.nan, np.float32(1e30), [1.0, 2.0], np.array([], dtype="f4"), b"\xff", "\u00e4",
        ])  # fmt: skip


def _damage_dataset(file: h5py.File, dataset: h5py.Dataset, rng: random.Random) -> None:
    name, values = dataset.name, dataset[()]
    how = rng.randrange(5)
    if how == 0 or not isinstance(values, np.ndarray) or not values.size:
        del file[name]
        return
    if how == 1:  # another shape
        values = rng.choice([values[:-1], values.ravel(), values[None], values[..., :-1]])
    elif how == 2:  # another type
        if values.dtype.kind in "fiub":
            with np.errstate(invalid="ignore"):
                values = values.astype(rng.choice(["f2", "f8", "i4", "u1", "S8"]))
        else:
            values = np.zeros(values.shape, rng.choice(["f4", "i8"]))
    elif values.dtype.kind == "f":
        number = rng.choice(NUMBERS)
        if how == 3:
            values[...] = number
        else:
            values.reshape(-1)[rng.randrange(values.size)] = number
    else:
        values = np.repeat(values.reshape(-1)[:1], values.size).reshape(values.shape)
    kept = dict(dataset.attrs)
    del file[name]
    file.create_dataset(name, data=values).attrs.update(kept)
