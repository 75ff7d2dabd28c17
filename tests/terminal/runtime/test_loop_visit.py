"""Effects of a visit in the runtime: operator cards, printed reports, several printers."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from devices.health import Fault
from devices.operator import Role
from devices.readers.protocol import CardRemoved
from devices.readers.protocol import OperatorCardRead as ReaderOperatorCardRead
from printing.documents import TestPage, render
from printing.faults import FONT_MISSING, JOB_ABORTED, PAPER_OUT
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.printer import JobRecord, JobStage, PrinterStatus
from terminal.journal.journal import Journal
from terminal.runtime.loop import Runtime
from terminal.runtime.parts import Parts
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.staff.pin import PinKeeper
from terminal.workers.journal_writer import Records
from tests.terminal.session_world import (
    BOTH,
    DESK,
    MAINTAINER,
    NO_PAPER,
    SAMV,
    STAFF,
    document,
    identity,
    link,
    person,
    station,
)
from tests.terminal.terminal_world import READY, Notes, Paper, Watch, parts, reader, until

KEY = "ab12"
NUMBER = "N-1"


class Platform:
    """Issues the same document each time, and offers it as a copy."""

    def answer(self, ask: ef.Effect) -> object:
        match ask:
            case ef.AskIdentify(request):
                return ev.PersonKnown(request, person())
            case ef.AskIssue(request, edition=edition):
                paper = document(number=NUMBER, key=KEY, edition=edition)
                return ev.DocumentReady(request, paper)
            case ef.AskCopy(request):
                return ev.CopyReady(request, link(9e9))
        raise AssertionError(ask)


class Two(Paper):
    """Two printers that act as one."""

    def statuses(self) -> tuple[tuple[str, PrinterStatus], ...]:
        return (("pages", READY), ("cards", NO_PAPER))


class Noted(Runtime):
    """Keeps what is posted."""

    def __init__(self, where: m.Station) -> None:
        self.posted: list[object] = []
        super().__init__(where)

    def post(self, event: object) -> None:
        self.posted.append(event)
        super().post(event)


class Stage:
    """A runtime on a real journal, with a printer that prints only if the test says so."""

    def __init__(self, folder: Path, printer: Paper) -> None:
        journal = Journal.open(folder / "journal", bytes(range(32)))
        assert isinstance(journal, Journal)
        self.journal, self.printer = journal, printer
        self.records = Records(
            journal, lambda: PinKeeper("", journal), wake=lambda: None,
            expect_help=lambda _key, done: done(True, "H-1"), blocked=lambda _fault: None,
        )  # fmt: skip
        self.runtime = Noted(station(items=(BOTH,), printers=()))
        self.watch = Watch(self.runtime)
        self.report: Callable[[m.Station], bytes | Fault] = lambda _station: FONT_MISSING
        self.runtime.start()
        assert self.runtime.equip(
            Parts(
                (reader(),), printer, Platform(), self.records, lambda _: FONT_MISSING,
                lambda where: self.report(where),
            )
        )  # fmt: skip

    def stop(self) -> None:
        self.runtime.stop()
        self.records.close()
        self.journal.close()

    def post(self, *events: object) -> None:
        for event in events:
            self.runtime.post(event)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        found = self.journal.store.read(statement)
        assert not isinstance(found, Fault)
        return found

    def dump(self) -> str:
        """Return the whole database as SQL text."""
        other = sqlite3.connect(self.journal.store.directory / "journal.db")
        try:
            return "\n".join(other.iterdump())
        finally:
            other.close()

    def ended(self) -> list[PrintEnded]:
        """Return the reported ends of print jobs."""
        return [event for event in self.runtime.posted if isinstance(event, PrintEnded)]

    def submitted(self) -> list[tuple[object, ...]]:
        return [call for call in self.printer.calls if call[0] == "submit"]

    def printing(self, visit: str = "aa") -> st.Printing:
        """Bring a resident's visit to the first job; the journal knows the document."""
        self.post(ev.CardRead(visit, DESK, identity(), True), ev.Consented())
        self.watch.wait(st.Choosing)
        self.journal.issue_asked(KEY, visit, "both")
        self.journal.issued(KEY, NUMBER)
        self.post(ev.ServiceChosen("both"))
        self.watch.wait(st.Previewing)
        self.post(ev.PrintPressed())
        return self.watch.wait(st.Printing)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path, Paper())
    yield made
    made.stop()


def test_staff_card_allows_a_reprint_and_its_approval_is_recorded(stage: Stage) -> None:
    shown = stage.printing().document
    until(lambda: len(stage.submitted()) == 1, "the first job")
    stage.post(PrintEnded("aa-1", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_ABORTED))
    stage.watch.wait(st.ServiceFailure, lambda page: page.retry is m.Retry.STAFF)
    bytes_shown = shown.pdf
    stage.runtime._from_reader(ReaderOperatorCardRead(SAMV, STAFF, True))
    stage.watch.wait(st.Printing)
    until(lambda: len(stage.submitted()) == 2, "the second job")
    first, second = stage.submitted()
    assert first[1:] == ("aa-1", bytes_shown, 2, "both")
    assert second[1:] == ("aa-2", bytes_shown, 2, "both")
    assert stage.rows("SELECT job, of_job, reason, card FROM reprints") == [
        ("aa-2", "aa-1", "staff", STAFF.serial)
    ]
    assert stage.rows("SELECT job, key FROM prints") == [("aa-1", KEY), ("aa-2", KEY)]
    until(lambda: stage.rows("SELECT key, outcome, pages FROM outbox WHERE kind = 'outcome'"),
          "the outcome")  # fmt: skip
    assert stage.rows("SELECT key, outcome, pages FROM outbox WHERE kind = 'outcome'") == [
        ("aa-1", "unknown", 1)
    ]


def test_maintainers_card_cancels_the_job_and_its_end_is_recorded(
    stage: Stage,
) -> None:
    held = stage.printing()
    until(lambda: stage.submitted(), "the job")
    stage.runtime._from_reader(ReaderOperatorCardRead(SAMV, MAINTAINER, True))
    page = stage.watch.wait(st.Maintenance)
    assert (page.role, len(page.key)) == (Role.MAINTAINER, 32)
    until(lambda: ("clear",) in stage.printer.calls, "the clearing")
    assert ("cancel", "aa-1") in stage.printer.calls
    assert held.document.wiped
    assert held.visit.identity.wiped
    stage.post(PrintEnded("aa-1", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_ABORTED))
    until(lambda: stage.rows("SELECT * FROM outbox"), "the outcome")
    assert stage.rows("SELECT key, number, outcome, pages FROM outbox") == [
        ("aa-1", NUMBER, "unknown", 1)
    ]
    until(lambda: stage.rows("SELECT * FROM openings"), "the opening")
    assert stage.rows("SELECT role, card FROM openings") == [("maintainer", MAINTAINER.serial)]
    assert stage.rows("SELECT visit, reason FROM visits") == [("aa", "maintenance")]
    stage.watch.wait(st.Maintenance, lambda page: not page.clearing)
    stage.post(CardRemoved(SAMV), ev.MaintenanceClosed())
    stage.watch.wait(st.Welcome)


def test_maintenance_page_gets_the_totals(stage: Stage) -> None:
    stage.journal.record(
        JobRecord("cc-1", JobStage.CLOSED, 3, "pages", "both", 1, 3, Outcome.PRINTED,
                  Evidence.DEVICE_IMPRESSIONS, 2)
    )  # fmt: skip
    stage.post(ev.OperatorCardRead("0a", SAMV, MAINTAINER))
    page = stage.watch.wait(st.Maintenance, lambda page: page.totals.today)
    assert page.totals.today == page.totals.month == (m.Total("both", 1, 2, 0, 0),)


def test_copy_for_a_phone_is_recorded_without_its_link(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.post(ev.CardRead("aa", DESK, identity(), True), ev.Consented())
    stage.watch.wait(st.Choosing)
    stage.post(ev.ServiceChosen("both"))
    stage.watch.wait(st.Previewing)
    stage.post(ev.CopyPressed())
    shown = stage.watch.wait(st.Copying, lambda page: page.link is not None)
    until(lambda: stage.rows("SELECT * FROM copies"), "the record")
    assert stage.rows("SELECT item, visit FROM copies") == [("both", "aa")]
    assert shown.link is not None
    secret = shown.link.url.rsplit("/", 1)[-1]
    assert secret not in caplog.text + repr(shown)
    assert secret not in stage.dump()


def test_report_is_submitted_with_its_page_count(stage: Stage) -> None:
    page = render(
        TestPage(station="样例站", printed_at=datetime.now(UTC), lines=[("打印机", "正常")]),
        sample=False,
    )
    assert isinstance(page, bytes)
    stage.report = lambda _station: page
    stage.post(ev.OperatorCardRead("0a", SAMV, MAINTAINER), ev.ReportPressed())
    until(lambda: stage.submitted(), "the report")
    assert stage.submitted() == [("submit", "0a-1", page, 1, "report")]


@pytest.mark.parametrize("bad", [FONT_MISSING, b"no PDF at all"], ids=["fault", "no_pdf"])
def test_report_that_cannot_be_typeset_is_reported(stage: Stage, bad: bytes | Fault) -> None:
    stage.report = lambda _station: bad
    stage.post(ev.OperatorCardRead("0a", SAMV, MAINTAINER), ev.ReportPressed())
    page = stage.watch.wait(st.Maintenance, lambda page: isinstance(page.test, PrintEnded))
    assert isinstance(page.test, PrintEnded)
    assert page.test.outcome is Outcome.QUEUED
    assert stage.submitted() == []


def test_late_answer_does_not_mark_a_later_call_as_reached() -> None:
    waiting: list[Callable[[bool, str], None]] = []

    class Slow(Notes):
        def help_called(self, _call: object, done: Callable[[bool, str], None]) -> None:
            waiting.append(done)

    runtime = Runtime(station(limits=m.Limits(help_call_s=0.0)))
    watch = Watch(runtime)
    runtime.start()
    try:
        runtime.equip(parts((reader(),), Paper(), Platform(), Slow()))
        for fact in (ev.HelpPressed(), ev.HelpDismissed(), ev.HelpPressed()):
            runtime.post(fact)
        until(lambda: len(waiting) == 2, "both calls")
        waiting[0](True, "H-1")
        waiting[1](False, "")
        page = watch.wait(st.Assisted, lambda page: page.reached is not None)
        assert (page.reached, page.reference) == (False, "")
    finally:
        runtime.stop()


def test_each_printer_has_its_name_from_the_start(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Two())
    try:
        page = stage.watch.wait(st.Welcome, lambda page: len(page.station.printers) == 2)
        assert page.station.printers == (("pages", READY), ("cards", NO_PAPER))
        until(lambda: len(stage.rows("SELECT name FROM devices")) == 3, "the devices")
        names: dict[object, object] = dict(stage.rows("SELECT name, fault FROM devices"))
        assert (names["pages"], names["cards"]) == ("", "PRN-104")
    finally:
        stage.stop()


def test_report_typeset_after_maintenance_closed_is_not_printed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, go_on = threading.Event(), threading.Event()

    def slow(_station: m.Station) -> bytes | Fault:
        started.set()
        assert go_on.wait(20)
        page = TestPage(station="样例站", printed_at=datetime.now(UTC), lines=[])
        return render(page, sample=False)

    stage.report = slow
    stage.post(ev.OperatorCardRead("0a", SAMV, MAINTAINER), ev.ReportPressed())
    assert started.wait(20)
    stage.post(ev.MaintenanceClosed())
    stage.watch.wait(st.Welcome)
    until(lambda: ("clear",) in stage.printer.calls, "the clearing")
    go_on.set()
    until(lambda: stage.ended(), "the end of the job")
    (end,) = stage.ended()
    assert (end.job, end.outcome) == ("0a-1", Outcome.QUEUED)
    assert stage.submitted() == []


def test_card_left_on_the_reader_does_not_open_maintenance(stage: Stage) -> None:
    stage.runtime._from_reader(ReaderOperatorCardRead(SAMV, MAINTAINER, True, again=True))
    stage.post(ev.ModeChosen(m.Mode.ELDER))
    stage.watch.wait(st.Welcome, lambda page: page.look.mode is m.Mode.ELDER)
    stage.runtime._from_reader(ReaderOperatorCardRead(SAMV, MAINTAINER, True))
    stage.watch.wait(st.Maintenance)


@pytest.mark.parametrize(
    ("done", "evidence", "allowed"),
    [(0, Evidence.DEVICE_NONE, True), (1, Evidence.DEVICE_PARTLY, False)],
    ids=["nothing_came_out", "partly"],
)
def test_copy_instead_of_waiting_cancels_the_job_and_reports_its_end_once(
    stage: Stage, done: int, evidence: Evidence, allowed: bool
) -> None:
    held = stage.printing()
    until(lambda: stage.submitted(), "the job")
    stage.post(PrintProgress("aa-1", Outcome.PRINTING, done, 2, PAPER_OUT), ev.CopyPressed())
    stage.watch.wait(st.Printing, lambda page: page.copying)
    until(lambda: ("cancel", "aa-1") in stage.printer.calls, "the stop")
    assert stage.rows("SELECT * FROM copies") == []
    stage.post(ev.CopyPressed())
    stage.post(PrintEnded("aa-1", Outcome.UNKNOWN, done, 2, evidence, PAPER_OUT))
    shown = stage.watch.wait(st.Copying, lambda page: page.link is not None)
    assert shown.document is held.document
    until(lambda: stage.rows("SELECT * FROM copies"), "the copy's record")
    assert stage.rows("SELECT item, visit FROM copies") == [("both", "aa")]
    assert stage.rows("SELECT key, outcome, pages FROM outbox WHERE kind = 'outcome'") == [
        ("aa-1", "unknown", done)
    ]
    # Printing after the copy: without staff only if certainly nothing came out.
    stage.post(ev.BackPressed(), ev.PrintPressed())
    if allowed:
        stage.watch.wait(st.Printing, lambda page: page.progress.job == "aa-2")
        until(lambda: len(stage.submitted()) == 2, "the second job")
        reasons = [("aa-2", "aa-1", "nothing_came_out")]
    else:
        stage.watch.wait(st.ServiceFailure, lambda page: page.retry is m.Retry.STAFF)
        reasons = []
    assert stage.rows("SELECT job, of_job, reason FROM reprints") == reasons
    assert stage.printer.calls.count(("cancel", "aa-1")) == 1
    if not allowed:
        # Pages that may still come out are cleared at the end of the visit.
        stage.post(ev.LeavePressed())
        until(lambda: ("clear",) in stage.printer.calls, "the clearing")
