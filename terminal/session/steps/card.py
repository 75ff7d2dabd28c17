"""Cards laid on, read, failed, lifted, laid back, and swapped for another."""

from __future__ import annotations

from dataclasses import replace

from devices.faults import CARD_PULLED, OPERATOR_CARD_REFUSED, READER_STUCK
from devices.health import DeviceStatus
from devices.readers.protocol import CardFailed, CardLaid, CardLifted, ReaderChanged

from .. import events as ev
from ..effects import CancelPrint, EndVisit, RecordFault, Wipe
from ..home import home
from ..model import EndReason, Presence, Retry, Visit
from ..states import (
    CardAway,
    CardTrouble,
    Consenting,
    Ending,
    Identifying,
    InVisit,
    OutOfService,
    Printing,
    State,
    Trouble,
)
from .common import Step, end, found_meanwhile, in_visit, to, waited_too_long


def laid(state: State, event: CardLaid, now: float) -> Step:
    """A card lies there: read it; where nobody can be served, the page that says so comes."""
    if state.station.out_of_service() is not None:
        return home(state.station, now), ()
    return to(Identifying, state, now, reader=event.reader), ()


def began(state: State, event: ev.CardRead, now: float) -> Step:
    """The card was read: a visit begins, with the question for consent; unless nobody can be
    served any more."""
    if state.station.out_of_service() is not None:
        return home(state.station, now), (Wipe(event.identity),)
    presence = Presence.PRESENT if event.presence_known else Presence.UNKNOWN
    visit = Visit(event.visit, event.identity, event.reader, presence, began=now)
    return to(Consenting, state, now, visit=visit), ()


def laid_in_farewell(state: Ending, event: CardLaid, now: float) -> Step:
    """The next resident is here already; as soon as nothing of the last one is left."""
    return (state, ()) if state.clearing else laid(_at_home(state), event, now)


def began_in_farewell(state: Ending, event: ev.CardRead, now: float) -> Step:
    """As ``began``, unless the printer still holds something of the last resident."""
    return refused(state, event, now) if state.clearing else began(_at_home(state), event, now)


def _at_home(state: Ending) -> Ending:
    return replace(state, look=state.station.home)


def refused(state: State, event: ev.CardRead, _now: float) -> Step:
    """A card was read that nobody is to be served by now: forget it at once."""
    return state, (Wipe(event.identity),)


def failed(state: State, event: CardFailed, now: float) -> Step:
    """The card could not be read: say which of the reasons it is."""
    trouble = to(CardTrouble, state, now, reader=event.reader, fault=event.fault)
    return trouble, (RecordFault(event.fault, type(state).__name__),)


def failed_unserved(state: OutOfService | CardTrouble, event: CardFailed, now: float) -> Step:
    """While nobody can be served only a maintainer lays a card on: a card of theirs that is not
    accepted says why. Of residents' the page says already that none is taken."""
    return failed(state, event, now) if event.fault.same_as(OPERATOR_CARD_REFUSED) else (state, ())


def failed_in_trouble(state: CardTrouble, event: CardFailed, now: float) -> Step:
    """As ``failed``, or as where nobody can be served."""
    unserved = state.station.out_of_service() is not None
    return (failed_unserved if unserved else failed)(state, event, now)


def pulled(state: Identifying, event: CardLifted, now: float) -> Step:
    """Lifted while it was being read."""
    if event.reader != state.reader:
        return state, ()
    return failed(state, CardFailed(event.reader, CARD_PULLED), now)


def tick_identifying(state: Identifying, _event: object, now: float) -> Step:
    """A read that never ends: the reader is stuck, not the person."""
    if now - state.entered < state.station.limits.card_read_s:
        return state, ()
    return failed(state, CardFailed(state.reader, READER_STUCK), now)


def reader_changed_identifying(state: Identifying, event: ReaderChanged, now: float) -> Step:
    """The reader failed while it was reading."""
    if event.reader != state.reader or event.status.status is DeviceStatus.ONLINE:
        return state, ()
    return home(state.station, now), ()


def trouble_lifted(state: CardTrouble, event: CardLifted, now: float) -> Step:
    """The card that failed was taken away: the page stays, so that it can be read."""
    return (replace(state, quiet_since=now) if event.reader == state.reader else state), ()


def tick_card_trouble(state: CardTrouble, _event: object, now: float) -> Step:
    """Nobody tries again: home."""
    return (home(state.station, now), ()) if waited_too_long(state, now) else (state, ())


def lifted_before_consent(state: InVisit, event: CardLifted, now: float) -> Step:
    """Before consent, lifting the card is a no: home, and everything forgotten."""
    if event.reader != state.visit.reader:
        return state, ()
    effects = (Wipe(state.visit.identity), EndVisit(state.visit.id, EndReason.CARD_GONE))
    return home(state.station, now), (*effects, *found_meanwhile(state))


def lifted_before_print(state: InVisit, event: CardLifted, now: float) -> Step:
    """Between consent and confirmation: "please lay your card back", with time."""
    if event.reader != state.visit.reader:
        return state, ()
    visit = state.visit.with_presence(Presence.ABSENT)
    return in_visit(CardAway, state, now, visit=visit, before=state), ()


def lifted_in_trouble(state: Trouble, event: CardLifted, now: float) -> Step:
    """Where nothing can be tried again, who takes the card away is leaving; where staff are waited
    for, it makes room for theirs."""
    if state.retry is Retry.STAFF:
        return lifted_after_print(state, event, now)
    if state.retry is not Retry.NONE:
        return lifted_before_print(state, event, now)
    if event.reader != state.visit.reader:
        return state, ()
    return end(state, now, EndReason.CARD_GONE)


def lifted_after_print(state: InVisit, event: CardLifted, now: float) -> Step:
    """After confirmation it goes on without the card."""
    if event.reader != state.visit.reader:
        return state, ()
    visit = state.visit.with_presence(Presence.ABSENT)
    return replace(state, visit=visit, quiet_since=now), ()


def laid_back(state: CardAway, event: ev.CardRead, now: float) -> Step:
    """The same person's card again: on with it. Another's: the visit ends."""
    if not event.identity.same_person(state.visit.identity):
        return _other_card(state, event, now)
    before = state.before
    presence = Presence.PRESENT if event.presence_known else Presence.UNKNOWN
    visit = replace(before.visit, presence=presence, reader=event.reader)
    return replace(before, visit=visit, quiet_since=now), (Wipe(event.identity),)


def tick_card_away(state: CardAway, _event: object, now: float) -> Step:
    """It was not laid back in time."""
    return end(state, now, EndReason.CARD_GONE) if waited_too_long(state, now) else (state, ())


def read_in_visit(state: InVisit, event: ev.CardRead, now: float) -> Step:
    """A card read within a visit: the same person's changes nothing, another's ends the visit."""
    if not event.identity.same_person(state.visit.identity):
        return _other_card(state, event, now)
    presence = Presence.PRESENT if event.presence_known else Presence.UNKNOWN
    visit = replace(state.visit, presence=presence, reader=event.reader)
    return replace(state, visit=visit, quiet_since=now), (Wipe(event.identity),)


def read_while_printing(state: Printing, event: ev.CardRead, now: float) -> Step:
    """As ``read_in_visit``; another's card first stops what has not come out yet."""
    if event.identity.same_person(state.visit.identity):
        return read_in_visit(state, event, now)
    if state.stopping:
        return replace(state, cancelling=EndReason.OTHER_CARD), (Wipe(event.identity),)
    stopped = replace(state, cancelling=EndReason.OTHER_CARD, entered=now, quiet_since=now)
    return stopped, (Wipe(event.identity), CancelPrint(state.progress.job))


def _other_card(state: InVisit, event: ev.CardRead, now: float) -> Step:
    ending, effects = end(state, now, EndReason.OTHER_CARD)
    return ending, (Wipe(event.identity), *effects)
