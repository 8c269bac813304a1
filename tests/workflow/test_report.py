"""The report of a finished run: what it opens with, and that texts of the config stay texts."""

import re
from pathlib import Path

import pytest

from runner import Run, merged
from tiny_area import tiny_config

#: Ends the script in which Snakemake writes parameters of jobs, and begins another.
MARKUP = "</script><script>alert(1)</script>"
STUDY_AREA = "results/maps/figures/study_area.png"
HOSTILE = {
    "study_area": {"name": MARKUP, "crs": MARKUP},
    "candidates": {"reference_layer": MARKUP},
    "inventory": {
        "layer": MARKUP,
        "class_column": MARKUP,
        "positive_class": [MARKUP],
        "kind_column": MARKUP,
        "role_column": MARKUP,
    },
    "layers": {
        "lithology": {"layer": MARKUP, "column": MARKUP, "classes": {MARKUP: MARKUP}},
        "faults": {"layer": MARKUP},
    },
}


@pytest.fixture(scope="module")
def drawn(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The tiny area with the figures that are made on demand."""
    run = finished.copied(tmp_path_factory.mktemp("report"))
    config = run.config("tiny", tiny_config())
    result = run.snakemake("--cores", "1", "--configfile", config, "--", STUDY_AREA)
    assert result.returncode == 0, result.stdout
    return run


def report(run: Run, config: dict) -> str:
    """Make the report, study area included."""
    arguments = ["--report", "report.html", "--configfile", run.config("reported", config)]
    result = run.snakemake(*arguments, "--", "all", STUDY_AREA)
    assert result.returncode == 0, result.stdout
    return Path(run.folder, "report.html").read_text(encoding="utf-8")


def test_report_opens_with_the_numbers_of_the_run(drawn: Run) -> None:
    page = report(drawn, tiny_config())
    summary = (drawn.folder / "results" / "summary.txt").read_text(encoding="utf-8")
    (count,) = re.findall(r"(\d+) candidates on", summary)
    assert f"<b>{count}</b>candidates on" in page
    assert "Figures, in the order of the method" in page
    assert "study_area.png" in page


def test_markup_in_the_config_is_text_in_the_report(drawn: Run) -> None:
    """Parameters are taken from the config, so no job need run with it."""
    page = report(drawn, merged(tiny_config(), HOSTILE))
    assert MARKUP not in page
    # The name of the study area alone is a parameter of all figures.
    assert page.count("&lt;script&gt;alert(1)") > 10
