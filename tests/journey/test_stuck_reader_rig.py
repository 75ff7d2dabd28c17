"""A card under which a library call hangs, seen from before the screen: the whole terminal with its
real window, and two readers of the real pcscd."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from devices.faults import READER_STUCK
from devices.health import DeviceStatus
from devices.identity import CardKind
from devices.readers.pcsc import PcscReader, Timing
from terminal.runtime.loop import Runtime
from terminal.runtime.parts import Parts
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.rig.pcscd import READERS
from tests.rig.people import social_security_card
from tests.rig.vcard import Faults, VirtualSlot
from tests.terminal.session_world import person, station
from tests.terminal.terminal_world import Notes, Paper, S
from tests.ui.pages_rig import NOON, PLACE, PORTRAIT, STATION, Shown
from ui.bridge import Bridge
from ui.window import DOUBLE_TOUCH_S, TerminalWindow

pytestmark = [
    pytest.mark.rig,
    pytest.mark.xdist_group("pcsc"),
    pytest.mark.timeout(180),
    pytest.mark.qt_log_ignore("propagateSizeHints"),
]

ALIVE_S = 1.0
"""The longest that the screen may not react: building a page on a busy machine takes a third."""
WITHIN_S = 30.0


class Platform:
    """It knows everybody."""

    def answer(self, ask: object) -> object:
        return ev.PersonKnown(ask.visit.id, person())  # type: ignore[attr-defined]


class Posted(list[ev.Event]):
    """What the window posts goes to the runtime."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime

    def append(self, event: ev.Event) -> None:
        super().append(event)
        self._runtime.post(event)


class Standing(Shown):
    """A terminal with its window, as a person before it sees it."""

    def __init__(self) -> None:
        self.readers = [PcscReader(name, match) for name, match in zip("ab", READERS, strict=True)]
        limits = m.Limits(ending_s=0.2)
        kinds = (CardKind.SOCIAL_SECURITY,)
        at = station(readers=(), limits=limits, accepts=kinds)
        self.runtime = Runtime(at, crashed=lambda: None)
        self.posted = Posted(self.runtime)
        self.window = TerminalWindow(
            PORTRAIT, self.posted.append, station_name=STATION, place=PLACE, card_side="right",
            production=True, clock=lambda: NOON,
        )  # fmt: skip
        self.longest_s = 0.0
        """The longest that the screen has not reacted."""
        self.notes = Notes()
        self._bridge = Bridge(self.runtime, self.window.show_state)
        self._pulse = QTimer(self.window)
        self._pulse.timeout.connect(self._beat)
        self.window.show()
        self.runtime.start()
        parts = Parts(
            tuple(self.readers), Paper(), Platform(), self.notes, lambda _: b"", lambda _: b""
        )  # type: ignore[arg-type]
        assert self.runtime.equip(parts)
        for name in "ab":
            self.until(lambda name=name: self.online(name), f"{name} to be ready")
        self._at = time.monotonic()
        self._pulse.start(10)

    def _beat(self) -> None:
        now = time.monotonic()
        self.longest_s, self._at = max(self.longest_s, now - self._at), now

    def until(self, met: Callable[[], object], what: str) -> None:
        """Let the screen live until it is so."""
        end = time.monotonic() + WITHIN_S
        while not met():
            assert time.monotonic() < end, f"not within {WITHIN_S} s: {what}; {self.words()}"
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.005)

    def online(self, name: str) -> bool:
        """Whether this reader is ready, as far as the session knows."""
        status = self.runtime.state.station.reader(name)
        return status is not None and status.status is DeviceStatus.ONLINE

    def page(self, kind: type[S]) -> S:
        """Wait until the screen shows this situation."""
        self.until(lambda: isinstance(self.window.state, kind), kind.__name__)
        state = self.window.state
        assert isinstance(state, kind)
        return state

    def press(self, name: str) -> None:
        """Touch a control, once the page has stood long enough to be meant by a touch."""
        ready = time.monotonic() + DOUBLE_TOUCH_S
        self.until(lambda: time.monotonic() > ready and self.has(name), name)
        self.touch(name)

    def end(self) -> None:
        """Stop the terminal, and close its window."""
        self.runtime.stop()
        self._bridge.close()
        self.close()


@pytest.fixture
def before_the_screen(
    qapp: object, slot: VirtualSlot, second_slot: VirtualSlot
) -> Iterator[Standing]:
    """A terminal with two PC/SC readers, ready to serve."""
    standing = Standing()
    yield standing
    slot.let_go()
    standing.end()


@pytest.mark.provokes("CRD-108", "rig", "A card hangs below the whole terminal and its window.")
def test_a_call_that_hangs_leaves_the_screen_alive_and_the_reader_comes_back(
    before_the_screen: Standing, slot: VirtualSlot, second_slot: VirtualSlot
) -> None:
    """It hangs for as long as the card lies there, with the terminal's own limits."""
    stands = before_the_screen
    slot.lay(social_security_card("wang"), Faults(hang_at=3))
    laid = stands.page(st.Identifying)
    assert laid.reader == "a"
    stands.press("foot.help")
    assert isinstance(stands.page(st.Assisted).before, st.Identifying)
    stands.press("help.dismiss")
    stands.page(st.Identifying)
    stands.press("foot.help")

    def told() -> bool:
        state = stands.window.state
        return isinstance(state, st.Assisted) and isinstance(state.before, st.CardTrouble)

    stands.until(told, "the reader to be stuck, while the help page stays")
    stands.press("help.dismiss")
    trouble = stands.page(st.CardTrouble)
    assert trouble.fault.same_as(READER_STUCK)
    assert trouble.entered - laid.entered < Timing().stuck * 1.1 + 2.0
    assert not stands.online("a")
    assert READER_STUCK.code in stands.words()
    stands.press("foot.help")
    stands.page(st.Assisted)
    stands.press("help.dismiss")
    stands.page(st.CardTrouble)

    second_slot.lay(social_security_card("li"))
    visit = stands.page(st.Consenting).visit
    assert (visit.reader, visit.identity.record.name) == ("b", "李秀英")
    second_slot.lift()
    stands.page(st.Welcome)

    slot.lift()

    def back() -> bool:
        """The virtual reader looks for cards only every 0.4 s: an exchange in between is missed."""
        state = stands.window.state
        return stands.online("a") and state is not None and "a" not in state.station.lying

    stands.until(back, "the reader to come back, and the card to be seen removed")
    slot.lay(social_security_card("rare"))
    visit = stands.page(st.Consenting).visit
    assert (visit.reader, visit.identity.record.name) == ("a", "𠮷㛃䶮𬀩")
    assert stands.longest_s <= ALIVE_S
    faults = [each[1] for each in stands.notes.of("fault")]
    assert [READER_STUCK.same_as(fault) for fault in faults] == [True]  # type: ignore[arg-type]


def test_who_does_not_want_to_wait_for_a_card_that_hangs_leaves_and_the_other_reader_serves(
    before_the_screen: Standing, slot: VirtualSlot, second_slot: VirtualSlot
) -> None:
    stands = before_the_screen
    slot.lay(social_security_card("wang"), Faults(hang_at=0))
    began = stands.page(st.Identifying).entered
    stands.press("working.leave")
    stands.page(st.Welcome)
    second_slot.lay(social_security_card("li"))
    served = stands.page(st.Consenting)
    assert served.visit.reader == "b"
    assert served.entered - began < Timing().stuck, "nobody waited for the call to be given up"
    slot.let_go()
    second_slot.lift()
    stands.page(st.Welcome)
    assert stands.longest_s <= ALIVE_S
