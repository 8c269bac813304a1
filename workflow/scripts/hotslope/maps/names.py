"""Names of columns, tracks and models, and shares, in words."""

import re
from typing import Any

#: Sectors of aspect in words.
SECTORS = {
    "n": "north",
    "ne": "north-east",
    "e": "east",
    "se": "south-east",
    "s": "south",
    "sw": "south-west",
    "w": "west",
    "nw": "north-west",
}


def readable(name: str) -> str:
    """Turn a column name into words."""
    known = {"twi": "TWI", "spi": "SPI", "tpi": "TPI", "tri": "TRI", "cnn": "CNN"}
    return known.get(name, name.replace("_", " "))


def factors_in_words(main_factors: Any) -> str:
    """Name the factors in words: ``land_use +0.07`` is ``land use +0.07``; none, an empty text."""
    if not isinstance(main_factors, str):
        return ""
    return re.sub(r"[a-z_]+", lambda name: readable(name[0]), main_factors)


def percent(share: float) -> str:
    """Write a share in per cent; a small one is not rounded to 0."""
    return "< 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"


def counted(count: int, noun: str) -> str:
    """Write a number with what it counts: ``1 point``, ``2,000 points``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
