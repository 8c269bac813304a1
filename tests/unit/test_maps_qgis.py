from itertools import pairwise
from xml.etree import ElementTree as ET

from hotslope.maps.qgis import probability_style


def test_steps_cover_all_probabilities_without_a_gap() -> None:
    root = ET.fromstring(probability_style("probability_cnn"))
    renderer = root.find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == "probability_cnn"
    steps = [
        (float(step.get("lower")), float(step.get("upper"))) for step in renderer.iter("range")
    ]
    assert steps[0][0] == 0.0
    assert steps[-1][1] == 1.0
    assert all(upper == lower for (_, upper), (lower, _) in pairwise(steps))
    numbers = [step.get("symbol") for step in renderer.iter("range")]
    assert numbers == [symbol.get("name") for symbol in renderer.iter("symbol")]
    fills = [
        option.get("value") for option in renderer.iter("Option") if option.get("name") == "color"
    ]
    assert len(set(fills)) == len(steps)


def test_without_models_all_look_alike() -> None:
    renderer = ET.fromstring(probability_style(None)).find("renderer-v2")
    assert renderer is not None
    assert renderer.get("type") == "singleSymbol"
    assert len(list(renderer.iter("symbol"))) == 1
