"""What becomes of a job at a printer that lies: printed only on exact and consistent evidence.

Each mode of ``lying_printer`` is asked by the real IPP client, looked at and followed as the
printer's thread does it. Only the job's clock is the test's. Every exchange and every look must end
within the limits that it was given.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.health import DeviceStatus
from printing import faults as f
from printing.cups.device import DeviceWatch, JobNames
from printing.cups.follower import Follower
from printing.cups.printer import CupsPrinter
from printing.cups.verdict import QueueJob, Verdict
from printing.ipp.client import DeviceJob, IppClient, IppFailure, JobState
from printing.ipp.codec import Group
from printing.job import PrinterTiming, Sides
from printing.outcome import Evidence, Outcome, nothing_came_out
from printing.printer import JobRecord, JobStage, PrinterChanged, PrinterStatus
from tests.rig.print_fixtures import Heard
from tests.rig.print_journal import FileJournal

from .lying_printer import (
    ABOUT_HTTP,
    ABOUT_SUPPLIES,
    ABOUT_THE_JOB,
    ABOUT_THE_MESSAGE,
    ABOUT_THE_PRINTER,
    COMPLETED,
    HONEST,
    JOB_NAME,
    LIES,
    PROCESSING,
    TRICKLE_S,
    TRICKLING,
    USER,
    LyingPrinter,
    Mode,
    Step,
    Wire,
    chunked,
    honest_job,
    integer,
    sheets,
    usual,
)

TIMING = PrinterTiming(settle_s=1.0, gone_s=3.0, cancel_s=2.0, stall_s=6.0)
LOOKS = 60
SLACK_S = 3.0
"""For a busy machine, beyond a limit. Below ``TRICKLE_S``: a client without a limit is noticed."""
AMPLE_S, SHORT_S = 20.0, 0.3
"""Limits of an exchange: where the answer decides, and where the limit does."""
UNKNOWN_LIMIT_S = 10.0

Answer = TypeVar("Answer")


class TimedClient(IppClient):
    """The real client; keeps how long its longest exchange took."""

    longest_s = 0.0

    def _timed(self, question: Callable[[], Answer]) -> Answer:
        began = time.monotonic()
        try:
            return question()
        finally:
            self.longest_s = max(self.longest_s, time.monotonic() - began)

    def printer_attributes(self) -> Group | IppFailure:
        return self._timed(super().printer_attributes)

    def jobs(self, *, completed: bool = False) -> tuple[DeviceJob, ...] | IppFailure:
        return self._timed(lambda: IppClient.jobs(self, completed=completed))

    def job(self, job_id: int) -> DeviceJob | IppFailure | None:
        return self._timed(lambda: IppClient.job(self, job_id))

    def cancel(self, job_id: int) -> IppFailure | None:
        return self._timed(lambda: IppClient.cancel(self, job_id))


@dataclass(frozen=True)
class Told:
    """What became of the job, and what was known of the printer at its end."""

    verdict: Verdict
    status: PrinterStatus
    record: JobRecord
    suspect: bool
    longest_exchange_s: float
    longest_look_s: float


def print_one(
    mode: Mode, *, limit_s: float = AMPLE_S, sides: Sides = Sides.ONE, step_s: float = 0.5
) -> Told:
    """Follow one job at such a printer to its verdict. cupsd says that it is done with the job.

    ``step_s`` passes on the job's clock from one look to the next.
    """
    peer = LyingPrinter(mode)
    client = TimedClient(
        peer.uri,
        user=USER,
        connect_timeout_s=AMPLE_S,
        read_timeout_s=AMPLE_S,
        exchange_limit_s=limit_s,
    )
    try:
        names = JobNames()
        names.add(JOB_NAME)
        watch = DeviceWatch(client, names, lambda name: name == JOB_NAME, USER, ask_s=3 * limit_s)
        watch.expect(JOB_NAME)
        record = JobRecord(JOB_NAME, JobStage.RELEASED, mode.pages, "q")
        follower = Follower(record, TIMING, 0.0, one_way=False, sides=sides)
        follower.note_queue_jobs((QueueJob(1, JOB_NAME, JobState.COMPLETED, started=True),))
        longest = 0.0
        for look in range(LOOKS):
            now = look * step_s
            began = time.monotonic()
            watch.look()
            watch.follow(follower, now)
            watch.look_for_leftovers({JOB_NAME})
            longest = max(longest, time.monotonic() - began)
            if follower.overdue(now):
                follower.cancel(now, timed_out=True)
            judged = follower.judge(now)
            if isinstance(judged, Verdict):
                suspect = watch.leftovers.tray_suspect
                return Told(
                    judged, watch.status, follower.record, suspect, client.longest_s, longest
                )
        raise AssertionError("the job never ends")
    finally:
        client.close()
        peer.close()


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_printer_is_believed(name: str) -> None:
    told = print_one(HONEST[name])
    assert told.verdict == Verdict(Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS, None)
    assert told.status.status is DeviceStatus.ONLINE
    assert told.record.pages_done == 2


@pytest.mark.parametrize(
    ("pages", "impressions", "sheets_used", "printed"),
    [
        (2, 2, 1, True), (3, 3, 2, True), (3, 4, 2, True), (4, 4, 2, True),
        (2, 1, 1, False), (3, 2, 2, False), (2, 3, 2, False), (2, 2, 2, False), (3, 4, 3, False),
    ],
)  # fmt: skip
def test_both_sides_of_the_paper(
    pages: int, impressions: int, sheets_used: int, printed: bool
) -> None:
    mode = Mode(
        pages=pages,
        steps=((PROCESSING, 0), (COMPLETED, impressions)),
        job=sheets(lambda step: sheets_used),
    )
    told = print_one(mode, sides=Sides.LONG_EDGE)
    assert (told.verdict.outcome is Outcome.PRINTED) is printed
    # Of a job on one side of each sheet other reports are consistent.
    one_sided = print_one(mode, sides=Sides.ONE).verdict.outcome
    assert (one_sided is Outcome.PRINTED) is (pages == impressions == sheets_used)


@pytest.mark.parametrize("name", ABOUT_SUPPLIES)
def test_supplies_are_no_evidence_of_a_job(name: str) -> None:
    told = print_one(replace(ABOUT_SUPPLIES[name], since=0))
    assert told.verdict.outcome is Outcome.PRINTED
    assert told.status.status is DeviceStatus.ONLINE


SHORT_OF_PAGES = {
    "one impression short", "no impression", "negative impressions", "no count",
    "count of no value",
}  # fmt: skip
UNREADABLE = {
    "reasons as numbers", "count as text", "count as an enum", "count as a range",
    "count as a resolution", "two counts in one attribute", "the count twice", "id of zero",
    "no id", "two jobs of one id", "state as an integer", "state as a keyword", "two states",
    "no state",
}  # fmt: skip
"""What these report of the job is not taken in at all; the device is as good as silent."""
OTHERWISE = {
    "name changes": (Evidence.DEVICE_PARTLY, f.JOB_UNPROVED),
    "name is cut": (Evidence.NONE, f.JOB_UNPROVED),
    "id changes": (Evidence.NONE, f.JOB_UNPROVED),
    "state out of range": (Evidence.DEVICE_PARTLY, f.PRINTER_UNREACHABLE),
    "state below zero": (Evidence.DEVICE_PARTLY, f.PRINTER_UNREACHABLE),
    "printing for ever": (Evidence.DEVICE_PARTLY, f.JOB_TIMED_OUT),
    "success in a second answer behind the first": (Evidence.DEVICE_PARTLY, f.JOB_TIMED_OUT),
    "stopped for ever": (Evidence.DEVICE_PARTLY, f.JOB_TIMED_OUT),
    "never begins": (Evidence.NONE, f.JOB_TIMED_OUT),
    "aborted after every page": (Evidence.DEVICE_PARTLY, f.JOB_ABORTED),
    "cancelled after every page": (Evidence.DEVICE_PARTLY, f.JOB_ABORTED),
    "cancelled with success": (Evidence.DEVICE_CONTRADICTS, f.JOB_ABORTED),
    "cancelled with sheets": (Evidence.DEVICE_CONTRADICTS, f.JOB_ABORTED),
    "forgets the job": (Evidence.DEVICE_PARTLY, f.JOB_UNPROVED),
    "never knew the job": (Evidence.NONE, f.JOB_UNPROVED),
}


@pytest.mark.parametrize("name", ABOUT_THE_JOB)
def test_a_lie_about_the_job_is_unknown(name: str) -> None:
    told = print_one(ABOUT_THE_JOB[name])
    if name in SHORT_OF_PAGES:
        evidence, fault = Evidence.DEVICE_COMPLETED, f.JOB_UNPROVED
    elif name in UNREADABLE:
        evidence, fault = Evidence.NONE, f.PRINTER_UNREACHABLE
    else:
        evidence, fault = OTHERWISE.get(name, (Evidence.DEVICE_CONTRADICTS, f.JOB_UNPROVED))
    assert (told.verdict.outcome, told.verdict.evidence) == (Outcome.UNKNOWN, evidence)
    assert fault.same_as(told.verdict.fault)
    # The journal takes 0 to 1000 pages; absurd counts are in the fault's detail only.
    assert 0 <= told.record.pages_done <= told.record.pages
    if name in UNREADABLE:
        assert told.status.status is DeviceStatus.UNKNOWN


@pytest.mark.parametrize("name", [*ABOUT_THE_MESSAGE, *ABOUT_HTTP])
def test_a_lie_about_message_or_transport_is_unknown(name: str) -> None:
    mode = LIES[name]
    told = print_one(mode)
    assert told.verdict.outcome is Outcome.UNKNOWN
    # A page was counted before the lies began.
    assert told.verdict.evidence is Evidence.DEVICE_PARTLY
    assert told.verdict.fault is not None
    assert told.status.status is DeviceStatus.UNKNOWN
    assert not told.status.can_print
    assert told.longest_exchange_s < AMPLE_S


@pytest.mark.parametrize("name", ABOUT_THE_PRINTER)
def test_a_printer_without_a_state_is_unknown(name: str) -> None:
    told = print_one(replace(ABOUT_THE_PRINTER[name], since=0))
    assert told.verdict.outcome is Outcome.UNKNOWN
    assert told.status.status is DeviceStatus.UNKNOWN


@pytest.mark.parametrize("name", TRICKLING)
def test_a_printer_that_trickles_holds_nobody_and_is_unknown(name: str) -> None:
    told = print_one(TRICKLING[name], limit_s=SHORT_S, step_s=2.0)
    assert told.verdict.outcome is Outcome.UNKNOWN
    assert f.PRINTER_UNREACHABLE.same_as(told.verdict.fault)
    assert told.status.status is DeviceStatus.UNKNOWN
    assert not told.status.can_print
    assert told.longest_exchange_s < SHORT_S + SLACK_S < TRICKLE_S
    # Three questions, and the last of them to its end.
    assert told.longest_look_s < 4 * SHORT_S + SLACK_S < TRICKLE_S


def test_a_second_copy_sends_staff_to_the_tray() -> None:
    """The job itself is whole; another of its name has printed as well."""
    copy = {**honest_job(Step(COMPLETED, 2, 0)), "job-id": integer(8)}
    told = print_one(Mode(more_jobs=lambda step: (copy,)))
    assert told.verdict.outcome is Outcome.PRINTED
    assert told.suspect


def test_no_lie_proves_that_nothing_came_out() -> None:
    """The other claim that the terminal acts on: a second print without staff."""
    for name, mode in ABOUT_THE_JOB.items():
        told = print_one(mode).verdict
        ended = Ended(told.outcome, told.evidence)
        assert not nothing_came_out(ended), name  # type: ignore[arg-type]


@dataclass(frozen=True)
class Ended:
    outcome: Outcome
    evidence: str


def test_there_are_enough_modes_and_each_has_its_own_name() -> None:
    kinds = (
        ABOUT_THE_JOB, ABOUT_THE_MESSAGE, ABOUT_THE_PRINTER, ABOUT_SUPPLIES, ABOUT_HTTP, TRICKLING,
    )  # fmt: skip
    assert len(LIES) == sum(len(each) for each in kinds)
    assert len(LIES) >= 50
    assert not set(LIES) & set(HONEST)


STARTS = (
    b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: ",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"HTTP/1.1 3", b"HTTP/1.1 100 ",
    b"HTTP/1.1 200 OK\r\nSet-Cookie: ", b"HTTP/1.1 200 OK\r\nContent-Type: ",
    b"HTTP/1.1 200 OK\r\n\r\n\x02\x00\x00\x00\x00\x00\x00\x01\x04",
)  # fmt: skip


class Scripted:
    """Sends what the test says, and closes."""

    def __init__(self) -> None:
        self.data = b""

    def __call__(self, wire: Wire, body: bytes) -> None:
        wire.send(self.data)


@pytest.fixture(scope="module")
def scripted() -> Iterator[tuple[Scripted, LyingPrinter]]:
    http = Scripted()
    peer = LyingPrinter(Mode(http=http, since=0))
    yield http, peer
    peer.close()


@settings(max_examples=200, deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=200))
def test_whatever_bytes_come_back_nothing_is_raised(
    scripted: tuple[Scripted, LyingPrinter], start: bytes, rest: bytes
) -> None:
    http, peer = scripted
    http.data = start + rest
    client = IppClient(peer.uri, exchange_limit_s=AMPLE_S)
    try:
        assert isinstance(client.printer_attributes(), IppFailure)
    finally:
        client.close()


# ---------------------------------------------------------------- the whole printer, shipped limits


@pytest.fixture
def trickling() -> Iterator[LyingPrinter]:
    """Good until its third list of jobs; from then on every status line trickles."""
    peer = LyingPrinter(replace(TRICKLING["status line trickles"], since=3))
    yield peer
    peer.close()


def test_with_the_shipped_limits_a_printer_that_trickles_is_unknown_in_time(
    trickling: LyingPrinter, tmp_path: Path
) -> None:
    heard, seen_at = Heard(), dict[DeviceStatus, float]()

    def sink(event: Any) -> None:
        if isinstance(event, PrinterChanged):
            seen_at.setdefault(event.status.status, time.monotonic())
        heard(event)

    printer = CupsPrinter(
        "nowhere",
        trickling.uri,
        FileJournal(tmp_path / "journal"),
        cups_server=str(tmp_path / "no.sock"),
    )
    printer.start(sink)
    try:
        heard.wait(PrinterChanged, lambda each: each.status.status is DeviceStatus.ONLINE, 20)
        # No cupsd is there: this job is not released, but its turn asks the device as well.
        printer.submit(secrets.token_hex(16), b"%PDF", 1)
        heard.wait(
            PrinterChanged,
            lambda each: (
                each.status.status is DeviceStatus.UNKNOWN
                and any(f.PRINTER_UNREACHABLE.same_as(fault) for fault in each.status.faults)
            ),
            30,
        )
        assert trickling.lied_at is not None
        assert seen_at[DeviceStatus.UNKNOWN] - trickling.lied_at < UNKNOWN_LIMIT_S
        assert not printer.status().can_print
    finally:
        printer.close()


def test_usual_and_chunked_answers_are_the_same_bytes_to_the_client() -> None:
    """Both framings are honest: what differs between the modes is the lie alone."""
    assert usual is Mode().http
    assert print_one(Mode(http=chunked, since=0)).verdict == print_one(Mode()).verdict
