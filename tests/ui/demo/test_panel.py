"""The demo's panel: each button does what it says, on another thread, and everything fits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from terminal.words import words
from tests.ui.pages_rig import child
from ui.app import application
from ui.demo.panel import HEIGHT_PX, DemoPanel, PlatformMode
from ui.gallery.findings import Kind
from ui.gallery.inspect import Minima, inspect
from ui.headless.driver import settle, snapshot
from ui.look.metrics import Screen

# The offscreen platform prints this for any window whose minimum size changes.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@dataclass
class RecordingControls:
    """Records the calls, and the thread of each call."""

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

    def present_card(self, name: str) -> None:
        self._note("present_card", name)

    def remove_card(self) -> None:
        self._note("remove_card")

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
def controls(tmp_path: Path) -> RecordingControls:
    """Controls that only record their calls."""
    return RecordingControls(tmp_path)


@pytest.fixture
def panel(qtbot: QtBot, controls: RecordingControls) -> Iterator[DemoPanel]:
    """The panel, shown."""
    application()
    made = DemoPanel(controls)
    qtbot.addWidget(made)
    made.show()
    yield made
    if controls.gate is not None:
        controls.gate.set()
    made.close()


def press(qtbot: QtBot, panel: DemoPanel, name: str) -> QPushButton:
    button = child(panel, QPushButton, name)
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
def test_each_button_calls_its_control(
    qtbot: QtBot, panel: DemoPanel, controls: RecordingControls, name: str, done: object
) -> None:
    press(qtbot, panel, name)
    qtbot.waitUntil(lambda: controls.did == [done])


def test_the_first_card_is_removed_before_another_is_presented(
    qtbot: QtBot, panel: DemoPanel, controls: RecordingControls
) -> None:
    press(qtbot, panel, "demo.card.0-id")
    second = press(qtbot, panel, "demo.card.1-ssc")
    qtbot.waitUntil(lambda: len(controls.did) == 3)
    assert controls.did == [("present_card", "0-id"), ("remove_card",), ("present_card", "1-ssc")]
    assert second.isChecked()
    assert not child(panel, QPushButton, "demo.card.0-id").isChecked()


def test_a_card_is_removed_by_the_button_or_by_pressing_it_again(
    qtbot: QtBot, panel: DemoPanel, controls: RecordingControls
) -> None:
    remove = child(panel, QPushButton, "demo.remove")
    assert not remove.isEnabled()
    press(qtbot, panel, "demo.card.0-id")
    assert remove.isEnabled()
    press(qtbot, panel, "demo.remove")
    press(qtbot, panel, "demo.card.0-id")
    press(qtbot, panel, "demo.card.0-id")
    qtbot.waitUntil(lambda: len(controls.did) == 4)
    assert [what[0] for what in controls.did] == [
        "present_card",
        "remove_card",
        "present_card",
        "remove_card",
    ]


def test_the_phone_shows_the_last_code(
    qtbot: QtBot, panel: DemoPanel, controls: RecordingControls
) -> None:
    shown = child(panel, QLabel, "demo.code")
    assert shown.text() == words("zh").text("demo.no_code")
    controls.code = "135791"
    qtbot.waitUntil(lambda: shown.text() == "135791")


def test_a_platform_that_does_not_answer_is_asked_again(
    qtbot: QtBot, panel: DemoPanel, controls: RecordingControls
) -> None:
    """An exception on the UI thread would end the demo (and fails this test)."""
    controls.code = "246802"
    controls.failures += [TimeoutError("read"), ConnectionRefusedError(111, "refused")]
    shown = child(panel, QLabel, "demo.code")
    qtbot.waitUntil(lambda: shown.text() == "246802")
    assert controls.failures == []


def test_controls_are_never_called_on_the_ui_thread(
    qtbot: QtBot, panel: DemoPanel, controls: RecordingControls
) -> None:
    press(qtbot, panel, "demo.refill")
    controls.code = "1"
    qtbot.waitUntil(
        lambda: len(controls.did) == 1 and child(panel, QLabel, "demo.code").text() == "1"
    )
    assert threading.get_ident() not in controls.threads


def test_a_hung_control_does_not_block_the_panel(
    qtbot: QtBot, panel: DemoPanel, controls: RecordingControls
) -> None:
    controls.gate = threading.Event()
    press(qtbot, panel, "demo.platform.down")
    card = press(qtbot, panel, "demo.card.0-id")
    assert card.isChecked()
    assert controls.did == []


def test_the_panel_fits_and_clips_no_text(qtbot: QtBot, panel: DemoPanel) -> None:
    settle()
    assert panel.height() <= HEIGHT_PX
    screen = Screen(panel.width(), panel.height(), 4.0)
    # The panel is used with a mouse.
    mouse = Minima(em_mm=1, touch_mm=7, gap_mm=0, contrast=7, tremor_share=1.0)
    seen = inspect(panel, snapshot(panel), screen, mouse)
    assert [(found.kind, found.where, found.what) for found in seen.findings] == []
    assert len(seen.controls) == 17 + 8
    assert all(found.kind is not Kind.NO_GLYPH for found in seen.findings)


def test_closing_emits_closed_and_stops_the_calls(
    qtbot: QtBot, controls: RecordingControls
) -> None:
    panel = DemoPanel(controls)
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(panel.closed, timeout=2000):
        panel.close()
