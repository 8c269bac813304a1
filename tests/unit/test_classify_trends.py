import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from classify_trends import BATCH, classify_trends
from hotslope.columns import epoch_column
from hotslope.errors import InputError
from hotslope.files import write_table
from hotslope.motion.tables import TRENDS
from hotslope.motion.trends import classify_trends as classify
from hotslope.points.tables import POINTS

DATES = [dt.date(2020, 1, 5) + dt.timedelta(days=12 * k) for k in range(39)]
OPTIONS = {
    "significance": 0.01,
    "evidence_ratio": 10.0,
    "min_segment_epochs": 5,
    "autocorrelation": "pooled",
    "gate": "joint",
    "annual": "auto",
    "wavelength_m": 0.0555,
}


def points_file(path, displacement, dates=DATES):
    columns = {"point_id": [f"p{k:06d}" for k in range(len(displacement))]}
    columns |= {epoch_column(d): displacement[:, k] for k, d in enumerate(dates)}
    write_table(path, pd.DataFrame(columns), POINTS.metadata())
    return str(path)


def run(folder, displacement, dates=DATES, **options):
    classify_trends(
        points_path=points_file(folder / "points.parquet", displacement, dates),
        trends_path=str(folder / "trends.parquet"),
        summary_path=str(folder / "trends.json"),
        **(OPTIONS | options),
    )
    summary = json.loads((folder / "trends.json").read_text())
    return TRENDS.read(folder / "trends.parquet"), summary


def track(count):
    rng = np.random.default_rng(1)
    series = rng.normal(0, 3, (count, 39)) - 30.0 * np.linspace(0, 1, 39) * (
        np.arange(count)[:, None] % 2
    )
    series[::10] += 27.75 * (np.arange(39) > 20)
    return series.astype(np.float32)


def test_streamed_codes_equal_those_of_one_call(tmp_path):
    displacement = track(BATCH + 500)
    displacement[7::50, 3] = np.nan
    trends, summary = run(tmp_path, displacement)
    np.testing.assert_array_equal(trends["trend"], classify(displacement, DATES))
    assert trends["point_id"].tolist()[:2] == ["p000000", "p000001"]
    assert summary["points"] == sum(summary["counts"].values()) == len(displacement)
    assert sum(summary["shares"].values()) == pytest.approx(1.0)
    assert summary["season"] == "not separable"
    assert [c["share"] for c in summary["noise"]["classes"]] == [1.0]
    noise = summary["noise"]["classes"][0]
    assert (1.0 - noise["white_share"]) * noise["rho"] == pytest.approx(0.0, abs=0.07)
    assert noise["effective_epochs"] == pytest.approx(39.0, abs=1.0)
    assert summary["not_separable"] == 0
    assert summary["noise"]["lag_days"] == 12.0
    assert summary["calibration"][0]["line_nonlinear"] <= 0.04
    assert summary["possible_unwrapping_errors"]["share"] == pytest.approx(0.1, abs=0.03)
    assert set(json.loads((tmp_path / "trends.json").read_text())["shares"]) == {
        "uncorrelated",
        "linear",
        "nonlinear",
    }


def test_points_without_a_class_are_counted_apart(tmp_path):
    displacement = track(300)
    displacement[:40, 10:] = np.nan
    trends, summary = run(tmp_path, displacement)
    assert (trends["trend"][:40] == -1).all()
    assert (trends["trend"][40:] >= 0).all()
    assert (summary["points"], summary["not_separable"]) == (300, 40)
    assert sum(summary["counts"].values()) == 260


def test_same_bytes_again(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        run(folder, track(300))
    for name in ("trends.parquet", "trends.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_no_points(tmp_path):
    trends, summary = run(tmp_path, np.empty((0, 39), np.float32))
    assert len(trends) == 0
    assert summary["shares"] is None


def test_a_table_of_another_kind_is_refused(tmp_path):
    write_table(tmp_path / "other.parquet", pd.DataFrame({"point_id": ["a"]}), {})
    with pytest.raises(InputError, match="points 1"):
        classify_trends(
            points_path=str(tmp_path / "other.parquet"),
            trends_path=str(tmp_path / "t.parquet"),
            summary_path=str(tmp_path / "t.json"),
            **OPTIONS,
        )


@pytest.mark.parametrize("epochs", [0, 1, 7])
def test_series_too_short_for_classes_have_none(tmp_path, epochs):
    trends, summary = run(tmp_path, track(20)[:, :epochs], DATES[:epochs])
    assert trends["trend"].tolist() == [-1] * 20
    assert summary["epochs"] == epochs
    assert summary["not_separable"] == summary["too_few_epochs"] == summary["points"] == 20
    assert summary["shares"] is None
    assert summary["noise"] is None
    assert summary["season"] == "not separable"
