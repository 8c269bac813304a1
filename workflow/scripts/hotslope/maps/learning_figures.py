"""Figures of factors and models: correlation, information gain and ROC curves."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from hotslope.learning.association import MIN_COMMON_ROWS, association_matrix
from hotslope.maps.charts import chart_figure
from hotslope.maps.names import readable
from hotslope.maps.placeholders import draw_placeholder
from hotslope.maps.style import CATEGORIES, DIVERGING, INK, PALE_INK, category_colours

#: Numbers on colours darker than this are written in white.
DARK = 0.65
KEPT, DROPPED = CATEGORIES[0], "#c9c9c9"
#: Horizontal axis of ROC curves, by ``learning.negatives``.
_FALSE_POSITIVES = {
    "mapped": "false positive rate",
    "unlabelled": "share of the candidates of unknown class that are called landslides",
    "stable_ground": "share of the stable ground that is called landslides",
}


def draw_correlation(name: str, table: pd.DataFrame, max_correlation: float) -> Figure:
    """Draw the lower triangle of the association matrix of all candidates.

    Parameters
    ----------
    name : str
        Name of the study area.
    table : DataFrame
        One column per factor, one row per candidate.
    max_correlation : float
        Pairs beyond it are framed: screening leaves out one of them.
    """
    nominal = [str(one) for one in table if not pd.api.types.is_numeric_dtype(table[one])]
    figure, axes = chart_figure(
        name, f"correlation of factors, {len(table):,} candidates", height_px=1250
    )
    if len(table) < MIN_COMMON_ROWS or table.shape[1] < 2:
        draw_placeholder(axes, "too few candidates or factors")
        return figure
    matrix = association_matrix(table, nominal)
    lower = np.tril(np.ones_like(matrix, dtype=bool), k=-1)[1:, :-1]
    shown = np.where(lower, matrix[1:, :-1], np.nan)
    image = axes.imshow(np.ma.masked_invalid(shown), cmap=DIVERGING, vmin=-1, vmax=1)
    names = list(table.columns)
    _write_numbers(axes, shown, max_correlation)
    axes.set_xticks(range(len(names) - 1), map(readable, names[:-1]), rotation=45, ha="right")
    axes.set_yticks(range(len(names) - 1), map(readable, names[1:]))
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    bar = figure.colorbar(image, ax=axes, shrink=0.6, aspect=28, ticks=np.linspace(-1, 1, 5))
    words = "Pearson's r of numbers; η or Cramér's V, 0 to 1, where a category takes part"
    bar.set_label(
        f"{words}\n(framed: above {max_correlation:g}, the weaker of the pair is left out)"
    )
    return figure


def _write_numbers(axes: Axes, shown: np.ndarray, max_correlation: float) -> None:
    """Write each value into its cell; frame those that screening acts on."""
    for (row, column), value in np.ndenumerate(shown):
        if np.isnan(value):
            continue
        colour = "white" if abs(value) > DARK else INK
        text = f"{value:.2f}".replace("0.", ".").replace("-", "\N{MINUS SIGN}")
        axes.text(column, row, text, ha="center", va="center", fontsize=8, color=colour)
        if abs(value) > max_correlation:
            frame = Rectangle((column - 0.5, row - 0.5), 1, 1)
            frame.set(fill=False, edgecolor=INK, linewidth=1.6)
            axes.add_patch(frame)


def draw_information_gain(name: str, table: pd.DataFrame) -> Figure:
    """Draw information gain ratios as bars, largest on top, with their chance levels.

    Parameters
    ----------
    name : str
        Name of the study area.
    table : DataFrame
        Content of ``screening.csv``.
    """
    table = table.sort_values(["gain_ratio", "factor"], ascending=[True, False])
    figure, axes = chart_figure(
        name, "information gain ratio of factors", height_px=230 + 46 * max(len(table), 4)
    )
    if table.empty:
        draw_placeholder(axes, "no factors")
        return figure
    places = np.arange(len(table))
    kept = table["kept"].to_numpy(dtype=bool)
    axes.barh(places, table["gain_ratio"], height=0.68, color=np.where(kept, KEPT, DROPPED))
    axes.scatter(table["null_95"], places, marker="|", s=220, linewidths=2.0, color=INK, zorder=3)
    axes.set_yticks(places, map(readable, table["factor"]))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("information gain ratio (training candidates)")
    axes.xaxis.grid(True)
    axes.set_axisbelow(True)
    chance: dict[str, Any] = {"color": INK, "marker": "|", "markersize": 13, "markeredgewidth": 2.0}
    handles = [
        Patch(facecolor=KEPT, label="kept by screening"),
        Patch(facecolor=DROPPED, label="left out"),
        Line2D([], [], linestyle="none", label="95 % of permuted labels stay below", **chance),
    ]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)
    return figure


def draw_roc(
    name: str,
    curves: pd.DataFrame,
    metrics: pd.DataFrame,
    models: list[str],
    negatives: str = "mapped",
) -> Figure:
    """Draw one ROC curve per model on the test candidates, its area and interval in the legend.

    Parameters
    ----------
    name : str
        Name of the study area.
    curves, metrics : DataFrame
        Content of ``roc.csv`` and ``test_metrics.csv``.
    models : list of str
    negatives : str, default "mapped"
        ``learning.negatives``, which the horizontal axis counts.
    """
    area = metrics[metrics["metric"] == "auc"].set_index("model")
    figure, axes = chart_figure(name, "models on test candidates", height_px=1050)
    if curves.empty or area["value"].isna().all():
        draw_placeholder(axes, "no test candidates of both classes")
        return figure
    axes.plot([0, 1], [0, 1], color=PALE_INK, linewidth=1.0, linestyle=(0, (4, 3)), label="chance")
    for model, colour in category_colours(models).items():
        curve = curves[curves["model"] == model]
        value, low, high = area.loc[model, ["value", "low", "high"]]
        axes.plot(
            curve["false_positive_rate"],
            curve["recall"],
            color=colour,
            linewidth=2.0,
            label=f"{readable(model)}\n{value:.2f} ({low:.2f} to {high:.2f})",
        )
    axes.set_aspect("equal")
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    axes.set_xlabel(_FALSE_POSITIVES[negatives])
    axes.set_ylabel("recall (true positive rate)")
    axes.grid(True)
    axes.set_axisbelow(True)
    # Beside the axes: a curve may run anywhere within.
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        title="area under the curve\n(95 % interval)",
        alignment="left",
        labelspacing=0.8,
    )
    return figure
