"""The examples in the docstrings of public functions."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "hotslope.candidates.accuracy",
        "hotslope.factors.aspects",
        "hotslope.grid",
        "hotslope.learning.chimerge",
        "hotslope.learning.information",
        "hotslope.motion.hotspots",
        "hotslope.motion.trends",
        "hotslope.line_of_sight",
    ],
)
def test_examples_print_what_they_say(module):
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
