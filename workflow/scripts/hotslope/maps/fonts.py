"""Fonts of figures: DejaVu Sans, and another where a text needs letters that it lacks."""

import logging
from collections.abc import Iterator
from functools import cache

from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.dates import ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.ticker import ScalarFormatter

from hotslope.maps.style import MAIN_FONT

logger = logging.getLogger("hotslope")

#: Fonts with Chinese letters, in order of preference; of a collection of fonts in one file
#: matplotlib knows only the first, which for Noto Sans CJK is the Japanese one.
OTHER_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Arial Unicode MS",
)
#: Formatters of tick labels that hold no letters that the main font lacks.
_OF_NUMBERS = (ScalarFormatter, ConciseDateFormatter)
#: Debian's package of the first of them.
PACKAGE = "fonts-noto-cjk"


def choose_fonts(figure: Figure) -> None:
    """Give the texts of a figure fonts that have their letters; warn once of those without.

    Notes
    -----
    matplotlib takes each letter from the first font of a family list that has it, so texts
    that DejaVu Sans can write look the same whatever else is installed.
    """
    texts = list(_texts_of(figure))
    letters = set("".join(text.get_text() for text in texts)) - set("\n\t")
    missing = letters - _letters_of(MAIN_FONT)
    if not missing:
        return
    chosen = _font_with_most(missing)
    absent = missing - (_letters_of(chosen) if chosen else frozenset())
    if chosen:
        for text in texts:
            text.set_fontfamily([MAIN_FONT, chosen])
    if absent:
        logger.warning(
            "no installed font has the letters %s: figures show boxes. Install one of %s, such as "
            "Debian's package %s",
            "".join(sorted(absent)),
            ", ".join(OTHER_FONTS),
            PACKAGE,
        )
        _replace(texts, absent)


def _texts_of(figure: Figure) -> Iterator[Text]:
    """Find the texts of a figure, but for tick labels of numbers and dates: most of all texts."""
    for artist in figure.get_children():
        for child in artist.get_children() if isinstance(artist, Axes) else [artist]:
            if isinstance(child, Axis):
                yield child.label
                if not isinstance(child.get_major_formatter(), _OF_NUMBERS):
                    yield from child.get_ticklabels()
            else:
                yield from child.findobj(Text)


def _replace(texts: list[Text], absent: set[str]) -> None:
    """Write boxes for letters that no font has, so that matplotlib need not warn of each."""
    boxes = str.maketrans(dict.fromkeys(absent, "\N{WHITE SQUARE}"))
    for text in texts:
        if absent & set(text.get_text()):
            text.set_text(text.get_text().translate(boxes))


def _font_with_most(letters: set[str]) -> str | None:
    """Name the installed font of `OTHER_FONTS` with most of the letters; of several, the first."""
    counts = {name: len(letters & _letters_of(name)) for name in OTHER_FONTS}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


@cache
def _letters_of(name: str) -> frozenset[str]:
    """Return the letters of an installed font; none where it is not installed."""
    path = _font_file(name)
    return frozenset(map(chr, FT2Font(path).get_charmap())) if path else frozenset()


def _font_file(name: str) -> str | None:
    """Find the file of a font, also of one installed after matplotlib last looked."""
    try:
        return str(font_manager.findfont(name, fallback_to_default=False))
    except ValueError:
        return _add_new_fonts().get(name)


@cache
def _add_new_fonts() -> dict[str, str]:
    """Make matplotlib know all fonts of the system that carry a documented name."""
    manager = font_manager.fontManager
    known = {entry.fname for entry in manager.ttflist}
    found = {}
    for path in sorted(set(font_manager.findSystemFonts()) - known):
        try:
            family = FT2Font(path).family_name
        except (OSError, RuntimeError):
            continue
        if family in OTHER_FONTS:
            manager.addfont(path)
            found[family] = path
    return found
