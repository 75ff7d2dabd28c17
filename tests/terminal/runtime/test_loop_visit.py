"""How the session's newer effects are carried out: cards of its own, papers, printers by name."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.health import Fault
from devices.operator import Role
from devices.readers.protocol import CardLifted
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
from tests.terminal.terminal_world import READY, Notes, Paper, Watch, reader, until

KEY = "ab12"
NUMBER = "N-1"


class Platform:
    """It issues the same document each time, and offers it as a copy."""

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
    """Two printers as one."""

    def statuses(self) -> tuple[tuple[str, PrinterStatus], ...]:
        return (("pages", READY), ("cards", NO_PAPER))


class Stage:
    """A runtime over a real journal, with a printer that only the test makes print."""

    def __init__(self, folder: Path, printer: Paper) -> None:
        journal = Journal.open(folder / "journal", bytes(range(32)))
        assert isinstance(journal, Journal)
        self.journal, self.printer = journal, printer
        self.records = Records(
            journal, lambda: PinKeeper("", journal), wake=lambda: None,
            expect_help=lambda _key, done: done(True, "H-1"), blocked=lambda _fault: None,
        )  # fmt: skip
        self.runtime = Runtime(station(items=(BOTH,), printers=()))
        self.watch = Watch(self.runtime)
        self.report: Callable[[m.Station], bytes | Fault] = lambda _station: FONT_MISSING
        self.runtime.start()
        parts = Parts(
            (reader(),), printer, Platform(), self.records, lambda _: FONT_MISSING,
            lambda where: self.report(where),
        )  # fmt: skip
        assert self.runtime.equip(parts)

    def stop(self) -> None:
        self.runtime.stop()
        self.records.close()
        self.journal.close()

    def tell(self, *facts: object) -> None:
        for fact in facts:
            self.runtime.post(fact)

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        return self.journal._connection.execute(statement).fetchall()

    def submitted(self) -> list[tuple[object, ...]]:
        return [told for told in self.printer.told if told[0] == "submit"]

    def printing(self, visit: str = "aa") -> st.Printing:
        """A resident as far as the first job; the journal knows the document."""
        self.tell(ev.CardRead(visit, DESK, identity(), True), ev.Consented())
        self.watch.wait(st.Choosing)
        self.journal.issue_asked(KEY, visit, "both")
        self.journal.issued(KEY, NUMBER)
        self.tell(ev.ServiceChosen("both"))
        self.watch.wait(st.Previewing)
        self.tell(ev.PrintPressed())
        return self.watch.wait(st.Printing)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path, Paper())
    yield made
    made.stop()


def test_a_staff_card_prints_once_more_and_the_journal_has_by_what_right(stage: Stage) -> None:
    shown = stage.printing().document
    until(lambda: len(stage.submitted()) == 1, "the first job")
    stage.tell(PrintEnded("aa-1", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_ABORTED))
    stage.watch.wait(st.Trouble, lambda page: page.retry is m.Retry.STAFF)
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


def test_a_maintainers_card_in_mid_job_cancels_it_and_the_journal_still_has_its_end(
    stage: Stage,
) -> None:
    held = stage.printing()
    until(lambda: stage.submitted(), "the job")
    stage.runtime._from_reader(ReaderOperatorCardRead(SAMV, MAINTAINER, True))
    page = stage.watch.wait(st.Maintenance)
    assert (page.role, len(page.key)) == (Role.MAINTAINER, 32)
    until(lambda: ("clear",) in stage.printer.told, "the clearing")
    assert ("cancel", "aa-1") in stage.printer.told
    assert held.document.wiped
    assert held.visit.identity.wiped
    stage.tell(PrintEnded("aa-1", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_ABORTED))
    until(lambda: stage.rows("SELECT * FROM outbox"), "the outcome")
    assert stage.rows("SELECT key, number, outcome, pages FROM outbox") == [
        ("aa-1", NUMBER, "unknown", 1)
    ]
    until(lambda: stage.rows("SELECT * FROM openings"), "the opening")
    assert stage.rows("SELECT role, card FROM openings") == [("maintainer", MAINTAINER.serial)]
    assert stage.rows("SELECT visit, reason FROM visits") == [("aa", "maintenance")]
    stage.watch.wait(st.Maintenance, lambda page: not page.clearing)
    stage.tell(CardLifted(SAMV), ev.MaintenanceClosed())
    stage.watch.wait(st.Welcome)


def test_the_maintenance_page_is_given_the_totals(stage: Stage) -> None:
    stage.journal.record(
        JobRecord("cc-1", JobStage.CLOSED, 3, "pages", "both", 1, 3, "printed",
                  "device-impressions", 2)
    )  # fmt: skip
    stage.tell(ev.OperatorCardRead("0a", SAMV, MAINTAINER))
    page = stage.watch.wait(st.Maintenance, lambda page: page.totals.today)
    assert page.totals.today == page.totals.month == (m.Total("both", 1, 2, 0, 0),)


def test_a_copy_for_a_phone_is_recorded_and_its_link_nowhere(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.tell(ev.CardRead("aa", DESK, identity(), True), ev.Consented())
    stage.watch.wait(st.Choosing)
    stage.tell(ev.ServiceChosen("both"))
    stage.watch.wait(st.Previewing)
    stage.tell(ev.CopyPressed())
    shown = stage.watch.wait(st.Copying, lambda page: page.link is not None)
    until(lambda: stage.rows("SELECT * FROM copies"), "the record")
    assert stage.rows("SELECT item, visit FROM copies") == [("both", "aa")]
    assert shown.link is not None
    secret = shown.link.url.rsplit("/", 1)[-1]
    assert secret not in caplog.text + repr(shown)
    assert secret not in "\n".join(stage.journal._connection.iterdump())


def test_the_report_is_printed_with_as_many_pages_as_it_has(stage: Stage) -> None:
    page = render(
        TestPage(station="样例站", printed_at=datetime.now(UTC), lines=[("打印机", "正常")]),
        sample=False,
    )
    assert isinstance(page, bytes)
    stage.report = lambda _station: page
    stage.tell(ev.OperatorCardRead("0a", SAMV, MAINTAINER), ev.ReportPressed())
    until(lambda: stage.submitted(), "the report")
    assert stage.submitted() == [("submit", "0a-1", page, 1, "report")]


@pytest.mark.parametrize("bad", [FONT_MISSING, b"no PDF at all"], ids=["fault", "no_pdf"])
def test_a_report_that_cannot_be_set_is_told(stage: Stage, bad: bytes | Fault) -> None:
    stage.report = lambda _station: bad
    stage.tell(ev.OperatorCardRead("0a", SAMV, MAINTAINER), ev.ReportPressed())
    page = stage.watch.wait(st.Maintenance, lambda page: isinstance(page.test, PrintEnded))
    assert isinstance(page.test, PrintEnded)
    assert page.test.outcome is Outcome.QUEUED
    assert stage.submitted() == []


def test_a_late_answer_marks_no_later_call_as_reached() -> None:
    waiting: list[Callable[[bool, str], None]] = []

    class Slow(Notes):
        def help_called(self, _call: object, done: Callable[[bool, str], None]) -> None:
            waiting.append(done)

    runtime = Runtime(station(limits=m.Limits(help_call_s=0.0)))
    watch = Watch(runtime)
    runtime.start()
    try:
        parts = Parts((reader(),), Paper(), Platform(), Slow(), lambda _: b"", lambda _: b"")  # type: ignore[arg-type]
        runtime.equip(parts)
        for fact in (ev.HelpPressed(), ev.HelpDismissed(), ev.HelpPressed()):
            runtime.post(fact)
        until(lambda: len(waiting) == 2, "both calls")
        waiting[0](True, "H-1")
        waiting[1](False, "")
        page = watch.wait(st.Assisted, lambda page: page.reached is not None)
        assert (page.reached, page.reference) == (False, "")
    finally:
        runtime.stop()


def test_each_printer_stands_under_its_name_from_the_first_on(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Two())
    try:
        page = stage.watch.wait(st.Welcome, lambda page: len(page.station.printers) == 2)
        assert page.station.printers == (("pages", READY), ("cards", NO_PAPER))
        until(lambda: len(stage.rows("SELECT name FROM devices")) == 3, "the devices")
        names = dict(stage.rows("SELECT name, fault FROM devices"))
        assert (names["pages"], names["cards"]) == ("", "PRN-104")
    finally:
        stage.stop()


def test_a_paper_that_is_still_being_set_when_maintenance_closes_is_never_printed(
    stage: Stage,
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_station: m.Station) -> bytes | Fault:
        begun.set()
        assert go_on.wait(20)
        page = TestPage(station="样例站", printed_at=datetime.now(UTC), lines=[])
        return render(page, sample=False)

    stage.report = slow
    stage.tell(ev.OperatorCardRead("0a", SAMV, MAINTAINER), ev.ReportPressed())
    assert begun.wait(20)
    stage.tell(ev.MaintenanceClosed())
    stage.watch.wait(st.Welcome)
    until(lambda: ("clear",) in stage.printer.told, "the clearing")
    ends: list[object] = []
    post = stage.runtime._carrying._handover._post
    stage.runtime._carrying._handover._post = lambda end: (ends.append(end), post(end))  # type: ignore[assignment]
    go_on.set()
    until(lambda: ends, "the end of the job")
    assert isinstance(ends[0], PrintEnded)
    assert (ends[0].job, ends[0].outcome) == ("0a-1", Outcome.QUEUED)
    assert stage.submitted() == []


def test_a_card_that_was_left_lying_opens_nothing(stage: Stage) -> None:
    stage.runtime._from_reader(ReaderOperatorCardRead(SAMV, MAINTAINER, True, again=True))
    stage.tell(ev.ModeChosen(m.Mode.ELDER))
    stage.watch.wait(st.Welcome, lambda page: page.look.mode is m.Mode.ELDER)
    stage.runtime._from_reader(ReaderOperatorCardRead(SAMV, MAINTAINER, True))
    stage.watch.wait(st.Maintenance)


@pytest.mark.parametrize(
    ("done", "evidence", "allowed"),
    [(0, Evidence.DEVICE_NONE, True), (1, Evidence.DEVICE_PARTLY, False)],
    ids=["nothing_came_out", "partly"],
)
def test_a_phone_instead_of_waiting_stops_the_job_first_and_its_end_is_told_once(
    stage: Stage, done: int, evidence: Evidence, allowed: bool
) -> None:
    held = stage.printing()
    until(lambda: stage.submitted(), "the job")
    stage.tell(PrintProgress("aa-1", Outcome.PRINTING, done, 2, PAPER_OUT), ev.CopyPressed())
    stage.watch.wait(st.Printing, lambda page: page.copying)
    until(lambda: ("cancel", "aa-1") in stage.printer.told, "the stop")
    assert stage.rows("SELECT * FROM copies") == []
    stage.tell(ev.CopyPressed())
    stage.tell(PrintEnded("aa-1", Outcome.UNKNOWN, done, 2, evidence, PAPER_OUT))
    shown = stage.watch.wait(st.Copying, lambda page: page.link is not None)
    assert shown.document is held.document
    until(lambda: stage.rows("SELECT * FROM copies"), "the copy's record")
    assert stage.rows("SELECT item, visit FROM copies") == [("both", "aa")]
    assert stage.rows("SELECT key, outcome, pages FROM outbox WHERE kind = 'outcome'") == [
        ("aa-1", "unknown", done)
    ]
    # Paper after all: without staff only where surely nothing came out.
    stage.tell(ev.BackPressed(), ev.PrintPressed())
    if allowed:
        stage.watch.wait(st.Printing, lambda page: page.progress.job == "aa-2")
        until(lambda: len(stage.submitted()) == 2, "the second job")
        reasons = [("aa-2", "aa-1", "nothing_came_out")]
    else:
        stage.watch.wait(st.Trouble, lambda page: page.retry is m.Retry.STAFF)
        reasons = []
    assert stage.rows("SELECT job, of_job, reason FROM reprints") == reasons
    assert stage.printer.told.count(("cancel", "aa-1")) == 1
    if not allowed:
        # What may still come out is cleared away at the end.
        stage.tell(ev.LeavePressed())
        until(lambda: ("clear",) in stage.printer.told, "the clearing")
