"""The result of a headless journey: its outcome, its timestamps, and how long the terminal took.

It knows situations by name only, and changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from devices.health import code_of
from terminal.session import states as st
from terminal.session.model import EndReason
from terminal.session.states import State


class Outcome(StrEnum):
    """How a journey ended."""

    PRINTED = "printed"
    """Printed, as proved by the session; card and paper collected."""
    UNPROVED = "unproved"
    """The terminal has no proof that every page came out, and asks the person."""
    # The values are part of the JSON result, so they keep their words.
    SERVICE_FAILURE = "trouble"
    CARD_FAILURE = "card_trouble"
    STAFF_NEEDED = "staff_needed"
    CODE_REFUSED = "code_refused"
    OUT_OF_SERVICE = "out_of_service"
    UNAVAILABLE = "unavailable"
    """The service is not offered, or is greyed."""
    ENDED = "ended"
    """The visit ended before anything was printed."""
    STUCK = "stuck"
    """A control could not be pressed, or nothing happened for too long."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A timestamp. ``name`` is an action ("presented", …), or "state:" and a situation's name.

    ``at`` is in ``time.monotonic()`` seconds. A situation is timed when the session enters it.
    ``waits``: the state waits for a person.
    """

    name: str
    at: float
    waits: bool = False


@dataclass(slots=True)
class HeadlessResult:
    """The result of the journey. ``fault`` is the code of the fault that stopped it, if any."""

    outcome: Outcome
    state: str
    fault: str = ""
    detail: str = ""
    screens: list[Path] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def timings_ms(self) -> dict[str, float]:
        """Return the milliseconds that the terminal took for each step, and their sum.

        A step lasts from an action of the person until the terminal waits for a person again.
        ``machine_total`` is the sum of the steps, so it does not include the time of the person.
        """
        took: dict[str, float] = {}
        act: Mark | None = None
        for mark in self.marks:
            if not mark.name.startswith("state:"):
                act = mark
            elif act is not None and mark.waits and act.name in _STRETCH:
                took[_STRETCH[act.name]] = round((mark.at - act.at) * 1000, 3)
                act = None
        if took:
            took["machine_total"] = round(sum(took.values()), 3)
        return took


_STRETCH = {
    "presented": "card_to_identity",
    "consent": "identify",
    "service": "service_to_next",
    "code": "code_to_preview",
    "print": "print_to_collect",
}


def situation(state: State) -> str:
    """Return a situation's name in words ("card-trouble", "proving-entering",
    "printing-waiting")."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "-", state.name).lower()
    if isinstance(state, st.Proving):
        return f"{name}-{state.proof.value.replace('_', '-')}"
    if isinstance(state, st.Printing) and state.progress.waiting is not None:
        return f"{name}-waiting"
    return name


def moment(state: State) -> str:
    """Return a situation's name as the marks have it ("Proving.entering")."""
    name = state.name
    return f"{name}.{state.proof.value}" if isinstance(state, st.Proving) else name


class StoppedError(Exception):
    """The journey is over, with this outcome."""

    def __init__(self, outcome: Outcome, fault: str = "", detail: str = "") -> None:
        super().__init__(outcome.value)
        self.outcome, self.fault, self.detail = outcome, fault, detail


def elsewhere(state: State) -> StoppedError | None:
    """Return the error if the journey has left its expected course; else ``None``."""
    match state:
        case st.ServiceFailure(fault=fault):
            return StoppedError(Outcome.SERVICE_FAILURE, fault.code)
        case st.CardFailure(fault=fault):
            return StoppedError(Outcome.CARD_FAILURE, fault.code)
        case st.OutOfService(fault=fault):
            return StoppedError(Outcome.OUT_OF_SERVICE, fault.code)
        case st.Proving(waits_for=st.Waits.STAFF, fault=fault):
            return StoppedError(Outcome.STAFF_NEEDED, code_of(fault))
        case st.CheckingPaper(ended=ended):
            return StoppedError(Outcome.UNPROVED, code_of(ended.fault))
        case st.Ending(reason=reason) if reason is not EndReason.DONE:
            return StoppedError(Outcome.ENDED, detail=reason.value)
        case st.Assisted() | st.CardAway() | st.Unlocking() | st.Maintenance():
            return StoppedError(Outcome.ENDED, detail=situation(state))
        case _:
            return None
