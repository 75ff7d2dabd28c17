"""A print job fails on a real queue: who may print it again, and what the journal records."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest

from devices.cards.operator.card import OperatorTrust
from devices.cards.registry import profiles_for
from devices.readers.pcsc.reader import PcscReader
from printing.outcome import Outcome
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session.model import Retry
from terminal.session.states import (
    Collecting,
    Ending,
    Maintenance,
    Previewing,
    Printing,
    ServiceFailure,
    Welcome,
)
from tests.rig.operator_cards import ISSUER_KEY, SERIALS, operator_card
from tests.rig.people import social_security_card
from tests.rig.print_fixtures import PrintRig
from tests.rig.vcard import VirtualSlot
from tests.terminal.terminal_world import until

from .conftest import MakeStation
from .station import INSURANCE, RigStation

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc"), pytest.mark.timeout(240)]


@pytest.fixture
def station(make_station: MakeStation, slot: VirtualSlot) -> RigStation:
    """A station with one PC/SC reader that accepts the sample issuer, ready to serve."""
    station = make_station(PcscReader(profiles=profiles_for(OperatorTrust((ISSUER_KEY,)))))
    station.ready()
    return station


def rows(station: RigStation, statement: str) -> list[tuple[object, ...]]:
    """Return the result of a query of the journal."""
    path = next((station.state_directory / "journal").glob("*.db"))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as journal:
        return journal.execute(statement).fetchall()


def reprints(station: RigStation) -> list[tuple[object, ...]]:
    """Return the reason and the staff card of each reprint."""
    return rows(station, "SELECT reason, card FROM reprints")


def drawn(pdf: Path) -> bytes:
    """Return the pages as pictures, one after the other."""
    done = subprocess.run(
        ["pdftoppm", "-r", "72", "-gray", str(pdf)], stdout=subprocess.PIPE, check=True
    )
    return done.stdout


def previewing(station: RigStation, sandbox: SandboxProcess, slot: VirtualSlot) -> Previewing:
    """Let a resident choose a certificate with two pages or more; return its preview."""
    slot.present(social_security_card("long"))
    station.consent()
    shown = station.choose(INSURANCE, sandbox)
    assert shown.document.pages >= 2
    return shown


def test_a_staff_card_prints_a_partly_printed_document_again(
    station: RigStation, slot: VirtualSlot, sandbox: SandboxProcess, print_rig: PrintRig
) -> None:
    pages = previewing(station, sandbox, slot).document.pages
    print_rig.device.abort_after(1)
    station.post(ev.PrintPressed())
    failure = station.wait(ServiceFailure)
    assert (failure.retry, failure.pages_done) == (Retry.STAFF, 1)
    print_rig.device.abort_after(99)
    slot.remove()
    slot.present(operator_card("staff"))
    collecting = station.wait(Collecting)
    assert collecting.pages == pages
    first, second = print_rig.received()
    # Compare the pages as drawn, because cupsd appends data to the file.
    assert drawn(second.path) == drawn(first.path)
    assert reprints(station) == [("staff", SERIALS["staff"])]


def test_a_document_without_a_printed_page_is_printed_in_a_later_visit(
    station: RigStation, slot: VirtualSlot, sandbox: SandboxProcess, print_rig: PrintRig
) -> None:
    number = previewing(station, sandbox, slot).document.number
    print_rig.device.abort_after(0)
    station.post(ev.PrintPressed())
    failure = station.wait(ServiceFailure)
    assert (failure.retry, failure.pages_done) == (Retry.PREVIEW, 0)
    station.post(ev.LeavePressed())
    station.wait(Ending)
    slot.remove()
    station.wait(Welcome, within_s=60)
    print_rig.device.abort_after(99)
    again = previewing(station, sandbox, slot).document
    assert again.number == number
    station.print_it()
    assert reprints(station) == [("nothing_came_out", "")]


def test_maintenance_in_mid_job_leaves_no_page_for_the_next_resident(
    station: RigStation, slot: VirtualSlot, sandbox: SandboxProcess, print_rig: PrintRig
) -> None:
    pages = previewing(station, sandbox, slot).document.pages
    print_rig.device.hold()
    station.post(ev.PrintPressed())
    station.wait(Printing, lambda page: page.progress.outcome is Outcome.PRINTING)
    slot.remove()
    slot.present(operator_card("maintainer"))
    assert station.wait(Maintenance).clearing
    # The emulated device finishes a job that it has begun; a real one may stop.
    print_rig.device.unhold()
    station.wait(Maintenance, lambda page: not page.clearing)
    out = print_rig.pages_out()
    slot.remove()
    station.post(ev.MaintenanceClosed())
    station.ready()
    assert print_rig.pages_out() == out
    assert rows(station, "SELECT role, card FROM openings") == [
        ("maintainer", SERIALS["maintainer"])
    ]
    until(lambda: rows(station, "SELECT * FROM outbox WHERE kind = 'outcome'"), "the outcome")
    ((outcome, reported),) = rows(
        station, "SELECT outcome, pages FROM outbox WHERE kind = 'outcome'"
    )
    assert reported == out
    assert outcome == "unknown" or (outcome == "printed" and out == pages)
    assert rows(station, "SELECT reason FROM visits") == [("maintenance",)]
