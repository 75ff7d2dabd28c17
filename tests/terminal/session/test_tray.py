"""Pages whose owner has left: staff are called to check the output tray."""

from __future__ import annotations

from dataclasses import replace

import pytest

from printing.faults import JOB_ABORTED, JOB_CANCELLED, LEFTOVER_JOB
from printing.outcome import Evidence, Outcome, PrintEnded
from terminal.session import effects as ef
from terminal.session import events as ev
from terminal.session import states as st
from terminal.session.model import EndReason
from tests.terminal.session_world import DESK, LI, Kiosk, ended, identity, reach_printing

PARTLY = PrintEnded("v1-1", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_CANCELLED)
WHOLE = PrintEnded("v1-1", Outcome.PRINTED, 2, 2, Evidence.DEVICE_IMPRESSIONS)
NOTHING = replace(PARTLY, pages_done=0, evidence=Evidence.DEVICE_NONE)


@pytest.mark.parametrize(
    ("why", "how", "called"),
    [
        (EndReason.OTHER_CARD, PARTLY, True),
        (EndReason.OTHER_CARD, WHOLE, True),
        (EndReason.OTHER_CARD, NOTHING, False),
        (EndReason.TIMEOUT, PARTLY, True),
        (EndReason.TIMEOUT, WHOLE, True),
        (EndReason.TIMEOUT, NOTHING, False),
        # A resident who presses "leave" is still there and takes the pages.
        (EndReason.LEFT, PARTLY, False),
    ],
)
def test_staff_are_called_if_the_owner_of_the_pages_has_left(
    why: EndReason, how: PrintEnded, called: bool
) -> None:
    kiosk = Kiosk()
    reach_printing(kiosk)
    match why:
        case EndReason.OTHER_CARD:
            kiosk.send(ev.CardRead("v2", DESK, identity(LI), True))
        case EndReason.TIMEOUT:
            kiosk.wait(kiosk.state.station.limits.paper_wait_s)
        case _:
            kiosk.send(ev.LeavePressed())
    assert kiosk.at(st.Printing).cancelling is why
    effects = kiosk.send(how)
    # If all pages came out, the page offers them in case the resident is still there.
    whole = how is WHOLE and why is not EndReason.OTHER_CARD
    assert isinstance(kiosk.state, st.Collecting if whole else st.Ending)
    calls = [each for each in effects if isinstance(each, ef.CallHelp)]
    assert calls == ([ef.CallHelp("Printing", LEFTOVER_JOB.code)] if called else [])


def test_unknown_outcome_of_an_earlier_run_calls_staff() -> None:
    """The program was killed during a job and restarted, so no resident can be asked."""
    job = PrintEnded("v0-1", Outcome.UNKNOWN, 1, 2, Evidence.DEVICE_PARTLY, JOB_ABORTED)
    kiosk = Kiosk()
    assert ef.CallHelp("Welcome", LEFTOVER_JOB.code) in kiosk.send(job)
    assert isinstance(kiosk.state, st.Welcome)
    for sure in (
        replace(job, outcome=Outcome.QUEUED, evidence=Evidence.CANCELLED, pages_done=0),
        replace(job, evidence=Evidence.DEVICE_NONE, pages_done=0),
        ended(Outcome.PRINTED),
    ):
        (only,) = kiosk.send(sure)
        assert isinstance(only, ef.ConfirmPrinted)
