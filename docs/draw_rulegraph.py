"""Draw the method's flow from Snakemake's rule graph, without Graphviz.

    snakemake --rulegraph | python docs/draw_rulegraph.py docs/rulegraph.svg

One band per stage, in the order of the Snakefile; data flows downward.
"""

import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path as Curve
from scipy.optimize import isotonic_regression

ROOT = Path(__file__).parents[1]
COLOURS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a900", "#7b3294",
    "#666666",
)  # fmt: skip
WIDTH_PX, DPI = 1500, 100
BOX_PX, BOX_HEIGHT_PX, WAYPOINT_PX, GAP_PX = 178, 36, 4, 14
STAGE_LABEL_PX = 136
ROW_PX, BAND_GAP_PX = 80, 14
#: Wider rows are broken.
BOXES_PER_ROW = 5
#: The target that gathers everything is no step of the method.
LEFT_OUT = {"all"}


@dataclass(frozen=True)
class Graph:
    """Rule names and pairs (giver, taker), both sorted."""

    rules: list[str]
    edges: list[tuple[str, str]]


def parse_dot(text: str) -> Graph:
    """Read the nodes and edges of ``snakemake --rulegraph``; rule `all` is left out."""
    labels = dict(re.findall(r'^\s*(\w+)\s*\[\s*label\s*=\s*"([^"\\]+)', text, re.MULTILINE))
    pairs = re.findall(r"^\s*(\w+)\s*->\s*(\w+)", text, re.MULTILINE)
    if not labels:
        raise SystemExit("no rule graph on standard input: snakemake --rulegraph | python …")
    edges = {(labels[giver], labels[taker]) for giver, taker in pairs}
    kept = {edge for edge in edges if not LEFT_OUT & set(edge)}
    return Graph(sorted(set(labels.values()) - LEFT_OUT), sorted(kept))


def without_detours(graph: Graph) -> Graph:
    """Leave out edges that a longer way already tells (transitive reduction)."""
    takers = defaultdict(set)
    for giver, taker in graph.edges:
        takers[giver].add(taker)

    def reachable(start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            new = takers[waiting.pop()] - found
            found |= new
            waiting.extend(new)
        return found

    beyond = {rule: reachable(rule) for rule in graph.rules}
    kept = [
        (giver, taker)
        for giver, taker in graph.edges
        if not any(taker in beyond[other] for other in takers[giver] - {taker})
    ]
    return Graph(graph.rules, kept)


def read_stages(root: Path) -> dict[str, str]:
    """Return the stage of every rule, stages in the order of the Snakefile's includes."""
    snakefile = (root / "Snakefile").read_text(encoding="utf-8")
    stages: dict[str, str] = {}
    for name in re.findall(r'^include: "workflow/rules/(\w+)\.smk"', snakefile, re.MULTILINE):
        text = (root / "workflow" / "rules" / f"{name}.smk").read_text(encoding="utf-8")
        rules = re.findall(r"^ *(?:rule|checkpoint) (\w+):", text, re.MULTILINE)
        # A stage may have several rule files; all of them log under its name.
        logged = re.search(r"results/logs/(\w+)/", text)
        stages |= dict.fromkeys(rules, logged[1] if logged else name)
    return stages


def rows_of(graph: Graph, stages: dict[str, str]) -> list[list[str]]:
    """Return rules row by row: stages in order, within a stage givers above takers."""
    givers = defaultdict(list)
    for giver, taker in graph.edges:
        if stages[giver] == stages[taker]:
            givers[taker].append(giver)
    depth: dict[str, int] = {}

    def depth_of(rule: str) -> int:
        if rule not in depth:
            depth[rule] = 1 + max(map(depth_of, givers[rule]), default=-1)
        return depth[rule]

    rows = []
    for stage in dict.fromkeys(stages.values()):
        levels = defaultdict(list)
        for rule in graph.rules:
            if stages[rule] == stage:
                levels[depth_of(rule)].append(rule)
        for level in sorted(levels):
            row = levels[level]
            pieces = -(-len(row) // BOXES_PER_ROW)
            rows += [row[piece::pieces] for piece in range(pieces)]
    return rows


def with_waypoints(
    graph: Graph, rows: list[list[str]]
) -> tuple[list[list[str]], dict[tuple[str, str], list[str]]]:
    """Give every edge a waypoint in each row that it passes.

    Returns the rows with waypoints (named ``giver>row``: edges of one giver share their way)
    and for each edge its chain of nodes from giver to taker.
    """
    row_of = {rule: number for number, row in enumerate(rows) for rule in row}
    extended = [list(row) for row in rows]
    chains = {}
    for giver, taker in graph.edges:
        between = range(row_of[giver] + 1, row_of[taker])
        waypoints = [f"{giver}>{number}" for number in between]
        for number, waypoint in zip(between, waypoints, strict=True):
            if waypoint not in extended[number]:
                extended[number].append(waypoint)
        chains[giver, taker] = [giver, *waypoints, taker]
    return extended, chains


def place(rows: list[list[str]], chains: dict[tuple[str, str], list[str]]) -> dict[str, float]:
    """Return x of every node: near those it is joined to, no two closer than their widths.

    Rows are ordered by the mean place of their neighbours, sweeping down and up, and then
    placed by least squares under the least distances (isotonic regression).
    """
    neighbours = defaultdict(set)
    for chain in chains.values():
        for upper, lower in pairwise(chain):
            neighbours[upper].add(lower)
            neighbours[lower].add(upper)
    row_of = {node: number for number, row in enumerate(rows) for node in row}
    middle = (STAGE_LABEL_PX + WIDTH_PX) / 2
    x = dict.fromkeys(row_of, middle)
    sweeps = 24
    for sweep in range(sweeps):
        down = sweep % 2 == 0
        for number in range(len(rows)) if down else reversed(range(len(rows))):
            wanted = {}
            for node in rows[number]:
                near = [x[other] for other in sorted(neighbours[node])]
                before = [
                    x[other]
                    for other in sorted(neighbours[node])
                    if (row_of[other] < number) == down
                ]
                chosen = near if sweep >= sweeps // 2 else before or near
                wanted[node] = sum(chosen) / len(chosen) if chosen else middle
            if sweep < sweeps // 2:
                rows[number].sort(key=lambda node: (wanted[node], node))
            x |= _spread_out(rows[number], wanted)
    return x


def _spread_out(row: list[str], wanted: dict[str, float]) -> dict[str, float]:
    """Place a row in its order as near to what is wanted as its widths allow."""
    widths = np.array([WAYPOINT_PX if ">" in node else BOX_PX for node in row], dtype=float)
    offset = np.concatenate([[0.0], np.cumsum((widths[:-1] + widths[1:]) / 2 + GAP_PX)])
    wished = np.array([wanted[node] for node in row])
    placed = isotonic_regression(wished - offset).x
    lowest = STAGE_LABEL_PX + widths[0] / 2
    highest = max(WIDTH_PX - 20 - widths[-1] / 2 - offset[-1], lowest)
    return dict(zip(row, (np.clip(placed, lowest, highest) + offset).tolist(), strict=True))


def draw(graph: Graph, stages: dict[str, str]) -> Figure:
    """Draw bands, boxes and edges."""
    rows, chains = with_waypoints(graph, rows_of(graph, stages))
    x = place(rows, chains)
    tops: list[float] = []
    bands: dict[str, list[float]] = {}
    top = float(BAND_GAP_PX)
    for row in rows:
        stage = next(stages[node] for node in row if node in stages)
        if bands and stage not in bands:
            top += BAND_GAP_PX
        bands.setdefault(stage, [top, top])[1] = top + ROW_PX
        tops.append(top)
        top += ROW_PX
    height = top + BAND_GAP_PX
    figure = Figure(figsize=(WIDTH_PX / DPI, height / DPI), dpi=DPI, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH_PX), ylim=(height, 0))
    axes.set_axis_off()
    colours = dict(zip(bands, COLOURS, strict=False))
    for stage, (upper, lower) in bands.items():
        _draw_band(axes, stage, upper, lower - upper, colours[stage])
    y = {node: tops[number] + ROW_PX / 2 for number, row in enumerate(rows) for node in row}
    for (giver, _), chain in sorted(chains.items()):
        _draw_edge(axes, [(x[node], y[node]) for node in chain], colours[stages[giver]])
    for rule in graph.rules:
        _draw_box(axes, rule, (x[rule], y[rule]), colours[stages[rule]])
    return figure


def _draw_band(axes: Axes, stage: str, top: float, height: float, colour: str) -> None:
    """Tint the band of a stage and write its name."""
    axes.add_patch(
        Rectangle((8, top), WIDTH_PX - 16, height, color=colour, alpha=0.10, linewidth=0)
    )
    axes.text(
        22, top + height / 2, stage, fontsize=13, fontweight="bold", color=colour, va="center"
    )


def _draw_box(axes: Axes, rule: str, centre: tuple[float, float], colour: str) -> None:
    """Draw a rule as a rounded box."""
    corner = (centre[0] - BOX_PX / 2, centre[1] - BOX_HEIGHT_PX / 2)
    box = FancyBboxPatch(corner, BOX_PX, BOX_HEIGHT_PX, boxstyle="round,pad=0,rounding_size=9")
    box.set(facecolor="white", edgecolor=colour, linewidth=1.8, zorder=3)
    axes.add_patch(box)
    size = min(11.0, 1.12 * BOX_PX / len(rule))
    axes.text(*centre, rule, fontsize=size, ha="center", va="center", color="#222222", zorder=4)


def _draw_edge(axes: Axes, nodes: list[tuple[float, float]], colour: str) -> None:
    """Draw an arrow from the first box to the last, upright through the waypoints between."""
    half = BOX_HEIGHT_PX / 2
    points = [(nodes[0][0], nodes[0][1] + half)]
    codes = [Curve.MOVETO]
    for number, (x, y) in enumerate(nodes[1:], start=1):
        start_x, start_y = points[-1]
        bend = 0.5 * (y - half - start_y)
        points += [(start_x, start_y + bend), (x, y - half - bend), (x, y - half)]
        codes += [Curve.CURVE4] * 3
        if number < len(nodes) - 1:
            points.append((x, y + half))
            codes.append(Curve.LINETO)
    arrow = FancyArrowPatch(path=Curve(points, codes), arrowstyle="-|>", mutation_scale=11)
    arrow.set(edgecolor=colour, facecolor=colour, linewidth=1.3, alpha=0.8, zorder=2)
    axes.add_patch(arrow)


def main(target: str) -> None:
    """Draw the graph on standard input into a file (.svg or .png)."""
    mpl.rcdefaults()
    mpl.rcParams.update({"svg.hashsalt": "hotslope", "font.family": "DejaVu Sans"})
    graph = parse_dot(sys.stdin.read())
    stages = read_stages(ROOT)
    unknown = [rule for rule in graph.rules if rule not in stages]
    if unknown:
        raise SystemExit(f"no rule file in workflow/rules holds {', '.join(unknown)}")
    svg = target.endswith(".svg")
    metadata = {"Date": None} if svg else {"Software": None}
    draw(without_detours(graph), stages).savefig(target, dpi=DPI, metadata=metadata)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
