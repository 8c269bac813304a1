"""Titles of figures, in which a long name leaves room for what the figure shows."""

from unicodedata import category, east_asian_width


def figure_title(name: str, subject: str, room: int) -> str:
    """Join the name of the study area and the subject of a figure.

    Parameters
    ----------
    name : str
        Of the study area, as the user writes it; line breaks become blanks.
    subject : str
        What the figure shows; never shortened.
    room : int
        Width of the title in Latin letters; a Chinese letter takes two.

    Examples
    --------
    >>> figure_title("Guide to Xunhua, upper Yellow River", "trends", 30)
    'Guide to Xunhua, uppe…: trends'
    """
    plain = "".join(" " if category(letter).startswith("C") else letter for letter in name)
    return f"{_shortened(' '.join(plain.split()), room - len(subject) - 2)}: {subject}"


def _shortened(text: str, room: int) -> str:
    """Cut a text that is wider than `room` and end it with an ellipsis."""
    widths = [2 if east_asian_width(letter) in "WF" else 1 for letter in text]
    if sum(widths) <= room:
        return text
    kept, used = 0, 1
    while kept < len(text) and used + widths[kept] <= max(room, 6):
        used += widths[kept]
        kept += 1
    return text[:kept].rstrip() + "…"
