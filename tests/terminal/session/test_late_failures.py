"""A failure of what was asked for before in the same visit is no trouble of the next choice."""

from __future__ import annotations

from dataclasses import replace

from printing.faults import PAPER_OUT
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import (
    Kiosk,
    document,
    reach_choosing,
    request_failed,
)


def test_a_late_failure_is_no_trouble_of_the_next_choice() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.tell(ev.ServiceChosen("free"), ev.BackPressed(), ev.ServiceChosen("both"))
    waits = kiosk.state
    assert isinstance(waits, st.Preparing)
    assert kiosk.tell(request_failed("v1", m.Request.ISSUE, "free")) == ()
    large = request_failed("v1", m.Request.ISSUE, "both", edition=m.Edition.LARGE)
    assert kiosk.tell(large) == ()
    for item, edition in (("free", m.Edition.STANDARD), ("both", m.Edition.LARGE)):
        assert kiosk.tell(ev.DocumentRefused("v1", PAPER_OUT, item, edition)) == ()
    assert kiosk.state is waits
    assert kiosk.tell(request_failed("v1", m.Request.ISSUE, "both")) != ()
    assert isinstance(kiosk.state, st.Trouble)


def test_a_late_failure_to_send_a_code_is_no_trouble_of_the_next_choice() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    other = replace(kiosk.state.station.items[1], id="coded_too")
    kiosk.tell(ev.CatalogueArrived((*kiosk.state.station.items, other)))
    kiosk.tell(ev.ServiceChosen("coded"), ev.BackPressed(), ev.ServiceChosen("coded_too"))
    waits = kiosk.state
    assert kiosk.tell(request_failed("v1", m.Request.SEND_CODE, "coded")) == ()
    assert kiosk.state is waits
    kiosk.tell(request_failed("v1", m.Request.SEND_CODE, "coded_too"))
    assert isinstance(kiosk.state, st.Trouble)


def test_a_late_failure_to_copy_is_no_trouble_of_another_document() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.tell(ev.ServiceChosen("both"), ev.DocumentReady("v1", document(number="N-2"), "both"))
    kiosk.tell(ev.CopyPressed())
    waits = kiosk.state
    assert kiosk.tell(request_failed("v1", m.Request.COPY, "both", number="N-1")) == ()
    assert kiosk.state is waits
    kiosk.tell(request_failed("v1", m.Request.COPY, "both", number="N-2"))
    assert isinstance(kiosk.state, st.Copying)
    assert kiosk.state.fault is not None
