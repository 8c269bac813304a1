import numpy as np
import pandas as pd
import pytest
import shapely

from hotslope.errors import InputError
from hotslope.factors.classes import majority_classes, to_classes, unit_areas
from hotslope.factors.measures import land_use, lithology


@pytest.mark.parametrize(
    ("values", "classes", "expected"),
    [
        (["granite", None], {"granite": "hard"}, ["hard", None]),
        ([1, 2], {1: "water", "2": "trees"}, ["water", "trees"]),
        ([1.0, np.nan], {1: "water"}, ["water", None]),
        ([10, 1], {10: None, 1: "water"}, [None, "water"]),
        (["granite", 3], None, ["granite", "3"]),
        ([], {}, []),
    ],
)
def test_values_to_classes(values: list, classes: dict, expected: list) -> None:
    series = pd.Series(values, dtype=object)
    assert to_classes(series, classes, "layers.x.classes").tolist() == expected


def test_case_and_blanks_make_no_other_class() -> None:
    values = pd.Series(["Granite", " granite", None], dtype=object)
    assert to_classes(values, {"granite ": "hard"}, "k").tolist() == ["hard", "hard", None]
    with pytest.raises(InputError, match="'GRANITE' is named twice, with different classes"):
        to_classes(values, {"granite": "hard", "GRANITE": "soft"}, "k")


def test_unmapped_values_are_named_with_their_key() -> None:
    values = pd.Series(["marl", "granite", "clay", "marl"])
    with pytest.raises(InputError, match=r"layers\.lithology\.classes.*'clay', 'marl'"):
        to_classes(values, {"granite": "hard"}, "layers.lithology.classes")


CANDIDATES = np.array([shapely.box(0, 0, 10, 10), shapely.box(100, 0, 110, 10)])


def test_exact_area_of_units() -> None:
    units = np.array(
        [shapely.box(-5, 0, 4, 10), shapely.box(4, 0, 20, 5), shapely.box(10, 0, 30, 9)]
    )
    areas = unit_areas(CANDIDATES, units)
    # The third only touches.
    assert areas.to_numpy().tolist() == [[0, 0, 40.0], [0, 1, 30.0]]


def test_largest_class_sums_its_parts_and_ties_go_to_the_first() -> None:
    areas = pd.DataFrame(
        {
            "polygon": [0, 0, 0, 1, 1, 2],
            "class": ["soft", "hard", "soft", "soft", "hard", None],
            "area": [30.0, 50.0, 30.0, 5.0, 5.0, 9.0],
        }
    )
    majority = majority_classes(areas, 4)
    assert majority["class"].tolist() == ["soft", "hard", None, None]
    np.testing.assert_allclose(majority["share"], [60 / 110, 0.5, np.nan, np.nan])
    np.testing.assert_allclose(majority["mapped"], [110, 10, 0, 0])


def test_lithology_and_its_coverage() -> None:
    units = np.array([shapely.box(0, 0, 10, 4), shapely.box(0, 4, 10, 5)])
    measured = lithology(
        CANDIDATES, units, np.array(["loess", "slate"]), {"loess": "soft", "slate": "hard"}
    )
    assert measured.columns["lithology"].tolist() == ["soft", None]
    np.testing.assert_allclose(measured.columns["lithology_share"], [0.8, np.nan])
    np.testing.assert_allclose(measured.coverage["lithology"], [0.5, 0])


def test_land_use_groups_codes_before_it_counts() -> None:
    codes = np.array([[1.0, 2.0, 3.0, 3.0], [1.0, 2.0, np.nan, 3.0]])
    measured = land_use(
        np.array([shapely.box(0, 0, 40, 20)]),
        codes,
        (0, 0, 40, 20),
        {1: "green", 2: "green", 3: "bare"},
    )
    assert measured.columns["land_use"].tolist() == ["green"]
    np.testing.assert_allclose(measured.columns["land_use_share"], 4 / 7)
    np.testing.assert_allclose(measured.coverage["land_use"], 7 / 8)
    with pytest.raises(InputError, match=r"layers\.land_use\.classes.*'3'"):
        land_use(np.array([shapely.box(0, 0, 40, 20)]), codes, (0, 0, 40, 20), {1: "a", 2: "b"})


def test_only_values_under_candidates_need_a_class() -> None:
    units = np.array([shapely.box(0, 0, 200, 20), shapely.box(500, 0, 600, 10)])
    measured = lithology(CANDIDATES, units, np.array(["loess", "marl"]), {"loess": "soft"})
    assert measured.columns["lithology"].tolist() == ["soft", "soft"]


def test_share_is_that_of_the_mapped_part() -> None:
    areas = pd.DataFrame(
        {"polygon": 0, "class": ["hard", "soft", None], "area": [30.0, 10.0, 60.0]}
    )
    majority = majority_classes(areas, 1)
    np.testing.assert_allclose(majority[["share", "mapped"]], [[0.75, 40.0]])
