"""The records of the session: written in order and once, and what happens if they cannot be."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from devices.health import DeviceStatus, Fault
from devices.identity import CardKind, Identity
from printing.faults import LEFTOVER_JOB, PAPER_OUT
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from terminal import faults
from terminal.journal.journal import Journal, OutgoingHelp, OutgoingOutcome
from terminal.platform.wire import HelpReason
from terminal.session import effects as ef
from terminal.session.model import EndReason, Presence, Reprint, ReprintReason, Visit
from terminal.staff.pin import PinKeeper, hash_pin
from terminal.workers import journal_writer
from terminal.workers.journal_writer import Records
from terminal.workers.visit_requests import issue_key
from tests.sandbox_fixture import sample_identity
from tests.terminal.session_world import DESK, FREE, document
from tests.terminal.terminal_world import until

VISIT = "a1"
JOB = "a1-1"
KEY = issue_key(VISIT, FREE.id)


@cache
def pin_hash() -> str:
    """Return the hash of the PIN. Making it takes a fifth of a second on purpose."""
    return hash_pin("135790")


@dataclass
class Desk:
    """A real journal, its records, and lists of what they reported."""

    folder: Path
    woken: list[bool] = field(default_factory=list)
    expected: dict[str, object] = field(default_factory=dict)
    blocked: list[Fault | None] = field(default_factory=list)
    watched: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        opened = Journal.open(self.folder, bytes(range(32)))
        assert isinstance(opened, Journal)
        self.journal = opened
        keeper = PinKeeper(pin_hash(), opened)
        self.records = Records(
            opened,
            lambda: keeper,
            wake=lambda: self.woken.append(True),
            expect_help=self.expected.__setitem__,
            blocked=self.blocked.append,
            watch_help=lambda *watched: self.watched.append(watched),
        )

    def writable(self, yes: bool) -> None:
        """Make the database refuse writes (like a disk that became read-only) or accept them."""
        self.journal.store.read(f"PRAGMA query_only = {int(not yes)}")

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """Read the journal as another program does."""
        other = sqlite3.connect(self.folder / "journal.db")
        try:
            return other.execute(statement).fetchall()
        finally:
            other.close()

    def written(self) -> None:
        """Wait until all records given so far are written."""
        done = threading.Event()
        self.records.history(lambda *_history: done.set())
        assert done.wait(10)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "journal")
    yield made
    made.records.close()
    made.journal.close()


def visit(identity: Identity | None = None) -> Visit:
    return Visit(VISIT, identity or sample_identity(), DESK, Presence.PRESENT, began=0.0)


def printing() -> ef.Print:
    return ef.Print(JOB, VISIT, FREE, document(key=KEY))


def issued(desk: Desk, number: str = "N-1") -> None:
    """Record that the document of the visit was requested and issued."""
    assert desk.journal.issue_asked(KEY, VISIT, FREE.id) is None
    assert desk.journal.issued(KEY, number) is None


def test_repeated_visit_is_recorded_once(desk: Desk) -> None:
    for _ in range(3):
        desk.records.visit_began(visit())
    desk.records.visit_ended(VISIT, EndReason.DONE)
    desk.written()
    ((name, token, reason),) = desk.rows("SELECT visit, token, reason FROM visits")
    assert (name, reason) == (VISIT, "done")
    assert token == desk.journal.token(sample_identity())
    assert desk.journal.last_faults() == ()


@pytest.mark.parametrize("known", ["wiped", "no number"])
def test_a_visit_without_a_number_does_not_stop_the_session(desk: Desk, known: str) -> None:
    who = sample_identity(id_number=None, kind=CardKind.SOCIAL_SECURITY)
    if known == "wiped":
        who = sample_identity()
        who.wipe()
    desk.records.visit_began(visit(who))
    desk.written()
    assert desk.rows("SELECT * FROM visits") == []


def test_print_continues_only_after_it_is_recorded(desk: Desk) -> None:
    issued(desk)
    found: list[object] = []
    desk.records.print_planned(
        printing(), lambda fault: found.append((fault, desk.rows("SELECT job, key FROM prints")))
    )
    desk.written()
    assert found == [(None, [(JOB, KEY)])]


def test_unwritable_print_blocks_the_station_until_writing_works(
    desk: Desk,
) -> None:
    issued(desk)
    desk.writable(False)
    reported: list[Fault | None] = []
    desk.records.print_planned(printing(), reported.append)
    desk.written()
    (fault,) = reported
    assert fault is not None
    assert fault.same_as(faults.JOURNAL_FAILED)
    assert desk.blocked == [fault]
    desk.records.probe()
    desk.written()
    assert desk.blocked == [fault]  # reported only once
    desk.writable(True)
    desk.records.probe()
    desk.written()
    assert desk.blocked == [fault, None]
    desk.records.print_planned(printing(), reported.append)
    desk.written()
    assert reported == [fault, None]


def test_unwritten_records_are_written_later(desk: Desk) -> None:
    """Device states, which diagnose relies on, and an outcome, which the platform expects."""
    issued(desk, "SI-77")
    desk.records.print_planned(printing(), lambda _fault: None)
    for name in ("front", "desk"):
        desk.records.device_changed(name, DeviceStatus.ONLINE, "")
    desk.written()
    desk.writable(False)
    desk.records.device_changed("front", DeviceStatus.NO_DEVICE, "CRD-105")
    desk.records.printed(
        ef.ConfirmPrinted(JOB, FREE.id, Outcome.PRINTED, 2, Evidence.DEVICE_IMPRESSIONS)
    )
    desk.written()
    assert desk.journal.unsettled() == ()
    desk.woken.clear()
    desk.writable(True)
    desk.records.probe()
    until(lambda: desk.woken, "the line being woken")
    desk.written()
    assert desk.journal.unsettled() == (OutgoingOutcome(JOB, "SI-77", Outcome.PRINTED, 2),)
    found = desk.rows("SELECT name, status, fault FROM devices WHERE name <> 'terminal'")
    assert sorted(found) == [("desk", "online", ""), ("front", "no_device", "CRD-105")]


def test_exception_in_the_continuation_is_reported_as_a_fault(desk: Desk) -> None:
    reported: list[Fault | None] = []

    def then(fault: Fault | None) -> None:
        reported.append(fault)
        if fault is None:
            raise ValueError("secret")

    desk.records.print_planned(printing(), then)
    desk.written()
    assert reported[0] is None
    assert reported[1] is not None
    assert reported[1].same_as(faults.WORKER_FAILED)
    assert reported[1].detail == "ValueError"


@pytest.mark.parametrize("item", [FREE.id, ""])
def test_outcome_is_recorded_for_the_journals_document(desk: Desk, item: str) -> None:
    issued(desk, "SI-77")
    desk.records.print_planned(printing(), lambda _fault: None)
    desk.records.printed(ef.ConfirmPrinted(JOB, item, Outcome.UNKNOWN, 1, Evidence.DEVICE_PARTLY))
    desk.written()
    assert desk.journal.unsettled() == (OutgoingOutcome(JOB, "SI-77", Outcome.UNKNOWN, 1),)
    assert desk.woken


def test_test_page_is_not_reported_to_the_platform(desk: Desk) -> None:
    desk.records.printed(
        ef.ConfirmPrinted("ee-1", "", Outcome.PRINTED, 1, Evidence.DEVICE_IMPRESSIONS)
    )
    desk.written()
    assert desk.journal.unsettled() == ()


def test_outcomes_from_before_a_power_cut_are_queued_once(desk: Desk) -> None:
    issued(desk, "SI-77")
    desk.journal.print_planned(JOB, KEY)
    ended = JobRecord(
        JOB, JobStage.CLOSED, 2, "q", FREE.id, 7, 2, Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS
    )
    desk.journal.record(ended)
    desk.journal.record(
        JobRecord("ee-1", JobStage.CLOSED, 1, "q", "test-page", 8, 1, Outcome.PRINTED)
    )
    desk.journal.print_planned("a1-2", KEY, Reprint(JOB, ReprintReason.STAFF, "00000000000000a1"))
    desk.journal.record(
        JobRecord("a1-2", JobStage.RELEASED, 2, "q", FREE.id, 9, 1, Outcome.PRINTING)
    )
    for _ in range(2):
        desk.records.recover()
    desk.written()
    assert desk.journal.unsettled() == (OutgoingOutcome(JOB, "SI-77", Outcome.PRINTED, 2),)
    desk.journal.acknowledged(JOB)
    desk.records.recover()
    desk.written()
    assert desk.journal.unsettled() == ()
    assert desk.woken


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", HelpReason.RESIDENT_ASKS),
        (PAPER_OUT.code, HelpReason.FAULT),
        (LEFTOVER_JOB.code, HelpReason.LEFT_PAPER),
    ],
)
def test_call_is_recorded_before_the_connection_is_woken(
    desk: Desk, code: str, reason: HelpReason
) -> None:
    desk.records.help_called(ef.CallHelp("Choosing", code), lambda *_: None)
    desk.written()
    (message,) = desk.journal.unsettled()
    assert message == OutgoingHelp(message.key, reason, "Choosing", code or None)
    assert list(desk.expected) == [message.key]
    assert desk.woken


def test_answer_is_watched_for_calls_of_the_help_button_that_are_recorded(desk: Desk) -> None:
    desk.records.help_called(ef.CallHelp("Choosing", call=3), lambda *_: None)
    desk.records.help_called(ef.CallHelp("Ending"), lambda *_: None)  # made by the terminal itself
    desk.written()
    first, _ = desk.journal.unsettled()
    desk.writable(False)
    desk.records.help_called(ef.CallHelp("Choosing", call=4), lambda *_, **__: None)
    desk.written()
    assert desk.watched == [(first.key, 3)]


def test_a_call_that_cannot_be_written_is_reported_as_not_made(desk: Desk) -> None:
    desk.writable(False)
    reported: list[tuple[bool, str, bool]] = []
    desk.records.help_called(
        ef.CallHelp("Choosing"),
        lambda reached, reference, made=True: reported.append((reached, reference, made)),
    )
    desk.written()
    assert reported == [(False, "", False)]


def test_exception_in_a_write_is_recorded_as_a_fault(desk: Desk) -> None:
    desk.records.device_changed("a name with spaces", DeviceStatus.ONLINE, "")
    reported: list[tuple[bool, str, bool]] = []
    desk.records.help_called(
        ef.CallHelp("no page"),
        lambda reached, reference, made=True: reported.append((reached, reference, made)),
    )
    desk.records.visit_began(visit())
    desk.written()
    assert reported == [(False, "", False)]
    seen = [(fault.code, fault.detail) for fault in desk.journal.last_faults()]
    assert seen == [(faults.WORKER_FAILED.code, "ValueError")] * 2
    assert desk.rows("SELECT visit FROM visits") == [(VISIT,)]


def test_device_state_is_written_when_it_changes(desk: Desk) -> None:
    for status in (DeviceStatus.ONLINE, DeviceStatus.ONLINE, DeviceStatus.NO_DEVICE):
        desk.records.device_changed("front", status, "")
    desk.written()
    assert desk.rows("SELECT name, status FROM devices") == [("front", "no_device")]


def test_pin_check_reports_wrong_and_right(desk: Desk) -> None:
    reported: list[tuple[bool, int]] = []
    for pin in ("135791", "135790"):
        desk.records.check_pin(pin, lambda *how: reported.append(how))
    until(lambda: len(reported) == 2, "both answers")
    assert reported == [(False, 0), (True, 0)]


def test_uncheckable_pin_is_refused(desk: Desk) -> None:
    def no_keeper() -> PinKeeper:
        raise OSError("secret")

    reported: list[tuple[bool, int]] = []
    broken = Records(
        desk.journal, no_keeper, wake=lambda: None, expect_help=lambda *_: None,
        blocked=desk.blocked.append,
    )  # fmt: skip
    broken.check_pin("135790", lambda *how: reported.append(how))
    until(lambda: reported, "the answer")
    broken.close()
    assert reported == [(False, 0)]


def test_pending_records_are_written_on_close(desk: Desk) -> None:
    for number in range(50):
        desk.records.fault(PAPER_OUT.with_detail(str(number)), "Printing")
    desk.records.close()
    assert [fault.detail for fault in desk.journal.last_faults(50)] == [
        str(number) for number in reversed(range(50))
    ]
    desk.records.fault(PAPER_OUT, "Printing")  # ignored after close, without an error
    assert len(desk.journal.last_faults(60)) == 50


def test_hanging_disk_does_not_block_close(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_writer, "CLOSE_S", 0.05)
    hangs, goes_on = threading.Event(), threading.Event()

    def then(_fault: Fault | None) -> None:
        hangs.set()
        goes_on.wait(20)

    desk.records.print_planned(printing(), then)
    assert hangs.wait(10)
    desk.records.close()
    assert not goes_on.is_set()
    goes_on.set()
