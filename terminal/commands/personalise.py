"""`station personalise`: writes staff and maintainer cards, signed with the issuing key.

Run it on the issuer's own machine: the key must not be on a terminal. It never writes to a card of
another kind, and prints the serial of every card that may have become usable.
"""

from __future__ import annotations

import queue
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.cards.channel import CardChannel
from devices.cards.fields.dates import local_today
from devices.cards.operator.card import SERIAL_BYTES
from devices.cards.operator.personalise import Issued, Problem, Refused, issue
from devices.cards.profiles import Profile
from devices.faults import CARD_UNSUPPORTED, READER_STUCK
from devices.health import Fault
from devices.operator import NUMBER_PATTERN, OperatorCard, Role
from devices.readers.protocol import (
    CardFailed,
    CardPresented,
    CardRead,
    CardRemoved,
    OperatorCardRead,
    Reader,
    ReaderChanged,
    ReaderEvent,
)

from ..process.exit_codes import PersonaliseExit, SharedExit
from .card import next_event, say_changed
from .issuing_key import load_key, no_key, public_half
from .output import answer, say

_EXIT_OF = {
    Problem.KNOWN_CARD: PersonaliseExit.REFUSED,
    Problem.NOT_BLANK: PersonaliseExit.REFUSED,
    Problem.CANNOT_CREATE: PersonaliseExit.REFUSED,
    Problem.WRITE_REFUSED: PersonaliseExit.BROKEN,
    Problem.NOT_VERIFIED: PersonaliseExit.BROKEN,
}
_SENTENCES = {
    Problem.KNOWN_CARD: "this is a card of another kind; nothing was written to it",
    Problem.NOT_BLANK: "the card already holds a record; --replace overwrites it",
    Problem.CANNOT_CREATE: "the card does not allow its application to be created",
    Problem.WRITE_REFUSED: "the card refused the data",
    Problem.NOT_VERIFIED: "the written data could not be verified; do not give this card out",
}
_WRITING_STARTED = frozenset(
    problem for problem, code in _EXIT_OF.items() if code == PersonaliseExit.BROKEN
)
"""After these problems the card may hold the record, so its serial must be known to revoke it."""
WRITE_S = 30.0
"""Time limit for writing a card that was presented in time; the slowest take a few seconds. After
that writing is given up and the serial is printed, because the card may be usable in the end."""


@dataclass(frozen=True, slots=True)
class Order:
    """The card to be written. ``valid_from`` defaults to today."""

    role: Role
    number: str
    valid_to: date
    valid_from: date | None = None
    replace: bool = False
    lock: bool = True

    def fault(self, today: date) -> str | None:
        """Return what is wrong with the order; ``None`` if nothing is."""
        if NUMBER_PATTERN.fullmatch(self.number) is None:
            return f"--number: letters, digits, . _ - only, 32 at most ({NUMBER_PATTERN.pattern})"
        if self.valid_to < (self.valid_from or today):
            return "--valid-to is before the card's first day"
        return None


class _Writer:
    """The only profile of the reader: writes the first card that it gets, and no other.

    ``outcome`` is the result of writing it; ``None`` if the card was removed or did not answer.
    """

    def __init__(self, card: OperatorCard, key: Ed25519PrivateKey, order: Order) -> None:
        self._card = card
        self._key = key
        self._order = order
        self._lock = threading.Lock()
        self._closed = self._started = False
        self.outcome: Issued | Refused[Problem] | None = None

    def __call__(self, channel: CardChannel) -> OperatorCard | Fault:
        with self._lock:
            if self._started or self._closed:
                return CARD_UNSUPPORTED.with_detail("a card was already handled")
            self._started = True
        order = self._order
        outcome = issue(channel, self._card, self._key, replace=order.replace, lock=order.lock)
        self.outcome = outcome
        if isinstance(outcome, Issued):
            return outcome.card
        return CARD_UNSUPPORTED.with_detail(outcome.problem.value)

    def close(self) -> bool:
        """Accept no card from now on; return whether one was accepted before."""
        with self._lock:
            self._closed = True
            return self._started


def personalise(
    order: Order,
    key_file: Path,
    make_reader: Callable[[Sequence[Profile]], Reader],
    *,
    as_json: bool,
    timeout_s: float | None,
) -> int:
    """Wait for a card and write it.

    Return a ``PersonaliseExit``, or ``SharedExit.USAGE`` if the order is not valid.
    """
    today = local_today()
    wrong = order.fault(today)
    if wrong is not None:
        answer({"outcome": "usage", "detail": wrong}, as_json=as_json, text=wrong)
        return SharedExit.USAGE
    key = load_key(key_file)
    if isinstance(key, Refused):
        return no_key(key, as_json)
    serial, first = secrets.token_hex(SERIAL_BYTES), order.valid_from or today
    card = OperatorCard(order.role, order.number, serial, first, order.valid_to)
    writer = _Writer(card, key, order)
    fault = _write_one(make_reader((writer,)), serial, timeout_s)
    if writer.close() and fault is None:
        fault = READER_STUCK.with_detail("the card was not written in time")
    match writer.outcome:
        case Issued() as issued:
            return _issued(issued, key, as_json)
        case Refused(problem=problem, detail=detail):
            result = {"outcome": problem.value, "detail": detail}
            text = f"{_SENTENCES[problem]}\n  detail {detail}"
            if problem in _WRITING_STARTED:
                result["serial"] = serial
                text += f"\n  serial {serial}"
            answer(result, as_json=as_json, text=text)
            return _EXIT_OF[problem]
        case None if fault is None:
            answer({"outcome": "no_card"}, as_json=as_json, text="no card was presented")
            return PersonaliseExit.NO_CARD
        case None:
            return _fault(fault, serial, as_json)


def _write_one(reader: Reader, serial: str, timeout_s: float | None) -> Fault | None:
    """Wait until the first card was handled; return the fault if the reader reported one.

    The serial is printed before the card is written, so that it is known after an interruption.
    """
    events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    until = None if timeout_s is None else time.monotonic() + timeout_s
    reader.start(events.put)
    try:
        say("Put the blank card on the reader and leave it there.")
        while True:
            event = next_event(events, until)
            match event:
                case None | CardRead() | OperatorCardRead():
                    return None
                case CardFailed(fault=fault):
                    return fault
                case ReaderChanged():
                    say_changed(event)
                case CardPresented():
                    say(f"writing serial {serial}; leave the card there")
                    if until is not None:
                        until = max(until, time.monotonic() + WRITE_S)
                case CardRemoved():
                    pass
    finally:
        reader.stop()


def _issued(issued: Issued, key: Ed25519PrivateKey, as_json: bool) -> int:
    card = issued.card
    result = {
        "outcome": "issued",
        "role": card.role.value,
        "number": card.number,
        "serial": card.serial,
        "valid_from": card.valid_from.isoformat(),
        "valid_to": card.valid_to.isoformat(),
        "bound_to_chip": issued.bound.name.lower(),
        "locked": issued.locked,
        "issuer": public_half(key),
    }
    text = "\n".join(f"{key:15} {value}" for key, value in result.items())
    answer(result, as_json=as_json, text=text)
    return PersonaliseExit.DONE


def _fault(fault: Fault, serial: str, as_json: bool) -> int:
    """Print the fault with the serial: a card removed at the very end may hold the record."""
    from ..words import words

    table = words("en")
    result = {
        "outcome": "fault",
        "fault": fault.code,
        "cause": table.form(fault.code, "cause"),
        "mend": table.form(fault.code, "fix"),
        "detail": fault.detail,
        "serial": serial,
    }
    text = f"{fault.code} {result['cause']}\n  fix    {result['mend']}\n  detail {fault.detail}"
    answer(result, as_json=as_json, text=f"{text}\n  serial {serial}")
    return PersonaliseExit.FAULT
