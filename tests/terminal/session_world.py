"""Fixtures for the tests of the session: residents, a station, samples, and a kiosk to drive.

For tests only. The kiosk carries out only `Wipe`, and records every other effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar

from devices.faults import CARD_MUTE, READER_UNPLUGGED
from devices.health import DeviceStatus, Fault
from devices.identity import Assurance, CardKind, Identity, PersonalRecord
from devices.operator import OperatorCard, Role
from devices.readers.protocol import (
    CardFailed,
    CardPresented,
    CardRemoved,
    ReaderChanged,
    ReaderStatus,
)
from devices.signals.protocol import Headset, HeadsetChanged, Someone, SomeoneChanged
from printing.faults import JOB_ABORTED, JOB_UNPROVED, PAPER_OUT, SEAL_BROKEN
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.printer import PaperState, PrinterChanged, PrinterStatus, TonerState
from terminal.faults import JOURNAL_FULL
from terminal.platform.faults import CODE_WRONG, NO_PHONE, STAFF_REFUSED, UNREACHABLE
from terminal.platform.items import ItemKind
from terminal.platform.kinds import HelpProgress, NoticeKind
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.session.home import home
from terminal.session.table import advance

S = TypeVar("S", bound=st.State)
E = TypeVar("E", bound=ef.Effect)

DESK, SAMV = "desk", "samv"
"""A reader that reports the removal of the card, and one that cannot after a read."""
ONLINE = ReaderStatus(DeviceStatus.ONLINE)
UNPLUGGED = ReaderStatus(DeviceStatus.NO_DEVICE, READER_UNPLUGGED)
READY = PrinterStatus(DeviceStatus.ONLINE, PaperState.FULL, TonerState.FULL)
NO_PAPER = PrinterStatus(DeviceStatus.ONLINE, PaperState.OUT, TonerState.FULL, (PAPER_OUT,))

WANG = ("王建明", "100101195803120216", "A10010011")
LI = ("李秀英", "10010119430905014X", "A10010022")
THREE = ("赵国芳", "100101198802290161", "A10010055")


def item(name: str, needed: Assurance) -> m.Item:
    """Return a certificate that needs this assurance."""
    text = {m.Language.ZH: name, m.Language.EN: name}
    return m.Item(name, ItemKind.CERTIFICATE, text, text, text, text, "paper", name, needed)


FREE = item("free", Assurance.CARD_FREE)
CODED = item("coded", Assurance.SECOND_FACTOR)
VOUCHED = item("vouched", Assurance.STAFF)
BOTH = replace(FREE, id="both", editions=(m.Edition.LARGE, m.Edition.STANDARD), copy=True)
"""An item that is also offered in large print and as a copy for the phone."""
ITEMS = (FREE, CODED, VOUCHED, BOTH)
NOTICE = m.Notice(
    {m.Language.ZH: "全天开放", m.Language.EN: "Open day and night"},
    {m.Language.ZH: "夜里也能办。", m.Language.EN: "You can come at night too."},
    NoticeKind.SERVICE_HOURS,
)
NEARBY = m.NearbyStation(
    "S-2", {m.Language.ZH: "样例站", m.Language.EN: "Sample station"},
    {m.Language.ZH: "样例街 1 号", m.Language.EN: "1 Sample Street"},
    350, frozenset({"free"}), open_now=True,
)  # fmt: skip
PHONE = "130****0001"
ASKED = 0
"""In an answer: stands for the request that the state waits for at that moment."""
STALE = -1
"""A request that no state waits for."""
STAFF = OperatorCard(Role.STAFF, "8001", "00000000000000a1", date(2026, 1, 1), date(2027, 1, 1))
MAINTAINER = replace(STAFF, role=Role.MAINTAINER, number="9001", serial="00000000000000b2")


def station(**changed: Any) -> m.Station:
    """Return a station on which everything works, except what is ``changed``."""
    values: dict[str, Any] = {
        "readers": ((DESK, ONLINE), (SAMV, ONLINE)),
        "printers": (("printer", READY),),
        "platform": None,
        "items": ITEMS,
    }
    if "printer" in changed:
        changed["printers"] = (("printer", changed.pop("printer")),)
    return m.Station(**{**values, **changed})


def identity(who: tuple[str, str, str] = WANG, level: Assurance = Assurance.CARD_FREE) -> Identity:
    """Return the result of reading this resident's card: a new record each time."""
    name, number, card = who
    record = PersonalRecord(
        CardKind.SOCIAL_SECURITY, name=name, id_number=number, card_number=card,
        photo=bytearray(b"\x01\x02\x03"),
    )  # fmt: skip
    return Identity(record, level)


def closed_card() -> Identity:
    """Return the identity of a 3.0 social security card, from which only its number can be read."""
    record = PersonalRecord(CardKind.SOCIAL_SECURITY, card_number=THREE[2], card_version="3.00")
    return Identity(record, Assurance.CARD_FREE)


def document(pages: int = 2, number: str = "N-1", **more: Any) -> m.Document:
    """Return a verified document."""
    return m.Document(b"%PDF-1.7 sample", pages, number, "V-1", **more)


def link(expires_at: float) -> m.CopyLink:
    """Return a link to a copy that expires at this time (monotonic s)."""
    return m.CopyLink("https://platform.example/copy/0123456789abcdef", expires_at)


def person(phone: str | None = "130****0001") -> m.Person:
    """Return a person as the platform knows them."""
    return m.Person("token", phone)


def personal(root: object) -> Iterator[Identity | m.Document]:
    """Yield every identity and document that can be reached from ``root``."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        here = todo.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        if isinstance(here, Identity | m.Document):
            yield here
        elif is_dataclass(here):
            todo += [getattr(here, field.name) for field in fields(here)]
        elif isinstance(here, dict):
            todo += [*here, *here.values()]
        elif isinstance(here, tuple | list | set | frozenset):
            todo += here


class Kiosk:
    """A session with a clock that only the test moves. It carries out only `Wipe`."""

    def __init__(self, at: m.Station | None = None, state: st.State | None = None) -> None:
        self.now = 1000.0
        self.state = state or home(at or station(), self.now)
        self.done: list[ef.Effect] = []

    def send(self, *events: object) -> tuple[ef.Effect, ...]:
        """Send the events. Return the effects of the last one."""
        effects: tuple[ef.Effect, ...] = ()
        for event in events:
            if isinstance(event, ev.Answer) and event.request == ASKED:
                event = replace(event, request=self.state.awaits or STALE)
            self.state, effects = advance(self.state, event, self.now)
            for effect in effects:
                if isinstance(effect, ef.Wipe):
                    for held in (effect.identity, effect.document):
                        if held is not None:
                            held.wipe()
            self.done += effects
        return effects

    @property
    def awaited(self) -> int:
        """The number of the request that the state waits for."""
        assert self.state.awaits is not None
        return self.state.awaits

    @property
    def asked(self) -> tuple[int, m.Visit]:
        """The number of the request that the state waits for, and its visit."""
        return self.awaited, self.at(st.InVisit).visit

    def at(self, kind: type[S]) -> S:
        """Return the state, which must be of this kind."""
        assert isinstance(self.state, kind), self.state
        return self.state

    def wait(self, seconds: float, step: float = 1.0) -> tuple[ef.Effect, ...]:
        """Let time pass in ticks. Return all effects."""
        before, until = len(self.done), self.now + seconds
        while self.now < until:
            self.now = min(until, self.now + step)
            self.send(ev.Tick())
        return tuple(self.done[before:])

    def wait_until_home(self, bound_s: float, step: float = 1.0) -> None:
        """Let time pass until the home state is reached. Fail after ``bound_s``."""
        until = self.now + bound_s
        while not isinstance(self.state, st.Welcome | st.OutOfService):
            assert self.now < until, f"{type(self.state).__name__} after {bound_s} s alone"
            self.wait(step, step)

    def of(self, kind: type[E]) -> list[E]:
        """Return every effect of this kind so far."""
        return [effect for effect in self.done if isinstance(effect, kind)]


def present_card(
    kiosk: Kiosk, visit: str = "v1", who: tuple[str, str, str] = WANG, reader: str = DESK
) -> Identity:
    """Present a card and have it read. Return its identity."""
    read = identity(who)
    kiosk.send(CardPresented(reader, kiosk.now), ev.CardRead(visit, reader, read, reader == DESK))
    return read


def reach_choosing(kiosk: Kiosk, phone: str | None = "130****0001", reader: str = DESK) -> Identity:
    """Go on to the choice of services. Return the identity."""
    read = present_card(kiosk, reader=reader)
    kiosk.send(ev.Consented(), ev.PersonKnown(ASKED, person(phone)))
    assert isinstance(kiosk.state, st.Choosing)
    return read


def back_to_choice(kiosk: Kiosk) -> None:
    """Let the document be issued, and go back to the choice of services."""
    kiosk.send(ev.DocumentReady(ASKED, document()), ev.BackPressed())
    assert isinstance(kiosk.state, st.Choosing)


def reach_preview(kiosk: Kiosk, pages: int = 2, reader: str = DESK) -> m.Document:
    """Go on to the preview of the free item. Return its document."""
    reach_choosing(kiosk, reader=reader)
    paper = document(pages)
    kiosk.send(ev.ServiceChosen("free"), ev.DocumentReady(ASKED, paper))
    assert isinstance(kiosk.state, st.Previewing)
    return paper


def reach_printing(kiosk: Kiosk, pages: int = 2, reader: str = DESK) -> m.Document:
    """Go on to the first job, ``v1-1``. Return its document."""
    paper = reach_preview(kiosk, pages, reader)
    kiosk.send(ev.PrintPressed())
    assert isinstance(kiosk.state, st.Printing)
    return paper


def ended(outcome: Outcome, done: int = 0, pages: int = 2, job: str = "v1-1") -> PrintEnded:
    """Return the end of a job, with fitting evidence."""
    printed = outcome is Outcome.PRINTED
    fault = {Outcome.PRINTED: None, Outcome.UNKNOWN: JOB_UNPROVED}.get(outcome, JOB_ABORTED)
    evidence = Evidence.DEVICE_IMPRESSIONS if printed else Evidence.NONE
    return PrintEnded(job, outcome, pages if printed else done, pages, evidence, fault)


def is_wiped(held: Identity | m.Document) -> bool:
    """Return whether it is wiped. (A type checker does not know that an event can wipe it.)"""
    return held.wiped


def nothing_personal_is_left(kiosk: Kiosk) -> bool:
    """Return whether the state holds no personal data."""
    return not [held for held in personal(kiosk.state) if not is_wiped(held)]


def asked_for_code(kiosk: Kiosk) -> None:
    """Go on to the page that asks for the code."""
    reach_choosing(kiosk)
    assert kiosk.send(ev.ServiceChosen("coded")) == (ef.AskCode(*kiosk.asked),)
    assert kiosk.at(st.Proving).proof is st.Proof.SENDING
    kiosk.send(ev.CodeSent(ASKED, PHONE))
    assert kiosk.at(st.Proving).proof is st.Proof.ENTERING
    assert kiosk.at(st.Proving).masked_phone == PHONE


REQUEST = 7
"""The request that the sample states wait for, if they wait for any."""


def sample_states() -> list[st.State]:
    """Return at least one of each state, and each variant that behaves differently."""
    common: dict[str, Any] = {
        "station": station(requests=REQUEST),
        "look": m.Look(),
        "entered": 900.0,
        "quiet_since": 950.0,
    }

    def visit(jobs: int = 0, presence: m.Presence = m.Presence.PRESENT) -> m.Visit:
        return m.Visit("v1", identity(), DESK, presence, 900.0, person(), jobs)

    def inside(cls: type[st.InVisit], jobs: int = 0, **more: Any) -> st.InVisit:
        return cls(**common, visit=visit(jobs), **more)

    progress = PrintProgress("v1-1", Outcome.PRINTING, 1, 2)
    waiting = replace(progress, waiting=PAPER_OUT)
    states: list[st.State] = [
        st.Welcome(**common),
        st.OutOfService(**common, fault=UNREACHABLE),
        st.Identifying(**common, reader=DESK),
        st.CardFailure(**common, reader=DESK, fault=CARD_MUTE),
        inside(st.Consenting),
        inside(st.Recognising, request=REQUEST),
        inside(st.Choosing),
        *(inside(st.Proving, item=CODED, proof=p, masked_phone="130****0001",
                 request=REQUEST) for p in st.Proof),
        inside(st.Preparing, item=FREE, request=REQUEST),
        inside(st.Previewing, request=REQUEST, item=FREE, document=document()),
        inside(st.Previewing, request=REQUEST, item=BOTH, document=document()),
        inside(st.Copying, request=REQUEST, item=BOTH, document=document()),
        inside(st.Copying, request=REQUEST, item=BOTH, document=document(), link=link(2000.0)),
        inside(st.Copying, request=REQUEST, item=BOTH, document=document(), expired=True),
        inside(st.Printing, 1, item=FREE, document=document(), progress=progress),
        inside(st.Printing, 1, item=FREE, document=document(), progress=progress,
               cancelling=m.EndReason.LEFT),
        inside(st.CheckingPaper, 1, item=FREE, document=document(), ended=ended(Outcome.UNKNOWN)),
        inside(st.Collecting, 1, item=FREE, pages=2),
        *(inside(st.ServiceFailure, fault=UNREACHABLE, retry=r, item=FREE, document=document())
          for r in m.Retry),
        *(inside(st.Printing, 1, item=BOTH, document=document(), progress=waiting,
                 copying=copying, cancelling=reason)
          for copying in (False, True) for reason in (None, m.EndReason.LEFT)),
        st.Ending(**common, reason=m.EndReason.DONE, reader=DESK, clearing=True),
        st.Ending(**common, reason=m.EndReason.LEFT, reader=DESK, clearing=False),
        st.Unlocking(**common),
        st.Unlocking(**common, checking=True, request=REQUEST),
        st.Maintenance(**common, key="k", request=REQUEST),
        st.Maintenance(**common, key="k", role=Role.STAFF),
        st.Maintenance(**common, key="k", clearing=True),
        st.Maintenance(**common, key="k", test=PrintProgress("k-1", Outcome.QUEUED, 0, 1), tests=1),
    ]  # fmt: skip
    away = [
        st.CardAway(**common, visit=s.visit.with_presence(m.Presence.ABSENT), before=s)
        for s in states
        if isinstance(s, st.Recognising | st.Choosing | st.Proving | st.Preparing | st.Previewing)
        or (isinstance(s, st.ServiceFailure) and s.retry is not m.Retry.NONE)
    ]
    states += away
    states += [
        st.Leaving(**common, visit=s.visit, before=s)
        for s in states
        if isinstance(s, st.InVisit) and s.loss is not None
    ]
    helped = [s for s in states if not isinstance(s, st.Unlocking | st.Maintenance | st.Leaving)]
    return states + [st.Assisted(**common, before=s) for s in helped]


def sample_events(request: int = REQUEST) -> list[object]:
    """Return at least one of each event. The answers are to this request."""
    job = "v1-1"
    return [
        ev.Touched(), ev.ModeChosen(m.Mode.ELDER), ev.LanguageChosen(m.Language.EN),
        ev.VoiceChosen(True), ev.VolumeChosen(m.Volume.LOUDEST), ev.SpeedChosen(m.Speed.SLOW),
        ev.PrivateListeningChosen(True), ev.HelpPressed(), ev.HelpDismissed(), ev.EndPressed(),
        ev.LeavePressed(), ev.StopPressed(),
        ev.BackPressed(), ev.RetryPressed(), ev.Consented(), ev.ServiceChosen("free"),
        ev.ServiceChosen("coded"), ev.ServiceChosen("vouched"), ev.ServiceChosen("nonsense"),
        ev.CodeEntered("123456"), ev.CodeAgainPressed(), ev.StaffPressed(),
        ev.StaffEntered("8001", "2468"), ev.EditionChosen(m.Edition.LARGE),
        ev.EditionChosen(m.Edition.STANDARD), ev.CopyPressed(), ev.PrintPressed(),
        ev.PagesConfirmed(True),
        ev.PagesConfirmed(False), ev.MorePressed(), ev.DonePressed(), ev.MaintenancePressed(),
        ev.PinEntered("1357"), ev.TestPagePressed(), ev.ReportPressed(), ev.UnblockPressed(),
        ev.MaintenanceClosed(),
        CardPresented(DESK, 1.0), CardPresented(SAMV, 1.0),
        ev.CardRead("v2", DESK, identity(WANG), True), ev.CardRead("v3", SAMV, identity(LI), False),
        ev.OperatorCardRead("c1", SAMV, STAFF), ev.OperatorCardRead("c2", DESK, MAINTAINER),
        CardFailed(DESK, CARD_MUTE), CardRemoved(DESK), CardRemoved(SAMV),
        ReaderChanged(DESK, UNPLUGGED), ReaderChanged(DESK, ONLINE), PrinterChanged(NO_PAPER),
        PrinterChanged(READY), ev.PlatformChanged(UNREACHABLE), ev.PlatformChanged(None),
        ev.StationBlocked(JOURNAL_FULL), ev.StationBlocked(None),
        ev.VoicesChanged(frozenset()), HeadsetChanged(Headset.PLUGGED_IN),
        SomeoneChanged(Someone.NEAR),
        ev.CatalogueArrived((CODED,)), ev.CatalogueArrived(ITEMS),
        ev.PersonKnown(request, person()), ev.PersonKnown(request, person(None)),
        ev.PlatformFailed(request, UNREACHABLE), ev.PlatformFailed(request, NO_PHONE),
        ev.CodeSent(request, "130****0001"), ev.CodeChecked(request, True, 0),
        ev.CodeChecked(request, False, 2, CODE_WRONG),
        ev.CodeChecked(request, False, 0, CODE_WRONG),
        ev.StaffChecked(request, True),
        ev.StaffChecked(request, False, STAFF_REFUSED),
        ev.DocumentReady(request, document()),
        ev.DocumentRefused(request, SEAL_BROKEN),
        ev.PageNotShown(request, SEAL_BROKEN),
        ev.NoticesArrived((NOTICE,)), ev.NoticesArrived(()),
        ev.NearbyArrived((NEARBY,)), ev.NearbyArrived(()),
        ev.HelpRecorded(True, "H-1"),
        *(ev.HelpAnswered(1, m.HelpAnswer(progress)) for progress in HelpProgress),
        ev.HelpAnswered(0, m.HelpAnswer(HelpProgress.COMING, {}, "1001", 5)),
        ev.CopyReady(request, link(3000.0)),
        PrintProgress(job, Outcome.PRINTING, 1, 2),
        PrintProgress(job, Outcome.PRINTING, 1, 2, PAPER_OUT),
        *(ended(end, job=job) for end in (Outcome.PRINTED, Outcome.UNKNOWN, Outcome.QUEUED)),
        ev.PaperCleared(True), ev.PaperCleared(False), ev.PinChecked(request, True, key="k"),
        ev.PinChecked(request, False, 30),
        ev.FaultsLoaded(request, (m.PastFault("2026-01-01T00:00", "X", ""),)),
        ev.Tick(),
    ]  # fmt: skip


def fault_of(state: st.State) -> Fault | None:
    """Return the fault that the page shows."""
    found = getattr(state, "fault", None)
    return found if isinstance(found, Fault) else None
