"""The bridge between the runtime's thread and the UI thread keeps the order, skips old states,
and shows nothing after it is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from devices.health import DeviceStatus
from devices.readers.protocol import ReaderStatus
from terminal.session import states as st
from terminal.session.model import Look, Station
from ui.bridge import Bridge

STATION = Station((("card", ReaderStatus(DeviceStatus.ONLINE)),), (), None)


def welcome(entered: float) -> st.Welcome:
    return st.Welcome(station=STATION, look=Look(), entered=entered, quiet_since=0.0)


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
