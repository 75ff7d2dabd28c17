"""A maintainer's card while a resident's job is printing: no other resident gets those pages."""

from __future__ import annotations

import sqlite3

import pytest

from devices.cards.operator.card import OperatorTrust
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
    """A station with one PC/SC reader that accepts the sample issuer, ready to serve."""
    station = make_station(PcscReader(profiles=profiles_for(OperatorTrust((ISSUER_KEY,)))))
    station.ready()
    return station


def outcomes(station: RigStation) -> list[tuple[str, str]]:
    """Return the jobs and outcomes that are reported to the platform, in journal order."""
    path = next((station.state_directory / "journal").glob("*.db"))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as journal:
        rows = journal.execute("SELECT key, outcome FROM outbox WHERE kind = 'outcome'")
        return [(str(key), str(outcome)) for key, outcome in rows]


def test_maintenance_clears_the_running_job_before_the_next_resident(
    station: RigStation, slot: VirtualSlot, sandbox: SandboxProcess, print_rig: PrintRig
) -> None:
    slot.present(social_security_card("long"))
    station.consent()
    first = station.choose(INSURANCE, sandbox).document
    print_rig.paper_out()
    station.post(ev.PrintPressed())
    printing = station.wait(Printing, lambda state: state.progress.waiting is not None)
    slot.present(operator_card("maintainer"))
    opened = station.wait(Maintenance)
    assert first.wiped
    assert printing.visit.identity.wiped
    assert opened.clearing or opened.test is None
    print_rig.refill()  # the maintainer adds paper; a device without paper ends no job
    station.wait(Maintenance, lambda state: not state.clearing, within_s=60)
    came_out = print_rig.pages_out()
    assert station.state.station.blocked is None
    station.post(ev.MaintenanceClosed())
    slot.remove()
    station.wait(Welcome)
    station.ready()

    slot.present(social_security_card("wang"))
    station.consent()
    second = station.choose(INSURANCE, sandbox).document
    before = len(print_rig.received())
    assert station.print_it().pages == second.pages
    assert len(print_rig.received()) == before + 1
    slot.remove()
    station.finish()
    jobs = dict(outcomes(station))
    assert len(jobs) == len(outcomes(station)) == 2
    # The device may get the paper or the request to cancel first. Both outcomes must be reported
    # correctly.
    assert jobs[printing.progress.job] != Outcome.PRINTED or came_out == first.pages
    del jobs[printing.progress.job]
    assert list(jobs.values()) == [Outcome.PRINTED]
