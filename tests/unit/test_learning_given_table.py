"""A table of factors from another source: what is taken, and what is refused by its key."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from hotslope.errors import InputError
from hotslope.factors.tables import read_factors
from hotslope.learning.given_table import read_table, split_table
from hotslope.learning.sample import gather_sample
from hotslope.learning.splits import repeated_folds
from hotslope.learning.tables import LABELS
from read_factor_table import read_factor_table

COLUMNS = {
    "x_column": "x", "y_column": "y", "class_column": "class", "positive_class": "slide",
    "group_column": None, "factors": None,
}  # fmt: skip


def table(**changes: object) -> pd.DataFrame:
    columns = {
        "x": [0.0, 1, 2, 3], "y": [5.0, 6, 7, 8], "class": ["Slide", "field ", " ", "slide"],
        "slope": [1.0, np.inf, 3, np.nan], "aspect": [10, 350, 90, 0],
        "rock": ["a", None, " ", "b"], "wet": [True, False, True, True],
    }  # fmt: skip
    return pd.DataFrame(columns | changes)


def split(frame: pd.DataFrame, **changes: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    return split_table(frame, "t.csv", **(COLUMNS | changes))


def test_classes_places_and_factors_are_taken() -> None:
    factors, labels = split(table())
    assert labels["label"].tolist() == [1, 0, pd.NA, 1]
    assert labels["candidate_id"].tolist() == ["row0", "row1", "row2", "row3"]
    assert labels["inventory_id"].tolist() == labels["candidate_id"].tolist()
    assert list(factors.columns) == ["candidate_id", "slope", "aspect", "rock", "wet"]
    # Infinite is missing, blank is missing, true and false are classes.
    assert factors["slope"].isna().tolist() == [False, True, False, True]
    assert factors["rock"].isna().tolist() == [False, True, True, False]
    assert factors["wet"].tolist() == ["True", "False", "True", "True"]
    grouped = split(table(slope=["s", "s", None, "t"]), group_column="slope", factors=["aspect"])
    assert grouped[1]["inventory_id"].tolist() == ["s", "s", "row2", "t"]
    assert list(grouped[0].columns) == ["candidate_id", "aspect"]


@pytest.mark.parametrize(
    ("changes", "frame", "message"),
    [
        ({"x_column": "east"}, {}, r"factor_table.x_column: .*'east'.*Choose among"),
        ({"group_column": "g"}, {}, r"factor_table.group_column"),
        ({"positive_class": ["slide", "fall"]}, {}, r"positive_class: \['fall'\] does not occur"),
        ({"factors": ["tri"]}, {}, r"factor_table.factors: .*\['tri'\]"),
        ({}, {"y": [1, 2, "n/a", 4]}, r"factor_table.y_column: row 3: 'n/a' is no coordinate"),
        ({}, {"x": [1, 2, 3, np.inf]}, r"factor_table.x_column: row 4: 'inf'"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_key(changes: dict, frame: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        split(table(**frame), **changes)


def test_files_that_are_no_such_table_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,y,class,slope,slope\n1,2,slide,3,4\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"columns \['slope'\] twice"):
        read_table(str(path))
    path.write_text("x,y,class\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no rows"):
        read_table(str(path))
    path.write_text("x,y,class\n1,2,slide\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column to learn from"):
        split(read_table(str(path)))
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"factor_table\.path"):
        read_table(str(path))
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"factor_table\.path"):
        read_table(str(tmp_path / "t.parquet"))


def run(folder: Path, frame: pd.DataFrame) -> SimpleNamespace:
    frame.to_csv(folder / "t.csv", index=False)
    paths = {name: str(folder / name) for name in ("factors", "labels", "summary")}
    read_factor_table(
        table_path=str(folder / "t.csv"),
        columns=COLUMNS,
        folds=2,
        **{f"{name}_path": path for name, path in paths.items()},
    )
    return SimpleNamespace(**paths)


def test_given_columns_keep_their_own_meaning(tmp_path: Path) -> None:
    """Aspect in degrees and slope in percent are no errors in a table of another source."""
    frame = table(slope=[150.0, 120, 3, 5])
    written = run(tmp_path, frame)
    sample = gather_sample(read_factors(written.factors), LABELS.read(written.labels), None)
    assert sample.categorical == ["rock", "wet"]
    assert sample.factors["slope"].tolist() == [150, 120, 3, 5]
    assert sample.label.tolist() == [1, 0, -1, 1]
    assert "No model was trained" in Path(written.summary).read_text(encoding="utf-8")


def test_folds_by_k_means_are_clusters_of_places() -> None:
    rng = np.random.default_rng(0)
    corners = rng.integers(0, 2, (80, 2))
    x, y = (10_000 * corners + rng.normal(0, 100, (80, 2))).T
    label, group = np.arange(80) % 2, np.arange(80).astype(str)
    folds = repeated_folds(
        label, group, x, y, repeats=2, n_folds=4, block_size_m=1, seed=1, blocks="k_means"
    )
    spatial = [fold for fold in folds if fold.strategy == "spatial" and fold.repeat == 1]
    tested = np.concatenate([fold.test for fold in spatial])
    np.testing.assert_array_equal(np.sort(tested), np.arange(80))
    squares = repeated_folds(label, group, x, y, repeats=2, n_folds=4, block_size_m=20_000, seed=1)
    for ours, other in zip(folds[:8], squares[:8], strict=True):
        np.testing.assert_array_equal(ours.test, other.test)
    here = repeated_folds(
        label, group, x * 0, y * 0, repeats=1, n_folds=4, block_size_m=1, seed=1, blocks="k_means"
    )
    assert not [fold for fold in here if fold.strategy == "spatial"]
