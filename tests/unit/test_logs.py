"""What jobs tell their logs."""

import logging

import numpy as np
import pandas as pd
import pytest

import hotslope.logs
import progress
from hotslope.learning.models import make_classifier
from hotslope.learning.network import Architecture, train_networks
from hotslope.learning.validation import fit_replicas
from hotslope.logs import REPORT_EVERY_S, Progress, duration
from hotslope.motion.bands import in_blocks


class Clock:
    """Seconds that pass when told so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_long_loop_reports_its_share_and_the_time_left(caplog):
    caplog.set_level(logging.INFO, logger="hotslope")
    clock = Clock()
    progress = Progress("points classified", 1000, clock=clock)
    for _ in range(5):
        clock.now += REPORT_EVERY_S
        progress.advance(200)
    assert messages(caplog) == [
        "points classified: 20 %, about 40 s left",
        "points classified: 40 %, about 30 s left",
        "points classified: 60 %, about 20 s left",
        "points classified: 80 %, about 10 s left",
        "points classified: 100 %, about 0 s left",
    ]


def test_reports_are_spaced_in_time(caplog):
    caplog.set_level(logging.INFO, logger="hotslope")
    clock = Clock()
    progress = Progress("folds", 100, clock=clock)
    for _ in range(100):
        clock.now += REPORT_EVERY_S / 4
        progress.advance()
    assert len(messages(caplog)) == 25


def test_short_loop_stays_silent(caplog):
    caplog.set_level(logging.INFO, logger="hotslope")
    clock = Clock()
    progress = Progress("folds", 3, clock=clock)
    for _ in range(3):
        clock.now += 1.0
        progress.advance()
    assert messages(caplog) == []


@pytest.mark.parametrize("total", [0, 5])
def test_more_than_announced_is_no_error(caplog, total):
    caplog.set_level(logging.INFO, logger="hotslope")
    clock = Clock()
    progress = Progress("points", total, clock=clock)
    clock.now += REPORT_EVERY_S
    progress.advance(0)
    progress.advance(6)
    assert messages(caplog) == ["points: 100 %, about 0 s left"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (99.4, "99 s"), (100, "2 min"), (5900, "98 min"), (7500, "2 h 5 min")],
)
def test_duration_in_words(seconds, words):
    """In the log of a job as on the terminal, which the rule files write without the package."""
    assert duration(seconds) == words
    assert progress.duration(seconds) == words


# --- who reports -----------------------------------------------------------------------------


@pytest.fixture
def reports(monkeypatch, caplog):
    """Have every step reported; return a function that names what was."""
    monkeypatch.setattr(hotslope.logs, "REPORT_EVERY_S", 0.0)
    caplog.set_level(logging.INFO, logger="hotslope")
    return lambda: [text.split(", about")[0] for text in messages(caplog)]


def test_sums_in_threads_report_by_block(reports):
    in_blocks(lambda *_: None, 16, 2)
    assert reports() == [f"blocks summed: {share} %" for share in (12, 25, 38, 50, 62, 75, 88, 100)]


def test_networks_report_by_epoch(reports):
    sample = (np.zeros((4, 5)), np.array([0, 1, 0, 1]))
    train_networks([sample, sample], [0, 1], 2, Architecture(epochs=4))
    assert reports() == [f"training of networks: {share} %" for share in (25, 50, 75, 100)]


@pytest.mark.parametrize(
    ("model", "what"), [("logistic_regression", "models fitted"), ("cnn", "samples encoded")]
)
def test_folds_report_one_by_one(reports, model, what):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"slope": rng.normal(size=40), "aspect": rng.normal(size=40)})
    label = np.tile([0, 1], 20)
    options = {"epochs": 1} if model == "cnn" else {}
    classifier = make_classifier(model, categorical=(), **options)
    fit_replicas(classifier, [(table, label)] * 2, [0, 1])
    assert [line for line in reports() if what in line] == [f"{what}: 50 %", f"{what}: 100 %"]
