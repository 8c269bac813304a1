"""Figure: potential landslide candidates and the tracks that saw them."""

import geopandas as gpd
import numpy as np
from matplotlib.patches import Patch
from rasterio.enums import Resampling

from hotslope.files import write_figure
from hotslope.logs import job_log
from hotslope.maps.layout import MapLayout
from hotslope.maps.panels import KM, map_figure, note, say_none, strip_legend
from hotslope.maps.polygons import polygon_collection
from hotslope.maps.style import INK, SEVERAL, category_colours
from hotslope.rasters import read_on_grid


def plot_candidates(
    *,
    candidates_path: str,
    elevation_path: str | None,
    figure_path: str,
    tracks: list[str],
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Draw the outlines, coloured by track, with their numbers in the legend."""
    layout = MapLayout.of_area(bounds_m, crs, 1, legend_px=84 + 30 * (len(tracks) // 3))
    elevation = (
        read_on_grid(elevation_path, layout.grid, Resampling.cubic) if elevation_path else None
    )
    candidates = gpd.read_file(candidates_path, layer="candidates")
    area_km2 = candidates.area.sum() * KM**2
    title = f"{len(candidates):,} candidates on {area_km2:.3g} km²"
    maps = map_figure(
        layout, f"{study_area_name}: potential landslide candidates", [title], elevation
    )
    seen_by = _seen_by(candidates, tracks)
    handles = []
    for name, colour in {**category_colours(tracks), "several tracks": SEVERAL}.items():
        chosen = seen_by == name
        maps.axes[0].add_collection(
            polygon_collection(
                candidates.geometry.to_numpy()[chosen],
                KM,
                facecolors=colour,
                edgecolors=INK,
                linewidths=0.6,
                alpha=0.85,
                zorder=3,
            ),
            autolim=False,
        )
        label = name if name == "several tracks" else f"{name} only"
        handles.append(Patch(facecolor=colour, edgecolor=INK, label=f"{label} ({chosen.sum():,})"))
    if candidates.empty:
        say_none(maps.axes[0], "no candidates")
    strip_legend(maps, handles, columns=3)
    note(maps, "Colour: the tracks in whose line of sight the candidate moves.")
    write_figure(figure_path, maps.figure)


def _seen_by(candidates: gpd.GeoDataFrame, tracks: list[str]) -> np.ndarray:
    """Name the one track that saw each candidate, or ``several tracks``."""
    seen = np.column_stack([candidates[f"sign_{track}"].to_numpy() != "none" for track in tracks])
    several = seen.sum(axis=1) > 1
    return np.where(several, "several tracks", np.array(tracks)[seen.argmax(axis=1)])


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_candidates(
            candidates_path=snakemake.input.candidates,
            elevation_path=snakemake.input.get("elevation"),
            figure_path=snakemake.output.figure,
            tracks=snakemake.params.tracks,
            study_area_name=snakemake.params.study_area_name,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
        )
