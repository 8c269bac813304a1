"""Displacements of pairs of dates, summed from the first date on."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hotslope.errors import InputError
from hotslope.points.acquisitions import parse_epoch

_DATE = re.compile(r"(?<!\d)(\d{8})(?!\d)")


@dataclass(frozen=True)
class Pair:
    """Displacement between two dates, from one file.

    Parameters
    ----------
    path : str
        The file.
    reference, secondary : datetime.date
        Earlier and later acquisition.
    """

    path: str
    reference: dt.date
    secondary: dt.date


@dataclass(frozen=True)
class Chain:
    """Pairs in an order in which each begins at the first date or where an earlier one ends.

    Parameters
    ----------
    pairs : tuple of Pair
        By their later date.
    dates : tuple of datetime.date
        The first reference, where displacement is zero, then the later date of each pair.
    begins : tuple of int
        Of each pair, the index in `dates` of its earlier date.
    """

    pairs: tuple[Pair, ...]
    dates: tuple[dt.date, ...]
    begins: tuple[int, ...]

    def accumulate(self, steps: np.ndarray) -> np.ndarray:
        """Return displacement since the first date.

        Parameters
        ----------
        steps : ndarray, shape (pairs, …)
            Displacement of each pair; NaN where missing.

        Returns
        -------
        ndarray, float32, shape (pairs + 1, …)
            Zero at the first date where any pair has a value; NaN where a pair, or one that
            it builds on, has none.
        """
        total = np.full((len(steps) + 1, *steps.shape[1:]), np.nan, dtype=np.float32)
        total[0] = np.where(np.isfinite(steps).any(axis=0), np.float32(0.0), np.nan)
        for index, begin in enumerate(self.begins):
            total[index + 1] = total[begin] + steps[index]
        return total


def pair_from_name(path: str) -> Pair:
    """Return the two dates (YYYYMMDD, with or without a time) in the name of a file."""
    texts = _DATE.findall(re.sub(r"(\d{8})T\d{6}Z?", r"\1", Path(path).name))
    if len(texts) < 2:
        raise InputError(
            path, "the name holds no two dates", "Name the file YYYYMMDD_YYYYMMDD, as it was"
        )
    first, second = (parse_epoch(text, f"{path}, name") for text in texts[:2])
    return Pair(path, first, second)


def chain_pairs(pairs: Sequence[Pair], place: str) -> Chain:
    """Order pairs so that each builds on a date that an earlier one has reached.

    Raises
    ------
    InputError
        No pair, dates of a pair in the wrong order, two pairs that end on one date (a
        network, which has to be inverted first), or one that begins at a date that no other
        reaches: the product that bridges them is missing.
    """
    if not pairs:
        raise InputError(place, "there are no rasters of displacement", "Give all of the stack")
    ordered = sorted(pairs, key=lambda pair: (pair.secondary, pair.reference))
    dates = [min(pair.reference for pair in pairs)]
    begins = []
    for pair in ordered:
        if pair.secondary <= pair.reference:
            raise InputError(
                pair.path,
                f"from {pair.reference} to {pair.secondary}: not from earlier to later",
                "Name the earlier date first",
            )
        if pair.secondary in dates:
            raise InputError(
                pair.path,
                f"is the second that ends on {pair.secondary}: a network of pairs is no series",
                "Invert the network first (MintPy, dolphin), or give one pair per date",
            )
        if pair.reference not in dates:
            raise InputError(
                pair.path,
                f"begins on {pair.reference}, a date that no other product ends on "
                f"(the first begins on {dates[0]})",
                "Add the product that bridges them",
            )
        begins.append(dates.index(pair.reference))
        dates.append(pair.secondary)
    return Chain(tuple(ordered), tuple(dates), tuple(begins))
