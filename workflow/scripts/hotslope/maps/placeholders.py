"""What a panel or chart shows where there is nothing to draw."""

from matplotlib.axes import Axes

from hotslope.maps.style import PALE_INK


def draw_placeholder(axes: Axes, text: str) -> None:
    """Write across a panel or chart that there is nothing to draw."""
    axes.text(
        0.5,
        0.5,
        text,
        transform=axes.transAxes,
        ha="center",
        va="center",
        fontsize=14,
        bbox={"facecolor": "white", "edgecolor": PALE_INK, "linewidth": 0.7, "pad": 8},
        zorder=10,
    )
