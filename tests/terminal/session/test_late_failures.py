"""The late failure of an earlier request does not stop the next choice in the same visit."""

from __future__ import annotations

from dataclasses import replace

from printing.faults import PAPER_OUT
from terminal.platform.faults import UNREACHABLE
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import model as m
from terminal.session import states as st
from tests.terminal.session_world import (
    ASKED,
    Kiosk,
    back_to_choice,
    document,
    reach_choosing,
)


def test_late_failure_does_not_stop_the_next_choice() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"))
    other_item = kiosk.awaited
    back_to_choice(kiosk)
    kiosk.send(ev.ModeChosen(m.Mode.ELDER), ev.ServiceChosen("both"))
    other_edition = kiosk.awaited
    back_to_choice(kiosk)
    kiosk.send(ev.ModeChosen(m.Mode.STANDARD), ev.ServiceChosen("both"))
    waits = kiosk.state
    assert isinstance(waits, st.Preparing)
    for earlier in (other_item, other_edition):
        assert kiosk.send(ev.PlatformFailed(earlier, UNREACHABLE)) == ()
        assert kiosk.send(ev.DocumentRefused(earlier, PAPER_OUT)) == ()
    assert kiosk.state is waits
    assert kiosk.send(ev.PlatformFailed(ASKED, UNREACHABLE)) != ()
    assert isinstance(kiosk.state, st.ServiceFailure)


def test_answer_to_an_earlier_attempt_is_ignored() -> None:
    """A second request for the same item and edition has the same key but another number."""
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("free"))
    earlier = kiosk.awaited
    kiosk.send(ev.PlatformFailed(ASKED, UNREACHABLE), ev.RetryPressed())
    waits, late = kiosk.state, document()
    assert isinstance(waits, st.Preparing)
    assert kiosk.send(ev.DocumentReady(earlier, late)) == (ef.Wipe(None, late),)
    assert kiosk.state is waits


def test_late_failure_to_send_a_code_does_not_stop_the_next_choice() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    other = replace(kiosk.state.station.items[1], id="coded_too")
    kiosk.send(ev.CatalogueArrived((*kiosk.state.station.items, other)))
    kiosk.send(ev.ServiceChosen("coded"))
    earlier = kiosk.awaited
    kiosk.send(ev.BackPressed(), ev.ServiceChosen("coded_too"))
    waits = kiosk.state
    assert kiosk.send(ev.PlatformFailed(earlier, UNREACHABLE)) == ()
    assert kiosk.state is waits
    kiosk.send(ev.PlatformFailed(ASKED, UNREACHABLE))
    assert isinstance(kiosk.state, st.ServiceFailure)


def test_late_copy_failure_does_not_stop_another_document() -> None:
    kiosk = Kiosk()
    reach_choosing(kiosk)
    kiosk.send(ev.ServiceChosen("both"), ev.DocumentReady(ASKED, document()), ev.CopyPressed())
    earlier = kiosk.awaited
    kiosk.send(ev.BackPressed(), ev.EditionChosen(m.Edition.LARGE))
    kiosk.send(ev.DocumentReady(ASKED, document(number="N-2")), ev.CopyPressed())
    waits = kiosk.state
    assert kiosk.send(ev.PlatformFailed(earlier, UNREACHABLE)) == ()
    assert kiosk.state is waits
    kiosk.send(ev.PlatformFailed(ASKED, UNREACHABLE))
    assert isinstance(kiosk.state, st.Copying)
    assert kiosk.state.fault is not None
