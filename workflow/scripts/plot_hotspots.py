"""Figure: hot and cold spots (Getis–Ord Gi*) of every track."""

from hotslope.jobs import job_log

import numpy as np
import pandas as pd
from matplotlib.patches import Patch
from rasterio.enums import Resampling

from hotslope.columns import X, Y
from hotslope.files import write_figure
from hotslope.maps.joins import read_points_with
from hotslope.maps.layout import MapLayout
from hotslope.maps.panels import draw_classes, map_figure, note, say_none, strip_legend
from hotslope.maps.pixels import commonest_per_pixel, dot_radius_px
from hotslope.maps.style import AWAY, AWAY_TEXT, NEUTRAL, NOT_EVALUATED, TOWARD, TOWARD_TEXT
from hotslope.motion.tables import HOTSPOTS
from hotslope.rasters import read_for_figure

#: Class code by position; of equally many points in a pixel the later class shows.
CLASSES = {
    "not evaluated": NOT_EVALUATED,
    "not significant": NEUTRAL,
    f"cold spot: cluster of motion {AWAY_TEXT}": AWAY,
    f"hot spot: cluster of motion {TOWARD_TEXT}": TOWARD,
}


def plot_hotspots(
    *,
    points_paths: list[str],
    hotspots_paths: list[str],
    elevation_path: str | None,
    figure_path: str,
    tracks: list[str],
    significance: float,
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Draw one panel per track with the share of significant points in its title."""
    layout = MapLayout.of_area(bounds_m, crs, len(tracks), legend_px=108)
    elevation = (
        read_for_figure(elevation_path, layout.grid, Resampling.cubic) if elevation_path else None
    )
    tables = [
        read_points_with(points, HOTSPOTS, hotspots, ["z", "q"])
        for points, hotspots in zip(points_paths, hotspots_paths, strict=True)
    ]
    codes = [_classes(table, significance) for table in tables]
    titles = [f"{track}: {_shares(code)}" for track, code in zip(tracks, codes, strict=True)]
    maps = map_figure(layout, f"{study_area_name}: hot and cold spots", titles, elevation)
    # One size of dots in all panels, or the sparser track would look the denser.
    radius = dot_radius_px(max(map(len, tables)), layout.grid)
    for axes, table, code in zip(maps.axes, tables, codes, strict=True):
        if table.empty:
            say_none(axes, "no points")
            continue
        image = commonest_per_pixel(
            table[X].to_numpy(), table[Y].to_numpy(), code, len(CLASSES), layout.grid, radius
        )
        draw_classes(axes, layout, image, list(CLASSES.values()))
    handles = [
        Patch(facecolor=colour, edgecolor="#999999", linewidth=0.5, label=name)
        for name, colour in reversed(CLASSES.items())
    ]
    strip_legend(maps, handles, columns=2)
    note(maps, f"Getis-Ord Gi* of line-of-sight velocity, corrected p ≤ {significance:g}.")
    write_figure(figure_path, maps.figure)


def _classes(table: pd.DataFrame, significance: float) -> np.ndarray:
    """Class codes of points, in the order of `CLASSES`."""
    z, q = table["z"].to_numpy(), table["q"].to_numpy()
    significant = q <= significance
    return np.select([np.isnan(z), significant & (z < 0), significant & (z > 0)], [0, 2, 3], 1)


def _shares(codes: np.ndarray) -> str:
    """Shares of hot and cold points in words."""
    if codes.size == 0:
        return "no points"
    return f"{np.mean(codes == 3):.1%} hot, {np.mean(codes == 2):.1%} cold"


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_hotspots(
            points_paths=list(snakemake.input.points),
            hotspots_paths=list(snakemake.input.hotspots),
            elevation_path=snakemake.input.get("elevation"),
            figure_path=snakemake.output.figure,
            tracks=snakemake.params.tracks,
            significance=snakemake.params.significance,
            study_area_name=snakemake.params.study_area_name,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
        )
