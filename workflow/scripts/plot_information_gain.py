"""Figure: what each factor says about the label, beside what chance would say."""

from hotslope.jobs import job_log

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hotslope.files import write_figure
from hotslope.maps.charts import chart_figure, readable, say_none
from hotslope.maps.style import CATEGORIES, INK

KEPT, DROPPED = CATEGORIES[0], "#c9c9c9"


def plot_information_gain(*, screening_path: str, figure_path: str, study_area_name: str) -> None:
    """Draw information gain ratios as bars, largest on top, with their chance levels."""
    table = pd.read_csv(screening_path)
    table = table.sort_values(["gain_ratio", "factor"], ascending=[True, False])
    title = f"{study_area_name}: information gain ratio of factors"
    figure, axes = chart_figure(title, height_px=230 + 46 * max(len(table), 4))
    if table.empty:
        say_none(axes, "no factors")
        write_figure(figure_path, figure)
        return
    places = np.arange(len(table))
    kept = table["kept"].to_numpy(dtype=bool)
    axes.barh(places, table["gain_ratio"], height=0.68, color=np.where(kept, KEPT, DROPPED))
    axes.scatter(table["null_95"], places, marker="|", s=220, linewidths=2.0, color=INK, zorder=3)
    axes.set_yticks(places, map(readable, table["factor"]))
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("information gain ratio (training candidates)")
    axes.xaxis.grid(True, color="#e3e3e3", linewidth=0.7)
    axes.set_axisbelow(True)
    chance: dict[str, Any] = {"color": INK, "marker": "|", "markersize": 13, "markeredgewidth": 2.0}
    handles = [
        Patch(facecolor=KEPT, label="kept by screening"),
        Patch(facecolor=DROPPED, label="left out"),
        Line2D([], [], linestyle="none", label="95 % of permuted labels stay below", **chance),
    ]
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)
    write_figure(figure_path, figure)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_information_gain(
            screening_path=snakemake.input.screening,
            figure_path=snakemake.output.figure,
            study_area_name=snakemake.params.study_area_name,
        )
