"""A copy for a phone, a reprint by staff and maintenance in mid-visit leave no personal data."""

from __future__ import annotations

import contextlib
import logging
import ssl
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from devices.cards.operator.card import OperatorTrust
from devices.cards.registry import profiles_for
from devices.health import DeviceStatus
from devices.readers.pcsc.reader import PcscReader
from printing.outcome import PrintEnded
from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session.model import Presence, Retry
from terminal.session.states import (
    Collecting,
    Copying,
    Maintenance,
    Previewing,
    ServiceFailure,
    Welcome,
)
from tests.leaks import find_leaks
from tests.rig.operator_cards import ISSUER_KEY, operator_card
from tests.rig.people import PEOPLE, social_security_card
from tests.rig.print_fixtures import PrintRig
from tests.rig.vcard import VirtualSlot

from .conftest import MakeStation
from .station import INSURANCE, RigStation
from .test_leaks_rig import places

pytestmark = [pytest.mark.rig, pytest.mark.xdist_group("pcsc"), pytest.mark.timeout(240)]


@pytest.fixture
def station(make_station: MakeStation, slot: VirtualSlot) -> RigStation:
    """A station with one PC/SC reader that accepts the sample issuer, ready to serve."""
    station = make_station(PcscReader(profiles=profiles_for(OperatorTrust((ISSUER_KEY,)))))
    station.ready()
    return station


def fetched(url: str, sandbox: SandboxProcess) -> bytes:
    """Download the document as a phone does: scan the code and press the button of the page."""
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with urllib.request.urlopen(f"{url}/document.pdf", context=trust, timeout=20) as answer:
        return bytes(answer.read())


def test_a_copy_a_reprint_and_maintenance_leave_no_personal_data(
    station: RigStation, slot: VirtualSlot, sandbox: SandboxProcess, print_rig: PrintRig,
    caplog: pytest.LogCaptureFixture, tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    person = PEOPLE["long"]
    before = set(Path(tempfile.gettempdir()).rglob("*"))
    slot.present(social_security_card("long"))
    station.consent()
    first = station.choose(INSURANCE, sandbox).document
    station.post(ev.CopyPressed())
    copying = station.wait(Copying, lambda state: state.link is not None)
    assert copying.link is not None
    url = copying.link.url
    assert fetched(url, sandbox) == first.pdf
    needles = [person.name, person.number, person.card_number, first.verification_code]
    needles += [url, urlsplit(url).path.rpartition("/")[2]]
    shown = f"{copying!r} {ev.CopyReady(1, copying.link)!r}"
    station.post(ev.BackPressed())
    station.wait(Previewing)

    print_rig.device.abort_after(1)
    station.post(ev.PrintPressed())
    assert station.wait(ServiceFailure).retry is Retry.STAFF
    print_rig.device.abort_after(99)
    slot.present(operator_card("staff"))
    visit = station.wait(Collecting).visit
    assert first.wiped

    slot.present(social_security_card("long"))
    station.wait(Collecting, lambda state: state.visit.presence is Presence.PRESENT)
    station.post(ev.MorePressed())
    second = station.choose(INSURANCE, sandbox).document
    assert second.number != first.number
    needles.append(second.verification_code)
    slot.present(operator_card("maintainer"))
    station.wait(Maintenance, lambda state: bool(state.totals.today))
    assert second.wiped
    assert visit.identity.wiped
    station.post(ev.ReportPressed())
    station.wait(Maintenance, lambda state: isinstance(state.test, PrintEnded))
    station.wait(Maintenance, lambda state: not state.clearing)
    station.post(ev.MaintenanceClosed())
    slot.remove()
    station.wait(Welcome)
    assert all(status.status is DeviceStatus.ONLINE for _, status in station.state.station.readers)

    roots = places(station, print_rig, tmp_path_factory.getbasetemp())
    assert find_leaks(roots, needles) == []
    for needle in needles:
        assert needle not in caplog.text
        assert needle not in shown
    fresh = set(Path(tempfile.gettempdir()).rglob("*")) - before
    assert [path for path in fresh if path.suffix in (".pdf", ".png", ".ps", ".svg")] == []
    # The printed report of the terminal must name no person either.
    report = print_rig.received()[-1]
    leaked = {leak.needle for leak in find_leaks([report.path], needles)} - {""}
    assert leaked == set()
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            line = arguments.read_bytes()
            assert not [needle for needle in needles if needle.encode() in line]
    # The same search finds the link if it is there.
    planted = station.state_directory / "planted"
    planted.write_bytes(url.encode("utf-16-le"))
    assert planted in [leak.path for leak in find_leaks(roots, needles)]
    planted.unlink()  # another test may search here, too
