"""A retry after a failed job asks for the card if it was removed during the job."""

from __future__ import annotations

from devices.readers.protocol import CardRemoved
from printing.faults import JOB_ABORTED
from printing.outcome import Evidence, Outcome, PrintEnded
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from tests.terminal.session_world import DESK, LI, WANG, Kiosk, identity, reach_printing

NOTHING = PrintEnded("v1-1", Outcome.UNKNOWN, 0, 2, Evidence.DEVICE_NONE, JOB_ABORTED)


def failed_without_card() -> Kiosk:
    """Return a kiosk whose card was removed during a job of which no page came out."""
    kiosk = Kiosk()
    reach_printing(kiosk)
    kiosk.send(CardRemoved(DESK), NOTHING)
    assert isinstance(kiosk.state, st.ServiceFailure)
    return kiosk


def test_another_resident_cannot_print_the_document_of_the_last_one() -> None:
    kiosk = failed_without_card()
    kiosk.send(ev.RetryPressed(), ev.PrintPressed())
    assert isinstance(kiosk.state, st.CardAway)
    assert len(kiosk.of(ef.Print)) == 1
    kiosk.send(ev.CardRead("v2", DESK, identity(LI), True))
    assert isinstance(kiosk.state, st.Ending)
    assert len(kiosk.of(ef.Print)) == 1


def test_owner_can_print_after_putting_the_card_back() -> None:
    kiosk = failed_without_card()
    kiosk.send(ev.RetryPressed(), ev.CardRead("v2", DESK, identity(WANG), True))
    assert isinstance(kiosk.state, st.Previewing)
    kiosk.send(ev.PrintPressed())
    assert len(kiosk.of(ef.Print)) == 2
