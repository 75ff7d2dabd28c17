"""What every visit has: the home state, the card, the end, and the pages that report a fault.

Used by the handlers as methods of `Go`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from devices.health import Cause, Fault
from printing.faults import LEFTOVER_JOB

from .. import events as ev
from ..effects import CallHelp, ClearPrinter, Effect, EndVisit, RecordFault, Wipe
from ..home import home
from ..model import Document, Edition, EndReason, Item, Presence, Retry, Station, Visit
from ..state import InVisit, State, Step, in_visit, to
from ..states.card_away import CardAway
from ..states.card_failure import CardFailure
from ..states.consenting import Consenting
from ..states.ending import Ending
from ..states.identifying import Identifying
from ..states.leaving import Leaving
from ..states.service_failure import ServiceFailure


@dataclass(frozen=True)
class VisitFlow:
    """The transitions that every visit shares. ``now`` is the time of the event (monotonic s)."""

    now: float

    # -- no resident is served --------------------------------------------------------------------

    def home(self, station: Station) -> State:
        """Return the welcome page, or out of service."""
        return home(station, self.now)

    def reassess(self, state: State) -> Step:
        """Show welcome or out of service, depending on the station. Keep the chosen look."""
        fresh = self.home(state.station)
        if type(fresh) is type(state) and fresh.fault_shown == state.fault_shown:
            return state, ()
        return replace(fresh, look=state.look, quiet_since=state.quiet_since), ()

    def reassess_printer(self, state: State) -> Step:
        """As `reassess`, and call staff once if a printer reports pages of an earlier visit."""
        fresh, effects = self.reassess(state)
        fault = fresh.fault_shown
        known = LEFTOVER_JOB.same_as(state.fault_shown)
        if known or fault is None or not LEFTOVER_JOB.same_as(fault):
            return fresh, effects
        return fresh, (*effects, RecordFault(fault, state.name), CallHelp(state.name, fault.code))

    # -- the card --------------------------------------------------------------------------------

    def read_card(self, state: State, reader: str) -> State:
        """Show that the card is being read, unless the terminal is out of service."""
        if state.station.out_of_service() is not None:
            return self.home(state.station)
        return to(Identifying, state, self.now, reader=reader)

    def begin(self, state: State, event: ev.CardRead) -> Step:
        """Begin a visit with the consent page, unless the terminal has gone out of service."""
        if state.station.out_of_service() is not None:
            return self.home(state.station), (Wipe(event.identity),)
        presence = Presence.PRESENT if event.presence_known else Presence.UNKNOWN
        visit = Visit(event.visit, event.identity, event.reader, presence, began=self.now)
        return to(Consenting, state, self.now, visit=visit), ()

    def card_failed(self, state: State, reader: str, fault: Fault) -> Step:
        """Show why the card could not be read."""
        page = to(CardFailure, state, self.now, reader=reader, fault=fault)
        return page, (RecordFault(fault, state.name),)

    def ask_for_card(self, before: InVisit) -> State:
        """Ask for the card that was removed too early. ``before`` goes on when the card is back."""
        visit = before.visit.with_presence(Presence.ABSENT)
        return in_visit(CardAway, before, self.now, visit=visit, before=before)

    def ask_to_leave(self, before: InVisit) -> State:
        """Ask the resident whether the visit should end. Otherwise ``before`` goes on."""
        return in_visit(Leaving, before, self.now, before=before)

    def with_card(self, page: InVisit) -> State:
        """Show ``page``, which needs the card; ask for the card first if it was removed."""
        return self.ask_for_card(page) if page.visit.presence is Presence.ABSENT else page

    # -- the end ---------------------------------------------------------------------------------

    def end(self, state: InVisit, reason: EndReason) -> Step:
        """End the visit: wipe all personal data, clear the printer's list, show the farewell."""
        visit = state.visit
        effects: tuple[Effect, ...] = (
            *state.unanswered,
            Wipe(visit.identity, state.held),
            EndVisit(visit.id, reason),
        )
        if visit.jobs:
            effects += (ClearPrinter(),)
        effects += self.call_to_leftover(state)
        page = to(
            Ending, state, self.now, reason=reason, reader=visit.reader, clearing=bool(visit.jobs)
        )
        return page, effects

    def end_without_farewell(self, state: InVisit, reason: EndReason) -> Step:
        """End a visit in which nothing was printed, and go to the home state at once."""
        effects = (Wipe(state.visit.identity), EndVisit(state.visit.id, reason))
        return self.home(state.station), (*effects, *self.call_to_leftover(state))

    def call_to_leftover(self, state: InVisit) -> tuple[Effect, ...]:
        """Call staff if a printer has reported pages of an earlier visit during this one.

        After this visit no resident is served until they have checked the output tray.
        """
        left = state.station.leftover
        if left is None:
            return ()
        return RecordFault(left, state.name), CallHelp(state.name, left.code)

    # -- pages that report a fault --------------------------------------------------------------

    def service_failed(
        self,
        state: InVisit,
        fault: Fault,
        retry: Retry,
        *,
        item: Item | None = None,
        edition: Edition = Edition.STANDARD,
    ) -> Step:
        """Show what failed at the platform. Offer a retry unless the resident is the cause."""
        if fault.cause is Cause.PERSON:
            retry = Retry.NONE
        page = in_visit(
            ServiceFailure, state, self.now, fault=fault, retry=retry, item=item, edition=edition
        )
        return page, (RecordFault(fault, state.name),)

    def print_failed(
        self, state: InVisit, fault: Fault, item: Item, document: Document, pages_done: int = 0
    ) -> Step:
        """Show what failed at the printer; the resident may print the document again."""
        page = in_visit(
            ServiceFailure, state, self.now, fault=fault, retry=Retry.PREVIEW, item=item,
            document=document, pages_done=pages_done,
        )  # fmt: skip
        return page, (RecordFault(fault, state.name),)

    def staff_must_decide(
        self, state: InVisit, fault: Fault, item: Item, document: Document, pages_done: int
    ) -> Step:
        """Call staff: pages may have come out, so only staff may print the document again."""
        page = in_visit(
            ServiceFailure, state, self.now, fault=fault, retry=Retry.STAFF, item=item,
            document=document, pages_done=pages_done,
        )  # fmt: skip
        return page, (RecordFault(fault, state.name), CallHelp(state.name, fault.code))
