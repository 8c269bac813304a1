"""Windows of two blocks of rows: what they show, what they write back, when they are visited."""

import numpy as np
import pytest

from hotslope.terrain.row_windows import Layer, RowWindow, visit_until_settled


class CountedRows:
    """A raster that notes which rows are read and written."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.shape = values, values.shape
        self.read: list[int] = []
        self.written: list[int] = []

    def __getitem__(self, window: tuple[slice, slice]) -> np.ndarray:
        self.read.append(window[0].start)
        return self.values[window]

    def __setitem__(self, window: tuple[slice, slice], values: np.ndarray) -> None:
        self.written.append(window[0].start)
        self.values[window] = values


def numbered(height: int, width: int = 3) -> np.ndarray:
    return np.arange(height * width, dtype=float).reshape(height, width)


@pytest.mark.parametrize("height", [1, 4, 5, 8, 10, 11])
@pytest.mark.parametrize("block_rows", [2, 4, 20])
def test_every_window_shows_its_two_blocks_within_a_rim(height: int, block_rows: int) -> None:
    raster = numbered(height)
    window = RowWindow([Layer(raster, -1.0)], block_rows)
    numbers = [*range(window.count), *reversed(range(window.count))]
    for number in numbers:
        (cells,), lower_top, is_first, is_last = window.move_to(number)
        top = number * block_rows
        part = raster[top : top + 2 * block_rows]
        np.testing.assert_array_equal(cells, np.pad(part, 1, constant_values=-1.0))
        assert lower_top == 1 + min(block_rows, height)
        assert (is_first, is_last) == (number == 0, number == window.count - 1)
    assert (window.count + 1) * block_rows >= height


def test_blocks_are_read_once_per_sweep_and_written_where_changed() -> None:
    raster, expected = CountedRows(numbered(10)), numbered(10)
    window = RowWindow([Layer(raster, 0.0, raster)], 2)
    for number in range(window.count):
        (cells,), *_ = window.move_to(number)
        if number == 1:
            cells[1:3] += 100.0
            window.mark_changed(1)
    window.close()
    assert raster.read == [0, 2, 4, 6, 8]
    assert raster.written == [2]
    expected[2:4] += 100.0
    np.testing.assert_array_equal(raster.values, expected)


def test_layer_without_target_is_not_written() -> None:
    ground, level = numbered(6), numbered(6)
    window = RowWindow([Layer(ground, 0.0), Layer(level, 0.0, level)], 2)
    (first, second), *_ = window.move_to(0)
    first[1:-1] = second[1:-1] = 7.0
    window.mark_changed(0)
    window.close()
    np.testing.assert_array_equal(ground, numbered(6))
    np.testing.assert_array_equal(level[:2], 7.0)
    np.testing.assert_array_equal(level[2:], numbered(6)[2:])


def test_windows_are_visited_again_where_a_block_changed() -> None:
    window = RowWindow([Layer(numbered(10), 0.0)], 2)
    visits: list[int] = []

    def work(number: int) -> tuple[bool, bool]:
        window.move_to(number)
        visits.append(number)
        # Window 2 changes its upper block at the first visit: window 1 holds it too.
        return number == 2 and visits.count(2) == 1, False

    visit_until_settled(window, work)
    assert visits == [0, 1, 2, 3, 1]
