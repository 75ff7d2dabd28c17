"""Journeys of residents with the real card stack and the real print stack."""

from __future__ import annotations

import subprocess
import time
from functools import partial
from pathlib import Path

import pytest

from devices import faults
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session.model import EndReason, Presence, Retry
from terminal.session.states import (
    CardAway,
    CardFailure,
    Choosing,
    Collecting,
    Consenting,
    Ending,
    OutOfService,
    Preparing,
    Previewing,
    Printing,
    Proof,
    Proving,
    Recognising,
    ServiceFailure,
    Welcome,
)
from tests.rig.fixtures import PresentCard
from tests.rig.pcscd import Pcscd
from tests.rig.people import PEOPLE
from tests.rig.print_fixtures import PrintRig
from tests.rig.vcard import Faults, UnknownCard, VirtualSlot

from .station import DEPOSIT, INSURANCE, RigStation

pytestmark = [pytest.mark.rig, pytest.mark.timeout(180)]


def text_of(pdf: Path) -> str:
    """Return the text that pdftotext finds, without white space."""
    done = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], stdout=subprocess.PIPE, check=True
    )
    return "".join(done.stdout.decode().split())


def has_tries(left: int, state: Proving) -> bool:
    return state.tries_left == left


@pytest.mark.parametrize("key", ["wang", "rare", "long"])
def test_a_certificate_is_printed_with_a_social_security_card(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot, sandbox: SandboxProcess,
    print_rig: PrintRig, key: str,
) -> None:  # fmt: skip
    """With a social security card and the code from the phone; the device counts the pages."""
    present_card(key)
    pcsc_station.consent()
    document = pcsc_station.choose(INSURANCE, sandbox).document
    collecting = pcsc_station.print_it()

    assert collecting.pages == document.pages
    received = print_rig.received()
    assert len(received) == 1
    assert print_rig.pages_out() == collecting.pages
    text = text_of(received[0].path)
    assert PEOPLE[key].name in text
    assert PEOPLE[key].number in text
    assert "Proving" in pcsc_station.history
    slot.remove()
    pcsc_station.finish()
    assert print_rig.documents_left() == []


def test_a_resident_id_card_needs_no_code(
    samv_station: RigStation, present_resident_card: PresentCard, sandbox: SandboxProcess,
    print_rig: PrintRig,
) -> None:  # fmt: skip
    """A resident ID card alone is sufficient for the insurance certificate."""
    present_resident_card("rare")
    samv_station.consent()
    samv_station.choose(INSURANCE, sandbox)
    samv_station.print_it()

    assert "Proving" not in samv_station.history
    text = text_of(print_rig.received()[0].path)
    assert PEOPLE["rare"].name in text
    assert PEOPLE["rare"].number in text
    samv_station.finish()


def test_a_third_generation_card_is_served_with_a_code(
    pcsc_station: RigStation,
    present_card: PresentCard,
    sandbox: SandboxProcess,
    print_rig: PrintRig,
) -> None:
    """The card does not give its holder's name; the platform does, after the code."""
    present_card("three")
    assert pcsc_station.wait(Consenting).visit.identity.masked_name == ""
    pcsc_station.consent()
    pcsc_station.choose(INSURANCE, sandbox)
    pcsc_station.print_it()
    assert PEOPLE["three"].name in text_of(print_rig.received()[0].path)


def test_two_certificates_in_one_visit_need_one_code(
    pcsc_station: RigStation,
    present_card: PresentCard,
    sandbox: SandboxProcess,
    print_rig: PrintRig,
) -> None:
    """One consent and one code give two certificates, each as a separate job."""
    present_card("wang")
    pcsc_station.consent()
    pcsc_station.choose(DEPOSIT, sandbox)
    pcsc_station.print_it()
    pcsc_station.post(ev.MorePressed())
    pcsc_station.wait(Choosing)
    pcsc_station.choose(INSURANCE, sandbox)
    pcsc_station.print_it()
    assert len(print_rig.received()) == 2
    assert len(sandbox.codes()) == 1


# -- paper


def test_paper_out_in_mid_job_is_shown_and_no_page_is_lost(
    pcsc_station: RigStation,
    present_card: PresentCard,
    sandbox: SandboxProcess,
    print_rig: PrintRig,
) -> None:
    """Paper runs out after the first page and is added; each page is printed exactly once."""
    present_card("long")
    pcsc_station.consent()
    pages = pcsc_station.choose(INSURANCE, sandbox).document.pages
    assert pages >= 2
    print_rig.paper_out(after=1)
    pcsc_station.post(ev.PrintPressed())
    waiting = pcsc_station.wait(Printing, lambda state: state.progress.waiting is not None)
    assert waiting.progress.waiting is not None
    assert waiting.progress.waiting.code == "PRN-104"
    assert waiting.progress.pages_done == 1
    print_rig.refill()
    collecting = pcsc_station.wait(Collecting)
    assert collecting.pages == pages
    assert print_rig.pages_out() == pages


def test_a_station_with_a_kept_job_serves_no_one(
    pcsc_station: RigStation,
    present_card: PresentCard,
    sandbox: SandboxProcess,
    print_rig: PrintRig,
) -> None:
    """If a resident leaves while paper is out, the next one must not get their pages."""
    present_card("wang")
    pcsc_station.consent()
    pcsc_station.choose(INSURANCE, sandbox)
    print_rig.paper_out()
    pcsc_station.post(ev.PrintPressed())
    pcsc_station.wait(Printing, lambda state: state.progress.waiting is not None)
    pcsc_station.post(ev.LeavePressed())
    ending = pcsc_station.wait(Ending)
    assert ending.reason is EndReason.LEFT
    out = pcsc_station.wait(OutOfService, within_s=60)
    # The device still has the job: the station serves no one until staff have checked the tray.
    assert out.fault.code == "PRN-205"


# -- the card is removed in each state


def test_a_card_removed_before_consent_ends_the_visit(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot
) -> None:
    present_card("wang")
    visit = pcsc_station.wait(Consenting).visit
    slot.remove()
    pcsc_station.wait(Welcome)
    assert visit.identity.wiped


@pytest.mark.parametrize("where", ["Choosing", "Proving", "Previewing"])
def test_a_card_presented_again_before_confirmation_continues_the_visit(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot, sandbox: SandboxProcess,
    where: str,
) -> None:  # fmt: skip
    """The page asks for the card; when it is back, the visit continues in the same state."""
    present_card("wang")
    pcsc_station.consent()
    kind: type[Choosing] | type[Proving] | type[Previewing] = Choosing
    if where == "Proving":
        kind = Proving
        pcsc_station.post(ev.ServiceChosen(INSURANCE))
        pcsc_station.wait(Proving, lambda state: state.proof is Proof.ENTERING)
    elif where == "Previewing":
        kind = Previewing
        pcsc_station.choose(INSURANCE, sandbox)
    slot.remove()
    pcsc_station.wait(CardAway)
    present_card("wang")
    pcsc_station.wait(kind)


def test_a_card_removed_during_its_reading_is_reported(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot
) -> None:
    """The page shows that the card was removed too early, and the next card is read."""
    present_card("wang", Faults(pull_before=3))
    assert pcsc_station.wait(CardFailure).fault.same_as(faults.CARD_PULLED)
    slot.remove()
    present_card("wang")
    pcsc_station.wait(Consenting)


@pytest.mark.parametrize("where", ["Recognising", "Preparing"])
def test_a_card_removed_while_the_platform_works_continues_the_visit_later(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot, sandbox: SandboxProcess,
    where: str,
) -> None:  # fmt: skip
    """The platform answers while the card is away; the visit continues when the card is back."""
    present_card("wang")
    kind: type[Recognising] | type[Preparing]
    after: type[Choosing] | type[Previewing]
    if where == "Recognising":
        kind, after = Recognising, Choosing
        pcsc_station.wait(Consenting)
        sandbox.control(slow_s=1.5)
        pcsc_station.post(ev.Consented())
    else:
        kind, after = Preparing, Previewing
        pcsc_station.consent()
        pcsc_station.post(ev.ServiceChosen(INSURANCE))
        pcsc_station.wait(Proving, lambda state: state.proof is Proof.ENTERING)
        sandbox.control(slow_s=1.5, only=["issue"])
        pcsc_station.post(ev.CodeEntered(sandbox.codes()[-1].code))
    pcsc_station.wait(kind)
    slot.remove()
    pcsc_station.wait(CardAway, lambda state: isinstance(state.before, after))
    present_card("wang")
    pcsc_station.wait(after)


def test_a_card_removed_after_printing_leaves_the_paper_to_collect(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot, sandbox: SandboxProcess
) -> None:
    """The normal order: the resident takes the card first, then the paper."""
    present_card("wang")
    pcsc_station.consent()
    pcsc_station.choose(INSURANCE, sandbox)
    pcsc_station.print_it()
    slot.remove()
    pcsc_station.wait(Collecting, lambda state: state.visit.presence is Presence.ABSENT)
    pcsc_station.finish()


def test_a_card_removed_before_confirmation_for_good_ends_the_visit(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot
) -> None:
    present_card("wang")
    visit = pcsc_station.consent().visit
    slot.remove()
    pcsc_station.wait(CardAway)
    assert pcsc_station.wait(Ending).reason is EndReason.CARD_GONE
    assert visit.identity.wiped


def test_printing_continues_when_the_card_is_removed(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot, sandbox: SandboxProcess,
    print_rig: PrintRig,
) -> None:  # fmt: skip
    present_card("wang")
    pcsc_station.consent()
    pcsc_station.choose(INSURANCE, sandbox)
    print_rig.hold()
    pcsc_station.post(ev.PrintPressed())
    pcsc_station.wait(Printing)
    slot.remove()
    print_rig.unhold()
    assert pcsc_station.wait(Collecting).visit.presence.value == "absent"


def test_another_card_ends_the_visit(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot
) -> None:
    present_card("wang")
    visit = pcsc_station.consent().visit
    slot.remove()
    pcsc_station.wait(CardAway)
    present_card("long")
    assert pcsc_station.wait(Ending).reason is EndReason.OTHER_CARD
    assert visit.identity.wiped


def test_an_unknown_card_is_reported_as_unsupported(
    pcsc_station: RigStation, slot: VirtualSlot, present_card: PresentCard
) -> None:
    slot.present(UnknownCard())
    assert pcsc_station.wait(CardFailure).fault.same_as(faults.CARD_UNSUPPORTED)
    slot.remove()
    present_card("wang")
    pcsc_station.wait(Consenting)


def test_three_wrong_codes_require_staff(
    pcsc_station: RigStation, present_card: PresentCard, sandbox: SandboxProcess
) -> None:
    """After three wrong codes there is no document, and only staff can continue."""
    present_card("wang")
    pcsc_station.consent()
    pcsc_station.post(ev.ServiceChosen(INSURANCE))
    for left in (2, 1, 0):
        pcsc_station.wait(Proving, lambda state: state.proof is Proof.ENTERING)
        right = sandbox.codes()[-1].code
        pcsc_station.post(ev.CodeEntered("000000" if right != "000000" else "111111"))
        pcsc_station.wait(Proving, partial(has_tries, left))
    stopped = pcsc_station.wait(Proving, lambda state: state.proof is Proof.STAFF)
    assert stopped.fault is not None
    assert sandbox.counts().get("issue", 0) == 0
    pcsc_station.post(ev.StaffEntered("1001", "2468"))
    pcsc_station.wait(Previewing)


# -- services that stop and start again


def test_a_killed_pcscd_is_noticed_and_used_again_after_its_start(
    pcsc_station: RigStation, pcscd: Pcscd, present_card: PresentCard
) -> None:
    """The end is noticed within 1 s, the reader is ready within 2 s after the start of pcscd."""
    for _ in range(2):
        killed = time.monotonic()
        pcscd.kill()
        out = pcsc_station.wait(OutOfService)
        assert time.monotonic() - killed < 1.0
        assert out.fault.same_as(faults.SERVICE_DOWN)
        pcscd.start()
        back = time.monotonic()
        pcsc_station.wait(Welcome)
        assert time.monotonic() - back < 2.0
    present_card("wang")
    pcsc_station.wait(Consenting)


@pytest.mark.parametrize(
    ("switches", "code"),
    [({"fault": "absent"}, "NET-"), ({"fault": "garbage"}, "NET-"), ({"slow_s": 10.0}, "NET-")],
    ids=["down", "garbage", "slow"],
)
def test_a_visit_continues_after_a_failure_of_the_platform(
    pcsc_station: RigStation, present_card: PresentCard, sandbox: SandboxProcess,
    switches: dict[str, object], code: str,
) -> None:  # fmt: skip
    """The page names the fault; a retry continues the visit from there."""
    present_card("wang")
    pcsc_station.wait(Consenting)
    sandbox.control(**switches)
    pcsc_station.post(ev.Consented())
    failure = pcsc_station.wait(ServiceFailure)
    assert failure.fault.code.startswith(code)
    assert failure.retry is Retry.IDENTIFY
    sandbox.control()
    pcsc_station.post(ev.RetryPressed())
    pcsc_station.wait(Choosing)


@pytest.mark.parametrize(
    ("document", "code"),
    [("unsigned", "DOC-102"), ("broken", "DOC-103"), ("stranger", "DOC-104"),
     ("changed", "DOC-105"), ("wrong_person", "DOC-106"), ("scripts", "DOC-107")],
)  # fmt: skip
def test_an_invalid_document_is_neither_shown_nor_printed(
    pcsc_station: RigStation, present_card: PresentCard, sandbox: SandboxProcess,
    print_rig: PrintRig, document: str, code: str,
) -> None:  # fmt: skip
    present_card("wang")
    pcsc_station.consent()
    sandbox.control(document=document)
    pcsc_station.post(ev.ServiceChosen(INSURANCE))
    pcsc_station.wait(Proving, lambda state: state.proof is Proof.ENTERING)
    pcsc_station.post(ev.CodeEntered(sandbox.codes()[-1].code))
    assert pcsc_station.wait(ServiceFailure).fault.code == code
    assert "Previewing" not in pcsc_station.history
    assert print_rig.received() == []
