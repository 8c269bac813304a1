from itertools import pairwise
from xml.etree import ElementTree as ET

from hotslope.maps.qgis import VELOCITY_STEPS, probability_renderer, style_text, velocity_renderer


def test_steps_cover_all_probabilities_without_a_gap() -> None:
    root = ET.fromstring(style_text(probability_renderer("probability_cnn")))
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


def test_candidates_unlike_training_have_a_class_beyond_all_probabilities() -> None:
    renderer = probability_renderer("probability_cnn", applied=True)
    assert renderer.get("attr") == 'if("applicable", "probability_cnn", -1)'
    *steps, last = renderer.iter("range")
    assert float(last.get("lower")) == float(last.get("upper")) == -1
    assert last.get("label") == "unlike training candidates"
    assert len(steps) == 5
    colours = [one.get("value") for one in renderer.iter("Option") if one.get("name") == "color"]
    assert colours[-1] == "85,85,85,255"
    assert len(set(colours)) == 6


def test_without_models_all_look_alike() -> None:
    renderer = ET.fromstring(style_text(probability_renderer(None))).find("renderer-v2")
    assert renderer is not None
    assert renderer.get("type") == "singleSymbol"
    assert len(list(renderer.iter("symbol"))) == 1


def test_velocities_are_red_away_and_blue_toward_and_all_have_a_class() -> None:
    renderer = velocity_renderer("velocity_mm_yr", 40.0)
    edges = [(float(one.get("lower")), float(one.get("upper"))) for one in renderer.iter("range")]
    assert len(edges) == VELOCITY_STEPS == len(renderer.findall("symbols/symbol"))
    assert all(low[1] == high[0] for low, high in pairwise(edges))
    assert edges[0][0] <= -1e6
    assert edges[-1][1] >= 1e6
    # The middle class is symmetric about zero.
    assert edges[VELOCITY_STEPS // 2][0] == -edges[VELOCITY_STEPS // 2][1]
    colours = [one.get("value") for one in renderer.iter("Option") if one.get("name") == "color"]
    first, last = (
        [int(part) for part in colour.split(",")] for colour in colours[:: len(colours) - 1]
    )
    assert first[0] > first[2]
    assert last[2] > last[0]
