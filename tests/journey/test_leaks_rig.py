"""A journey leaves no personal data: every file that any program wrote is searched.

``tests/terminal/test_leaks.py`` checks that the search can find a leak. The tests here check it
again in the same folders.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from pathlib import Path

import pytest

from terminal.sandbox.process import SandboxProcess
from terminal.session import events as ev
from terminal.session.states import Collecting, Ending, Printing
from tests.leaks import find_leaks
from tests.rig.fixtures import PresentCard
from tests.rig.people import PEOPLE
from tests.rig.print_fixtures import PrintRig
from tests.rig.vcard import VirtualSlot

from .station import INSURANCE, RigStation

pytestmark = [pytest.mark.rig, pytest.mark.timeout(180)]


def places(station: RigStation, rig: PrintRig, tests: Path) -> list[Path]:
    """Return every place that the terminal and cupsd can write to, but not the printed papers.

    ``tests`` holds the temporary folders of all tests. Those of other tests may hold documents.
    """
    stack = rig.stack.folder
    temporary = Path(tempfile.gettempdir())
    others = [path for path in Path("/run").iterdir() if path.is_dir() and path != stack]
    run = [path for path in others if not tests.is_relative_to(path)]
    beside = [path for path in temporary.iterdir() if not tests.is_relative_to(path)]
    daemons = [path for path in stack.iterdir() if not (path / "device").exists()]
    return [station.state_directory, *run, *beside, *daemons, Path("/dev/shm")]


@pytest.mark.parametrize("key", ["rare", "long"])
def test_no_document_and_no_personal_data_is_left(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot, sandbox: SandboxProcess,
    print_rig: PrintRig, caplog: pytest.LogCaptureFixture, tmp_path_factory: pytest.TempPathFactory,
    key: str,
) -> None:  # fmt: skip
    """Paper runs out in the middle, so that the document is kept as long as possible."""
    caplog.set_level(logging.DEBUG)
    person = PEOPLE[key]
    needles = [person.name, person.number, person.card_number]
    before = set(Path(tempfile.gettempdir()).rglob("*"))
    present_card(key)
    pcsc_station.consent()
    document = pcsc_station.choose(INSURANCE, sandbox).document
    needles.append(document.verification_code)
    print_rig.paper_out()
    pcsc_station.post(ev.PrintPressed())
    pcsc_station.wait(Printing, lambda state: state.progress.waiting is not None)
    print_rig.refill()
    visit = pcsc_station.wait(Collecting).visit
    slot.remove()
    pcsc_station.finish()

    assert visit.identity.wiped
    assert document.wiped
    roots = places(pcsc_station, print_rig, tmp_path_factory.getbasetemp())
    assert find_leaks(roots, needles) == []
    for needle in needles:
        assert needle not in caplog.text
    fresh = set(Path(tempfile.gettempdir()).rglob("*")) - before
    assert [path for path in fresh if path.suffix in (".pdf", ".png", ".ps")] == []
    # The same search finds a leak if there is one.
    planted = pcsc_station.state_directory / "planted"
    planted.write_bytes(person.name.encode("utf-16-le"))
    assert [leak.path for leak in find_leaks(roots, needles)] == [planted]
    planted.unlink()  # another test may search here, too
    # No argument of any process may contain it either, because all users can read those.
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            assert person.number.encode() not in arguments.read_bytes()


def test_a_visit_without_printing_leaves_no_personal_data(
    pcsc_station: RigStation, present_card: PresentCard, slot: VirtualSlot, sandbox: SandboxProcess,
    print_rig: PrintRig, tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    """The document was shown but not printed, so it was never on a disk."""
    person = PEOPLE["wang"]
    present_card("wang")
    pcsc_station.consent()
    document = pcsc_station.choose(INSURANCE, sandbox).document
    pcsc_station.post(ev.LeavePressed())
    pcsc_station.wait(Ending)
    slot.remove()
    assert document.wiped
    roots = places(pcsc_station, print_rig, tmp_path_factory.getbasetemp())
    assert find_leaks(roots, [person.name, person.number]) == []
