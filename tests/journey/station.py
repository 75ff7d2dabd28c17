"""A whole terminal without its screen, and how a test stands before it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from devices.health import DeviceStatus
from terminal.runtime.assembly import Terminal
from terminal.runtime.loop import Runtime
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session.states import (
    Choosing,
    Collecting,
    Consenting,
    Ending,
    Maintenance,
    Previewing,
    Proof,
    Proving,
    State,
    Unlocking,
    Welcome,
)
from tests.terminal.terminal_world import until

S = TypeVar("S", bound=State)
WAIT_S = 30.0
INSURANCE, DEPOSIT = "100101-SI-0101", "100101-HF-0201"


class RigStation:
    """The station. ``history`` holds each situation's name as it was entered."""

    def __init__(self, runtime: Runtime, terminal: Terminal, state_directory: Path) -> None:
        self.runtime = runtime
        self.state_directory = state_directory
        self.history: list[str] = []
        self._terminal = terminal
        self._changed = threading.Condition()
        self._state = runtime.state
        self._look: Callable[[State], None] = lambda _state: None
        runtime.subscribe(self._note)

    def _note(self, state: State) -> None:
        with self._changed:
            self._state = state
            name = type(state).__name__
            if not self.history or self.history[-1] != name:
                self.history.append(name)
            self._look(state)
            self._changed.notify_all()

    def start(self) -> None:
        self._terminal.start()

    def stop(self) -> None:
        self._terminal.stop()

    @property
    def state(self) -> State:
        return self._state

    def post(self, event: object) -> None:
        self.runtime.post(event)

    def wait(
        self,
        kind: type[S],
        met: Callable[[S], bool] = lambda _state: True,
        within_s: float = WAIT_S,
    ) -> S:
        """Wait for a situation; its name and what came instead stand in the error.

        Each is looked at as it comes: one that lasts a moment is not missed by a slow machine.
        """
        found: list[S] = []

        def look(state: State) -> None:
            if not found and isinstance(state, kind) and met(state):
                found.append(state)

        with self._changed:
            look(self._state)
            self._look = look
            if not self._changed.wait_for(lambda: found, within_s):
                fault = getattr(self._state, "fault", None)
                raise AssertionError(f"{kind.__name__} not reached: {self.history}, {fault}")
        return found[0]

    def ready(self) -> Welcome:
        """Wait until it can serve: reader, printer, platform, catalogue."""

        def serves(state: Welcome) -> bool:
            station = state.station
            return (
                bool(station.items)
                and station.printer.can_print
                and any(each.status is DeviceStatus.ONLINE for _, each in station.readers)
            )

        return self.wait(Welcome, serves)

    # -- a resident, step by step ------------------------------------------------------------

    def consent(self) -> Choosing:
        """From the card laid on to the choice."""
        self.wait(Consenting)
        self.post(ev.Consented())
        return self.wait(Choosing)

    def choose(self, item: str, sandbox: SandboxProcess) -> Previewing:
        """Choose; enter the code that was sent, where one is asked for."""
        self.post(ev.ServiceChosen(item))

        def next_page(state: State) -> bool:
            entering = isinstance(state, Proving) and state.proof is Proof.ENTERING
            return entering or isinstance(state, Previewing)

        if isinstance(self.wait(State, next_page), Proving):
            self.post(ev.CodeEntered(sandbox.codes()[-1].code))
        return self.wait(Previewing)

    def print_it(self) -> Collecting:
        """Confirm, and wait until it is proved to be printed."""
        self.post(ev.PrintPressed())
        return self.wait(Collecting)

    def finish(self) -> None:
        """Done; wait for the farewell and for home."""
        self.post(ev.DonePressed())
        self.wait(Ending)
        self.wait(Welcome)

    # -- staff -------------------------------------------------------------------------------

    def tray_emptied(self, pin: str) -> None:
        """Staff have taken the paper out, and say so behind the PIN, until it serves again."""
        self.post(ev.MaintenancePressed())
        self.wait(Unlocking)
        self.post(ev.PinEntered(pin))
        self.wait(Maintenance)

        def serves_again() -> bool:
            at = self.state.station
            left = at.blocked or at.leftover
            if left and not at.unblocking:
                # Once more, while the device still ends what it kept.
                self.post(ev.UnblockPressed())
            return not (left or at.unblocking)

        until(serves_again, "the unblocking", within_s=60)
        self.post(ev.MaintenanceClosed())
        self.ready()
