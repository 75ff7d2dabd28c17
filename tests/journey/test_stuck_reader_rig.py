"""A library call hangs while a card is read, in a whole terminal with its window and two readers of
the real pcscd."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from devices.faults import READER_STUCK
from devices.health import DeviceStatus, Fault
from devices.identity import CardKind
from devices.readers.pcsc import PcscReader, Timing
from terminal.runtime.loop import Runtime
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.rig.pcscd import READERS
from tests.rig.people import social_security_card
from tests.rig.vcard import Faults, VirtualSlot
from tests.terminal.session_world import person, station
from tests.terminal.terminal_world import Notes, Paper, S, parts
from tests.ui.pages_rig import NOON, PLACE, PORTRAIT, Shown
from ui.bridge import Bridge
from ui.window import DOUBLE_TOUCH_S, TerminalWindow

pytestmark = [
    pytest.mark.rig,
    pytest.mark.xdist_group("pcsc"),
    pytest.mark.timeout(180),
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]

ALIVE_S = 1.0
"""Longest time in which the screen may not react. Building a page on a busy machine takes a third
of it."""
WITHIN_S = 30.0


class Platform:
    """A platform that knows every person."""

    def answer(self, ask: ef.Ask) -> object:
        return ev.PersonKnown(ask.request, person())


class Posted(list[ev.Event]):
    """Records the events that the window posts, and passes them on to the runtime."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime

    def append(self, event: ev.Event) -> None:
        super().append(event)
        self._runtime.post(event)


class WindowedTerminal(Shown):
    """A terminal with its window and two readers. Printer, platform and journal are stand-ins."""

    def __init__(self) -> None:
        self.readers = [PcscReader(name, match) for name, match in zip("ab", READERS, strict=True)]
        limits = m.Limits(ending_s=0.2)
        kinds = (CardKind.SOCIAL_SECURITY,)
        at = station(readers=(), limits=limits, accepts=kinds)
        self.runtime = Runtime(at, crashed=lambda: None)
        self.posted = Posted(self.runtime)
        self.window = TerminalWindow(
            PORTRAIT, self.posted.append, PLACE, production=True, clock=lambda: NOON
        )
        self.longest_s = 0.0
        """The longest time so far in which the screen did not react."""
        self.notes = Notes()
        self._bridge = Bridge(self.runtime, self.window.show_state)
        self._pulse = QTimer(self.window)
        self._pulse.timeout.connect(self._beat)
        self.window.show()
        self.runtime.start()
        made = parts(tuple(self.readers), Paper(), Platform(), self.notes)
        assert self.runtime.equip(made)
        for name in "ab":
            self.until(partial(self.online, name), f"{name} to be ready")
        self._at = time.monotonic()
        self._pulse.start(10)

    def _beat(self) -> None:
        now = time.monotonic()
        self.longest_s, self._at = max(self.longest_s, now - self._at), now

    def until(self, met: Callable[[], object], what: str) -> None:
        """Process the window's events until ``met`` is true."""
        end = time.monotonic() + WITHIN_S
        while not met():
            assert time.monotonic() < end, f"not within {WITHIN_S} s: {what}; {self.words()}"
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.005)

    def online(self, name: str) -> bool:
        """Whether the session's state shows this reader as online."""
        status = self.runtime.state.station.reader(name)
        return status is not None and status.status is DeviceStatus.ONLINE

    def page(self, kind: type[S]) -> S:
        """Wait until the screen shows a state of this kind; return it."""
        self.until(lambda: isinstance(self.window.state, kind), kind.__name__)
        state = self.window.state
        assert isinstance(state, kind)
        return state

    def press(self, name: str) -> None:
        """Touch a control, after the time in which a new page ignores touches."""
        ready = time.monotonic() + DOUBLE_TOUCH_S
        self.until(lambda: time.monotonic() > ready and self.has(name), name)
        self.touch(name)

    def end(self) -> None:
        """Stop the terminal, and close its window."""
        self.runtime.stop()
        self._bridge.close()
        self.close()


@pytest.fixture
def windowed_terminal(
    qapp: object, slot: VirtualSlot, second_slot: VirtualSlot
) -> Iterator[WindowedTerminal]:
    """A terminal with two PC/SC readers, ready to serve."""
    terminal = WindowedTerminal()
    yield terminal
    slot.answer_held()
    terminal.end()


@pytest.mark.provokes("CRD-108", "rig", "A card hangs below the whole terminal and its window.")
def test_a_call_that_hangs_leaves_the_screen_alive_and_the_reader_comes_back(
    windowed_terminal: WindowedTerminal, slot: VirtualSlot, second_slot: VirtualSlot
) -> None:
    """The call hangs while the card is present; the terminal has its normal time limits."""
    terminal = windowed_terminal
    slot.present(social_security_card("wang"), Faults(hang_at=3))
    presented = terminal.page(st.Identifying)
    assert presented.reader == "a"
    terminal.press("foot.help")
    assert isinstance(terminal.page(st.Assisted).before, st.Identifying)
    terminal.press("help.dismiss")
    terminal.page(st.Identifying)
    terminal.press("foot.help")

    def stuck() -> bool:
        state = terminal.window.state
        return isinstance(state, st.Assisted) and isinstance(state.before, st.CardFailure)

    terminal.until(stuck, "the reader to be stuck, while the help page stays")
    terminal.press("help.dismiss")
    failure = terminal.page(st.CardFailure)
    assert failure.fault.same_as(READER_STUCK)
    assert failure.entered - presented.entered < Timing().stuck * 1.1 + 2.0
    assert not terminal.online("a")
    assert READER_STUCK.code in terminal.words()
    terminal.press("foot.help")
    terminal.page(st.Assisted)
    terminal.press("help.dismiss")
    terminal.page(st.CardFailure)

    second_slot.present(social_security_card("li"))
    visit = terminal.page(st.Consenting).visit
    assert (visit.reader, visit.identity.record.name) == ("b", "李秀英")
    second_slot.remove()
    terminal.page(st.Welcome)

    slot.remove()

    def back() -> bool:
        """Whether the reader is online and has no card. The virtual reader polls only every 0.4 s,
        so a card that is swapped sooner is not noticed."""
        state = terminal.window.state
        return terminal.online("a") and state is not None and "a" not in state.station.cards_present

    terminal.until(back, "the reader to come back, and the card to be seen removed")
    slot.present(social_security_card("rare"))
    visit = terminal.page(st.Consenting).visit
    assert (visit.reader, visit.identity.record.name) == ("a", "𠮷㛃䶮𬀩")
    assert terminal.longest_s <= ALIVE_S
    ((_, fault, *_),) = terminal.notes.of("fault")
    assert isinstance(fault, Fault)
    assert READER_STUCK.same_as(fault)


def test_a_resident_can_leave_a_hanging_card_and_use_the_other_reader(
    windowed_terminal: WindowedTerminal, slot: VirtualSlot, second_slot: VirtualSlot
) -> None:
    terminal = windowed_terminal
    slot.present(social_security_card("wang"), Faults(hang_at=0))
    began = terminal.page(st.Identifying).entered
    terminal.press("foot.end")
    terminal.page(st.Welcome)
    second_slot.present(social_security_card("li"))
    served = terminal.page(st.Consenting)
    assert served.visit.reader == "b"
    assert served.entered - began < Timing().stuck, "it waited for the call to be abandoned"
    slot.answer_held()
    second_slot.remove()
    terminal.page(st.Welcome)
    assert terminal.longest_s <= ALIVE_S
