"""ServiceFailure: something failed during the visit. The page says what, and how to go on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from devices.health import Cause, Fault
from devices.readers.protocol import CardFailed, CardRemoved

from ...platform.faults import ITEM_CLOSED, PERSON_LAPSED
from .. import events as ev
from ..effects import RecordFault
from ..facts import IN_VISIT, OperatorCards, removed_and_not_needed, removed_before_print
from ..model import Document, Edition, EndReason, Item, Reprint, ReprintReason, Retry
from ..presses import VISIT, another_service, leave
from ..row import Row
from ..state import InVisit, Loss, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class ServiceFailure(InVisit):
    """``fault`` stopped the service.

    ``edition`` is the edition that was to be issued. ``pages_done`` counts the pages of
    ``document`` that came out. With ``Retry.STAFF`` it may be printed again only after an operator
    card was read.
    """

    # Journals of earlier versions have this name.
    RECORDED_NAME: ClassVar[str] = "Trouble"

    fault: Fault
    retry: Retry
    item: Item | None = None
    document: Document | None = None
    pages_done: int = 0
    edition: Edition = Edition.STANDARD

    @property
    def others(self) -> bool:
        """Whether another service is offered: only this one is not available."""
        known = self.fault.code != PERSON_LAPSED.code
        refused = self.fault.cause is Cause.PERSON or self.fault.code == ITEM_CLOSED.code
        return self.item is not None and self.document is None and known and refused

    @property
    def waits_for(self) -> Waits:
        return Waits.STAFF if self.retry is Retry.STAFF else Waits.RESIDENT

    @property
    def staff_called(self) -> bool:
        return self.retry is Retry.STAFF

    @property
    def acts_outside(self) -> bool:
        return self.retry is Retry.STAFF

    @property
    def loss(self) -> Loss | None:
        if self.document is None:
            return None
        return Loss.PAGES if self.retry is Retry.STAFF else Loss.DOCUMENT

    @property
    def held(self) -> Document | None:
        return self.document

    @property
    def fault_shown(self) -> Fault:
        return self.fault


def retried(state: ServiceFailure, _press: ev.RetryPressed, go: Go) -> Step:
    """Retry what failed."""
    match state.retry:
        case Retry.IDENTIFY:
            return go.recognise(state)
        case Retry.SEND_CODE if state.item and state.visit.person:
            return go.send_code(state, state.item, state.visit.person.masked_phone or "")
        case Retry.ISSUE if state.item:
            return go.issue(state, state.item, edition=state.edition)
        case Retry.PREVIEW if state.item and state.document:
            # The card may have been removed during the failed job. A new job needs it again.
            return go.with_card(go.preview(state, state.item, state.document)), ()
        case _:
            return replace(state, quiet_since=go.now), ()


def another(state: ServiceFailure, press: ev.MorePressed, go: Go) -> Step:
    """Go back to the choice of services, if only this service is not available."""
    if not state.others:
        return replace(state, quiet_since=go.now), ()
    return another_service(state, press, go)


def card_removed(state: ServiceFailure, event: CardRemoved, go: Go) -> Step:
    """End the visit if nothing can be retried; else ask for the card again.

    If the page waits for staff, go on without it: the reader is needed for the staff card.
    """
    match state.retry:
        case Retry.STAFF:
            return removed_and_not_needed(state, event, go)
        case Retry.NONE if event.reader == state.visit.reader:
            return go.end(state, EndReason.CARD_GONE)
        case Retry.NONE:
            return state, ()
        case _:
            return removed_before_print(state, event, go)


def staff_card(state: ServiceFailure, event: ev.OperatorCardRead, go: Go) -> Step:
    """Print the same document again, if staff must permit that. One card permits one job."""
    if state.retry is not Retry.STAFF:
        return state, ()
    if state.item is None or state.document is None:
        return replace(state, quiet_since=go.now), ()
    fault = state.station.unprintable(state.item)
    if fault is not None:
        # Staff are at the terminal. They present the card again when the printer works.
        record = RecordFault(fault, state.name)
        return replace(state, fault=fault, quiet_since=go.now), (record,)
    earlier = state.visit.last_job(state.document)
    permitted = Reprint(earlier, ReprintReason.STAFF, event.card.serial)
    return go.print_document(state, state.item, state.document, permitted)


def card_failed(state: ServiceFailure, event: CardFailed, go: Go) -> Step:
    """Show why the staff's card is not accepted, while the page waits for one."""
    if state.retry is not Retry.STAFF:
        return state, ()
    record = RecordFault(event.fault, state.name)
    return replace(state, fault=event.fault, quiet_since=go.now), (record,)


ROW = Row(
    state=ServiceFailure,
    presses={
        **VISIT,
        ev.RetryPressed: retried,
        ev.MorePressed: another,
        ev.LeavePressed: leave,
    },
    facts={
        **IN_VISIT,
        CardFailed: card_failed,
        CardRemoved: card_removed,
        ev.OperatorCardRead: OperatorCards(staff=staff_card),
    },
)
