"""Paper runs out and the resident takes a copy on the phone instead: no other gets their pages."""

from __future__ import annotations

import sqlite3
import ssl
import urllib.request

import pytest

from devices.readers.pcsc.reader import PcscReader
from printing.outcome import Outcome
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session.states import Copying, Ending, OutOfService, Printing
from tests.rig.people import social_security_card
from tests.rig.print_fixtures import PrintRig
from tests.rig.vcard import VirtualSlot
from tests.terminal.terminal_world import until

from .conftest import PIN, MakeStation
from .station import INSURANCE, RigStation

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc"), pytest.mark.timeout(240)]


@pytest.fixture
def station(make_station: MakeStation, slot: VirtualSlot) -> RigStation:
    """A station with one PC/SC reader, ready to serve."""
    station = make_station(PcscReader())
    station.ready()
    return station


def rows(station: RigStation, statement: str) -> list[tuple[object, ...]]:
    """Return the result of a query of the journal."""
    path = next((station.state_directory / "journal").glob("*.db"))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as journal:
        return journal.execute(statement).fetchall()


@pytest.mark.parametrize("after", [0, 1], ids=["no_page", "one_page"])
def test_the_copy_is_the_same_document_and_no_page_reaches_the_next_resident(
    station: RigStation, slot: VirtualSlot, sandbox: SandboxProcess, print_rig: PrintRig,
    after: int,
) -> None:  # fmt: skip
    slot.present(social_security_card("long"))
    station.consent()
    paper = station.choose(INSURANCE, sandbox).document
    sealed = paper.pdf
    print_rig.paper_out(after=after)
    station.post(ev.PrintPressed())
    waiting = station.wait(Printing, lambda state: state.progress.waiting is not None)
    station.wait(Printing, lambda state: state.progress.pages_done == after)
    station.post(ev.CopyPressed())
    station.post(ev.CopyPressed())  # pressed twice by mistake
    copying = station.wait(Copying, lambda state: state.link is not None, within_s=60)
    assert copying.link is not None
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    url = f"{copying.link.url}/document.pdf"
    with urllib.request.urlopen(url, context=trust, timeout=20) as answer:
        assert bytes(answer.read()) == sealed
    station.post(ev.DonePressed())
    station.wait(Ending)
    assert paper.wiped
    slot.remove()
    # A device without paper does not end a cancelled job. The station serves no one until then.
    assert station.wait(OutOfService, within_s=60).fault.code == "PRN-205"
    print_rig.refill()
    station.tray_emptied(PIN)
    out = print_rig.pages_out()

    slot.present(social_security_card("wang"))
    station.consent()
    second = station.choose(INSURANCE, sandbox).document
    assert station.print_it().pages == second.pages
    assert print_rig.pages_out() == out + second.pages
    slot.remove()
    station.finish()
    outcomes = "SELECT key, outcome, pages FROM outbox WHERE kind = 'outcome' ORDER BY id"
    until(lambda: len(rows(station, outcomes)) == 2, "both outcomes")
    (job, outcome, pages), (_, printed, _) = rows(station, outcomes)
    assert (job, pages) == (waiting.progress.job, after)
    assert outcome != Outcome.PRINTED
    assert printed == Outcome.PRINTED
    assert rows(station, "SELECT item FROM copies") == [(INSURANCE,)]
    assert rows(station, "SELECT * FROM reprints") == []
