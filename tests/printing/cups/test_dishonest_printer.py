"""The outcome of a job at a faulty printer: *printed* needs exact and consistent evidence.

Each mode of ``dishonest_printer`` is polled with the real IPP client and followed as the printer's
thread does it. Only the time of the job's limits is the test's. Every exchange and every look must
end within its limit.
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
from printing.outcome import Evidence, Outcome, PrintEnded, nothing_came_out
from printing.printer import JobRecord, JobStage, PrinterChanged, PrinterStatus
from tests.rig.print_fixtures import Heard
from tests.rig.print_journal import FileJournal

from .dishonest_printer import (
    ABOUT_HTTP,
    ABOUT_SUPPLIES,
    ABOUT_THE_JOB,
    ABOUT_THE_MESSAGE,
    ABOUT_THE_PRINTER,
    COMPLETED,
    CORRECT,
    FAULTY,
    JOB_NAME,
    PROCESSING,
    TRICKLE_S,
    TRICKLING,
    USER,
    FaultyPrinter,
    Mode,
    Step,
    Wire,
    chunked,
    correct_job,
    integer,
    sheets,
    usual,
)

TIMING = PrinterTiming(settle_s=1.0, gone_s=3.0, cancel_s=2.0, stall_s=6.0)
LOOKS = 60
SLACK_S = 3.0
"""Allowance for a busy machine. With it, a limit is still below ``TRICKLE_S``, so that a client
without a limit fails."""
AMPLE_S, SHORT_S = 20.0, 0.3
"""Limits of an exchange: one that no answer reaches, and one that slow answers reach."""
UNKNOWN_LIMIT_S = 10.0

Answer = TypeVar("Answer")


class TimedClient(IppClient):
    """The real client, which also measures its longest exchange."""

    longest_s = 0.0

    def _timed(self, request: Callable[[], Answer]) -> Answer:
        began = time.monotonic()
        try:
            return request()
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
class Result:
    """The verdict on the job, and the printer's status at its end."""

    verdict: Verdict
    status: PrinterStatus
    record: JobRecord
    suspect: bool
    longest_exchange_s: float
    longest_look_s: float


def print_one(
    mode: Mode, *, limit_s: float = AMPLE_S, sides: Sides = Sides.ONE, step_s: float = 0.5
) -> Result:
    """Follow one job at such a printer to its verdict. cupsd reports the job as completed.

    Between two looks, the time of the job's limits advances by ``step_s``.
    """
    peer = FaultyPrinter(mode)
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
                return Result(
                    judged, watch.status, follower.record, suspect, client.longest_s, longest
                )
        raise AssertionError("the job never ends")
    finally:
        client.close()
        peer.close()


@pytest.mark.parametrize("name", CORRECT)
def test_job_at_a_correct_printer_is_printed(name: str) -> None:
    result = print_one(CORRECT[name])
    assert result.verdict == Verdict(Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS, None)
    assert result.status.status is DeviceStatus.ONLINE
    assert result.record.pages_done == 2


@pytest.mark.parametrize(
    ("pages", "impressions", "sheets_used", "printed"),
    [
        (2, 2, 1, True), (3, 3, 2, True), (3, 4, 2, True), (4, 4, 2, True),
        (2, 1, 1, False), (3, 2, 2, False), (2, 3, 2, False), (2, 2, 2, False), (3, 4, 3, False),
    ],
)  # fmt: skip
def test_two_sided_job_needs_consistent_impressions_and_sheets(
    pages: int, impressions: int, sheets_used: int, printed: bool
) -> None:
    mode = Mode(
        pages=pages,
        steps=((PROCESSING, 0), (COMPLETED, impressions)),
        job=sheets(lambda step: sheets_used),
    )
    result = print_one(mode, sides=Sides.LONG_EDGE)
    assert (result.verdict.outcome is Outcome.PRINTED) is printed
    # For a one-sided job, other numbers of impressions and sheets are consistent.
    one_sided = print_one(mode, sides=Sides.ONE).verdict.outcome
    assert (one_sided is Outcome.PRINTED) is (pages == impressions == sheets_used)


@pytest.mark.parametrize("name", ABOUT_SUPPLIES)
def test_wrong_supplies_do_not_change_the_outcome(name: str) -> None:
    result = print_one(replace(ABOUT_SUPPLIES[name], since=0))
    assert result.verdict.outcome is Outcome.PRINTED
    assert result.status.status is DeviceStatus.ONLINE


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
"""These reports of the job are refused as a whole, as if the device had not answered."""
OTHER_ENDS = {
    "name changes": (Evidence.DEVICE_PARTLY, f.JOB_UNPROVED),
    "name is cut": (Evidence.NONE, f.JOB_UNPROVED),
    "id changes": (Evidence.NONE, f.JOB_UNPROVED),
    "state out of range": (Evidence.DEVICE_PARTLY, f.PRINTER_UNREACHABLE),
    "state below zero": (Evidence.DEVICE_PARTLY, f.PRINTER_UNREACHABLE),
    "printing without end": (Evidence.DEVICE_PARTLY, f.JOB_TIMED_OUT),
    "success in a second answer behind the first": (Evidence.DEVICE_PARTLY, f.JOB_TIMED_OUT),
    "stopped without end": (Evidence.DEVICE_PARTLY, f.JOB_TIMED_OUT),
    "never begins": (Evidence.NONE, f.JOB_TIMED_OUT),
    "aborted after every page": (Evidence.DEVICE_PARTLY, f.JOB_ABORTED),
    "cancelled after every page": (Evidence.DEVICE_PARTLY, f.JOB_ABORTED),
    "cancelled with success": (Evidence.DEVICE_CONTRADICTS, f.JOB_ABORTED),
    "cancelled with sheets": (Evidence.DEVICE_CONTRADICTS, f.JOB_ABORTED),
    "forgets the job": (Evidence.DEVICE_PARTLY, f.JOB_UNPROVED),
    "never knew the job": (Evidence.NONE, f.JOB_UNPROVED),
}


@pytest.mark.parametrize("name", ABOUT_THE_JOB)
def test_job_with_a_faulty_report_ends_unknown(name: str) -> None:
    result = print_one(ABOUT_THE_JOB[name])
    if name in SHORT_OF_PAGES:
        evidence, fault = Evidence.DEVICE_COMPLETED, f.JOB_UNPROVED
    elif name in UNREADABLE:
        evidence, fault = Evidence.NONE, f.PRINTER_UNREACHABLE
    else:
        evidence, fault = OTHER_ENDS.get(name, (Evidence.DEVICE_CONTRADICTS, f.JOB_UNPROVED))
    assert (result.verdict.outcome, result.verdict.evidence) == (Outcome.UNKNOWN, evidence)
    assert fault.same_as(result.verdict.fault)
    # The journal accepts 0 to 1000 pages. Impossible counts are only in the fault's detail.
    assert 0 <= result.record.pages_done <= result.record.pages
    if name in UNREADABLE:
        assert result.status.status is DeviceStatus.UNKNOWN


@pytest.mark.parametrize("name", [*ABOUT_THE_MESSAGE, *ABOUT_HTTP])
def test_job_with_a_faulty_message_or_transport_ends_unknown(name: str) -> None:
    mode = FAULTY[name]
    result = print_one(mode)
    assert result.verdict.outcome is Outcome.UNKNOWN
    # A page was counted before the faults started.
    assert result.verdict.evidence is Evidence.DEVICE_PARTLY
    assert result.verdict.fault is not None
    assert result.status.status is DeviceStatus.UNKNOWN
    assert not result.status.can_print
    assert result.longest_exchange_s < AMPLE_S


@pytest.mark.parametrize("name", ABOUT_THE_PRINTER)
def test_printer_without_a_valid_state_is_unknown(name: str) -> None:
    result = print_one(replace(ABOUT_THE_PRINTER[name], since=0))
    assert result.verdict.outcome is Outcome.UNKNOWN
    assert result.status.status is DeviceStatus.UNKNOWN


@pytest.mark.slow(reason="waits until limits of time have passed")
@pytest.mark.parametrize("name", TRICKLING)
def test_printer_that_sends_byte_by_byte_is_unknown_within_the_limits(name: str) -> None:
    result = print_one(TRICKLING[name], limit_s=SHORT_S, step_s=2.0)
    assert result.verdict.outcome is Outcome.UNKNOWN
    assert f.PRINTER_UNREACHABLE.same_as(result.verdict.fault)
    assert result.status.status is DeviceStatus.UNKNOWN
    assert not result.status.can_print
    assert result.longest_exchange_s < SHORT_S + SLACK_S < TRICKLE_S
    # Three requests, and the last one may take its whole time.
    assert result.longest_look_s < 4 * SHORT_S + SLACK_S < TRICKLE_S


def test_second_copy_requires_a_tray_check() -> None:
    """The job itself is correct, and another job of its name has printed as well."""
    copy = {**correct_job(Step(COMPLETED, 2, 0)), "job-id": integer(8)}
    result = print_one(Mode(more_jobs=lambda step: (copy,)))
    assert result.verdict.outcome is Outcome.PRINTED
    assert result.suspect


def test_no_faulty_report_proves_that_nothing_came_out() -> None:
    """After that evidence the terminal may print again without staff."""
    for name, mode in ABOUT_THE_JOB.items():
        result = print_one(mode).verdict
        ended = PrintEnded(name, result.outcome, 0, 2, result.evidence)
        assert not nothing_came_out(ended), name


def test_there_are_enough_faulty_modes_with_unique_names() -> None:
    kinds = (
        ABOUT_THE_JOB, ABOUT_THE_MESSAGE, ABOUT_THE_PRINTER, ABOUT_SUPPLIES, ABOUT_HTTP, TRICKLING,
    )  # fmt: skip
    assert len(FAULTY) == sum(len(each) for each in kinds)
    assert len(FAULTY) >= 50
    assert not set(FAULTY) & set(CORRECT)


STARTS = (
    b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: ",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"HTTP/1.1 3", b"HTTP/1.1 100 ",
    b"HTTP/1.1 200 OK\r\nSet-Cookie: ", b"HTTP/1.1 200 OK\r\nContent-Type: ",
    b"HTTP/1.1 200 OK\r\n\r\n\x02\x00\x00\x00\x00\x00\x00\x01\x04",
)  # fmt: skip


class Scripted:
    """Sends the bytes that the test sets, and closes."""

    def __init__(self) -> None:
        self.data = b""

    def __call__(self, wire: Wire, body: bytes) -> None:
        wire.send(self.data)


@pytest.fixture(scope="module")
def scripted() -> Iterator[tuple[Scripted, FaultyPrinter]]:
    http = Scripted()
    peer = FaultyPrinter(Mode(http=http, since=0))
    yield http, peer
    peer.close()


@settings(max_examples=200, deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=200))
def test_random_answer_bytes_never_raise(
    scripted: tuple[Scripted, FaultyPrinter], start: bytes, rest: bytes
) -> None:
    http, peer = scripted
    http.data = start + rest
    client = IppClient(peer.uri, exchange_limit_s=AMPLE_S)
    try:
        assert isinstance(client.printer_attributes(), IppFailure)
    finally:
        client.close()


# ---------------------------------------------------------------- the whole printer, default limits


@pytest.fixture
def trickling() -> Iterator[FaultyPrinter]:
    """A printer that is correct until its third Get-Jobs and then sends byte by byte."""
    peer = FaultyPrinter(replace(TRICKLING["status line trickles"], since=3))
    yield peer
    peer.close()


@pytest.mark.slow(reason="waits until limits of time have passed")
def test_printer_that_sends_byte_by_byte_is_unknown_in_time_with_default_limits(
    trickling: FaultyPrinter, tmp_path: Path
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
        # There is no cupsd, so this job is not released. Its submission also asks the device.
        printer.submit(secrets.token_hex(16), b"%PDF", 1)
        heard.wait(
            PrinterChanged,
            lambda each: (
                each.status.status is DeviceStatus.UNKNOWN
                and any(f.PRINTER_UNREACHABLE.same_as(fault) for fault in each.status.faults)
            ),
            30,
        )
        assert trickling.faulty_since is not None
        assert seen_at[DeviceStatus.UNKNOWN] - trickling.faulty_since < UNKNOWN_LIMIT_S
        assert not printer.status().can_print
    finally:
        printer.close()


def test_chunked_answers_give_the_same_verdict() -> None:
    """Both framings are correct, so the modes differ only in their fault."""
    assert usual is Mode().http
    assert print_one(Mode(http=chunked, since=0)).verdict == print_one(Mode()).verdict
