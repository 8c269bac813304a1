"""Measure how often splits and merges of bodies are named right, on outlines of known truth.

    python tests/benchmarks/measure_namings.py

Prints the table of docs/method/change.md. A place is a body of two parts, which each of five runs
sees as one outline or as two, by chance; every run draws its outlines anew: moved, grown or shrunk.
The agreement of outlines that are the same body in two runs is given beside the scores.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
import shapely.affinity
from update_scores import namings, share

from hotslope.candidates.history import continue_history, first_history

PLACES, RUNS = 400, 5
#: Chance that a run sees a place otherwise than the run before.
SWITCHING = 0.3
#: Median area of a place, m², its logarithmic spread, and the side of the square it has for itself.
AREA_M2, AREA_SPREAD, SQUARE_M = 74_000.0, 0.7, 2_000.0
#: Gap between two parts that are seen apart, m.
GAP_M = (10.0, 60.0)
#: Standard deviations by which outlines move, grow and shrink from run to run, m.
NOISES_M = (4.0, 8.0, 16.0)


class Place(NamedTuple):
    """A body: its whole outline, and its two parts."""

    whole: shapely.Geometry
    parts: tuple[shapely.Geometry, shapely.Geometry]


def draw_place(number: int, random: np.random.Generator) -> Place:
    """Draw an ellipse, cut across its long axis."""
    area = AREA_M2 * np.exp(AREA_SPREAD * random.standard_normal())
    elongation = random.uniform(1.2, 3.0)
    half_m = np.sqrt(area * elongation / np.pi)
    whole = shapely.affinity.scale(shapely.Point(0, 0).buffer(1.0), half_m, half_m / elongation)
    cut, gap = random.uniform(-0.4, 0.4) * half_m, 0.5 * random.uniform(*GAP_M)
    left = shapely.box(-2 * half_m, -2 * half_m, cut - gap, 2 * half_m)
    right = shapely.box(cut + gap, -2 * half_m, 2 * half_m, 2 * half_m)
    turn = random.uniform(0.0, 180.0)
    row, column = divmod(number, int(np.ceil(np.sqrt(PLACES))))
    east_m, north_m = (column + 0.5) * SQUARE_M, -(row + 0.5) * SQUARE_M

    def laid(shape: shapely.Geometry) -> shapely.Geometry:
        turned = shapely.affinity.rotate(shape, turn, origin=(0, 0))
        return shapely.affinity.translate(turned, east_m, north_m)

    return Place(laid(whole), (laid(whole & left), laid(whole & right)))


def as_drawn(
    shape: shapely.Geometry, noise_m: float, random: np.random.Generator
) -> shapely.Geometry:
    """Draw an outline as one run has it."""
    east_m, north_m, wider_m = noise_m * random.standard_normal(3)
    moved = shapely.affinity.translate(shape, east_m, north_m)
    grown = shapely.buffer(moved, wider_m)
    return moved if grown.is_empty else grown


def run_places(noise_m: float, seed: int) -> tuple[pd.DataFrame, float]:
    """Return a row per outline and run, and the median agreement of outlines of whole places."""
    random = np.random.default_rng(seed)
    places = [draw_place(number, random) for number in range(PLACES)]
    apart = random.uniform(size=PLACES) < 0.5
    history, tables, agreement = None, [], []
    before: dict[int, shapely.Geometry] = {}
    side_m = SQUARE_M * np.ceil(np.sqrt(PLACES))
    for run in range(1, RUNS + 1):
        if run > 1:
            apart ^= random.uniform(size=PLACES) < SWITCHING
        outlines, bodies, wholes = [], [], {}
        for number, place in enumerate(places):
            if apart[number]:
                first, second = (as_drawn(part, noise_m, random) for part in place.parts)
                outlines += [first, shapely.difference(second, first)]
                bodies += [str(2 * number), str(2 * number + 1)]
            else:
                wholes[number] = as_drawn(place.whole, noise_m, random)
                outlines.append(wholes[number])
                bodies.append(f"{2 * number} {2 * number + 1}")
        agreement += [_iou(wholes[each], before[each]) for each in wholes.keys() & before.keys()]
        before = wholes
        shapes, codes = np.array(outlines, dtype=object), [""] * len(outlines)
        if history is None:
            ids = [f"PLC{number:04d}" for number in range(1, len(outlines) + 1)]
            history = first_history(ids, codes, shapes, None)
        else:
            history = continue_history(history, shapes, codes, None, (0.0, -side_m, side_m, 0.0))
        now = history.iloc[: len(outlines)][["candidate_id", "status"]]
        tables.append(now.assign(release=run, bodies=bodies))
    return pd.concat(tables, ignore_index=True), float(np.median(agreement))


def _iou(one: shapely.Geometry, other: shapely.Geometry) -> float:
    return one.intersection(other).area / one.union(other).area


def main() -> None:
    """Print the table."""
    print("| outlines move by (m) | agreement | named right | named so where bodies show none |")
    print("|---|---|---|---|")
    for number, noise_m in enumerate(NOISES_M):
        table, agreement = run_places(noise_m, 84_700 + number)
        scores = [share(*counts) for counts in namings([table]).values()]
        print(f"| {noise_m:g} | {agreement:.2f} | {scores[0]} | {scores[1]} |")


if __name__ == "__main__":
    main()
