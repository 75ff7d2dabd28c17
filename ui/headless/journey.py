"""The journey with nobody there: the real pages, touched by a driver, from card to farewell.

For ``station demo --headless`` and for tests of the whole house. It cheats nowhere: what a person
could not touch it does not touch, and where the journey goes another way it stops and says so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from terminal.session import states as st
from terminal.session.model import Item, Mode
from terminal.session.states import Proof, State

from ..app import FirstPaint, Place, application
from ..bridge import Bridge, Runtime
from ..look.metrics import Screen
from ..window import TerminalWindow
from .album import Album
from .driver import Driver, NotTouchableError, settle
from .result import (
    HeadlessResult,
    Mark,
    Outcome,
    StoppedError,
    elsewhere,
    moment,
    situation,
)

T = TypeVar("T")

LIMIT_S = 120.0
"""For the whole journey; the longest honest one (a slow platform, asked four times) takes 60 s."""
READY_S = 20.0
"""For the station to come up: devices found, catalogue fetched, sandbox started."""
STEP_S = 60.0
"""For one situation to go on: the session's own longest limit for an answer."""
HAND_S = 10.0
"""For the rehearsal's own acts (a card laid, a code looked up)."""
PREVIEW_S = 10.0
"""For the previewed page to be drawn."""


class Rehearsal(Protocol):
    """The hands of the one who is not there. Each may block; none is called on the UI thread."""

    def lay(self) -> None:
        """Lay the card on the reader."""
        ...

    def lift(self) -> None:
        """Take it away."""
        ...

    def code(self) -> str:
        """The code that was sent to the phone; empty where none came."""
        ...


def run_headless(
    runtime: Runtime,
    screen: Screen,
    place: Place,
    rehearsal: Rehearsal,
    *,
    mode: Mode,
    service_id: str,
    out: Path | None,
    on_painted: Callable[[float], None] = lambda _at: None,
    warmed: Callable[[], bool] = lambda: True,
    limit_s: float = LIMIT_S,
) -> HeadlessResult:
    """Go through one visit and say how it ended; never longer than ``limit_s`` seconds.

    ``out`` is a folder (created) for a picture of each page, ``NN-situation.png``; ``None`` takes
    no pictures, for measuring. ``on_painted`` is as in ``run_window``: the moment to start the
    runtime's workers; ``warmed`` says when they have started up, before which no card is laid, so
    that the timings are those of any visit and not of the first second. Raises ``OSError`` where
    the pictures cannot be written.
    """
    application()
    window = TerminalWindow(
        screen,
        runtime.post,
        station_name=place.station_name,
        place=place.place,
        card_side=place.card_side,
        production=False,
    )
    journey = _Journey(runtime, window, rehearsal, mode, service_id, out, limit_s, warmed)
    watcher = FirstPaint(window, journey.painted(on_painted))
    window.show()
    try:
        return journey.run()
    finally:
        watcher.forget()
        journey.close()
        window.close()
        window.deleteLater()
        settle()


class _Journey:
    def __init__(
        self,
        runtime: Runtime,
        window: TerminalWindow,
        rehearsal: Rehearsal,
        mode: Mode,
        service_id: str,
        out: Path | None,
        limit_s: float,
        warmed: Callable[[], bool],
    ) -> None:
        self._warmed = warmed
        self._window, self._rehearsal = window, rehearsal
        self._mode, self._service = mode, service_id
        self._driver = Driver(window)
        self._end = time.monotonic() + limit_s
        self._lock = threading.Lock()
        self._marks: list[Mark] = []
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rehearsal")
        self._album = Album(self._driver, out)
        self._bridge = Bridge(runtime, window.show_state)
        self._bridge.shown.connect(self._glimpse)
        runtime.subscribe(self._note)

    def painted(self, then: Callable[[float], None]) -> Callable[[float], None]:
        """Notes the first paint, then goes on to ``then``."""

        def note(at: float) -> None:
            self._mark("painted", at)
            then(at)

        return note

    def close(self) -> None:
        self._bridge.close()
        self._hand.shutdown(wait=False, cancel_futures=True)

    def run(self) -> HeadlessResult:
        try:
            self._go()
            stop = StoppedError(Outcome.PRINTED)
        except StoppedError as early:
            stop = early
        except NotTouchableError as error:
            stop = StoppedError(Outcome.STUCK, detail=str(error))
        self._rest()
        state = self._state()
        with self._lock:
            marks = list(self._marks)
        return HeadlessResult(
            stop.outcome, situation(state), stop.fault, stop.detail, self._album.screens, marks
        )

    # -- the way -----------------------------------------------------------------------------

    def _go(self) -> None:
        self._until_ready()
        self._rest()
        if self._mode is not self._state().look.mode:
            self._act("foot.size", "mode")
            self._await(lambda state: state.look.mode is self._mode, STEP_S)
            self._rest()
        self._by_hand("laid", self._rehearsal.lay)
        self._await(lambda state: isinstance(state, st.Consenting), STEP_S)
        self._rest()
        self._act("consent.agree", "consent")
        self._await(lambda state: isinstance(state, st.Choosing), STEP_S)
        self._rest()
        self._choose()
        state = self._await(_proving_or_preview, STEP_S)
        if isinstance(state, st.Proving):
            self._prove()
        self._preview()
        self._rest()
        self._act("preview.print", "print")
        self._await(lambda state: isinstance(state, st.Collecting), STEP_S)
        self._rest()
        self._by_hand("lifted", self._rehearsal.lift)
        self._act("collect.done", "done")
        self._await(lambda state: isinstance(state, st.Ending), STEP_S)

    def _until_ready(self) -> None:
        """Wait until the station serves, and has the service to offer; not for one that its
        catalogue does not name."""

        def named(state: State) -> Item | None:
            return next((item for item in state.station.items if item.id == self._service), None)

        def ready() -> bool:
            state = self._window.state
            if not (self._warmed() and isinstance(state, st.Welcome) and state.station.items):
                return False
            item = named(state)
            return item is None or state.station.unprintable(item) is None

        served = self._driver.wait_until(ready, self._left(READY_S))
        state = self._state()
        item = named(state)
        if served and item is not None:
            return
        if isinstance(state, st.OutOfService):
            raise StoppedError(Outcome.OUT_OF_SERVICE, state.fault.code)
        fault = state.station.unprintable(item) if item is not None else None
        detail = "not in the catalogue" if item is None else ""
        raise StoppedError(Outcome.UNAVAILABLE, fault.code if fault else "", detail)

    def _choose(self) -> None:
        """Touch the service: where it is not in sight, look through the groups and leaves."""
        name = f"choose.item.{self._service}"
        names = self._driver.names()
        groups = tuple(other for other in names if other.startswith("choose.group."))
        # A group may be larger than a leaf: from the first one on, "next" leads through all leaves.
        ways = (*groups, *groups[:1], *("choose.next" for _ in self._state().station.items))
        for way in ways:
            if self._driver.touchable(name):
                break
            if self._driver.touchable(way):
                self._driver.click(way)
                settle()
        self._act(name, "service")

    def _prove(self) -> None:
        self._rest()
        code = self._by_hand("asked", self._rehearsal.code)
        if not code:
            raise StoppedError(Outcome.CODE_REFUSED, detail="no code came")
        before = self._state()
        self._driver.type_digits("code.key", code[:-1])
        self._act(f"code.key.{code[-1]}", "code")
        state = self._await(lambda new: _checked(new, before), STEP_S)
        if isinstance(state, st.Proving):
            fault = state.fault.code if state.fault else ""
            raise StoppedError(Outcome.CODE_REFUSED, fault)
        self._await(lambda new: isinstance(new, st.Previewing), STEP_S)

    def _preview(self) -> None:
        """Wait until the page on view is drawn from the document."""

        def drawn() -> bool:
            return bool(getattr(self._window.current_page, "ready", False))

        if not self._driver.wait_until(drawn, self._left(PREVIEW_S)):
            raise StoppedError(Outcome.STUCK, detail="the preview was not drawn")

    # -- how it goes -------------------------------------------------------------------------

    def _state(self) -> State:
        state = self._window.state
        if state is None:
            raise RuntimeError("the runtime gave no state to its subscriber")
        return state

    def _await(self, met: Callable[[State], bool], within_s: float) -> State:
        """Run until the situation is as wanted; stop honestly where it goes another way."""

        def over() -> bool:
            state = self._state()
            return met(state) or elsewhere(state) is not None

        self._driver.wait_until(over, self._left(within_s))
        state = self._state()
        if met(state):
            return state
        other = elsewhere(state)
        if other is not None:
            raise other
        waits = state.progress.waiting if isinstance(state, st.Printing) else None
        detail = f"nothing more happened at {situation(state)}"
        raise StoppedError(Outcome.STUCK, waits.code if waits else "", detail)

    def _act(self, control: str, mark: str) -> None:
        self._driver.ready(control)
        # Noted before the touch: the event is on its way before the click returns.
        self._mark(mark)
        self._driver.click(control)

    def _by_hand(self, mark: str, act: Callable[[], T]) -> T:
        self._mark(mark)
        future: Future[T] = self._hand.submit(act)
        if not self._driver.wait_until(future.done, self._left(HAND_S)):
            raise StoppedError(Outcome.STUCK, detail=f"the rehearsal's {mark} did not return")
        return future.result()

    def _left(self, within_s: float) -> float:
        return max(0.0, min(within_s, self._end - time.monotonic()))

    def _mark(self, name: str, at: float | None = None) -> None:
        with self._lock:
            self._marks.append(Mark(name, time.monotonic() if at is None else at))

    def _note(self, state: State) -> None:
        """On the runtime's thread: when the session entered a situation."""
        name = f"state:{moment(state)}"
        with self._lock:
            last = next((m.name for m in reversed(self._marks) if m.name.startswith("state:")), "")
            if name != last:
                self._marks.append(Mark(name, time.monotonic()))

    def _glimpse(self, state: State) -> None:
        """A page that only passes by is pictured at once; one that waits, when it has settled."""
        if not isinstance(state, st.Welcome | st.Previewing):
            self._album.take(state)

    def _rest(self) -> None:
        """Here the terminal waits for a person: pictures are written in nobody's time."""
        self._album.take(self._state())
        self._album.write()


def _proving_or_preview(state: State) -> bool:
    entering = isinstance(state, st.Proving) and state.proof is Proof.ENTERING
    return entering or isinstance(state, st.Previewing)


def _checked(state: State, before: State) -> bool:
    """Whether the code that was entered has been answered."""
    if not isinstance(state, st.Proving) or not isinstance(before, st.Proving):
        return True
    return state.proof is Proof.ENTERING and (
        state.tries_left != before.tries_left or state.fault is not None
    )
