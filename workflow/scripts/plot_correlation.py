"""Figure: how strongly the factors say the same thing."""

from hotslope.jobs import job_log

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from hotslope.factors.tables import read_factors
from hotslope.files import write_figure
from hotslope.learning.association import MIN_COMMON_ROWS, association_matrix
from hotslope.maps.charts import chart_figure, readable, say_none
from hotslope.maps.style import DIVERGING, INK

#: Numbers on colours darker than this are written in white.
DARK = 0.65


def plot_correlation(
    *,
    factors_path: str,
    figure_path: str,
    factors: list[str],
    max_correlation: float,
    study_area_name: str,
) -> None:
    """Draw the lower triangle of the association matrix of all candidates."""
    table = read_factors(factors_path)
    table = table[[name for name in factors if name in table]]
    nominal = [str(name) for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    title = f"{study_area_name}: correlation of factors, {len(table):,} candidates"
    figure, axes = chart_figure(title, height_px=1250)
    if len(table) < MIN_COMMON_ROWS or table.shape[1] < 2:
        say_none(axes, "too few candidates or factors")
        write_figure(figure_path, figure)
        return
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
    write_figure(figure_path, figure)


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


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_correlation(
            factors_path=snakemake.input.factors,
            figure_path=snakemake.output.figure,
            factors=snakemake.params.factors,
            max_correlation=snakemake.params.max_correlation,
            study_area_name=snakemake.params.study_area_name,
        )
