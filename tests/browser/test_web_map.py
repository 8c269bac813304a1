"""What a reader does with the web map: look, click, filter, sort, search, save, share."""

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Browser, Page

from maps_area import APPLIED, apply_elsewhere, landslides, write_area
from visits import Visit, wait_until
from web_area import web_map, write_change, write_series

pytestmark = [pytest.mark.browser]

CANDIDATES = 12
HOSTILE = "<script>alert('in')</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("area")
    write_area(folder, 50 * CANDIDATES)
    write_series(folder)
    return web_map(folder, folder / "web")


@pytest.fixture
def visit(browser: Browser, index: Path) -> Iterator[Visit]:
    visit = Visit(browser, index)
    yield visit
    visit.close()


def table_of(page: Page) -> list[str]:
    """Candidates in the rows of the table."""
    return page.locator("#rows tbody tr").evaluate_all(
        "rows => rows.map((row) => row.dataset.candidate)"
    )


def pixel_of(page: Page, identifier: str) -> tuple[float, float]:
    """Where on the page a candidate is drawn."""
    x, y = page.evaluate(
        """(id) => hotslope.map.ol.getPixelFromCoordinate(
            hotslope.map.vectors.getFeatureById(id).get("middle").getCoordinates())""",
        identifier,
    )
    box = page.locator("#map").bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def colours_of_points(page: Page) -> int:
    """How many colours the points of the descending track are drawn in."""
    return page.evaluate(
        """() => {
          const map = hotslope.map.ol;
          const [track] = hotslope.data.meta.tracks;
          const view = [map.getView().calculateExtent(), map.getView().getResolution(), 1];
          const canvas = hotslope.points.draw(track, ...view, map.getSize(), () => {});
          const { width, height } = canvas;
          const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
          return new Set(new Uint32Array(data.buffer)).size - 1;
        }"""
    )


def test_it_opens_with_every_candidate(visit: Visit) -> None:
    page = visit.open()
    assert page.inner_text("#count") == f"{CANDIDATES} of {CANDIDATES} candidates"
    assert page.evaluate("hotslope.map.vectors.getFeatures().length") == CANDIDATES
    assert page.title() == "tiny: potential landslides"
    assert "tiny" in page.inner_text(".ol-attribution")
    assert page.locator(".ol-scale-line").inner_text().endswith("m")
    assert page.locator("#legend .ramp").count() == 1


def test_the_card_of_a_click(visit: Visit) -> None:
    page = visit.open()
    page.mouse.click(*pixel_of(page, "PLC0003"))
    page.wait_for_selector("#card svg")
    assert page.inner_text("#card h2") == "PLC0003"
    card = page.inner_text("#card")
    for words in ("raises the probability by 0.10", "Slope", "Quality", "points,"):
        assert words in card
    assert "candidate=PLC0003" in page.url
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    assert "candidate" not in page.url


def test_filters_hide_candidates_on_map_and_table(visit: Visit) -> None:
    page = visit.open()
    page.click("#toggle-table")
    values = page.evaluate("hotslope.data.candidates.map((one) => one.values.confidence)")
    page.select_option("#filters [name=confidence]", "high")
    left = values.count("high")
    assert 0 < left < CANDIDATES
    assert page.inner_text("#count") == f"{left} of {CANDIDATES} candidates"
    assert len(table_of(page)) == left
    assert "f.confidence=high" in page.url
    page.fill("#filters [name='probability_random_forest.min']", "1.5")
    assert page.inner_text("#count") == f"0 of {CANDIDATES} candidates"
    page.click("#reset")
    assert len(table_of(page)) == CANDIDATES


def test_hidden_candidates_cannot_be_clicked(visit: Visit) -> None:
    page = visit.open("#f.confidence=high")
    hidden = page.evaluate(
        "hotslope.data.candidates.find((one) => !hotslope.passes(one)).values.candidate_id"
    )
    page.mouse.click(*pixel_of(page, hidden))
    assert page.evaluate("hotslope.state.candidate") != hidden


def test_the_table_sorts_searches_and_opens_candidates(visit: Visit) -> None:
    page = visit.open()
    page.click("#toggle-table")
    name = "probability_random_forest"
    numbers = page.evaluate(
        f"hotslope.data.candidates.map((one) => [one.values.candidate_id, one.values.{name}])"
    )
    rising = [identifier for identifier, _ in sorted(numbers, key=lambda pair: pair[1])]
    page.click(f"#rows button[data-name={name}]")
    assert table_of(page) == rising
    assert page.locator("th[aria-sort=ascending]").count() == 1
    page.click(f"#rows button[data-name={name}]")
    assert table_of(page) == rising[::-1]
    page.fill("#search", "plc0007")
    assert table_of(page) == ["PLC0007"]
    page.click("#rows tbody button")
    assert page.inner_text("#card h2") == "PLC0007"


def test_the_download_is_the_table_of_the_geopackage(
    visit: Visit, index: Path, tmp_path: Path
) -> None:
    page = visit.open()
    page.click("#toggle-table")
    page.select_option("#filters [name=confidence]", "medium")
    with page.expect_download() as download:
        page.click("#download")
    path = tmp_path / "candidates.csv"
    download.value.save_as(path)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    table = gpd.read_file(index.parents[1] / "landslides.gpkg", layer="potential_landslides").drop(
        columns="geometry"
    )
    table = table[table["confidence"] == "medium"]
    assert list(rows[0]) == list(table.columns)
    assert [row["candidate_id"] for row in rows] == table["candidate_id"].tolist()
    for row, value in zip(rows, table["probability_cnn"], strict=True):
        assert float(row["probability_cnn"]) == pytest.approx(value, rel=1e-5)


def test_no_text_of_the_download_is_a_formula(visit: Visit) -> None:
    page = visit.open()
    text = page.evaluate(
        """() => {
            const row = hotslope.tableRows()[0];
            row.values.candidate_id = "=1+1";
            row.values.tracks = "-2+cmd|x";
            return hotslope.csv();
        }"""
    )
    row = next(csv.DictReader(text.splitlines()))
    assert row["candidate_id"] == "'=1+1"
    assert row["tracks"] == "'-2+cmd|x"


def test_all_by_keyboard(visit: Visit) -> None:
    page = visit.open()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.locator("#table").is_visible()
    assert page.evaluate("document.activeElement.id") == "table"
    page.locator("#search").focus()
    page.keyboard.type("PLC0002")
    page.locator("#rows tbody button").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "card"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "map"
    whole = page.evaluate("hotslope.map.view.getResolution()")
    page.keyboard.press("+")
    wait_until(page, f"hotslope.map.view.getResolution() < {whole}")
    page.wait_for_timeout(400)
    before = page.evaluate("hotslope.map.view.getCenter()[0]")
    page.keyboard.press("ArrowRight")
    wait_until(page, f"hotslope.map.view.getCenter()[0] > {before}")


def test_everything_to_press_has_a_name(visit: Visit) -> None:
    page = visit.open("#candidate=PLC0001")
    page.click("#toggle-table")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input")].filter((each) =>
          !each.textContent.trim() && !each.getAttribute("aria-label") && !each.labels?.length)
          .map((each) => each.outerHTML)"""
    )
    assert nameless == []


def test_points_are_drawn_and_counted(visit: Visit) -> None:
    page = visit.open()
    page.check("#layers [name='points.descending']")
    wait_until(page, "Object.keys(hotslope.data.tiles).length > 0")
    page.wait_for_timeout(500)
    assert (
        page.inner_text("#point-count")
        == f"{50 * CANDIDATES} of {50 * CANDIDATES} points drawn at this scale"
    )
    assert colours_of_points(page) > 20
    # Every point of the area has a separable class; the legend has "not separable" all the same.
    for key, entries, drawn in (("trend", 4, 3), ("spot", 4, 4)):
        page.select_option("#point-colour", key)
        assert page.locator("#point-legend .entry").count() == entries
        assert colours_of_points(page) == drawn
    page.uncheck("#layers [name='points.descending']")
    assert page.inner_text("#point-count") == ""


def test_a_link_opens_what_it_was_copied_from(browser: Browser, visit: Visit, index: Path) -> None:
    page = visit.open()
    page.select_option("#colour", "class")
    page.select_option("#language", "zh")
    page.click("#theme")
    page.check("#layers [name=unmeasured]")
    page.mouse.click(*pixel_of(page, "PLC0004"))
    page.mouse.wheel(0, -400)
    page.wait_for_timeout(800)
    again = Visit(browser, index)
    other = again.open(page.url.partition("index.html")[2])
    state = "JSON.stringify({...hotslope.state, view: 0})"
    assert other.evaluate(state) == page.evaluate(state)
    assert other.evaluate("hotslope.map.view.getResolution()") == pytest.approx(
        page.evaluate("hotslope.map.view.getResolution()"), rel=1e-3
    )
    assert other.inner_text("#card h2") == "PLC0004"
    assert other.evaluate("document.documentElement.dataset.theme") == "dark"
    again.close()


def test_it_is_chinese_in_a_chinese_browser(browser: Browser, index: Path) -> None:
    visit = Visit(browser, index, locale="zh-CN", color_scheme="dark")
    page = visit.open("#candidate=PLC0001")
    assert page.inner_text("#count") == f"{CANDIDATES} / {CANDIDATES} 个候选体"
    page.wait_for_selector("#card svg")
    assert "坡度" in page.inner_text("#card")
    assert page.evaluate("document.documentElement.lang") == "zh"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    visit.close()


def test_it_fits_a_phone(browser: Browser, index: Path) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}
    visit = Visit(browser, index, **phone)
    page = visit.open()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.touchscreen.tap(*pixel_of(page, "PLC0001"))
    page.wait_for_selector("#card svg")
    page.click("#toggle-panel")
    assert page.locator("#filters").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.close()


def test_names_are_text_and_never_markup(browser: Browser, tmp_path: Path) -> None:
    write_area(tmp_path, 600)
    write_series(tmp_path)
    connection = sqlite3.connect(tmp_path / "landslides.gpkg")
    with connection:
        # Triggers of a GeoPackage need functions of GDAL; the columns changed here need none.
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        changes = "candidate_id = ?, kind = ?, class = ?, main_factors = ?"
        values = [HOSTILE, HOSTILE, HOSTILE, f"{HOSTILE} +0.10"]
        connection.execute(
            f"UPDATE potential_landslides SET {changes} WHERE candidate_id = 'PLC0001'", values
        )
    connection.close()
    visit = Visit(browser, web_map(tmp_path, tmp_path / "web", study_area_name=HOSTILE))
    page = visit.open()
    assert page.inner_text("#area") == HOSTILE
    assert HOSTILE in page.inner_text(".ol-attribution")
    page.click("#toggle-table")
    page.select_option("#filters [name=class]", HOSTILE)
    assert table_of(page) == [HOSTILE]
    page.click("#rows tbody button")
    assert page.inner_text("#card h2") == HOSTILE
    page.wait_for_timeout(300)
    assert page.locator("script:not([src])").count() == 0
    assert page.locator("img[src=x]").count() == 0
    visit.close()


def test_without_candidates_it_says_so(browser: Browser, tmp_path: Path) -> None:
    write_area(tmp_path, 0)
    write_series(tmp_path)
    bare = tmp_path / "bare.gpkg"
    landslides(tmp_path, bare, models=[])
    rasters = {"elevation": None, "coverage": str(tmp_path / "coverage.tif")}
    options = {"landslides_path": str(bare), "models": [], "raster_paths": rasters}
    index = web_map(tmp_path, tmp_path / "web", **options)
    visit = Visit(browser, index)
    page = visit.open("#candidate=PLC0001")
    assert page.inner_text("#count").startswith("No candidates")
    assert "none is judged" in page.inner_text("#legend")
    page.click("#toggle-table")
    assert table_of(page) == []
    visit.close()


def test_without_a_map_the_table_works(browser: Browser, index: Path) -> None:
    visit = Visit(browser, index)
    visit.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    visit.page.goto(index.as_uri())
    visit.page.click("#toggle-table")
    assert len(table_of(visit.page)) == CANDIDATES
    visit.page.locator("#rows tbody button").first.click()
    visit.page.wait_for_selector("#card svg")
    visit.page.context.close()


def test_candidates_unlike_training_are_told_apart(browser: Browser, tmp_path: Path) -> None:
    area = write_area(tmp_path / "area", 150)
    apply_elsewhere(area, area / "landslides.gpkg", [1])
    write_series(area)
    visit = Visit(browser, web_map(area, tmp_path / "web", models=[APPLIED]))
    page = visit.open()
    colours = page.evaluate("hotslope.data.candidates.map(hotslope.candidateColour)")
    assert colours[1] == "#555555"
    assert "#555555" not in (colours[0], colours[2])
    assert "unlike training candidates" in page.locator("#legend").inner_text()
    page.evaluate("hotslope.change({ candidate: 'PLC0001' })")
    assert "unlike training candidates" in page.locator("#card .verdict").inner_text()
    page.evaluate("hotslope.change({ candidate: 'PLC0000' })")
    assert "unlike training" not in page.locator("#card .verdict").inner_text()
    visit.close()


def test_a_change_is_marked_in_its_series(browser: Browser, tmp_path: Path) -> None:
    area = write_area(tmp_path / "area", 150)
    write_series(area)
    visit = Visit(browser, web_map(area, tmp_path / "web", change_paths=write_change(area)))
    page = visit.open("#candidate=PLC0000")
    page.wait_for_selector("#card svg circle")
    assert page.locator("#card svg circle.alert").count() == 53
    places = {
        name: page.locator(f"#card svg .{name}").first.evaluate(
            "each => { const box = each.getBBox(); return [box.x, box.x + box.width]; }"
        )
        for name in ("window", "interval", "onset")
    }
    assert places["window"][0] < places["interval"][0] < places["onset"][0]
    assert places["onset"][1] < places["interval"][1] < places["window"][1]
    text = page.inner_text("#card")
    assert "24 ± 3 mm/yr since 2020-05-01" in text
    assert "accelerating since 2020-05-14 (2020-05-02 to 2020-05-26)" in text
    page.evaluate("hotslope.change({ candidate: 'PLC0002' })")
    wait_until(page, "document.querySelector('#card').innerText.includes('too few acquisitions')")
    visit.close()
