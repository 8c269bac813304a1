"""Figure of the candidates: which tracks see them move, and how sure their outlines are."""

import geopandas as gpd
import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from hotslope.maps.figure_area import FigureArea
from hotslope.maps.numbers import NUMBERS_NOTE, draw_numbers, place_numbers
from hotslope.maps.panels import KM, note, strip_legend
from hotslope.maps.placeholders import draw_placeholder
from hotslope.maps.polygons import DISCS_NOTE, polygon_collection, visible_outlines
from hotslope.maps.style import INK, SEVERAL, category_colours

#: Confidence in an outline → opacity of its colour.
OPACITY = {"high": 0.9, "medium": 0.5, "low": 0.2}


def draw_candidates(
    area: FigureArea, candidates: gpd.GeoDataFrame, tracks: list[str], confidence: np.ndarray | None
) -> Figure:
    """Draw the outlines, coloured by track and paler where confidence is lower.

    Parameters
    ----------
    area : FigureArea
    candidates : GeoDataFrame
        `candidate_id` and `sign_{track}` of every track.
    tracks : list of str
    confidence : ndarray of str, shape (candidates,), or None
        Keys of `OPACITY`; None where stability was not measured.
    """
    lines = 1 + len(tracks) // 3 + (confidence is not None)
    area_km2 = candidates.area.sum() * KM**2
    title = f"{len(candidates):,} candidates on {area_km2:.3g} km²"
    maps = area.start("potential landslide candidates", [title], legend_px=54 + 30 * lines)
    seen_by = _seen_by(candidates, tracks)
    levels = np.full(len(candidates), "high") if confidence is None else confidence
    opacity = np.array([OPACITY[name] for name in levels])
    geometries, discs = visible_outlines(
        candidates.geometry.to_numpy(), maps.layout.grid.cell_size_m
    )
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
    if confidence is not None:
        handles = _by_rows(handles, _confidence_handles(confidence))
    if candidates.empty:
        draw_placeholder(maps.axes[0], "no candidates")
    numbers = place_numbers(
        geometries,
        candidates["candidate_id"].tolist(),
        maps.layout.grid.bounds_m,
        maps.layout.grid.cell_size_m,
    )
    draw_numbers(maps.axes[0], numbers, KM)
    strip_legend(maps, handles, columns=3)
    words = "" if confidence is None else " Strength: confidence in the outline."
    remark = f" {DISCS_NOTE}" if discs else ""
    remark += f" {NUMBERS_NOTE}" if numbers else ""
    note(maps, f"Colour: tracks that see the candidate move.{words}{remark}")
    return maps.figure


def _seen_by(candidates: gpd.GeoDataFrame, tracks: list[str]) -> np.ndarray:
    """Name the one track that saw each candidate, or ``several tracks``."""
    seen = np.column_stack([candidates[f"sign_{track}"].to_numpy() != "none" for track in tracks])
    several = seen.sum(axis=1) > 1
    return np.where(several, "several tracks", np.array(tracks)[seen.argmax(axis=1)])


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
