"""The headless journey with the real pages and the real session, and a fake platform."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication

from devices import faults as crd
from devices.health import Fault
from devices.identity import Assurance, CardKind
from devices.readers.simulated import SampleCard, SimulatedReader
from printing import faults as prn
from printing.folder_printer import FolderPrinter
from printing.printer import JobRecord
from terminal.platform import faults as net
from terminal.runtime.loop import Runtime
from terminal.runtime.parts import Parts
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session.model import CardSide, Document, Edition, Mode, Person, Station
from terminal.workers.journal_writer import Records
from ui.documents.direct_pages import DirectPages
from ui.gallery.sample_items import DEPOSIT, EIGHT, INSURANCE
from ui.gallery.samples import identity, sample_pdf
from ui.headless.result import HeadlessResult, Outcome
from ui.headless.run import run_headless
from ui.look.metrics import Screen
from ui.widgets.kit import Place

SCREEN = Screen(1080, 1920, 1 / 0.248)
PLACE = Place("样例服务站", "人民路药房", CardSide.RIGHT)
CODE = "246810"


class MemoryJournal:
    """Keeps print jobs in memory."""

    def __init__(self) -> None:
        self.jobs: dict[str, JobRecord] = {}

    def record(self, job: JobRecord) -> None:
        self.jobs[job.job] = job

    def open_jobs(self) -> tuple[JobRecord, ...]:
        return ()

    def knows(self, job: str) -> bool:
        return job in self.jobs


class NoRecords:
    """Records nothing and reports success."""

    def print_planned(self, effect: ef.Print, done: Callable[[Fault | None], None]) -> None:
        done(None)

    def help_called(self, effect: ef.CallHelp, done: Callable[[bool, str], None]) -> None:
        done(True, "1024")

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_args: None


@dataclass
class Platform:
    """A fake platform that answers at once.

    ``fails`` gives a fault for a type of request. Requests of the type ``hangs`` are never
    answered. Without ``phone`` the person needs staff.
    """

    phone: str | None = "130****0001"
    pages: int = 1
    fails: dict[type, Fault] = field(default_factory=dict)
    hangs: type | None = None
    issued: list[tuple[str, Edition]] = field(default_factory=list)
    never: threading.Event = field(default_factory=threading.Event)

    def answer(self, ask: Any) -> object:
        request = ask.request
        if type(ask) is self.hangs:
            self.never.wait(20)
        if type(ask) in self.fails:
            return ev.PlatformFailed(ask.request, self.fails[type(ask)])
        match ask:
            case ef.AskIdentify():
                return ev.PersonKnown(request, Person("someone", self.phone))
            case ef.AskCode():
                return ev.CodeSent(request, self.phone or "")
            case ef.AskCheckCode(code=code):
                right = code == CODE
                fault = None if right else net.CODE_WRONG
                return ev.CodeChecked(request, right, 3 if right else 2, fault)
            case ef.AskIssue(item=item, edition=edition):
                self.issued.append((item.id, edition))
                made = Document(
                    sample_pdf(), self.pages, "N-1", "V-1",
                    preview=DirectPages(sample_pdf()), edition=edition,
                )  # fmt: skip
                return ev.DocumentReady(request, made)
        raise AssertionError(ask)


CARDS = (
    SampleCard("good", CardKind.RESIDENT_ID, "样卡", identity),
    SampleCard("expired", CardKind.RESIDENT_ID, "过期", crd.CARD_EXPIRED),
)


@dataclass
class Stage:
    """A terminal made of the real session, reader, printer and pages."""

    folder: Path
    platform: Platform = field(default_factory=Platform)
    card: str = "good"
    given: str = CODE
    items: tuple[Any, ...] = (INSURANCE, DEPOSIT)

    def __post_init__(self) -> None:
        self.reader = SimulatedReader("card", CARDS)
        self.printer = FolderPrinter(self.folder / "pdf", MemoryJournal(), seconds_per_page=0.0)
        self.runtime = Runtime(Station((), (), None))

    def start(self, _painted_at: float) -> None:
        self.runtime.start()
        parts = Parts(
            readers=(self.reader,), printer=self.printer, asks=self.platform,
            records=cast(Records, NoRecords()), test_page=lambda _station: b"",
            report=lambda _station: b"",
        )  # fmt: skip
        self.runtime.equip(parts)
        self.runtime.post(ev.CatalogueArrived(self.items))

    def present_card(self) -> None:
        self.reader.present(self.card)

    def remove_card(self) -> None:
        self.reader.remove()

    def code(self) -> str:
        return self.given

    def go(
        self, mode: Mode = Mode.STANDARD, service: str = INSURANCE.id, *, limit_s: float = 60.0,
        pictures: bool = True,
    ) -> HeadlessResult:  # fmt: skip
        return run_headless(
            self.runtime, SCREEN, PLACE, self, mode=mode, service_id=service,
            out=self.folder / "out" if pictures else None, on_painted=self.start, limit_s=limit_s,
        )  # fmt: skip

    @property
    def printed(self) -> list[Path]:
        return sorted((self.folder / "pdf").glob("*.pdf"))


@pytest.fixture
def stage(qapp: QApplication, tmp_path: Path) -> Iterator[Stage]:
    """A terminal whose parts all work."""
    made = Stage(tmp_path)
    yield made
    made.platform.never.set()
    made.runtime.stop()


@pytest.mark.parametrize("mode", list(Mode))
def test_the_whole_journey_prints_and_takes_a_picture_of_each_page(
    stage: Stage, mode: Mode
) -> None:
    result = stage.go(mode)
    assert (result.outcome, result.state, result.fault) == (Outcome.PRINTED, "ending", "")
    assert [path.read_bytes() for path in stage.printed] == [sample_pdf()]
    names = [path.name for path in result.screens]
    assert [name[:2] for name in names] == [f"{n + 1:02}" for n in range(len(names))]
    pages = [name[3:-4] for name in names]
    waiting = ["consenting", "choosing", "proving-entering", "previewing", "collecting", "ending"]
    welcomes = ["welcome"] * (1 + list(Mode).index(mode))  # one page for each press of "size"
    assert [page for page in pages if page in ("welcome", *waiting)] == welcomes + waiting
    assert all(path.stat().st_size > 10_000 for path in result.screens)


def test_a_card_with_sufficient_assurance_needs_no_code(stage: Stage) -> None:
    result = stage.go(service=DEPOSIT.id)
    assert result.outcome is Outcome.PRINTED
    assert not [path for path in result.screens if "proving" in path.name]


def test_timings_contain_only_the_time_of_the_terminal(stage: Stage) -> None:
    result = stage.go(pictures=False)
    assert result.screens == []
    took = result.timings_ms()
    total = took.pop("machine_total")
    assert set(took) == {
        "card_to_identity", "identify", "service_to_next", "code_to_preview", "print_to_collect",
    }  # fmt: skip
    assert all(value > 0 for value in took.values())
    assert total == pytest.approx(sum(took.values()), abs=0.01)
    at = {mark.name: mark.at for mark in result.marks}
    assert total < (at["done"] - at["presented"]) * 1000


@pytest.mark.parametrize(
    ("change", "outcome", "state", "code"),
    [
        (lambda s: setattr(s, "card", "expired"), Outcome.CARD_FAILURE, "card-trouble",
         crd.CARD_EXPIRED.code),
        (lambda s: setattr(s.platform, "phone", None), Outcome.STAFF_NEEDED, "proving-staff",
         net.NO_PHONE.code),
        (lambda s: setattr(s, "given", "111111"), Outcome.CODE_REFUSED, "proving-entering",
         net.CODE_WRONG.code),
        (lambda s: setattr(s, "given", ""), Outcome.CODE_REFUSED, "proving-entering", ""),
        (lambda s: s.platform.fails.update({ef.AskIdentify: net.UNREACHABLE}),
         Outcome.SERVICE_FAILURE, "trouble", net.UNREACHABLE.code),
        (lambda s: s.platform.fails.update({ef.AskIssue: prn.SEAL_BROKEN}),
         Outcome.SERVICE_FAILURE, "trouble", prn.SEAL_BROKEN.code),
    ],
    ids=["expired", "no-phone", "wrong-code", "no-code", "platform-down", "seal-broken"],
)  # fmt: skip
def test_another_course_ends_the_journey_with_its_reason_and_a_picture(
    stage: Stage, change: Callable[[Stage], None], outcome: Outcome, state: str, code: str
) -> None:
    change(stage)
    result = stage.go()
    assert (result.outcome, result.state, result.fault) == (outcome, state, code)
    assert stage.printed == []
    assert result.screens[-1].name.endswith(f"{state}.png")


@pytest.mark.timeout(60)
def test_an_unknown_service_is_reported_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.headless.journey.READY_S", 100.0)
    result = stage.go(service="no-such-service")
    assert (result.outcome, result.detail) == (Outcome.UNAVAILABLE, "not in the catalogue")


def test_a_printer_without_paper_is_unavailable_from_the_start(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.headless.journey.READY_S", 0.5)
    stage.printer.empty()
    result = stage.go()
    assert (result.outcome, result.fault) == (Outcome.UNAVAILABLE, prn.PAPER_OUT.code)


def test_paper_that_runs_out_and_stays_out_is_not_success(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.headless.journey.STEP_S", 1.5)
    stage.platform.pages = 2
    stage.printer.load(1)
    result = stage.go()
    assert (result.outcome, result.fault) == (Outcome.STUCK, prn.PAPER_OUT.code)
    assert result.state == "printing-waiting"
    assert stage.printed == []


def test_the_journey_never_lasts_longer_than_its_limit(stage: Stage) -> None:
    stage.platform.hangs = ef.AskIssue
    result = stage.go(service=DEPOSIT.id, limit_s=4.0)
    assert result.outcome is Outcome.STUCK
    assert result.state == "preparing"
    assert "preparing" in result.detail


def test_a_service_is_found_on_a_later_subpage(stage: Stage) -> None:
    from dataclasses import replace

    many = tuple(replace(DEPOSIT, id=f"other-{n}") for n in range(9))
    stage.items = (*many, replace(DEPOSIT, id="the-last", assurance_needed=Assurance.CARD_FREE))
    assert stage.go(service="the-last").outcome is Outcome.PRINTED


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("at", [3, 6], ids=["the first group", "the other group"])
def test_a_service_is_found_in_its_group(stage: Stage, mode: Mode, at: int) -> None:
    stage.items = tuple(replace(item, assurance_needed=Assurance.CARD_SECURE) for item in EIGHT)
    wanted = stage.items[at]
    result = stage.go(mode, wanted.id, pictures=False)
    assert (result.outcome, result.fault, result.detail) == (Outcome.PRINTED, "", "")
    assert stage.platform.issued == [(wanted.id, wanted.edition_for(mode))]


def test_a_service_is_found_on_the_second_subpage_of_the_first_group(stage: Stage) -> None:
    large = tuple(replace(EIGHT[0], id=f"si_{n}") for n in range(9))
    stage.items = tuple(
        replace(item, assurance_needed=Assurance.CARD_SECURE) for item in (*large, *EIGHT[4:])
    )
    assert stage.go(service="si_8", pictures=False).outcome is Outcome.PRINTED
