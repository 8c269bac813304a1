"""Ground at rest that mapped landslides are compared with."""

import numpy as np
import pandas as pd
import pytest
import shapely

from hotslope.learning.labels import summarise_labels
from hotslope.learning.negatives import candidates_without_landslide, defined_metrics
from hotslope.learning.stable_ground import CLEARANCE_M, stable_pieces, with_stable_ground

BOUNDS_M = (0.0, 0.0, 4000.0, 4000.0)
SLIDES = np.array([shapely.box(200, 200, 500, 500), shapely.box(900, 200, 1200, 400)])


def points(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points whose west half is ten times as dense; all in and near the slides move."""
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.uniform(0, 2000, 8000), rng.uniform(2000, 4000, 800)])
    y = rng.uniform(0, 4000, x.size)
    return x, y, (x < 1300) & (y < 700)


def pieces(views: dict | None = None, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return stable_pieces(SLIDES, SLIDES, BOUNDS_M, {"up": points()}, views or {}, rng)


def inside(polygon: shapely.Geometry) -> np.ndarray:
    x, y, _ = points()
    return shapely.contains_xy(polygon, x, y)


def test_pieces_are_the_outlines_on_ground_that_does_not_move() -> None:
    found, slide = pieces()
    assert slide.tolist() == [0, 1]
    assert shapely.area(found) == pytest.approx(shapely.area(SLIDES))
    assert not shapely.intersects(*found)
    moves = points()[2]
    for piece, number in zip(found, slide, strict=True):
        assert shapely.box(*BOUNDS_M).covers(piece)
        assert shapely.distance(piece, SLIDES).min() >= CLEARANCE_M
        assert not moves[inside(piece)].any()
        # About as many points: the sparse half has a tenth of them.
        assert inside(piece).sum() == pytest.approx(inside(SLIDES[number]).sum(), rel=0.2)


def test_pieces_are_where_the_track_sees_as_well() -> None:
    """The view is that of the slides in the north west alone; elsewhere the ground is hidden."""
    view = {"up": lambda x, y: np.where((x < 2000) & ((y > 2500) | (y < 700)), 0.8, np.nan)}
    found, _ = pieces(view)
    assert len(found) == 2
    assert shapely.get_y(shapely.centroid(found)).min() > 2500


def test_no_ground_gives_no_pieces_and_the_same_seed_the_same() -> None:
    x, y, _ = points()
    rng = np.random.default_rng(1)
    everything_moves = {"up": (x, y, np.ones(x.size, dtype=bool))}
    found, slide = stable_pieces(SLIDES, SLIDES, BOUNDS_M, everything_moves, {}, rng)
    assert (len(found), len(slide)) == (0, 0)
    wide = np.array([shapely.box(0, 0, 5000, 100)])
    found, _ = stable_pieces(wide, wide, BOUNDS_M, {"up": points()}, {}, rng)
    assert len(found) == 0
    assert shapely.equals_exact(pieces()[0], pieces()[0]).all()


def labels(slides: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "candidate_id": pd.Series([f"PLC{i}" for i in range(slides + 2)], dtype="str"),
            "label": pd.array([1] * slides + [0, None], dtype="Int8"),
            "kind": pd.Series(["old"] * slides + [None, None], dtype="str"),
            "inventory_id": pd.Series([f"i/{i}" for i in range(slides + 1)] + [None], dtype="str"),
            "role": pd.Series([None] * (slides + 2), dtype="str"),
            "x_m": 0.0,
            "y_m": 0.0,
        }
    )


def test_other_movers_are_no_stable_ground() -> None:
    ground = pd.DataFrame({"candidate_id": ["stable0001"], "x_m": [3.0], "y_m": [4.0]})
    rows = with_stable_ground(labels(2), ground)
    assert rows["label"].tolist() == [1, 1, pd.NA, pd.NA, 0]
    assert rows["inventory_id"].iloc[-1] == "stable0001"
    assert rows[["x_m", "y_m"]].iloc[-1].tolist() == [3.0, 4.0]
    assert rows.dtypes.equals(labels(2).dtypes)
    assert len(with_stable_ground(labels(2), ground.head(0))) == 4


@pytest.mark.parametrize("role", ["test", None])
def test_roles_that_are_not_used_are_reported(role, caplog) -> None:
    given = labels(2).assign(role=pd.Series([role] * 4, dtype="str"))
    ground = pd.DataFrame({"candidate_id": ["stable0001"], "x_m": [3.0], "y_m": [4.0]})
    for rows in (with_stable_ground(given, ground), candidates_without_landslide(given)):
        assert rows["role"].isna().all()
    assert [record.message.split(" ")[0] for record in caplog.records] == (
        ["inventory.role_column"] * 2 if role else []
    )


def test_what_depends_on_how_much_ground_is_sampled_is_left_out() -> None:
    assert defined_metrics("stable_ground") == [
        "recall",
        "specificity",
        "false_positive_rate",
        "auc",
    ]
    summary = summarise_labels(labels(6), 5, "stable_ground")
    assert summary["reason_not_to_learn"] is None
    assert "does not tell a landslide from another cause" in str(summary["meaning"])
    few = summarise_labels(labels(3), 5, "stable_ground")["reason_not_to_learn"]
    assert "3 mapped landslides and 3 pieces of stable ground" in str(few)
