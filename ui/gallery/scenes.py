"""A sample of every situation and its important variants, as states, with fictional residents.

Used by the gallery and by tests of the pages. A running terminal shows none of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from devices import faults as crd
from devices.health import DeviceStatus, Fault
from devices.identity import CardKind
from devices.operator import Role
from devices.readers.protocol import ReaderStatus
from printing import faults as prn
from printing.outcome import Evidence, Outcome, PrintEnded, PrintProgress
from printing.printer import PrinterStatus
from terminal.platform import faults as net
from terminal.platform.kinds import HelpProgress
from terminal.session import states as st
from terminal.session.deadline import deadline
from terminal.session.model import (
    PRINTER_UNASKED,
    Edition,
    EndReason,
    HelpAnswer,
    Item,
    Language,
    Look,
    NearbyStation,
    PastFault,
    Presence,
    Retry,
    Station,
    Total,
    Totals,
)

from .sample_items import DEPOSIT, EIGHT, INSURANCE, many
from .samples import FINE, NO_PAPER, READER, Stage, document, link, on_station

Scene = Callable[[Look], st.State]

NEARBY = NearbyStation(
    id="station-2",
    name={Language.ZH: "中山路便民服务站", Language.EN: "Zhongshan Road station"},
    address={Language.ZH: "中山路18号", Language.EN: "18 Zhongshan Road"},
    distance_m=650,
    items=frozenset({"insurance"}),
    open_now=True,
)
"""A fictional station near this one."""


def _welcome(look: Look, **station: Any) -> st.State:
    return on_station(look, **{"cards_present": (), **station})(st.Welcome)


def _out(look: Look, fault: Fault, **station: Any) -> st.State:
    return on_station(look, cards_present=(), **station)(st.OutOfService, fault=fault)


def _card(look: Look, fault: Fault) -> st.State:
    return Stage(look)(st.CardFailure, reader=READER, fault=fault)


def _working(look: Look, cls: type[st.State], since_s: float = 0.5, **fields: Any) -> st.State:
    stage = Stage(look, since_s=since_s)
    if cls is st.Identifying:
        return stage(cls, reader=READER)
    return stage(cls, visit=stage.visit(), **fields)


def _visit(look: Look, cls: type[st.State], **fields: Any) -> st.State:
    stage = Stage(look)
    return stage(cls, visit=stage.visit(), **fields)


def _proving(look: Look, proof: st.Proof, **fields: Any) -> st.State:
    given: dict[str, Any] = {"item": INSURANCE, "masked_phone": "130****0001", **fields}
    return _visit(look, st.Proving, proof=proof, **given)


def _choosing(
    look: Look,
    *,
    quiet_s: float = 0.0,
    visit_s: float = 0.5,
    name: str | None = "王建明",
    **station: Any,
) -> st.State:
    stage = on_station(look, **station)
    stage.quiet_s, stage.visit_s = quiet_s, visit_s
    return stage(st.Choosing, visit=stage.visit(name=name))


def _consenting(look: Look, name: str | None, kind: CardKind) -> st.State:
    stage = Stage(look)
    return stage(st.Consenting, visit=stage.visit(name=name, kind=kind))


def _previewing(
    look: Look,
    printer: PrinterStatus = FINE,
    item: Item = INSURANCE,
    edition: Edition | None = None,
) -> st.State:
    stage = on_station(look, printer=printer)
    paper = document(edition=edition or item.edition_for(look.mode))
    return stage(st.Previewing, visit=stage.visit(), item=item, document=paper)


def _copying(
    look: Look, presence: Presence = Presence.PRESENT, printer: PrinterStatus = FINE, **fields: Any
) -> st.State:
    stage = on_station(look, printer)
    return stage(
        st.Copying, visit=stage.visit(presence), item=INSURANCE, document=document(), **fields
    )


def _copying_after_paper(look: Look) -> st.State:
    made = _copying(look, link=link())
    assert isinstance(made, st.Copying)
    ended = PrintEnded("sample", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, prn.PAPER_OUT)
    visit = replace(made.visit, stopped=((made.document.number, ended),))
    return replace(made, visit=visit)


def _printing(
    look: Look, outcome: Outcome, done: int, waiting: Fault | None = None,
    cancelling: EndReason | None = None, *, copying: bool = False, stopped: bool = False,
    item: Item = INSURANCE,
) -> st.State:  # fmt: skip
    return _visit(
        look, st.Printing, item=item, copying=copying, stopped=stopped, document=document(),
        progress=PrintProgress("sample", outcome, done, 2, waiting), cancelling=cancelling,
    )  # fmt: skip


def _checking(look: Look) -> st.State:
    ended = PrintEnded("sample", Outcome.UNKNOWN, 0, 2, Evidence.NONE, prn.JOB_UNPROVED)
    return _visit(look, st.CheckingPaper, item=INSURANCE, document=document(), ended=ended)


def _collecting(look: Look, presence: Presence) -> st.State:
    stage = Stage(look)
    return stage(st.Collecting, visit=stage.visit(presence), item=INSURANCE, pages=2)


def _service_failure(look: Look, fault: Fault, retry: Retry, **fields: Any) -> st.State:
    return _visit(look, st.ServiceFailure, fault=fault, retry=retry, **fields)


def _away(look: Look, staff_number: str | None = None) -> st.State:
    stage = Stage(look)
    before: st.State = stage(st.Choosing, visit=stage.visit())
    if staff_number is not None:
        before = _proving(look, st.Proof.STAFF, staff_number=staff_number)
    return stage(st.CardAway, visit=stage.visit(Presence.ABSENT), before=before)


def _ending(
    look: Look, reason: EndReason, *, card_present: bool, clearing: bool = False
) -> st.State:
    stage = on_station(look, cards_present=(READER,) if card_present else ())
    return stage(st.Ending, reason=reason, reader=READER, clearing=clearing)


COMING = HelpAnswer(
    HelpProgress.COMING,
    {Language.ZH: "大厅值班经理", Language.EN: "Lobby manager on duty"}, "1001", minutes=5,
)  # fmt: skip


def _assisted(
    look: Look, reached: bool | None, reference: str = "", answer: HelpAnswer | None = None
) -> st.State:
    stage = Stage(look)
    before: st.State = stage(st.Choosing, visit=stage.visit())
    return stage(st.Assisted, before=before, reached=reached, reference=reference, answer=answer)


def _warned(state: st.State, left_s: float = 17.0) -> st.State:
    """Return the state so long without a touch that its warning has begun."""
    limit = deadline(state)
    assert limit is not None
    return replace(
        state, quiet_since=state.quiet_since - (limit.end_at - time.monotonic()) + left_s
    )


def _long(state: st.State, seconds: float) -> st.State:
    """Return the state as it is after the machine has worked so long."""
    now = time.monotonic()
    return replace(state, entered=now - seconds, quiet_since=now - seconds)


def _leaving(look: Look, before: st.State, presence: Presence = Presence.PRESENT) -> st.State:
    assert isinstance(before, st.InVisit)
    stage = Stage(look)
    return stage(st.Leaving, visit=stage.visit(presence), before=before)


def _unlocking(look: Look, **fields: Any) -> st.State:
    return Stage(look)(st.Unlocking, **fields)


def _maintenance(look: Look, *, well: bool, role: Role = Role.MAINTAINER) -> st.State:
    if well:
        used = replace(FINE, sheets_since_refill=180, sheets_left=320, two_sided=True)
        stage = on_station(look, printer=used, items=EIGHT)
        test: Any = PrintEnded("sample", Outcome.PRINTED, 1, 1, Evidence.DEVICE_IMPRESSIONS)
        return stage(
            st.Maintenance, faults=(), test=test, tests=1, key="sample", role=role, totals=_TOTALS
        )
    down = ReaderStatus(DeviceStatus.NO_DEVICE, crd.READER_UNPLUGGED, "usb 1-1")
    empty = replace(NO_PAPER, sheets_since_refill=250, sheets_left=0, cautions=(prn.QUEUE_UNSAFE,))
    cards = replace(FINE, media="om_card_54x86mm")
    stage = on_station(
        look, readers=((READER, ReaderStatus(DeviceStatus.ONLINE)), ("samv", down)),
        printers=(("page", empty), ("card", cards)), platform=net.UNREACHABLE,
        blocked=prn.LEFTOVER_JOB, items=EIGHT,
    )  # fmt: skip
    past = (
        PastFault("2026-11-21T14:02:10+08:00", "PRN-104", "media-empty"),
        PastFault("2026-11-21T13:58:41+08:00", "NET-101", "connect: timed out"),
        PastFault("2026-11-21T09:12:03+08:00", "CRD-105", "usb 1-1"),
    )
    return stage(st.Maintenance, faults=past, key="sample", role=role, totals=_TOTALS)


_TOTALS = Totals(
    today=(Total(INSURANCE.id, 41, 73, 6, 1), Total(DEPOSIT.id, 12, 12, 3, 0)),
    month=tuple(
        Total(item.id, 980 - 113 * i, 1611 - 190 * i, 120 - 9 * i, 8 - i)
        for i, item in enumerate(EIGHT)
    ),
)

SCENES: dict[str, Scene] = {
    "welcome": _welcome,
    "welcome-printer-down": lambda look: _welcome(look, printer=NO_PAPER),
    "welcome-card-present": lambda look: _welcome(look, cards_present=(READER,)),
    "welcome-eight": lambda look: _welcome(look, items=EIGHT),
    "welcome-id-only": lambda look: _welcome(look, accepts=(CardKind.RESIDENT_ID,)),
    "welcome-social-only": lambda look: _welcome(look, accepts=(CardKind.SOCIAL_SECURITY,)),
    "welcome-starting": lambda look: _welcome(look, printer=PRINTER_UNASKED, items=()),
    "welcome-card-first": lambda look: on_station(look, cards_present=())(
        st.Welcome, asked=time.monotonic()
    ),
    "out-of-service": lambda look: _out(look, net.UNREACHABLE),
    "out-of-service-nearby": lambda look: _out(look, net.UNREACHABLE, nearby=(NEARBY,)),
    "out-of-service-leftover": lambda look: _out(look, prn.LEFTOVER_JOB, tray_called=True),
    "identifying": lambda look: _working(look, st.Identifying),
    "card-mute": lambda look: _card(look, crd.CARD_MUTE),
    "card-expired": lambda look: _card(look, crd.CARD_EXPIRED),
    "card-two": lambda look: _card(look, crd.TWO_CARDS),
    "card-unsupported": lambda look: _card(look, crd.CARD_UNSUPPORTED),
    "consenting": lambda look: _consenting(look, "王建明", CardKind.RESIDENT_ID),
    "consenting-nameless": lambda look: _consenting(look, None, CardKind.SOCIAL_SECURITY),
    "consenting-rare": lambda look: _consenting(look, "𠮷㛃䶮𬀩", CardKind.RESIDENT_ID),
    "recognising": lambda look: _working(look, st.Recognising),
    "recognising-slow": lambda look: _working(look, st.Recognising, 5.0),
    "recognising-long": lambda look: _working(look, st.Recognising, 11.0),
    "identifying-long": lambda look: _working(look, st.Identifying, 11.0),
    "choosing": _choosing,
    "choosing-printer-down": lambda look: _choosing(look, printer=NO_PAPER),
    "choosing-eight-printer-down": lambda look: _choosing(look, items=EIGHT, printer=NO_PAPER),
    "choosing-no-paper-no-phone": lambda look: _choosing(
        look, items=(INSURANCE, replace(DEPOSIT, copy=False)), printer=NO_PAPER
    ),
    "choosing-item-closed": lambda look: _choosing(
        look, items=(INSURANCE, replace(DEPOSIT, closed=net.ITEM_CLOSED))
    ),
    "choosing-eight": lambda look: _choosing(look, items=EIGHT),
    "choosing-many": lambda look: _choosing(look, items=many()),
    "choosing-warning": lambda look: _choosing(
        look, quiet_s=Station((), (), None).limits.quiet(look.mode) + 3
    ),
    "choosing-longest": lambda look: _choosing(
        look, visit_s=Station((), (), None).limits.longest_visit_s - 17
    ),
    "proving-sending": lambda look: _proving(look, st.Proof.SENDING),
    "proving-entering": lambda look: _proving(look, st.Proof.ENTERING),
    "proving-wrong": lambda look: _proving(
        look, st.Proof.ENTERING, tries_left=2, fault=net.CODE_WRONG
    ),
    "proving-checking": lambda look: _proving(look, st.Proof.CHECKING),
    "proving-checking-long": lambda look: _long(_proving(look, st.Proof.CHECKING), 11.0),
    "proving-entering-warning": lambda look: _warned(_proving(look, st.Proof.ENTERING)),
    "proving-staff": lambda look: _proving(look, st.Proof.STAFF),
    "proving-staff-only": lambda look: _proving(
        look, st.Proof.STAFF, masked_phone="", fault=net.NO_PHONE
    ),
    "proving-staff-refused": lambda look: _proving(look, st.Proof.STAFF, fault=net.STAFF_REFUSED),
    "proving-staff-checking": lambda look: _proving(look, st.Proof.STAFF_CHECKING),
    "proving-staff-card": lambda look: _proving(look, st.Proof.STAFF, staff_number="0042"),
    "preparing": lambda look: _working(look, st.Preparing, item=INSURANCE),
    "preparing-slow": lambda look: _working(look, st.Preparing, 8.0, item=INSURANCE),
    "preparing-long": lambda look: _working(look, st.Preparing, 11.0, item=INSURANCE),
    "previewing": _previewing,
    "previewing-printer-down": lambda look: _previewing(look, NO_PAPER),
    "previewing-two-sided": lambda look: _previewing(
        look, replace(FINE, two_sided=True), edition=Edition.LARGE
    ),
    "previewing-only-paper": lambda look: _previewing(
        look, item=replace(INSURANCE, editions=(Edition.STANDARD,), copy=False)
    ),
    "copying-asking": _copying,
    "copying": lambda look: _copying(look, link=link()),
    "copying-card-away": lambda look: _copying(look, Presence.ABSENT, link=link(40)),
    "copying-asking-long": lambda look: _long(_copying(look), 11.0),
    "copying-warning": lambda look: _warned(_copying(look, Presence.ABSENT, link=link())),
    "copying-after-paper": _copying_after_paper,
    "copying-failed": lambda look: _copying(look, fault=net.UNREACHABLE),
    "copying-expired": lambda look: _copying(look, expired=True),
    "copying-expired-no-paper": lambda look: _copying(look, expired=True, printer=NO_PAPER),
    "printing-starting": lambda look: _printing(look, Outcome.QUEUED, 0),
    "printing": lambda look: _printing(look, Outcome.PRINTING, 1),
    "printing-long": lambda look: _long(_printing(look, Outcome.PRINTING, 1), 11.0),
    "printing-stopping": lambda look: _long(
        _printing(look, Outcome.PRINTING, 1, stopped=True), 5.0
    ),
    "printing-paper-out": lambda look: _printing(look, Outcome.PRINTING, 1, prn.PAPER_OUT),
    "printing-tray-full": lambda look: _printing(look, Outcome.PRINTING, 1, prn.OUTPUT_FULL),
    "printing-cover-open": lambda look: _printing(look, Outcome.PRINTING, 0, prn.COVER_OPEN),
    "printing-cancelling": lambda look: _printing(
        look, Outcome.PRINTING, 1, prn.PAPER_OUT, EndReason.LEFT
    ),
    "printing-to-phone": lambda look: _printing(
        look, Outcome.PRINTING, 1, prn.PAPER_OUT, copying=True
    ),
    "printing-only-paper": lambda look: _printing(
        look, Outcome.PRINTING, 0, prn.PAPER_JAM, item=replace(INSURANCE, copy=False)
    ),
    "checking-paper": _checking,
    "collecting": lambda look: _collecting(look, Presence.PRESENT),
    "checking-paper-warning": lambda look: _warned(_checking(look)),
    "collecting-warning": lambda look: _warned(_collecting(look, Presence.PRESENT)),
    "collecting-card-taken": lambda look: _collecting(look, Presence.ABSENT),
    "failure-platform": lambda look: _service_failure(
        look, net.UNREACHABLE, Retry.ISSUE, item=INSURANCE
    ),
    "failure-unknown-person": lambda look: _service_failure(look, net.PERSON_UNKNOWN, Retry.NONE),
    "failure-no-record": lambda look: _service_failure(
        look, net.NO_RECORD, Retry.NONE, item=DEPOSIT
    ),
    "failure-quota": lambda look: _service_failure(look, net.QUOTA_SPENT, Retry.NONE, item=DEPOSIT),
    "failure-seal": lambda look: _service_failure(
        look, prn.SEAL_BROKEN, Retry.ISSUE, item=INSURANCE
    ),
    "failure-nothing": lambda look: _service_failure(
        look, prn.JOB_ABORTED, Retry.PREVIEW, item=INSURANCE, document=document()
    ),
    "failure-partly": lambda look: _service_failure(
        look, prn.JOB_ABORTED, Retry.STAFF, item=INSURANCE, document=document(5), pages_done=2
    ),
    "failure-partly-warning": lambda look: _warned(
        _service_failure(
            look, prn.JOB_ABORTED, Retry.STAFF, item=INSURANCE, document=document(5), pages_done=2
        )
    ),
    "failure-stopped": lambda look: _service_failure(
        look, prn.JOB_CANCELLED, Retry.PREVIEW, item=INSURANCE, document=document()
    ),
    "failure-unproved": lambda look: _service_failure(
        look, prn.JOB_UNPROVED, Retry.STAFF, item=INSURANCE, document=document()
    ),
    "card-away": _away,
    "card-away-warning": lambda look: _warned(_away(look)),
    "leaving-document": lambda look: _leaving(look, _previewing(look)),
    "leaving-job": lambda look: _leaving(look, _printing(look, Outcome.PRINTING, 1)),
    "leaving-pages": lambda look: _leaving(look, _checking(look), Presence.ABSENT),
    "leaving-proof": lambda look: _leaving(look, _proving(look, st.Proof.ENTERING)),
    "card-away-staff": lambda look: _away(look, ""),
    "card-away-staff-read": lambda look: _away(look, "0042"),
    "ending": lambda look: _ending(look, EndReason.DONE, card_present=False),
    "ending-card-present": lambda look: _ending(look, EndReason.DONE, card_present=True),
    "ending-clearing": lambda look: _ending(
        look, EndReason.LEFT, card_present=False, clearing=True
    ),
    "ending-timeout": lambda look: _ending(look, EndReason.TIMEOUT, card_present=True),
    "ending-other-card": lambda look: _ending(look, EndReason.OTHER_CARD, card_present=True),
    "ending-maintenance": lambda look: _ending(look, EndReason.MAINTENANCE, card_present=False),
    "ending-fault": lambda look: _ending(look, EndReason.FAULT, card_present=False),
    "assisted-calling": lambda look: _assisted(look, None),
    "assisted": lambda look: _assisted(look, True, "1024"),
    "assisted-coming": lambda look: _assisted(look, True, "1024", COMING),
    "assisted-not-coming": lambda look: _assisted(
        look, True, "1024", HelpAnswer(HelpProgress.NOT_COMING)
    ),
    "assisted-not-reached": lambda look: _assisted(look, False),
    "unlocking": lambda look: _unlocking(look),
    "assisted-calling-long": lambda look: _long(_assisted(look, None), 11.0),
    "card-mute-warning": lambda look: _warned(_card(look, crd.CARD_MUTE)),
    "unlocking-checking": lambda look: _long(_unlocking(look, checking=True), 3.0),
    "unlocking-refused": lambda look: _unlocking(look, refused=True),
    "unlocking-locked": lambda look: _unlocking(look, refused=True, locked_s=60),
    "maintenance": lambda look: _maintenance(look, well=False),
    "maintenance-well": lambda look: _maintenance(look, well=True),
    "maintenance-staff": lambda look: _maintenance(look, well=False, role=Role.STAFF),
}
"""The function that makes the state of a scene in a look, by the scene's name. Has all states."""
