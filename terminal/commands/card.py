"""`station card`: waits for a card and prints what was read, or the fault."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from devices.health import Fault
from devices.identity import LONG_TERM, Identity, PartialDate
from devices.operator import OperatorCard
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
from devices.readers.trace import Trace

from ..process.exit_codes import CardExit
from ..words import words
from .output import answer, say


@contextmanager
def tracing(path: str | None) -> Iterator[Trace | None]:
    """Give a function that writes trace lines to a file (mode 0600) or to standard error ("-").

    ``None`` means no trace. Raise ``OSError`` if the file cannot be written.
    """
    if path is None:
        yield None
    elif path == "-":
        yield lambda line: say(str(line))
    else:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield lambda line: print(line, file=file, flush=True)


def card(readers: Sequence[Reader], *, as_json: bool, reveal: bool, timeout_s: float | None) -> int:
    """Wait at most ``timeout_s`` seconds for a card, print it, and return the exit code."""
    events: queue.SimpleQueue[ReaderEvent] = queue.SimpleQueue()
    for reader in readers:
        reader.start(events.put)
    try:
        say("Put a card on the reader. / 请放卡。")
        event = _wait(events, timeout_s)
    finally:
        for reader in readers:
            reader.stop()
    if event is None:
        answer({"outcome": "no_card"}, as_json=as_json, text="no card was presented")
        return CardExit.NO_CARD
    if isinstance(event, CardFailed):
        return _failed(event.reader, event.fault, as_json)
    result: dict[str, Any] = {
        "outcome": "read",
        "reader": event.reader,
        "presence_known": event.presence_known,
    }
    if isinstance(event, OperatorCardRead):
        result |= _operator(event.card)
    else:
        result |= _resident(event, reveal)
    text = "\n".join(f"{key:15} {value}" for key, value in result.items())
    answer(result, as_json=as_json, text=text)
    return CardExit.READ


def _wait(
    events: queue.SimpleQueue[ReaderEvent], timeout_s: float | None
) -> CardRead | OperatorCardRead | CardFailed | None:
    until = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        event = next_event(events, until)
        match event:
            case None:
                return None
            case CardRead() | OperatorCardRead() | CardFailed():
                return event
            case ReaderChanged():
                say_changed(event)
            case CardPresented(reader):
                say(f"{reader}: card present, reading")
            case CardRemoved(reader):
                say(f"{reader}: card removed")


def next_event(events: queue.SimpleQueue[ReaderEvent], until: float | None) -> ReaderEvent | None:
    """Wait for the reader's next event until this monotonic time; ``None`` on a time-out."""
    try:
        return events.get(timeout=None if until is None else max(0.0, until - time.monotonic()))
    except queue.Empty:
        return None


def say_changed(event: ReaderChanged) -> None:
    """Report the reader's new status on standard error."""
    status = event.status
    code = f" {status.fault.code}" if status.fault else ""
    say(f"{event.reader}: {status.status.value}{code} {status.detail}".rstrip())


def _failed(reader: str, fault: Fault, as_json: bool) -> int:
    table = words("en")
    result = {
        "outcome": "fault",
        "reader": reader,
        "fault": fault.code,
        "message": words("zh").text(fault.code),
        "who": fault.who.value,
        "cause": table.form(fault.code, "cause"),
        "mend": table.form(fault.code, "fix"),
        "detail": fault.detail,
    }
    text = (
        f"{fault.code} {table.text(fault.code)}\n  cause  {result['cause']}\n"
        f"  fix    {result['mend']}\n  detail {fault.detail}"
    )
    answer(result, as_json=as_json, text=text)
    return CardExit.FAULT


def _operator(card: OperatorCard) -> dict[str, Any]:
    return {
        "kind": "operator",
        "role": card.role.value,
        "number": card.number,
        "serial": card.serial,
        "valid_from": _day(card.valid_from),
        "valid_to": _day(card.valid_to),
    }


def _resident(read: CardRead, reveal: bool) -> dict[str, Any]:
    result = {
        "card_ms": round(read.card_ms, 2),
        "own_ms": round(read.own_ms, 2),
        **_fields(read.identity, reveal),
    }
    read.identity.wipe()
    return result


def _fields(identity: Identity, reveal: bool) -> dict[str, Any]:
    record = identity.record
    result: dict[str, Any] = {
        "kind": identity.kind.value,
        "assurance": identity.assurance.name.lower(),
        "name": identity.masked_name,
        "number": identity.masked_number,
        "valid_to": _day(record.valid_to),
        "warnings": list(record.warnings),
    }
    if reveal:
        result |= {
            "name": record.name,
            "number": record.id_number,
            "card_number": record.card_number,
            "sex": record.sex.name.lower(),
            "ethnic": record.ethnic,
            "birth": _day(record.birth),
            "address": record.address,
            "issuer": record.issuer,
            "valid_from": _day(record.valid_from),
            "name_latin": record.name_latin,
            "nationality": record.nationality,
        }
    return result


def _day(day: date | PartialDate | None) -> str | None:
    if day is None:
        return None
    return "长期" if day == LONG_TERM else day.isoformat()
