"""The bridge between the runtime's thread and the UI thread keeps the order, skips old states,
shows a busy page only if the work takes a moment, and shows nothing after it is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from devices.health import DeviceStatus
from devices.readers.protocol import ReaderStatus
from terminal.session import states as st
from terminal.session.model import Look, Station
from ui.bridge import BUSY_AFTER_MS, Bridge
from ui.gallery.scenes import SCENES
from ui.headless.driver import settle

STATION = Station((("card", ReaderStatus(DeviceStatus.ONLINE)),), (), None)


def welcome(entered: float) -> st.Welcome:
    return st.Welcome(station=STATION, look=Look(), entered=entered, quiet_since=0.0)


def busy(entered: float) -> st.Identifying:
    return st.Identifying(
        station=STATION, look=Look(), entered=entered, quiet_since=0.0, reader="card"
    )


class Source:
    """A runtime whose states a test sets."""

    def __init__(self) -> None:
        self.say: Callable[[st.State], None] = lambda _state: None

    def post(self, event: object) -> None:
        raise AssertionError("the bridge posts nothing")

    def subscribe(self, callback: Callable[[st.State], None]) -> None:
        self.say = callback


def on_another_thread(act: Callable[[], None]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def test_a_state_is_shown_on_the_ui_thread(qtbot: QtBot) -> None:
    source = Source()
    threads: list[QThread] = []
    shown: list[st.State] = []
    bridge = Bridge(source, lambda state: threads.append(QThread.currentThread()))
    bridge.shown.connect(shown.append)
    state = welcome(1)
    on_another_thread(lambda: source.say(state))
    assert shown == []
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [state]
    assert threads == [bridge.thread()]


def test_only_the_newest_of_several_waiting_states_is_shown(qtbot: QtBot) -> None:
    source = Source()
    shown: list[st.State] = []
    bridge = Bridge(source, shown.append)

    def say_five() -> None:
        for n in range(5):
            source.say(welcome(n))

    on_another_thread(say_five)
    qtbot.waitUntil(lambda: bool(shown))
    qtbot.waitSignal(bridge.shown, timeout=50, raising=False).wait()
    assert [state.entered for state in shown] == [4]
    on_another_thread(lambda: source.say(welcome(9)))
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown[-1].entered == 9


def test_a_state_that_arrives_while_another_is_painted_is_shown_next(qtbot: QtBot) -> None:
    source = Source()
    shown: list[float] = []

    def show(state: st.State) -> None:
        shown.append(state.entered)
        if state.entered == 1:
            on_another_thread(lambda: source.say(welcome(2)))

    bridge = Bridge(source, show)
    on_another_thread(lambda: source.say(welcome(1)))
    qtbot.waitUntil(lambda: shown == [1, 2])
    assert bridge.thread() is QThread.currentThread()


def test_nothing_is_shown_after_close(qtbot: QtBot) -> None:
    source = Source()
    shown: list[st.State] = []
    bridge = Bridge(source, shown.append)
    on_another_thread(lambda: source.say(welcome(1)))
    bridge.close()
    on_another_thread(lambda: source.say(welcome(2)))
    with qtbot.waitSignal(bridge.shown, timeout=100, raising=False) as blocker:
        pass
    assert not blocker.signal_triggered
    assert shown == []


def test_a_busy_page_appears_only_after_its_delay(qtbot: QtBot) -> None:
    source = Source()
    shown: list[tuple[type[st.State], float]] = []
    bridge = Bridge(source, lambda state: shown.append((type(state), monotonic())))
    source.say(welcome(1))
    qtbot.waitUntil(lambda: len(shown) == 1)
    began = monotonic()
    source.say(busy(2))
    qtbot.waitUntil(lambda: len(shown) == 2)
    # Qt may fire a coarse timer up to 5 % early.
    assert shown[1][1] - began >= BUSY_AFTER_MS / 1000 * 0.95
    assert [kind for kind, _ in shown] == [st.Welcome, st.Identifying]
    assert bridge.thread() is QThread.currentThread()


def test_work_that_is_over_soon_shows_no_busy_page(qtbot: QtBot) -> None:
    source = Source()
    shown: list[st.State] = []
    bridge = Bridge(source, shown.append)
    source.say(welcome(1))
    qtbot.waitUntil(lambda: len(shown) == 1)
    source.say(busy(2))
    settle()
    source.say(welcome(3))
    qtbot.waitUntil(lambda: len(shown) == 2)
    with qtbot.waitSignal(bridge.shown, timeout=2 * BUSY_AFTER_MS, raising=False) as blocker:
        pass
    assert not blocker.signal_triggered
    assert [state.entered for state in shown] == [1, 3]


def test_a_busy_page_on_the_screen_is_refreshed_at_once(qtbot: QtBot) -> None:
    source = Source()
    shown: list[float] = []
    bridge = Bridge(source, lambda state: shown.append(state.entered))
    source.say(busy(1))
    qtbot.waitUntil(lambda: shown == [1])
    source.say(busy(2))
    settle()
    assert shown == [1, 2]
    assert bridge.thread() is QThread.currentThread()


def test_a_page_that_waits_for_the_resident_is_shown_at_once(qtbot: QtBot) -> None:
    source = Source()
    shown: list[st.State] = []
    bridge = Bridge(source, shown.append)
    for number, scene in enumerate(("consenting", "choosing"), start=1):
        source.say(SCENES[scene](Look()))
        settle()
        assert len(shown) == number
    assert bridge.thread() is QThread.currentThread()


def test_no_page_of_a_visit_stays_after_the_visit(qtbot: QtBot) -> None:
    source = Source()
    shown: list[st.State] = []
    bridge = Bridge(source, shown.append)
    look = Look()
    scenes = (SCENES["choosing"](look), SCENES["ending"](look))
    for number, state in enumerate(scenes, start=1):
        source.say(state)
        settle()
        assert len(shown) == number
    assert scenes[1].waits_for is st.Waits.MACHINE
    assert bridge.thread() is QThread.currentThread()


def test_a_busy_page_is_not_shown_after_close(qtbot: QtBot) -> None:
    source = Source()
    shown: list[float] = []
    bridge = Bridge(source, lambda state: shown.append(state.entered))
    source.say(welcome(1))
    qtbot.waitUntil(lambda: shown == [1])
    source.say(busy(2))
    settle()
    bridge.close()
    with qtbot.waitSignal(bridge.shown, timeout=2 * BUSY_AFTER_MS, raising=False) as blocker:
        pass
    assert not blocker.signal_triggered
    assert shown == [1]
