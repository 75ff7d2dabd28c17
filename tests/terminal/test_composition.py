"""The whole terminal without a rig: real session, journal, sandbox, simulated reader, folder."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from devices.identity import Assurance
from devices.reader import Reader
from devices.simulated import SampleCard, SimulatedReader
from printing.folder import FolderPrinter
from printing.printer import JobJournal, JobRecord, JobStage
from terminal import composition, faults, runtime
from terminal import line as line_module
from terminal.asks import issue_key
from terminal.composition import Plan, Terminal
from terminal.journal import Journal
from terminal.operations.pin import PinKeeper, hash_pin
from terminal.platform.client import PlatformClient
from terminal.platform.faults import UNREACHABLE
from terminal.runtime import Runtime
from terminal.sandbox.items import INSURANCE, ITEMS
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.sandbox_fixture import ClientMaker, sample_identity
from tests.terminal.terminal_world import Watch, until

PIN = "135790"
PIN_HASH = hash_pin(PIN)
CARD = SampleCard(
    "wang", "resident_id", "样卡", lambda: sample_identity(assurance=Assurance.CARD_SECURE)
)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried at once, so that a test need not wait for it."""
    monkeypatch.setattr(line_module, "RETRY_S", 0.05)
    monkeypatch.setattr(composition, "RETRY_S", 0.05)


@dataclass
class House:
    """One terminal's state directory, and terminals that are started on it one after another."""

    folder: Path
    sandbox: SandboxProcess
    client: PlatformClient
    crashes: list[bool] = field(default_factory=list)
    made: list[Terminal] = field(default_factory=list)
    readers: list[SimulatedReader] = field(default_factory=list)
    printers: list[FolderPrinter] = field(default_factory=list)

    def plan(self, **other: Any) -> Plan:
        return replace(
            Plan(
                state_directory=self.folder / "state",
                token_key=bytes(range(32)),
                pins=lambda journal: PinKeeper(PIN_HASH, journal),
                readers=self.new_readers,
                printer=self.new_printer,
                client=lambda: self.client,
                anchors=lambda: (self.sandbox.anchors.read_bytes(),),
                catalogue_key=lambda: self.sandbox.catalogue_key,
                demonstration=True,
                region="100101",
                station_name="样例站",
            ),
            **other,
        )

    def new_readers(self) -> tuple[Reader, ...]:
        self.readers.append(SimulatedReader("tray", (CARD,)))
        return (self.readers[-1],)

    def new_printer(self, journal: JobJournal) -> FolderPrinter:
        self.printers.append(FolderPrinter(self.folder / "paper", journal, seconds_per_page=0.0))
        return self.printers[-1]

    def terminal(self, *, start: bool = True, **other: Any) -> tuple[Terminal, Watch]:
        limits = m.Limits(ending_s=0.05)
        station = m.Station((), (), None, limits=limits)
        loop = Runtime(station, crashed=lambda: self.crashes.append(True))
        made = Terminal(loop, self.plan(**other))
        self.made.append(made)
        watch = Watch(loop)
        if start:
            made.start()
        return made, watch

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What another program reads in the journal."""
        other = sqlite3.connect(self.folder / "state" / "journal" / "journal.db")
        try:
            return other.execute(statement).fetchall()
        finally:
            other.close()

    @property
    def paper(self) -> list[Path]:
        return sorted((self.folder / "paper").glob("*.pdf"))


@pytest.fixture
def house(new_client: ClientMaker, sandbox: SandboxProcess, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, sandbox, new_client())
    yield made
    for terminal in made.made:
        terminal.stop()
    assert made.crashes == []


def ready(watch: Watch) -> st.Welcome:
    """Wait until the terminal can serve."""
    return watch.wait(
        st.Welcome,
        lambda page: page.station.items and page.station.printer.can_print and page.station.readers,
    )


def preview(house: House, terminal: Terminal, watch: Watch) -> st.Previewing:
    """A resident as far as the preview."""
    house.readers[-1].lay("wang")
    watch.wait(st.Consenting)
    terminal.runtime.post(ev.Consented())
    watch.wait(st.Choosing)
    terminal.runtime.post(ev.ServiceChosen(INSURANCE))
    return watch.wait(st.Previewing)


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


def test_help_is_told_as_reached_with_its_number_or_as_not_reached(house: House) -> None:
    terminal, watch = house.terminal()
    ready(watch)
    terminal.runtime.post(ev.HelpPressed())
    page = watch.wait(st.Assisted, lambda page: page.reached is not None)
    assert (page.reached, page.reference) == (True, "0001")
    terminal.runtime.post(ev.HelpDismissed())
    watch.wait(st.Welcome)
    house.sandbox.control(fault="absent")
    terminal.runtime.post(ev.HelpPressed())
    assert watch.wait(st.Assisted, lambda page: page.reached is not None).reached is False
    house.sandbox.control()
    until(
        lambda: [row for (row,) in house.rows("SELECT answer FROM outbox")] == ["0001", "0002"],
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
    in_the_way = house.folder / "state" / "journal"
    in_the_way.parent.mkdir()
    in_the_way.write_text("a file where the folder should be")
    terminal, watch = house.terminal()
    assert watch.wait(st.OutOfService).fault.same_as(faults.JOURNAL_FAILED)
    assert house.readers == []
    terminal.runtime.post(ev.HelpPressed())
    assert watch.wait(st.Assisted, lambda page: page.reached is not None).reached is False
    terminal.runtime.post(ev.HelpDismissed())
    in_the_way.unlink()
    assert ready(watch).station.own is None


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


# -- parts that fail -----------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["readers", "printer"])
def test_a_part_that_cannot_be_made_is_told_and_tried_again(
    house: House, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [True]
    make: Callable[..., Any] = {"readers": house.new_readers, "printer": house.new_printer}[part]

    def maker(*given: Any) -> Any:
        if broken[0]:
            raise ImportError("secret")
        return make(*given)

    _, watch = house.terminal(**{part: maker})
    page = watch.wait(st.OutOfService)
    assert page.fault.same_as(faults.WORKER_FAILED)
    assert page.fault.detail == "ImportError"
    broken[0] = False
    ready(watch)
    assert "secret" not in caplog.text


def test_a_warm_up_that_fails_is_a_fault_in_the_journal_and_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_library(_client: PlatformClient) -> None:
        raise ImportError("secret")

    monkeypatch.setattr(PlatformClient, "warm_up", no_library)
    terminal, watch = house.terminal()
    ready(watch)
    until(
        lambda: house.rows("SELECT code, detail FROM faults"),
        "the fault in the journal",
    )
    assert house.rows("SELECT code, detail FROM faults") == [
        (faults.WORKER_FAILED.code, "warm-up: ImportError")
    ]
    preview(house, terminal, watch)


def test_a_device_that_cannot_be_started_ends_the_process(house: House) -> None:
    class Broken(SimulatedReader):
        def start(self, _sink: object) -> None:
            raise RuntimeError("secret")

    house.terminal(readers=lambda: (Broken("tray", ()),))
    until(lambda: house.crashes, "the crash")
    house.crashes.clear()


def test_a_reader_worn_out_by_hanging_calls_is_renewed_between_residents(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends and is started anew, but never while somebody is served."""
    monkeypatch.setattr(composition, "RETRY_S", 0.05)

    class Worn(SimulatedReader):
        needs_restart = False

    reader = Worn("tray", (CARD,))
    terminal, watch = house.terminal(readers=lambda: (reader,))
    ready(watch)
    looked = threading.Event()
    monkeypatch.setattr(terminal.runtime, "renew", _then(terminal.runtime.renew, looked.set))
    reader.lay("wang")
    watch.wait(st.Consenting)
    reader.needs_restart = True
    assert looked.wait(5)
    assert house.crashes == []
    reader.lift()
    until(lambda: house.crashes, "the restart")
    house.crashes.clear()
    reader.needs_restart = False


def _then(first: Callable[..., None], after: Callable[[], None]) -> Callable[..., None]:
    def both(*values: object) -> None:
        first(*values)
        after()

    return both


# -- stopping --------------------------------------------------------------------------------


def test_what_is_still_being_made_when_it_stops_is_never_started(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "STOP_S", 0.1)
    making, go_on = threading.Event(), threading.Event()
    started: list[object] = []

    class Slow(SimulatedReader):
        def start(self, sink: object) -> None:
            started.append(sink)

    def readers() -> tuple[Reader, ...]:
        making.set()
        go_on.wait(20)
        return (Slow("tray", ()),)

    terminal, _ = house.terminal(readers=readers)
    assert making.wait(10)
    terminal.stop()
    go_on.set()
    terminal._thread.join(10)
    assert not terminal._thread.is_alive()
    assert started == []
    assert house.sandbox.counts() == {}


def test_a_device_whose_start_hangs_keeps_nobody_from_stopping(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (composition, line_module, runtime):
        monkeypatch.setattr(module, "STOP_S", 0.1)
    starting, never = threading.Event(), threading.Event()

    class Hanging(SimulatedReader):
        def start(self, _sink: object) -> None:
            starting.set()
            never.wait(60)

    terminal, _ = house.terminal(readers=lambda: (Hanging("tray", ()),))
    assert starting.wait(10)
    stopped = threading.Event()
    threading.Thread(target=lambda: (terminal.stop(), stopped.set()), daemon=True).start()
    try:
        assert stopped.wait(10)
    finally:
        never.set()
        terminal._thread.join(10)
    assert not terminal._thread.is_alive()


def test_a_plan_that_is_shown_shows_no_key(house: House) -> None:
    plan = house.plan(token_key=b"never shown to anybody")
    assert "never shown" not in repr(plan)


def test_stopping_before_starting_and_twice_is_allowed(house: House) -> None:
    terminal, _ = house.terminal(start=False)
    terminal.stop()
    terminal.stop()
    other, watch = house.terminal()
    ready(watch)
    other.stop()
    other.stop()


def test_a_platform_that_never_answers_keeps_nobody_from_stopping(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((composition, "STOP_S"), (line_module, "STOP_S"), (runtime, "STOP_S")):
        monkeypatch.setattr(module, name, 0.2)
    never, asked = threading.Event(), threading.Event()

    def client() -> Any:
        asked.set()
        never.wait(60)

    terminal, watch = house.terminal(client=client)
    assert asked.wait(10)
    watch.wait(st.Welcome, lambda page: page.station.readers)
    stopped = threading.Event()
    threading.Thread(target=lambda: (terminal.stop(), stopped.set()), daemon=True).start()
    assert stopped.wait(10)
    never.set()


def test_killed_and_started_again_it_serves(house: House) -> None:
    for _ in range(2):
        terminal, watch = house.terminal()
        ready(watch)
        preview(house, terminal, watch)
        terminal.runtime.post(ev.PrintPressed())
        watch.wait(st.Collecting)
        terminal.stop()
    assert len(house.paper) == 2
