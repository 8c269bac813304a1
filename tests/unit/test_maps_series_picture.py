"""Pictures of series: every number within the picture, names as text, nothing without points."""

from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from hotslope.maps.series_picture import TRACK_PX, WIDTH_PX, series_svg

SVG = "{http://www.w3.org/2000/svg}"


def rows(trend: str, first: str, epochs: int, step_days: int, rate_mm: float) -> pd.DataFrame:
    days = np.datetime64(first) + step_days * np.arange(epochs)
    mean = rate_mm * np.arange(epochs)
    return pd.DataFrame(
        {"trend": trend, "date": days.astype(str), "n_points": 7, "mean_mm": mean, "std_mm": 2.0}
    )


def drawn(root: ET.Element, tag: str) -> list[np.ndarray]:
    return [
        np.array([pair.split(",") for pair in shape.get("points", "").split()], dtype=float)
        for shape in root.iter(f"{SVG}{tag}")
    ]


def test_a_steady_series_is_a_straight_line_from_edge_to_edge() -> None:
    series = {"up": rows("linear", "2019-01-01", 50, 12, -0.5)}
    root = ET.fromstring(series_svg("PLC0001", ["up"], series))
    (line,) = drawn(root, "polyline")
    assert len(line) == 50
    np.testing.assert_allclose(np.diff(line[:, 0]), np.diff(line[:, 0]).mean(), atol=0.11)
    np.testing.assert_allclose(np.diff(line[:, 1]), np.diff(line[:, 1]).mean(), atol=0.11)
    # Away from the sensor is down.
    assert line[-1, 1] > line[0, 1]
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[0] == "PLC0001, up"
    assert "linear (7)" in texts
    assert {"-30", "0", "2020"} <= set(texts)


@pytest.mark.parametrize(("epochs", "step_days"), [(1, 12), (2, 1), (300, 6), (60, 180)])
@pytest.mark.parametrize("rate_mm", [0.0, 0.001, 300.0, -40.0])
def test_everything_is_inside_the_picture(epochs: int, step_days: int, rate_mm: float) -> None:
    series = {"up": rows("non-linear", "2001-12-30", epochs, step_days, rate_mm)}
    root = ET.fromstring(series_svg("PLC0001", ["down", "up"], series))
    assert root.get("height") == str(2 * TRACK_PX)
    for shape in drawn(root, "polyline") + drawn(root, "polygon"):
        assert (shape >= 0).all()
        assert (shape <= [WIDTH_PX, TRACK_PX]).all()
    labels = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert "no points inside" in labels
    assert sum(label[:2] in ("19", "20") and len(label) in (4, 7) for label in labels) <= 6


def test_names_are_text() -> None:
    name = "<script>&滑坡"
    picture = series_svg(name, ["up"], {})
    assert picture.isascii()
    titles = [text.text for text in ET.fromstring(picture).iter(f"{SVG}text")]
    assert titles == [f"{name}, up", "no points inside"]
