"""The screen's thread is never held up: a heartbeat beside a whole journey misses no beat."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from terminal.session import effects as ef
from ui.headless.journey import HeadlessResult, Outcome

from .test_journey import Stage

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

BEAT_MS = 5
STALL_S = 0.5
"""Half a second without an answer feels stuck; on a busy machine a page takes 0.1 s to come."""


@pytest.fixture
def stage(qapp, tmp_path: Path) -> Iterator[Stage]:
    """A terminal whose every part works."""
    made = Stage(tmp_path)
    yield made
    made.platform.never.set()
    made.runtime.stop()


class Heart:
    """Beats on the screen's thread; remembers when."""

    def __init__(self) -> None:
        self._beats: list[float] = []
        self._timer = QTimer()
        self._timer.timeout.connect(lambda: self._beats.append(time.monotonic()))
        self._timer.start(BEAT_MS)

    def longest_gap(self, since: float) -> float:
        """The longest time without a beat, in seconds."""
        self._timer.stop()
        gaps = [b - a for a, b in pairwise(self._beats) if a > since]
        assert gaps
        return max(gaps)


def laid(result: HeadlessResult) -> float:
    return next(mark.at for mark in result.marks if mark.name == "laid")


def test_no_stall_through_a_whole_journey(stage: Stage) -> None:
    heart = Heart()
    result = stage.go(pictures=False)
    assert result.outcome is Outcome.PRINTED
    assert heart.longest_gap(laid(result)) < STALL_S


def test_no_stall_while_the_platform_does_not_answer(stage: Stage) -> None:
    stage.platform.hangs = ef.AskIdentify
    heart = Heart()
    result = stage.go(pictures=False, limit_s=2.5)
    assert (result.outcome, result.state) == (Outcome.STUCK, "recognising")
    assert heart.longest_gap(laid(result)) < STALL_S
