"""`station personalise`: write staff and maintainer cards, signed with the issuing key.

For whoever issues the cards, on a machine of their own: the key has no business on a terminal. It
never writes to a card of another kind, and leaves no good card whose serial was not told.
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
from devices.cards.registry import Profile
from devices.faults import CARD_UNSUPPORTED, READER_STUCK
from devices.health import Fault
from devices.operator import NUMBER_PATTERN, OperatorCard, Role
from devices.readers.protocol import (
    CardFailed,
    CardLaid,
    CardLifted,
    CardRead,
    OperatorCardRead,
    Reader,
    ReaderChanged,
    ReaderEvent,
)

from .exit_codes import PersonaliseExit, SharedExit
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
    Problem.KNOWN_CARD: "this is a card of another kind; it was left alone",
    Problem.NOT_BLANK: "the card holds a record already; --replace writes over it",
    Problem.CANNOT_CREATE: "the card does not let its application be made",
    Problem.WRITE_REFUSED: "the card refuses to be written",
    Problem.NOT_VERIFIED: "what was written does not read back right; do not give this card out",
}
_BEGUN = frozenset(problem for problem, code in _EXIT_OF.items() if code == PersonaliseExit.BROKEN)
"""After these the card may hold the record, so its serial must be known, to be revoked."""
WRITE_S = 30.0
"""For a card that was laid on in time: the slowest take a few seconds to be written. One that takes
longer is given up, and its serial told: it may be a good card in the end."""


@dataclass(frozen=True, slots=True)
class Order:
    """The card that is wanted. ``valid_from`` is today where nothing is said."""

    role: Role
    number: str
    valid_to: date
    valid_from: date | None = None
    replace: bool = False
    lock: bool = True

    def fault(self, today: date) -> str | None:
        """What is wrong with it."""
        if NUMBER_PATTERN.fullmatch(self.number) is None:
            return f"--number: letters, digits, . _ - only, 32 at most ({NUMBER_PATTERN.pattern})"
        if self.valid_to < (self.valid_from or today):
            return "--valid-to lies before the card's first day"
        return None


class _Writer:
    """The one profile of the bench's reader: writes the first card it meets, and no other.

    ``outcome`` is what became of that card; of one that was pulled, or does not answer, there is
    none.
    """

    def __init__(self, card: OperatorCard, key: Ed25519PrivateKey, order: Order) -> None:
        self._card = card
        self._key = key
        self._order = order
        self._lock = threading.Lock()
        self._closed = self._begun = False
        self.outcome: Issued | Refused[Problem] | None = None

    def __call__(self, channel: CardChannel) -> OperatorCard | Fault:
        with self._lock:
            if self._begun or self._closed:
                return CARD_UNSUPPORTED.with_detail("one card was met already")
            self._begun = True
        order = self._order
        outcome = issue(channel, self._card, self._key, replace=order.replace, lock=order.lock)
        self.outcome = outcome
        if isinstance(outcome, Issued):
            return outcome.card
        return CARD_UNSUPPORTED.with_detail(outcome.problem.value)

    def close(self) -> bool:
        """Begin no card from now on; whether one was begun."""
        with self._lock:
            self._closed = True
            return self._begun


def personalise(
    order: Order,
    key_file: Path,
    make_reader: Callable[[Sequence[Profile]], Reader],
    *,
    as_json: bool,
    timeout_s: float | None,
) -> int:
    """Wait for a card and write it.

    Return a ``PersonaliseExit``, or ``SharedExit.USAGE`` if the order makes no sense.
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
            told = {"outcome": problem.value, "detail": detail}
            text = f"{_SENTENCES[problem]}\n  detail {detail}"
            if problem in _BEGUN:
                told["serial"] = serial
                text += f"\n  serial {serial}"
            answer(told, as_json=as_json, text=text)
            return _EXIT_OF[problem]
        case None if fault is None:
            answer({"outcome": "no_card"}, as_json=as_json, text="no card was laid on")
            return PersonaliseExit.NO_CARD
        case None:
            return _fault(fault, serial, as_json)


def _write_one(reader: Reader, serial: str, timeout_s: float | None) -> Fault | None:
    """Until the first card was dealt with; the fault, if the reader told one.

    The serial is said before the card is written: also who breaks off then must know it.
    """
    events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    until = None if timeout_s is None else time.monotonic() + timeout_s
    reader.start(events.put)
    try:
        say("Lay the blank card on the reader, and leave it there.")
        while True:
            left = None if until is None else max(0.0, until - time.monotonic())
            try:
                event = events.get(timeout=left)
            except queue.Empty:
                return None
            match event:
                case CardRead() | OperatorCardRead():
                    return None
                case CardFailed(fault=fault):
                    return fault
                case ReaderChanged(reader=name, status=status):
                    code = f" {status.fault.code}" if status.fault else ""
                    say(f"{name}: {status.status.value}{code} {status.detail}".rstrip())
                case CardLaid():
                    say(f"writing serial {serial}; leave the card there")
                    if until is not None:
                        until = max(until, time.monotonic() + WRITE_S)
                case CardLifted():
                    pass
    finally:
        reader.stop()


def _issued(issued: Issued, key: Ed25519PrivateKey, as_json: bool) -> int:
    card = issued.card
    told = {
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
    text = "\n".join(f"{key:15} {value}" for key, value in told.items())
    answer(told, as_json=as_json, text=text)
    return PersonaliseExit.DONE


def _fault(fault: Fault, serial: str, as_json: bool) -> int:
    """With the serial: a card that was pulled at the very end holds it."""
    from terminal.words import words

    table = words("en")
    told = {
        "outcome": "fault",
        "fault": fault.code,
        "cause": table.form(fault.code, "cause"),
        "mend": table.form(fault.code, "mend"),
        "detail": fault.detail,
        "serial": serial,
    }
    text = f"{fault.code} {told['cause']}\n  mend   {told['mend']}\n  detail {fault.detail}"
    answer(told, as_json=as_json, text=f"{text}\n  serial {serial}")
    return PersonaliseExit.FAULT
