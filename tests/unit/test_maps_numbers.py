"""Numbers of candidates: beside their outlines, covering nothing, within the map."""

import numpy as np
import shapely
from matplotlib.figure import Figure

from hotslope.maps.numbers import draw_numbers, place_numbers

BOUNDS = (0.0, 0.0, 1000.0, 1000.0)


def test_numbers_are_placed_above_and_without_leading_zeros() -> None:
    box = shapely.box(400, 400, 600, 600)
    (number,) = place_numbers(np.array([box]), ["PLC0070"], BOUNDS, 1.0)
    assert number.text == "70"
    assert number.x_m == 500
    assert 600 < number.y_m < 620


def test_at_the_upper_edge_a_number_is_below() -> None:
    box = shapely.box(400, 800, 600, 1000)
    (number,) = place_numbers(np.array([box]), ["PLC0001"], BOUNDS, 1.0)
    assert number.y_m < 800


def test_no_number_covers_an_outline_or_another_number() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.uniform(0, 950, (2, 300))
    outlines = shapely.box(x, y, x + 25, y + 25)
    numbers = place_numbers(outlines, [f"PLC{i:04d}" for i in range(1, 301)], BOUNDS, 1.0)
    assert 20 < len(numbers) < 300
    middles = shapely.points([(number.x_m, number.y_m) for number in numbers])
    assert not shapely.STRtree(outlines).query(middles, predicate="within").size
    distance = shapely.distance(middles[:, None], middles[None, :])
    assert distance[~np.eye(len(numbers), dtype=bool)].min() > 5


def test_nothing_to_number() -> None:
    assert place_numbers(np.array([], dtype=object), [], BOUNDS, 1.0) == []
    assert place_numbers(np.array([shapely.box(4, 4, 9, 9)]), ["no number"], BOUNDS, 1.0) == []


def test_numbers_are_drawn_as_texts() -> None:
    axes = Figure().subplots()
    numbers = place_numbers(np.array([shapely.box(400, 4, 500, 9)]), ["PLC0012"], BOUNDS, 1.0)
    draw_numbers(axes, numbers, 0.001)
    (text,) = axes.texts
    assert text.get_text() == "12"
    assert text.get_position()[0] == numbers[0].x_m / 1000
