"""Figure: spatial autocorrelation over distance, and the radius chosen from it."""

from hotslope.jobs import job_log

import json
from pathlib import Path

import numpy as np

from hotslope.files import write_figure
from hotslope.maps.charts import chart_figure, readable
from hotslope.maps.style import PALE_INK, category_colours


def plot_radius(
    *, radius_paths: list[str], figure_path: str, tracks: list[str], study_area_name: str
) -> None:
    """Draw z of Moran's I per track, with a mark at its peak or a line where there is none."""
    title = f"{study_area_name}: radius of hot spots by spatial autocorrelation"
    figure, axes = chart_figure(title, height_px=900)
    for (track, colour), path in zip(category_colours(tracks).items(), radius_paths, strict=True):
        chosen = json.loads(Path(path).read_text(encoding="utf-8"))
        distance_m, z = np.array(chosen["distance_m"]), np.array(chosen["z"], dtype=np.float64)
        label = f"{readable(track)}: {chosen['radius_m']:g} m\n{chosen['reason']}"
        axes.plot(distance_m, z, color=colour, linewidth=2.0, marker=".", label=label)
        if chosen["is_peak"]:
            peak = distance_m == chosen["radius_m"]
            axes.plot(distance_m[peak], z[peak], color=colour, marker="o", markersize=11)
        else:
            axes.axvline(chosen["radius_m"], color=colour, linestyle=(0, (4, 3)))
    axes.axhline(0.0, color=PALE_INK, linewidth=0.7)
    axes.set_xlabel("points nearer than this are neighbours (m)")
    axes.set_ylabel("z of global Moran's I")
    axes.grid(True, color="#e3e3e3", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", bbox_to_anchor=(0.0, -0.14), labelspacing=0.8)
    write_figure(figure_path, figure)


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_radius(
            radius_paths=list(snakemake.input.radius),
            figure_path=snakemake.output.figure,
            tracks=snakemake.params.tracks,
            study_area_name=snakemake.params.study_area_name,
        )
