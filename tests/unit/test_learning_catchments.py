"""Spatial folds that keep catchments whole."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from check_leakage import check_leakage
from find_catchments import find_catchments
from hotslope.errors import InputError
from hotslope.grid import Grid
from hotslope.learning.splits import catchment_blocks, repeated_folds
from hotslope.learning.tables import CATCHMENTS, LABELS
from hotslope.rasters import write_raster
from learning_area import CRS, FACTORS, LEARNING, N, settings_of
from validate_model import validate_model

pytestmark = pytest.mark.xdist_group("learning_area")


def test_neither_catchments_nor_slopes_are_divided() -> None:
    rng = np.random.default_rng(5)
    group = np.array([f"s{i // 2}" for i in range(80)], dtype=object)
    catchment = rng.integers(0, 12, 80)
    label = rng.integers(0, 2, 40).repeat(2)
    x_m, y_m = rng.uniform(0, 9000, (2, 80))
    folds = repeated_folds(
        label, group, x_m, y_m,
        repeats=3, n_folds=4, block_size_m=1.0, seed=1, blocks="catchments", buffer_m=400.0,
        catchment=catchment,
    )  # fmt: skip
    whole = catchment_blocks(group, catchment)
    spatial = [fold for fold in folds if fold.strategy == "spatial"]
    assert len(spatial) == 12
    for fold in spatial:
        assert not set(whole[fold.test]) & set(whole[fold.train])
        assert not set(group[fold.test]) & set(group[fold.train])
        gaps = np.hypot(*(part[fold.train][:, None] - part[fold.test] for part in (x_m, y_m)))
        assert gaps.min() >= 400
    for repeat in range(3):
        tested = np.concatenate([fold.test for fold in spatial if fold.repeat == repeat])
        assert sorted(tested) == list(range(80))
    first, second = (
        [fold.test.tolist() for fold in spatial if fold.repeat == repeat] for repeat in (0, 1)
    )
    assert first != second


def test_blocks_of_catchments_need_them() -> None:
    ones = np.ones(4)
    with pytest.raises(ValueError, match="need the catchment"):
        repeated_folds(
            np.array([0, 1, 0, 1]), np.array(list("abcd")), ones, ones,
            repeats=1, n_folds=2, block_size_m=1.0, seed=1, blocks="catchments",
        )  # fmt: skip


@pytest.fixture
def valleys(stage: SimpleNamespace, tmp_path: Path) -> Path:
    """The catchments of the board: a valley under each row of candidates."""
    grid = Grid.from_bounds([699_000, 3_979_000, 711_000, 3_987_000], 100.0, CRS)
    y_m = grid.y_centres_m()[:, None]
    across = np.abs((y_m - 3_980_150.0 + 500.0) % 1000.0 - 500.0)
    dem = 2000.0 + across / 5 + (grid.x_centres_m() - 699_000) / 100
    write_raster(tmp_path / "dem.tif", {"elevation_m": dem}, grid)
    find_catchments(
        dem_path=str(tmp_path / "dem.tif"),
        labels_path=stage.tables["labels_path"],
        catchments_path=str(tmp_path / "catchments.parquet"),
        size_km2=20.0,
    )
    return tmp_path / "catchments.parquet"


def test_candidates_lie_in_the_catchment_of_their_centroid(
    stage: SimpleNamespace, valleys: Path
) -> None:
    labels = LABELS.read(stage.tables["labels_path"])
    found = CATCHMENTS.read(valleys)
    assert found["candidate_id"].tolist() == labels["candidate_id"].tolist()
    rows = ((labels["y_m"] - 3_980_000) // 1000).astype(int)
    # One catchment per row of the board, another one for each.
    assert len(set(zip(rows, found["catchment"], strict=True))) == 6
    assert found["catchment"].nunique() == 6


def test_candidates_outside_the_dem_share_the_number_0(
    stage: SimpleNamespace, tmp_path: Path
) -> None:
    grid = Grid.from_bounds([699_000, 3_979_000, 705_000, 3_987_000], 100.0, CRS)
    write_raster(tmp_path / "dem.tif", {"elevation_m": np.full(grid.shape, 5.0)}, grid)
    find_catchments(
        dem_path=str(tmp_path / "dem.tif"),
        labels_path=stage.tables["labels_path"],
        catchments_path=str(tmp_path / "catchments.parquet"),
        size_km2=1.0,
    )
    found = CATCHMENTS.read(tmp_path / "catchments.parquet")["catchment"]
    east = LABELS.read(stage.tables["labels_path"])["x_m"] > 705_000
    np.testing.assert_array_equal(found == 0, east)
    assert east.any()


def validated(folder: Path, stage: SimpleNamespace, catchments: Path) -> pd.DataFrame:
    """Validate a model by catchments; return its folds."""
    names = {
        "validation": "validation.parquet", "probabilities": "probabilities.parquet",
        "calibration": "calibration.json", "importance": "importance.csv",
    }  # fmt: skip
    validate_model(
        **stage.tables,
        **{f"{name}_path": str(folder / file) for name, file in names.items()},
        settings=settings_of("logistic_regression"),
        factors=FACTORS,
        folds={
            "repeats": 2, "n_folds": 3, "blocks": "catchments", "block_size_m": 2000,
            "buffer_m": 0,
        },
        set_confidence=0.9,
        catchments_path=str(catchments),
    )  # fmt: skip
    return pd.read_parquet(folder / "validation.parquet")


def test_models_are_validated_and_checked_by_catchments(
    stage: SimpleNamespace, valleys: Path, tmp_path: Path
) -> None:
    folds = validated(tmp_path, stage, valleys).query("strategy == 'spatial'")
    # Eight of the ten slopes of each row of the board, or all, are labelled: whole rows are tested.
    assert (folds.groupby("repeat")["n_test"].sum() == 48).all()
    labels = LABELS.read(stage.tables["labels_path"])
    numbers = CATCHMENTS.read(valleys).loc[labels["label"].notna(), "catchment"]
    sizes = numbers.value_counts().tolist()
    possible = {sum(sizes[i] for i in range(len(sizes)) if chosen >> i & 1) for chosen in range(64)}
    assert set(folds["n_test"]) <= possible
    check_leakage(
        **stage.tables,
        **LEARNING,
        shuffles_path=str(tmp_path / "label_shuffles.csv"),
        suspicions_path=str(tmp_path / "suspicions.csv"),
        model="logistic_regression",
        shuffles=4,
        folds=3,
        spatial={"blocks": "catchments", "block_size_m": 2000, "buffer_m": 0},
        catchments_path=str(valleys),
    )
    assert set(pd.read_csv(tmp_path / "label_shuffles.csv")["strategy"]) == {
        "stratified", "spatial",
    }  # fmt: skip


def test_a_single_catchment_is_refused(stage: SimpleNamespace, tmp_path: Path) -> None:
    names = [f"c{i:03d}" for i in range(N)]
    table = pd.DataFrame({"candidate_id": names, "catchment": np.ones(N, dtype=np.int64)})
    CATCHMENTS.write(tmp_path / "one.parquet", table.astype({"candidate_id": "str"}))
    with pytest.raises(InputError, match=r"validation.catchment_km2.*one catchment"):
        validated(tmp_path, stage, tmp_path / "one.parquet")
