"""The icon of a fault shows what failed: not the network if a person has no record."""

from __future__ import annotations

from dataclasses import replace

import pytest

from devices.health import Cause, Fault
from printing import faults as prn
from terminal.platform import faults as net
from terminal.session import states as st
from tests.ui.pages_rig import scene
from ui.look.icons import exists
from ui.look.metrics import Screen
from ui.pages.service_failure import picture_of
from ui.widgets.surface import IconTile

from ..pages_rig import PORTRAIT, Shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

PLATFORM = tuple(fault for fault in vars(net).values() if isinstance(fault, Fault))


@pytest.fixture
def screen() -> Screen:
    """One screen is enough for these tests."""
    return PORTRAIT


def test_only_network_faults_show_the_network() -> None:
    assert len(PLATFORM) > 20, "the register is not where this looks"
    about_people = [fault for fault in PLATFORM if fault.cause is Cause.PERSON]
    assert net.NO_RECORD in about_people
    assert net.QUOTA_SPENT in about_people
    for fault in PLATFORM:
        on_the_way = fault.code.startswith("NET-1")
        assert (picture_of(fault) == "network") == on_the_way, fault.code


def test_the_printers_faults_show_the_printer() -> None:
    assert picture_of(prn.JOB_ABORTED) == "printer"
    assert picture_of(prn.SEAL_BROKEN) == "document"


def test_each_icon_exists() -> None:
    assert all(exists(picture_of(fault)) for fault in PLATFORM)


@pytest.mark.parametrize(
    ("fault", "icon"),
    [
        (net.NO_RECORD, "search"), (net.QUOTA_SPENT, "clock"), (net.ITEM_CLOSED, "clock"),
        (net.PERSON_LAPSED, "id-card"), (net.ASSURANCE_TOO_LOW, "person"),
        (net.UNREACHABLE, "network"),
    ],
    ids=lambda value: getattr(value, "code", value),
)  # fmt: skip
def test_the_page_shows_the_icon_of_the_fault(shown: Shown, fault: Fault, icon: str) -> None:
    shown.window.show_state(replace(scene("failure-no-record", st.ServiceFailure), fault=fault))
    tiles = [tile for tile in shown.window.current_page.findChildren(IconTile) if tile.isVisible()]
    assert [tile._name for tile in tiles][:1] == [icon]
