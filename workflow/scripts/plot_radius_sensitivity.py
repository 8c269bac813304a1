"""Figure: how number, area and fragmentation of candidates depend on the radius."""

from hotslope.jobs import job_log, unescaped

from collections.abc import Sequence

import pandas as pd

from hotslope.maps.charts import stacked_charts
from hotslope.maps.figure_file import save_figure
from hotslope.maps.style import PALE_INK, category_colours

METHODS = {"rate": "method rate", "paper": "method paper"}


def plot_radius_sensitivity(
    *,
    sensitivity_path: str,
    figure_path: str,
    radius_m: float | str,
    study_area_name: str,
    vector_paths: Sequence[str] = (),
) -> None:
    """Draw one chart per quantity, one line per method, and the radius configured."""
    table = pd.read_csv(sensitivity_path)
    table["area_km2"] = table["area_m2"] / 1e6
    figure, charts = stacked_charts(
        study_area_name, "candidates and the radius of hot spots", height_px=1300, count=3
    )
    quantities = {
        "candidates": "candidates",
        "area_km2": "area (km²)",
        "candidates_per_km2": "candidates per\nkm² of their area",
    }
    for axes, (column, label) in zip(charts, quantities.items(), strict=True):
        for method, colour in category_colours(list(METHODS)).items():
            line = table[table["method"] == method]
            axes.plot(
                line["radius_m"],
                line[column],
                color=colour,
                linewidth=2.0,
                marker=".",
                markersize=9,
                label=METHODS[method],
            )
        if not isinstance(radius_m, str):
            axes.axvline(radius_m, color=PALE_INK, linestyle=(0, (4, 3)), label="hotspots.radius_m")
        axes.set_ylim(0.0, 1.1 * max(table[column].fillna(0.0).max(), 1.0))
        axes.set_ylabel(label)
        axes.grid(True)
        axes.set_axisbelow(True)
    charts[0].legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)
    charts[-1].set_xlabel("radius (m)")
    figure.align_ylabels(charts)
    save_figure(figure_path, figure, vector_paths)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_radius_sensitivity(
            sensitivity_path=snakemake.input.sensitivity,
            figure_path=snakemake.output.figure,
            radius_m=snakemake.params.radius_m,
            study_area_name=unescaped(snakemake.params.study_area_name),
            vector_paths=list(snakemake.output.get("vectors", [])),
        )
