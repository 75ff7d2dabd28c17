"""A resident who cannot get one document can choose another service."""

from __future__ import annotations

import pytest

from devices.health import Fault
from devices.readers.protocol import CardRemoved
from printing.faults import SEAL_BROKEN
from terminal.platform import faults
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from tests.terminal.session_world import (
    ASKED,
    DESK,
    Kiosk,
    document,
    nothing_personal_is_left,
    reach_choosing,
)


def refused(fault: Fault) -> Kiosk:
    """Return a kiosk that shows why the resident's document could not be issued."""
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"), ev.PlatformFailed(ASKED, fault))
    assert isinstance(kiosk.state, st.ServiceFailure)
    return kiosk


@pytest.mark.parametrize("fault", [faults.NO_RECORD, faults.QUOTA_SPENT, faults.ITEM_CLOSED])
def test_resident_without_a_record_can_choose_another_service(fault: Fault) -> None:
    kiosk = refused(fault)
    assert kiosk.send(ev.MorePressed()) == ()
    assert isinstance(kiosk.state, st.Choosing)
    kiosk.send(ev.ServiceChosen("both"))
    assert isinstance(kiosk.state, st.Preparing)
    assert [ask.item.id for ask in kiosk.of(ef.AskIssue)] == ["free", "both"]
    kiosk.send(ev.DocumentReady(ASKED, document()))
    assert isinstance(kiosk.state, st.Previewing)
    kiosk.send(ev.LeavePressed())
    assert nothing_personal_is_left(kiosk)


@pytest.mark.parametrize("fault", [faults.UNREACHABLE, faults.PERSON_LAPSED, SEAL_BROKEN])
def test_no_other_service_is_offered_if_every_service_would_fail(fault: Fault) -> None:
    kiosk = refused(fault)
    assert not kiosk.at(st.ServiceFailure).others
    assert kiosk.send(ev.MorePressed()) == ()
    assert isinstance(kiosk.state, st.ServiceFailure)


def test_another_service_needs_the_card() -> None:
    kiosk = refused(faults.NO_RECORD)
    kiosk.send(CardRemoved(DESK), ev.MorePressed())
    assert not isinstance(kiosk.state, st.Choosing)
