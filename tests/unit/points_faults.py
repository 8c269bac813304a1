"""A fault put into one line of an export, and the error of reading it."""

import pytest

from hotslope.errors import InputError
from hotslope.points.formats import read_points
from points_files import BOUNDS_M, CRS


def refusal(path, format, **options):
    """The InputError of reading with the study bounds."""
    with pytest.raises(InputError) as caught:
        read_points(path, format, crs=CRS, bounds_m=BOUNDS_M, **options)
    return caught.value


def in_line(text: str, line: int, old: str, new: str) -> str:
    """Replace within one line, counted from 1."""
    lines = text.splitlines()
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    return "\n".join(lines) + "\n"
