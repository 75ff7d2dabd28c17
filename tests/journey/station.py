"""A whole terminal without its screen, and the steps that a test takes on it."""

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
    """A station. ``history`` has the name of each state that was entered, in order."""

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
        """Wait for a state of this kind that ``met`` accepts; return it.

        Each state is checked when it is entered, so that a short one is not missed on a slow
        machine. The error names the state and the history.
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
        """Wait until the station can serve: reader, printer, platform and catalogue are ready."""

        def serves(state: Welcome) -> bool:
            station = state.station
            return (
                bool(station.items)
                and station.printer.can_print
                and any(each.status is DeviceStatus.ONLINE for _, each in station.readers)
            )

        return self.wait(Welcome, serves)

    # -- a resident, step by step

    def consent(self) -> Choosing:
        """Consent, after a card was presented; wait for the choice of services."""
        self.wait(Consenting)
        self.post(ev.Consented())
        return self.wait(Choosing)

    def choose(self, item: str, sandbox: SandboxProcess) -> Previewing:
        """Choose a service. If a code is required, enter the one that was sent."""
        self.post(ev.ServiceChosen(item))

        def next_page(state: State) -> bool:
            entering = isinstance(state, Proving) and state.proof is Proof.ENTERING
            return entering or isinstance(state, Previewing)

        if isinstance(self.wait(State, next_page), Proving):
            self.post(ev.CodeEntered(sandbox.codes()[-1].code))
        return self.wait(Previewing)

    def print_it(self) -> Collecting:
        """Confirm, and wait until the document is printed."""
        self.post(ev.PrintPressed())
        return self.wait(Collecting)

    def finish(self) -> None:
        """Press "done"; wait for the last page of the visit and then for the welcome page."""
        self.post(ev.DonePressed())
        self.wait(Ending)
        self.wait(Welcome)

    # -- staff

    def tray_emptied(self, pin: str) -> None:
        """Confirm as staff, with the PIN, that the tray is empty; wait until the station serves."""
        self.post(ev.MaintenancePressed())
        self.wait(Unlocking)
        self.post(ev.PinEntered(pin))
        self.wait(Maintenance)

        def serves_again() -> bool:
            at = self.state.station
            left = at.blocked or at.leftover
            if left and not at.unblocking:
                # Repeat, while the device is still ending the job that it kept.
                self.post(ev.UnblockPressed())
            return not (left or at.unblocking)

        until(serves_again, "the unblocking", within_s=60)
        self.post(ev.MaintenanceClosed())
        self.ready()
