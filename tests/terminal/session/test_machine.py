"""Invariants of the session under random events.

The events are drawn at random and belong to this visit or to earlier ones, with any time between
them. Sequences of sensible steps are mixed in, so that the later states are reached.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from devices.faults import CARD_MUTE
from devices.identity import Identity
from devices.readers.protocol import CardFailed, CardPresented, CardRemoved, ReaderChanged
from printing.faults import JOB_ABORTED, PAPER_OUT, SEAL_BROKEN
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress, nothing_came_out
from printing.printer import PrinterChanged
from terminal.faults import JOURNAL_FULL
from terminal.platform.faults import CODE_WRONG, NO_PHONE, UNREACHABLE
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from terminal.session.table import advance
from tests.terminal.session_world import (
    ASKED,
    DESK,
    ITEMS,
    LI,
    MAINTAINER,
    NO_PAPER,
    ONLINE,
    READY,
    SAMV,
    STAFF,
    STALE,
    UNPLUGGED,
    WANG,
    Kiosk,
    closed_card,
    document,
    identity,
    link,
    person,
    personal,
)

pytestmark = pytest.mark.slow(reason="a random walk through thousands of events")


ALONE_S = 2000.0
"""Longer than the longest way back to the home state, in seconds (see `test_people.ALONE_S`)."""

PLAIN = (
    ev.Touched, ev.HelpPressed, ev.HelpDismissed, ev.LeavePressed, ev.BackPressed, ev.RetryPressed,
    ev.Consented, ev.CodeAgainPressed, ev.StaffPressed, ev.PrintPressed, ev.MorePressed,
    ev.DonePressed, ev.MaintenancePressed, ev.TestPagePressed, ev.ReportPressed,
    ev.UnblockPressed, ev.MaintenanceClosed, ev.CopyPressed, ev.Tick,
)  # fmt: skip

readers = some.sampled_from([DESK, SAMV])
faults = some.sampled_from([UNREACHABLE, NO_PHONE, CODE_WRONG])
items = some.sampled_from(["free", "coded", "vouched", "both", "nonsense"])
End = tuple[Outcome, Evidence, int]
outcomes = some.sampled_from([
    (Outcome.PRINTED, Evidence.DEVICE_IMPRESSIONS, 2), (Outcome.UNKNOWN, Evidence.NONE, 0),
    (Outcome.UNKNOWN, Evidence.DEVICE_NONE, 0), (Outcome.UNKNOWN, Evidence.DEVICE_PARTLY, 1),
    (Outcome.QUEUED, Evidence.CANCELLED, 0),
])  # fmt: skip
sensible_steps = some.lists(some.tuples(some.integers(0, 2), outcomes), max_size=14)


class Session(RuleBasedStateMachine):
    """The session, with a record of what happened that the checks are made against."""

    def __init__(self) -> None:
        super().__init__()
        self.kiosk = Kiosk()
        self.visits = 0
        self.held: dict[str, Identity] = {}  # visit id -> the identity that it began with
        self.issues: dict[int, ef.AskIssue] = {}
        self.requests = 0  # the number of the last request
        self.began: set[str] = set()
        self.ended: list[str] = []
        self.made_for: dict[int, tuple[m.Document, str]] = {}  # each document and its visit
        self.consented: set[str] = set()
        self.jobs: list[str] = []
        self.printed_as: dict[str, str] = {}  # document number -> its last job
        self.uncleared = False  # pages of a visit may still come out
        self.nothing: set[str] = set()  # jobs of which it is proved that no page came out
        self.yes: set[str] = set()  # jobs of which the resident said that all pages came out
        self.unknown: set[str] = set()
        self.over: set[str] = set()
        self.stopped: set[str] = set()  # jobs that the printer was asked to cancel
        self.recorded: set[str] = set()  # jobs whose outcome was recorded

    # -- the record --------------------------------------------------------------------------

    @property
    def visit(self) -> m.Visit | None:
        state = self.kiosk.state
        while isinstance(state, st.Assisted):
            state = state.before
        return state.visit if isinstance(state, st.InVisit) else None

    def send(self, fact: Any) -> None:
        """Send an event, and check the effects against the record."""
        before, was = self.kiosk.state, self.visit
        if isinstance(fact, ev.Consented) and was and type(before) is st.Consenting:
            self.consented.add(was.id)
        answering = before.ended.job if isinstance(before, st.CheckingPaper) else None
        if isinstance(fact, ev.PagesConfirmed) and fact.came_out and answering:
            self.yes.add(answering)
        effects = self.kiosk.send(fact)
        if isinstance(fact, ev.PaperCleared):
            self.uncleared = False
        elif any(isinstance(effect, ef.EndVisit) for effect in effects):
            self.uncleared = ef.ClearPrinter() in effects
        now = self.visit
        if now is not None and now.id not in self.began:
            assert not self.uncleared, (
                "a resident was served while pages of the last one might come out"
            )
            why = self.kiosk.state.station.out_of_service()
            assert why is None, "a visit began that could only fail"
            self.began.add(now.id)
            event(f"visit {min(len(self.began), 3)}")
        event(type(self.kiosk.state).__name__)
        for effect in effects:
            self.check(effect, fact, before, was)
        if isinstance(self.kiosk.state, st.Collecting):
            job = f"{self.kiosk.state.visit.id}-{self.kiosk.state.visit.jobs}"
            assert job not in self.unknown or job in self.yes, "unknown was shown as printed"
        if was is not None and (now is None or now.id != was.id):
            assert self.ended.count(was.id) == 1, "the visit was left without its end"
            assert was.identity.wiped, "the visit was left without wiping"

    def check(self, effect: ef.Effect, fact: Any, before: st.State, was: m.Visit | None) -> None:
        """Check what must be true of an effect when it is requested."""
        if isinstance(effect, ef.Ask | ef.CheckPin | ef.LoadFaults):
            assert effect.request > self.requests, "the number of a request was used before"
            assert effect.request == self.kiosk.state.awaits, "no request waits for the answer"
            self.requests = effect.request
        match effect:
            case ef.Print(job, visit, item, paper, again):
                assert was is not None
                self.check_right(fact, before, paper, again)
                self.printed_as[paper.number] = job
                assert visit == was.id
                assert visit in self.consented, "printed without consent"
                assert self.made_for[id(paper)] == (paper, f"{visit}/{item.id}")
                assert not paper.wiped
                assert job not in self.jobs, "one job was printed twice"
                self.jobs.append(job)
                event("printed")
            case ef.AskIssue(request, visit, item, edition):
                self.issues[request] = effect
                assert edition in item.editions
                assert visit.id in self.consented, "asked before consent"
                assert visit.assurance_for(item.id) >= item.assurance_needed
                assert visit.identity.assurance >= item.assurance_needed
                event(f"issue {item.id}")
            case (
                ef.AskIdentify(visit=visit)
                | ef.AskCode(visit=visit)
                | ef.AskCheckCode(visit=visit)
                | ef.AskCheckStaff(visit=visit)
                | ef.AskCopy(visit=visit)
            ):
                if isinstance(effect, ef.AskCopy) and isinstance(before, st.Printing):
                    job = before.progress.job
                    assert job in self.stopped, "copied while it may still print"
                    assert job in self.recorded, "copied before it was known what came out"
                    event("copied instead of waiting")
                assert visit.id in self.consented, "asked before consent"
                assert not visit.identity.wiped
            case ef.EndVisit(visit, _):
                assert visit in self.began
                assert visit not in self.ended, "a visit ended twice"
                self.ended.append(visit)
                assert self.held[visit].wiped, "ended, and not wiped"
                left = [d for d, made in self.made_for.values() if made.startswith(f"{visit}/")]
                assert all(d.wiped for d in left), "ended, and a document was kept"
            case ef.CancelPrint(job):
                assert job in self.jobs
                assert job not in self.stopped, "one job was stopped twice"
                self.stopped.add(job)
            case ef.ConfirmPrinted(job, _, outcome, _, _):
                assert job not in self.recorded, "one job's outcome was recorded twice"
                self.recorded.add(job)
                assert outcome != "printed" or job not in self.unknown or job in self.yes
            case _:
                pass

    def check_right(
        self, fact: Any, before: st.State, paper: m.Document, again: m.Reprint | None
    ) -> None:
        """Check that a first print follows a preview, and that a reprint has a valid reason."""
        earlier = self.printed_as.get(paper.number)
        if again is None:
            assert earlier is None, "printed twice without a record"
            assert isinstance(fact, ev.PrintPressed)
        else:
            assert again.of == earlier
        if again is None or again.reason is m.ReprintReason.NOTHING_CAME_OUT:
            assert isinstance(fact, ev.PrintPressed)
            assert type(before) is st.Previewing, "printed without a preview"
            assert again is None or again.of in self.nothing, "something may have come out"
        else:
            assert isinstance(fact, ev.OperatorCardRead)
            assert again.card == fact.card.serial == STAFF.serial
            event("reprinted by staff")

    # -- what is thrown -----------------------------------------------------------------------

    @initialize(look=some.sampled_from(list(m.Mode)), steps=sensible_steps)
    def somewhere(self, look: m.Mode, steps: list[tuple[int, End]]) -> None:
        self.send(ev.ModeChosen(look))
        self.go_on(steps)

    @rule(kind=some.sampled_from(PLAIN))
    def plain(self, kind: type[Any]) -> None:
        self.send(kind())

    @rule(seconds=some.sampled_from([0.1, 1.0, 5.0, 16.0, 31.0, 61.0, 120.0, 301.0, 1000.0]))
    def time(self, seconds: float) -> None:
        self.kiosk.now += seconds
        self.send(ev.Tick())

    @rule(
        reader=readers, who=some.sampled_from([WANG, LI, None]), presented=some.booleans(),
        fact=some.sampled_from([
            None, None, None, ev.PlatformChanged(UNREACHABLE), ev.StationBlocked(JOURNAL_FULL),
        ]),
    )  # fmt: skip
    def card(
        self,
        reader: str,
        who: tuple[str, str, str] | None,
        presented: bool,
        fact: object = None,
    ) -> None:
        if presented:
            self.send(CardPresented(reader, self.kiosk.now))
        if fact is not None:
            self.send(fact)
        self.visits += 1
        read = identity(who) if who else closed_card()
        self.held[f"v{self.visits}"] = read
        self.send(ev.CardRead(f"v{self.visits}", reader, read, reader == DESK))

    @rule(fact=some.sampled_from([
        CardPresented(DESK, 0.0), CardPresented(SAMV, 0.0), CardFailed(DESK, CARD_MUTE),
        CardRemoved(DESK), CardRemoved(SAMV), ReaderChanged(DESK, UNPLUGGED),
        ReaderChanged(SAMV, UNPLUGGED),
        ReaderChanged(DESK, ONLINE), PrinterChanged(NO_PAPER), PrinterChanged(READY),
        ev.PlatformChanged(UNREACHABLE), ev.PlatformChanged(None),
        ev.StationBlocked(JOURNAL_FULL), ev.StationBlocked(None),
        ev.CatalogueArrived(ITEMS[:1]), ev.CatalogueArrived(ITEMS), ev.HelpRecorded(False),
        ev.PaperCleared(True), ev.PaperCleared(False), ev.PinChecked(ASKED, False, 9),
        ev.LanguageChosen(m.Language.EN), ev.VoiceChosen(True), ev.ModeChosen(m.Mode.ELDER),
        ev.PinChecked(ASKED, True, key="k"), ev.PinEntered("1"), ev.FaultsLoaded(ASKED, ()),
        ev.PagesConfirmed(True), ev.PagesConfirmed(False), ev.CodeEntered("123456"),
        ev.StaffEntered("8001", "2468"), ev.EditionChosen(m.Edition.LARGE),
        ev.EditionChosen(m.Edition.STANDARD), ev.OperatorCardRead("k2", SAMV, STAFF),
        ev.OperatorCardRead("k3", DESK, STAFF), ev.OperatorCardRead("k4", DESK, MAINTAINER),
    ]))  # fmt: skip
    def world(self, fact: object) -> None:
        self.send(fact)

    @rule(item=items)
    def choose(self, item: str) -> None:
        self.send(ev.ServiceChosen(item))

    def some_visit(self, age: int) -> str:
        """Return the id of this visit, or of an earlier one."""
        now = self.visit
        return now.id if now and age == 0 else f"v{max(0, self.visits - age)}"

    ages = some.sampled_from([0, 0, 0, 1, 2])

    def request(self, age: int) -> int:
        """Return the number of the last request, or of an earlier one."""
        return self.kiosk.state.station.requests - age or STALE

    @rule(age=ages, phone=some.sampled_from([None, "130****0001"]))
    def known(self, age: int, phone: str | None) -> None:
        self.send(ev.PersonKnown(self.request(age), person(phone)))

    @rule(age=ages, fault=faults)
    def failed(self, age: int, fault: Any) -> None:
        self.refuse(ev.PlatformFailed(self.request(age), fault))

    def refuse(self, answer: ev.PlatformFailed | ev.DocumentRefused) -> None:
        """Send a failure. If it belongs to an earlier request, nothing must change."""
        before = self.kiosk.state
        self.send(answer)
        if answer.request != before.awaits:
            assert self.kiosk.state is before

    @rule(age=ages, ok=some.booleans(), left=some.integers(0, 2))
    def proved(self, age: int, ok: bool, left: int) -> None:
        request = self.request(age)
        self.send(ev.CodeSent(request, "130****0001"))
        self.send(ev.CodeChecked(request, ok, left))
        self.send(ev.StaffChecked(request, ok))

    @rule(age=ages, seconds=some.integers(1, 500))
    def copied(self, age: int, seconds: int) -> None:
        self.send(ev.CopyReady(self.request(age), link(self.kiosk.now + seconds)))

    @rule(age=ages, refused=some.booleans())
    def issued(self, age: int, refused: bool) -> None:
        request = self.request(age)
        if refused:
            self.refuse(ev.DocumentRefused(request, SEAL_BROKEN))
            return
        asked = self.issues.get(request)
        visit = asked.visit.id if asked else "v0"
        item = asked.item.id if asked else "free"
        paper = self.platform_gives(visit, item, asked.edition if asked else m.Edition.STANDARD)
        self.made_for[id(paper)] = (paper, f"{visit}/{item}")
        self.send(ev.DocumentReady(request, paper))
        shown = [held for held in personal(self.kiosk.state) if held is paper]
        assert shown or paper.wiped, "a document that no request waits for was kept"

    def platform_gives(self, visit: str, item: str, edition: m.Edition) -> m.Document:
        """Return the same document as before, or a new one if pages of it may have come out."""
        nth = 0
        while True:
            number = f"{visit}/{item}/{edition.value}/{nth}"
            job = self.printed_as.get(number)
            if job is None or job in self.nothing:
                return document(number=number, edition=edition)
            nth += 1

    @rule(age=ages, number=some.integers(1, 3), outcome=outcomes, end=some.booleans())
    def printer(self, age: int, number: int, outcome: End, end: bool) -> None:
        now = self.visit
        job = f"{self.some_visit(age)}-{now.jobs if now and age == 0 else number}"
        if end:
            if job not in self.jobs or job in self.over:
                # A printer reports the end of each job once. Others belong to an earlier run.
                job = f"v0-{len(self.over)}"
            self.over.add(job)
            result, evidence, done = outcome
            over = PrintEnded(job, result, done, 2, evidence, JOB_ABORTED)
            if result is Outcome.UNKNOWN:
                self.unknown.add(job)
            if nothing_came_out(over):
                self.nothing.add(job)
            self.send(over)
        else:
            self.send(PrintProgress(job, Outcome.PRINTING, 1, 2, PAPER_OUT))

    # -- a sensible next step ------------------------------------------------------------------

    @rule(steps=sensible_steps)
    def go_on(self, steps: list[tuple[int, End]]) -> None:
        for choice, outcome in steps:
            self.sensibly(choice, outcome)

    @rule(steps=sensible_steps, aside=some.sampled_from([
        ev.HelpPressed(), CardRemoved(DESK), ev.OperatorCardRead("k5", SAMV, STAFF),
        ev.OperatorCardRead("k6", SAMV, MAINTAINER),
    ]))  # fmt: skip
    def go_on_and_be_interrupted(self, steps: list[tuple[int, End]], aside: object) -> None:
        self.go_on(steps)
        self.send(aside)

    def sensibly(self, choice: int, outcome: End) -> None:
        state = self.kiosk.state
        match state:
            case st.Consenting():
                self.send(ev.Consented())
            case st.Recognising():
                self.send(ev.PersonKnown(ASKED, person()))
            case st.Choosing():
                self.send(ev.ServiceChosen(("both", "coded", "vouched")[choice]))
            case st.Proving(proof=st.Proof.SENDING | st.Proof.ENTERING):
                self.send(ev.CodeSent(ASKED, "130****0001"))
                self.send(ev.CodeEntered("123456"))
            case st.Proving(proof=st.Proof.CHECKING):
                self.send(ev.CodeChecked(ASKED, choice > 0, choice))
            case st.Proving(proof=st.Proof.STAFF):
                self.send(ev.StaffEntered("8001", "2468"))
            case st.Proving():
                self.send(ev.StaffChecked(ASKED, True))
            case st.Preparing():
                self.issued(0, False)
            case st.Previewing(item=item, document=paper):
                others = [other for other in m.Edition if other is not paper.edition]
                facts = (ev.PrintPressed(), ev.CopyPressed(), ev.EditionChosen(others[0]))
                self.send(facts[choice] if item.copy else facts[0])
            case st.Copying(link=None):
                self.send(ev.RetryPressed())
                self.copied(0, 60 * choice + 1)
            case st.Copying():
                self.send((ev.BackPressed(), ev.MorePressed(), ev.DonePressed())[choice])
            case st.Printing():
                if choice == 0:
                    self.printer(0, 1, outcome, False)
                    self.send(ev.CopyPressed())
                self.printer(0, 1, outcome, True)
            case st.CheckingPaper():
                self.send(ev.PagesConfirmed(choice > 0))
            case st.Collecting():
                self.send((ev.MorePressed(), ev.DonePressed())[choice > 0])
            case st.ServiceFailure(retry=m.Retry.STAFF):
                self.send(ev.OperatorCardRead("k7", SAMV, STAFF))
            case st.ServiceFailure():
                self.send(ev.RetryPressed())
            case st.CardAway():
                self.card(DESK, (WANG, LI)[choice == 0], True)
            case st.Assisted():
                self.send(ev.HelpDismissed())
            case st.OutOfService() | st.Maintenance():
                for fact in (
                    ev.PlatformChanged(None), ev.StationBlocked(None), ReaderChanged(DESK, ONLINE),
                    ev.MaintenancePressed(), ev.PinEntered("1"),
                    ev.PinChecked(ASKED, True, key="k"),
                    ev.UnblockPressed(), ev.PaperCleared(True), ev.MaintenanceClosed(),
                    PrinterChanged(READY), ev.CatalogueArrived(ITEMS),
                ):  # fmt: skip
                    self.send(fact)
            case st.Ending():
                self.send(ev.PaperCleared(True))
            case _:
                self.card(DESK, WANG, True)

    # -- what holds ------------------------------------------------------------------------------

    @invariant()
    def at_home_nothing_personal_is_held(self) -> None:
        state = self.kiosk.state
        if isinstance(state, st.Welcome | st.OutOfService | st.Ending | st.Maintenance):
            assert [held for held in personal(state) if not held.wiped] == []
            assert self.visit is None

    @invariant()
    def only_data_of_the_served_resident_is_held(self) -> None:
        now = self.visit
        mine = self.held[now.id] if now else None
        for held in self.held.values():
            assert held is mine or held.wiped, "the data of a card that is not served was kept"
        for paper, made in self.made_for.values():
            alive = now is not None and made.startswith(f"{now.id}/")
            assert alive or paper.wiped, "a document of another resident was kept"

    @invariant()
    def every_visit_that_is_over_has_its_one_end(self) -> None:
        now = {self.visit.id} if self.visit else set()
        assert self.began - now == set(self.ended)
        assert len(self.ended) == len(set(self.ended))

    @invariant()
    def time_alone_leads_home(self) -> None:
        # Only state and time are copied: `advance` is pure, so nothing is wiped here.
        state, now = self.kiosk.state, self.kiosk.now
        until = now + ALONE_S
        while not isinstance(state, st.Welcome | st.OutOfService):
            assert now < until, f"{type(state).__name__} does not come home by itself"
            now += 30.0
            state, _ = advance(state, ev.Tick(), now)
        assert list(personal(state)) == []

    @invariant()
    def no_resident_is_served_until_the_printer_is_cleared(self) -> None:
        state = self.kiosk.state
        if state.station.blocked is not None:
            assert not isinstance(state, st.Welcome)
            assert all(state.station.unavailable(item) is not None for item in ITEMS)


Session.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestSession = Session.TestCase
