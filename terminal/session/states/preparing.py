"""Preparing: the platform issues the document, and its seal is verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import events as ev
from ..facts import IN_VISIT, OperatorCards, tick_working
from ..model import Edition, Item, Retry
from ..presses import VISIT, leave
from ..row import Ignored, Row
from ..state import InVisit, Loss, Step

if TYPE_CHECKING:
    from ..flows import Go


@dataclass(frozen=True, kw_only=True)
class Preparing(InVisit):
    """The platform issues ``item`` in this edition, and the seal is verified."""

    item: Item
    edition: Edition = Edition.STANDARD
    request: int = 0

    @property
    def awaits(self) -> int | None:
        return self.request

    @property
    def loss(self) -> Loss:
        return Loss.DOCUMENT


def document_ready(state: Preparing, event: ev.DocumentReady, go: Go) -> Step:
    """Show the document. Its seal was verified, and it belongs to this person."""
    return go.preview(state, state.item, event.document), ()


def failed(state: Preparing, event: ev.PlatformFailed | ev.DocumentRefused, go: Go) -> Step:
    """Show that the document was not issued, or must not be printed or cannot be shown."""
    return go.service_failed(
        state, event.fault, Retry.ISSUE, item=state.item, edition=state.edition
    )


ROW = Row(
    state=Preparing,
    presses={**VISIT, ev.LeavePressed: leave},
    facts={
        **IN_VISIT,
        ev.Tick: tick_working,
        ev.OperatorCardRead: OperatorCards(
            staff=Ignored("the document is being issued; staff are not asked for anything")
        ),
    },
    answers={
        ev.DocumentReady: document_ready,
        ev.DocumentRefused: failed,
        ev.PlatformFailed: failed,
    },
)
