import pytest

from hotslope.maps.layout import MapLayout
from hotslope.maps.style import WIDTH_PX

SHAPES = {"square": (0, 0, 10e3, 10e3), "wide": (0, 0, 75e3, 20e3), "tall": (0, 0, 8e3, 40e3)}


@pytest.mark.parametrize("panels", range(1, 8))
@pytest.mark.parametrize("shape", SHAPES)
def test_panels_lie_inside_and_apart(shape: str, panels: int) -> None:
    layout = MapLayout.of_area(SHAPES[shape], "EPSG:32647", panels, legend_px=100)
    boxes = [layout.panel_box(index) for index in range(panels)]
    for left, bottom, width, height in boxes:
        assert left > 0
        assert left + width < 1
        assert bottom * layout.height_px >= 100
        assert bottom + height < 1
        assert width * WIDTH_PX == pytest.approx(layout.grid.shape[1])
        assert height * layout.height_px == pytest.approx(layout.grid.shape[0])
    for index, (left, bottom, width, height) in enumerate(boxes):
        for other_left, other_bottom, other_width, other_height in boxes[:index]:
            beside = left >= other_left + other_width or other_left >= left + width
            above = bottom >= other_bottom + other_height or other_bottom >= bottom + height
            assert beside or above
    assert layout.height_px < 4000


def test_only_outer_panels_carry_coordinates() -> None:
    layout = MapLayout.of_area(SHAPES["square"], "EPSG:32647", 3, legend_px=100)
    assert [layout.is_leftmost(index) for index in range(3)] == [True, False, True]
    assert [layout.is_lowest(index, 3) for index in range(3)] == [False, True, True]


def test_panels_of_wide_areas_have_the_full_width() -> None:
    layout = MapLayout.of_area(SHAPES["wide"], "EPSG:32647", 2, legend_px=100)
    alone = MapLayout.of_area(SHAPES["wide"], "EPSG:32647", 1, legend_px=100)
    assert (layout.columns, layout.rows) == (1, 2)
    assert layout.grid.shape == alone.grid.shape
