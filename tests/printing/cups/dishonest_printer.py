"""A printer on loopback that speaks IPP over real HTTP and has one fault that the test names.

Without a fault it prints one job: the job is pending, then processing, its pages are counted one by
one, and it is completed. Each Get-Jobs request takes the job one step further. A ``Mode`` changes
the reports about the job or the printer, the IPP message, or how the bytes are sent.
``tests/printing/cups/test_dishonest_printer.py`` states the outcome for each mode.
"""

from __future__ import annotations

import functools
import gzip
import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field

from printing.ipp.client import Operation
from printing.ipp.codec import (
    Attribute,
    CodecError,
    Collection,
    Group,
    IntRange,
    Localized,
    Message,
    Resolution,
    Tag,
    Value,
    decode,
    encode,
)

JOB_NAME = "0123456789abcdef"
JOB_ID = 7
USER = "station"
UUID = "urn:uuid:00000000-0000-4000-8000-000000000007"
TRICKLE_S = 8.0
"""Seconds after which a peer that sends byte by byte stops, so that a client without a limit fails
its test instead of hanging."""
PENDING, PROCESSING, STOPPED, CANCELED, ABORTED, COMPLETED = 3, 5, 6, 7, 8, 9

Facts = dict[str, tuple[Value, ...]]


def integer(*numbers: int) -> tuple[Value, ...]:
    return tuple(Value(Tag.INTEGER, each) for each in numbers)


def enum(number: int) -> tuple[Value, ...]:
    return (Value(Tag.ENUM, number),)


def keyword(*words: str) -> tuple[Value, ...]:
    return tuple(Value(Tag.KEYWORD, each) for each in words)


def name(text: str) -> tuple[Value, ...]:
    return (Value(Tag.NAME, text),)


def uri(text: str) -> tuple[Value, ...]:
    return (Value(Tag.URI, text),)


@dataclass(frozen=True)
class Step:
    """The state of the printer's job."""

    state: int
    impressions: int
    look: int
    """The number of Get-Jobs requests so far."""

    @property
    def ended(self) -> bool:
        return self.state >= CANCELED


class Wire:
    """One connection, as the faults of HTTP use it."""

    def __init__(self, connection: socket.socket, stop: threading.Event) -> None:
        self._connection = connection
        self._stop = stop

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def trickle(self, start: bytes, rest: bytes = b"1") -> None:
        """Send ``start``, then repeat ``rest`` byte by byte until the peer has gone."""
        self._connection.sendall(start)
        pause = 0.02
        for at in range(int(TRICKLE_S / pause)):
            if self._stop.wait(pause):
                return
            self._connection.sendall(rest[at % len(rest)].to_bytes(1, "big"))

    def endless(self, start: bytes, rest: bytes) -> None:
        """Send ``start``, then repeat ``rest`` without end, as fast as the peer reads."""
        self._connection.sendall(start)
        block = rest * max(1, 65536 // len(rest))
        while not self._stop.is_set():
            self._connection.sendall(block)

    def wait(self) -> None:
        """Send nothing until the peer has gone."""
        self._connection.settimeout(TRICKLE_S)
        with suppress(OSError):
            self._connection.recv(1)

    def reset(self) -> None:
        """Break the connection with a TCP reset."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def usual(wire: Wire, body: bytes) -> None:
    wire.send(head(len(body)) + body)


def head(length: int | None, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    if not any(each.startswith("Content-Type") for each in headers):
        lines.append("Content-Type: application/ipp")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def same_job(step: Step, facts: Facts) -> Facts:
    return facts


def same_printer(facts: Facts) -> Facts:
    return facts


def same_message(request: Message, answer: bytes) -> bytes:
    return answer


@dataclass(frozen=True)
class Mode:
    """One behaviour of the printer. The default of every field is correct.

    ``job`` changes the report about the job, ``printer`` the report about the printer, ``message``
    the bytes of an IPP answer, and ``http`` how they are sent. The faults of ``message`` and
    ``http`` start with the Get-Jobs request of number ``since`` (0: at once; 4: a page has been
    counted by then).
    """

    job: Callable[[Step, Facts], Facts] = same_job
    printer: Callable[[Facts], Facts] = same_printer
    message: Callable[[Message, bytes], bytes] = same_message
    http: Callable[[Wire, bytes], None] = usual
    since: int = 4
    pages: int = 2
    end: int = COMPLETED
    more_jobs: Callable[[Step], tuple[Facts, ...]] = lambda step: ()
    keeps_history: bool = True
    tls: bool = False
    steps: tuple[tuple[int, int], ...] = field(default=())
    """The job's (state, impressions) for each Get-Jobs; the last one stays. Empty: correct."""


class FaultyPrinter:
    """The server. It keeps the requests; ``close`` ends it."""

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._looks = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.asked: list[Message] = []
        self.faulty_since: float | None = None
        """When the first faulty answer started (``time.monotonic()``)."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        scheme = "ipps" if mode.tls else "ipp"
        self.uri = f"{scheme}://127.0.0.1:{self.port}/ipp/print"
        self._threads: list[threading.Thread] = []
        self._accepts = threading.Thread(target=self._accept, daemon=True)
        self._accepts.start()

    def close(self) -> None:
        self._stop.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in (self._accepts, *self._threads):
            thread.join(20)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            connection.settimeout(60)
            if self._mode.tls:
                connection.recv(65536)  # the client's ClientHello
                self._mode.http(Wire(connection, self._stop), b"")
                return
            data = b""
            while not self._stop.is_set():
                request, data = self._request(connection, data)
                if request is None:
                    return
                body = self._answer(request)
                faulty = self._looks >= self._mode.since
                if faulty and self.faulty_since is None:
                    self.faulty_since = time.monotonic()
                (self._mode.http if faulty else usual)(Wire(connection, self._stop), body)
                if faulty and self._mode.http is not usual and not _keeps_alive(self._mode.http):
                    return

    @staticmethod
    def _request(connection: socket.socket, data: bytes) -> tuple[Message | None, bytes]:
        while True:
            start, found, body = data.partition(b"\r\n\r\n")
            if found:
                length = int(start.lower().partition(b"content-length:")[2].split()[0])
                if len(body) >= length:
                    try:
                        return decode(body[:length]), body[length:]
                    except CodecError:
                        return None, b""
            got = connection.recv(65536)
            if not got:
                return None, b""
            data += got

    def _answer(self, request: Message) -> bytes:
        mode = self._mode
        with self._lock:
            self.asked.append(request)
            if request.code == Operation.GET_JOBS:
                which = request.groups[0].text("which-jobs")
                self._looks += which == "not-completed"
            step = self._step()
        job = mode.job(step, correct_job(step))
        groups: list[Facts] = []
        code, tag = 0, Tag.JOB
        match request.code:
            case Operation.GET_PRINTER_ATTRIBUTES:
                groups, tag = [mode.printer(correct_printer())], Tag.PRINTER
            case Operation.GET_JOBS:
                completed = request.groups[0].text("which-jobs") == "completed"
                here = step.ended is completed and (mode.keeps_history or not completed)
                every = ((step.ended, job),) if here else ()
                more = ((_ended(each), each) for each in mode.more_jobs(step))
                groups = [facts for ended, facts in (*every, *more) if ended is completed]
            case Operation.GET_JOB_ATTRIBUTES:
                number, reported = request.groups[0].integer("job-id"), job.get("job-id")
                known = number == (JOB_ID if reported is None else reported[0].datum)
                groups = [job] if known else []
                code = 0 if groups else 0x0406
        first = Group(
            Tag.OPERATION,
            (
                Attribute("attributes-charset", (Value(Tag.CHARSET, "utf-8"),)),
                Attribute("attributes-natural-language", (Value(Tag.LANGUAGE, "en"),)),
            ),
        )
        answer = Message(code, request.request_id, (first, *(group(tag, each) for each in groups)))
        data = encode(answer)
        return mode.message(request, data) if self._looks >= mode.since else data

    def _step(self) -> Step:
        pages = self._mode.pages
        steps = self._mode.steps or (
            (PENDING, 0),
            *((PROCESSING, done) for done in range(pages)),
            (self._mode.end, pages),
        )
        state, impressions = steps[min(max(self._looks - 1, 0), len(steps) - 1)]
        return Step(state, impressions, self._looks)


def group(tag: Tag, facts: Facts) -> Group:
    """Return a group of attributes. The key ``name#2`` makes a second attribute of this name."""
    return Group(tag, tuple(Attribute(each.partition("#")[0], facts[each]) for each in facts))


def _ended(facts: Facts) -> bool:
    state = facts["job-state"][0].datum
    return isinstance(state, int) and state >= CANCELED


def _keeps_alive(http: Callable[[Wire, bytes], None]) -> bool:
    return http in (chunked, one_continue)


def correct_job(step: Step) -> Facts:
    reasons = {PROCESSING: "job-printing", COMPLETED: "job-completed-successfully",
               CANCELED: "job-canceled-by-user", ABORTED: "aborted-by-system"}  # fmt: skip
    return {
        "job-id": integer(JOB_ID),
        "job-name": name(JOB_NAME),
        "job-state": enum(step.state),
        "job-state-reasons": keyword(reasons.get(step.state, "none")),
        "job-originating-user-name": name(USER),
        "job-impressions-completed": integer(step.impressions),
        "job-uuid": uri(UUID),
    }


def correct_printer() -> Facts:
    return {
        "printer-state": enum(3),
        "printer-state-reasons": keyword("none"),
        "printer-is-accepting-jobs": (Value(Tag.BOOLEAN, True),),
        "queued-job-count": integer(0),
        "sides-supported": keyword("one-sided", "two-sided-long-edge"),
    }


# ---------------------------------------------------------------- faults of the job's report


def always(**changes: tuple[Value, ...]) -> Callable[[Step, Facts], Facts]:
    """Set these values at every step (``_`` in a name stands for ``-``)."""
    return lambda step, facts: {**facts, **_named(changes)}


def at_end(**changes: tuple[Value, ...]) -> Callable[[Step, Facts], Facts]:
    """Set these values once the job has ended."""
    return lambda step, facts: {**facts, **_named(changes)} if step.ended else facts


def _named(changes: dict[str, tuple[Value, ...]]) -> Facts:
    return {each.replace("_", "-"): value for each, value in changes.items()}


def without(*names: str) -> Callable[[Step, Facts], Facts]:
    return lambda step, facts: {each: facts[each] for each in facts if each not in names}


def also(attribute: str, values: tuple[Value, ...]) -> Callable[[Step, Facts], Facts]:
    """Add the attribute a second time."""
    return lambda step, facts: {**facts, f"{attribute}#2": values}


def counts(*numbers: int) -> Callable[[Step, Facts], Facts]:
    """Report these counts, one for each Get-Jobs; the last one stays."""
    return lambda step, facts: {
        **facts,
        "job-impressions-completed": integer(numbers[min(step.look - 1, len(numbers) - 1)]),
    }


def sheets(per_look: Callable[[Step], int]) -> Callable[[Step, Facts], Facts]:
    return lambda step, facts: {**facts, "job-media-sheets-completed": integer(per_look(step))}


# ---------------------------------------------------------------- faults of the message


def raw_groups(data: bytes) -> Callable[[Message, bytes], bytes]:
    """Replace the groups of the message by these bytes."""
    return lambda request, answer: answer[:8] + data


def repeated(unit: bytes, count: int, start: bytes = b"\x02", end: bytes = b"\x03") -> bytes:
    return start + unit * count + end


def attribute(name_: bytes, value: bytes, tag: int = Tag.KEYWORD) -> bytes:
    return struct.pack(">BH", tag, len(name_)) + name_ + struct.pack(">H", len(value)) + value


def refuse(*operations: Operation, code: int = 0x0501) -> Callable[[Message, bytes], bytes]:
    """Answer these operations with server-error-operation-not-supported, or another status."""
    return lambda request, answer: (
        encode(Message(code, request.request_id)) if request.code in operations else answer
    )


def charset(word: str) -> Callable[[Message, bytes], bytes]:
    return lambda request, answer: answer.replace(
        attribute(b"attributes-charset", b"utf-8", Tag.CHARSET),
        attribute(b"attributes-charset", word.encode(), Tag.CHARSET),
    )


# ---------------------------------------------------------------- correct ways to send


def chunked(wire: Wire, body: bytes) -> None:
    middle = len(body) // 2
    parts = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in (body[:middle], body[middle:]))
    wire.send(head(None, "Transfer-Encoding: chunked") + parts + b"0\r\n\r\n")


def one_continue(wire: Wire, body: bytes) -> None:
    wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    usual(wire, body)


def closing_each(wire: Wire, body: bytes) -> None:
    """Close the connection after each answer, as small devices do in spite of HTTP/1.1."""
    usual(wire, body)


# ---------------------------------------------------------------- faults of HTTP

CHUNKED = head(None, "Transfer-Encoding: chunked")


@functools.cache
def compressed_zeros() -> bytes:
    return gzip.compress(bytes(64 << 20))


def gzip_bomb(wire: Wire, body: bytes) -> None:
    data = gzip.compress(body) + compressed_zeros()
    wire.send(head(len(data), "Content-Encoding: gzip") + data)


def smuggled(wire: Wire, body: bytes) -> None:
    """Send a second answer after the first one: the job is completed."""
    request_id = struct.unpack(">i", body[4:8])[0] + 1
    done = group(Tag.JOB, correct_job(Step(COMPLETED, 2, 9)))
    second = encode(Message(0, request_id, (done,)))
    wire.send(head(len(body)) + body + head(len(second)) + second)
    wire.wait()


# ---------------------------------------------------------------- the modes

CORRECT: dict[str, Mode] = {
    "correct": Mode(),
    "correct, counts sheets": Mode(job=sheets(lambda step: step.impressions)),
    "correct, reports no reason": Mode(job=without("job-state-reasons")),
    "correct, reports no uuid and no owner": Mode(
        job=without("job-uuid", "job-originating-user-name")
    ),
    "correct, reports the total": Mode(job=always(job_impressions=integer(2))),
    "correct, count late by one look": Mode(
        steps=((PROCESSING, 0), (PROCESSING, 1), (COMPLETED, 1), (COMPLETED, 2))
    ),
    "correct, reasons late by one look": Mode(
        steps=((PROCESSING, 1), (COMPLETED, 2), (COMPLETED, 2)),
        job=lambda step, facts: {
            **facts,
            "job-state-reasons": keyword("job-printing" if step.look < 3 else "none"),
        },
    ),
    "correct, name with a language": Mode(
        job=always(job_name=(Value(Tag.NAME_WITH_LANGUAGE, Localized("en", JOB_NAME)),))
    ),
    "correct, waits for paper": Mode(
        steps=((PROCESSING, 0), (STOPPED, 1), (STOPPED, 1), (PROCESSING, 1), (COMPLETED, 2))
    ),
    # cupsd sends a job-uuid if it does not know which attributes the device takes, and
    # ippeveprinter keeps it in addition to its own.
    "correct, two uuids": Mode(job=also("job-uuid", uri("urn:uuid:0"))),
    "correct, keeps no list of ended jobs": Mode(keeps_history=False),
    "correct, chunked": Mode(http=chunked, since=0),
    "correct, 100 Continue once": Mode(http=one_continue, since=0),
    "correct, closes each connection": Mode(http=closing_each, since=0),
    "correct, with collections": Mode(
        printer=lambda facts: {
            **facts,
            "media-col-ready": (
                Value(
                    Tag.BEGIN_COLLECTION,
                    Collection((Attribute("media-top-margin", integer(500)),)),
                ),
            ),
        }
    ),
}

ABOUT_THE_JOB: dict[str, Mode] = {
    # Reasons.
    "completed with errors": Mode(
        job=at_end(job_state_reasons=keyword("job-completed-with-errors"))
    ),
    "completed with warnings": Mode(
        job=at_end(job_state_reasons=keyword("job-completed-with-warnings"))
    ),
    "success and errors at once": Mode(
        job=at_end(
            job_state_reasons=keyword("job-completed-successfully", "job-completed-with-errors")
        )
    ),
    "completed, and cancelled by the user": Mode(
        job=at_end(job_state_reasons=keyword("job-canceled-by-user"))
    ),
    "completed, and aborted": Mode(job=at_end(job_state_reasons=keyword("aborted-by-system"))),
    "completed, and printing without end": Mode(
        job=always(job_state_reasons=keyword("job-printing"))
    ),
    "reasons as numbers": Mode(job=always(job_state_reasons=integer(0))),
    # Counts.
    "57 impressions": Mode(job=at_end(job_impressions_completed=integer(57))),
    "2**31-1 impressions": Mode(job=at_end(job_impressions_completed=integer(2**31 - 1))),
    "one impression too many": Mode(job=at_end(job_impressions_completed=integer(3))),
    "one impression short": Mode(job=at_end(job_impressions_completed=integer(1))),
    "no impression": Mode(job=always(job_impressions_completed=integer(0))),
    "negative impressions": Mode(job=at_end(job_impressions_completed=integer(-2))),
    "no count": Mode(job=without("job-impressions-completed")),
    "count of no value": Mode(job=at_end(job_impressions_completed=(Value(Tag.NO_VALUE, None),))),
    "count goes back": Mode(
        job=counts(0, 2, 1, 2), steps=((PENDING, 0), (PROCESSING, 2), (PROCESSING, 1), (9, 2))
    ),
    "count jumps above and comes back": Mode(
        job=counts(0, 57, 2), steps=((PENDING, 0), (PROCESSING, 1), (COMPLETED, 2))
    ),
    "count as text": Mode(job=always(job_impressions_completed=(Value(Tag.TEXT, "2"),))),
    "count as an enum": Mode(job=always(job_impressions_completed=enum(2))),
    "count as a range": Mode(
        job=always(job_impressions_completed=(Value(Tag.RANGE, IntRange(2, 2)),))
    ),
    "count as a resolution": Mode(
        job=always(job_impressions_completed=(Value(Tag.RESOLUTION, Resolution(-1, 0, 99)),))
    ),
    "two counts in one attribute": Mode(job=always(job_impressions_completed=integer(2, 57))),
    "the count twice": Mode(job=also("job-impressions-completed", integer(57))),
    "more than its own total": Mode(job=always(job_impressions=integer(1))),
    "sheets too many": Mode(job=sheets(lambda step: step.impressions * 9)),
    "sheets too few": Mode(job=sheets(lambda step: 0)),
    "sheets of 2**31-1": Mode(job=sheets(lambda step: 2**31 - 1)),
    "sheets go back": Mode(job=sheets(lambda step: 2 if step.ended else 5)),
    # Identity.
    "owner changes": Mode(job=at_end(job_originating_user_name=name("another-user"))),
    "uuid changes": Mode(job=at_end(job_uuid=uri("urn:uuid:0"))),
    "name changes": Mode(job=at_end(job_name=name("another-job-0001"))),
    "name is cut": Mode(job=always(job_name=name(JOB_NAME[:8]))),
    "id changes": Mode(job=lambda step, facts: {**facts, "job-id": integer(100 + step.look)}),
    "id of zero": Mode(job=always(job_id=integer(0))),
    "no id": Mode(job=without("job-id")),
    "two jobs of one id": Mode(
        more_jobs=lambda step: (correct_job(Step(COMPLETED, 2, 0)), correct_job(Step(5, 0, 0)))
    ),
    # States.
    "completed, then printing, then completed": Mode(
        steps=((PROCESSING, 1), (COMPLETED, 1), (PROCESSING, 1), (COMPLETED, 2))
    ),
    "state out of range": Mode(job=at_end(job_state=enum(42))),
    "state below zero": Mode(job=at_end(job_state=enum(-(2**31)))),
    "state as an integer": Mode(job=always(job_state=integer(COMPLETED))),
    "state as a keyword": Mode(job=always(job_state=keyword("completed"))),
    "two states": Mode(job=also("job-state", enum(PROCESSING))),
    "no state": Mode(job=without("job-state")),
    "printing without end": Mode(steps=((PROCESSING, 2),)),
    "stopped without end": Mode(steps=((PROCESSING, 1), (STOPPED, 2))),
    "never begins": Mode(steps=((PENDING, 0),)),
    "aborted after every page": Mode(end=ABORTED),
    "cancelled after every page": Mode(end=CANCELED),
    "cancelled with success": Mode(
        steps=((PROCESSING, 0), (CANCELED, 0)),
        job=at_end(job_state_reasons=keyword("job-completed-successfully")),
    ),
    "cancelled with sheets": Mode(
        steps=((PROCESSING, 0), (CANCELED, 0)), job=sheets(lambda step: step.look)
    ),
    "forgets the job": Mode(job=lambda step, facts: facts if step.look < 4 else foreign_job()),
    "success in a second answer behind the first": Mode(steps=((PROCESSING, 1),), http=smuggled),
    "never knew the job": Mode(job=lambda step, facts: foreign_job()),
}


def foreign_job() -> Facts:
    """Return another program's job, which is reported instead of ours."""
    return {**correct_job(Step(COMPLETED, 2, 0)), "job-name": name("letter"), "job-id": integer(99)}


MEMBER = attribute(b"", b"m", Tag.MEMBER_NAME) + attribute(b"", b"v")
NEST = attribute(b"", b"m", Tag.MEMBER_NAME) + attribute(b"", b"", Tag.BEGIN_COLLECTION)

ABOUT_THE_MESSAGE: dict[str, Mode] = {
    "answer to another request": Mode(
        message=lambda request, answer: answer[:4] + struct.pack(">i", 12345) + answer[8:]
    ),
    "answer to the request before": Mode(
        message=lambda request, answer: (
            answer[:4] + struct.pack(">i", request.request_id - 1) + answer[8:]
        )
    ),
    "IPP version 9.9": Mode(message=lambda request, answer: b"\x09\x09" + answer[2:]),
    "charset UTF-16": Mode(message=charset("utf-16")),
    "charset GB18030": Mode(message=charset("gb18030")),
    "no operation is supported": Mode(message=refuse(*Operation)),
    "lists of jobs are not supported": Mode(message=refuse(Operation.GET_JOBS)),
    "lists of jobs are forbidden": Mode(message=refuse(Operation.GET_JOBS, code=0x0403)),
    "busy without end": Mode(message=refuse(*Operation, code=0x0507)),
    "status that does not exist": Mode(message=refuse(*Operation, code=0x7FFF)),
    "empty answer": Mode(message=lambda request, answer: b""),
    "eight bytes": Mode(message=lambda request, answer: answer[:8]),
    "no end tag": Mode(message=lambda request, answer: answer[:-1]),
    "cut in the middle": Mode(message=lambda request, answer: answer[: len(answer) // 2]),
    "no groups": Mode(message=raw_groups(b"\x03")),
    "a million groups": Mode(message=raw_groups(repeated(b"\x02", 1_000_000))),
    "a flood of attributes": Mode(message=raw_groups(repeated(attribute(b"n", b"v"), 100_000))),
    "a flood of values": Mode(
        message=raw_groups(repeated(attribute(b"", b""), 150_000, b"\x02" + attribute(b"n", b"v")))
    ),
    "a flood of jobs": Mode(
        message=raw_groups(repeated(b"\x02" + attribute(b"job-id", b"\0\0\0\1", Tag.INTEGER), 5000))
    ),
    "a collection without end": Mode(
        message=raw_groups(repeated(MEMBER, 50_000, b"\x02" + attribute(b"n", b"", 0x34), b""))
    ),
    "collections without bottom": Mode(
        message=raw_groups(repeated(NEST, 50_000, b"\x02" + attribute(b"n", b"", 0x34)))
    ),
    "a name of 32 kB": Mode(message=raw_groups(repeated(attribute(b"n" * 32767, b"v"), 1))),
    "a value of 32 kB": Mode(message=raw_groups(repeated(attribute(b"n", b"v" * 32767), 1))),
    "a length beyond the end": Mode(message=raw_groups(b"\x02\x44\x00\x01n\xff\xffv\x03")),
    "a keyword that is not ASCII": Mode(
        message=raw_groups(repeated(attribute(b"job-state-reasons", b"\xff\xfe"), 1))
    ),
    "a web page": Mode(message=lambda request, answer: b"<html>200 OK</html>"),
}

ABOUT_THE_PRINTER: dict[str, Mode] = {
    "no printer state": Mode(
        printer=lambda facts: {each: facts[each] for each in facts if each != "printer-state"}
    ),
    "printer state out of range": Mode(printer=lambda facts: {**facts, "printer-state": enum(77)}),
    "printer state as text": Mode(
        printer=lambda facts: {**facts, "printer-state": (Value(Tag.TEXT, "idle"),)}
    ),
    "printer state twice": Mode(printer=lambda facts: {**facts, "printer-state#2": enum(5)}),
}
"""The report of the job is correct; only the report of the printer is faulty."""

ABOUT_SUPPLIES: dict[str, Mode] = {
    "levels beyond all numbers": Mode(
        printer=lambda facts: {
            **facts,
            "marker-types": keyword("toner"),
            "marker-levels": integer(2**31 - 1, -(2**31), 50),
            "marker-low-levels": integer(-5),
        }
    ),
    "levels as text": Mode(
        printer=lambda facts: {**facts, "marker-levels": (Value(Tag.TEXT, "full"),)}
    ),
    "records of nonsense": Mode(
        printer=lambda facts: {
            **facts,
            "printer-supply": (Value(Tag.OCTETS, b"level=1e9;;;=;maxcapacity=0;\xff"),),
            "printer-input-tray": (Value(Tag.OCTETS, b"level=9999999999999;maxcapacity=1"),),
        }
    ),
    "media as a resolution": Mode(
        printer=lambda facts: {
            **facts,
            "media-ready": (Value(Tag.RESOLUTION, Resolution(-1, -1, 9)),),
        }
    ),
    "more jobs than a number holds": Mode(
        printer=lambda facts: {**facts, "queued-job-count": integer(-(2**31))}
    ),
}
"""Supplies are not evidence for the job, whose report is correct: it ends printed."""

ABOUT_HTTP: dict[str, Mode] = {
    "redirect": Mode(
        http=lambda wire, body: wire.send(
            head(0, "Location: http://127.0.0.1:9/", status="302 Found")
        )
    ),
    "password wanted": Mode(
        http=lambda wire, body: wire.send(
            head(0, "WWW-Authenticate: Basic", status="401 Unauthorized")
        )
    ),
    "TLS wanted": Mode(
        http=lambda wire, body: wire.send(
            head(0, "Upgrade: TLS/1.2", status="426 Upgrade Required")
        )
    ),
    "answer with an error status": Mode(
        http=lambda wire, body: wire.send(head(len(body), status="500 Error") + body)
    ),
    "status that is no number": Mode(
        http=lambda wire, body: wire.send(head(len(body), status="OK") + body)
    ),
    "content type of a web page": Mode(
        http=lambda wire, body: wire.send(head(len(body), "Content-Type: text/html") + body)
    ),
    "gzip bomb": Mode(http=gzip_bomb),
    "an unknown encoding": Mode(
        http=lambda wire, body: wire.send(head(len(body), "Content-Encoding: x-own") + body)
    ),
    "longer than declared": Mode(http=lambda wire, body: wire.send(head(len(body) - 5) + body)),
    "shorter than declared": Mode(http=lambda wire, body: wire.send(head(len(body) + 5) + body)),
    "two lengths": Mode(
        http=lambda wire, body: wire.send(head(len(body), "Content-Length: 3") + body)
    ),
    "length below zero": Mode(http=lambda wire, body: wire.send(head(-1) + body[:20])),
    "chunk size that is no number": Mode(
        http=lambda wire, body: wire.send(CHUNKED + b"zz\r\n" + body)
    ),
    "chunk size below zero": Mode(http=lambda wire, body: wire.send(CHUNKED + b"-9\r\n" + body)),
    "chunks cut off": Mode(http=lambda wire, body: wire.send(CHUNKED + b"fff\r\n" + body)),
    "not HTTP": Mode(http=lambda wire, body: wire.send(b"SSH-2.0-OpenSSH_9.2\r\n")),
    "HTTP/0.9": Mode(http=lambda wire, body: wire.send(body)),
    "NUL bytes": Mode(http=lambda wire, body: wire.send(bytes(2000))),
    "closes without an answer": Mode(http=lambda wire, body: None),
    "resets the connection": Mode(http=lambda wire, body: wire.reset()),
    # Endless data at full speed: the client's limit of bytes must end it.
    "100 Continue without end": Mode(
        http=lambda wire, body: wire.endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
    ),
    "headers without end": Mode(
        http=lambda wire, body: wire.endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n")
    ),
    "one header without end": Mode(
        http=lambda wire, body: wire.endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"b")
    ),
    "status line without end": Mode(http=lambda wire, body: wire.endless(b"HTTP/1.1 200 ", b"O")),
    "body without end": Mode(http=lambda wire, body: wire.endless(head(None), b"\x02")),
    "chunks without end": Mode(
        http=lambda wire, body: wire.endless(CHUNKED, b"40\r\n" + b"\x02" * 64 + b"\r\n")
    ),
    "chunk extension without end": Mode(http=lambda wire, body: wire.endless(CHUNKED, b"1;a=")),
    "trailers without end": Mode(
        http=lambda wire, body: wire.endless(CHUNKED + b"1\r\n\x02\r\n0\r\n", b"X-A: b\r\n")
    ),
}

TRICKLING: dict[str, Mode] = {
    "says nothing": Mode(http=lambda wire, body: wire.wait()),
    "status line trickles": Mode(http=lambda wire, body: wire.trickle(b"HT", b"T")),
    "header trickles": Mode(http=lambda wire, body: wire.trickle(b"HTTP/1.1 200 OK\r\nX-A: ")),
    "headers trickle": Mode(
        http=lambda wire, body: wire.trickle(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n")
    ),
    "100 Continue trickles": Mode(
        http=lambda wire, body: wire.trickle(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
    ),
    "chunk size trickles": Mode(http=lambda wire, body: wire.trickle(CHUNKED, b"0")),
    "chunks trickle": Mode(http=lambda wire, body: wire.trickle(CHUNKED, b"1\r\n\x02\r\n")),
    "chunk extension trickles": Mode(http=lambda wire, body: wire.trickle(CHUNKED + b"4;", b"a")),
    "trailer trickles": Mode(
        http=lambda wire, body: wire.trickle(CHUNKED + b"1\r\n\x02\r\n0\r\n", b"X-A: b\r\n")
    ),
    "body trickles": Mode(http=lambda wire, body: wire.trickle(head(60_000), b"\x02")),
    "body without length trickles": Mode(http=lambda wire, body: wire.trickle(head(None), b"\x02")),
    "TLS handshake trickles": Mode(
        tls=True, http=lambda wire, body: wire.trickle(b"\x16\x03\x03\x40\x00", b"\x02")
    ),
    "TLS handshake says nothing": Mode(tls=True, http=lambda wire, body: wire.wait()),
}
"""These block a client that has no time limit for the whole exchange."""

FAULTY: dict[str, Mode] = dict(
    itertools.chain.from_iterable(
        each.items()
        for each in (
            ABOUT_THE_JOB, ABOUT_THE_MESSAGE, ABOUT_THE_PRINTER, ABOUT_SUPPLIES, ABOUT_HTTP,
            TRICKLING,
        )
    )
)  # fmt: skip
