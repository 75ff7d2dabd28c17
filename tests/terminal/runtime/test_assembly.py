"""The whole terminal serves: what it prints, records and reports, also after a kill."""

from __future__ import annotations

import sqlite3

import pytest

from devices.health import Fault
from devices.identity import Assurance
from devices.signals.protocol import Headset, Someone
from devices.signals.simulated import SimulatedSignals
from printing.outcome import Evidence, Outcome
from printing.printer import JobRecord, JobStage
from terminal import faults
from terminal.journal.journal import Journal
from terminal.platform.faults import UNREACHABLE
from terminal.platform.kinds import HelpProgress
from terminal.sandbox.items import INSURANCE, ITEMS
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.workers.visit_requests import issue_key
from tests.sandbox_fixture import sample_identity
from tests.terminal.terminal_bench import PIN, TerminalBench, preview, ready
from tests.terminal.terminal_world import until


def test_the_sensors_of_the_station_are_watched_until_the_end(bench: TerminalBench) -> None:
    signals = SimulatedSignals(Headset.PLUGGED_IN)
    terminal, watch = bench.terminal(signals=signals)
    watch.wait(st.State, lambda state: state.station.headset is Headset.PLUGGED_IN)
    signals.set_headset(Headset.UNPLUGGED)
    watch.wait(st.State, lambda state: state.station.headset is Headset.UNPLUGGED)
    assert terminal.runtime.state.station.someone is Someone.AWAY
    terminal.stop()
    signals.set_headset(Headset.PLUGGED_IN)
    assert terminal.runtime.state.station.headset is Headset.UNPLUGGED


def test_resident_is_served_and_the_outcome_is_reported(
    bench: TerminalBench,
) -> None:
    terminal, watch = bench.terminal()
    ready(watch)
    shown = preview(bench, terminal, watch)
    pdf, visit = shown.document.pdf, shown.visit
    terminal.runtime.post(ev.PrintPressed())
    assert watch.wait(st.Collecting).pages == shown.document.pages
    bench.readers[-1].remove()
    terminal.runtime.post(ev.DonePressed())
    watch.wait(st.Welcome)
    assert [path.read_bytes() for path in bench.paper] == [pdf]
    assert bench.paper[0].stem == f"{visit.id}-1"
    assert visit.identity.wiped
    until(lambda: bench.sandbox.counts().get("confirm_printed"), "the confirmation")
    until(lambda: bench.rows("SELECT answer FROM outbox") == [("",)], "its acknowledgement")
    assert bench.rows("SELECT key, outcome, pages, evidence FROM outbox") == [
        (f"{visit.id}-1", "printed", shown.document.pages, "device-impressions")
    ]
    assert bench.rows("SELECT visit, reason FROM visits") == [(visit.id, "done")]
    assert ("printer", "online") in bench.rows("SELECT name, status FROM devices")


def test_repeated_identification_is_one_visit(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal()
    ready(watch)
    bench.sandbox.control(fault="error_500", only=["identify"])
    bench.readers[-1].present("wang")
    watch.wait(st.Consenting)
    terminal.runtime.post(ev.Consented())
    watch.wait(st.ServiceFailure)
    bench.sandbox.control()
    terminal.runtime.post(ev.RetryPressed())
    visit = watch.wait(st.Choosing).visit
    terminal.runtime.post(ev.LeavePressed())
    watch.wait(st.Ending)
    terminal.stop()
    assert bench.rows("SELECT visit, reason FROM visits") == [(visit.id, "left")]
    codes = [code for (code,) in bench.rows("SELECT code FROM faults")]
    assert faults.WORKER_FAILED.code not in codes


def test_call_for_staff_that_reached_the_platform_shows_its_number(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal()
    ready(watch)
    terminal.runtime.post(ev.HelpPressed())
    page = watch.wait(st.Assisted, lambda page: page.reference)
    assert (page.reached, page.reference) == (True, "0001")
    page = watch.wait(st.Assisted, lambda page: page.answer is not None)
    assert page.answer is not None
    assert (page.answer.progress, page.answer.minutes) == (HelpProgress.COMING, 5)
    bench.sandbox.control(help="arrived")
    arrived = watch.wait(
        st.Assisted, lambda page: page.answer and page.answer.progress is HelpProgress.ARRIVED
    )
    assert arrived.station.help is None


def test_call_for_staff_is_sent_when_the_platform_is_back(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal()
    ready(watch)
    bench.sandbox.control(fault="absent")
    terminal.runtime.post(ev.HelpPressed())
    assert watch.wait(st.Assisted, lambda page: page.reached is not None).reached is False
    bench.sandbox.control()
    until(
        lambda: [row for (row,) in bench.rows("SELECT answer FROM outbox")] == ["0001"],
        "the call, once the platform is back",
    )


def test_information_is_known_after_a_restart_without_a_network(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal()
    watch.wait(st.Welcome, lambda page: page.station.notices and page.station.nearby)
    state = bench.folder / "state"
    until(lambda: all((state / f"{name}.json").exists() for name in ("notices", "nearby")), "files")
    terminal.stop()
    bench.sandbox.control(fault="absent")
    _, watch = bench.terminal()
    page = watch.wait(st.OutOfService, lambda page: page.station.notices and page.station.nearby)
    nearest = m.nearest_with(page.station.nearby, ITEMS[0].code)
    assert nearest is not None
    assert nearest.open_now


def test_unreachable_platform_is_out_of_service_until_it_is_back(bench: TerminalBench) -> None:
    bench.sandbox.control(fault="absent")
    _, watch = bench.terminal()
    assert watch.wait(st.OutOfService).fault.same_as(UNREACHABLE)
    bench.sandbox.control()
    items = [item.id for item in ready(watch).station.items]
    assert items == [item.code for item in ITEMS]


def test_test_page_is_printed_and_not_reported(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal()
    ready(watch)
    terminal.runtime.post(ev.MaintenancePressed())
    terminal.runtime.post(ev.PinEntered(PIN))
    watch.wait(st.Maintenance)
    terminal.runtime.post(ev.TestPagePressed())
    until(lambda: bench.paper, "the page")
    assert bench.paper[0].read_bytes().startswith(b"%PDF-")
    terminal.stop()
    assert bench.rows("SELECT * FROM outbox") == []


# -- the journal -----------------------------------------------------------------------------


def test_terminal_is_blocked_until_the_journal_can_be_opened(
    bench: TerminalBench,
) -> None:
    in_the_way = bench.folder / "state"
    in_the_way.write_text("a file where the state directory should be")
    terminal, watch = bench.terminal()
    assert watch.wait(st.OutOfService).fault.same_as(faults.JOURNAL_FAILED)
    assert bench.readers == []
    terminal.runtime.post(ev.HelpPressed())
    assert watch.wait(st.Assisted, lambda page: page.reached is not None).reached is False
    terminal.runtime.post(ev.HelpDismissed())
    in_the_way.unlink()
    assert ready(watch).station.own is None


def test_journal_damaged_while_running_is_set_aside_at_the_next_start(
    bench: TerminalBench,
) -> None:
    """The next start must not rely on a quick check, which does not check every index."""
    terminal, watch = bench.terminal()
    ready(watch)
    file = bench.folder / "state" / "journal" / "journal.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA writable_schema = ON")
    before = other.execute("SELECT sql FROM sqlite_master WHERE name = 'visits'").fetchone()
    other.execute("UPDATE sqlite_master SET sql = 'no sql' WHERE name = 'visits'")
    (version,) = other.execute("PRAGMA schema_version").fetchone()
    other.execute(f"PRAGMA schema_version = {version + 1}")
    terminal.runtime.post(ev.HelpPressed())  # causes a write
    until(lambda: bench.crashes, "the end of this process")
    terminal.stop()
    bench.crashes.clear()
    other.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'visits'", before)
    other.execute(f"PRAGMA schema_version = {version + 2}")
    other.close()
    _, watch = bench.terminal()
    assert ready(watch).station.own is None
    assert bench.rows("SELECT code FROM faults") == [(faults.JOURNAL_CORRUPT.code,)]
    assert (bench.folder / "state" / "journal.set-aside-1" / "journal.db").exists()


def test_nothing_is_printed_until_the_journal_can_be_written(bench: TerminalBench) -> None:
    terminal, watch = bench.terminal()
    ready(watch)
    preview(bench, terminal, watch)
    journal = terminal._journal
    assert journal is not None
    journal.store.read("PRAGMA query_only = 1")  # like a disk that became read-only
    terminal.runtime.post(ev.PrintPressed())
    failure = watch.wait(st.ServiceFailure)
    assert failure.fault.same_as(faults.JOURNAL_FAILED)
    assert failure.document is not None
    assert bench.paper == []
    terminal.runtime.post(ev.LeavePressed())
    watch.wait(st.Ending)
    bench.readers[-1].remove()
    assert watch.wait(st.OutOfService).fault.same_as(faults.JOURNAL_FAILED)
    journal.store.read("PRAGMA query_only = 0")
    watch.wait(st.Welcome)
    preview(bench, terminal, watch)
    terminal.runtime.post(ev.PrintPressed())
    watch.wait(st.Collecting)
    assert len(bench.paper) == 1


def left_behind(bench: TerminalBench, stage: JobStage, outcome: Outcome | None) -> str:
    """Leave the traces of a killed run: an issued document and a job that prints it."""
    found = bench.client.identify(sample_identity(assurance=Assurance.CARD_SECURE))
    assert not isinstance(found, Fault)
    key = issue_key("a1", INSURANCE)
    issued = bench.client.issue(found.person, INSURANCE, key)
    assert not isinstance(issued, Fault)
    journal = Journal.open(bench.folder / "state" / "journal", bytes(range(32)))
    assert isinstance(journal, Journal)
    number = issued.document_number
    journal.issue_asked(key, "a1", INSURANCE)
    journal.issued(key, number)
    journal.print_planned("a1000000-1", key)
    evidence = Evidence.DEVICE_IMPRESSIONS if outcome else None
    journal.record(
        JobRecord("a1000000-1", stage, 1, "folder", INSURANCE, None, 1, outcome, evidence)
    )
    journal.close()
    return str(number)


@pytest.mark.parametrize(
    ("stage", "outcome", "expected"),
    [(JobStage.CLOSED, Outcome.PRINTED, "printed"), (JobStage.RELEASED, None, "unknown"),
     (JobStage.PLANNED, None, "queued")],
)  # fmt: skip
def test_job_of_a_killed_run_is_reported_and_not_printed(
    bench: TerminalBench, stage: JobStage, outcome: Outcome | None, expected: str
) -> None:
    number = left_behind(bench, stage, outcome)
    _, watch = bench.terminal()
    ready(watch)
    until(lambda: bench.rows("SELECT 1 FROM outbox WHERE answer = ''"), "the acknowledgement")
    assert bench.rows("SELECT key, number, outcome FROM outbox WHERE kind = 'outcome'") == [
        ("a1000000-1", number, expected)
    ]
    # Staff are called only if pages of an unknown owner may be in the output tray.
    calls = [("left_paper",)] if expected == "unknown" else []
    until(lambda: bench.rows("SELECT reason FROM outbox WHERE kind = 'help'") == calls, "the call")
    assert bench.sandbox.counts()["confirm_printed"] == 1
    assert bench.paper == []
