"""Copying: the resident's phone fetches the document instead of printing it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devices.health import Fault
from devices.readers.protocol import CardRemoved

from .. import events as ev
from ..deadline import deadline
from ..effects import RecordCopy, RecordFault
from ..facts import IN_VISIT, OperatorCards, removed_and_not_needed, tick_waiting, tick_working
from ..model import CopyLink, Document, Item, Presence
from ..presses import VISIT, another_service, finish, leave
from ..row import Ignored, Row
from ..state import InVisit, Loss, Step, Waits

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Copying(InVisit):
    """A phone fetches ``document``.

    ``link`` is ``None`` while it is requested, after it has ``expired``, and if the platform gives
    none (``fault``).
    """

    item: Item
    document: Document
    link: CopyLink | None = None
    fault: Fault | None = None
    expired: bool = False
    request: int = 0

    @property
    def awaits(self) -> int | None:
        return self.request if self.asking else None

    @property
    def asking(self) -> bool:
        """Whether the platform has not answered yet."""
        return self.link is None and self.fault is None and not self.expired

    @property
    def waits_for(self) -> Waits:
        return Waits.MACHINE if self.asking else Waits.RESIDENT

    @property
    def patience_s(self) -> float | None:
        limits = self.station.limits
        if not self.asking and self.visit.presence is Presence.ABSENT:
            # The resident has removed the card and is leaving. Anyone else could scan the link.
            return limits.collect(self.look.mode)
        if self.link is not None and self.visit.presence is Presence.PRESENT:
            # The resident looks at the phone. While the link is valid there is nothing to ask.
            return max(limits.quiet(self.look.mode), self.link.expires_at - self.quiet_since)
        return super().patience_s

    @property
    def shown_until(self) -> float:
        """When the link can no longer be scanned: it expires, or the page ends (monotonic s)."""
        limit = deadline(self)
        ends = limit.end_at if limit is not None else math.inf
        return min(ends, self.link.expires_at) if self.link is not None else ends

    @property
    def acts_outside(self) -> bool:
        return self.link is not None

    @property
    def loss(self) -> Loss:
        return Loss.DOCUMENT

    @property
    def held(self) -> Document:
        return self.document

    @property
    def fault_shown(self) -> Fault | None:
        return self.fault


def copy_ready(state: Copying, event: ev.CopyReady, go: Go) -> Step:
    """Show the link."""
    page = replace(state, link=event.link, quiet_since=go.now)
    return page, (RecordCopy(state.visit.id, state.item.id),)


def failed(state: Copying, event: ev.PlatformFailed, go: Go) -> Step:
    """Show that there is no copy. The document can still be printed."""
    page = replace(state, fault=event.fault, quiet_since=go.now)
    return page, (RecordFault(event.fault, state.name),)


def again(state: Copying, _press: ev.RetryPressed, go: Go) -> Step:
    """Request another link if the last one has expired or the request failed."""
    if state.link is not None or state.asking:
        return replace(state, quiet_since=go.now), ()
    return go.fetch_copy(state, state.item, state.document)


def back(state: Copying, _press: ev.BackPressed, go: Go) -> Step:
    """Go back to the preview, which needs the card to be present."""
    return go.with_card(go.preview(state, state.item, state.document)), ()


def tick(state: Copying, event: ev.Tick, go: Go) -> Step:
    """Remove an expired link. End the visit if there is no answer, or no touch, for too long."""
    if state.asking:
        return tick_working(state, event, go)
    if state.link is not None and go.now >= state.link.expires_at:
        # The quiet time begins now, so that the resident can ask for another link.
        return replace(state, link=None, expired=True, quiet_since=go.now), ()
    return tick_waiting(state, event, go)


ROW = Row(
    state=Copying,
    presses={
        **VISIT,
        ev.RetryPressed: again,
        ev.MorePressed: another_service,
        ev.DonePressed: finish,
        ev.LeavePressed: leave,
        ev.BackPressed: back,
    },
    facts={
        **IN_VISIT,
        CardRemoved: removed_and_not_needed,
        ev.Tick: tick,
        ev.OperatorCardRead: OperatorCards(
            staff=Ignored("the resident's phone fetches the copy; staff are not needed")
        ),
    },
    answers={ev.CopyReady: copy_ready, ev.PlatformFailed: failed},
)
