"""Names of users in figures: as written, shortened, in fonts that have their letters."""

import logging
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from hotslope.maps import fonts
from hotslope.maps.charts import chart_figure
from hotslope.maps.figure_file import save_figure
from hotslope.maps.titles import figure_title

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"
NAMES = ["$5 and $6", "$\\frac{1}$", "{x} {", "<script>alert(1)</script>", "a\nb\tc", "x" * 300]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_drawn_and_leaves_the_subject(tmp_path: Path, name: str) -> None:
    figure, _ = chart_figure(name, "trends", height_px=400)
    save_figure(str(tmp_path / "figure.png"), figure)
    assert figure.get_suptitle().endswith(": trends")
    assert len(figure.get_suptitle()) <= 80
    picture = imread(tmp_path / "figure.png")
    # The title stays within the picture: nothing touches its sides.
    assert (picture[:, :4, :3] == 1).all()
    assert (picture[:, -4:, :3] == 1).all()


def test_scripts_unescape_the_name_that_rules_escape_for_the_report() -> None:
    given = "snakemake.params.study_area_name"
    users = {path.name: path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.py")}
    users = {name: text for name, text in users.items() if given in text}
    assert {"build_web_map.py", "build_qgis_project.py", "plot_motion.py"} <= set(users)
    for name, text in users.items():
        assert text.count(f"unescaped({given})") == text.count(given), name


def test_dollar_signs_are_no_formula(tmp_path: Path) -> None:
    pictures = []
    for name in ("$5 and $6", "5 and 6"):
        figure, _ = chart_figure(name, "trends", height_px=400)
        save_figure(str(tmp_path / "figure.png"), figure)
        pictures.append(imread(tmp_path / "figure.png")[:80, :, :3])
    dark = [(picture < 0.5).any(axis=2).any(axis=0) for picture in pictures]
    widths = [np.ptp(np.flatnonzero(columns)) for columns in dark]
    assert widths[0] > widths[1] + 15


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Guide", "Guide: trends"),
        ("x" * 40, "x" * 21 + "…: trends"),
        ("贵德" * 20, "贵德贵德贵德贵德贵德…: trends"),
        ("a\r\n b", "a b: trends"),
        ("", ": trends"),
    ],
)
def test_names_are_shortened_by_their_width(name: str, expected: str) -> None:
    assert figure_title(name, "trends", 30) == expected


def test_a_long_subject_leaves_a_little_of_the_name() -> None:
    assert figure_title("Guide to Xunhua", "x" * 30, 30) == "Guide…: " + "x" * 30


def chinese_title() -> Figure:
    figure, _ = chart_figure("贵德循化", "trends", height_px=400)
    return figure


def test_chinese_letters_take_the_first_font_that_has_them(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    known = {"Noto Sans SC": frozenset("贵德循化"), "SimHei": frozenset("贵德循化")}
    known[fonts.MAIN_FONT] = fonts._letters_of(fonts.MAIN_FONT)
    monkeypatch.setattr(fonts, "_letters_of", lambda name: known.get(name, frozenset()))
    figure = chinese_title()
    fonts.choose_fonts(figure)
    assert figure._suptitle.get_fontfamily() == [fonts.MAIN_FONT, "Noto Sans SC"]
    assert caplog.records == []


def test_without_such_a_font_one_warning_names_the_package(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    main = fonts._letters_of(fonts.MAIN_FONT)
    monkeypatch.setattr(
        fonts, "_letters_of", lambda name: main if name == fonts.MAIN_FONT else frozenset()
    )
    with caplog.at_level(logging.WARNING):
        save_figure(str(tmp_path / "figure.png"), chinese_title())
    (record,) = caplog.records
    assert "循德贵" in record.getMessage()
    assert "fonts-noto-cjk" in record.getMessage()


def test_installed_font_draws_chinese_letters(tmp_path: Path) -> None:
    if not any(set("贵德循化") <= fonts._letters_of(name) for name in fonts.OTHER_FONTS):
        pytest.skip("no font with Chinese letters: apt install fonts-noto-cjk")
    pictures = []
    for name in ("贵德", "循化"):
        figure, _ = chart_figure(name, "trends", height_px=400)
        save_figure(str(tmp_path / "figure.png"), figure)
        pictures.append(imread(tmp_path / "figure.png"))
    # Boxes would all look the same.
    assert not np.array_equal(pictures[0], pictures[1])
