"""Mean displacement series of a candidate as a chart, a line per group of trends."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

from hotslope.maps.style import PALE_INK, TREND_GROUP_COLOURS

#: Share of the height of the curves that is added for the legend.
_LEGEND_SHARE = 0.3


def draw_series_chart(axes: Axes, series: pd.DataFrame, title: str) -> None:
    """Draw the series of one candidate and track.

    Parameters
    ----------
    axes : Axes
    series : DataFrame
        Rows of the table `series`; empty where no point is inside, which the chart says.
    title : str
        Written above.
    """
    axes.set_title(title, fontsize=9, loc="left")
    axes.set_facecolor("white")
    if series.empty:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "no points inside", transform=axes.transAxes, ha="center", fontsize=9)
        return
    axes.set_ylabel("mm", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.axhline(0, color=PALE_INK, linewidth=0.6)
    for trend, group in series.groupby("trend", sort=False):
        dates = group["date"].to_numpy(dtype="datetime64[D]")
        mean, std = group["mean_mm"].to_numpy(), group["std_mm"].to_numpy()
        colour = TREND_GROUP_COLOURS[str(trend)]
        label = f"{trend} ({int(np.max(group['n_points']))})"
        axes.fill_between(dates, mean - std, mean + std, color=colour, alpha=0.22, linewidth=0)
        axes.plot(dates, mean, color=colour, linewidth=1.6, label=label)
    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    # Room for the legend where the fewest curves go: they start at zero on the left.
    low, high = axes.get_ylim()
    room = _LEGEND_SHARE * (high - low)
    below = high < -low
    axes.set_ylim(low - room if below else low, high if below else high + room)
    axes.legend(
        fontsize=7.5, loc="lower left" if below else "upper left", ncols=3, borderaxespad=0.2
    )
