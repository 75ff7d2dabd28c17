"""The electronic copy instead of paper: the link, its end, and the ways on."""

from __future__ import annotations

from dataclasses import replace

from devices.readers.protocol import CardLifted

from .. import events as ev
from ..effects import AskCopy, RecordCopy, RecordFault
from ..model import Presence, Request
from ..states import CardAway, Copying, Previewing
from .card import lifted_after_print
from .common import Step, in_visit, tick_waiting
from .journey import worker_lost


def copy_pressed(state: Previewing, _event: object, now: float) -> Step:
    """Instead of paper, where the item can be had so."""
    if not state.item.copy:
        return replace(state, quiet_since=now), ()
    page = in_visit(Copying, state, now, item=state.item, document=state.document)
    return page, (AskCopy(state.visit, state.item, state.document),)


def copy_ready(state: Copying, event: ev.CopyReady, now: float) -> Step:
    """Show where the phone fetches it; of another edition asked for before it is not this paper."""
    mine = event.visit == state.visit.id and event.item == state.item.id
    if not mine or event.number != state.document.number or not state.asking:
        return state, ()
    page = replace(state, link=event.link, quiet_since=now)
    return page, (RecordCopy(state.visit.id, state.item.id),)


def copy_failed(state: Copying, event: ev.PlatformFailed, now: float) -> Step:
    """There is none to be had; paper is still there."""
    mine = event.visit == state.visit.id and event.number == state.document.number
    if not mine or event.request is not Request.COPY or not state.asking:
        return state, ()
    page = replace(state, fault=event.fault, quiet_since=now)
    return page, (RecordFault(event.fault, type(state).__name__),)


def copy_again(state: Copying, _event: object, now: float) -> Step:
    """Another link, where the last one has run out or none came."""
    if state.link is not None or state.asking:
        return replace(state, quiet_since=now), ()
    page = in_visit(Copying, state, now, item=state.item, document=state.document)
    return page, (AskCopy(state.visit, state.item, state.document),)


def back(state: Copying, _event: object, now: float) -> Step:
    """To the preview; printing from there needs the card as ever."""
    page = in_visit(Previewing, state, now, item=state.item, document=state.document)
    if state.visit.presence is not Presence.ABSENT:
        return page, ()
    return in_visit(CardAway, state, now, before=page), ()


def lifted(state: Copying, event: CardLifted, now: float) -> Step:
    """The phone needs no card; who holds both goes on fetching."""
    return lifted_after_print(state, event, now)


def tick(state: Copying, event: object, now: float) -> Step:
    """An answer that does not come, a link that has run out, a page that nobody looks at."""
    if state.asking:
        late = now - state.entered >= state.station.limits.answer_s
        return worker_lost(state, now) if late else (state, ())
    if state.link is not None and now >= state.link.expires_at:
        return replace(state, link=None, expired=True), ()
    return tick_waiting(state, event, now)
