"""Nothing blocks the UI thread: a timer on it never pauses during a whole journey."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from terminal.session import effects as ef
from ui.headless.result import HeadlessResult, Outcome

from .test_journey import Stage

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

BEAT_MS = 5
STALL_S = 0.5
"""Half a second without an answer feels stuck; on a busy machine a page takes 0.1 s to come."""


@pytest.fixture
def stage(qapp: QApplication, tmp_path: Path) -> Iterator[Stage]:
    """A terminal whose parts all work."""
    made = Stage(tmp_path)
    yield made
    made.platform.never.set()
    made.runtime.stop()


class Ticks:
    """A timer on the UI thread that records its ticks."""

    def __init__(self) -> None:
        self._beats: list[float] = []
        self._timer = QTimer()
        self._timer.timeout.connect(lambda: self._beats.append(time.monotonic()))
        self._timer.start(BEAT_MS)

    def longest_gap(self, since: float) -> float:
        """Return the longest time between two ticks, in seconds."""
        self._timer.stop()
        gaps = [b - a for a, b in pairwise(self._beats) if a > since]
        assert gaps
        return max(gaps)


def presented_at(result: HeadlessResult) -> float:
    return next(mark.at for mark in result.marks if mark.name == "presented")


def test_the_ui_thread_never_stalls_during_a_whole_journey(stage: Stage) -> None:
    ticks = Ticks()
    result = stage.go(pictures=False)
    assert result.outcome is Outcome.PRINTED
    assert ticks.longest_gap(presented_at(result)) < STALL_S


def test_the_ui_thread_never_stalls_while_the_platform_does_not_answer(stage: Stage) -> None:
    stage.platform.hangs = ef.AskIdentify
    ticks = Ticks()
    result = stage.go(pictures=False, limit_s=2.5)
    assert (result.outcome, result.state) == (Outcome.STUCK, "recognising")
    assert ticks.longest_gap(presented_at(result)) < STALL_S
