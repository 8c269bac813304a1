"""The bulletin: what it lists first, as a page, a PDF and a record."""

import datetime as dt
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg

from hotslope.candidates.history import continue_history, first_history
from hotslope.candidates.identities import ABSENT, PRESENT
from hotslope.candidates.tables import HISTORY
from hotslope.change.change_table import change_table
from hotslope.change.onset import Onset
from hotslope.change.tables import CHANGE, DIFFERENCES, LAYER
from hotslope.change.track_change import BodyChange, ChangeSettings
from hotslope.exposure.tables import EXPOSURE
from hotslope.exposure.tables import LAYER as EXPOSED
from hotslope.maps.bulletin import (
    MOST_ROWS,
    TITLES,
    describe_bodies,
    describe_change,
    notes_of,
    ranked,
    reading_of,
    rows_of,
    tiles_of,
    titles_of,
    with_exposure,
)
from hotslope.maps.bulletin_sheet import draw_bulletin
from hotslope.maps.sheet import HEIGHT_MM, MARGIN_MM
from hotslope.schemas import write_layer
from write_bulletin import write_bulletin

ROOT = Path(__file__).parents[2]
CRS = "EPSG:32647"
BOUNDS_M = [690_000.0, 3_980_000.0, 694_000.0, 3_984_000.0]
SETTINGS = {"window_days": 150.0, "threshold_mm_yr": 10.0, "fdr": 0.05, "ring_m": [200.0, 1000.0]}
DATES = [dt.date(2020, 1, 1) + dt.timedelta(days=12 * step) for step in range(90)]


def changed(change_mm_yr: float, p: float, season: bool = True) -> BodyChange:
    bend = Onset("accelerating", 900.0, 880.0, 915.0, -10.0, -10.0 + change_mm_yr)
    onset = bend if p < 0.01 else Onset("steady")
    return BodyChange(-10.0, change_mm_yr, 3.0, p, season, onset)


@pytest.fixture(scope="module")
def change() -> gpd.GeoDataFrame:
    shown = [
        changed(-20.0, 1e-9),
        changed(-60.0, 1e-12),
        changed(-40.0, 1e-9, season=False),
        changed(2.0, 0.6),
        None,
    ]
    corner = 690_200.0 + 700.0 * np.arange(5)
    outlines = shapely.box(corner, 3_981_000.0, corner + 300.0, 3_981_400.0)
    ids = [f"PLC{number:04d}" for number in range(1, 6)]
    candidates = gpd.GeoDataFrame(
        {"candidate_id": ids, "status": "continued"}, geometry=outlines, crs=CRS
    )
    settings = ChangeSettings(150.0, 10.0, 0.05, (200.0, 1000.0))
    counts = {"up": ([8] * 5, [90] * 5)}
    return change_table(candidates, {"up": DATES}, {"up": shown}, counts, settings)


def test_alerts_come_first_and_the_largest_of_them(change):
    assert change["level"].tolist() == ["alert", "alert", "watch", "none", "not measured"]
    chosen = ranked(change)
    assert chosen["candidate_id"].tolist() == ["PLC0002", "PLC0001", "PLC0003"]
    assert rows_of(chosen)[0][:6] == [
        "PLC0002", "alert", "-60 ± 3", "-10", "2022-06-19 (2022-05-30 to 2022-07-04)",
        "accelerating",
    ]  # fmt: skip
    assert describe_change(change)[:2] == [
        "2 alerts, 1 to watch (results/change/bulletin.html)",
        "5 continued",
    ]


def test_noise_is_a_share_in_words(change):
    unsure = ranked(change).assign(p_noise_change=[0.15, 0.002, 0.996])
    assert [row[6] for row in rows_of(unsure)] == ["15 %", "< 1 %", "100 %"]


def test_a_sheet_with_much_to_say_ends_on_its_page(change):
    count = 100
    settled = [*PRESENT, *ABSENT]
    history = pd.DataFrame(
        {
            "candidate_id": [f"PLC{number:04d}" for number in range(count * len(settled))],
            "status": np.repeat(settled, count),
        }
    )
    rows = rows_of(ranked(change).iloc[[0] * MOST_ROWS])
    remarks = [
        ("Note", notes_of(change)),
        ("Since the earlier run", describe_bodies(history)),
        ("How to read it", reading_of(SETTINGS)),
    ]
    tiles = tiles_of(change, history)
    figure = draw_bulletin("Guide", "about", tiles, TITLES, rows, np.zeros((900, 1600, 3)), remarks)
    renderer = FigureCanvasAgg(figure).get_renderer()
    lowest = min(text.get_window_extent(renderer).y0 for text in figure.texts)
    assert lowest >= MARGIN_MM / HEIGHT_MM * figure.bbox.height


def exposed(change: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The first candidate above a house, the second above a road."""
    count = len(change)
    table = EXPOSURE.empty().reindex(range(count))
    table = table.assign(
        candidate_id=change["candidate_id"],
        exposed=["buildings", "roads", *["nothing"] * (count - 2)],
        exposure_rank=np.arange(1, count + 1),
        buildings_in_reach=[1.0, *[0.0] * (count - 1)],
        roads_in_reach_m=[0.0, 250.0, *[0.0] * (count - 2)],
        reach_is_cut=False,
    )
    table = table.astype({"candidate_id": "str", "exposed": "str"})
    return gpd.GeoDataFrame(table, geometry=change.geometry.to_numpy(), crs=CRS)


def test_what_is_exposed_orders_alerts_and_raises_none(change):
    table = with_exposure(change, exposed(change))
    assert with_exposure(change, change[["candidate_id"]]) is change
    assert describe_change(table)[2].startswith("PLC0001: alert")
    assert describe_change(change)[2].startswith("PLC0002: alert")
    chosen = ranked(table)
    # The smaller alert is above the house; what is to watch stays below.
    assert chosen["candidate_id"].tolist() == ["PLC0001", "PLC0002", "PLC0003"]
    assert chosen["level"].tolist() == ["alert", "alert", "watch"]
    rows = [dict(zip(titles_of(table), row, strict=True)) for row in rows_of(chosen)]
    words = ["1 building", "250 m of road", "nothing exposed"]
    assert [row["exposed"] for row in rows] == words
    assert titles_of(change) == list(TITLES)
    assert any(line.startswith("Exposed: ") for line in reading_of(SETTINGS, exposure=True))
    assert not any(line.startswith("Exposed: ") for line in reading_of(SETTINGS))


def test_alerts_are_held_against_all_updates(change):
    note = next(line for line in notes_of(change) if "tests of all candidates" in line)
    assert note.startswith("All alerts stand out among all 4 tests")
    many = change.assign(tests=4_000_000, p_family=[0.004, 1e-5, 0.004, 1.0, np.nan])
    many.loc[0, "p_family"] = 0.3
    note = next(line for line in notes_of(many) if "tests of all candidates" in line)
    assert note.startswith("1 of 2 alerts stand out among all 4,000,000 tests")
    assert "Not among them: PLC0001." in note
    quiet = change.assign(level="none")
    assert not any("tests of all candidates" in line for line in notes_of(quiet))


@pytest.mark.parametrize("is_exposed", [False, True])
def test_bulletin_says_what_changed(tmp_path, change, is_exposed):
    write_layer(CHANGE, tmp_path / "change.gpkg", LAYER, change)
    series = pd.DataFrame({"date": [date.isoformat() for date in DATES]})
    series = series.assign(candidate_id="PLC0002", track="up", difference_mm=np.arange(90.0))
    texts = dict.fromkeys(["candidate_id", "track", "date"], "str")
    DIFFERENCES.write(tmp_path / "series.parquet", series.astype(texts))
    outlines = change.geometry.to_numpy()
    history = first_history(["PLC0001", "PLC0009"], ["a", "b"], outlines[[0, 4]], "2021-01-01")
    history = continue_history(history, outlines[:3], ["c"] * 3, "2022-12-01", tuple(BOUNDS_M))
    HISTORY.write(tmp_path / "history.parquet", history)
    if is_exposed:
        write_layer(EXPOSURE, tmp_path / "exposure.gpkg", EXPOSED, exposed(change))
    order = ["PLC0001", "PLC0002", "PLC0003"]
    if not is_exposed:
        order[:2] = order[1::-1]
    paths = {
        name: str(tmp_path / f"bulletin.{kind}")
        for name, kind in (
            ("page", "html"),
            ("sheet", "pdf"),
            ("record", "json"),
            ("picture", "png"),
        )
    }
    write_bulletin(
        change_path=str(tmp_path / "change.gpkg"),
        series_path=str(tmp_path / "series.parquet"),
        history_path=str(tmp_path / "history.parquet"),
        exposure_path=str(tmp_path / "exposure.gpkg") if is_exposed else None,
        template_path=str(ROOT / "workflow" / "report" / "pages" / "bulletin.html"),
        results_paths=paths,
        settings=SETTINGS,
        study_area_name="<Guide>",
        bounds_m=BOUNDS_M,
        crs=CRS,
    )
    made = {name: Path(path).read_bytes() for name, path in paths.items()}
    page = made["page"].decode()
    assert "&lt;Guide&gt;: what has changed" in page
    assert sorted(order, key=page.index) == order
    assert ("1 building" in page) == is_exposed
    assert "gone: 1 (PLC0009)" in page
    assert "Season not separable in 1 candidate:" in page
    assert made["sheet"].startswith(b"%PDF")
    record = json.loads(made["record"])
    assert record["counts"] == {"alert": 2, "watch": 1, "not measured": 1, "candidates": 5}
    assert [event["candidate_id"] for event in record["events"]] == order
    assert (record["events"][0].get("buildings_in_reach") == 1) == is_exposed
    assert record["bodies"] == {
        "continued": ["PLC0001"],
        "gone": ["PLC0009"],
        "new": ["PLC0010", "PLC0011"],
    }
