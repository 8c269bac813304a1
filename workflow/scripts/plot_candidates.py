"""Figure: potential landslide candidates and the tracks that saw them."""

from hotslope.jobs import job_log

import geopandas as gpd
import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch
from rasterio.enums import Resampling

from hotslope.candidates.tables import CANDIDATES, STABILITY
from hotslope.files import write_figure
from hotslope.maps.layout import MapLayout
from hotslope.maps.panels import KM, map_figure, note, say_none, strip_legend
from hotslope.maps.polygons import DISCS_NOTE, polygon_collection, visible_outlines
from hotslope.maps.style import INK, SEVERAL, category_colours
from hotslope.rasters import read_for_figure
from hotslope.schemas import read_layer

#: Confidence in an outline → opacity of its colour.
OPACITY = {"high": 0.9, "medium": 0.5, "low": 0.2}


def plot_candidates(
    *,
    candidates_path: str,
    stability_path: str | None,
    elevation_path: str | None,
    figure_path: str,
    tracks: list[str],
    study_area_name: str,
    bounds_m: list[float],
    crs: str,
) -> None:
    """Draw the outlines, coloured by track and paler the less they can be trusted."""
    lines = 1 + len(tracks) // 3 + bool(stability_path)
    layout = MapLayout.of_area(bounds_m, crs, 1, legend_px=54 + 30 * lines)
    elevation = (
        read_for_figure(elevation_path, layout.grid, Resampling.cubic) if elevation_path else None
    )
    candidates = read_layer(CANDIDATES, candidates_path, "candidates", ["candidate_id", "tracks"])
    area_km2 = candidates.area.sum() * KM**2
    title = f"{len(candidates):,} candidates on {area_km2:.3g} km²"
    maps = map_figure(
        layout, f"{study_area_name}: potential landslide candidates", [title], elevation
    )
    seen_by = _seen_by(candidates, tracks)
    confidence = _confidence(candidates, stability_path)
    opacity = np.array([OPACITY[name] for name in confidence])
    geometries, discs = visible_outlines(candidates.geometry.to_numpy(), layout.grid.cell_size_m)
    handles = []
    for name, colour in {**category_colours(tracks), "several tracks": SEVERAL}.items():
        chosen = seen_by == name
        maps.axes[0].add_collection(
            polygon_collection(
                geometries[chosen],
                KM,
                facecolors=[to_rgba(colour, alpha) for alpha in opacity[chosen]],
                edgecolors=INK,
                linewidths=0.6,
                zorder=3,
            ),
            autolim=False,
        )
        label = name if name == "several tracks" else f"{name} only"
        handles.append(Patch(facecolor=colour, edgecolor=INK, label=f"{label} ({chosen.sum():,})"))
    if stability_path:
        handles = _by_rows(handles, _confidence_handles(confidence))
    if candidates.empty:
        say_none(maps.axes[0], "no candidates")
    strip_legend(maps, handles, columns=3)
    words = " Strength: confidence in the outline." if stability_path else ""
    remark = f" {DISCS_NOTE}" if discs else ""
    note(maps, f"Colour: the tracks in whose line of sight the candidate moves.{words}{remark}")
    write_figure(figure_path, maps.figure)


def _seen_by(candidates: gpd.GeoDataFrame, tracks: list[str]) -> np.ndarray:
    """Name the one track that saw each candidate, or ``several tracks``."""
    seen = np.column_stack([candidates[f"sign_{track}"].to_numpy() != "none" for track in tracks])
    several = seen.sum(axis=1) > 1
    return np.where(several, "several tracks", np.array(tracks)[seen.argmax(axis=1)])


def _confidence(candidates: gpd.GeoDataFrame, stability_path: str | None) -> np.ndarray:
    """Confidence in each outline; high throughout where it was not measured."""
    if not stability_path:
        return np.full(len(candidates), "high")
    table = STABILITY.read(stability_path).set_index("candidate_id")
    return table["confidence"].reindex(candidates["candidate_id"]).to_numpy(dtype=object)


def _confidence_handles(confidence: np.ndarray) -> list[Patch]:
    """Legend of the opacities, with how many candidates have each."""
    return [
        Patch(
            facecolor=to_rgba(INK, 0.7 * alpha),
            edgecolor=INK,
            label=f"{name} confidence ({np.sum(confidence == name):,})",
        )
        for name, alpha in OPACITY.items()
    ]


def _by_rows(first: list[Patch], second: list[Patch], columns: int = 3) -> list[Patch]:
    """Order the entries of a legend, which fills columns, so that `second` is its last row."""
    blank = Patch(alpha=0.0, label=" ")
    rows = [*first, *[blank] * (-len(first) % columns), *second]
    return [rows[i] for column in range(columns) for i in range(column, len(rows), columns)]


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        plot_candidates(
            candidates_path=snakemake.input.candidates,
            stability_path=next(iter(snakemake.input.stability), None),
            elevation_path=snakemake.input.get("elevation"),
            figure_path=snakemake.output.figure,
            tracks=snakemake.params.tracks,
            study_area_name=snakemake.params.study_area_name,
            bounds_m=snakemake.params.bounds_m,
            crs=snakemake.params.crs,
        )
