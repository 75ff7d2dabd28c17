"""A maintainer's card while a resident's paper is at the printer: nobody ever meets that paper."""

from __future__ import annotations

import sqlite3

import pytest

from devices.cards.operator.card import Trust
from devices.cards.registry import profiles_for
from devices.readers.pcsc.reader import PcscReader
from printing.outcome import Outcome
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session.states import Maintenance, Printing, Welcome
from tests.rig.operator_cards import ISSUER_KEY, operator_card
from tests.rig.people import social_security_card
from tests.rig.print_fixtures import PrintRig
from tests.rig.vcard import VirtualSlot

from .conftest import MakeStation
from .station import INSURANCE, RigStation

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc"), pytest.mark.timeout(240)]


@pytest.fixture
def station(make_station: MakeStation, slot: VirtualSlot) -> RigStation:
    """A station of one PC/SC reader that trusts the sample issuer, ready to serve."""
    station = make_station(PcscReader(profiles=profiles_for(Trust((ISSUER_KEY,)))))
    station.ready()
    return station


def told(station: RigStation) -> list[tuple[str, str]]:
    """Which jobs' outcomes the platform is told, in the order of the journal."""
    path = next((station.state_directory / "journal").glob("*.db"))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as journal:
        rows = journal.execute("SELECT key, outcome FROM outbox WHERE kind = 'outcome'")
        return [(str(key), str(outcome)) for key, outcome in rows]


def test_the_job_under_way_is_cleared_and_the_next_resident_gets_their_own_paper(
    station: RigStation, slot: VirtualSlot, sandbox: SandboxProcess, print_rig: PrintRig
) -> None:
    slot.lay(social_security_card("long"))
    station.consent()
    first = station.choose(INSURANCE, sandbox).document
    print_rig.paper_out()
    station.post(ev.PrintPressed())
    printing = station.wait(Printing, lambda state: state.progress.waiting is not None)
    slot.lay(operator_card("maintainer"))
    opened = station.wait(Maintenance)
    assert first.wiped
    assert printing.visit.identity.wiped
    assert opened.clearing or opened.test is None
    print_rig.refill()  # who has the card stands there; a device without paper ends no job
    station.wait(Maintenance, lambda state: not state.clearing, within_s=60)
    came_out = print_rig.pages_out()
    assert station.state.station.blocked is None
    station.post(ev.MaintenanceClosed())
    slot.lift()
    station.wait(Welcome)
    station.ready()

    slot.lay(social_security_card("wang"))
    station.consent()
    second = station.choose(INSURANCE, sandbox).document
    before = len(print_rig.received())
    assert station.print_it().pages == second.pages
    assert len(print_rig.received()) == before + 1
    slot.lift()
    station.finish()
    jobs = dict(told(station))
    assert len(jobs) == len(told(station)) == 2
    # Paper and the order to cancel race to the device. Whichever is first, what is told is true.
    assert jobs[printing.progress.job] != Outcome.PRINTED or came_out == first.pages
    del jobs[printing.progress.job]
    assert list(jobs.values()) == [Outcome.PRINTED]
