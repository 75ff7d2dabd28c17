"""Paper runs out, the resident leaves and the terminal restarts: no one else gets the pages."""

from __future__ import annotations

import pytest

from devices.readers.pcsc.reader import PcscReader
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session.states import Ending, OutOfService, Printing, Welcome
from tests.rig.people import social_security_card
from tests.rig.print_fixtures import PrintRig
from tests.rig.vcard import VirtualSlot

from .conftest import PIN, MakeStation
from .station import INSURANCE

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc"), pytest.mark.timeout(240)]


def test_a_restarted_station_still_blocks_for_the_job_that_the_device_keeps(
    make_station: MakeStation, slot: VirtualSlot, sandbox: SandboxProcess, print_rig: PrintRig
) -> None:
    before = make_station(PcscReader())
    before.ready()
    slot.present(social_security_card("long"))
    before.consent()
    before.choose(INSURANCE, sandbox)
    print_rig.paper_out()
    before.post(ev.PrintPressed())
    before.wait(Printing, lambda state: state.progress.waiting is not None)
    before.post(ev.LeavePressed())
    before.wait(Ending)
    slot.remove()
    assert before.wait(OutOfService, within_s=60).fault.code == "PRN-205"
    before.stop()

    station = make_station(PcscReader())
    out = station.wait(OutOfService, lambda state: state.fault.code == "PRN-205", within_s=60)
    assert out.station.blocked is None, "the session has forgotten it"
    slot.present(social_security_card("wang"))
    print_rig.refill()
    slot.remove()
    station.tray_emptied(PIN)
    assert "Consenting" not in station.history
    pages_before = print_rig.pages_out()

    slot.present(social_security_card("wang"))
    station.consent()
    second = station.choose(INSURANCE, sandbox).document
    assert station.print_it().pages == second.pages
    assert print_rig.pages_out() == pages_before + second.pages
    slot.remove()
    station.finish()
    assert isinstance(station.state, Welcome)
