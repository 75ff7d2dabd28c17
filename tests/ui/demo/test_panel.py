"""The demo's desk: each button does what it says, off the screen's thread; all of it fits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from terminal.words import words
from ui.app import application
from ui.demo.panel import HEIGHT_PX, DemoPanel, PlatformMode
from ui.gallery.findings import Kind
from ui.gallery.inspect import Minima, inspect
from ui.headless.driver import settle, snapshot
from ui.look.metrics import Screen

# The offscreen platform says this of any window whose least size changes.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@dataclass
class Hands:
    """Notes what it is asked to do, and on which thread."""

    folder: Path
    did: list[tuple[str, ...]] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    code: str = ""
    failures: list[OSError] = field(default_factory=list)
    gate: threading.Event | None = None

    def _note(self, *what: str) -> None:
        self.threads.add(threading.get_ident())
        if self.gate is not None:
            self.gate.wait(10)
        self.did.append(what)

    def cards(self) -> list[tuple[str, str]]:
        people = (
            "王建明",
            "李秀英",
            "𠮷㛃䶮𬀩",
            "阿卜杜热合曼·买买提明·阿卜拉",
            "孙桂兰",
            "赵国芳",
        )
        kinds = (("id", "居民身份证"), ("ssc", "社会保障卡"))
        return [
            (f"{n}-{kind}", f"{name}的{title}")
            for n, name in enumerate(people)
            for kind, title in kinds
        ] + [
            ("expired", "居民身份证（已过期）"), ("mute", "放反了的卡"), ("unknown", "公交卡"),
            ("staff-card", "工作人员卡"), ("maintainer-card", "维护人员卡"),
        ]  # fmt: skip

    def lay(self, name: str) -> None:
        self._note("lay", name)

    def lift(self) -> None:
        self._note("lift")

    def paper_out(self) -> None:
        self._note("paper_out")

    def jam(self) -> None:
        self._note("jam")

    def refill(self) -> None:
        self._note("refill")

    def last_code(self) -> str:
        self.threads.add(threading.get_ident())
        if self.failures:
            raise self.failures.pop()
        return self.code

    def platform(self, mode: PlatformMode) -> None:
        self._note("platform", mode.value)


@pytest.fixture
def hands(tmp_path: Path) -> Hands:
    """Controls that only remember."""
    return Hands(tmp_path)


@pytest.fixture
def panel(qtbot, hands: Hands) -> Iterator[DemoPanel]:
    """The panel, shown."""
    application()
    made = DemoPanel(hands)
    qtbot.addWidget(made)
    made.show()
    yield made
    if hands.gate is not None:
        hands.gate.set()
    made.close()


def press(qtbot, panel: DemoPanel, name: str) -> QPushButton:
    button = panel.findChild(QPushButton, name)
    assert button is not None, name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return button


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("demo.paper_out", ("paper_out",)),
        ("demo.refill", ("refill",)),
        ("demo.jam", ("jam",)),
        ("demo.platform.slow", ("platform", "slow")),
        ("demo.platform.down", ("platform", "down")),
    ],
)
def test_a_button_does_what_it_says(qtbot, panel, hands, name, done) -> None:
    press(qtbot, panel, name)
    qtbot.waitUntil(lambda: hands.did == [done])


def test_another_card_is_laid_after_the_first_was_lifted(qtbot, panel, hands) -> None:
    press(qtbot, panel, "demo.card.0-id")
    second = press(qtbot, panel, "demo.card.1-ssc")
    qtbot.waitUntil(lambda: len(hands.did) == 3)
    assert hands.did == [("lay", "0-id"), ("lift",), ("lay", "1-ssc")]
    assert second.isChecked()
    assert not panel.findChild(QPushButton, "demo.card.0-id").isChecked()


def test_a_card_is_lifted_by_its_button_or_by_touching_it_again(qtbot, panel, hands) -> None:
    lift = panel.findChild(QPushButton, "demo.lift")
    assert not lift.isEnabled()
    press(qtbot, panel, "demo.card.0-id")
    assert lift.isEnabled()
    press(qtbot, panel, "demo.lift")
    press(qtbot, panel, "demo.card.0-id")
    press(qtbot, panel, "demo.card.0-id")
    qtbot.waitUntil(lambda: len(hands.did) == 4)
    assert [what[0] for what in hands.did] == ["lay", "lift", "lay", "lift"]


def test_the_phone_shows_the_last_code(qtbot, panel, hands) -> None:
    shown = panel.findChild(QLabel, "demo.code")
    assert shown.text() == words("zh").text("demo.no_code")
    hands.code = "135791"
    qtbot.waitUntil(lambda: shown.text() == "135791")


def test_a_platform_that_does_not_answer_is_asked_again(qtbot, panel, hands) -> None:
    """An exception on the screen's thread would end the demo (and fails this test)."""
    hands.code = "246802"
    hands.failures += [TimeoutError("read"), ConnectionRefusedError(111, "refused")]
    shown = panel.findChild(QLabel, "demo.code")
    qtbot.waitUntil(lambda: shown.text() == "246802")
    assert hands.failures == []


def test_controls_are_never_called_on_the_screens_thread(qtbot, panel, hands) -> None:
    press(qtbot, panel, "demo.refill")
    hands.code = "1"
    qtbot.waitUntil(
        lambda: len(hands.did) == 1 and panel.findChild(QLabel, "demo.code").text() == "1"
    )
    assert threading.get_ident() not in hands.threads


def test_a_control_that_hangs_does_not_hold_up_the_panel(qtbot, panel, hands) -> None:
    hands.gate = threading.Event()
    press(qtbot, panel, "demo.platform.down")
    card = press(qtbot, panel, "demo.card.0-id")
    assert card.isChecked()
    assert hands.did == []


def test_it_fits_and_nothing_in_it_is_clipped(qtbot, panel) -> None:
    settle()
    assert panel.height() <= HEIGHT_PX
    screen = Screen(panel.width(), panel.height(), 4.0)
    seen = inspect(panel, snapshot(panel), screen, Minima(em_mm=1, touch_mm=7, gap_mm=0))
    assert [(found.kind, found.where, found.what) for found in seen.findings] == []
    assert len(seen.controls) == 17 + 8
    assert all(kind is not Kind.NO_GLYPH for kind in seen.findings)


def test_closing_tells_and_stops(qtbot, hands) -> None:
    panel = DemoPanel(hands)
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(panel.closed, timeout=2000):
        panel.close()
