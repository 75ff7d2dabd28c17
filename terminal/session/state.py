"""What all states share: the base classes, who a state waits for, and `Step`.

For the files in `states/`, which each define one state, and for the flows between them. Times are
monotonic seconds as given to `advance`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from devices.signals.protocol import Headset

if TYPE_CHECKING:
    # For annotations only, so that the first page does not wait for the other states' classes.
    from devices.health import Fault

    from .effects import Effect
    from .model import Document, Look, Station, Visit


class Waits(Enum):
    """Who must act next."""

    NOBODY = auto()
    """The terminal is idle: the state has no time limit."""
    MACHINE = auto()
    """A reader, the platform or a printer. Each of these states has its own time limit."""
    RESIDENT = auto()
    STAFF = auto()
    MAINTAINER = auto()

    @property
    def person(self) -> bool:
        """Whether a person must act."""
        return self in (Waits.RESIDENT, Waits.STAFF, Waits.MAINTAINER)


STOP_AFTER_S = 10.0
"""A person who can only wait for longer than this is offered a way to stop. It is the limit of
attention (Nielsen, Response Times, 1993)."""


class Loss(Enum):
    """What a resident loses if the visit ends now. The values are in the names of the words."""

    PROOF = "proof"
    """The code, or the check by staff, which the next visit needs again."""
    DOCUMENT = "document"
    """A document that is being issued or is issued, and is not on paper or on the phone yet."""
    JOB = "job"
    """The pages that are not printed yet."""
    PAGES = "pages"
    """The chance to have pages that are missing printed again."""


@dataclass(frozen=True, kw_only=True)
class State:
    """One state of the session.

    ``entered`` is when it began, ``quiet_since`` when a person last did something.
    """

    RECORDED_NAME: ClassVar[str] = ""
    """Set if the class has another name than in the journals of earlier versions."""

    station: Station
    look: Look
    entered: float
    quiet_since: float

    @property
    def name(self) -> str:
        """The name in the journal, in calls for staff, and in the JSON of a demo or a gallery."""
        return self.RECORDED_NAME or type(self).__name__

    @property
    def heard_privately(self) -> bool:
        """Whether only the resident hears the voice, so that it may say personal data."""
        return self.look.private or self.station.headset is Headset.PLUGGED_IN

    @property
    def awaits(self) -> int | None:
        """The number of the request whose answer the state waits for; other answers are dropped."""
        return None

    @property
    def waits_for(self) -> Waits:
        """Who must act next."""
        return Waits.MACHINE

    @property
    def working(self) -> bool:
        """Whether a machine is at work and a person can only wait: the page shows that it is not
        frozen."""
        return self.waits_for is Waits.MACHINE

    @property
    def working_since(self) -> float:
        """When this work began, or last showed progress (monotonic s)."""
        return self.entered

    def may_stop(self, now: float) -> bool:
        """Return whether the page offers to stop this work."""
        return now - self.working_since >= STOP_AFTER_S

    @property
    def acts_outside(self) -> bool:
        """Whether the page asks for an act outside the screen: with a card, paper or a phone.

        Such a page must stay readable, so its warning does not cover it.
        """
        return False

    @property
    def loss(self) -> Loss | None:
        """What the resident would lose if the visit ended now. Then they are asked first."""
        return None

    @property
    def may_end(self) -> bool:
        """Whether the page offers to end the visit."""
        return self.served is not None

    @property
    def patience_s(self) -> float | None:
        """Seconds without a touch before the page warns that it will end; the warning follows.

        ``None``: the page does not warn.
        """
        match self.waits_for:
            case Waits.RESIDENT | Waits.MAINTAINER:
                return self.station.limits.quiet(self.look.mode)
            case Waits.STAFF:
                return self.station.limits.assisted_s
            case Waits.NOBODY | Waits.MACHINE:
                return None

    @property
    def last_at(self) -> float:
        """When the page must end, however often it is touched (monotonic s)."""
        return self.entered + self.station.limits.longest_visit_s

    @property
    def served(self) -> Visit | None:
        """The current visit, also if a wrapping state is shown."""
        return None

    @property
    def fault_shown(self) -> Fault | None:
        """The fault that the page explains."""
        return None

    @property
    def staff_called(self) -> bool:
        """Whether staff have been called for what this state shows.

        Only then may the page and the voice say that staff have been notified. The step that made
        the state has a `CallHelp`, or the call was recorded as one that reached staff.
        """
        return False


@dataclass(frozen=True, kw_only=True)
class InVisit(State):
    """A state within a visit."""

    visit: Visit

    @property
    def last_at(self) -> float:
        return self.visit.began + self.station.limits.longest_visit_s

    @property
    def full_time_at(self) -> float:
        """When the page ends if it is not touched (monotonic s)."""
        limits = self.station.limits
        return self.entered + (self.patience_s or 0.0) + limits.warning(self.look.mode)

    @property
    def served(self) -> Visit | None:
        return self.visit

    @property
    def held(self) -> Document | None:
        """The document that must be wiped if the visit ends now."""
        return None

    @property
    def running_job(self) -> str:
        """The print job that must be cancelled if the visit ends now; empty if there is none."""
        return ""

    @property
    def unanswered(self) -> tuple[Effect, ...]:
        """The effects that record a job if the visit ends before the resident has answered."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Wrapping(State):
    """A state that wraps another: ``before`` is shown again when this one ends."""

    before: State

    @property
    def awaits(self) -> int | None:
        return self.before.awaits

    @property
    def loss(self) -> Loss | None:
        return self.before.loss

    @property
    def may_end(self) -> bool:
        return self.before.may_end

    @property
    def served(self) -> Visit | None:
        return self.before.served


Step = tuple[State, "tuple[Effect, ...]"]
"""The next state, and the effects in the order in which they are carried out."""

S = TypeVar("S", bound=State)


def ask(state: S) -> tuple[S, int]:
    """Return the state with the next request counted, and the number of that request.

    Each attempt has its own number, so that the answer to an earlier one is recognised. (The
    idempotency key is different: it stays the same for all attempts at the same document.)
    """
    number = state.station.requests + 1
    return replace(state, station=replace(state.station, requests=number)), number


def to(cls: type[S], state: State, now: float, **fields: Any) -> S:
    """Make a state that begins now, at the same station and with the same look."""
    return cls(station=state.station, look=state.look, entered=now, quiet_since=now, **fields)


def in_visit(cls: type[S], state: InVisit, now: float, **fields: Any) -> S:
    """Make a state of the same visit."""
    return to(cls, state, now, visit=fields.pop("visit", state.visit), **fields)
