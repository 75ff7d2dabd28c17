"""A resident stops a job on a real queue: what the page and the journal say."""

from __future__ import annotations

import sqlite3

import pytest

from devices.readers.pcsc.reader import PcscReader
from printing.outcome import Outcome
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session.model import Retry
from terminal.session.states import (
    CheckingPaper,
    Ending,
    OutOfService,
    Printing,
    ServiceFailure,
    State,
)
from tests.rig.people import social_security_card
from tests.rig.print_fixtures import PrintRig
from tests.rig.vcard import VirtualSlot
from tests.terminal.session_world import is_wiped
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


def answered(state: State) -> bool:
    """Return whether the page says what came out, or asks for it."""
    return isinstance(state, CheckingPaper | ServiceFailure)


@pytest.mark.parametrize("after", [0, 1], ids=["no_page", "one_page"])
def test_a_stopped_job_is_never_a_success_and_uses_no_reprint(
    station: RigStation, slot: VirtualSlot, sandbox: SandboxProcess, print_rig: PrintRig, after: int
) -> None:
    slot.present(social_security_card("long"))
    station.consent()
    paper = station.choose(INSURANCE, sandbox).document
    print_rig.paper_out(after=after)
    station.post(ev.PrintPressed())
    station.wait(Printing, lambda state: state.progress.waiting is not None)
    job = station.wait(Printing, lambda state: state.progress.pages_done == after).progress.job
    station.post(ev.StopPressed())
    station.post(ev.StopPressed())  # pressed twice by mistake
    shown = station.wait(State, answered, within_s=60)
    assert not is_wiped(paper), "the visit goes on"
    if isinstance(shown, ServiceFailure):
        assert shown.pages_done == after
        assert shown.retry is (Retry.STAFF if after else Retry.PREVIEW)
    station.post(ev.EndPressed())
    station.post(ev.LeavePressed())
    station.wait(Ending)
    assert is_wiped(paper)
    slot.remove()
    # A device without paper keeps the cancelled job. The station serves no one until staff came:
    # its pages may come out when paper is refilled.
    assert station.wait(OutOfService, within_s=60).fault.code == "PRN-205"
    print_rig.refill()
    station.tray_emptied(PIN)
    outcomes = "SELECT key, outcome, pages FROM outbox WHERE kind = 'outcome' ORDER BY id"
    until(lambda: len(rows(station, outcomes)) == 1, "the outcome")
    ((recorded, outcome, pages),) = rows(station, outcomes)
    assert (recorded, pages) == (job, after)
    assert outcome != Outcome.PRINTED
    assert rows(station, "SELECT * FROM reprints") == []
