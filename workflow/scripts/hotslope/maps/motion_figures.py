"""Figures of the points: velocity and trend classes, one panel per track."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hotslope.columns import TREND, TREND_GROUPS, VELOCITY, X, Y
from hotslope.maps.figure_area import FigureArea
from hotslope.maps.panels import colour_bar, draw_classes, draw_image, note, strip_legend
from hotslope.maps.pixels import commonest_per_pixel, dot_radius_px, mean_per_pixel
from hotslope.maps.placeholders import draw_placeholder
from hotslope.maps.scales import VELOCITY_SHARE, symmetric_limit
from hotslope.maps.series import trend_groups
from hotslope.maps.style import (
    AWAY_TEXT,
    DIVERGING,
    TOWARD_TEXT,
    TREND_GROUP_COLOURS,
)

#: Uncorrelated, linear and everything else: what the method promises to tell apart.
CLASSES = TREND_GROUPS[:3]


def draw_velocity(area: FigureArea, tables: dict[str, pd.DataFrame]) -> Figure:
    """Draw line-of-sight velocity, one panel per track, all on one scale.

    Parameters
    ----------
    area : FigureArea
    tables : dict of str to DataFrame
        Track → `x_m`, `y_m`, `velocity_mm_yr`.
    """
    titles = [f"{track}: {len(table):,} points" for track, table in tables.items()]
    maps = area.start("line-of-sight velocity", titles, legend_px=134)
    speeds = np.concatenate([table[VELOCITY] for table in tables.values()])
    limit = symmetric_limit(speeds, VELOCITY_SHARE)
    # One size of dots in all panels, or the sparser track would look the denser.
    grid = maps.layout.grid
    radius = dot_radius_px(max(map(len, tables.values())), grid)
    for axes, table in zip(maps.axes, tables.values(), strict=True):
        if table.empty:
            draw_placeholder(axes, "no points")
            continue
        x_m, y_m, velocity = (table[name].to_numpy() for name in (X, Y, VELOCITY))
        image = mean_per_pixel(x_m, y_m, velocity, grid, radius)
        draw_image(axes, maps.layout, image, DIVERGING, -limit, limit)
    colour_bar(
        maps,
        DIVERGING,
        -limit,
        limit,
        "line-of-sight velocity (mm/yr)",
        ends=(AWAY_TEXT, TOWARD_TEXT),
        extend="both",
    )
    note(maps, "Mean of the points in each pixel. No colour: no point, which does not mean stable.")
    return maps.figure


def draw_trends(
    area: FigureArea, tables: dict[str, pd.DataFrame], without_season: Sequence[str]
) -> Figure:
    """Draw trend classes, one panel per track with the share of each class in its title.

    Parameters
    ----------
    area : FigureArea
    tables : dict of str to DataFrame
        Track → `x_m`, `y_m`, `trend` (0–5; -1: not separable).
    without_season : sequence of str
        Tracks whose series are too short to separate a season from a bend.
    """
    codes = [trend_groups(table[TREND].to_numpy()) for table in tables.values()]
    titles = [f"{track}: {_shares(code)}" for track, code in zip(tables, codes, strict=True)]
    maps = area.start("trends of displacement", titles, legend_px=92)
    grid = maps.layout.grid
    radius = dot_radius_px(max(map(len, tables.values())), grid)
    for axes, table, code in zip(maps.axes, tables.values(), codes, strict=True):
        known = code < len(CLASSES)
        if not known.any():
            draw_placeholder(axes, "no points" if table.empty else "no class separable from noise")
            continue
        x_m, y_m = table[X].to_numpy()[known], table[Y].to_numpy()[known]
        image = commonest_per_pixel(x_m, y_m, code[known], len(CLASSES), grid, radius)
        draw_classes(axes, maps.layout, image, [TREND_GROUP_COLOURS[name] for name in CLASSES])
    handles = [Patch(facecolor=TREND_GROUP_COLOURS[name], label=name) for name in CLASSES]
    strip_legend(maps, handles, columns=len(handles))
    remarks = ["Most frequent class of the points in each pixel. No colour: no point."]
    if without_season:
        remarks.append(f"Season not separable, may pass for a bend: {', '.join(without_season)}.")
    note(maps, "\n".join(remarks))
    return maps.figure


def _shares(codes: np.ndarray) -> str:
    """Shares of the groups of trend classes in words."""
    if codes.size == 0:
        return "no points"
    counts = np.bincount(codes, minlength=len(TREND_GROUP_COLOURS))
    return ", ".join(
        f"{count / codes.size:.0%} {name}"
        for name, count in zip(TREND_GROUP_COLOURS, counts, strict=True)
        if count or name in CLASSES
    )
