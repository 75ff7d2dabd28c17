"""Goes through a whole visit unattended, by pressing the controls of the real pages.

For `run`, which opens the window. It presses only what a person could press.
If the visit takes another course than expected, it stops and reports that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from devices.health import code_of
from terminal.session import states as st
from terminal.session.model import Item, Mode
from terminal.session.states import Proof, State

from ..bridge import Bridge, Runtime
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

READY_S = 20.0
"""Time limit for the start: devices found, catalogue fetched, sandbox started."""
STEP_S = 60.0
"""Time limit for one step: the session's own longest limit for an answer."""
ACTION_S = 10.0
"""Time limit for one action of the rehearsal (present a card, fetch a code)."""
PREVIEW_S = 10.0
"""Time limit for drawing the previewed page."""


class Rehearsal(Protocol):
    """The actions of a person outside the pages. Each may block; none is called on the UI
    thread."""

    def present_card(self) -> None:
        """Present the card to the reader."""
        ...

    def remove_card(self) -> None:
        """Remove the card from the reader."""
        ...

    def code(self) -> str:
        """Return the code that was sent to the phone; empty if none was sent."""
        ...


class Journey:
    """One visit in a window that shows its first page."""

    def __init__(
        self,
        runtime: Runtime,
        window: TerminalWindow,
        bridge: Bridge,
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
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rehearsal")
        self._album = Album(self._driver, out)
        if window.state is not None:
            self._take_picture(window.state)
        bridge.shown.connect(self._take_picture)
        runtime.subscribe(self._note)

    def close(self) -> None:
        """End its worker."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def run(self) -> HeadlessResult:
        """Go through the visit and return how it ended."""
        try:
            self._go()
            stop = StoppedError(Outcome.PRINTED)
        except StoppedError as early:
            stop = early
        except NotTouchableError as error:
            stop = StoppedError(Outcome.STUCK, detail=str(error))
        self._write_pictures()
        state = self._state()
        with self._lock:
            marks = list(self._marks)
        return HeadlessResult(
            stop.outcome, situation(state), stop.fault, stop.detail, self._album.screens, marks
        )

    # -- steps of the visit ------------------------------------------------------------------

    def _go(self) -> None:
        self._until_ready()
        self._write_pictures()
        while (now := self._state().look.mode) is not self._mode:
            self._act("foot.size", "mode")
            self._await(partial(_in_other_mode, now), STEP_S)
            self._write_pictures()
        self._rehearse("presented", self._rehearsal.present_card)
        self._await(lambda state: isinstance(state, st.Consenting), STEP_S)
        self._write_pictures()
        self._act("consent.agree", "consent")
        self._await(lambda state: isinstance(state, st.Choosing), STEP_S)
        self._write_pictures()
        self._choose()
        state = self._await(_proving_or_preview, STEP_S)
        if isinstance(state, st.Proving):
            self._prove()
        self._preview()
        self._write_pictures()
        self._act("preview.print", "print")
        self._await(lambda state: isinstance(state, st.Collecting), STEP_S)
        self._write_pictures()
        self._rehearse("removed", self._rehearsal.remove_card)
        self._act("collect.done", "done")
        self._await(lambda state: isinstance(state, st.Ending), STEP_S)

    def _until_ready(self) -> None:
        """Wait until the station offers the service; do not wait if the catalogue does not name
        it."""

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
        raise StoppedError(Outcome.UNAVAILABLE, code_of(fault), detail)

    def _choose(self) -> None:
        """Press the service; if it is not visible, look for it in the other groups and
        sub-pages."""
        name = f"choose.item.{self._service}"
        names = self._driver.names()
        groups = tuple(other for other in names if other.startswith("choose.group."))
        # A group may have more than one sub-page: "next", from the first group on, leads through
        # all of them.
        ways = (*groups, *groups[:1], *("choose.next" for _ in self._state().station.items))
        for way in ways:
            if self._driver.touchable(name):
                break
            if self._driver.touchable(way):
                self._driver.click(way)
                settle()
        self._act(name, "service")

    def _prove(self) -> None:
        self._write_pictures()
        code = self._rehearse("code fetched", self._rehearsal.code)
        if not code:
            raise StoppedError(Outcome.CODE_REFUSED, detail="no code was sent to the phone")
        before = self._state()
        self._driver.type_digits("code.key", code[:-1])
        self._act(f"code.key.{code[-1]}", "code")
        state = self._await(lambda new: _checked(new, before), STEP_S)
        if isinstance(state, st.Proving):
            fault = code_of(state.fault)
            raise StoppedError(Outcome.CODE_REFUSED, fault)
        self._await(lambda new: isinstance(new, st.Previewing), STEP_S)

    def _preview(self) -> None:
        """Wait until the current page of the document is drawn."""

        def drawn() -> bool:
            return isinstance(self._window.state, st.Previewing) and self._window.current_page.ready

        if not self._driver.wait_until(drawn, self._left(PREVIEW_S)):
            raise StoppedError(Outcome.STUCK, detail="the preview was not drawn")

    # -- waiting, acting, recording ----------------------------------------------------------

    def _state(self) -> State:
        state = self._window.state
        if state is None:
            raise RuntimeError("the runtime gave no state to its subscriber")
        return state

    def _await(self, met: Callable[[State], bool], within_s: float) -> State:
        """Wait for a state that ``met`` accepts; raise ``StoppedError`` if the visit goes another
        way."""

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
        detail = f"no progress in the situation {situation(state)}"
        raise StoppedError(Outcome.STUCK, code_of(waits), detail)

    def _act(self, control: str, mark: str) -> None:
        self._driver.ready(control)
        # Record the mark first: the click posts its event before it returns.
        self.mark(mark)
        self._driver.click(control)

    def _rehearse(self, mark: str, act: Callable[[], T]) -> T:
        self.mark(mark)
        future: Future[T] = self._worker.submit(act)
        if not self._driver.wait_until(future.done, self._left(ACTION_S)):
            raise StoppedError(Outcome.STUCK, detail=f"rehearsal action '{mark}' did not finish")
        return future.result()

    def _left(self, within_s: float) -> float:
        return max(0.0, min(within_s, self._end - time.monotonic()))

    def mark(self, name: str, at: float | None = None) -> None:
        """Record that this happened at ``at`` (monotonic s), or now."""
        with self._lock:
            self._marks.append(Mark(name, time.monotonic() if at is None else at))

    def _note(self, state: State) -> None:
        """Record when the session entered a situation; called on the runtime's thread."""
        name = f"state:{moment(state)}"
        with self._lock:
            last = next((m.name for m in reversed(self._marks) if m.name.startswith("state:")), "")
            if name != last:
                self._marks.append(Mark(name, time.monotonic(), state.waits_for.person))

    def _take_picture(self, state: State) -> None:
        """Take a picture at once, except of pages that first need time to settle."""
        if not isinstance(state, st.Welcome | st.Previewing):
            self._album.take(state)

    def _write_pictures(self) -> None:
        """Take and write pictures while the terminal waits for a person, so that no timing includes
        this."""
        self._album.take(self._state())
        self._album.write()


def _proving_or_preview(state: State) -> bool:
    entering = isinstance(state, st.Proving) and state.proof is Proof.ENTERING
    return entering or isinstance(state, st.Previewing)


def _in_other_mode(before: Mode, state: State) -> bool:
    return state.look.mode is not before


def _checked(state: State, before: State) -> bool:
    """Return whether the code that was entered has been checked."""
    if not isinstance(state, st.Proving) or not isinstance(before, st.Proving):
        return True
    return state.proof is Proof.ENTERING and (
        state.tries_left != before.tries_left or state.fault is not None
    )
