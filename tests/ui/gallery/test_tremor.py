"""The share of touches with a trembling finger that press another control."""

from __future__ import annotations

import random

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from terminal.session.model import Look, Mode
from ui.gallery.findings import Box, ControlSeen, Kind
from ui.gallery.inspect import inspect, minima
from ui.gallery.screens import SCREENS
from ui.gallery.tremor import SIGMA_MM, wrong_touches
from ui.headless.driver import snapshot


def control(name: str, x: int, y: int, w: int, h: int, *, enabled: bool = True) -> ControlSeen:
    return ControlSeen(name, name, enabled, w, h, Box(x, y, w, h))


def test_the_share_is_that_of_a_simulated_finger() -> None:
    one, other = control("one", 0, 0, 12, 12), control("other", 14, 0, 12, 12)
    (found, _) = wrong_touches([one, other], mm_per_px=1.0)
    chance = random.Random(7)  # not for security
    touches = 200_000
    hits = sum(
        14 <= chance.gauss(6, SIGMA_MM) <= 26 and 0 <= chance.gauss(6, SIGMA_MM) <= 12
        for _ in range(touches)
    )
    assert found.share == pytest.approx(hits / touches, rel=0.05)
    assert (found.control, found.other) == (one, other)


def test_twenty_millimetres_and_gaps_of_four_keep_below_one_in_a_thousand() -> None:
    """A control with neighbours on all four sides, all of the minimum size of the elder mode."""
    middle = control("middle", 0, 0, 20, 20)
    around = [control(str(n), x, y, 20, 20)
              for n, (x, y) in enumerate(((24, 0), (-24, 0), (0, 24), (0, -24)))]  # fmt: skip
    share = wrong_touches([middle, *around], mm_per_px=1.0)[0].share
    assert 0.0005 < share < 0.001


def test_a_control_that_cannot_be_pressed_is_not_hit() -> None:
    one = control("one", 0, 0, 12, 12)
    absent = control("absent", 14, 0, 12, 12, enabled=False)
    assert wrong_touches([one, absent], mm_per_px=1.0) == []


@pytest.mark.parametrize(("mode", "expected"), [(Mode.STANDARD, 0), (Mode.ELDER, 2)])
def test_the_gallery_reports_controls_that_are_too_close(
    qapp: QApplication, mode: Mode, expected: int
) -> None:
    screen = SCREENS["portrait-21"]
    window = QWidget()
    window.resize(600, 300)
    for name, x_mm in (("one", 0), ("other", 17)):
        button = QPushButton(name, window)
        button.setObjectName(name)
        button.setGeometry(screen.mm(x_mm), 0, screen.mm(14), screen.mm(14))
    window.show()
    seen = inspect(window, snapshot(window), screen, minima(Look(mode), screen))
    found = [each for each in seen.findings if each.kind is Kind.TREMOR]
    assert len(found) == expected
    window.close()
