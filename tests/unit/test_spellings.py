"""Text classes as several hands and programs write them."""

import pandas as pd
import pytest

from hotslope.spellings import as_text, folded, one_spelling


@pytest.mark.parametrize(
    "written",
    ["Éboulement actif", "éboulement actif ", "E\u0301boulement actif", "Éboulement\u00a0 actif"],
)
def test_one_class_however_it_is_written(written):
    assert folded(written) == folded("éboulement actif")


@pytest.mark.parametrize(("one", "other"), [("Q4", "Q⁴"), ("rock fall", "rockfall"), ("1", "10")])
def test_other_classes_stay_apart(one, other):
    assert folded(one) != folded(other)


@pytest.mark.parametrize("nothing", ["", "  ", "\u00a0", "NULL", "<Null>", "nan", None])
def test_words_for_nothing_are_missing(nothing):
    assert as_text(pd.Series(["slide", nothing], dtype=object)).isna().tolist() == [False, True]


def test_none_is_a_class():
    assert as_text(pd.Series(["none", "NA"])).tolist() == ["none", "NA"]


def test_the_most_frequent_spelling_is_kept():
    classes, merged = one_spelling(pd.Series(["slide", "slide", "Slide", None, "rock"]))
    assert classes.dropna().tolist() == ["slide", "slide", "slide", "rock"]
    assert merged == ["'slide' (2), 'Slide' (1) taken for one class, 'slide'"]
