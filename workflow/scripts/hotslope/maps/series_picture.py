"""Mean displacement series of a candidate as a small SVG picture, written as text.

A figure of matplotlib takes a quarter of a second, which is too long for one picture per
candidate. The pictures keep to SVG Tiny 1.2, which is what Qt, and so QGIS, draws.
"""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd

from hotslope.maps.scales import round_below
from hotslope.maps.style import INK, PALE_INK, TREND_GROUP_COLOURS

#: Pixels of a picture: its width, and the height of the chart of one track.
WIDTH_PX, TRACK_PX = 480, 200
#: Margins of a chart, in pixels.
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 40, 24
#: A chart has at most so many labelled dates, and about so many labelled displacements.
_MOST_DATES, _STEPS = 6, 4
#: Months between labelled dates.
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
#: Width of a letter of the legend, in pixels.
_LETTER_PX = 5.6


def series_svg(identifier: str, tracks: Sequence[str], series: Mapping[str, pd.DataFrame]) -> str:
    """Draw the series of one candidate, a chart per track with a line per group of trends.

    Parameters
    ----------
    identifier : str
        The candidate.
    tracks : sequence of str
        From top to bottom.
    series : mapping of str to DataFrame
        Track → rows of the table `series`; a track without points inside may be missing.

    Returns
    -------
    str
        A whole SVG document, in ASCII.
    """
    charts = [
        f'<g transform="translate(0,{TRACK_PX * number})">'
        f"{_text(_LEFT, 15, f'{identifier}, {track}', size=12, weight='bold')}"
        f"{_chart(series.get(track))}</g>"
        for number, track in enumerate(tracks)
    ]
    height = TRACK_PX * len(tracks)
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny" '
        f'width="{WIDTH_PX}" height="{height}" viewBox="0 0 {WIDTH_PX} {height}" '
        f'font-family="DejaVu Sans,sans-serif" font-size="10" fill="{INK}">'
        f'<rect width="{WIDTH_PX}" height="{height}" fill="#ffffff"/>{"".join(charts)}</svg>\n'
    )
    # Numeric references instead of letters beyond ASCII: right whatever encoding is assumed.
    return document.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _chart(series: pd.DataFrame | None) -> str:
    """Draw axes, legend, bands and lines of one track."""
    if series is None or series.empty:
        return _text(WIDTH_PX / 2, TRACK_PX / 2, "no points inside", anchor="middle")
    groups = [(str(trend), group) for trend, group in series.groupby("trend", sort=False)]
    days = series["date"].to_numpy(dtype="datetime64[D]")
    mean, std = series["mean_mm"].to_numpy(), series["std_mm"].to_numpy()
    steps = _round_steps(min((mean - std).min(), 0.0), max((mean + std).max(), 0.0))
    axes = _Axes(days.min(), days.max(), steps[0], steps[-1])
    parts = [axes.displacement(value) for value in steps]
    parts += [axes.date(month) for month in _round_months(days.min(), days.max())]
    parts += [axes.curve(group, TREND_GROUP_COLOURS[trend]) for trend, group in groups]
    parts.append(_text(_LEFT - 6, 29, "mm", anchor="end", colour=PALE_INK))
    parts.append(_legend([(trend, int(group["n_points"].max())) for trend, group in groups]))
    return "".join(parts)


class _Axes:
    """Place of dates and displacements in a chart."""

    def __init__(
        self, first: np.datetime64, last: np.datetime64, low_mm: float, high_mm: float
    ) -> None:
        self.first = first
        self.px_per_day = (WIDTH_PX - _LEFT - _RIGHT) / max((last - first).astype(int), 1)
        self.high_mm = high_mm
        self.px_per_mm = (TRACK_PX - _TOP - _BOTTOM) / (high_mm - low_mm)

    def x(self, days: np.ndarray) -> np.ndarray:
        return _LEFT + (days - self.first).astype(int) * self.px_per_day

    def y(self, displacement_mm: np.ndarray) -> np.ndarray:
        return _TOP + (self.high_mm - displacement_mm) * self.px_per_mm

    def displacement(self, value_mm: float) -> str:
        """Draw a horizontal line with its displacement; that of zero is darker."""
        y = float(self.y(np.array(value_mm)))
        colour = PALE_INK if value_mm == 0 else "#dddddd"
        line = (
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH_PX - _RIGHT}" y2="{y:.1f}" '
            f'stroke="{colour}" stroke-width="0.7"/>'
        )
        return line + _text(_LEFT - 6, y + 3.5, f"{value_mm:g}", anchor="end")

    def date(self, month: np.datetime64) -> str:
        """Draw a mark below the chart with its year, or year and month."""
        x = float(self.x(np.array(month, dtype="datetime64[D]")))
        bottom = TRACK_PX - _BOTTOM
        text = str(month).removesuffix("-01")
        mark = (
            f'<line x1="{x:.1f}" y1="{bottom}" x2="{x:.1f}" y2="{bottom + 4}" '
            f'stroke="{INK}" stroke-width="0.7"/>'
        )
        return mark + _text(x, bottom + 15, text, anchor="middle")

    def curve(self, group: pd.DataFrame, colour: str) -> str:
        """Draw the mean of a group, in the band of the spread of its points."""
        x = self.x(group["date"].to_numpy(dtype="datetime64[D]"))
        mean, std = group["mean_mm"].to_numpy(), group["std_mm"].to_numpy()
        around = np.concatenate([self.y(mean + std), self.y(mean - std)[::-1]])
        band = _pairs(np.concatenate([x, x[::-1]]), around)
        return (
            f'<polygon points="{band}" fill="{colour}" fill-opacity="0.22"/>'
            f'<polyline points="{_pairs(x, self.y(mean))}" fill="none" stroke="{colour}" '
            f'stroke-width="1.8" stroke-linejoin="round"/>'
        )


def _round_steps(low: float, high: float) -> list[float]:
    """Round numbers in equal steps from at or below `low` to at or above `high`."""
    step = round_below(max(high - low, 1.0) / _STEPS)
    if (high - low) / step > 2 * _STEPS:
        step *= 2
    first, last = np.floor(low / step), np.ceil(high / step)
    return [float(number * step) for number in np.arange(first, max(last, first + 1) + 1)]


def _round_months(first: np.datetime64, last: np.datetime64) -> list[np.datetime64]:
    """Return months between two dates, in the smallest round step that leaves few of them."""
    months = np.arange(first.astype("datetime64[M]") + 1, last.astype("datetime64[M]") + 1)
    for step in _MONTHS:
        # Months count from January 1970, so that a step of 12 falls on Januaries.
        chosen = months[months.astype(int) % step == 0]
        if len(chosen) <= _MOST_DATES:
            break
    return list(chosen)


def _legend(entries: list[tuple[str, int]]) -> str:
    """List the groups of trends below the title, with how many points each has."""
    x, parts = float(_LEFT), []
    for trend, count in entries:
        label = f"{trend} ({count})"
        colour = TREND_GROUP_COLOURS[trend]
        parts.append(f'<rect x="{x:.1f}" y="21" width="9" height="8" fill="{colour}"/>')
        parts.append(_text(x + 12, 29, label))
        x += 24 + _LETTER_PX * len(label)
    return "".join(parts)


def _pairs(x: np.ndarray, y: np.ndarray) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 10,
    weight: str = "normal",
    colour: str = INK,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}" fill="{colour}">{escape(text)}</text>'
    )
