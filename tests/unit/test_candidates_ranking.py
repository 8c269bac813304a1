"""Candidates ranked where nothing is labelled."""

import numpy as np
import pandas as pd
import pytest

from hotslope.candidates.ranking import rank_without_labels, ranking_criteria
from hotslope.candidates.tables import RANKING
from hotslope.maps.first_places import RANK, RANKING_NOTE, first_places, ranked
from hotslope.maps.overview import place_titles, places_of_run
from hotslope.maps.run_summary import warnings_of


def candidates() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "candidate_id": ["a", "b", "c", "d"],
            "area_m2": [1e4, 4e4, 2e4, 1e4],
            "agreement": ["opposite", "consistent", "not visible", "no terrain"],
            "strength": [3.0, 9.0, 5.0, np.nan],
            "mean_z": [2.0, -8.0, 4.0, 1.0],
            "rate_mm_yr_up": [-12.0, 30.0, np.nan, np.nan],
            "velocity_mm_yr_up": [-99.0, 28.0, -20.0, np.nan],
            "grade": "A",
        }
    )


def test_criteria_are_size_of_motion_and_what_is_known_of_it() -> None:
    found = ranking_criteria(candidates(), ["up"])
    assert found["motion"].tolist()[:3] == [12.0, 30.0, 20.0]
    assert np.isnan(found["motion"][3])
    assert found["size"].tolist() == [1e4, 4e4, 2e4, 1e4]
    assert found["consistency"].tolist() == [0.0, 2.0, 1.0, 1.0]
    assert found["significance"].tolist()[:3] == [3.0, 9.0, 5.0]
    unknown = ranking_criteria(candidates().assign(strength=np.nan), ["up"])
    assert unknown["significance"].tolist() == [2.0, 8.0, 4.0, 1.0]


def test_first_is_what_leads_by_every_criterion() -> None:
    found = RANKING.check(rank_without_labels(ranking_criteria(candidates(), ["up"])), "here")
    assert found[RANK].tolist() == [4, 1, 2, 3]
    # The best of four by each criterion: (4 - 0.5) / 4.
    assert found["unsupervised_score"][1] == pytest.approx(0.875)
    assert found["unsupervised_score"].mean() == pytest.approx(0.5)


def test_units_and_monotone_scales_do_not_matter() -> None:
    criteria = ranking_criteria(candidates(), ["up"])
    other = criteria.assign(size=np.log(criteria["size"]), motion=criteria["motion"] * 1e3)
    pd.testing.assert_frame_equal(rank_without_labels(criteria), rank_without_labels(other))


def test_no_candidates_have_no_ranks() -> None:
    found = rank_without_labels(ranking_criteria(candidates().head(0), ["up"]))
    assert RANKING.check(found, "here").empty


def test_summary_follows_the_ranking_and_names_it() -> None:
    table = candidates()
    table = table.assign(**rank_without_labels(ranking_criteria(table, ["up"])))
    assert ranked(table, [])["candidate_id"].tolist() == ["b", "c", "d", "a"]
    assert first_places(table, [])[0].startswith("b: unsupervised rank 1, 4 ha")
    assert RANKING_NOTE in warnings_of(table, {}, 10, [], {})
    assert RANKING_NOTE not in warnings_of(table.drop(columns=RANK), {}, 10, [], {})
    titles = place_titles(["up"], [], RANK)
    assert titles[0] == "unsupervised rank"
    place = places_of_run(table, ["up"], [])[0]
    assert place.cells[0] == "1"
    assert len(place.cells) == len(titles)
    # Models that were not trained leave their columns empty.
    with_models = table.assign(**{"class": "not classified", "main_factors": ""})
    place = places_of_run(with_models, ["up"], ["cnn"])[0]
    assert len(place.cells) == len(place_titles(["up"], ["cnn"], RANK))
