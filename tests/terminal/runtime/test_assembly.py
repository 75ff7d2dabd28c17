"""The whole terminal serves: what it prints, writes down and tells, also after it was killed."""

from __future__ import annotations

import sqlite3

import pytest

from devices.identity import Assurance
from printing.printer import JobRecord, JobStage
from terminal import faults
from terminal.journal.journal import Journal
from terminal.platform.faults import UNREACHABLE
from terminal.sandbox.items import INSURANCE, ITEMS
from terminal.session import events as ev
from terminal.session import states as st
from terminal.workers.visit_requests import issue_key
from tests.sandbox_fixture import sample_identity
from tests.terminal.house import PIN, House, preview, ready
from tests.terminal.terminal_world import until


def test_a_resident_is_served_and_what_was_printed_is_known_to_the_platform(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    shown = preview(house, terminal, watch)
    pdf, visit = shown.document.pdf, shown.visit
    terminal.runtime.post(ev.PrintPressed())
    assert watch.wait(st.Collecting).pages == shown.document.pages
    house.readers[-1].lift()
    terminal.runtime.post(ev.DonePressed())
    watch.wait(st.Welcome)
    assert [path.read_bytes() for path in house.paper] == [pdf]
    assert house.paper[0].stem == f"{visit.id}-1"
    assert visit.identity.wiped
    until(lambda: house.sandbox.counts().get("confirm_printed"), "the confirmation")
    until(lambda: house.rows("SELECT answer FROM outbox") == [("",)], "its acknowledgement")
    assert house.rows("SELECT key, outcome, pages, evidence FROM outbox") == [
        (f"{visit.id}-1", "printed", shown.document.pages, "device-impressions")
    ]
    assert house.rows("SELECT visit, reason FROM visits") == [(visit.id, "done")]
    assert ("printer", "online") in house.rows("SELECT name, status FROM devices")


def test_a_question_repeated_is_still_one_visit(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    house.sandbox.control(fault="error_500", only=["identify"])
    house.readers[-1].lay("wang")
    watch.wait(st.Consenting)
    terminal.runtime.post(ev.Consented())
    watch.wait(st.Trouble)
    house.sandbox.control()
    terminal.runtime.post(ev.RetryPressed())
    visit = watch.wait(st.Choosing).visit
    terminal.runtime.post(ev.LeavePressed())
    watch.wait(st.Ending)
    terminal.stop()
    assert house.rows("SELECT visit, reason FROM visits") == [(visit.id, "left")]
    codes = [code for (code,) in house.rows("SELECT code FROM faults")]
    assert faults.WORKER_FAILED.code not in codes


def test_a_call_for_help_that_reached_the_platform_shows_its_number(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    terminal.runtime.post(ev.HelpPressed())
    page = watch.wait(st.Assisted, lambda page: page.reached is not None)
    assert (page.reached, page.reference) == (True, "0001")


def test_a_call_for_help_without_the_platform_is_sent_when_it_is_back(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    house.sandbox.control(fault="absent")
    terminal.runtime.post(ev.HelpPressed())
    assert watch.wait(st.Assisted, lambda page: page.reached is not None).reached is False
    house.sandbox.control()
    until(
        lambda: [row for (row,) in house.rows("SELECT answer FROM outbox")] == ["0001"],
        "the call, once the platform is back",
    )


def test_the_platform_away_is_out_of_service_and_back_is_welcome(house: House) -> None:
    house.sandbox.control(fault="absent")
    _, watch = house.terminal()
    assert watch.wait(st.OutOfService).fault.same_as(UNREACHABLE)
    house.sandbox.control()
    items = [item.id for item in ready(watch).station.items]
    assert items == [item.code for item in ITEMS]


def test_a_test_page_is_printed_and_is_nothing_to_the_platform(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    terminal.runtime.post(ev.MaintenancePressed())
    terminal.runtime.post(ev.PinEntered(PIN))
    watch.wait(st.Maintenance)
    terminal.runtime.post(ev.TestPagePressed())
    until(lambda: house.paper, "the page")
    assert house.paper[0].read_bytes().startswith(b"%PDF-")
    terminal.stop()
    assert house.rows("SELECT * FROM outbox") == []


# -- the journal -----------------------------------------------------------------------------


def test_a_journal_that_cannot_be_opened_blocks_the_terminal_until_it_can(house: House) -> None:
    in_the_way = house.folder / "state"
    in_the_way.write_text("a file where the state directory should be")
    terminal, watch = house.terminal()
    assert watch.wait(st.OutOfService).fault.same_as(faults.JOURNAL_FAILED)
    assert house.readers == []
    terminal.runtime.post(ev.HelpPressed())
    assert watch.wait(st.Assisted, lambda page: page.reached is not None).reached is False
    terminal.runtime.post(ev.HelpDismissed())
    in_the_way.unlink()
    assert ready(watch).station.own is None


def test_a_journal_damaged_while_it_runs_is_set_aside_by_the_next_start(house: House) -> None:
    """A start after it must not depend on a quick check, which does not look at every index."""
    terminal, watch = house.terminal()
    ready(watch)
    file = house.folder / "state" / "journal" / "journal.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA writable_schema = ON")
    before = other.execute("SELECT sql FROM sqlite_master WHERE name = 'visits'").fetchone()
    other.execute("UPDATE sqlite_master SET sql = 'no sql' WHERE name = 'visits'")
    (version,) = other.execute("PRAGMA schema_version").fetchone()
    other.execute(f"PRAGMA schema_version = {version + 1}")
    terminal.runtime.post(ev.HelpPressed())  # something to write
    until(lambda: house.crashes, "the end of this process")
    terminal.stop()
    house.crashes.clear()
    other.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'visits'", before)
    other.execute(f"PRAGMA schema_version = {version + 2}")
    other.close()
    _, watch = house.terminal()
    assert ready(watch).station.own is None
    assert house.rows("SELECT code FROM faults") == [(faults.JOURNAL_CORRUPT.code,)]
    assert (house.folder / "state" / "journal.set-aside-1" / "journal.db").exists()


def test_a_journal_that_cannot_be_written_prints_nothing_and_heals(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    preview(house, terminal, watch)
    journal = terminal._journal
    assert journal is not None
    journal._connection.execute("PRAGMA query_only = 1")  # as a disk that turned read-only
    terminal.runtime.post(ev.PrintPressed())
    trouble = watch.wait(st.Trouble)
    assert trouble.fault.same_as(faults.JOURNAL_FAILED)
    assert trouble.document is not None
    assert house.paper == []
    terminal.runtime.post(ev.LeavePressed())
    watch.wait(st.Ending)
    house.readers[-1].lift()
    assert watch.wait(st.OutOfService).fault.same_as(faults.JOURNAL_FAILED)
    journal._connection.execute("PRAGMA query_only = 0")
    watch.wait(st.Welcome)
    preview(house, terminal, watch)
    terminal.runtime.post(ev.PrintPressed())
    watch.wait(st.Collecting)
    assert len(house.paper) == 1


def left_behind(house: House, stage: JobStage, outcome: str) -> str:
    """What a run that was killed leaves: a document that the platform issued, and a job of it."""
    found = house.client.identify(sample_identity(assurance=Assurance.CARD_SECURE))
    key = issue_key("a1", INSURANCE)
    issued = house.client.issue(found.person, INSURANCE, key)  # type: ignore[union-attr]
    journal = Journal.open(house.folder / "state" / "journal", bytes(range(32)))
    assert isinstance(journal, Journal)
    number = issued.document_number  # type: ignore[union-attr]
    journal.issue_asked(key, "a1", INSURANCE)
    journal.issued(key, number)
    journal.print_planned("a1000000-1", key)
    evidence = "device-impressions" if outcome else ""
    journal.record(
        JobRecord("a1000000-1", stage, 1, "folder", INSURANCE, None, 1, outcome, evidence)
    )
    journal.close()
    return str(number)


@pytest.mark.parametrize(
    ("stage", "outcome", "told"),
    [(JobStage.CLOSED, "printed", "printed"), (JobStage.RELEASED, "", "unknown"),
     (JobStage.PLANNED, "", "queued")],
)  # fmt: skip
def test_a_job_of_a_run_that_was_killed_is_told_to_the_platform_and_never_printed(
    house: House, stage: JobStage, outcome: str, told: str
) -> None:
    number = left_behind(house, stage, outcome)
    _, watch = house.terminal()
    ready(watch)
    until(lambda: house.rows("SELECT 1 FROM outbox WHERE answer = ''"), "the acknowledgement")
    assert house.rows("SELECT key, number, outcome FROM outbox WHERE kind = 'outcome'") == [
        ("a1000000-1", number, told)
    ]
    # Nobody knows whose pages may lie there: staff are called, and for nothing else.
    calls = [("left_paper",)] if told == "unknown" else []
    until(lambda: house.rows("SELECT reason FROM outbox WHERE kind = 'help'") == calls, "the call")
    assert house.sandbox.counts()["confirm_printed"] == 1
    assert house.paper == []
