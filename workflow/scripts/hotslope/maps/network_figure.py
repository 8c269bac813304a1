"""Figure: networks of interferograms, by date and perpendicular baseline."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from hotslope.maps.charts import stacked_charts
from hotslope.maps.style import CATEGORIES, INK, PALE_INK

#: Height of a chart, pixels.
_CHART_PX = 430


def draw_networks(name: str, networks: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw the networks of the tracks above each other.

    Parameters
    ----------
    name : str
        Name of the study area.
    networks : sequence of mapping
        Contents of ``results/interferometry/{track}_network.json``.
    """
    height_px = 110 + _CHART_PX * len(networks)
    figure, charts = stacked_charts(name, "network of interferograms", height_px, len(networks))
    for axes, network in zip(charts, networks, strict=True):
        _draw_network(axes, network)
    locator = AutoDateLocator()
    charts[-1].xaxis.set_major_locator(locator)
    charts[-1].xaxis.set_major_formatter(ConciseDateFormatter(locator))
    return figure


def _draw_network(axes: Axes, network: Mapping[str, Any]) -> None:
    places = {
        row["date"]: (_day(row["date"]), row["perpendicular_baseline_m"])
        for row in network["dates"]
    }
    pieces = {row["date"]: row["piece"] for row in network["dates"]}
    for key, colour, style in (
        ("beyond_limits", PALE_INK, ":"),
        ("interferograms", INK, "-"),
    ):
        lines = [[places[a], places[b]] for a, b in network[key] if a in places and b in places]
        axes.add_collection(
            LineCollection(lines, colors=colour, linewidths=0.8, linestyles=style, alpha=0.7)
        )
    colours = [CATEGORIES[piece % len(CATEGORIES)] for piece in pieces.values()]
    days, metres = zip(*places.values(), strict=True)
    axes.scatter(days, metres, s=26, c=colours, zorder=3)
    axes.set_ylabel("perpendicular baseline (m)")
    count = max(pieces.values()) + 1
    axes.set_title(
        f"{network['track']}: {len(places)} acquisitions, {len(network['interferograms'])} "
        f"interferograms{'' if count == 1 else f', {count} pieces'}",
        loc="left",
    )
    axes.margins(0.04, 0.08)
    axes.grid(alpha=0.25, linewidth=0.6)


def _day(text: str) -> float:
    return float(date2num(dt.date.fromisoformat(text)))
